"""`sambang doctor`: what this machine and this installation have, what they lack, and the command that mends it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from outreach.accounts.models import User
from outreach.audit import verify_chain
from outreach.audit.log import set_audit_key
from outreach.db import Database
from outreach.errors import ConfigurationError
from outreach.schema import is_current, revision_of
from outreach.security.keys import load_keys
from outreach.settings import Settings

_PACKAGES: Final = {
    "pango": {
        "apt-get": "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        "dnf": "pango",
        "apk": "pango",
        "brew": "pango",
    },
    "chromium": {
        "apt-get": "chromium",
        "dnf": "chromium",
        "apk": "chromium",
        "brew": "--cask chromium",
    },
    "postgresql": {
        "apt-get": "postgresql",
        "dnf": "postgresql-server",
        "apk": "postgresql",
        "brew": "postgresql",
    },
}
_VERB: Final = {"apt-get": "install", "dnf": "install", "apk": "add", "brew": "install"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `state` is "ok", "missing" (needed now) or "optional" (needed for `purpose` only)."""

    name: str
    state: str
    detail: str
    mend: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at the machine, then at the installation."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    state = "ok" if sys.version_info >= (3, 11) else "missing"
    yield Finding(
        "Python", state, version, "" if state == "ok" else "Python 3.11 or newer is needed"
    )
    yield _pango()
    yield _program("chromium", ("chromium", "chromium-browser", "google-chrome"), "browser tests")
    yield _postgresql()
    free = shutil.disk_usage(_existing(settings.instance)).free // 2**20
    yield Finding(
        "disk",
        "ok" if free > 500 else "missing",
        f"{free:,} MiB free",
        "" if free > 500 else "make room",
    )
    yield from _installation(settings)


def install_command(package: str) -> str:
    """Return the command that installs a system package on this kind of machine."""
    for manager, verb in _VERB.items():
        if shutil.which(manager):
            return f"{manager} {verb} {_PACKAGES[package][manager]}"
    return f"install {package} with your system's package manager"


def _pango() -> Finding:
    try:
        import weasyprint
    except OSError:
        return Finding(
            "pango",
            "missing",
            "needed to write PDF; pages print as HTML meanwhile",
            install_command("pango"),
        )
    return Finding("pango", "ok", f"WeasyPrint {weasyprint.__version__} writes PDF")


def _program(package: str, names: tuple[str, ...], purpose: str) -> Finding:
    for name in names:
        if found := shutil.which(name):
            return Finding(package, "ok", found)
    return Finding(package, "optional", f"needed for {purpose} only", install_command(package))


def _postgresql() -> Finding:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if folders or shutil.which("initdb"):
        return Finding(
            "postgresql", "ok", str(folders[-1].parent if folders else shutil.which("initdb"))
        )
    return Finding(
        "postgresql",
        "optional",
        "needed for its tests, or to use it instead of SQLite",
        install_command("postgresql"),
    )


def _installation(settings: Settings) -> Iterator[Finding]:
    yield Finding("instance", "ok", str(settings.instance))
    file = settings.database_file
    if file is not None and not file.exists():
        yield Finding(
            "database", "optional", "none yet", "./run demo (samples) or ./run serve (empty)"
        )
        return
    try:
        keys = load_keys(settings.keys_file)
    except ConfigurationError as error:
        yield Finding("keys", "missing", str(error), "put the key file back")
        return
    mode = settings.keys_file.stat().st_mode & 0o077 if settings.keys_file.exists() else 0
    yield Finding(
        "keys",
        "ok" if not mode else "missing",
        "four keys" if not mode else "other users can read the key file",
        "" if not mode else f"chmod 600 {settings.keys_file}",
    )
    set_audit_key(keys.audit)
    database = Database(settings.database_url)
    try:
        if not is_current(database):
            revision = revision_of(database) or "none"
            yield Finding(
                "schema", "missing", f"revision {revision}", "./run serve brings it up to date"
            )
            return
        with database.read() as session:
            session.execute(text("SELECT 1"))
            users = session.scalar(select(func.count()).select_from(User)) or 0
            yield Finding("database", "ok", f"{users} accounts, {database.engine.dialect.name}")
            count, _head, broken = verify_chain(session)
            yield (
                Finding(
                    "audit log",
                    "missing",
                    f"breaks at entry {broken.seq}: {broken.why}",
                    "see docs/operating.md",
                )
                if broken
                else Finding("audit log", "ok", f"{count:,} entries hold")
            )
    except SQLAlchemyError as error:
        yield Finding("database", "missing", str(error).splitlines()[0], "see SAMBANG_DATABASE_URL")
    finally:
        database.close()


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def settings_table() -> list[tuple[str, str, str]]:
    """Return every setting: its variable, its meaning, its default."""
    return [
        (str(f.metadata["variable"]), str(f.metadata["meaning"]), str(f.default or ""))
        for f in fields(Settings)
    ]
