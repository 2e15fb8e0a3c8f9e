"""Writing and verifying the audit chain.

Each row's hash is an HMAC over its content and the hash before it, under a key outside the database: whoever
can write to the database can neither change, remove nor insert a row unseen. Rows cut off at the end are seen
by comparing with a head that was noted elsewhere (`sambang audit verify` prints it; manifests carry it).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from outreach import clock
from outreach.audit.models import AuditEntry
from outreach.policy import Actor

_GENESIS: Final = "0" * 64
_CHAIN_LOCK: Final = 0x53414D42  # any constant: the advisory lock of the chain on PostgreSQL
_NIK: Final = re.compile(r"(?<![0-9A-Za-z])\d{16}(?![0-9A-Za-z])")
_key: bytes = b""


def set_audit_key(key: bytes) -> None:
    """Set the key of the chain, once, when the application is made."""
    global _key
    _key = key


def holds_nik(text: str) -> bool:
    """Tell whether a text holds what looks like a NIK, which the log must not."""
    return _NIK.search(text) is not None


def record(
    session: Session, actor: Actor, action: str, obj: object | None = None, **detail: Any
) -> AuditEntry:
    """Add one entry in the caller's write transaction. `obj` is a row with an `id` or `code`, or None.

    Raises ValueError when the detail holds what looks like a NIK: the log is read by people who may not see one.
    """
    entry = _entries(session, actor, action, [obj], detail)[0]
    session.add(entry)
    session.flush()
    return entry


def record_many(
    session: Session, actor: Actor, action: str, objects: Sequence[object], **detail: Any
) -> None:
    """Add one entry for each of many rows that one act touched, all with the same detail; else as `record`."""
    entries = _entries(session, actor, action, objects, detail)
    columns = AuditEntry.__table__.columns.keys()
    if entries:
        rows = [{name: getattr(entry, name) for name in columns} for entry in entries]
        session.execute(insert(AuditEntry.__table__), rows)  # type: ignore[arg-type]


def _entries(
    session: Session,
    actor: Actor,
    action: str,
    objects: Sequence[object | None],
    detail: dict[str, Any],
) -> list[AuditEntry]:
    """Return the entries that follow the chain's last one, linked to each other, in no session yet."""
    text_of_detail = json.dumps(detail, default=str)
    if holds_nik(text_of_detail):
        raise ValueError("a NIK must not reach the audit log")
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    last = session.execute(
        select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)
    ).first()
    seq, previous, now = last.seq if last else 0, last.hash if last else _GENESIS, clock.now()
    entries = []
    for obj in objects:
        seq += 1
        entry = AuditEntry(
            seq=seq,
            at=now,
            actor_id=actor.id,
            actor=actor.username,
            role=str(actor.role),
            address=actor.address,
            action=action,
            object_type=getattr(obj, "__tablename__", "") if obj is not None else "",
            object_id=str(getattr(obj, "id", getattr(obj, "code", ""))) if obj is not None else "",
            detail=json.loads(text_of_detail),
            previous=previous,
        )
        entry.hash = previous = _hash(entry)
        entries.append(entry)
    return entries


@dataclass(frozen=True)
class Broken:
    """The first entry at which the chain does not hold."""

    seq: int
    why: str


def verify_chain(session: Session) -> tuple[int, str, Broken | None]:
    """Return how many entries hold, the hash of the last of them, and where the chain breaks, if it does."""
    count, previous = 0, _GENESIS
    rows = session.scalars(
        select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=500)
    )
    for entry in rows:
        if entry.seq != count + 1:
            return count, previous, Broken(entry.seq, f"entry {count + 1} is missing")
        if entry.previous != previous:
            return count, previous, Broken(entry.seq, "it does not follow the entry before it")
        if not hmac.compare_digest(entry.hash, _hash(entry)):
            return count, previous, Broken(entry.seq, "its content is not what was written")
        count, previous = entry.seq, entry.hash
    return count, previous, None


def _hash(entry: AuditEntry) -> str:
    content = json.dumps(
        [
            entry.seq,
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.actor_id,
            entry.actor,
            entry.role,
            entry.address,
            entry.action,
            entry.object_type,
            entry.object_id,
            entry.detail,
            entry.previous,
        ],
        sort_keys=True,
        separators=(",", ":"),
    )
    return hmac.new(_key, content.encode(), hashlib.sha256).hexdigest()
