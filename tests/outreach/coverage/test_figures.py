"""The figures: coverage, where cases stand, how long people wait, and what is too small to show."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach import clock, web
from outreach.coverage.baseline import FIRST_DAY, Baseline
from outreach.coverage.disclosure import SMALLEST, suppressed
from outreach.coverage.figures import Group, figures_on
from outreach.db import Database
from outreach.referrals.life import change_state
from outreach.referrals.models import Referral
from outreach.referrals.states import CloseReason, ReferralState
from tests.build import MONDAY, MORNING, a_referral, a_user, an_actor, signed_in

S = ReferralState
JENAR, KALIJAMBE = "33.14.20.2001", "33.14.01.2001"


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def scheduled_and_recorded(session: Session, days_ago: int = 0) -> Referral:
    """Somebody who was recorded so many days ago."""
    referral = a_referral(session, S.SCHEDULED)
    with clock.frozen(MORNING - timedelta(days=days_ago)):
        change_state(session, an_actor(session, "planner"), referral, S.RECORDED, kind="outcome")
    return referral


def test_the_first_day_is_98_37_percent_of_753_017() -> None:
    assert FIRST_DAY.obliged == 753_017
    assert FIRST_DAY.missing() == 12_274
    assert round(FIRST_DAY.share() * 100, 2) == 98.37


def test_coverage_may_pass_a_hundred_percent_and_is_not_clamped() -> None:
    assert Baseline(100, 99).share(3) == 1.02
    assert Baseline(100, 99).missing(3) == -2


def test_a_recording_of_ours_counts_on_top_of_the_first_day(session: Session) -> None:
    scheduled_and_recorded(session)
    delivered = a_referral(session, S.CLOSED, close_reason=CloseReason.DELIVERED)
    a_referral(session, S.CLOSED, close_reason=CloseReason.DIED)
    figures = figures_on(session)
    assert figures.recorded_since == 2
    assert figures.missing == 12_272
    assert figures.regency.groups[Group.DELIVERED] == 1
    assert delivered.state is S.CLOSED


def test_cases_are_counted_where_they_live_and_drafts_nowhere(session: Session) -> None:
    for state in (S.SUBMITTED, S.ACCEPTED, S.SCHEDULED, S.DRAFT):
        a_referral(session, state, village_code=JENAR)
    a_referral(session, S.VISITED, village_code=KALIJAMBE)
    figures = figures_on(session)
    by_code = {area.code: area for area in (*figures.districts, *figures.villages)}
    assert by_code["33.14.20"].total == by_code[JENAR].total == 3
    assert by_code["33.14.01"].groups[Group.DECIDING] == 1
    assert figures.regency.total == 4
    assert (len(figures.districts), len(figures.villages)) == (20, 208)


def test_the_median_wait_is_of_those_not_recorded_yet(session: Session) -> None:
    for days in (2, 10, 60):
        a_referral(session, S.ACCEPTED, submitted_at=MORNING - timedelta(days=days))
    a_referral(session, S.RECORDED, submitted_at=MORNING - timedelta(days=900))
    assert figures_on(session).regency.median_wait_days == 10


def test_nobody_waiting_means_no_median(session: Session) -> None:
    assert figures_on(session).regency.median_wait_days is None


def test_this_month_counts_recordings_since_its_first_day(session: Session) -> None:
    scheduled_and_recorded(session, days_ago=2)
    scheduled_and_recorded(session, days_ago=MONDAY.day)  # the last day of October
    assert figures_on(session).regency.recorded_this_month == 1


def test_a_recording_that_failed_at_the_centre_no_longer_counts(session: Session) -> None:
    person = scheduled_and_recorded(session)
    change_state(session, an_actor(session, "planner"), person, S.ENROLMENT_FAILED, kind="followup")
    figures = figures_on(session)
    assert figures.recorded_since == figures.regency.recorded_this_month == 0


@given(st.dictionaries(st.integers(), st.integers(0, 40), max_size=14))
def test_no_small_number_about_health_is_shown_or_can_be_worked_out(counts: dict[int, int]) -> None:
    shown = suppressed(counts)
    assert shown.keys() == counts.keys()
    hidden = [counts[key] for key, count in shown.items() if count is None]
    for key, count in shown.items():
        assert count in (None, counts[key])
        assert count is None or count == 0 or count >= SMALLEST
    # The total is known: what is left after subtracting the rest must not be one cell, nor a small sum.
    if hidden and len(hidden) < len(counts):
        assert len(hidden) > 1
        assert sum(hidden) >= SMALLEST


def test_numbers_that_are_large_enough_are_all_shown() -> None:
    assert suppressed({"a": 5, "b": 0, "c": 17}) == {"a": 5, "b": 0, "c": 17}


def test_the_page_and_the_table_give_the_same_numbers(app: Flask, core: web.Core) -> None:
    with core.database.write() as session:
        for _ in range(6):
            a_referral(session, S.ACCEPTED, village_code=JENAR, condition="frail")
        a_referral(session, S.ACCEPTED, village_code=JENAR, condition="psychosocial")
        supervisor = a_user(session, "supervisor")
    browser = signed_in(app, supervisor)
    page = browser.get("/cakupan")
    assert "98,37%" in page.text
    assert "753.017" in page.text
    assert "tidak ditampilkan" in page.text
    district = browser.get("/cakupan?kecamatan=33.14.20")
    assert "Kecamatan Jenar" in district.text
    answer = browser.get("/cakupan.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 208
    (jenar,) = [row for row in rows if row["Kode"] == JENAR]
    assert jenar["Dalam daftar tunggu"] == jenar["Semua usulan"] == "7"
    assert jenar["Median lama tunggu (hari)"] == "10"
