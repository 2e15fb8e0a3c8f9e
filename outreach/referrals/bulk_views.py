"""Pages that ask once for the reason of a decision about several referrals."""

from __future__ import annotations

from flask import Blueprint, flash, request
from werkzeug.wrappers import Response

from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.i18n import ngettext
from outreach.ids import is_id
from outreach.referrals import bulk
from outreach.referrals.case_forms import close_form, return_form
from outreach.referrals.triage_pages import tell
from outreach.web import actor, allow, endpoint, go, reading, render, writing

bp = Blueprint("bulk", __name__)


@bp.route("/triase/kembalikan", methods=["GET", "POST"])
@endpoint("triage.return_many")
def return_many() -> str | Response | tuple[str, int]:
    """Send what was ticked back with one question."""
    allow()
    form, ids = return_form(), _ids()
    if not ids:
        return _nobody()
    if form.validate_on_submit():
        try:
            with writing() as session:
                done = bulk.return_many(session, actor(), ids, form.reason.data or "", form.question.data or "")  # fmt: skip
        except Refused as refusal:
            form.say(refusal)
        else:
            tell(done, ngettext("%(num)s referral went back with your question.", "%(num)s referrals went back with your question.", done.count))  # fmt: skip
            return go("triage.index")
    referrals = bulk.chosen(reading(), actor(), "referral.return", ids)
    page = render("referrals/bulk.html", form=form, referrals=referrals, closing=False)
    return page, 422 if form.is_submitted() else 200


@bp.route("/triase/tutup", methods=["GET", "POST"])
@endpoint("triage.close_many")
def close_many() -> str | Response | tuple[str, int]:
    """End what was ticked for one reason."""
    allow()
    form, ids = close_form(), _ids()
    if not ids:
        return _nobody()
    if form.validate_on_submit():
        try:
            with writing() as session:
                done = bulk.close_many(session, actor(), ids, form.chosen(), form.note.data or "")
        except Refused as refusal:
            form.say(refusal)
        else:
            tell(done, ngettext("%(num)s referral is closed.", "%(num)s referrals are closed.", done.count))  # fmt: skip
            return go("triage.index")
    referrals = bulk.chosen(reading(), actor(), "referral.close", ids)
    page = render("referrals/bulk.html", form=form, referrals=referrals, closing=True)
    return page, 422 if form.is_submitted() else 200


def _ids() -> list[str]:
    asked = request.form.getlist("referral_id") or request.args.getlist("id")
    return [key for key in asked if is_id(key)][: bulk.MOST_AT_ONCE]


def _nobody() -> Response:
    flash(_("Tick at least one referral first."), "warning")
    return go("triage.index")
