"""Pages of teams, their members and their kits."""

from __future__ import annotations

from flask import Blueprint, flash, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from outreach.errors import Refused
from outreach.forms import Form
from outreach.i18n import gettext as _
from outreach.teams import crews, service
from outreach.teams.capabilities import DUTIES, EQUIPMENT, SKILLS
from outreach.teams.forms import kit_form, team_form
from outreach.teams.models import Kit, Team
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

bp = Blueprint("teams", __name__, url_prefix="/tim")
on_navigation(NavItem("teams.index", "Teams", 60))


@bp.get("")
@endpoint("team.list")
def index() -> str:
    """List the teams with their members, skills and kits."""
    allow()
    closed = reading().scalars(select(Team).where(~Team.is_active).order_by(Team.code)).all()
    return render(
        "teams/index.html",
        teams=[*service.active_teams(reading()), *closed],
        skills=SKILLS,
        duties=DUTIES,
        equipment=EQUIPMENT,
    )


@bp.route("/baru", methods=["GET", "POST"])
@endpoint("team.create")
def create() -> Response | str | tuple[str, int]:
    """Make a team."""
    allow()
    form = team_form(reading())
    if form.validate_on_submit():
        try:
            with writing() as session:
                team = crews.create_team(session, actor(), form.facts())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(name)s is made.", name=team.name), "success")
            return go("teams.index")
    return _page("teams/edit.html", form, team=None)


@bp.route("/<id:team_id>", methods=["GET", "POST"])
@endpoint("team.edit")
def edit(team_id: str) -> Response | str | tuple[str, int]:
    """Show and change a team."""
    team = load(reading(), Team, team_id)
    allow(team)
    form = team_form(reading(), team)
    if form.validate_on_submit():
        try:
            with writing() as session:
                crews.edit_team(session, actor(), load(session, Team, team_id), form.facts())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(name)s is saved.", name=form.name.data), "success")
            return go("teams.index")
    return _page("teams/edit.html", form, team=team)


@bp.route("/<id:team_id>/tutup", methods=["GET", "POST"])
@endpoint("team.edit")
def close(team_id: str) -> Response | str:
    """Ask, then take a team out of service."""
    team = load(reading(), Team, team_id)
    allow(team)
    if request.method == "GET":
        return render("teams/close.html", team=team)
    with writing() as session:
        crews.close_team(session, actor(), load(session, Team, team_id))
    flash(_("%(name)s does not go out any more.", name=team.name), "success")
    return go("teams.index")


@bp.post("/<id:team_id>/buka")
@endpoint("team.edit")
def reopen(team_id: str) -> Response:
    """Put a team back into service."""
    team = load(reading(), Team, team_id)
    allow(team)
    try:
        with writing() as session:
            crews.reopen_team(session, actor(), load(session, Team, team_id))
    except Refused as refusal:
        flash(refusal.message, "error")
        return go("teams.edit", team_id=team_id)
    flash(_("%(name)s goes out again.", name=team.name), "success")
    return go("teams.index")


@bp.get("/alat")
@endpoint("team.list")
def kits() -> str:
    """List the kits and which team has each."""
    allow()
    found = reading().scalars(select(Kit).order_by(Kit.is_active.desc(), Kit.code)).all()
    return render("teams/kits.html", kits=found, equipment=EQUIPMENT)


@bp.route("/alat/baru", methods=["GET", "POST"])
@endpoint("kit.create")
def create_kit() -> Response | str | tuple[str, int]:
    """Add a kit."""
    allow()
    form = kit_form(reading())
    if form.validate_on_submit():
        try:
            with writing() as session:
                kit = crews.create_kit(session, actor(), form.facts())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(name)s is saved.", name=kit.name), "success")
            return go("teams.kits")
    return _page("teams/edit_kit.html", form, kit=None)


@bp.route("/alat/<id:kit_id>", methods=["GET", "POST"])
@endpoint("kit.edit")
def edit_kit(kit_id: str) -> Response | str | tuple[str, int]:
    """Show and change a kit."""
    kit = load(reading(), Kit, kit_id)
    allow(kit)
    form = kit_form(reading(), kit)
    if form.validate_on_submit():
        try:
            with writing() as session:
                crews.edit_kit(session, actor(), load(session, Kit, kit_id), form.facts())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(name)s is saved.", name=form.name.data), "success")
            return go("teams.kits")
    return _page("teams/edit_kit.html", form, kit=kit)


def _page(template: str, form: Form, **context: object) -> tuple[str, int]:
    return render(template, form=form, **context), 422 if form.is_submitted() else 200
