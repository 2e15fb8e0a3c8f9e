"""Builders of planning: a backlog, teams, and plans that were really made, quickly."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

import routing
from outreach import web
from outreach.jobs import JobContext
from outreach.jobs.queue import claim
from outreach.planning.guide import STRAIGHT, Guide
from outreach.planning.jobs import with_changes
from outreach.planning.models import Plan, PlanState
from outreach.planning.problem_builder import build_problem
from outreach.planning.route_lines import find_lines
from outreach.planning.service import request_plan, send_plan
from outreach.planning.store import checked, store_answer
from outreach.policy import Actor, Role
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.settings import Settings
from routing.search import Limits
from routing.search import plan as solve
from tests import build

MONDAY = build.MONDAY
"""A Monday without a holiday; tests hold the clock at a moment before it."""


@dataclass(frozen=True)
class Office:
    """An office that can plan: its planner, its supervisor, its teams and its backlog."""

    planner: Actor
    supervisor: Actor
    team_ids: tuple[str, ...]
    referral_ids: tuple[str, ...]


def an_office(core: web.Core, *, teams: int = 2, referrals: int = 6, **given: Any) -> Office:
    """An office with teams and a backlog of referrals in a few villages."""
    with core.database.write() as session:
        made = [build.a_team(session, f"T{number}") for number in range(1, teams + 1)]
        villages = ("33.14.20.2001", "33.14.20.2002", "33.14.10.2007")
        people = [
            build.a_referral(
                session, village_code=villages[number % 3], name=f"Mbah {number}", **given
            )
            for number in range(referrals)
        ]
        return Office(
            planner=build.an_actor(session, Role.PLANNER),
            supervisor=build.an_actor(session, Role.SUPERVISOR),
            team_ids=tuple(team.id for team in made),
            referral_ids=tuple(person.id for person in people),
        )


def a_requested_plan(
    core: web.Core, planner: Actor, first: date = MONDAY, last: date | None = None
) -> str:
    """A plan that was asked for; its job waits."""
    with core.database.write() as session:
        return request_plan(session, planner, first, last or first).id


def a_claimed_job(
    core: web.Core, owner: str = "00000000-0000-7000-8000-000000000001"
) -> JobContext:
    """The job that waits longest, claimed by a worker."""
    with core.database.write() as session:
        job = claim(session, owner, core.settings.lease_s)
        assert job is not None
        return JobContext(
            core.database, core.settings, job.id, owner, dict(job.payload), job.attempts
        )


def an_answer(problem: routing.Problem) -> routing.Plan:
    """A plan found by a very short search."""
    return solve(problem, Limits(seconds=0.2, workers=1, seed=1))


def in_json(answer: routing.Plan) -> bytes:
    """An answer as the child writes it."""
    return json.dumps(routing.plan_to_json(answer)).encode()


def make(
    core: web.Core,
    change: Callable[[routing.Plan], routing.Plan] = lambda plan: plan,
    guide: Guide = STRAIGHT,
    settings: Settings | None = None,
) -> str:
    """Do the job that waits longest as a worker does, without the child process; return the plan's id."""
    context = a_claimed_job(core)
    plan_id = str(context.payload["plan_id"])
    with core.database.read() as session:
        problem = build_problem(session, session.get_one(Plan, plan_id), guide)
    made = with_changes(context, problem, checked(problem, in_json(change(an_answer(problem)))))
    lines = find_lines(settings or core.settings, problem, made)
    with core.database.write() as session:
        store_answer(session, context, problem, made, lines)
    return plan_id


def a_made_plan(
    core: web.Core, planner: Actor, first: date = MONDAY, last: date | None = None
) -> str:
    """A plan with one version, made."""
    plan_id = a_requested_plan(core, planner, first, last)
    assert make(core) == plan_id
    return plan_id


def a_sent_plan(
    core: web.Core, planner: Actor, first: date = MONDAY, last: date | None = None
) -> str:
    """A plan whose version waits for approval."""
    plan_id = a_made_plan(core, planner, first, last)
    with core.database.write() as session:
        send_plan(session, planner, session.get_one(Plan, plan_id))
    return plan_id


def states(session: Session, referral_ids: tuple[str, ...]) -> set[ReferralState]:
    """The states that these referrals are in."""
    return {session.get_one(Referral, key).state for key in referral_ids}


def state_of(core: web.Core, plan_id: str) -> PlanState:
    """The state of a plan."""
    with core.database.read() as session:
        return session.get_one(Plan, plan_id).state
