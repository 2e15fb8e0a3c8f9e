"""Who is touched when a day is closed or limited: packages above register what they know, as lines to be told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

Teller = Callable[[Session, date, date | None], list[str]]
_tellers: list[Teller] = []


def on_affected(teller: Teller) -> Teller:
    """Register a function that says what the dates from the first to the last (None: open) already hold."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def affected_on(session: Session, first: date, last: date | None) -> list[str]:
    """Return, as sentences, what already stands on these dates."""
    return [line for teller in _tellers for line in teller(session, first, last)]
