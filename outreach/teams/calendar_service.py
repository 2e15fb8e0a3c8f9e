"""What an administrator sets in the working calendar: holidays, working hours, the month of fasting, the quota."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.audit import holds_nik
from outreach.errors import Refused
from outreach.i18n import N_, format_date_short
from outreach.i18n import gettext as _
from outreach.policy import Actor
from outreach.teams.calendar_defaults import RAMADAN, Loading, load_calendar, working_time
from outreach.teams.calendar_facts import WorkingHours, default_week
from outreach.teams.models import DatedRange, Holiday, QuotaRule, WorkingTime

CATEGORIES: Final = {
    "local": N_("Local day off"),
    "public": N_("National holiday"),
    "government": N_("Joint leave"),
}
FIRST_YEAR: Final = 2024
LAST_YEAR: Final = 2040
"""The years that may be loaded: what `holidays` knows or can reckon, and an administrator may need."""
_LONGEST_FAST_DAYS: Final = 31
_MOST_PEOPLE_PER_DAY: Final = 2000


# --- holidays --------------------------------------------------------------------------------------------


def holidays_of(session: Session, year: int) -> list[Holiday]:
    """Return a year's holidays in date order, with those that an administrator opened again."""
    query = select(Holiday).where(Holiday.day.between(date(year, 1, 1), date(year, 12, 31)))
    return list(session.scalars(query.order_by(Holiday.day, Holiday.category.desc(), Holiday.name)))


def load_year(session: Session, actor: Actor, year: int) -> Loading:
    """Bring a year's national holidays and joint leave. Raises Refused for a year out of reach."""
    policy.allow(actor, "calendar.manage")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(
            _("Choose a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
        )
    loading = load_calendar(session, year, year)
    audit.record(
        session, actor, "holiday.loaded", year=year, added=loading.added,
        updated=loading.updated, removed=loading.removed,
    )  # fmt: skip
    return loading


def close_day(session: Session, actor: Actor, day: date, name: str, category: str) -> Holiday:
    """Keep everybody in on a date. Raises Refused for a day that has passed or is closed under this name."""
    policy.allow(actor, "calendar.manage")
    name = " ".join(name.split())
    if category not in CATEGORIES:
        raise ValueError(f"no such category: {category}")
    if not name:
        raise Refused(_("Write what the day is for."), field="name")
    if holds_nik(name):
        raise Refused(_("Do not write a NIK here."), field="name")
    if day < clock.today():
        raise Refused(_("This day has passed."), field="day")
    if day.year > LAST_YEAR:
        raise Refused(_("This is too far ahead."), field="day")
    holiday = session.scalar(select(Holiday).where(Holiday.day == day, Holiday.name == name))
    if holiday is not None and not holiday.is_removed:
        raise Refused(_("This day is closed under this name already."), field="day")
    if holiday is None:
        holiday = Holiday(day=day, name=name)
        session.add(holiday)
    holiday.category, holiday.is_removed = category, False
    holiday.is_changed, holiday.is_estimate = holiday.loaded_as is not None, False
    session.flush()
    audit.record(session, actor, "holiday.closed", holiday, day=day, name=name, category=category)
    return holiday


def open_day(session: Session, actor: Actor, holiday: Holiday) -> None:
    """Work on a day that was off. A day of the product's own table stays as a mark, so it can be put back."""
    policy.allow(actor, "holiday.remove", holiday)
    if holiday.is_removed:
        return
    audit.record(session, actor, "holiday.opened", holiday, day=holiday.day, name=holiday.name)
    if holiday.loaded_as is None:
        session.delete(holiday)
    else:
        holiday.is_removed = True


def restore_day(session: Session, actor: Actor, holiday: Holiday) -> None:
    """Take a holiday that was opened as a day off again."""
    policy.allow(actor, "holiday.remove", holiday)
    if holiday.is_removed:
        holiday.is_removed = False
        audit.record(
            session, actor, "holiday.restored", holiday, day=holiday.day, name=holiday.name
        )


# --- working hours ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Weekday:
    """One weekday (0 is Monday) as the office works it; the hours of a day off are those it would have."""

    weekday: int
    works: bool
    hours: WorkingHours


def week(session: Session, *, ramadan: bool) -> tuple[Weekday, ...]:
    """Return the seven days as they are set, or as the defaults have them."""
    rows = {
        row.weekday: row
        for row in session.scalars(select(WorkingTime).where(WorkingTime.ramadan == ramadan))
    }
    defaults = default_week(ramadan=ramadan)
    days = []
    for weekday, default in enumerate(defaults):
        row, usual = rows.get(weekday), default or defaults[0]
        if row is not None:
            hours = WorkingHours(
                row.leave_s, row.visits_end_s, row.back_s,
                row.break_from_s, row.break_to_s, row.break_s,
            )  # fmt: skip
            days.append(Weekday(weekday, row.works, hours))
        elif usual is not None:
            days.append(Weekday(weekday, default is not None, usual))
    return tuple(days)


def set_weekdays(
    session: Session,
    actor: Actor,
    weekdays: Iterable[int],
    hours: WorkingHours,
    *,
    ramadan: bool,
    works: bool,
) -> None:
    """Give weekdays these hours, usual or in Ramadan. Raises Refused when no day of the week would be worked."""
    policy.allow(actor, "calendar.manage")
    chosen = sorted(set(weekdays))
    if not chosen:
        raise Refused(_("Choose at least one day."), field="days")
    rest = [day for day in week(session, ramadan=ramadan) if day.weekday not in chosen]
    if not works and not any(day.works for day in rest):
        raise Refused(_("At least one day of the week is a working day."), field="works")
    for weekday in chosen:
        fresh = working_time(weekday, ramadan, hours, works=works)
        row = session.scalar(
            select(WorkingTime).where(
                WorkingTime.weekday == weekday, WorkingTime.ramadan == ramadan
            )
        )
        if row is None:
            session.add(fresh)
            continue
        row.works, row.leave_s, row.visits_end_s, row.back_s = (
            works, hours.leave_s, hours.visits_end_s, hours.back_s,
        )  # fmt: skip
        row.break_from_s, row.break_to_s, row.break_s = (
            hours.break_from_s, hours.break_to_s, hours.break_s,
        )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, "working_time.set", weekdays=chosen, ramadan=ramadan, works=works,
        hours=[hours.leave_s, hours.visits_end_s, hours.back_s],
    )  # fmt: skip


# --- the month of fasting --------------------------------------------------------------------------------


def ramadan_spans(session: Session) -> list[DatedRange]:
    """Return the months of fasting that count, the first first."""
    query = select(DatedRange).where(DatedRange.kind == RAMADAN, ~DatedRange.is_removed)
    return list(session.scalars(query.order_by(DatedRange.first)))


def set_ramadan(
    session: Session, actor: Actor, span: DatedRange | None, first: date, last: date
) -> DatedRange:
    """Fix a month of fasting as it was announced, or add one. Raises Refused on impossible dates."""
    policy.allow(actor, "calendar.manage")
    if last < first:
        raise Refused(_("The last day lies before the first."), field="last")
    if (last - first).days >= _LONGEST_FAST_DAYS:
        raise Refused(_("Ramadan lasts 29 or 30 days. Check both dates."), field="last")
    for other in ramadan_spans(session):
        if other is not span and other.first <= last and first <= other.last:
            raise Refused(
                _(
                    "These dates overlap with Ramadan from %(first)s to %(last)s.",
                    first=format_date_short(other.first),
                    last=format_date_short(other.last),
                ),
                field="first",
            )
    if span is None:
        span = DatedRange(kind=RAMADAN)
        session.add(span)
    span.first, span.last, span.is_estimate = first, last, False
    span.is_changed = span.loaded_as is not None
    session.flush()
    audit.record(session, actor, "ramadan.set", span, first=first, last=last)
    return span


def remove_ramadan(session: Session, actor: Actor, span: DatedRange) -> None:
    """Let a month of fasting not count; loading a year again does not bring it back."""
    policy.allow(actor, "ramadan.edit", span)
    audit.record(session, actor, "ramadan.removed", span, first=span.first, last=span.last)
    if span.loaded_as is None:
        session.delete(span)
    else:
        span.is_removed = True


# --- the quota -------------------------------------------------------------------------------------------


def quota_rules(session: Session) -> list[QuotaRule]:
    """Return every quota rule, the newest first: the newest that fits a date wins."""
    query = select(QuotaRule).order_by(QuotaRule.set_at.desc(), QuotaRule.id.desc())
    return list(session.scalars(query))


def rule_on(session: Session, day: date) -> QuotaRule | None:
    """Return the rule that holds on a date, if any does."""
    fits = QuotaRule.first <= day, or_(QuotaRule.last.is_(None), QuotaRule.last >= day)
    return next(iter(session.scalars(
        select(QuotaRule).where(*fits)
        .order_by(QuotaRule.set_at.desc(), QuotaRule.id.desc()).limit(1)
    )), None)  # fmt: skip


def set_quota(
    session: Session,
    actor: Actor,
    first: date,
    last: date | None,
    people_per_day: int,
    letter_number: str,
) -> QuotaRule:
    """Let at most so many people be served a day over a span of dates. Raises Refused on impossible values."""
    policy.allow(actor, "quota.manage")
    letter_number = " ".join(letter_number.split())
    if not 0 <= people_per_day <= _MOST_PEOPLE_PER_DAY:
        raise Refused(
            _("Write a number from 0 to %(most)s.", most=_MOST_PEOPLE_PER_DAY),
            field="people_per_day",
        )
    if last is not None and last < first:
        raise Refused(_("The last day lies before the first."), field="last")
    if last is not None and last < clock.today():
        raise Refused(_("These days have passed."), field="last")
    if holds_nik(letter_number):
        raise Refused(_("Do not write a NIK here."), field="letter_number")
    rule = QuotaRule(
        first=first, last=last, people_per_day=people_per_day, letter_number=letter_number,
        set_by=actor.id, set_at=clock.now(),
    )  # fmt: skip
    session.add(rule)
    session.flush()
    audit.record(
        session, actor, "quota.set", rule, first=first, last=last, people=people_per_day,
        letter=letter_number,
    )  # fmt: skip
    return rule


def remove_quota(session: Session, actor: Actor, rule: QuotaRule) -> None:
    """Take a quota rule away; the rule before it holds again."""
    policy.allow(actor, "quota.remove", rule)
    audit.record(
        session, actor, "quota.removed", rule, first=rule.first, last=rule.last,
        people=rule.people_per_day,
    )  # fmt: skip
    session.delete(rule)
