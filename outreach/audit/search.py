"""Finding entries of the audit log, and their export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from outreach import clock, policy
from outreach.audit.log import record
from outreach.audit.models import AuditEntry
from outreach.paging import Listing, page_of
from outreach.policy import Actor

MOST_EXPORTED: Final = 50_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Wanted:
    """What of the log is asked for: days of the office's calendar, a person, a kind of action, an object."""

    first: date | None = None
    last: date | None = None
    person: str = ""
    action: str = ""
    object_id: str = ""


def find_entries(
    session: Session, actor: Actor, wanted: Wanted, number: int = 1
) -> Listing[AuditEntry]:
    """Return one page of the entries asked for, the newest first."""
    policy.allow(actor, "audit.view")
    return page_of(session, _query(wanted).order_by(AuditEntry.seq.desc()), number)


def actions_seen(session: Session) -> list[str]:
    """Return every kind of action that the log holds."""
    return list(session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)))


def export(session: Session, actor: Actor, wanted: Wanted) -> str:
    """Return the entries asked for as CSV, the oldest first; looking at the log so is itself in the log."""
    policy.allow(actor, "audit.view")
    query = _query(wanted).order_by(AuditEntry.seq).limit(MOST_EXPORTED)
    text = _csv(session.scalars(query))
    record(session, actor, "audit.exported", None, entries=text.count("\r\n") - 1)
    return text


def _query(wanted: Wanted) -> Select[AuditEntry]:
    query = select(AuditEntry)
    if wanted.first:
        query = query.where(AuditEntry.at >= clock.at_office(wanted.first, 0))
    if wanted.last:
        query = query.where(AuditEntry.at < clock.at_office(wanted.last + timedelta(days=1), 0))
    if wanted.person:
        query = query.where(
            func.lower(AuditEntry.actor).contains(wanted.person.lower(), autoescape=True)
        )
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.object_id:
        query = query.where(AuditEntry.object_id == wanted.object_id)
    return query


def _csv(entries: Iterable[AuditEntry]) -> str:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(
        ("seq", "at", "actor", "role", "address", "action", "object", "object_id", "detail", "hash")
    )
    for entry in entries:
        detail = "; ".join(f"{name}: {value}" for name, value in entry.detail.items())
        table.writerow(
            _harmless(str(value))
            for value in (
                entry.seq, clock.to_office(entry.at).isoformat(timespec="seconds"), entry.actor,
                entry.role, entry.address, entry.action, entry.object_type, entry.object_id,
                detail, entry.hash,
            )
        )  # fmt: skip
    return out.getvalue()


def _harmless(text: str) -> str:
    """A cell that a spreadsheet would take for a formula is marked as text."""
    return f"'{text}" if text.startswith(_FORMULA) else text
