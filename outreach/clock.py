"""One clock. Times are UTC inside; the office's zone appears only at the edges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)
_zone: ZoneInfo = ZoneInfo("Asia/Jakarta")


def set_office_zone(name: str) -> None:
    """Set the zone of the office (an IANA name), once, when the application is made."""
    global _zone
    _zone = ZoneInfo(name)


def office_zone() -> ZoneInfo:
    """Return the zone of the office."""
    return _zone


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """Return the date on the office's wall calendar."""
    return to_office(now()).date()


def to_office(moment: datetime) -> datetime:
    """Return the same moment on the office's wall clock."""
    return moment.astimezone(_zone)


def at_office(day: date, second_of_day: int) -> datetime:
    """Return the UTC moment of a second since local midnight on a date at the office."""
    hours, rest = divmod(second_of_day, 3600)
    minutes, seconds = divmod(rest, 60)
    return datetime.combine(day, time(hours, minutes, seconds), tzinfo=_zone).astimezone(UTC)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Hold the clock still at `moment` (aware) inside the block, in this context only."""
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
