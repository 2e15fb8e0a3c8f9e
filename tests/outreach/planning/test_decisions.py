"""Approving a plan or returning it: four eyes, one approved plan for a day, and nobody scheduled twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from outreach import clock, web
from outreach.audit.models import AuditEntry
from outreach.errors import Forbidden, Refused
from outreach.planning.closures import close_team
from outreach.planning.decisions import approve_plan, replacement, return_plan
from outreach.planning.figures import figures_of
from outreach.planning.lookup import approved_routes
from outreach.planning.models import Plan, PlanState, PlanVersion, Route, Stop, Visit
from outreach.planning.seal import is_intact
from outreach.planning.service import request_again, send_plan
from outreach.planning.summary import warnings
from outreach.policy import Actor, Role, command_line
from outreach.referrals.life import change_state
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.teams.models import Team
from tests import build
from tests.outreach.planning import given
from tests.outreach.planning.given import MONDAY


def approve(core: web.Core, actor: Actor, plan_id: str, **more: int) -> None:
    """Approve a plan."""
    with core.database.write() as session:
        approve_plan(session, actor, session.get_one(Plan, plan_id), **more)


def give_back(
    core: web.Core, actor: Actor, plan_id: str, reason: str = "Tim 2 sedang rapat"
) -> None:
    """Return a plan."""
    with core.database.write() as session:
        return_plan(session, actor, session.get_one(Plan, plan_id), reason)


def approved_twice(core: web.Core) -> list[str]:
    """The referrals that stand on two routes that are to be driven."""
    with core.database.read() as session:
        return list(
            session.scalars(
                select(Visit.referral_id)
                .join(Stop).join(Route, Stop.route_id == Route.id)
                .join(PlanVersion, Route.version_id == PlanVersion.id)
                .where(PlanVersion.state == PlanState.APPROVED, Route.replaced_by.is_(None))
                .group_by(Visit.referral_id).having(func.count() > 1)
            )
        )  # fmt: skip


def test_an_approved_plan_is_sealed_and_its_people_are_scheduled(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    approve(core, office.supervisor, plan_id)
    with core.database.read() as session:
        plan = session.get_one(Plan, plan_id)
        version = plan.versions[-1]
        assert (plan.state, version.state) == (PlanState.APPROVED, PlanState.APPROVED)
        assert version.decided_by == office.supervisor.id
        assert len(version.hash) == 64
        assert is_intact(version)
        assert given.states(session, office.referral_ids) == {ReferralState.SCHEDULED}
        assert len(approved_routes(session, [MONDAY])) == len(version.routes)
        assert (
            session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()[-1]
            == "plan.approved"
        )


def test_who_made_a_plan_cannot_approve_or_return_it_even_as_a_supervisor(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    promoted = replace(office.planner, role=Role.SUPERVISOR)
    for decide in (approve, give_back):
        with pytest.raises(Refused, match="Anda sendiri"):
            decide(core, promoted, plan_id)
    assert given.state_of(core, plan_id) is PlanState.SENT


def test_neither_who_asked_first_nor_who_had_it_made_again_decides(core: web.Core) -> None:
    office = given.an_office(core)
    with core.database.write() as session:
        colleague = build.an_actor(session, Role.PLANNER)
    plan_id = given.a_made_plan(core, office.planner)
    with core.database.write() as session:
        request_again(session, colleague, session.get_one(Plan, plan_id))
    given.make(core)
    with core.database.write() as session:
        send_plan(session, colleague, session.get_one(Plan, plan_id))
    for maker in (office.planner, colleague):
        with pytest.raises(Refused):
            approve(core, replace(maker, role=Role.SUPERVISOR), plan_id)
    approve(core, office.supervisor, plan_id)


def test_a_command_on_the_server_decides_nothing(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    with pytest.raises(Refused):
        approve(core, command_line(Role.SUPERVISOR), plan_id)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SUPERVISOR, Role.ANONYMOUS}))
def test_nobody_but_a_supervisor_decides(core: web.Core, role: Role) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    with core.database.write() as session:
        other = build.an_actor(session, role)
    for decide in (approve, give_back):
        with pytest.raises(Forbidden):
            decide(core, other, plan_id)


def test_only_a_plan_that_was_sent_is_decided_on(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_made_plan(core, office.planner)
    with pytest.raises(Refused):
        approve(core, office.supervisor, plan_id)
    with core.database.write() as session:
        send_plan(session, office.planner, session.get_one(Plan, plan_id))
    approve(core, office.supervisor, plan_id)
    with pytest.raises(Refused):
        approve(core, office.supervisor, plan_id)
    with pytest.raises(Refused):
        give_back(core, office.supervisor, plan_id)


def test_a_version_that_came_in_between_is_not_approved_unseen(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    with pytest.raises(Refused, match="lebih baru"):
        approve(core, office.supervisor, plan_id, version_number=7)
    approve(core, office.supervisor, plan_id, version_number=1)


def test_a_plan_of_days_that_passed_is_not_approved(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    with clock.frozen(datetime(2026, 11, 24, 1, tzinfo=UTC)), pytest.raises(Refused):
        approve(core, office.supervisor, plan_id)


@pytest.mark.parametrize("reason", ["", "   ", "ok"])
def test_a_plan_is_not_returned_without_a_reason(core: web.Core, reason: str) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    with pytest.raises(Refused) as refused:
        give_back(core, office.supervisor, plan_id, reason)
    assert refused.value.field == "reason"
    assert given.state_of(core, plan_id) is PlanState.SENT


def test_a_returned_plan_goes_back_with_its_reason_and_comes_again_as_a_new_version(
    core: web.Core,
) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    give_back(core, office.supervisor, plan_id, "Tim 2 sedang rapat")
    with core.database.write() as session:
        plan = session.get_one(Plan, plan_id)
        assert plan.state is PlanState.RETURNED
        assert plan.versions[-1].decision_reason == "Tim 2 sedang rapat"
        assert given.states(session, office.referral_ids) == {ReferralState.ACCEPTED}
        request_again(session, office.planner, plan)
    given.make(core)
    with core.database.write() as session:
        send_plan(session, office.planner, session.get_one(Plan, plan_id))
    approve(core, office.supervisor, plan_id, version_number=2)
    with core.database.read() as session:
        first, second = session.get_one(Plan, plan_id).versions
        assert (first.state, second.state) == (PlanState.SUPERSEDED, PlanState.APPROVED)
        assert first.decision_reason == "Tim 2 sedang rapat"


def test_a_plan_with_somebody_who_left_the_waiting_list_is_not_approved(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    with core.database.write() as session:
        gone = session.get_one(Referral, office.referral_ids[0])
        change_state(session, office.planner, gone, ReferralState.CLOSED, kind="closed")
        code = gone.tracking_code
    with pytest.raises(Refused, match=code):
        approve(core, office.supervisor, plan_id)
    with core.database.read() as session:
        assert given.states(session, office.referral_ids[1:]) == {ReferralState.ACCEPTED}


def test_the_same_person_is_never_on_two_approved_plans(core: web.Core) -> None:
    office = given.an_office(core)
    monday = given.a_sent_plan(core, office.planner)
    tuesday = given.a_sent_plan(core, office.planner, MONDAY + timedelta(days=1))
    approve(core, office.supervisor, monday)
    with pytest.raises(Refused, match="daftar tunggu"):
        approve(core, office.supervisor, tuesday)
    assert approved_twice(core) == []


def test_a_new_plan_for_a_day_replaces_the_approved_one(core: web.Core) -> None:
    office = given.an_office(core)
    older = given.a_sent_plan(core, office.planner)
    approve(core, office.supervisor, older)
    newer = given.a_sent_plan(core, office.planner)
    with core.database.read() as session:
        assert given.states(session, office.referral_ids) == {ReferralState.SCHEDULED}
    approve(core, office.supervisor, newer)
    assert given.state_of(core, older) is PlanState.SUPERSEDED
    assert given.state_of(core, newer) is PlanState.APPROVED
    assert approved_twice(core) == []
    with core.database.read() as session:
        assert {route.version.plan_id for route in approved_routes(session, [MONDAY])} == {newer}
        assert given.states(session, office.referral_ids) == {ReferralState.SCHEDULED}
        assert is_intact(session.get_one(Plan, older).versions[-1]), "being replaced breaks no seal"


def test_who_is_not_on_the_new_plan_goes_back_to_the_waiting_list(core: web.Core) -> None:
    office = given.an_office(core)
    older = given.a_sent_plan(core, office.planner)
    approve(core, office.supervisor, older)
    left_out = office.referral_ids[0]
    with core.database.write() as session:
        session.get_one(Referral, left_out).needs = ["escort"]  # no team has one
    newer = given.a_sent_plan(core, office.planner)
    approve(core, office.supervisor, newer)
    with core.database.read() as session:
        assert given.states(session, (left_out,)) == {ReferralState.ACCEPTED}
        assert given.states(session, office.referral_ids[1:]) == {ReferralState.SCHEDULED}


def test_a_plan_of_several_days_loses_only_the_day_that_was_planned_anew(core: web.Core) -> None:
    tuesday = MONDAY + timedelta(days=1)
    office = given.an_office(core, teams=1, referrals=24)
    week = given.a_sent_plan(core, office.planner, MONDAY, tuesday)
    approve(core, office.supervisor, week)
    with core.database.read() as session:
        monday_before = [route.id for route in approved_routes(session, [MONDAY])]
        assert monday_before
        assert approved_routes(session, [tuesday])
    anew = given.a_sent_plan(core, office.planner, tuesday)
    approve(core, office.supervisor, anew)
    with core.database.read() as session:
        assert [route.id for route in approved_routes(session, [MONDAY])] == monday_before
        assert {r.version.plan_id for r in approved_routes(session, [tuesday])} == {anew}
    assert given.state_of(core, week) is PlanState.APPROVED
    assert approved_twice(core) == []


def test_a_plan_is_not_approved_for_a_team_that_was_closed_since_it_was_sent(
    core: web.Core,
) -> None:
    office = given.an_office(core, teams=1)
    plan_id = given.a_sent_plan(core, office.planner)
    with core.database.write() as session:
        team = session.get_one(Team, office.team_ids[0])
        close_team(session, office.supervisor, team, MONDAY, 7, "440/13/2026")
    with pytest.raises(Refused, match=r"tidak bertugas pada .*: kembalikan rencana ini"):
        approve(core, office.supervisor, plan_id)
    with core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[-1]
        said = warnings(session, version, figures_of(version), replacement(session, version))
        assert any("tidak bertugas pada" in one for one in said)
        assert given.states(session, office.referral_ids) == {ReferralState.ACCEPTED}
    assert given.state_of(core, plan_id) is PlanState.SENT
