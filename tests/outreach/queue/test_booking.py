"""Booking a time at the office: days, times, codes, and never more people than counters."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock, web
from outreach.db import Database
from outreach.errors import Forbidden, Invalid, Refused
from outreach.ids import new_id
from outreach.policy import ANONYMOUS
from outreach.queue import booking, codes
from outreach.queue.hours import AHEAD_DAYS, CAPACITY, SLOT_S, slot_starts
from outreach.queue.models import OfficeSlot
from outreach.teams.models import Holiday
from tests.build import MONDAY, MORNING, Browser, a_user, an_actor, signed_in

TUESDAY, FRIDAY, SUNDAY = (
    MONDAY + timedelta(days=1),
    MONDAY + timedelta(days=4),
    MONDAY - timedelta(days=1),
)
NINE = 9 * 3600


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def booked(
    session: Session, day: date = TUESDAY, start_s: int = NINE, name: str = "Sri"
) -> OfficeSlot:
    return booking.book(session, ANONYMOUS, new_id(), day, start_s, name)


def test_the_next_ten_working_days_are_offered(session: Session) -> None:
    session.add(Holiday(day=TUESDAY, name="Hari Jadi", category="local"))
    session.flush()
    days = [item.day for item in booking.bookable_days(session)]
    assert len(days) == AHEAD_DAYS
    assert days[:4] == [MONDAY, MONDAY + timedelta(2), MONDAY + timedelta(3), FRIDAY]
    assert all(day.weekday() < 5 for day in days)


def test_friday_ends_before_the_prayer_and_slots_last_a_quarter(session: Session) -> None:
    starts = slot_starts(FRIDAY)
    assert max(starts) + SLOT_S <= 10 * 3600 + 1800
    assert all(b - a == SLOT_S for a, b in pairwise(starts))
    assert not any(12 * 3600 <= start < 13 * 3600 for start in slot_starts(MONDAY))


def test_today_offers_only_what_is_still_ahead(session: Session) -> None:
    ten = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
    with clock.frozen(ten):
        first = booking.free_times(session, MONDAY)[0]
        assert first.start_s == 10 * 3600 + 1800
        with pytest.raises(Refused):
            booked(session, MONDAY, NINE)
    with clock.frozen(ten + timedelta(hours=6)):
        assert booking.bookable_days(session)[0].day == TUESDAY


@pytest.mark.parametrize(
    ("day", "start_s"),
    [
        (SUNDAY, NINE),
        (TUESDAY, NINE + 60),
        (TUESDAY, -1),
        (TUESDAY, 12 * 3600),
        (date(2030, 1, 7), NINE),
    ],
)
def test_times_that_are_not_offered_cannot_be_booked(
    session: Session, day: date, start_s: int
) -> None:
    with pytest.raises(Refused):
        booked(session, day, start_s)


def test_a_time_is_full_when_every_counter_is_taken(session: Session) -> None:
    for _ in range(CAPACITY):
        booked(session)
    assert NINE not in {time.start_s for time in booking.free_times(session, TUESDAY)}
    with pytest.raises(Refused):
        booked(session)


def test_the_same_form_sent_twice_is_one_booking(session: Session) -> None:
    slot_id = new_id()
    slots = [booking.book(session, ANONYMOUS, slot_id, TUESDAY, NINE, "Sri") for _ in range(2)]
    assert slots[0] is slots[1]
    with pytest.raises(Refused):
        booking.book(session, ANONYMOUS, slot_id, TUESDAY, NINE + SLOT_S, "Sri")


@pytest.mark.parametrize("name", ["", "   ", "3314200107410001", "Sri 2", "x" * 21, "<b>Sri</b>"])
def test_a_first_name_is_letters_and_nothing_that_identifies(session: Session, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        booked(session, name=name)
    assert set(refusal.value.errors) == {"name"}


@pytest.mark.parametrize("name", ["Sri", "Nur 'Aini", "Siti-Aminah", "Mbah Karso", "Zoë"])
def test_names_as_people_have_them_are_taken(session: Session, name: str) -> None:
    assert booked(session, name=name).name == name


def test_a_code_that_is_misread_is_noticed() -> None:
    for _ in range(50):
        code = codes.make()
        assert codes.normalise(code.lower().replace("-", " ")) == code
        body = code.replace("-", "")
        swapped = body[1] + body[0] + body[2:]
        assert swapped == body or codes.normalise(swapped) is None


def test_a_cancelled_time_is_free_again(session: Session) -> None:
    slots = [booked(session) for _ in range(CAPACITY)]
    booking.cancel_by_code(session, ANONYMOUS, slots[0].code.lower())
    again = booked(session)
    assert again.seat == 0
    assert len(booking.slots_on(session, TUESDAY)) == CAPACITY


def test_unknown_misspelt_past_and_used_codes_are_answered_alike(session: Session) -> None:
    used = booked(session)
    booking.cancel_by_code(session, ANONYMOUS, used.code)
    past = booked(session)
    past.day = SUNDAY
    session.flush()
    said = set()
    for code in (codes.make(), "AAA-AAA", "", used.code, past.code):
        with pytest.raises(Refused) as refusal:
            booking.cancel_by_code(session, ANONYMOUS, code)
        said.add(refusal.value.message)
    assert len(said) == 1


def test_only_a_planner_cancels_for_others(session: Session) -> None:
    slot = booked(session)
    for actor in (ANONYMOUS, an_actor(session, "supervisor")):
        with pytest.raises(Forbidden):
            booking.cancel(session, actor, slot)
    booking.cancel(session, an_actor(session, "planner"), slot)
    assert slot.is_cancelled


def test_a_rush_on_one_time_never_takes_more_than_its_seats(database: Database) -> None:
    rush = 12
    barrier = threading.Barrier(rush)
    won: list[str] = []
    lost: list[str] = []

    def reach() -> None:
        with clock.frozen(MORNING):
            barrier.wait()
            try:
                with database.write() as session:
                    won.append(booked(session).code)
            except Refused as refusal:
                lost.append(refusal.message)

    threads = [threading.Thread(target=reach) for _ in range(rush)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (CAPACITY, rush - CAPACITY)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(OfficeSlot)) == CAPACITY
        assert set(session.scalars(select(OfficeSlot.seat))) == set(range(CAPACITY))


def _book(visitor: Browser, **form: str) -> object:
    page = visitor.get("/antre?hari=2026-11-24").text
    hidden = dict(re.findall(r'name="(slot_id|day)"[^>]*value="([^"]*)"', page))
    return visitor.post(
        "/antre", {**hidden, "start_s": str(NINE), **form}, form_page="/antre?hari=2026-11-24"
    )


def test_anybody_books_a_time_and_gets_a_code_to_show(app: Flask, core: web.Core) -> None:
    visitor = Browser(app)
    assert "Selasa, 24 November 2026" in visitor.get("/antre").text
    answer = _book(visitor, name="Sri")
    with core.database.read() as session:
        slot = session.scalars(select(OfficeSlot)).one()
    assert slot.code in answer.text  # type: ignore[attr-defined]
    assert slot.code not in answer.request.full_path  # type: ignore[attr-defined]
    assert slot.code not in Browser(app).get("/antre/kode", follow_redirects=True).text


def test_bad_input_keeps_what_was_chosen(app: Flask) -> None:
    answer = _book(Browser(app), name="3314")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert f'value="{NINE}" checked' in answer.text  # type: ignore[attr-defined]


def test_a_booking_is_cancelled_by_its_code_on_the_page(app: Flask, core: web.Core) -> None:
    visitor = Browser(app)
    _book(visitor, name="Sri")
    with core.database.read() as session:
        code = session.scalars(select(OfficeSlot.code)).one()
    assert (
        visitor.post("/antre/batal", {"code": "AAA-AAA"}, form_page="/antre/batal").status_code
        == 422
    )
    assert (
        "dibatalkan" in visitor.post("/antre/batal", {"code": code}, form_page="/antre/batal").text
    )


def test_an_address_that_books_without_end_is_slowed_down(app: Flask) -> None:
    visitor = Browser(app)
    answers = [_book(visitor, name="").status_code for _ in range(11)]  # type: ignore[attr-defined]
    assert answers[0] == 422
    assert answers[-1] == 429


def test_the_counter_sees_todays_bookings_and_a_planner_cancels_one(
    app: Flask, core: web.Core
) -> None:
    with core.database.write() as session:
        slot = booked(session, MONDAY, 11 * 3600, "Karso")
        planner, supervisor = a_user(session, "planner"), a_user(session, "supervisor")
    assert "Karso" in signed_in(app, supervisor).get("/antrean").text
    office = signed_in(app, planner)
    answer = office.post(f"/antrean/{slot.id}/batal", form_page="/antrean")
    assert "Antrean Karso dibatalkan" in answer.text
    assert office.get("/antrean").text.count("Karso") == 0
