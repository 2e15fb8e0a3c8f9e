"""Whoever could come to the office gets a time there, and nobody is sent to the house before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from outreach import clock
from outreach.db import Database
from outreach.errors import Refused
from outreach.ids import new_id
from outreach.queue import booking
from outreach.queue.for_referral import book_for, first_name
from outreach.queue.models import OfficeSlot
from outreach.referrals.models import Referral
from tests.build import MORNING, a_referral, a_user, an_actor, signed_in


def test_a_time_is_booked_in_the_first_name_and_holds_the_visit_back(database: Database) -> None:
    with clock.frozen(MORNING), database.write() as session:
        actor, referral = an_actor(session, "planner"), a_referral(session, name="Mbah Tukiyem")
        day = booking.bookable_days(session)[1].day
        start_s = booking.free_times(session, day)[0].start_s
        slot = book_for(session, actor, referral, new_id(), day, start_s)
        assert slot.name == "Tukiyem"
        assert referral.not_before == day + timedelta(days=1)


def test_a_visit_that_is_planned_is_not_swapped_for_an_office_time(database: Database) -> None:
    with clock.frozen(MORNING), database.write() as session:
        actor, referral = an_actor(session, "planner"), a_referral(session, "scheduled")
        with pytest.raises(Refused):
            book_for(session, actor, referral, new_id(), clock.today(), 9 * 3600)


@pytest.mark.parametrize(
    ("name", "called"), [("Hj. Siti Aminah", "Siti"), ("Muh. Sholeh", "Sholeh"), ("Mbah", "Mbah")]
)
def test_a_first_name_is_one_word_without_titles(name: str, called: str) -> None:
    assert first_name(name) == called


def test_the_page_books_without_script(app: Flask, database: Database) -> None:
    with clock.frozen(MORNING):
        with database.write() as session:
            planner, referral = a_user(session, "planner"), a_referral(session, "submitted")
            day = booking.bookable_days(session)[1].day
            start_s = booking.free_times(session, day)[0].start_s
        browser = signed_in(app, planner)
        address = f"/triase/{referral.id}/kantor"
        assert str(start_s) in browser.get(f"{address}?hari={day}").text
        form = {"slot_id": new_id(), "day": day.isoformat(), "start_s": str(start_s)}
        page = browser.post(address, form, form_page=f"{address}?hari={day}")
        with database.read() as session:
            slot = session.get_one(OfficeSlot, form["slot_id"])
            assert slot.code in page.text
            assert session.get_one(Referral, referral.id).not_before is not None
