"""Pages of searches from the board: improving the rest, and what would be if something were otherwise."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from outreach.errors import Refused
from outreach.i18n import format_number
from outreach.i18n import gettext as _
from outreach.jobs import Job
from outreach.planning import drafts, progress, searches
from outreach.planning.board_page import days_of
from outreach.planning.draft_models import WhatIf
from outreach.planning.models import Plan
from outreach.planning.searches import FRIDAY, GOING_ON, Otherwise
from outreach.planning.wording import duration, kilometres
from outreach.web import actor, allow, endpoint, go, load, reading, render, writing

bp = Blueprint("searches", __name__)
USUAL_QUOTA: Final = 60


@bp.post("/rencana/<id:plan_id>/papan/rapikan")
@endpoint("plan.edit")
def improve(plan_id: str) -> BaseResponse:
    """Improve the rest around what is pinned and locked."""
    try:
        with writing() as session:
            plan = load(session, Plan, plan_id)
            allow(plan)
            searches.improve_rest(session, actor(), plan, request.form.get("revision", 0, type=int))
    except Refused as refusal:
        flash(refusal.message, "error")
    return go("board.show", plan_id=plan_id, hari=request.form.get("hari") or None)


@bp.post("/rencana/<id:plan_id>/papan/hentikan")
@endpoint("plan.edit")
def stop(plan_id: str) -> BaseResponse:
    """Stop what is being searched; the board stays as it is."""
    with writing() as session:
        plan = load(session, Plan, plan_id)
        allow(plan)
        searches.stop_search(session, actor(), plan)
    flash(_("The search is stopped. The board is as it was."), "info")
    where = "searches.what_if" if request.form.get("dari") == "andai" else "board.show"
    return go(where, plan_id=plan_id)


@bp.post("/rencana/<id:plan_id>/papan/cukup")
@endpoint("plan.edit")
def settle(plan_id: str) -> BaseResponse:
    """End an improvement with the best routes found so far."""
    with writing() as session:
        plan = load(session, Plan, plan_id)
        allow(plan)
        is_ending = searches.settle_search(session, actor(), plan)
    if not is_ending:
        flash(_("The search is stopped. The board is as it was."), "info")
    return go("board.show", plan_id=plan_id, hari=request.form.get("hari") or None)


@bp.get("/rencana/<id:plan_id>/papan/kemajuan")
@endpoint("plan.edit")
def search_progress(plan_id: str) -> Response:
    """Tell the page that waits how far a search is."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    going = searches.running(reading(), plan)
    from_what_if = request.args.get("dari") == "andai"
    if not going:
        done = "searches.what_if" if from_what_if else "board.show"
        return progress.as_json(
            progress.Progress("done", 1.0, "", False),
            url_for(done, plan_id=plan.id, hari=request.args.get("hari")),
        )
    return progress.as_json(progress.of_job(going[0]), None)


@bp.route("/rencana/<id:plan_id>/andai", methods=["GET", "POST"])
@endpoint("plan.edit")
def what_if(plan_id: str) -> BaseResponse | str:
    """Ask what would be if something were otherwise, and show the figures side by side."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    try:
        if request.method == "POST":
            with writing() as session:
                asked = _asked()
                searches.ask_what_if(session, actor(), load(session, Plan, plan_id), asked)
            return go("searches.what_if", plan_id=plan_id)
        desk = drafts.desk_of(reading(), plan)
    except Refused as refusal:
        flash(refusal.message, "error")
        back = "searches.what_if" if request.method == "POST" else "planning.show"
        return go(back, plan_id=plan_id)
    row = reading().scalars(
        select(WhatIf).where(WhatIf.plan_id == plan.id).order_by(WhatIf.asked_at.desc())
    ).first()  # fmt: skip
    job = reading().get(Job, row.job_id) if row and row.job_id else None
    return render(
        "planning/what_if.html",
        plan=plan,
        desk=desk,
        row=row,
        now=progress.of_job(job) if job and job.state in GOING_ON else None,
        failed=job is not None and job.state not in GOING_ON and not (row and row.results),
        results=[_result(one, row.results[0]) for one in row.results] if row else [],
        has_friday=any(day.weekday() == FRIDAY for day in days_of(desk.problem)),
        usual_quota=USUAL_QUOTA,
    )


def _asked() -> list[Otherwise]:
    quota = request.form.get("quota", USUAL_QUOTA, type=int)
    try:
        return [
            Otherwise(code, quota if code == "quota" else 0)
            for code in request.form.getlist("code")
        ]
    except ValueError:
        raise Refused(_("Write a quota between 1 and 10,000.")) from None


def _result(one: dict[str, Any], now: dict[str, Any]) -> dict[str, str]:
    names = {
        "now": _("As it is now"),
        "team": _("One more team"),
        "hour": _("An hour more a day"),
        "quota": _("Quota %(quota)s a day", quota=one["quota"]),
        "no_friday": _("Without Friday"),
    }
    people = one["people"]
    more = people - now["people"]
    return {
        "name": names[one["code"]],
        "people": format_number(people),
        "more": f"{more:+d}" if one["code"] != "now" and more else "",
        "waiting": format_number(one["waiting"]) if "waiting" in one else "-",
        "oldest": format_number(one["oldest_days"]) if "oldest_days" in one else "-",
        "km": kilometres(one["travel_m"]) if "travel_m" in one else "-",
        "time": duration(one["travel_s"]) if "travel_s" in one else "-",
        "points": format_number(one["points"]) if "points" in one else "-",
    }
