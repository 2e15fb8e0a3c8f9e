"""The worker: claims one job after the other and runs the handler that its kind is registered with.

Packages above register a handler for their kind; this module never knows them.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from outreach.db import Database
from outreach.ids import new_id
from outreach.jobs import queue
from outreach.jobs.models import Job, JobState
from outreach.settings import Settings

log = logging.getLogger("sambang.worker")
_IDLE_S: Final = 0.4
_BEAT_S: Final = 0.3


@dataclass
class JobContext:
    """What a handler gets: its job's facts, the way to the database, and the duty to show signs of life."""

    database: Database
    settings: Settings
    job_id: str
    owner: str
    payload: dict[str, Any]
    attempt: int
    stops: Callable[[], bool] = field(default=lambda: False, repr=False)
    enough: bool = False
    """Whether a person wants it to end with what it has found so far; known from the last beat."""
    _beaten_at: float = field(default=0.0, repr=False)

    def beat(self, fraction: float, **progress: Any) -> None:
        """Renew the lease and report progress; call it often, it writes rarely.

        Raises Cancelled when a person wants it stopped, LeaseLost when another worker took over, WorkerStops when
        this worker was told to end.
        """
        if self.stops():
            raise queue.WorkerStops(self.job_id)
        if time.monotonic() - self._beaten_at < _BEAT_S:
            return
        self._beaten_at = time.monotonic()
        with self.database.write() as session:
            self.enough = queue.renew(
                session, self.job_id, self.owner, self.settings.lease_s, fraction, progress
            )

    def finish(self, session: Session) -> None:
        """Mark the job done in the transaction that stores its result. Raises LeaseLost or Cancelled."""
        queue.finish(session, self.job_id, self.owner, JobState.DONE)


Handler = Callable[[JobContext], None]
Ending = Callable[[Session, Job], None]


@dataclass(frozen=True)
class _Registered:
    run: Handler
    ended: Ending | None


_handlers: dict[str, _Registered] = {}


def handles(kind: str, *, ended: Ending | None = None) -> Callable[[Handler], Handler]:
    """Register a handler for a kind of job.

    The handler must call `context.finish(session)` in the transaction that stores its result. `ended` is called
    in the transaction that ends a job as failed or cancelled, to tell the row that asked for it.
    """

    def register(run: Handler) -> Handler:
        _handlers[kind] = _Registered(run, ended)
        return run

    return register


def work_once(
    database: Database,
    settings: Settings,
    owner: str | None = None,
    *,
    stops: Callable[[], bool] = lambda: False,
) -> bool:
    """Claim and run one job; tell whether there was one. `stops` says that the job should be given back."""
    owner = owner or new_id()
    with database.write() as session:
        job = queue.claim(session, owner, settings.lease_s)
        if job is None:
            return False
        if job.state is not JobState.RUNNING:
            _tell(session, job)
            return True
        context = JobContext(
            database, settings, job.id, owner, dict(job.payload), job.attempts, stops
        )
        kind = job.kind
    log.info("job %s (%s), attempt %d", context.job_id, kind, context.attempt)
    try:
        _handlers[kind].run(context)
    except queue.Cancelled:
        _give_up(context, JobState.CANCELLED, "")
    except queue.WorkerStops:
        with suppress(queue.LeaseLost), database.write() as session:
            queue.give_back(session, context.job_id, owner)
        log.info("job %s was given back", context.job_id)
    except queue.LeaseLost:
        log.warning("job %s was taken over by another worker", context.job_id)
    except Exception as error:
        log.exception("job %s (%s) failed", context.job_id, kind)
        _give_up(context, JobState.FAILED, str(error) or type(error).__name__)
    return True


def run_worker(database: Database, settings: Settings, *, with_parent: bool = False) -> None:
    """Work until SIGTERM or SIGINT; with `with_parent`, also until the parent process is gone.

    A job that runs then is given back, and another worker does it from its start.
    """
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    parent, owner = os.getppid(), new_id()

    def stops() -> bool:
        return stopping.is_set() or (with_parent and os.getppid() != parent)

    log.info("worker %s is ready", owner)
    while not stops():
        try:
            worked = work_once(database, settings, owner, stops=stops)
        except Exception:  # the database may be away for a while; the worker stays
            log.exception("the worker could not reach its jobs")
            worked = False
        if not worked:
            stopping.wait(_IDLE_S)


def _give_up(context: JobContext, state: JobState, error: str) -> None:
    with context.database.write() as session:
        try:
            job = queue.finish(session, context.job_id, context.owner, state, error)
        except queue.LeaseLost:
            return
        _tell(session, job)


def _tell(session: Session, job: Job) -> None:
    registered = _handlers.get(job.kind)
    if registered and registered.ended:
        registered.ended(session, job)
