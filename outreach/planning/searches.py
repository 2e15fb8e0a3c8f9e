"""Searches that start from the board: improving the rest around what is held, and what would be otherwise.

Both are jobs that a person watches and can stop. An improvement becomes one edit, undone by one; what-if touches nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from outreach import audit, clock, jobs, policy
from outreach.accounts.models import User
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.ids import new_id
from outreach.jobs import Job, JobContext, JobState, handles
from outreach.planning import drafts
from outreach.planning.closures import CALLED_OFF_POINTS
from outreach.planning.draft_models import PlanDraft, WhatIf
from outreach.planning.edits import Edit, EditKind, Where
from outreach.planning.jobs import search, search_time_s
from outreach.planning.judging import Judged
from outreach.planning.models import Plan, PlanState
from outreach.policy import Actor, Role
from routing.problem import MOST_POINTS

IMPROVE: Final = "plan.improve"
WHAT_IF: Final = "plan.what_if"
GOING_ON: Final = frozenset({JobState.WAITING, JobState.RUNNING})
FREED: Final = "freed"
"""In a job's payload the visits of routes that are no more: the plan stays near to what stands, and these go first."""
NEAR_POINTS: Final = 30
"""Points that must be gained to move somebody who stays visited to another team or date, in a plan that stays near."""
FRIDAY: Final = 4
HOUR_S: Final = 3600
LONGEST_TRY_S: Final = 15
"""Seconds for each what-if, whatever the number of days: enough to compare, short enough to wait for."""


def improve_rest(session: Session, actor: Actor, plan: Plan, revision: int) -> None:
    """Ask for better routes around what is pinned and locked. Raises Refused for a board that changed meanwhile."""
    policy.allow(actor, "plan.edit", plan)
    desk = drafts.turn(session, plan, revision)
    draft = drafts.draft_of(session, desk)
    draft.changed_by, draft.changed_at = actor.id, clock.now()
    draft.job_id = jobs.enqueue(session, IMPROVE, {"plan_id": plan.id}, actor).id
    audit.record(session, actor, "plan.improving", plan, version=desk.base.label)


def stop_search(session: Session, actor: Actor, plan: Plan) -> None:
    """Stop an improvement or a what-if that goes on; the board stays as it is."""
    policy.allow(actor, "plan.edit", plan)
    for job in running(session, plan):
        jobs.cancel(session, job)


def settle_search(session: Session, actor: Actor, plan: Plan) -> bool:
    """End an improvement with the best routes it has found so far; tell whether one was going on that could have any."""
    policy.allow(actor, "plan.edit", plan)
    found = [job for job in running(session, plan) if job.kind == IMPROVE]
    for job in found:
        jobs.settle(session, job)
    return any(job.state is JobState.RUNNING for job in found)


def running(session: Session, plan: Plan) -> list[Job]:
    """Return the searches of a plan that go on or wait."""
    ids = [
        *session.scalars(select(PlanDraft.job_id).where(PlanDraft.plan_id == plan.id)),
        *session.scalars(select(WhatIf.job_id).where(WhatIf.plan_id == plan.id)),
    ]
    return list(session.scalars(select(Job).where(Job.id.in_(ids), Job.state.in_(GOING_ON))))


@handles(IMPROVE)
def improve(context: JobContext) -> None:
    """Search around what is held, and keep what is better as one edit."""
    with context.database.read() as session:
        plan = session.get_one(Plan, context.payload["plan_id"])
        desk = drafts.desk_of(session, plan)
        seconds = search_time_s(plan, context.settings.plan_time_limit_s)
        is_promised = desk.base.state is PlanState.APPROVED  # families count on it
    problem = around_what_is_held(desk.now)
    if is_promised or FREED in context.payload:
        problem = near_to(problem, desk.answer, context.payload.get(FREED, ()))
    seconds *= max(len({shift.day for shift in problem.shifts}), 1)
    found = drafts.plan_in(search(context, problem, seconds))
    orders = {(route.team, route.day): route.visits for route in found.routes}
    free = [(s.team, s.day) for s in problem.shifts]
    edit = Edit(EditKind.REPLACE, orders=tuple((t, d, orders.get((t, d), ())) for t, d in free))
    with context.database.write() as session:
        context.finish(session)
        plan = session.get_one(Plan, context.payload["plan_id"])
        desk = drafts.desk_of(session, plan)
        job = session.get_one(Job, context.job_id)
        is_better = drafts.worth_after(desk, edit) > drafts.worth(desk.now)
        if is_better:
            drafts.append(session, _asker(session, job), desk, edit)
        job.progress = {"phase": "better" if is_better else "nothing_better"}


def around_what_is_held(now: Judged) -> routing.Problem:
    """Return the question without locked routes and who is on them, where whoever is pinned goes before everybody."""
    locked = now.board.locked
    held = {visit for where in locked for visit in now.board.orders[where]}
    visits = tuple(
        replace(visit, priority=MOST_POINTS) if visit.id in now.board.pins else visit
        for visit in now.problem.visits
        if visit.id not in held
    )
    quotas = tuple(
        replace(quota, people=max(quota.people - _people(now, locked, quota), 0))
        for quota in now.problem.quotas
    )
    shifts = tuple(s for s in now.problem.shifts if (s.team, s.day) not in locked)
    names = {(s.team, s.day) for s in shifts}
    earlier = tuple(e for e in now.problem.previous.visits if (e.team, e.day) in names)
    previous = replace(now.problem.previous, visits=earlier)
    return replace(now.problem, visits=visits, shifts=shifts, quotas=quotas, previous=previous)


def near_to(
    problem: routing.Problem, standing: routing.Plan, freed: Collection[str]
) -> routing.Problem:
    """Return a question whose answer moves as few people as can be, and puts those of closed routes first."""
    names = {(shift.team, shift.day) for shift in problem.shifts}
    earlier = problem.previous
    if not earlier.visits:
        earlier = standing.as_previous()
        kept = tuple(e for e in earlier.visits if (e.team, e.day) in names)
        earlier = replace(earlier, visits=kept)
    return replace(
        problem,
        visits=tuple(
            replace(visit, priority=visit.priority + CALLED_OFF_POINTS)
            if visit.id in freed
            else visit
            for visit in problem.visits
        ),
        previous=earlier,
        wishes=replace(problem.wishes, nearness=NEAR_POINTS),
    )


def _people(now: Judged, locked: Iterable[Where], quota: routing.Quota) -> int:
    held = {v for where in locked if where[1] == quota.day for v in now.board.orders[where]}
    return sum(visit.people for visit in now.problem.visits if visit.id in held)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """One thing that would be otherwise: `code` of team, hour, quota or no_friday, with the quota where it is asked."""

    code: str
    quota: int = 0

    def __post_init__(self) -> None:
        if self.code not in {"team", "hour", "quota", "no_friday"}:
            raise ValueError(f"code: {self.code!r} is nothing that can be otherwise")
        if self.code == "quota" and not 0 < self.quota <= 10_000:
            raise ValueError(f"quota: {self.quota} is not between 1 and 10000")


def ask_what_if(session: Session, actor: Actor, plan: Plan, asked: Iterable[Otherwise]) -> WhatIf:
    """Ask what would be if each of these were otherwise, one at a time; nothing of the plan is touched."""
    policy.allow(actor, "plan.edit", plan)
    wanted = list(asked)
    if not wanted:
        raise Refused(_("Choose what should be otherwise."))
    if running(session, plan):
        raise Refused(_("A search of this plan goes on. Wait for it, or stop it first."))
    drafts.desk_of(session, plan)
    row = WhatIf(
        id=new_id(), plan_id=plan.id, asked_by=actor.id, asked_at=clock.now(), results=[],
        asked=[{"code": one.code, "quota": one.quota} for one in wanted],
    )  # fmt: skip
    row.job_id = jobs.enqueue(
        session, WHAT_IF, {"plan_id": plan.id, "what_if_id": row.id}, actor
    ).id
    session.add(row)
    session.flush()
    return row


@handles(WHAT_IF)
def what_if(context: JobContext) -> None:
    """Search each question, and keep its figures beside those of the board."""
    with context.database.read() as session:
        plan = session.get_one(Plan, context.payload["plan_id"])
        row = session.get_one(WhatIf, context.payload["what_if_id"])
        asked = [Otherwise(**one) for one in row.asked]
        desk = drafts.desk_of(session, plan)
        usual_s = search_time_s(plan, context.settings.plan_time_limit_s)
    results = [{"code": "now", "quota": 0, **figures_of(desk.now.problem, desk.now.plan)}]
    for one in asked:
        problem = changed(desk.now.problem, one)
        if not problem.shifts:
            results.append({"code": one.code, "quota": one.quota, "people": 0})
            continue
        found = drafts.plan_in(search(context, problem, min(usual_s, LONGEST_TRY_S)))
        results.append({"code": one.code, "quota": one.quota, **figures_of(problem, found)})
    with context.database.write() as session:
        context.finish(session)
        session.get_one(WhatIf, context.payload["what_if_id"]).results = results


def changed(problem: routing.Problem, one: Otherwise) -> routing.Problem:
    """Return the question as it would be; pins do not hold in it, so that it shows what is possible at all."""
    free = tuple(replace(visit, pin=None) for visit in problem.visits)
    problem = replace(problem, visits=free)
    if one.code == "quota":
        quotas = tuple(replace(quota, people=one.quota) for quota in problem.quotas)
        return replace(problem, quotas=quotas)
    if one.code == "hour":
        return replace(problem, shifts=tuple(_longer(shift) for shift in problem.shifts))
    if one.code == "no_friday":
        shifts = tuple(s for s in problem.shifts if s.day.weekday() != FRIDAY)
        return replace(problem, shifts=shifts)
    first = {shift.day: shift for shift in reversed(problem.shifts)}
    more = tuple(replace(shift, team=f"{shift.team}+") for shift in first.values())
    return replace(problem, shifts=(*problem.shifts, *more))


def _longer(shift: routing.Shift) -> routing.Shift:
    return replace(
        shift,
        end_s=shift.end_s + HOUR_S,
        visits_end_s=None if shift.visits_end_s is None else shift.visits_end_s + HOUR_S,
        hard_end_s=None if shift.hard_end_s is None else shift.hard_end_s + HOUR_S,
    )


def figures_of(problem: routing.Problem, plan: routing.Plan) -> dict[str, int]:
    """Return the figures by which plans are compared: people, waiting, oldest wait (days), metres, seconds, points."""
    served = {stop.visit for route in plan.routes for stop in route.stops}
    left = [visit for visit in problem.visits if visit.id not in served]
    return {
        "people": len(served),
        "waiting": len(left),
        "oldest_days": max((visit.waiting_days for visit in left), default=0),
        "travel_m": sum(route.travel_m for route in plan.routes),
        "travel_s": sum(route.travel_s for route in plan.routes),
        "points": plan.score.points,
    }


def _asker(session: Session, job: Job) -> Actor:
    user = session.get(User, job.actor_id) if job.actor_id else None
    if user is None:
        return Actor(id=None, role=Role.PLANNER, username="sambang", name="sambang (server)")
    return Actor(id=user.id, role=user.role, username=user.username, name=user.name)
