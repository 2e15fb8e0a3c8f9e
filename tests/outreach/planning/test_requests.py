"""Asking for a plan, and being told why not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import clock, web
from outreach.audit.models import AuditEntry
from outreach.errors import Forbidden, Refused
from outreach.jobs import Job, JobState
from outreach.planning.models import Plan, PlanState
from outreach.planning.service import (
    cancel_plan,
    last_day_of,
    request_again,
    request_plan,
    send_plan,
)
from outreach.policy import Role
from outreach.referrals.states import ReferralState
from outreach.teams.models import Holiday, Shift
from tests import build
from tests.outreach.planning import given
from tests.outreach.planning.given import MONDAY


def refusal(core: web.Core, office: given.Office, **asked: object) -> Refused:
    """Why a request is refused."""
    first = asked.pop("first", MONDAY)
    last = asked.pop("last", first)
    with pytest.raises(Refused) as refused, core.database.write() as session:
        request_plan(session, office.planner, first, last, **asked)  # type: ignore[arg-type]
    return refused.value


def test_a_request_and_its_job_are_there_together(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_requested_plan(core, office.planner)
    with core.database.read() as session:
        plan = session.get_one(Plan, plan_id)
        job = session.get_one(Job, str(plan.job_id))
        assert (plan.number, plan.state) == (1, PlanState.MAKING)
        assert (job.state, job.payload) == (JobState.WAITING, {"plan_id": plan_id})
        assert (
            session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()[-1]
            == "plan.requested"
        )


def test_only_a_planner_asks_for_a_plan(core: web.Core) -> None:
    office = given.an_office(core)
    for role in set(Role) - {Role.PLANNER, Role.ANONYMOUS}:
        with core.database.write() as session:
            actor = build.an_actor(session, role)
        with pytest.raises(Forbidden), core.database.write() as session:
            request_plan(session, actor, MONDAY, MONDAY)
    assert office.planner


def test_no_plan_is_made_for_days_off(core: web.Core) -> None:
    office = given.an_office(core)
    saturday = MONDAY + timedelta(days=5)
    assert (
        refusal(core, office, first=saturday, last=saturday + timedelta(days=1)).field
        == "first_day"
    )


def test_no_plan_is_made_for_days_that_have_passed(core: web.Core) -> None:
    office = given.an_office(core)
    assert "sudah lewat" in refusal(core, office, first=clock.today() - timedelta(days=1)).message


def test_no_plan_is_made_of_an_empty_waiting_list(core: web.Core) -> None:
    office = given.an_office(core, referrals=0)
    with core.database.write() as session:
        build.a_referral(session, ReferralState.SUBMITTED)
    assert "Daftar tunggu kosong" in refusal(core, office).message


def test_no_plan_is_made_without_a_team(core: web.Core) -> None:
    office = given.an_office(core, teams=0)
    assert refusal(core, office).field == "team_ids"


def test_no_plan_is_made_when_every_chosen_team_is_closed(core: web.Core) -> None:
    office = given.an_office(core)
    with core.database.write() as session:
        session.add(Shift(team_id=office.team_ids[0], day=MONDAY, is_closed=True))
    assert refusal(core, office, team_ids=[office.team_ids[0]]).field == "team_ids"


def test_a_day_is_planned_once_at_a_time(core: web.Core) -> None:
    office = given.an_office(core)
    given.a_requested_plan(core, office.planner, MONDAY, MONDAY + timedelta(days=2))
    tuesday = MONDAY + timedelta(days=1)
    assert "sedang disusun" in refusal(core, office, first=tuesday).message
    given.a_requested_plan(core, office.planner, MONDAY + timedelta(days=3))


def test_several_working_days_skip_holidays_and_weekends(core: web.Core) -> None:
    with core.database.write() as session:
        session.add(Holiday(day=MONDAY + timedelta(days=1), name="Libur", category="local"))
        session.flush()
        assert last_day_of(session, MONDAY, 1) == MONDAY
        assert last_day_of(session, MONDAY, 2) == MONDAY + timedelta(days=2)
        assert last_day_of(session, MONDAY, 5) == MONDAY + timedelta(days=7)


def test_a_plan_whose_turn_has_not_come_is_cancelled_at_once(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_requested_plan(core, office.planner)
    with core.database.write() as session:
        cancel_plan(session, office.planner, session.get_one(Plan, plan_id))
    with core.database.read() as session:
        plan = session.get_one(Plan, plan_id)
        assert plan.state is PlanState.CANCELLED
        assert session.get_one(Job, str(plan.job_id)).state is JobState.CANCELLED


def test_a_plan_that_was_made_can_be_set_aside_but_not_one_that_was_sent(core: web.Core) -> None:
    office = given.an_office(core)
    made = given.a_made_plan(core, office.planner)
    with core.database.write() as session:
        cancel_plan(session, office.planner, session.get_one(Plan, made))
    assert given.state_of(core, made) is PlanState.CANCELLED
    sent = given.a_sent_plan(core, office.planner)
    with pytest.raises(Refused), core.database.write() as session:
        cancel_plan(session, office.planner, session.get_one(Plan, sent))


def test_a_plan_made_again_is_a_new_version_of_the_same_plan(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_made_plan(core, office.planner)
    with core.database.write() as session:
        request_again(session, office.planner, session.get_one(Plan, plan_id))
    assert given.make(core) == plan_id
    with core.database.read() as session:
        versions = session.get_one(Plan, plan_id).versions
        assert [(one.number, one.state) for one in versions] == [
            (1, PlanState.SUPERSEDED),
            (2, PlanState.MADE),
        ]


def test_a_new_version_that_is_cancelled_leaves_the_old_one_as_it_was(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_made_plan(core, office.planner)
    with core.database.write() as session:
        plan = request_again(session, office.planner, session.get_one(Plan, plan_id))
        cancel_plan(session, office.planner, plan)
    assert given.state_of(core, plan_id) is PlanState.MADE


def test_a_plan_that_visits_nobody_is_not_sent(core: web.Core) -> None:
    office = given.an_office(core, needs=["escort"])  # no team has one
    plan_id = given.a_made_plan(core, office.planner)
    with pytest.raises(Refused), core.database.write() as session:
        send_plan(session, office.planner, session.get_one(Plan, plan_id))


def test_a_plan_that_is_being_made_cannot_be_sent_or_made_again(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_requested_plan(core, office.planner)
    for act in (send_plan, request_again):
        with pytest.raises(Refused), core.database.write() as session:
            act(session, office.planner, session.get_one(Plan, plan_id))
