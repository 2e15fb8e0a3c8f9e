"""The working days of a plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from outreach.teams.calendar import is_working_day

MOST_DAYS: Final = 10
"""Working days in one plan: two weeks. What lies further ahead changes too much to be planned by name."""
LONGEST_SPAN_DAYS: Final = 31
"""Calendar days in one plan: ten working days around the longest holiday."""


def working_days(session: Session, first_day: date, last_day: date) -> list[date]:
    """Return the working days from the first to the last date, both included."""
    span = (last_day - first_day).days + 1
    days = (first_day + timedelta(days=offset) for offset in range(span))
    return [day for day in days if is_working_day(session, day)]


def last_day_of(session: Session, first_day: date, count: int) -> date:
    """Return the date that is the `count`-th working day from `first_day` on.

    Where the calendar holds fewer within LONGEST_SPAN_DAYS, the last working day of those (or `first_day`).
    """
    days = working_days(session, first_day, first_day + timedelta(days=LONGEST_SPAN_DAYS - 1))
    return days[min(count, len(days)) - 1] if days else first_day
