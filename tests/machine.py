"""What this machine lacks: a test that cannot run here says so loudly, and in CI it fails.

`needs("chromium")` at the head of a fixture either passes, skips (and the summary of the run names it in
capitals), or fails where SAMBANG_TEST_STRICT=1.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

STRICT: Final = os.environ.get("SAMBANG_TEST_STRICT") == "1"
LOUD: Final = "COULD NOT RUN HERE"


def chromium_path() -> str | None:
    """The browser's program, or None."""
    return (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )


def postgresql_folder() -> Path | None:
    """The folder of the newest PostgreSQL server programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    return Path(program).resolve().parent if program else None


def _pango() -> bool:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


_NEEDS: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "chromium": (chromium_path, "apt-get install chromium"),
    "postgresql": (postgresql_folder, "apt-get install postgresql"),
    "pango": (_pango, "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
}


def needs(what: str) -> None:
    """Go on where the machine has `what`; otherwise skip loudly, or fail where nothing may be left out."""
    present, install = _NEEDS[what]
    if present():
        return
    message = f"{LOUD}: no {what} on this machine. Install it with: {install}"
    if STRICT:
        pytest.fail(message)
    pytest.skip(message)
