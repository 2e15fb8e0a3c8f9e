"""The office's side of the tablets: letting them in and out, their files, and what a person must look at."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, flash, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import FileField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from outreach import policy
from outreach.errors import Refused
from outreach.fieldwork.tablet import enrolment, files, review
from outreach.fieldwork.tablet.models import Tablet, TabletEvent
from outreach.fieldwork.tablet.photos import read_visit_photo
from outreach.fieldwork.tablet.views import envelopes
from outreach.forms import Form
from outreach.i18n import gettext as _
from outreach.i18n import lazy, ngettext, translate
from outreach.places.service import MAP_APPS, choose_map_app, office
from outreach.policy import Actor
from outreach.teams.models import Team
from outreach.teams.service import active_teams
from outreach.web import (
    HomeCard,
    NavItem,
    Todo,
    actor,
    allow,
    core,
    endpoint,
    go,
    load,
    on_home,
    on_navigation,
    reading,
    render,
    writing,
)

bp = Blueprint("tablets", __name__)


def _open_items(session: Session, person: Actor) -> int:
    return review.count_items(session) if policy.can(person, "tablet.review") else 0


on_navigation(
    NavItem("tablets.index", "Tablets", 62),
    NavItem("tablets.look", "From the tablets", 42, badge=_open_items),
)


@on_home
def items_of_planner(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """What the tablets sent that a person must look at."""
    if count := _open_items(session, person):
        yield Todo(
            _("From the tablets"),
            ngettext("%(num)s thing to look at", "%(num)s things to look at", count),
            url_for("tablets.look"),
        )


class TabletForm(Form):
    """A tablet and the team that carries it."""

    name = StringField(
        lazy("Name of the tablet"),
        [
            InputRequired(lazy("Give the tablet a name, such as the number on its back.")),
            Length(max=60),
        ],
    )
    team_id = SelectField(lazy("Team"), [InputRequired(lazy("Choose the team."))])


class MapAppForm(Form):
    """The map application that the tablets open to be guided."""

    map_app = SelectField(lazy("Map application on the tablets"))


def _map_app_form() -> MapAppForm:
    form = MapAppForm(data={"map_app": office(reading()).map_app})
    form.map_app.choices = [
        SelectChoice(code, translate(label)) for code, label in MAP_APPS.items()
    ]
    return form


class OutboxForm(Form):
    """A file that a tablet wrote."""

    file = FileField(lazy("File from the tablet"))


@bp.get("/tablet-tim")
@endpoint("tablet.list")
def index() -> str:
    """List the tablets, when each was heard of, and what is wrong with its clock."""
    allow()
    tablets = reading().scalars(
        select(Tablet).order_by(Tablet.revoked_at.is_not(None), Tablet.created_at.desc())
    )
    return render("tablet/index.html", tablets=list(tablets), form=_map_app_form())


@bp.route("/tablet-tim/baru", methods=["GET", "POST"])
@endpoint("tablet.create")
def create() -> Response | str | tuple[str, int]:
    """Make ready a tablet, and show its code once."""
    allow()
    form = TabletForm()
    form.team_id.choices = [SelectChoice(team.id, team.name) for team in active_teams(reading())]
    if form.validate_on_submit():
        try:
            with writing() as session:
                team = load(session, Team, str(form.team_id.data))
                tablet, code = enrolment.create_tablet(session, actor(), str(form.name.data), team)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _code_page(tablet, code)
    page = render("tablet/create.html", form=form)
    return (page, 422) if form.is_submitted() else page


@bp.post("/tablet-tim/<id:tablet_id>/kode")
@endpoint("tablet.edit")
def renew_code(tablet_id: str) -> Response | str:
    """Make another code for a tablet that was never enrolled."""
    allow(load(reading(), Tablet, tablet_id))
    try:
        with writing() as session:
            tablet = load(session, Tablet, tablet_id)
            code = enrolment.renew_code(session, actor(), tablet)
    except Refused as refusal:
        flash(refusal.message, "error")
        return go("tablets.index")
    return _code_page(tablet, code)


@bp.route("/tablet-tim/<id:tablet_id>/cabut", methods=["GET", "POST"])
@endpoint("tablet.edit")
def revoke(tablet_id: str) -> Response | str:
    """Ask, then shut a tablet out."""
    tablet = load(reading(), Tablet, tablet_id)
    allow(tablet)
    if request.method == "GET":
        return render("tablet/revoke.html", tablet=tablet)
    with writing() as session:
        enrolment.revoke_tablet(session, actor(), load(session, Tablet, tablet_id))
    flash(_("%(name)s is shut out.", name=tablet.name), "success")
    return go("tablets.index")


@bp.route("/hasil/tablet", methods=["GET", "POST"])
@endpoint("tablet.review")
def look() -> Response | str | tuple[str, int]:
    """See what waits for a person, and read a tablet's file."""
    allow()
    form = OutboxForm()
    if form.is_submitted() and form.validate():
        sent = request.files.get("file")
        try:
            if sent is None or not sent.filename:
                raise Refused(_("Choose a file first."), field="file")
            with writing() as session:
                found = files.read_file(
                    session, actor(), core().sealer, envelopes(), sent.stream.read()
                )
        except Refused as refusal:
            form.file.errors = [refusal.message]
        else:
            flash(_told(found), "warning" if found.count("unreadable") else "success")
            return go("tablets.look")
    page = render("tablet/look.html", form=form, items=review.items(reading(), core().sealer))
    return (page, 422) if form.errors else page


@bp.post("/hasil/tablet/<id:event_id>")
@endpoint("tablet.settle")
def settle(event_id: str) -> Response:
    """Put an item away, or use the correction that it proposes."""
    allow(load(reading(), TabletEvent, event_id))
    try:
        with writing() as session:
            event = load(session, TabletEvent, event_id)
            review.settle(session, actor(), core().sealer, event, use="pakai" in request.form)
    except Refused as refusal:
        flash(refusal.message, "error")
    else:
        flash(_("Your decision is saved."), "success")
    return go("tablets.look")


@bp.get("/hasil/tablet/<id:event_id>/foto.jpg")
@endpoint("tablet.see")
def photo(event_id: str) -> Response:
    """Give a photo that a team took at a visit."""
    event = load(reading(), TabletEvent, event_id)
    allow(event)
    data = read_visit_photo(reading(), core().sealer, event.event_id)
    answer = Response(data, mimetype="image/jpeg")
    answer.headers["Content-Disposition"] = 'inline; filename="foto.jpg"'
    return answer


@bp.post("/tablet-tim/peta")
@endpoint("office.manage")
def map_app() -> Response:
    """Choose the map application that every tablet opens to be guided."""
    allow()
    try:
        with writing() as session:
            choose_map_app(session, actor(), str(_map_app_form().map_app.data))
    except Refused as refusal:
        flash(refusal.message, "error")
    else:
        flash(_("The tablets open it from their next pack on."), "success")
    return go("tablets.index")


def _code_page(tablet: Tablet, code: str) -> str:
    return render(
        "tablet/code.html", tablet=tablet, code=code, address=request.url_root + "tablet/"
    )


def _told(found: files.FileRead) -> str:
    said = ngettext(
        "%(num)s thing from %(name)s is safe here.",
        "%(num)s things from %(name)s are safe here.",
        len(found.answers) - found.count("unreadable"),
        name=found.tablet.name,
    )
    if lost := found.count("unreadable"):
        said += " " + ngettext(
            "%(num)s could not be opened: keep the file.",
            "%(num)s could not be opened: keep the file.",
            lost,
        )
    return said
