"""Pages for families, village heads and anybody: tracking a case, and checking that a visit is genuine.

The code travels in the body of a form, never in an address: addresses stay in histories and logs.
"""

from __future__ import annotations

from flask import Blueprint, request
from wtforms import StringField
from wtforms.validators import Length

from outreach.forms import Form
from outreach.i18n import format_time, lazy, translate
from outreach.i18n import gettext as _
from outreach.places.service import office
from outreach.public.tracking import track
from outreach.public.verification import expected_visit
from outreach.security.throttle import TRACK_ADDRESS, count_try
from outreach.web import allow, endpoint, reading, render, writing

bp = Blueprint("public", __name__)


class CodeForm(Form):
    """A tracking code."""

    code = StringField(lazy("Tracking code"), [Length(max=60)])


@bp.route("/lacak", methods=["GET", "POST"])
@endpoint("public.track")
def track_case() -> tuple[str, int] | str:
    """Show where a case stands, by its tracking code."""
    allow()
    form = CodeForm()
    if request.method == "GET":
        return render("public/track.html", form=form)
    if wait_s := _wait_s():
        return _busy(wait_s)
    standing = track(reading(), form.code.data or "") if form.validate() else None
    if standing is None:
        form.code.errors = [
            _(
                "No case has this code. Compare it with the letter or message, character by character."
            )
        ]
        return render("public/track.html", form=form), 422
    return render("public/standing.html", standing=standing, translate=translate)


@bp.route("/periksa", methods=["GET", "POST"])
@endpoint("public.verify")
def verify_visit() -> tuple[str, int] | str:
    """Tell whether a team of the office is to come, by the tracking code of the case."""
    allow()
    form = CodeForm()
    if request.method == "GET":
        return render("public/verify.html", form=form)
    if wait_s := _wait_s():
        return _busy(wait_s)
    expected = expected_visit(reading(), form.code.data or "") if form.validate() else None
    return render(
        "public/expected.html",
        expected=expected,
        window=f"{format_time(expected.from_s)} \u2013 {format_time(expected.to_s)}"
        if expected
        else "",
        office=office(reading()),
    )


def _wait_s() -> int:
    with writing() as session:
        return count_try(session, TRACK_ADDRESS, request.remote_addr or "")


def _busy(wait_s: int) -> tuple[str, int]:
    return render("public/busy.html", minutes=max(1, (wait_s + 59) // 60)), 429
