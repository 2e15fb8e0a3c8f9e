"""Searching for a better way out of a day under way than can be found at once: in a child, watched, and stopped at will.

Two searches start from the same question: one in which every change weighs much, one in which it weighs next to
nothing. Their routes are kept with the job, and judged anew when somebody chooses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.orm import Session

import routing
from outreach import audit, jobs, policy
from outreach.errors import NotThere
from outreach.jobs import Job, JobContext, JobState, handles
from outreach.planning.day_changes import orders_from
from outreach.planning.day_options import Option, Way
from outreach.planning.day_question import Question, question, version_today
from outreach.planning.drafts import plan_in
from outreach.planning.edits import Where
from outreach.planning.jobs import search
from outreach.planning.models import Plan
from outreach.planning.recipes import Call, call_from
from outreach.policy import Actor

SEARCH: Final = "plan.day_search"
SEARCH_S: Final = 6
"""Seconds for each of the two searches: somebody is on the telephone."""
MOST_WAITING: Final = 60
NEARNESS: Final[Mapping[Way, float]] = {Way.REARRANGE: 40.0, Way.FREE: 1.0}
"""Points that each change of a visit weighs; a visit is worth some hundred."""


def ask_search(session: Session, actor: Actor, plan: Plan, call: Call) -> Job:
    """Ask for better ways out. Raises Refused for a call about somebody who is not of this day."""
    policy.allow(actor, "day.change", plan)
    version = version_today(session)
    question(session, version, call)
    job = jobs.enqueue(
        session, SEARCH, {"plan_id": plan.id, "version_id": version.id, "call": call.to_json()}, actor
    )  # fmt: skip
    audit.record(session, actor, "plan.improving", plan, version=version.label)
    return job


def search_of(session: Session, plan: Plan, job_id: str, call: Call) -> Job:
    """Return a search of this plan and this call. Raises NotThere."""
    job = session.get(Job, job_id)
    if job is None or job.kind != SEARCH or job.payload.get("plan_id") != plan.id:
        raise NotThere(f"job {job_id}")
    if job.payload.get("call") != call.to_json():
        raise NotThere(f"job {job_id}")
    return job


def found_by(job: Job, asked: Question, version_id: str) -> list[Option]:
    """Return what a search that is done found, on the routes of the other dates as they stand; nothing for an older version."""
    if job.state is not JobState.DONE or job.payload.get("version_id") != version_id:
        return []
    kept: dict[str, Any] = job.progress.get("found", {})
    found = []
    for way in NEARNESS:
        if way.value in kept:
            orders: dict[Where, tuple[str, ...]] = {**asked.orders, **orders_from(kept[way.value])}
            found.append(Option(way, orders))
    return found


@handles(SEARCH)
def search_day(context: JobContext) -> None:
    """Search both ways, and keep the routes of today with the job."""
    with context.database.read() as session:
        version = version_today(session)
        asked = question(session, version, call_from(context.payload["call"]))
    kept = {}
    for way, nearness in NEARNESS.items():
        problem = of_today(asked, nearness)
        made = plan_in(
            search(context, problem, min(SEARCH_S, 2 * context.settings.plan_time_limit_s))
        )
        orders = {(route.team, route.day): route.visits for route in made.routes}
        kept[way.value] = [
            [shift.team, shift.day.isoformat(), list(orders.get((shift.team, shift.day), ()))]
            for shift in problem.shifts
        ]
    with context.database.write() as session:
        context.finish(session)
        session.get_one(Job, context.job_id).progress = {"found": kept}


def of_today(asked: Question, nearness: float) -> routing.Problem:
    """Return the question of today alone: its routes, whoever lost a place, and the first of the waiting list."""
    today = {v for (_t, day), order in asked.orders.items() if day == asked.day for v in order}
    some = today | set(asked.homeless) | set(asked.waiting[:MOST_WAITING])
    whole = asked.problem
    shifts = tuple(s for s in whole.shifts if s.day == asked.day)
    return replace(
        whole,
        visits=tuple(v for v in whole.visits if v.id in some),
        shifts=shifts,
        quotas=tuple(quota for quota in whole.quotas if quota.day == asked.day),
        previous=replace(
            whole.previous, visits=tuple(e for e in whole.previous.visits if e.day == asked.day)
        ),
        wishes=replace(whole.wishes, nearness=nearness),
    )
