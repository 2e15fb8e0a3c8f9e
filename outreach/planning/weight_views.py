"""Pages of the weights: how points are given, what other points would change, and setting them from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from flask import Blueprint, flash, request
from werkzeug.wrappers import Response

from outreach import clock, policy
from outreach.errors import Invalid, Refused
from outreach.i18n import format_date
from outreach.i18n import gettext as _
from outreach.planning import weights
from outreach.referrals.priority import weights_on
from outreach.referrals.priority_words import WEIGHT_LABELS
from outreach.web import (
    NavItem,
    actor,
    allow,
    endpoint,
    go,
    on_navigation,
    reading,
    render,
    writing,
)

bp = Blueprint("weights", __name__)
on_navigation(NavItem("weights.index", "Points", 84))


@bp.get("/poin")
@endpoint("weights.view")
def index() -> str:
    """Show how points are given today, and every setting before."""
    allow()
    return _page({name: str(value) for name, value in _today().items()})


@bp.post("/poin/coba")
@endpoint("weights.view")
def try_out() -> str | tuple[str, int]:
    """Show what last week's plan would have been with the weights that are typed; nothing is kept."""
    allow()
    try:
        tried = weights.preview(reading(), weights.read_weights(request.form))
    except Invalid as refusal:
        return _page(request.form, refusal.errors), 422
    return _page(request.form, preview=tried, tried=True)


@bp.post("/poin")
@endpoint("weights.manage")
def set_weights() -> str | Response | tuple[str, int]:
    """Keep the weights from a day on."""
    allow()
    try:
        wanted = weights.read_weights(request.form)
        first_day = _day(request.form.get("first_day", ""))
        with writing() as session:
            weights.set_weights(session, actor(), wanted, first_day, request.form.get("note", ""))
    except Invalid as refusal:
        return _page(request.form, refusal.errors), 422
    except Refused as refusal:
        return _page(request.form, {refusal.field or "first_day": refusal.message}), 422
    flash(_("These points hold from %(day)s on.", day=format_date(first_day)), "success")
    return go("weights.index")


def _page(
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    preview: weights.Preview | None = None,
    tried: bool = False,
) -> str:
    return render(
        "planning/weights.html",
        labels=WEIGHT_LABELS,
        today_weights=_today(),
        typed=typed,
        errors=errors or {},
        preview=preview,
        tried=tried,
        rows=weights.weights_set(reading()),
        may_set=policy.can(actor(), "weights.manage"),
        may_see_names=policy.can(actor(), "referral.list"),
        today=clock.today(),
    )


def _today() -> dict[str, int]:
    found: dict[str, int] = asdict(weights_on(reading(), clock.today()))
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_("Write from which day on."), field="first_day") from None
