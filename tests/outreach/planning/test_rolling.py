"""A plan that missed its day rolls on, and a plan under way moves nothing that a team set off for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from outreach import clock, web
from outreach.errors import Refused
from outreach.planning import drafts
from outreach.planning.decisions import approve_plan
from outreach.planning.edits import Edit, EditKind
from outreach.planning.models import Plan, PlanState
from outreach.planning.rolling import missed_plans, roll_on
from outreach.planning.service import send_plan
from outreach.referrals.life import add_event, change_state
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from tests.outreach.planning import given
from tests.outreach.planning.given import MONDAY
from tests.outreach.planning.test_board import browser, words
from tests.outreach.planning.test_edits import desk, do

TUESDAY_MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def test_a_plan_that_was_not_approved_in_time_is_asked_for_again(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    with clock.frozen(TUESDAY_MORNING):
        planner = browser(app, core, office.planner)
        assert "Rencana 1 tidak disetujui tepat waktu" in words(planner.get("/"))
        assert "sedang disusun" in words(planner.post(f"/rencana/{plan_id}/gulirkan"))
        with core.database.read() as session:
            old, new = session.query(Plan).order_by(Plan.number).all()
            assert (old.state, new.state) == (PlanState.CANCELLED, PlanState.MAKING)
            assert (new.first_day, new.last_day) == (MONDAY + timedelta(days=2),) * 2
            assert missed_plans(session, clock.today()) == []


def test_a_plan_whose_day_is_to_come_does_not_roll(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    with core.database.write() as session, pytest.raises(Refused):
        roll_on(session, office.planner, session.get_one(Plan, plan_id))


def a_day_under_way(core: web.Core) -> tuple[given.Office, str, datetime, str, str]:
    """An approved Monday, the moment when its team has set off for the first house, the first and the last person."""
    office = given.an_office(core, teams=1, referrals=5)
    plan_id = given.a_sent_plan(core, office.planner)
    with core.database.write() as session:
        approve_plan(session, office.supervisor, session.get_one(Plan, plan_id))
    route = desk(core, plan_id).now.plan.routes[0]
    first, last = route.stops[0], route.stops[-1]
    moment = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=first.start_s + 60 - 7 * 3600)
    return office, plan_id, moment, first.visit, last.visit


def test_what_a_team_set_off_for_cannot_be_moved_and_the_rest_can(core: web.Core) -> None:
    office, plan_id, moment, first, last = a_day_under_way(core)
    with clock.frozen(moment):
        before = desk(core, plan_id)
        assert before.now.is_sound
        refused = do(core, office.planner, plan_id, Edit(EditKind.EXCLUDE, (first,)), 0)
        assert refused.after is None
        assert "sudah berangkat" in refused.refusals[0]
        assert (
            do(core, office.planner, plan_id, Edit(EditKind.EXCLUDE, (last,)), 0).after is not None
        )


def test_a_change_during_the_day_is_approved_although_somebody_was_recorded_meanwhile(
    core: web.Core,
) -> None:
    office, plan_id, moment, first, last = a_day_under_way(core)
    with clock.frozen(moment):
        do(core, office.planner, plan_id, Edit(EditKind.EXCLUDE, (last,)), 0)
        with core.database.write() as session:
            plan = session.get_one(Plan, plan_id)
            drafts.keep(session, office.planner, plan, 1)
            send_plan(session, office.planner, plan)
            done = session.get_one(Referral, first)
            change_state(session, office.planner, done, ReferralState.RECORDED, kind="outcome")
        with core.database.write() as session:
            approve_plan(session, office.supervisor, session.get_one(Plan, plan_id))
        with core.database.read() as session:
            assert session.get_one(Plan, plan_id).state is PlanState.APPROVED
            assert session.get_one(Referral, first).state is ReferralState.RECORDED
            assert session.get_one(Referral, last).state is ReferralState.ACCEPTED
            others = [key for key in office.referral_ids if key not in {first, last}]
            assert given.states(session, tuple(others)) == {ReferralState.SCHEDULED}


def test_a_house_that_a_team_reached_ahead_of_its_time_cannot_be_moved_by_hand(
    core: web.Core,
) -> None:
    office, plan_id, moment, _first, last = a_day_under_way(core)
    with clock.frozen(moment):
        with core.database.write() as session:
            person = session.get_one(Referral, last)
            add_event(session, office.planner, person, kind="arrived", device_at=moment)
        refused = do(core, office.planner, plan_id, Edit(EditKind.EXCLUDE, (last,)), 0)
        assert refused.after is None
