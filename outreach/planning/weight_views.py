"""Pages of the weights: how points are given, what other points would change, and setting them from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from flask import Blueprint, abort, flash, request, url_for
from flask import Response as FlaskResponse
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach import clock, jobs, policy
from outreach.errors import Invalid, Refused
from outreach.i18n import format_date, format_number
from outreach.i18n import gettext as _
from outreach.jobs import Job
from outreach.planning import progress, weight_trials, weights
from outreach.planning.searches import GOING_ON
from outreach.planning.weight_trials import Trial
from outreach.planning.wording import duration, kilometres
from outreach.referrals.priority import weights_on
from outreach.referrals.priority_words import WEIGHT_LABELS
from outreach.web import (
    NavItem,
    actor,
    allow,
    endpoint,
    go,
    load,
    on_navigation,
    reading,
    render,
    writing,
)

bp = Blueprint("weights", __name__)
on_navigation(NavItem("weights.index", "Points", 84))


@bp.get("/poin")
@endpoint("weights.view")
def index() -> str:
    """Show how points are given today, and every setting before."""
    allow()
    return _page({name: str(value) for name, value in _today().items()})


@bp.post("/poin/coba")
@endpoint("weights.view")
def try_out() -> Response | str | tuple[str, int]:
    """Plan last week anew with the weights that are typed; nothing of it is touched."""
    allow()
    try:
        wanted = weights.read_weights(request.form)
        with writing() as session:
            job = weight_trials.ask_trial(session, actor(), wanted)
    except Invalid as refusal:
        return _page(request.form, refusal.errors), 422
    except Refused as refusal:
        flash(refusal.message, "info")
        return _page(request.form)
    return go("weights.trial", job_id=job.id)


@bp.get("/poin/coba/<id:job_id>")
@endpoint("weights.view")
def trial(job_id: str) -> str:
    """Show what last week's plan would have been, or how far the search is."""
    allow()
    tried = weight_trials.trial_of(reading(), _trial_job(job_id))
    typed = {name: str(value) for name, value in asdict(tried.weights).items()}
    return _page(typed, trial=tried)


@bp.get("/poin/coba/<id:job_id>/kemajuan")
@endpoint("weights.view")
def trial_progress(job_id: str) -> FlaskResponse:
    """Tell the page that waits how far the search is."""
    allow()
    job = _trial_job(job_id)
    if job.state in GOING_ON:
        return progress.as_json(progress.of_job(job), None)
    done = progress.Progress("done", 1.0, "", False)
    return progress.as_json(done, url_for("weights.trial", job_id=job_id))


@bp.post("/poin/coba/<id:job_id>/hentikan")
@endpoint("weights.view")
def stop_trial(job_id: str) -> Response:
    """Stop the search; what was typed stays."""
    allow()
    with writing() as session:
        job = _trial_job(job_id, session)
        if job.state in GOING_ON:
            jobs.cancel(session, job)
    return go("weights.trial", job_id=job_id)


@bp.post("/poin")
@endpoint("weights.manage")
def set_weights() -> str | Response | tuple[str, int]:
    """Keep the weights from a day on."""
    allow()
    try:
        wanted = weights.read_weights(request.form)
        first_day = _day(request.form.get("first_day", ""))
        with writing() as session:
            weights.set_weights(session, actor(), wanted, first_day, request.form.get("note", ""))
    except Invalid as refusal:
        return _page(request.form, refusal.errors), 422
    except Refused as refusal:
        return _page(request.form, {refusal.field or "first_day": refusal.message}), 422
    flash(_("These points hold from %(day)s on.", day=format_date(first_day)), "success")
    return go("weights.index")


def _page(
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    trial: Trial | None = None,
) -> str:
    return render(
        "planning/weights.html",
        labels=WEIGHT_LABELS,
        today_weights=_today(),
        typed=typed,
        errors=errors or {},
        trial=trial,
        now=progress.of_job(trial.job) if trial and trial.goes_on else None,
        rows=_figures(trial) if trial and trial.is_done else [],
        settings=weights.weights_set(reading()),
        may_set=policy.can(actor(), "weights.manage"),
        may_see_names=policy.can(actor(), "referral.list"),
        today=clock.today(),
    )


def _figures(tried: Trial) -> list[dict[str, str]]:
    names = ((_("With the points of then"), tried.then), (_("With these points"), tried.now))
    return [
        {
            "name": name,
            "people": format_number(found["people"]),
            "waiting": format_number(found["waiting"]),
            "oldest": format_number(found["oldest_days"]),
            "km": kilometres(found["travel_m"]),
            "time": duration(found["travel_s"]),
        }
        for name, found in names
        if found is not None
    ]


def _trial_job(job_id: str, session: Session | None = None) -> Job:
    job = load(session or reading(), Job, job_id)
    if job.kind != weight_trials.TRY:
        abort(404)
    return job


def _today() -> dict[str, int]:
    found: dict[str, int] = asdict(weights_on(reading(), clock.today()))
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_("Write from which day on."), field="first_day") from None
