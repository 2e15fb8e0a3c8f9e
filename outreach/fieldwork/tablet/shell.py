"""The application on the tablet as files: which ones it needs without a network, and their common version."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from outreach.i18n import gettext as _

MODULES: Final = (
    "app.css", "changes.js", "clock.js", "day.js", "dom.js", "entry.js", "house.js", "list.js",
    "main.js", "map.js", "office.js", "order.js", "outbox.js", "people.js", "photo.js", "place.js",
    "ready.js", "result.js", "roads.js", "sealing.js", "sending.js", "store.js", "visit.js", "words.js",
)  # fmt: skip
VENDOR: Final = ("vendor/leaflet/leaflet.js", "vendor/leaflet/leaflet.css")
ICON: Final = "tablet/icon.svg"
PAINTED: Final = {"192x192": "icon-192.png", "512x512": "icon-512.png"}
"""The same icon as pictures: Android draws none from SVG. It asks for them once, when the application is installed."""


@dataclass(frozen=True)
class Shell:
    """The addresses that the application is kept from, and a version that changes with any of them."""

    version: str
    files: tuple[str, ...]


@cache
def _shell(root: Path, _changed_ns: int) -> Shell:
    digest = hashlib.sha256()
    files = [*(f"tablet/{name}" for name in MODULES), ICON, *VENDOR]
    for name in files:
        digest.update((root / "static" / name).read_bytes())
    digest.update((root / "templates" / "tablet" / "app.html").read_bytes())
    digest.update((root / "static" / "tablet" / "worker.js").read_bytes())
    return Shell(digest.hexdigest()[:12], tuple(f"static/{name}" for name in files))


def shell(root: Path) -> Shell:
    """Return the shell of the files as they are now."""
    folder = root / "static" / "tablet"
    changed = max(path.stat().st_mtime_ns for path in folder.iterdir())
    return _shell(root, changed)


def worker(root: Path, prefix: str) -> str:
    """Return the service worker's script, with the list of what it keeps in front."""
    found = shell(root)
    keep = [f"{prefix}/tablet/", *(f"{prefix}/{name}" for name in found.files)]
    code = (root / "static" / "tablet" / "worker.js").read_text(encoding="utf-8")
    return f"const VERSION = {json.dumps(found.version)};\nconst KEEP = {json.dumps(keep)};\n{code}"


def manifest(prefix: str) -> str:
    """Return the web application manifest (W3C): what makes it installable."""
    drawn = {"src": f"{prefix}/static/{ICON}", "sizes": "any", "type": "image/svg+xml"}
    painted = [
        {"src": f"{prefix}/static/tablet/{name}", "sizes": size, "type": "image/png"}
        for size, name in PAINTED.items()
    ]
    content = {
        "name": "Sambang",
        "short_name": "Sambang",
        "description": _("Today's route, also without a signal"),
        "id": f"{prefix}/tablet/",
        "start_url": f"{prefix}/tablet/",
        "scope": f"{prefix}/tablet/",
        "display": "standalone",
        "orientation": "any",
        "background_color": "#fdfaf5",
        "theme_color": "#3a2212",
        "lang": "id",
        "icons": [*painted, *({**icon, "purpose": "maskable"} for icon in painted), drawn],
    }
    return json.dumps(content)
