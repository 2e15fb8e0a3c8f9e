"""The page of the rules of field days: what needs a signature, what may no longer move, how often a house is tried."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, request
from werkzeug.wrappers import Response

from outreach import clock, policy
from outreach.errors import Invalid, Refused
from outreach.i18n import format_date
from outreach.i18n import gettext as _
from outreach.planning import day_rules
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

bp = Blueprint("day_rules", __name__)
on_navigation(NavItem("day_rules.index", "Rules of field days", 85))


@bp.get("/aturan-lapangan")
@endpoint("day_rules.view")
def index() -> str:
    """Show the rules of today, and every setting before."""
    allow()
    return _page(day_rules.typed_of(day_rules.rules_on(reading(), clock.today())))


@bp.post("/aturan-lapangan")
@endpoint("day_rules.manage")
def set_rules() -> str | Response | tuple[str, int]:
    """Keep the rules from a day on."""
    allow()
    try:
        wanted = day_rules.read_rules(request.form)
        first_day = _day(request.form.get("first_day", ""))
        with writing() as session:
            day_rules.set_rules(session, actor(), wanted, first_day)
    except Invalid as refusal:
        return _page(request.form, refusal.errors), 422
    except Refused as refusal:
        return _page(request.form, {refusal.field or "first_day": refusal.message}), 422
    flash(_("These rules hold from %(day)s on.", day=format_date(first_day)), "success")
    return go("day_rules.index")


def _page(typed: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    return render(
        "planning/day_rules.html",
        typed=typed,
        errors=errors or {},
        rows=day_rules.all_rules(reading()),
        today=clock.today(),
        may_set=policy.can(actor(), "day_rules.manage"),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_("Write from which day on."), field="first_day") from None
