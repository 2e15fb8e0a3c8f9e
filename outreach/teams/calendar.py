"""Which days are worked, from when to when, and how many people a day: the calendar as the office has set it.

Times of day are seconds since midnight at the office. Where the database says nothing yet, the defaults of
`calendar_facts` hold.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from outreach.errors import Refused
from outreach.i18n import format_weekday
from outreach.i18n import gettext as _
from outreach.teams.calendar_defaults import DEFAULT_PEOPLE_PER_DAY, RAMADAN, load_calendar
from outreach.teams.calendar_facts import WorkingHours, default_week
from outreach.teams.decrees import office_cap, suspension_of
from outreach.teams.models import DatedRange, Holiday, QuotaRule, Shift, Team, WorkingTime

__all__ = [
    "ShiftTimes",
    "closed_because",
    "holidays_on",
    "is_ramadan",
    "is_working_day",
    "load_calendar",
    "next_working_day",
    "off_because",
    "office_hours",
    "quota_on",
    "shift_of",
    "usual_hours",
]

ShiftTimes = WorkingHours
"""A team's working time on a date: leave, end of the last visit, back, and the break (seconds of the day)."""

_FRIDAY: Final = 4
_NOON_PRAYER: Final = (41_400, 46_800, 45_000)  # 11.30, 13.00; in Ramadan until 12.30
"""The long Friday break: 90 minutes, in Ramadan 60 (Perpres 21/2023). Everybody is at the mosque."""
_LONGEST_SEARCH_DAYS: Final = 366


def is_ramadan(session: Session, day: date) -> bool:
    """Tell whether a date lies in the month of fasting."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    DatedRange.kind == RAMADAN,
                    ~DatedRange.is_removed,
                    DatedRange.first <= day,
                    DatedRange.last >= day,
                )
            )
        )
    )


def holidays_on(session: Session, day: date) -> list[Holiday]:
    """Return the holidays and joint leave of a date."""
    query = select(Holiday).where(Holiday.day == day, ~Holiday.is_removed)
    return list(session.scalars(query.order_by(Holiday.category.desc(), Holiday.name)))


def usual_hours(session: Session, day: date) -> ShiftTimes | None:
    """Return the hours of a date by its weekday and Ramadan, whatever the holidays; None without work."""
    ramadan = is_ramadan(session, day)
    row = _working_time(session, day.weekday(), ramadan)
    if row is None:
        return default_week(ramadan=ramadan)[day.weekday()]
    return _hours(row) if row.works else None


def office_hours(session: Session, day: date) -> ShiftTimes | None:
    """Return the office's field hours of a date, or None when it does not go out."""
    hours = usual_hours(session, day)
    if hours is None or holidays_on(session, day) or suspension_of(session, day) is not None:
        return None
    return hours


def shift_of(session: Session, team: Team, day: date) -> ShiftTimes | None:
    """Return a team's working time on a date, or None when it does not work.

    A shift of the team's own goes before the office's calendar: it can close the team on a working day, give it
    other hours, or send it out on a day off (overtime). A decree that suspends service goes before everything.
    """
    if suspension_of(session, day, team) is not None:
        return None
    shift = session.scalar(select(Shift).where(Shift.team_id == team.id, Shift.day == day))
    if shift is None:
        return office_hours(session, day)
    if (
        shift.is_closed
        or shift.leave_s is None
        or shift.visits_end_s is None
        or shift.back_s is None
    ):
        return None
    return with_break(session, day, shift.leave_s, shift.visits_end_s, shift.back_s)


def with_break(
    session: Session, day: date, leave_s: int, visits_end_s: int, back_s: int
) -> ShiftTimes:
    """Return these hours with the break that the day asks for. Raises ValueError on impossible hours.

    On Friday whoever works across noon has the long break; on other days the office's break, where it fits.
    """
    ramadan = is_ramadan(session, day)
    if day.weekday() == _FRIDAY:
        from_s = max(_NOON_PRAYER[0], leave_s)
        ends_s = min(_NOON_PRAYER[2 if ramadan else 1], back_s)
        if from_s < ends_s:
            return ShiftTimes(leave_s, visits_end_s, back_s, from_s, from_s, ends_s - from_s)
        return ShiftTimes(leave_s, visits_end_s, back_s)
    row = _working_time(session, day.weekday(), ramadan)
    usual = _hours(row) if row else default_week(ramadan=ramadan)[0]
    if usual and usual.break_from_s is not None and usual.break_to_s is not None:
        first = max(usual.break_from_s, leave_s)
        last = min(usual.break_to_s, back_s - usual.break_s)
        if first <= last:
            return ShiftTimes(leave_s, visits_end_s, back_s, first, last, usual.break_s)
    return ShiftTimes(leave_s, visits_end_s, back_s)


def is_working_day(session: Session, day: date) -> bool:
    """Tell whether anybody goes out on a date: the office, or a team with a shift of its own."""
    if suspension_of(session, day) is not None:
        return False
    return office_hours(session, day) is not None or _has_overtime(session, day)


def next_working_day(session: Session, after: date) -> date:
    """Return the first working day strictly after a date. Raises Refused when a year holds none."""
    for ahead in range(1, _LONGEST_SEARCH_DAYS + 1):
        day = after + timedelta(days=ahead)
        if is_working_day(session, day):
            return day
    raise Refused(_("The calendar has no working day within a year. Check the working times."))


def closed_because(session: Session, day: date) -> str | None:
    """Return in words why nobody goes out on a date, or None on a working day."""
    return None if is_working_day(session, day) else off_because(session, day)


def off_because(session: Session, day: date) -> str | None:
    """Return in words why the office does not go out on a date, whatever single teams do, or None when it does."""
    if office_hours(session, day) is not None:
        return None
    if found := holidays_on(session, day):
        return ", ".join(_holiday_words(holiday) for holiday in found)
    decree = suspension_of(session, day)
    if decree is not None:
        return _("home visits are suspended by %(letter)s", letter=decree.letter_number)
    return _("%(weekday)s is not a working day", weekday=format_weekday(day))


def quota_on(session: Session, day: date) -> int:
    """Return the most people served on a date: the newest rule that fits, or the decree's cap where that is smaller."""
    rule = session.scalar(
        select(QuotaRule)
        .where(QuotaRule.first <= day, or_(QuotaRule.last.is_(None), QuotaRule.last >= day))
        .order_by(QuotaRule.set_at.desc(), QuotaRule.id.desc())
        .limit(1)
    )
    people = rule.people_per_day if rule else DEFAULT_PEOPLE_PER_DAY
    cap = office_cap(session, day)
    return people if cap is None else min(people, cap)


def _holiday_words(holiday: Holiday) -> str:
    if holiday.is_estimate:
        return _("%(name)s (estimated date)", name=holiday.name)
    return holiday.name


def _has_overtime(session: Session, day: date) -> bool:
    open_shift = exists().where(
        Shift.day == day,
        ~Shift.is_closed,
        Shift.leave_s.is_not(None),
        Shift.team_id == Team.id,
        Team.is_active,
    )
    return bool(session.scalar(select(open_shift)))


def _working_time(session: Session, weekday: int, ramadan: bool) -> WorkingTime | None:
    return session.scalar(
        select(WorkingTime).where(WorkingTime.weekday == weekday, WorkingTime.ramadan == ramadan)
    )


def _hours(row: WorkingTime) -> ShiftTimes:
    return ShiftTimes(
        row.leave_s, row.visits_end_s, row.back_s, row.break_from_s, row.break_to_s, row.break_s
    )
