"""Jobs survive their workers: none is lost, none leaves its result twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach import clock
from outreach.db import Database
from outreach.jobs import (
    Cancelled,
    Job,
    JobContext,
    JobState,
    LeaseLost,
    cancel,
    enqueue,
    handles,
    queue,
    work_once,
)
from outreach.places.models import Office
from outreach.policy import Role, command_line
from outreach.settings import Settings
from tests.build import MORNING

ACTOR = command_line(Role.PLANNER)


@handles("test.count")
def _count(context: JobContext) -> None:
    """Adds one to a number in the same transaction that ends the job."""
    with context.database.write() as session:
        office = session.get_one(Office, 1, with_for_update=True)
        office.phone = str(int(office.phone or "0") + 1)
        context.finish(session)


@handles("test.fail", ended=lambda session, job: _note(session, job))
def _fail(context: JobContext) -> None:
    raise RuntimeError("the kit is in the repair shop")


def _note(session: object, job: Job) -> None:
    job.progress = {"told": job.state.value}


def _enqueue(database: Database, kind: str = "test.count", **more: int) -> str:
    with database.write() as session:
        return enqueue(session, kind, {}, ACTOR, **more).id


def _job(database: Database, job_id: str) -> Job:
    with database.read() as session:
        return session.get_one(Job, job_id)


def test_a_job_is_done_once_however_many_workers_look(
    database: Database, settings: Settings
) -> None:
    for _ in range(10):
        _enqueue(database)

    def work() -> None:
        while work_once(database, settings):
            pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.get_one(Office, 1).phone == "10"
        assert set(session.scalars(select(Job.state))) == {JobState.DONE}


def test_a_job_that_is_undone_with_its_transaction_was_never_there(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as session:
        enqueue(session, "test.count", {}, ACTOR)
        raise RuntimeError("the business row failed")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_a_dead_workers_job_is_taken_again_and_the_dead_one_cannot_write(
    database: Database,
) -> None:
    job_id = _enqueue(database)
    with clock.frozen(MORNING), database.write() as session:
        assert queue.claim(session, "first", lease_s=15) is not None
    with clock.frozen(MORNING + timedelta(seconds=10)), database.write() as session:
        assert queue.claim(session, "second", lease_s=15) is None, "the lease still runs"
    with clock.frozen(MORNING + timedelta(seconds=20)):
        with database.write() as session:
            again = queue.claim(session, "second", lease_s=15)
            assert again is not None
            assert again.attempts == 2
        with pytest.raises(LeaseLost), database.write() as session:
            queue.finish(session, job_id, "first", JobState.DONE)
        with pytest.raises(LeaseLost), database.write() as session:
            queue.renew(session, job_id, "first", 15, 0.5, {})
        with database.write() as session:
            queue.finish(session, job_id, "second", JobState.DONE)
    assert _job(database, job_id).state is JobState.DONE


def test_a_job_that_kills_its_workers_is_given_up(database: Database) -> None:
    job_id = _enqueue(database, max_attempts=2)
    for minute in range(3):
        with clock.frozen(MORNING + timedelta(minutes=minute)), database.write() as session:
            queue.claim(session, f"worker {minute}", lease_s=15)
    job = _job(database, job_id)
    assert job.state is JobState.FAILED
    assert job.error


def test_a_failing_job_tells_why_and_tells_whoever_asked(
    database: Database, settings: Settings
) -> None:
    job_id = _enqueue(database, "test.fail")
    work_once(database, settings)
    job = _job(database, job_id)
    assert job.state is JobState.FAILED
    assert "repair shop" in job.error
    assert job.progress == {"told": "failed"}


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_beat(
    database: Database,
) -> None:
    waiting = _enqueue(database)
    with database.write() as session:
        cancel(session, session.get_one(Job, waiting))
    assert _job(database, waiting).state is JobState.CANCELLED
    running = _enqueue(database)
    with database.write() as session:
        queue.claim(session, "worker", lease_s=15)
    with database.write() as session:
        cancel(session, session.get_one(Job, running))
    with pytest.raises(Cancelled), database.write() as session:
        queue.renew(session, running, "worker", 15, 0.5, {})
    with pytest.raises(Cancelled), database.write() as session:
        queue.finish(session, running, "worker", JobState.DONE)


@handles("test.wait")
def _wait(context: JobContext) -> None:
    """Works until somebody stops it."""
    while True:
        context.beat(0.5)
        time.sleep(0.01)


WORKER = """
import sys
from pathlib import Path
from outreach.db import Database
from outreach.settings import Settings
from outreach.jobs import run_worker
import tests.outreach.jobs.test_jobs
settings = Settings(instance=Path(sys.argv[1]), lease_s=1)
run_worker(Database(settings.database_url), settings, with_parent="--with-parent" in sys.argv)
"""
ROOT = Path(__file__).parents[3]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def _wait_for(database: Database, job_id: str, state: JobState) -> None:
    deadline = time.monotonic() + 60
    while _job(database, job_id).state is not state:
        assert time.monotonic() < deadline, f"the job is not {state.value}"
        time.sleep(0.02)


def test_a_worker_that_is_told_to_stop_gives_its_job_back(
    database: Database, settings: Settings
) -> None:
    job_id = _enqueue(database, "test.wait")
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(settings.instance)], env=ENVIRONMENT, cwd=ROOT
    )
    _wait_for(database, job_id, JobState.RUNNING)
    worker.terminate()
    assert worker.wait(timeout=60) == 0
    assert _job(database, job_id).state is JobState.WAITING
    assert _job(database, job_id).attempts == 0, "stopping the office's computer is no failure"


def test_a_worker_whose_server_was_killed_gives_its_job_back(
    database: Database, settings: Settings
) -> None:
    job_id = _enqueue(database, "test.wait")
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]])"
    parent = subprocess.Popen(
        [sys.executable, "-c", program, WORKER, str(settings.instance), "--with-parent"],
        env=ENVIRONMENT,
        cwd=ROOT,
    )
    _wait_for(database, job_id, JobState.RUNNING)
    parent.kill()
    parent.wait()
    _wait_for(database, job_id, JobState.WAITING)


def test_jobs_survive_workers_that_are_killed_again_and_again(
    database: Database, settings: Settings
) -> None:
    jobs = 30
    for _ in range(jobs):
        _enqueue(database, max_attempts=20)

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", WORKER, str(settings.instance)],
            env=ENVIRONMENT,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
        )

    workers, kills, deadline = [start(), start()], 0, time.monotonic() + 120
    while time.monotonic() < deadline:
        with database.read() as session:
            done = session.scalar(
                select(func.count()).select_from(Job).where(Job.state == JobState.DONE)
            )
        if done == jobs:
            break
        if kills < 4 and (done or 0) > kills * 5:
            os.kill(workers[0].pid, signal.SIGKILL)
            workers[0].wait()
            workers = [workers[1], start()]
            kills += 1
        time.sleep(0.02)
    for worker in workers:
        worker.kill()
        worker.wait()
    with database.read() as session:
        assert set(session.scalars(select(Job.state))) == {JobState.DONE}
        assert session.get_one(Office, 1).phone == str(jobs), "each result exactly once"
