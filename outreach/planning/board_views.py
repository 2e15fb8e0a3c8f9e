"""Pages of the planner's board: change a plan by hand, with every rule checked and told."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, request
from werkzeug.wrappers import Response as BaseResponse

from outreach.errors import NotThere, Refused
from outreach.i18n import gettext as _
from outreach.planning import board_page, board_person, drafts
from outreach.planning.board_map import board_map
from outreach.planning.edits import Edit, EditKind
from outreach.planning.judging import place_after, team_on, why_left_out
from outreach.planning.models import Plan
from outreach.planning.route_lines import line_finder
from outreach.web import actor, allow, core, endpoint, go, load, reading, render, writing

bp = Blueprint("board", __name__)
_BY_FORM = frozenset(EditKind) - {EditKind.REPLACE, EditKind.CLOSE}


@bp.get("/rencana/<id:plan_id>/papan")
@endpoint("plan.edit")
def show(plan_id: str) -> BaseResponse | str:
    """Show the board of one date."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    try:
        desk = drafts.desk_of(reading(), plan)
    except Refused as refusal:
        flash(refusal.message, "error")
        return go("planning.show", plan_id=plan_id)
    day = _day(desk, request.args.get("hari"))
    everybody = request.args.get("semua") == "1"
    return render(
        "planning/board.html", **board_page.page(reading(), actor(), desk, day, everybody=everybody)
    )


@bp.get("/rencana/<id:plan_id>/papan/peta")
@endpoint("plan.edit")
def map_data(plan_id: str) -> Response:
    """Give a script what the map of one date shows; nothing where the plan can no longer be changed."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    try:
        desk = drafts.desk_of(reading(), plan)
    except Refused:
        return _json({"office": None, "routes": [], "waiting": []})
    day = _day(desk, request.args.get("hari"))
    return _json(board_map(reading(), desk, day, line_finder(core().settings)))


@bp.get("/rencana/<id:plan_id>/papan/orang/<id:referral_id>")
@endpoint("plan.edit")
def person(plan_id: str, referral_id: str) -> BaseResponse | str:
    """Show one person on the board: where they are, the best places for them, and everything that can be done."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    try:
        desk = drafts.desk_of(reading(), plan)
    except Refused as refusal:
        flash(refusal.message, "error")
        return go("planning.show", plan_id=plan_id)
    if all(visit.id != referral_id for visit in desk.problem.visits):
        flash(_("This person is not on the waiting list of this plan."), "error")
        return go("board.show", plan_id=plan_id)
    return render("planning/board_person.html", **board_person.page(reading(), desk, referral_id))


@bp.post("/rencana/<id:plan_id>/papan/ubah")
@endpoint("plan.edit")
def edit(plan_id: str) -> BaseResponse:
    """Make one edit, and say what it does or why it cannot be."""
    back: dict[str, Any] = {}
    try:
        with writing() as session:
            plan = load(session, Plan, plan_id)
            allow(plan)
            desk = drafts.desk_of(session, plan)
            asked = _edit(desk)
            answer = drafts.make_edit(session, actor(), plan, asked, _revision())
            back = _back(desk, asked)
            if answer.after is not None:
                flash(board_page.effect(desk.now, answer.after), "success")
        for line in answer.refusals:
            flash(_("Not possible. %(why)s", why=line), "error")
        for line in answer.warnings:
            flash(line, "warning")
    except Refused as refusal:
        flash(refusal.message, "error")
    return go("board.show", plan_id=plan_id, **back)


@bp.post("/rencana/<id:plan_id>/papan/coba")
@endpoint("plan.edit")
def try_edit(plan_id: str) -> Response:
    """Tell a script what an edit would do, without doing it: asked while a person drags."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    try:
        desk = drafts.desk_of(reading(), plan)
        answer = drafts.try_edit(reading(), desk, _edit(desk))
    except Refused as refusal:
        return _json({"state": "refused", "text": refusal.message})
    if answer.after is None:
        return _json({"state": "refused", "text": " ".join(answer.refusals)})
    said = [*answer.warnings, board_page.effect(desk.now, answer.after)]
    return _json({"state": "warned" if answer.warnings else "fits", "text": " ".join(said)})


@bp.post("/rencana/<id:plan_id>/papan/urungkan")
@endpoint("plan.edit")
def undo(plan_id: str) -> BaseResponse:
    """Take the last edit back."""
    return _do(plan_id, drafts.undo)


@bp.post("/rencana/<id:plan_id>/papan/ulangi")
@endpoint("plan.edit")
def redo(plan_id: str) -> BaseResponse:
    """Do again what was undone last."""
    return _do(plan_id, drafts.redo)


@bp.post("/rencana/<id:plan_id>/papan/awal")
@endpoint("plan.edit")
def start_over(plan_id: str) -> BaseResponse:
    """Take every edit back."""
    return _do(plan_id, drafts.start_over)


@bp.post("/rencana/<id:plan_id>/papan/simpan")
@endpoint("plan.edit")
def keep(plan_id: str) -> BaseResponse:
    """Keep the board as a new version."""
    try:
        allow(load(reading(), Plan, plan_id))
        desk = drafts.desk_of(reading(), load(reading(), Plan, plan_id))
        is_it = desk.revision == _revision() and desk.now.is_sound
        left = drafts.explained(desk) if is_it else None
        with writing() as session:
            plan = load(session, Plan, plan_id)
            find_lines = line_finder(core().settings)
            label = drafts.keep(session, actor(), plan, _revision(), find_lines, left).label
    except Refused as refusal:
        flash(refusal.message, "error")
        return go("board.show", plan_id=plan_id)
    flash(
        _("Version %(label)s is kept. Send it for approval when it is ready.", label=label),
        "success",
    )
    return go("planning.show", plan_id=plan_id)


@bp.get("/rencana/<id:plan_id>/papan/kabar")
@endpoint("plan.edit")
def news(plan_id: str) -> Response:
    """Tell a script whether the board changed since the page was made, and who changed it."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    return _json(board_page.news(reading(), plan, request.args.get("revisi", 0, type=int)))


def _do(plan_id: str, act: Any) -> BaseResponse:
    try:
        with writing() as session:
            plan = load(session, Plan, plan_id)
            allow(plan)
            act(session, actor(), plan, _revision())
    except Refused as refusal:
        flash(refusal.message, "error")
    return go("board.show", plan_id=plan_id, hari=request.form.get("hari") or None)


def _edit(desk: drafts.Desk) -> Edit:
    """Read an edit from the form. Raises NotThere for what is not of this plan, Refused for a change without effect."""
    form = request.form
    try:
        kind = EditKind(form.get("kind", ""))
        day = date.fromisoformat(form["day"]) if form.get("day") else None
        position = int(form["position"]) if form.get("position", "").strip() else None
    except ValueError:
        raise NotThere("no such edit") from None
    team = form.get("team", "")
    if "/" in form.get("where", ""):
        team, _slash, on = form["where"].partition("/")
        day = date.fromisoformat(on) if on.count("-") == 2 else None
    known = {visit.id for visit in desk.problem.visits}
    visits = tuple(dict.fromkeys(v for v in form.getlist("visits") if v in known))
    if kind is EditKind.MOVE and day and not team and visits:
        team = team_on(desk.now, visits[0], day)
    needs_route = kind in {EditKind.MOVE, EditKind.LOCK, EditKind.UNLOCK}
    if kind not in _BY_FORM or (needs_route and not (team and day)):
        raise Refused(_("Choose what to change first."))
    if kind not in {EditKind.LOCK, EditKind.UNLOCK} and not visits:
        raise Refused(_("Choose a person first."))
    if kind is EditKind.SWAP and len(visits) != 2:
        raise Refused(_("Choose with whom to swap."))
    if kind is EditKind.CHANGE:
        return _change(desk, visits[0])
    if kind is EditKind.MOVE and position is None and form.get("shift"):
        home = desk.now.board.home(visits[0])
        if home is not None:
            team, day = home
            position = desk.now.board.orders[home].index(visits[0]) + int(form["shift"])
    return Edit(kind, visits, team, day, position)


def _change(desk: drafts.Desk, visit: str) -> Edit:
    if held := board_page.held_by_decree(desk).get(visit):
        raise Refused(held)
    if not desk.now.is_sound:
        raise Refused(_("First mend what breaks a rule on this board, then apply the change."))
    why = why_left_out(desk.now, visit)
    edit = place_after(desk.now, visit, why.change) if why and why.change else None
    if edit is None:
        raise Refused(
            _("As the board is now, this change would not help. Look at the best places instead.")
        )
    return edit


def _revision() -> int:
    return request.form.get("revision", 0, type=int)


def _back(desk: drafts.Desk, asked: Edit) -> dict[str, Any]:
    """Return to the date that the edit was about, at the team where it was made."""
    day = asked.day
    if day is None and asked.visits:
        home = desk.now.board.home(asked.visits[0])
        day = home[1] if home else None
    back: dict[str, Any] = {"hari": (day.isoformat() if day else request.form.get("hari")) or None}
    if asked.team:
        back["_anchor"] = f"tim-{asked.team}"
    return back


def _day(desk: drafts.Desk, asked: str | None) -> date:
    days = board_page.days_of(desk.problem)
    return next((day for day in days if day.isoformat() == asked), days[0])


def _json(answer: dict[str, Any]) -> Response:
    return Response(json.dumps(answer), mimetype="application/json")
