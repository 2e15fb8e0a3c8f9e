"""How far the making of a plan is, in words."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Response
from sqlalchemy.orm import Session

from outreach.i18n import gettext as _
from outreach.i18n import ngettext
from outreach.jobs import Job, JobState, is_settling
from outreach.planning.models import Plan, PlanState


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: `fraction` from 0 to 1, or None when that is not known; `goes_on` until it has ended."""

    state: str
    fraction: float | None
    text: str
    goes_on: bool


def of_plan(session: Session, plan: Plan) -> Progress:
    """Return how far the making of a plan is."""
    goes_on = plan.state is PlanState.MAKING
    job = session.get(Job, plan.job_id) if plan.job_id else None
    if job is None or not goes_on:
        return Progress(plan.state, 1.0, "", goes_on)
    return of_job(job)


def of_job(job: Job) -> Progress:
    """Return how far a search is that goes on."""
    if job.cancel_wanted:
        return Progress("cancelling", None, _("Being stopped ..."), True)
    if is_settling(job):
        return Progress("settling", None, _("Ending with the best routes so far ..."), True)
    if job.state is JobState.WAITING:
        return Progress("waiting", None, _("Waiting for its turn ..."), True)
    return Progress("running", job.fraction, _in_words(job), True)


def as_json(progress: Progress, done_url: str | None) -> Response:
    """Return the progress as the page's script reads it."""
    answer = {"state": progress.state, "fraction": progress.fraction, "text": progress.text}
    if done_url is not None:
        answer["done_url"] = done_url
    return Response(json.dumps(answer), mimetype="application/json")


def _in_words(job: Job) -> str:
    phase = job.progress.get("phase")
    people = job.progress.get("people")
    if phase == "checking":
        return _("Checking every rule: hours, breaks, quota, equipment ...")
    if phase == "explaining":
        return _("Finding the smallest change that would help each who is left out ...")
    if phase == "searching" and isinstance(people, int) and people:
        return ngettext(
            "Looking for better routes. So far %(num)d person is visited.",
            "Looking for better routes. So far %(num)d people are visited.",
            people,
        )
    if phase == "searching":
        return _("Looking for good routes ...")
    return _("Reading the waiting list and the teams' hours ...")
