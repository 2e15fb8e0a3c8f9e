"""Pages of a day that does not go to plan: what a recipe would do, doing it, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from flask import Blueprint, flash, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach.errors import NotThere, Refused
from outreach.i18n import gettext as _
from outreach.i18n import translate
from outreach.ids import is_id
from outreach.jobs import Job
from outreach.planning import (
    comparison,
    day_change_page,
    day_changes,
    day_search,
    progress,
    recipes,
)
from outreach.planning.day_options import Way
from outreach.planning.day_question import version_today
from outreach.planning.models import Plan
from outreach.planning.recipes import Call, Recipe
from outreach.planning.route_lines import line_finder
from outreach.planning.searches import GOING_ON
from outreach.planning.wording import duration, kilometres, place
from outreach.web import actor, allow, core, endpoint, go, load, reading, render, writing

bp = Blueprint("day_changes", __name__)
BOARD: Final = "day.today"


@bp.get("/rencana/<id:plan_id>/hari-ini/<recipe>")
@endpoint("day.change")
def show(plan_id: str, recipe: str) -> Response | str:
    """Show what a recipe would do to the day, with every way out of it."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    call = _call(recipe, request.args)
    session = reading()
    try:
        version = version_today(session)
        if version.plan_id != plan.id:
            raise Refused(_("Another plan is in force today. Look at it, then do it again."))
        asked = day_change_page.details(session, version, call, request.args.get("cari", ""))
        job = _search(session, plan, call, request.args.get("pencarian", ""))
    except Refused as refusal:
        flash(refusal.message, "error")
        return go(BOARD)
    found, refused = None, ""
    if asked.is_enough:
        try:
            found = day_changes.preview(session, call, _searched(job))
        except Refused as refusal:
            refused = refusal.message
    return render(
        "planning/day_change.html",
        plan=plan,
        call=call,
        details=asked,
        label=translate(recipes.LABELS[call.recipe]),
        happened=recipes.in_words(session, call.to_json()) if found else "",
        found=found,
        refused=refused,
        way_words=day_change_page.WAY_WORDS,
        by_kind=comparison.by_kind,
        duration=duration,
        kilometres=kilometres,
        place=place,
        search=request.args.get("cari", ""),
        job=job,
        found_more=found is not None
        and any(one.option.way in day_search.NEARNESS for one in found.outlooks),
        now=progress.of_job(job) if job and job.state in GOING_ON else None,
        arguments=_arguments(request.args),
    )


@bp.post("/rencana/<id:plan_id>/hari-ini/<recipe>")
@endpoint("day.change")
def change(plan_id: str, recipe: str) -> Response:
    """Do what the recipe asks for, the way that was chosen."""
    form = request.form
    try:
        with writing() as session:
            plan = load(session, Plan, plan_id)
            allow(plan)
            call = _call(recipe, form)
            if form.get("cara") not in set(Way):
                raise Refused(_("Choose how far the day is changed."))
            made = day_changes.change_day(
                session, actor(), plan, call, Way(form["cara"]), form.get("versi", ""),
                line_finder(core().settings),
                _searched(_search(session, plan, call, form.get("pencarian", ""))),
            )  # fmt: skip
            waits = made.needs_signature
    except Refused as refusal:
        flash(refusal.message, "error")
        return go("day_changes.show", plan_id=plan_id, recipe=recipe, **_arguments(form))
    if waits:
        flash(_("The change waits for a supervisor's signature. Until then the teams go on as they were."), "warning")  # fmt: skip
    else:
        flash(_("The change is in force. The teams get it with the reason; tell the families below."), "success")  # fmt: skip
    return go(BOARD)


@bp.post("/rencana/<id:plan_id>/hari-ini/urungkan")
@endpoint("day.change")
def undo(plan_id: str) -> Response:
    """Take the last change of the day back."""
    try:
        with writing() as session:
            plan = load(session, Plan, plan_id)
            allow(plan)
            made = day_changes.take_back(
                session, actor(), plan, request.form.get("perubahan", ""),
                line_finder(core().settings),
            )  # fmt: skip
            waits = made is not None and made.needs_signature
    except Refused as refusal:
        flash(refusal.message, "error")
        return go(BOARD)
    if waits:
        flash(_("Taking it back waits for a supervisor's signature."), "warning")
    else:
        flash(_("The change is taken back. The day is as it was before."), "success")
    return go(BOARD)


@bp.post("/rencana/<id:plan_id>/hari-ini/<recipe>/cari")
@endpoint("day.change")
def search(plan_id: str, recipe: str) -> Response:
    """Ask for a better way out than was found at once."""
    given = _arguments(request.form)
    try:
        with writing() as session:
            plan = load(session, Plan, plan_id)
            allow(plan)
            call = _call(recipe, request.form)
            given["pencarian"] = day_search.ask_search(session, actor(), plan, call).id
    except Refused as refusal:
        flash(refusal.message, "error")
    return go("day_changes.show", plan_id=plan_id, recipe=recipe, **given)


@bp.get("/rencana/<id:plan_id>/hari-ini/<recipe>/kemajuan")
@endpoint("day.change")
def search_progress(plan_id: str, recipe: str) -> Response:
    """Tell the page that waits how far the search is."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    job = _search(reading(), plan, _call(recipe, request.args), request.args.get("pencarian", ""))
    if job is not None and job.state in GOING_ON:
        return progress.as_json(progress.of_job(job), None)
    given = _arguments(request.args) | {"pencarian": job.id if job else None}
    done = url_for("day_changes.show", plan_id=plan_id, recipe=recipe, **given)
    return progress.as_json(progress.Progress("done", 1.0, "", False), done)


def _search(session: Session, plan: Plan, call: Call, job_id: str) -> Job | None:
    if not is_id(job_id):
        return None
    return day_search.search_of(session, plan, job_id, call)


def _searched(job: Job | None) -> day_changes.Searched | None:
    return partial(day_search.found_by, job) if job is not None else None


def _call(recipe: str, given: Mapping[str, str]) -> Call:
    """Read what happened. Raises NotThere for what is no recipe."""
    try:
        kind = Recipe(recipe)
        if kind is Recipe.UNDO:
            raise ValueError(recipe)
        minutes = int(given.get("menit") or day_change_page.USUAL_MIN.get(kind, 0))
        villages = given.getlist("desa") if hasattr(given, "getlist") else []
        return Call(
            kind, given.get("tim", ""), given.get("mulai", ""), given.get("warga", ""), minutes,
            tuple(sorted(set(villages))), int(given.get("lembur") or 0),
        )  # fmt: skip
    except ValueError:
        raise NotThere(f"recipe {recipe}") from None


def _arguments(form: Any) -> dict[str, Any]:
    kept = {
        name: form.get(name)
        for name in ("tim", "mulai", "warga", "menit", "lembur")
        if form.get(name)
    }
    return {**kept, "desa": form.getlist("desa")}
