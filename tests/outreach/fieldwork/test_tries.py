"""A house that is tried in vain: at another time of day, as often as the office says, then closed with a letter, and opened again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach import clock, web
from outreach.db import Database
from outreach.errors import Refused
from outreach.fieldwork import decisions
from outreach.fieldwork.models import OutcomeKind
from outreach.fieldwork.outcomes import Entry, record_outcome
from outreach.fieldwork.tries import tries_of
from outreach.ids import new_id
from outreach.paperwork.closing_letter import as_html, days_visited
from outreach.planning.day_rules import Rules, set_rules
from outreach.planning.problem_builder import windows_of
from outreach.policy import Actor, Role
from outreach.referrals.life import change_state
from outreach.referrals.models import Referral
from outreach.referrals.states import CloseReason, ReferralState
from tests.build import MONDAY, MORNING, a_referral, a_team, a_user, an_actor, signed_in
from tests.build_plans import an_approved_route, visits_of
from tests.outreach.planning.test_board import words


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def tried(session: Session, planner: Actor, referral: Referral, reason: str, day: date) -> None:
    """Somebody is visited on a date, at 9.10, in vain."""
    with clock.frozen(datetime(day.year, day.month, day.day, 2, 10, tzinfo=UTC)):
        if referral.state is ReferralState.ACCEPTED:
            change_state(session, planner, referral, ReferralState.SCHEDULED, kind="scheduled")
        team = a_team(session, f"T{day.day}")
        visit = visits_of(an_approved_route(session, team, day, [referral]))[0]
        record_outcome(session, planner, visit, Entry(new_id(), OutcomeKind.NOT_RECORDED, reason))


def test_after_nobody_was_home_the_next_visit_is_at_another_time_of_day(session: Session) -> None:
    planner = an_actor(session, Role.PLANNER)
    referral = a_referral(session, ReferralState.SCHEDULED)
    tried(session, planner, referral, "not_home", MONDAY)
    assert referral.not_home_s == 9 * 3600 + 600
    assert [window.start_s for window in windows_of(referral)] == [11 * 3600 + 600]
    referral.home_from_s, referral.home_to_s = 8 * 3600, 10 * 3600
    assert [window.start_s for window in windows_of(referral)] == [8 * 3600]
    tried(session, planner, referral, "too_ill", MONDAY + timedelta(days=3))
    assert referral.not_home_s is None


def test_the_offices_number_ends_the_attempts_and_its_own_failures_do_not_count(
    session: Session,
) -> None:
    set_rules(session, an_actor(session, Role.ADMIN), Rules(4, 1, 10, 2), MONDAY)
    planner = an_actor(session, Role.PLANNER)
    referral = a_referral(session, ReferralState.SCHEDULED)
    for after, reason in enumerate(("equipment", "equipment", "not_home")):
        tried(session, planner, referral, reason, MONDAY + timedelta(days=after))
        assert referral.state is ReferralState.ACCEPTED
    tried(session, planner, referral, "refused", MONDAY + timedelta(days=3))
    assert referral.state is ReferralState.VISITED
    assert tries_of(session, referral.id) == 2


def closed(session: Session) -> tuple[Actor, Referral]:
    """A planner, and a referral that was closed after two visits in vain."""
    set_rules(session, an_actor(session, Role.ADMIN), Rules(4, 1, 10, 2), MONDAY)
    planner = an_actor(session, Role.PLANNER)
    referral = a_referral(session, ReferralState.SCHEDULED, condition="bedridden")
    tried(session, planner, referral, "not_home", MONDAY)
    tried(session, planner, referral, "too_ill", MONDAY + timedelta(days=3))
    decisions.close_after_visit(session, planner, referral, CloseReason.NOT_MET, "")
    return planner, referral


def test_the_letter_names_the_days_and_says_nothing_of_health_or_nik(session: Session) -> None:
    _planner, referral = closed(session)
    assert days_visited(referral) == [MONDAY, MONDAY + timedelta(days=3)]
    letter = as_html(session, referral)
    assert "Senin, 23 November 2026" in letter
    assert referral.tracking_code in letter
    assert "gratis" in letter
    for word in ("sakit", "tidak bisa bangun", "3314"):
        assert word not in letter.lower()


def test_a_closed_case_is_opened_again_and_its_attempts_begin_anew(session: Session) -> None:
    planner, referral = closed(session)
    with clock.frozen(MORNING + timedelta(days=7)):
        decisions.reopen(session, planner, referral)
        assert referral.state is ReferralState.ACCEPTED
        assert referral.close_reason is None
        assert tries_of(session, referral.id) == 0
        with pytest.raises(Refused):
            decisions.reopen(session, planner, referral)


def test_a_planner_closes_with_one_click_prints_the_letter_and_opens_the_case_again(
    app: Flask, core: web.Core
) -> None:
    with core.database.write() as session:
        set_rules(session, an_actor(session, Role.ADMIN), Rules(4, 1, 10, 1), MONDAY)
        planner = an_actor(session, Role.PLANNER)
        referral = a_referral(session, ReferralState.SCHEDULED)
        tried(session, planner, referral, "not_home", MONDAY)
        key, user = referral.id, a_user(session, Role.PLANNER)
    browser = signed_in(app, user)
    page = browser.get(f"/hasil/keputusan/{key}").text
    assert "Sudah sebanyak batas kunjungan" in page
    form = {"close": "1", "close_reason": "not_met", "close_note": ""}
    assert "Surat (PDF)" in words(browser.post(f"/hasil/keputusan/{key}", form))
    letter = browser.get(f"/usulan/{key}/surat-penutupan?bentuk=html")
    assert letter.status_code == 200
    assert "daftar tunggu" in words(browser.post(f"/hasil/buka-kembali/{key}"))
    assert browser.get(f"/usulan/{key}/surat-penutupan").status_code == 409
