"""The page on which a team is closed at once, with everything that it touches shown before and after."""

from __future__ import annotations

from flask import Blueprint, flash, request
from werkzeug.wrappers import Response
from wtforms import DateField, IntegerField, StringField
from wtforms.validators import InputRequired, Length

from outreach import clock
from outreach.errors import Refused
from outreach.forms import Form
from outreach.i18n import gettext as _
from outreach.i18n import lazy
from outreach.planning import closures
from outreach.planning.pages import has_page
from outreach.planning.replans import Replan, close_and_replan
from outreach.planning.wording import place
from outreach.teams.models import Team
from outreach.web import actor, allow, endpoint, load, reading, render, writing

bp = Blueprint("closures", __name__)


class ClosureForm(Form):
    """From when, for how long, and by which letter."""

    first = DateField(lazy("From"), [InputRequired(lazy("Choose a date."))])
    days = IntegerField(
        lazy("For how many days"), [InputRequired(lazy("Write a number."))], default=7
    )
    letter_number = StringField(
        lazy("Number of the decree or letter"),
        [InputRequired(lazy("Write the number of the letter.")), Length(max=80)],
    )


@bp.route("/tim/<id:team_id>/tutup-sementara", methods=["GET", "POST"])
@endpoint("team.close")
def close(team_id: str) -> Response | str | tuple[str, int]:
    """Ask, show what it touches, then close the team, and say who must be told."""
    team = load(reading(), Team, team_id)
    allow(team)
    form = ClosureForm(data={"first": clock.today()})
    closure, is_done = None, False
    replans: list[Replan] = []
    try:
        if form.validate_on_submit():
            with writing() as session:
                again = load(session, Team, team_id)
                given = form.first.data, form.days.data, form.letter_number.data or ""
                if request.form.get("do") == "close":
                    before = closures.what_closing_touches(session, again, *given[:2]).people
                    told = [
                        (referral.id, referral.resident.name, place(referral), day)
                        for referral, day in before
                    ]
                    closure, replans = close_and_replan(session, actor(), again, *given)
                    is_done = True
                else:
                    closure = closures.what_closing_touches(session, again, *given[:2])
                    told = [(r.id, r.resident.name, place(r), day) for r, day in closure.people]
                    replans = [Replan(p.id, p.versions[-1].label, "") for p in closure.plans]
            if is_done:
                flash(
                    _(
                        "%(team)s is closed. Its visits went back to the waiting list, first in line.",
                        team=team.name,
                    ),
                    "success",
                )
            return render(
                "planning/team_closed.html", team=team, closure=closure, told=told, replans=replans,
                is_done=is_done, form=form, has_page=has_page,
            )  # fmt: skip
    except Refused as refusal:
        form.refuse(refusal)
    status = 422 if form.is_submitted() else 200
    return render("planning/close_team.html", team=team, form=form), status
