"""The job queue: enqueue, claim under a lease, stay alive, finish behind a fence.

A worker owns a job only while its lease runs. It renews the lease as it works; when it dies, the lease runs out
and another worker takes the job again, at most `max_attempts` times. What a job leaves behind is written in the
same transaction that marks it done, and only while the lease still holds (`finish`), so a worker that was
thought dead cannot write over the one that followed it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.jobs.models import Job, JobState
from outreach.policy import Actor

ENOUGH: Final = "enough"
"""The mark in the payload of a job that should end with what it has found so far."""


class LeaseLost(Exception):
    """Another worker owns this job now; whatever was not finished is not ours to write."""


class Cancelled(Exception):
    """A person asked that this job should stop."""


class WorkerStops(Exception):
    """The worker was told to stop; its job goes back to the queue."""


def enqueue(
    session: Session, kind: str, payload: dict[str, Any], actor: Actor, *, max_attempts: int = 3
) -> Job:
    """Add a job in the caller's transaction. The payload holds ids, never personal data."""
    job = Job(
        kind=kind,
        payload=payload,
        actor_id=actor.id,
        max_attempts=max_attempts,
        created_at=clock.now(),
    )
    session.add(job)
    session.flush()
    return job


def cancel(session: Session, job: Job) -> None:
    """Ask that a job should stop: one that waits stops now, one that runs within a second."""
    if job.state is JobState.WAITING:
        job.state, job.finished_at = JobState.CANCELLED, clock.now()
    elif job.state is JobState.RUNNING:
        job.cancel_wanted = True


def settle(session: Session, job: Job) -> None:
    """Ask that a job should end with what it has found so far: one that waits has nothing, and stops now."""
    if job.state is JobState.WAITING:
        cancel(session, job)
    elif job.state is JobState.RUNNING:
        job.payload = {**job.payload, ENOUGH: True}


def is_settling(job: Job) -> bool:
    """Tell whether a job was asked to end with what it has."""
    return bool(job.payload.get(ENOUGH))


def claim(session: Session, owner: str, lease_s: int) -> Job | None:
    """Take the oldest job that waits or whose owner has died, or None. A used-up one comes back FAILED."""
    now = clock.now()
    job = session.scalars(
        select(Job)
        .where(
            or_(
                Job.state == JobState.WAITING,
                (Job.state == JobState.RUNNING) & (Job.lease_until < now),
            )
        )
        .order_by(Job.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if job is None:
        return None
    if job.cancel_wanted:
        _end(job, JobState.CANCELLED)
    elif job.attempts >= job.max_attempts:
        _end(job, JobState.FAILED, "The worker died each time it tried.")
    else:
        job.state, job.owner, job.attempts = JobState.RUNNING, owner, job.attempts + 1
        job.lease_until = now + timedelta(seconds=lease_s)
    session.flush()
    return job


def renew(
    session: Session,
    job_id: str,
    owner: str,
    lease_s: int,
    fraction: float,
    progress: dict[str, Any],
) -> bool:
    """Show a sign of life; tell whether it should end with what it has. Raises LeaseLost or Cancelled."""
    renewed = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.owner == owner, Job.state == JobState.RUNNING)
        .values(
            lease_until=clock.now() + timedelta(seconds=lease_s),
            fraction=fraction,
            progress=progress,
        )
        .returning(Job.cancel_wanted, Job.payload)
    ).first()
    if renewed is None:
        raise LeaseLost(job_id)
    if renewed.cancel_wanted:
        raise Cancelled(job_id)
    return bool(renewed.payload.get(ENOUGH))


def give_back(session: Session, job_id: str, owner: str) -> None:
    """Put a job that is still ours back in the queue; the attempt does not count. Raises LeaseLost."""
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or job.owner != owner or job.state is not JobState.RUNNING:
        raise LeaseLost(job_id)
    job.state, job.attempts = JobState.WAITING, job.attempts - 1
    job.lease_until, job.owner = None, None


def finish(session: Session, job_id: str, owner: str, state: JobState, error: str = "") -> Job:
    """End a job that is still ours, in the transaction that holds its result. Raises LeaseLost or Cancelled."""
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or job.owner != owner or job.state is not JobState.RUNNING:
        raise LeaseLost(job_id)
    if job.cancel_wanted and state is JobState.DONE:
        raise Cancelled(job_id)
    _end(job, state, error)
    session.flush()
    return job


def _end(job: Job, state: JobState, error: str = "") -> None:
    job.state, job.error, job.finished_at = state, error, clock.now()
    job.lease_until, job.owner = None, None
    if state is JobState.DONE:
        job.fraction = 1.0
