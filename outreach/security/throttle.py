"""Slowing down whoever guesses: counts in the database, shared by all threads and processes.

Threat: guessing passwords for one account from many addresses, or many accounts from one address; walking
through tracking codes. Each try is counted before it is looked at, so parallel tries cannot slip through.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from outreach import clock
from outreach.security.models import ThrottleWindow


@dataclass(frozen=True)
class Limit:
    """At most `tries` in `window_s` seconds for each key of this kind."""

    kind: str
    tries: int
    window_s: int


SIGN_IN_ACCOUNT: Final = Limit("sign-in account", tries=6, window_s=15 * 60)
SIGN_IN_ADDRESS: Final = Limit("sign-in address", tries=60, window_s=15 * 60)
TRACK_ADDRESS: Final = Limit("tracking address", tries=30, window_s=10 * 60)
BOOK_ADDRESS: Final = Limit("booking address", tries=10, window_s=60 * 60)


def count_try(session: Session, limit: Limit, who: str) -> int:
    """Count one try (in a write transaction) and return the seconds to wait: 0 means go on."""
    key, now = _key(limit, who), clock.now()
    window = session.get(ThrottleWindow, key, with_for_update=True)
    if window is None or now - window.started_at >= timedelta(seconds=limit.window_s):
        if window is None:
            window = ThrottleWindow(key=key, started_at=now, count=0)
            session.add(window)
        window.started_at, window.count = now, 0
    window.count += 1
    session.flush()
    if window.count <= limit.tries:
        return 0
    rest = window.started_at + timedelta(seconds=limit.window_s) - now
    return max(1, int(rest.total_seconds()))


def forget_tries(session: Session, limit: Limit, who: str) -> None:
    """Forget the tries of one key, after it was right."""
    session.execute(delete(ThrottleWindow).where(ThrottleWindow.key == _key(limit, who)))


def sweep(session: Session) -> None:
    """Delete windows that are over."""
    horizon = clock.now() - timedelta(days=1)
    session.execute(delete(ThrottleWindow).where(ThrottleWindow.started_at < horizon))


def _key(limit: Limit, who: str) -> str:
    return hashlib.sha256(f"{limit.kind}\x00{who.strip().lower()}".encode()).hexdigest()
