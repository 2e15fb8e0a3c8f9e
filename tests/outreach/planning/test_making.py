"""Making a plan from end to end: the job, the child process, the check, the one transaction that keeps the answer."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

import routing
from outreach import clock, web
from outreach.audit.models import AuditEntry
from outreach.jobs import Cancelled, Job, JobState, LeaseLost, work_once
from outreach.planning.failures import ANSWER_UNREADABLE, NOBODY_LEFT, RULE_BROKEN, PlanFailed
from outreach.planning.figures import figures_of
from outreach.planning.jobs import tell_plan
from outreach.planning.models import Plan, PlanState, PlanVersion, Route, Visit
from outreach.planning.problem_builder import build_problem
from outreach.planning.service import cancel_plan, request_plan
from outreach.planning.short_codes import normalise
from outreach.planning.store import store_answer
from outreach.referrals.life import change_state
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.settings import PROJECT_ROOT
from outreach.teams.models import QuotaRule
from routing.checker import check
from tests import build
from tests.outreach.planning import given
from tests.outreach.planning.given import MONDAY
from tests.outreach.planning.processes import descendants, has_ended, until


def stored(core: web.Core) -> int:
    """How many versions are stored."""
    with core.database.read() as session:
        return session.scalar(select(func.count()).select_from(PlanVersion)) or 0


def job_of(core: web.Core, plan_id: str) -> Job:
    """The job of a plan, as it is now."""
    with core.database.read() as session:
        return session.get_one(Job, str(session.get_one(Plan, plan_id).job_id))


def is_searching(core: web.Core, plan_id: str) -> bool:
    """Whether the search for a plan has begun."""
    return job_of(core, plan_id).progress.get("phase") == "searching"


# --- the whole way -------------------------------------------------------------------------------


def test_a_plan_is_made_by_a_real_search_and_holds_everybody_once(core: web.Core) -> None:
    office = given.an_office(core, teams=2, referrals=12)
    plan_id = given.a_requested_plan(core, office.planner)
    assert work_once(core.database, replace(core.settings, plan_time_limit_s=1))
    assert job_of(core, plan_id).state is JobState.DONE, job_of(core, plan_id).error
    with core.database.read() as session:
        plan = session.get_one(Plan, plan_id)
        version = plan.versions[0]
        assert (plan.state, version.state, version.made_by) == (
            PlanState.MADE,
            PlanState.MADE,
            office.planner.id,
        )
        visits = [v for route in version.routes for stop in route.stops for v in stop.visits]
        assert visits
        everybody = [v.referral_id for v in visits] + [row.referral_id for row in version.unserved]
        assert sorted(everybody) == sorted(office.referral_ids)
        codes = [visit.short_code for visit in visits]
        assert len(set(codes)) == len(codes)
        assert all(normalise(code) == code for code in codes)
        problem = routing.problem_from_json(version.problem)
        assert check(problem, routing.plan_from_json(version.answer)) == []
        assert figures_of(version).people == len(visits)
        assert given.states(session, office.referral_ids) == {ReferralState.ACCEPTED}
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert entry is not None
        assert (entry.action, entry.actor_id) == ("plan.made", office.planner.id)
    assert descendants(os.getpid()) == [], "nothing of the search runs on"


def test_the_times_of_a_stop_are_those_of_its_people(core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=6, lat=-7.40, lon=111.03)
    plan_id = given.a_made_plan(core, office.planner)
    with core.database.read() as session:
        route = session.get_one(Plan, plan_id).versions[0].routes[0]
        assert len(route.stops) == 1, "people at one address are one stop"
        stop = route.stops[0]
        clock_s = stop.start_s + 600  # unpacking, once
        for visit in stop.visits:
            assert visit.start_s >= clock_s
            clock_s = visit.start_s + visit.service_s
        assert stop.depart_s == clock_s
        assert route.people == len(stop.visits) == 6


def test_the_quota_of_each_day_is_kept_and_named_as_the_reason(core: web.Core) -> None:
    office = given.an_office(core, teams=2, referrals=10)
    tuesday = MONDAY + timedelta(days=1)
    with core.database.write() as session:
        session.add(QuotaRule(first=MONDAY, last=MONDAY, people_per_day=3, set_at=clock.now()))
        session.add(QuotaRule(first=tuesday, last=tuesday, people_per_day=2, set_at=clock.now()))
    plan_id = given.a_made_plan(core, office.planner, MONDAY, tuesday)
    with core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[0]
        assert [(day.people, day.quota) for day in figures_of(version).days] == [(3, 3), (2, 2)]
        assert {row.reason for row in version.unserved} <= {"quota_full", "displaces"}
        assert len(version.unserved) == 5


def test_a_plan_of_several_days_visits_nobody_twice(core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=20)
    plan_id = given.a_made_plan(core, office.planner, MONDAY, MONDAY + timedelta(days=2))
    with core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[0]
        people = [v.referral_id for r in version.routes for s in r.stops for v in s.visits]
        assert len(people) == len(set(people))
        assert len({route.day for route in version.routes}) > 1


# --- cancelling, dying, coming back --------------------------------------------------------------


@contextlib.contextmanager
def a_worker_in_a_thread(core: web.Core, seconds: int) -> Iterator[threading.Thread]:
    """A worker that does one job with a long search, in this process."""
    settings = replace(core.settings, plan_time_limit_s=seconds)
    thread = threading.Thread(target=work_once, args=(core.database, settings), daemon=True)
    thread.start()
    yield thread
    thread.join(timeout=20)
    assert not thread.is_alive()


def test_cancelling_ends_the_child_and_stores_nothing(core: web.Core) -> None:
    office = given.an_office(core, teams=2, referrals=12)
    day = MONDAY + timedelta(days=364)
    plan_id = given.a_requested_plan(core, office.planner, day)
    with a_worker_in_a_thread(core, seconds=600):
        until(lambda: is_searching(core, plan_id))
        pids = descendants(os.getpid())
        assert pids
        with core.database.write() as session:
            cancel_plan(session, office.planner, session.get_one(Plan, plan_id))
    assert all(has_ended(pid, within_s=1) for pid in pids)
    assert given.state_of(core, plan_id) is PlanState.CANCELLED
    assert job_of(core, plan_id).state is JobState.CANCELLED
    assert stored(core) == 0


WORKER = """
import sys
from dataclasses import replace
from pathlib import Path
from outreach import make_core
from outreach.jobs import work_once
from outreach.planning import service
from outreach.settings import Settings
settings = Settings(instance=Path(sys.argv[1]), plan_time_limit_s=600, plan_workers=1, lease_s=2)
work_once(make_core(settings).database, settings)
"""


def test_the_job_of_a_killed_worker_is_taken_again_and_stored_once(core: web.Core) -> None:
    office = given.an_office(core, teams=2, referrals=12)
    day = MONDAY + timedelta(days=364)
    plan_id = given.a_requested_plan(core, office.planner, day)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(core.settings.instance)], cwd=PROJECT_ROOT
    )
    try:
        until(lambda: is_searching(core, plan_id))
        pids = descendants(worker.pid)
        assert pids
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    assert all(has_ended(pid) for pid in pids), "the search dies with its worker"
    assert stored(core) == 0
    settings = replace(core.settings, plan_time_limit_s=1)
    with clock.frozen(datetime.now(UTC) + timedelta(hours=1)):  # the lease has run out
        assert work_once(core.database, settings)
        assert not work_once(core.database, settings)
    job = job_of(core, plan_id)
    assert (job.state, job.attempts) == (JobState.DONE, 2), job.error
    assert stored(core) == 1


def test_a_worker_that_was_thought_dead_stores_nothing_after_the_one_that_followed(
    core: web.Core,
) -> None:
    office = given.an_office(core)
    plan_id = given.a_requested_plan(core, office.planner)
    slow = given.a_claimed_job(core, "00000000-0000-7000-8000-00000000000a")
    with core.database.read() as session:
        problem = build_problem(session, session.get_one(Plan, plan_id))
    with clock.frozen(clock.now() + timedelta(hours=1)):
        given.make(core)
    answer = given.in_json(given.an_answer(problem))
    with pytest.raises(LeaseLost), core.database.write() as session:
        store_answer(session, slow, problem, answer)
    assert stored(core) == 1


def test_an_answer_that_comes_after_the_wish_to_cancel_is_not_stored(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_requested_plan(core, office.planner)
    context = given.a_claimed_job(core)
    with core.database.write() as session:
        plan = session.get_one(Plan, plan_id)
        problem = build_problem(session, plan)
        cancel_plan(session, office.planner, plan)
    answer = given.in_json(given.an_answer(problem))
    with pytest.raises(Cancelled), core.database.write() as session:
        store_answer(session, context, problem, answer)
    assert stored(core) == 0


def test_a_plan_tells_why_its_job_failed(core: web.Core) -> None:
    office = given.an_office(core, referrals=1)
    plan_id = given.a_requested_plan(core, office.planner)
    with core.database.write() as session:
        only = session.get_one(Referral, office.referral_ids[0])
        change_state(session, office.planner, only, ReferralState.CLOSED, kind="closed")
    work_once(core.database, core.settings)
    with core.database.read() as session:
        plan = session.get_one(Plan, plan_id)
        assert (plan.state, plan.error) == (PlanState.FAILED, NOBODY_LEFT)


# --- nothing unchecked is kept -------------------------------------------------------------------


def served_twice(plan: routing.Plan) -> routing.Plan:
    route = plan.routes[0]
    return replace(
        plan, routes=(replace(route, stops=(*route.stops, route.stops[0])), *plan.routes[1:])
    )


def forgotten(plan: routing.Plan) -> routing.Plan:
    route = plan.routes[0]
    return replace(plan, routes=(replace(route, stops=route.stops[:-1]), *plan.routes[1:]))


def in_no_time(plan: routing.Plan) -> routing.Plan:
    route = plan.routes[0]
    first = replace(route.stops[0], travel_s=1)
    return replace(plan, routes=(replace(route, stops=(first, *route.stops[1:])), *plan.routes[1:]))


def too_early(plan: routing.Plan) -> routing.Plan:
    route = plan.routes[0]
    return replace(plan, routes=(replace(route, leave_s=route.leave_s - 7200), *plan.routes[1:]))


def by_a_stranger(plan: routing.Plan) -> routing.Plan:
    return replace(plan, routes=(replace(plan.routes[0], team="nobody"), *plan.routes[1:]))


def of_a_stranger(plan: routing.Plan) -> routing.Plan:
    route = plan.routes[0]
    first = replace(route.stops[0], visit="019a0000-0000-7000-8000-000000000000")
    return replace(plan, routes=(replace(route, stops=(first, *route.stops[1:])), *plan.routes[1:]))


def on_another_day(plan: routing.Plan) -> routing.Plan:
    route = plan.routes[0]
    return replace(
        plan, routes=(replace(route, day=route.day + timedelta(days=1)), *plan.routes[1:])
    )


@pytest.mark.parametrize(
    "tamper",
    [served_twice, forgotten, in_no_time, too_early, by_a_stranger, of_a_stranger, on_another_day],
)
def test_an_answer_that_breaks_a_rule_is_not_kept(core: web.Core, tamper) -> None:  # type: ignore[no-untyped-def]
    office = given.an_office(core)
    plan_id = given.a_requested_plan(core, office.planner)
    with pytest.raises(PlanFailed) as failure:
        given.make(core, change=tamper)
    assert failure.value.reason == RULE_BROKEN
    assert failure.value.detail
    with core.database.read() as session:
        for table in (PlanVersion, Route, Visit):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert job_of(core, plan_id).state is JobState.RUNNING, "the job is not done either"


@pytest.mark.parametrize("answer", [b"", b"[]", b"{", b'{"schema": "sambang-plan/9"}', b"\xff"])
def test_what_is_no_plan_is_not_kept(core: web.Core, answer: bytes) -> None:
    office = given.an_office(core)
    plan_id = given.a_requested_plan(core, office.planner)
    context = given.a_claimed_job(core)
    with core.database.read() as session:
        problem = build_problem(session, session.get_one(Plan, plan_id))
    with pytest.raises(PlanFailed) as failure, core.database.write() as session:
        store_answer(session, context, problem, answer)
    assert failure.value.reason == ANSWER_UNREADABLE
    assert stored(core) == 0


def test_a_failure_of_the_check_fails_the_plan_in_words(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_requested_plan(core, office.planner)
    with core.database.write() as session:
        job = session.get_one(Job, str(session.get_one(Plan, plan_id).job_id))
        job.state, job.error = JobState.FAILED, str(PlanFailed(RULE_BROKEN, "1: travel: too fast"))
        tell_plan(session, job)
    with core.database.read() as session:
        plan = session.get_one(Plan, plan_id)
        assert plan.state is PlanState.FAILED
        assert plan.error.startswith(RULE_BROKEN)


def test_an_error_of_the_program_is_not_shown_to_people(core: web.Core) -> None:
    office = given.an_office(core)
    with core.database.write() as session:
        plan = request_plan(session, office.planner, MONDAY, MONDAY)
        build.a_team(session)
        job = session.get_one(Job, str(plan.job_id))
        job.state, job.error = JobState.FAILED, "KeyError: 'Mbah Tukiyem'"
        tell_plan(session, job)
        assert "Tukiyem" not in plan.error
