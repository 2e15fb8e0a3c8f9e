"""Proving that a file shows an approved plan: every printed file is remembered by its digest, every export carries its seal."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.paperwork.models import PrintedFile
from outreach.planning.models import PlanState, PlanVersion
from outreach.planning.seal import canonical, content_of, is_intact


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of a file. `is_proven`: it is the approved plan, unchanged; else `why` says what is wrong."""

    is_proven: bool
    why: str
    version: PlanVersion | None = None


def remember(session: Session, version: PlanVersion, content: bytes) -> None:
    """Keep the digest of a file that was given out, so that the same file can be proven later."""
    digest = hashlib.sha256(content).hexdigest()
    known = session.scalar(select(PrintedFile.id).where(PrintedFile.sha256 == digest))
    if known is None:
        session.add(PrintedFile(sha256=digest, version_id=version.id, made_at=clock.now()))
        session.flush()


def export(version: PlanVersion) -> bytes:
    """Return a version as a file that carries its seal: ids, times and places, no name and no NIK."""
    return json.dumps(
        {"schema": "sambang-plan/1", "seal": version.hash, "content": content_of(version)},
        indent=1, sort_keys=True, ensure_ascii=False,
    ).encode()  # fmt: skip


def prove(session: Session, content: bytes) -> Proof:
    """Return whether a file, printed or exported, is an approved plan of this office."""
    digest = hashlib.sha256(content).hexdigest()
    version = session.scalars(
        select(PlanVersion)
        .join(PrintedFile, PrintedFile.version_id == PlanVersion.id)
        .where(PrintedFile.sha256 == digest)
    ).first()
    if version is not None:
        return _of_version(version)
    try:
        read = json.loads(content)
    except ValueError:
        return Proof(
            False, "no file with this content was given out: it was changed, or it is not from here"
        )
    if not isinstance(read, dict) or read.get("schema") != "sambang-plan/1":
        return Proof(False, "this is not a plan that was exported here")
    return _of_export(session, read)


def _of_export(session: Session, read: dict[str, Any]) -> Proof:
    held = read.get("content")
    seal = hashlib.sha256(canonical(held)).hexdigest()
    if seal != read.get("seal"):
        return Proof(False, "its content does not match its own seal: it was changed")
    version = session.scalars(select(PlanVersion).where(PlanVersion.hash == seal)).first()
    if version is None:
        return Proof(False, "no version of a plan carries this seal")
    return _of_version(version)


def _of_version(version: PlanVersion) -> Proof:
    if not version.hash or version.state not in {PlanState.APPROVED, PlanState.SUPERSEDED}:
        return Proof(False, "this version was never approved", version)
    if not is_intact(version):
        return Proof(False, "the version in the database no longer matches its seal", version)
    if version.state is PlanState.SUPERSEDED:
        return Proof(True, "approved, and replaced by a later version since", version)
    gone = [
        f"{route.team.name} on {route.day.isoformat()}"
        for route in version.routes
        if route.replaced_by is not None
    ]
    if gone:
        why = f"approved, and in force but for the routes that do not stand: {', '.join(gone)}"
        return Proof(True, why, version)
    return Proof(True, "approved, and in force", version)
