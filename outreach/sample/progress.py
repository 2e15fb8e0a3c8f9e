"""Making a plan here and now, with a progress bar: for the demonstration and for `sambang plan`."""

from __future__ import annotations

import threading
from datetime import date

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from outreach import web
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.i18n import translate
from outreach.jobs import Job, JobState, work_once
from outreach.planning import service
from outreach.planning.models import Plan
from outreach.policy import Actor

_ENDED = {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


def make_plan_here(
    core: web.Core,
    actor: Actor,
    first_day: date,
    days: int,
    time_limit_s: int | None,
    console: Console,
) -> str:
    """Request a plan, do its job in this process unless a worker is faster, and return the plan's id.

    Raises Refused with the reason when there is nothing to plan or the plan could not be made.
    """
    with core.database.write() as session:
        last_day = service.last_day_of(session, first_day, days)
        plan = service.request_plan(session, actor, first_day, last_day, time_limit_s=time_limit_s)
        plan_id = plan.id
    finish_plan_here(core, plan_id, console)
    return plan_id


def finish_plan_here(core: web.Core, plan_id: str, console: Console) -> None:
    """Do the job of a plan that is being made, or wait for the worker that does. Raises Refused when it fails."""
    with core.database.read() as session:
        job_id = str(session.get_one(Plan, plan_id).job_id)
    done = threading.Event()
    watcher = threading.Thread(target=_show, args=(core, job_id, console, done), daemon=True)
    watcher.start()
    try:
        while _state(core, job_id) not in _ENDED:
            if not work_once(core.database, core.settings):
                done.wait(0.2)
    finally:
        done.set()
        watcher.join()
    with core.database.read() as session:
        job = session.get_one(Job, job_id)
        if job.state is not JobState.DONE:
            plan = session.get_one(Plan, plan_id)
            raise Refused(translate(plan.error) or job.error or str(job.state))


def _state(core: web.Core, job_id: str) -> JobState:
    with core.database.read() as session:
        return session.get_one(Job, job_id).state


def _show(core: web.Core, job_id: str, console: Console, done: threading.Event) -> None:
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=40),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=console,
    ) as bar:
        task = bar.add_task(_("Planning the routes"), total=1.0)
        while not done.wait(0.2):
            with core.database.read() as session:
                job = session.get_one(Job, job_id)
                bar.update(task, completed=job.fraction)
        bar.update(task, completed=1.0 if _state(core, job_id) is JobState.DONE else None)
