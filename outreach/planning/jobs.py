"""The job that makes a plan: read, search in a child, check, store, in this order and behind the job's lease."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

import routing
from outreach.jobs import Job, JobContext, JobState, handles
from outreach.planning import child, failures
from outreach.planning.guide import Answer, Guide, guide_of
from outreach.planning.local import barriers, learned
from outreach.planning.lookup import state_without_job
from outreach.planning.models import Plan, PlanState
from outreach.planning.problem_builder import build_problem
from outreach.planning.route_lines import find_lines
from outreach.planning.store import checked, store_answer
from routing.explain import explain

JOB_KIND: Final = "plan.make"
EXPLAINING_S: Final = 20.0
"""How long the smallest changes are looked for; whoever has most points comes first."""
_READ: Final = 0.03
_SEARCHED: Final = 0.95
"""How far the bar is after each part; the search takes nearly all of the time."""


@handles(JOB_KIND, ended=lambda session, job: tell_plan(session, job))
def make_plan(context: JobContext) -> None:
    """Make the plan that the job names. Raises PlanFailed with the reason; nothing half-made is kept."""
    context.beat(0.0, phase="reading")
    with context.database.read() as session:
        plan = session.get_one(Plan, context.payload["plan_id"])
        time_limit_s = search_time_s(plan, context.settings.plan_time_limit_s)
        guide = guide_of(context.settings, barriers(session), learned(session))
        problem = build_problem(
            session, plan, while_beating(guide, lambda: context.beat(0.0, phase="reading"))
        )
    time_limit_s *= len({shift.day for shift in problem.shifts})
    answer = search(context, problem, time_limit_s)
    context.beat(_SEARCHED, phase="checking")
    made = with_changes(context, problem, checked(problem, answer))
    lines = find_lines(context.settings, problem, made)
    with context.database.write() as session:
        store_answer(session, context, problem, made, lines)


def with_changes(context: JobContext, problem: routing.Problem, made: routing.Plan) -> routing.Plan:
    """Return a sound plan with the smallest change that would serve each of those left out, as far as time allows."""
    until = time.monotonic() + EXPLAINING_S

    def is_enough() -> bool:
        context.beat(_SEARCHED, phase="explaining")
        return time.monotonic() > until

    return replace(made, unserved=tuple(explain(problem, made, is_enough)))


def while_beating(guide: Guide, beat: Callable[[], None]) -> Guide:
    """Return a guide that calls `beat` while it waits: a routing server may hang for longer than a job's lease.

    What `beat` raises is raised on at once, without waiting for the answer.
    """

    def asked(places: Sequence[routing.Place], profiles: Sequence[str]) -> Answer:
        pool = ThreadPoolExecutor(1, thread_name_prefix="guide")
        try:
            answer = pool.submit(guide, places, profiles)
            while not wait([answer], timeout=child.BEAT_S).done:
                beat()
            return answer.result()
        finally:
            pool.shutdown(wait=False)

    return asked


def search(context: JobContext, problem: routing.Problem, time_limit_s: int) -> bytes:
    """Search in a child process for `time_limit_s`, or until it is enough; return the best answer.

    Raises Cancelled, LeaseLost or PlanFailed.
    """
    share, people = 0.0, 0

    def beat(report: child.Report | None) -> bool:
        nonlocal share, people
        if report is not None:
            share = min(max(float(report.get("fraction", share)), share), 1.0)
            people = int(report.get("people", people))
        context.beat(_READ + share * (_SEARCHED - _READ), phase="searching", people=people)
        return context.enough

    command = child.solve_command(time_limit_s=time_limit_s, workers=context.settings.plan_workers)
    fed = json.dumps(routing.problem_to_json(problem)).encode()
    return child.run_child(command, fed, beat, patience_s=time_limit_s + child.GRACE_S)


def search_time_s(plan: Plan, usual_s: int) -> int:
    """Return how long to search for each working day of a plan."""
    asked = plan.request.get("time_limit_s")
    return int(asked) if asked else usual_s


def tell_plan(session: Session, job: Job) -> None:
    """Tell the plan that its job failed or was cancelled."""
    plan = session.get(Plan, job.payload["plan_id"])
    if plan is None or plan.job_id != job.id or plan.state is not PlanState.MAKING:
        return
    if job.state is JobState.CANCELLED:
        plan.state = state_without_job(plan)
    else:
        plan.state, plan.error = PlanState.FAILED, failures.kept(job.error)
