"""Pages of decrees: caps, the health protocol, a stop, each with its letter."""

from __future__ import annotations

from flask import Blueprint, flash
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from outreach import clock
from outreach.errors import Refused
from outreach.forms import Form
from outreach.i18n import gettext as _
from outreach.i18n import lazy, translate
from outreach.places.models import District
from outreach.teams import decrees
from outreach.teams.accepted import offered_conditions
from outreach.teams.affected import affected_on
from outreach.teams.decree_models import Decree, DecreeLevel
from outreach.teams.service import active_teams
from outreach.web import actor, allow, changing, endpoint, go, reading, render, writing

bp = Blueprint("decrees", __name__, url_prefix="/kalender/keputusan")


class DecreeForm(Form):
    """What a decree says."""

    letter_number = StringField(
        lazy("Number of the decree or letter"),
        [InputRequired(lazy("Write the number of the letter.")), Length(max=80)],
    )
    first = DateField(lazy("From"), [InputRequired(lazy("Choose a date."))])
    last = DateField(lazy("Until"), [Optional()])
    level = RadioField(
        lazy("How service goes on"),
        [InputRequired(lazy("Choose one."))],
        choices=[
            SelectChoice("normal", lazy("Normal, with a cap")),
            SelectChoice("tightened", lazy("Tightened: health protocol")),
            SelectChoice("suspended", lazy("Suspended: no visits")),
        ],
        default="tightened",
    )
    scope = SelectField(lazy("For whom"))
    people_per_day = IntegerField(lazy("People a day at most"), [Optional()])
    extra_min = IntegerField(lazy("Minutes more at each person"), [Optional()], default=0)
    protective = BooleanField(lazy("Protective equipment is worn"))
    accepted = SelectMultipleField(
        lazy("Visit only people in these conditions"), validate_choice=False
    )


@bp.get("")
@endpoint("calendar.view")
def index() -> str:
    """List all decrees, and what holds today."""
    allow()
    today = clock.today()
    return render(
        "teams/decrees.html",
        decrees=decrees.all_decrees(reading()),
        now=decrees.protocol_on(reading(), today),
        cap=decrees.office_cap(reading(), today),
        words_of=lambda codes: ", ".join(
            translate(label) for code, label in offered_conditions().items() if code in codes
        ),
        today=today,
    )


@bp.route("/baru", methods=["GET", "POST"])
@endpoint("decree.set")
def new() -> Response | tuple[str, int]:
    """Enter a decree; then say which approved plans it touches."""
    allow()
    form = DecreeForm(data={"first": clock.today()})
    form.scope.choices = [
        SelectChoice("", _("the whole office")),
        *[SelectChoice(f"team:{team.id}", team.name) for team in active_teams(reading())],
        *[
            SelectChoice(f"district:{d.code}", d.name)
            for d in reading().scalars(select(District).order_by(District.name))
        ],
    ]
    form.accepted.choices = [
        SelectChoice(code, translate(label)) for code, label in offered_conditions().items()
    ]
    if form.validate_on_submit():
        kind, _colon, key = (form.scope.data or "").partition(":")
        try:
            with writing() as session:
                decrees.set_decree(
                    session, actor(), first=form.first.data, last=form.last.data,
                    level=DecreeLevel(form.level.data), letter_number=form.letter_number.data or "",
                    team_id=key if kind == "team" else None,
                    district_code=key if kind == "district" else None,
                    people_per_day=form.people_per_day.data, extra_min=form.extra_min.data or 0,
                    protective=bool(form.protective.data),
                    accepted=form.accepted.data or (),
                )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("The decree is kept. New plans follow it."), "success")
            for line in affected_on(reading(), form.first.data, form.last.data):
                flash(line, "warning")
            return go("decrees.index")
    return render("teams/edit_decree.html", form=form), 422 if form.is_submitted() else 200


@bp.post("/<id:decree_id>/cabut")
@endpoint("decree.lift")
def lift(decree_id: str) -> Response:
    """Let a decree hold no more."""
    with changing(Decree, decree_id) as (session, decree):
        decrees.lift_decree(session, actor(), decree)
        flash(_("The decree is lifted. New plans no longer follow it."), "success")
    return go("decrees.index")
