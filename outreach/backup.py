"""Backups: one file that holds the whole database, checked when it is made and before it is put back.

The keys are never in a backup: without them its NIK stay sealed. Keep a copy of the key file somewhere else.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.models import User
from outreach.audit import verify_chain
from outreach.db import Database
from outreach.errors import ConfigurationError
from outreach.referrals.models import Referral, Resident
from outreach.schema import is_current, revision_of
from outreach.security.sealed import Sealer


@dataclass(frozen=True)
class BackupFacts:
    """What a backup holds."""

    path: Path
    size_bytes: int
    accounts: int
    referrals: int
    audit_entries: int


def back_up(database: Database, target: Path) -> BackupFacts:
    """Write a consistent copy of the running database to a new file. Raises ConfigurationError."""
    if target.exists():
        raise ConfigurationError(f"{target} exists already; name a new file.")
    target.parent.mkdir(parents=True, exist_ok=True)
    if not database.is_sqlite:
        return _dump_postgresql(database, target)
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(str(database.url.database))) as source,
        closing(sqlite3.connect(partial)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    os.chmod(partial, 0o600)
    _sync(partial)
    facts = _inspect(partial, target)
    partial.rename(target)
    return facts


def restore(database: Database, source: Path, sealer: Sealer, aside: Path) -> BackupFacts:
    """Put a backup back; the present database is first written to `aside`. Raises ConfigurationError.

    Nothing is touched before the backup was found whole, of a schema this program knows, and with NIK that these
    keys open.
    """
    if not source.exists():
        raise ConfigurationError(f"{source} does not exist.")
    if not database.is_sqlite:
        raise ConfigurationError(
            f"This database is a server: stop Sambang, then put the dump back with "
            f"pg_restore --clean --if-exists --dbname={database.url.database} {source}"
        )
    facts = _inspect(source, source)
    _check_keys(source, sealer)
    here = Path(str(database.url.database))
    if here.exists():
        back_up(database, aside)
    database.close()
    with (
        closing(sqlite3.connect(source)) as copy,
        closing(sqlite3.connect(here, timeout=10)) as live,
    ):
        copy.backup(live)
    return facts


def _inspect(file: Path, name: Path) -> BackupFacts:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            state = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise ConfigurationError(f"{name} is not a Sambang backup: {error}") from error
    if state != "ok":
        raise ConfigurationError(f"{name} is damaged: {state}")
    database = Database(f"sqlite:///{file}")
    try:
        if revision_of(database) is None:
            raise ConfigurationError(f"{name} is not a Sambang backup: it has no schema of ours.")
        if not is_current(database):
            raise ConfigurationError(
                f"{name} has schema {revision_of(database)}, which this program does not use. "
                "Put it back with the version of Sambang that wrote it, then update."
            )
        with database.read() as session:
            count, _head, broken = verify_chain(session)
            if broken:
                raise ConfigurationError(
                    f"{name}: the audit log breaks at entry {broken.seq}: {broken.why}."
                )
            return BackupFacts(
                path=name,
                size_bytes=file.stat().st_size,
                accounts=session.scalar(select(func.count()).select_from(User)) or 0,
                referrals=session.scalar(select(func.count()).select_from(Referral)) or 0,
                audit_entries=count,
            )
    finally:
        database.close()


def _check_keys(file: Path, sealer: Sealer) -> None:
    database = Database(f"sqlite:///{file}")
    try:
        with database.read() as session:
            resident = session.scalars(
                select(Resident).where(Resident.nik_sealed.is_not(None)).limit(1)
            ).first()
            if resident and resident.nik_sealed:
                sealer.open_nik(resident.nik_sealed, resident.id)
    finally:
        database.close()


def _dump_postgresql(database: Database, target: Path) -> BackupFacts:
    program = shutil.which("pg_dump")
    if program is None:
        raise ConfigurationError(
            "pg_dump is missing. Install it with: apt-get install postgresql-client"
        )
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603 - a program found on this machine
        [program, "--format=custom", f"--file={target}", f"--dbname={url}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ConfigurationError(f"pg_dump failed: {done.stderr.strip()[-500:]}")
    os.chmod(target, 0o600)
    with database.read() as session:
        count, _head, _broken = verify_chain(session)
        return BackupFacts(
            path=target,
            size_bytes=target.stat().st_size,
            accounts=session.scalar(select(func.count()).select_from(User)) or 0,
            referrals=session.scalar(select(func.count()).select_from(Referral)) or 0,
            audit_entries=count,
        )


def aside_name(database: Database) -> Path:
    """Return where the present database is kept before a backup replaces it."""
    here = Path(str(database.url.database))
    return here.with_name(f"{here.stem}-before-restore-{clock.now():%Y%m%d-%H%M%S}.db")


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
