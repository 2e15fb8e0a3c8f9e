"""One at a time: requests for plans and decisions on them take turns, whatever the database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_PLANS_LOCK: Final = 0x504C414E  # any constant: the advisory lock of plans on PostgreSQL


def wait_for_turn(session: Session) -> None:
    """Wait until nobody else asks for or decides on a plan, and forget what was read before the wait.

    SQLite's write transaction (BEGIN IMMEDIATE) is this turn already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.flush()
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PLANS_LOCK})
        session.expire_all()
