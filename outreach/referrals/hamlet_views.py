"""The page on which a village keeps the list of its hamlets."""

from __future__ import annotations

from flask import Blueprint, flash
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from outreach.errors import NotThere, Refused
from outreach.i18n import gettext as _
from outreach.i18n import lazy
from outreach.places.models import Village
from outreach.referrals.case_forms import CaseForm
from outreach.referrals.hamlet_lists import keep_hamlets, kept_hamlets
from outreach.web import actor, allow, endpoint, go, load, reading, render, writing

bp = Blueprint("hamlets", __name__)


class HamletsForm(CaseForm):
    """Names, one a line."""

    names = TextAreaField(lazy("Hamlets, one on each line"))


@bp.route("/usulan/dukuh", methods=["GET", "POST"])
@endpoint("hamlets.keep")
def change() -> str | Response | tuple[str, int]:
    """Show and change the village's own list of hamlets."""
    code = actor().village_code
    if code is None:
        raise NotThere("village")
    village = load(reading(), Village, code)
    allow(village)
    form = HamletsForm(names="\n".join(kept_hamlets(reading(), code)))
    if form.validate_on_submit():
        try:
            with writing() as session:
                keep_hamlets(session, actor(), load(session, Village, code), form.names.data or "")
        except Refused as refusal:
            form.say(refusal)
        else:
            flash(_("The list is saved. It is offered where a hamlet is asked for."), "success")
            return go("referrals.index")
    page = render("referrals/hamlets.html", form=form, village=village)
    return page, 422 if form.is_submitted() else 200
