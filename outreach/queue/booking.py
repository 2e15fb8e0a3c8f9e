"""Booking a time at the office: never more people than counters, whoever else books at the same moment.

Each booking takes one seat of a time, and the database holds each seat once (unique over day, time and seat). Two
who reach for the same seat cannot both have it; the second takes the next one, or is told that the time is full.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Invalid, Refused
from outreach.i18n import gettext as _
from outreach.ids import is_id
from outreach.policy import Actor
from outreach.queue import codes
from outreach.queue.hours import AHEAD_DAYS, CAPACITY, NOTICE_S, SEARCHED, slot_starts
from outreach.queue.models import OfficeSlot
from outreach.teams.calendar import office_hours

LONGEST_NAME: Final = 20
_NAME: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u2019. -])*")


@dataclass(frozen=True)
class Time:
    """A time of a day, and how many more can come."""

    start_s: int
    free: int


@dataclass(frozen=True)
class Day:
    """A day that can be booked, and how many places are left on it."""

    day: date
    free: int


def bookable_days(session: Session) -> list[Day]:
    """Return the next working days with the places left on each, today included while there is time."""
    days = _working_days(session)
    taken = _taken(session, days)
    return [Day(day, sum(time.free for time in _times(day, taken))) for day in days]


def free_times(session: Session, day: date) -> list[Time]:
    """Return the times of a day that can still be booked; none on a day that cannot."""
    if day not in _working_days(session):
        return []
    return [time for time in _times(day, _taken(session, [day])) if time.free]


def book(
    session: Session, actor: Actor, slot_id: str, day: date, start_s: int, name: str
) -> OfficeSlot:
    """Book a time under a first name; the same form sent twice is one booking.

    `slot_id` is made in the form. Raises Invalid (name, time) and Refused (full meanwhile).
    """
    policy.allow(actor, "slot.book")
    if not is_id(slot_id):
        raise Refused(_("This form was not complete. Open the page again."))
    name = _first_name(name)
    known = session.get(OfficeSlot, slot_id)
    if known is not None:
        if (known.day, known.start_s, known.name) != (day, start_s, name):
            raise Refused(
                _("This form was already sent. Open the page again to book another time.")
            )
        return known
    if start_s not in {time.start_s for time in free_times(session, day)}:
        raise Refused(_("This time is taken or over. Choose another one."), field="start_s")
    slot = _take_seat(session, slot_id, day, start_s, name)
    audit.record(session, actor, "slot.booked", slot, day=day.isoformat(), start_s=start_s)
    return slot


def cancel(session: Session, actor: Actor, slot: OfficeSlot) -> None:
    """Cancel a booking at the office's side; its seat is free again."""
    policy.allow(actor, "slot.cancel", slot)
    _give_back(session, actor, slot)


def cancel_by_code(session: Session, actor: Actor, code: str) -> OfficeSlot:
    """Cancel one's own coming booking by its code. Raises Refused, the same for a wrong and an unknown code."""
    policy.allow(actor, "slot.book")
    slot = session.scalar(
        select(OfficeSlot).where(
            OfficeSlot.code == (codes.normalise(code) or ""),
            OfficeSlot.day >= clock.today(),
            ~OfficeSlot.is_cancelled,
        )
    )
    if slot is None:
        raise Refused(
            _("No coming booking has this code. Compare it letter by letter."), field="code"
        )
    _give_back(session, actor, slot)
    return slot


def slots_on(session: Session, day: date) -> list[OfficeSlot]:
    """Return the bookings of a day that stand, in the order of their times."""
    return list(
        session.scalars(
            select(OfficeSlot)
            .where(OfficeSlot.day == day, ~OfficeSlot.is_cancelled)
            .order_by(OfficeSlot.start_s, OfficeSlot.seat, OfficeSlot.booked_at)
        )
    )


def _first_name(text: str) -> str:
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if not name:
        raise Invalid({"name": _("Type a first name.")})
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        raise Invalid(
            {
                "name": _(
                    "A first name is enough: letters only, at most %(count)s.", count=LONGEST_NAME
                )
            }
        )
    return name


def _take_seat(session: Session, slot_id: str, day: date, start_s: int, name: str) -> OfficeSlot:
    for _attempt in range(CAPACITY + 1):
        seats = set(
            session.scalars(
                select(OfficeSlot.seat).where(
                    OfficeSlot.day == day,
                    OfficeSlot.start_s == start_s,
                    OfficeSlot.seat.is_not(None),
                )
            )
        )
        free = next((seat for seat in range(CAPACITY) if seat not in seats), None)
        if free is None:
            break
        slot = OfficeSlot(
            id=slot_id, code=_new_code(session), day=day, start_s=start_s, seat=free, name=name,
            booked_at=clock.now(),
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(slot)
        except IntegrityError:
            continue  # somebody took the seat between our look and our booking
        return slot
    raise Refused(_("This time is taken or over. Choose another one."), field="start_s")


def _new_code(session: Session) -> str:
    while True:
        code = codes.make()
        if session.scalar(select(OfficeSlot.id).where(OfficeSlot.code == code)) is None:
            return code


def _give_back(session: Session, actor: Actor, slot: OfficeSlot) -> None:
    if slot.is_cancelled:
        raise Refused(_("This booking is already cancelled."))
    slot.is_cancelled, slot.seat = True, None
    audit.record(session, actor, "slot.cancelled", slot)


def _working_days(session: Session) -> list[date]:
    today = clock.today()
    days: list[date] = []
    for ahead in range(SEARCHED.days):
        day = today + timedelta(days=ahead)
        if office_hours(session, day) is not None and (ahead or _still_open(day)):
            days.append(day)
        if len(days) == AHEAD_DAYS:
            break
    return days


def _still_open(day: date) -> bool:
    return any(start_s >= _earliest_s(day) for start_s in slot_starts(day))


def _earliest_s(day: date) -> int:
    """Return the earliest start that can still be booked on a day."""
    now = clock.to_office(clock.now())
    if day > now.date():
        return 0
    return now.hour * 3600 + now.minute * 60 + now.second + NOTICE_S


def _taken(session: Session, days: Collection[date]) -> dict[tuple[date, int], int]:
    rows = session.execute(
        select(OfficeSlot.day, OfficeSlot.start_s, func.count())
        .where(OfficeSlot.day.in_(days), ~OfficeSlot.is_cancelled)
        .group_by(OfficeSlot.day, OfficeSlot.start_s)
    )
    return {(day, start_s): count for day, start_s, count in rows}


def _times(day: date, taken: dict[tuple[date, int], int]) -> list[Time]:
    earliest_s = _earliest_s(day)
    return [
        Time(start_s, max(CAPACITY - taken.get((day, start_s), 0), 0))
        for start_s in slot_starts(day)
        if start_s >= earliest_s
    ]
