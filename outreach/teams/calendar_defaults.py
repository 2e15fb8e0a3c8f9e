"""Loading what is known beforehand of working time, Ramadan, holidays and the quota into the database.

Loading may be repeated at any time. It brings what is new, follows a decree that moved an estimate, and never
touches what an administrator changed, added or removed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.teams.calendar_facts import (
    RAMADAN_RANGES,
    NationalHoliday,
    WorkingHours,
    default_week,
    national_holidays,
)
from outreach.teams.models import DatedRange, Holiday, Loaded, QuotaRule, WorkingTime

RAMADAN: Final = "ramadan"
DEFAULT_PEOPLE_PER_DAY: Final = 50
"""The seed case of product.md: face-to-face service cut by decree to 50 people a day for the whole office."""
_SINCE: Final = date(2020, 1, 1)


@dataclass(frozen=True)
class Loading:
    """What a load did with the holidays."""

    added: int = 0
    updated: int = 0
    removed: int = 0


def load_calendar(session: Session, first_year: int, last_year: int) -> Loading:
    """Load working times, Ramadan, holidays with joint leave, and the first quota, for the years given.

    Call in a write transaction. What an administrator changed stays as it is.
    """
    _load_working_times(session)
    _load_ramadan(session, first_year, last_year)
    _load_quota(session)
    facts = [fact for year in range(first_year, last_year + 1) for fact in national_holidays(year)]
    loading = _load_holidays(session, facts, first_year, last_year)
    session.flush()
    return loading


def _load_working_times(session: Session) -> None:
    known = {(row.weekday, row.ramadan) for row in session.scalars(select(WorkingTime))}
    for ramadan in (False, True):
        week = default_week(ramadan=ramadan)
        for weekday, hours in enumerate(week):
            if (weekday, ramadan) not in known:
                # A day without work keeps a usual day's hours, for when it is opened.
                session.add(working_time(weekday, ramadan, hours or week[0], works=bool(hours)))


def working_time(
    weekday: int, ramadan: bool, hours: WorkingHours | None, *, works: bool
) -> WorkingTime:
    """Return a row for these hours. Raises ValueError without hours."""
    if hours is None:
        raise ValueError("a working time needs hours, also on a day without work")
    return WorkingTime(
        weekday=weekday,
        ramadan=ramadan,
        works=works,
        leave_s=hours.leave_s,
        visits_end_s=hours.visits_end_s,
        back_s=hours.back_s,
        break_from_s=hours.break_from_s,
        break_to_s=hours.break_to_s,
        break_s=hours.break_s,
    )


def _load_ramadan(session: Session, first_year: int, last_year: int) -> None:
    rows = session.scalars(select(DatedRange).where(DatedRange.kind == RAMADAN)).all()
    known = {row.loaded_as: row for row in rows if row.loaded_as}
    for fact in RAMADAN_RANGES:
        if fact.last.year < first_year or fact.first.year > last_year:
            continue
        key = f"{RAMADAN} {fact.hijri_year}"
        row = known.get(key)
        if row is None:
            row = DatedRange(kind=RAMADAN, loaded_as=key)
            session.add(row)
        elif not _untouched(row):
            continue
        row.first, row.last, row.is_estimate = fact.first, fact.last, fact.estimated


def _load_quota(session: Session) -> None:
    if not session.scalar(select(func.count()).select_from(QuotaRule)):
        session.add(
            QuotaRule(
                first=_SINCE,
                people_per_day=DEFAULT_PEOPLE_PER_DAY,
                set_by=None,
                set_at=clock.now(),
            )
        )


def _load_holidays(
    session: Session, facts: Iterable[NationalHoliday], first_year: int, last_year: int
) -> Loading:
    by_key = {_key(fact): fact for fact in facts}
    rows = session.scalars(
        select(Holiday).where(
            (Holiday.day >= date(first_year, 1, 1)) & (Holiday.day <= date(last_year, 12, 31))
            | Holiday.loaded_as.in_(by_key)
        )
    ).all()
    gone = [
        row for row in rows if row.loaded_as and row.loaded_as not in by_key and _untouched(row)
    ]
    for row in gone:
        session.delete(row)  # an estimate that nobody touched gives way to the decree
    session.flush()
    kept = [row for row in rows if row not in gone]
    by_loaded = {row.loaded_as: row for row in kept if row.loaded_as}
    taken = {(row.day, row.name) for row in kept}
    added = updated = 0
    for key, fact in by_key.items():
        known = by_loaded.get(key)
        if known is None and (fact.day, fact.name) not in taken:
            session.add(
                Holiday(
                    day=fact.day,
                    name=fact.name,
                    category=fact.category,
                    is_estimate=fact.estimated,
                    loaded_as=key,
                )
            )
            added += 1
        elif known and _untouched(known) and known.is_estimate != fact.estimated:
            known.is_estimate, updated = fact.estimated, updated + 1
    return Loading(added, updated, len(gone))


def _untouched(row: Loaded) -> bool:
    return not (row.is_changed or row.is_removed)


def _key(fact: NationalHoliday) -> str:
    return f"{fact.day.isoformat()} {fact.category} {fact.name}"
