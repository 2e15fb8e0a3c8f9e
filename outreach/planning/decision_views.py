"""Pages of approval: what a supervisor signs, and sending it back."""

from __future__ import annotations

from flask import Blueprint, flash, request
from werkzeug.wrappers import Response

from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.planning import decisions, pages
from outreach.planning.forms import DecisionForm, ReturnForm
from outreach.planning.models import Plan, PlanState
from outreach.planning.service import latest_version
from outreach.web import actor, allow, core, endpoint, go, load, reading, render, writing

bp = Blueprint("decisions", __name__)


@bp.get("/rencana/<id:plan_id>/keputusan")
@endpoint("plan.approve")
def decide(plan_id: str) -> Response | str:
    """Show on one page what is to be signed, with the two ways to decide."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    version = latest_version(plan)
    if version is None:
        return go("planning.show", plan_id=plan_id)
    form = ReturnForm(version=version.number)
    return _page(plan, form)


@bp.post("/rencana/<id:plan_id>/setujui")
@endpoint("plan.approve")
def approve(plan_id: str) -> Response:
    """Approve the version that was looked at."""
    form = DecisionForm()
    try:
        with writing() as session:
            plan = load(session, Plan, plan_id)
            allow(plan)
            version = decisions.approve_plan(
                session,
                actor(),
                plan,
                version_number=form.version.data or 0,
                returned=_returned(),
                signatures=core().settings.signatures,
            )
            label, is_approved = version.label, plan.state is PlanState.APPROVED
    except Refused as refusal:
        flash(refusal.message, "error")
        return go("decisions.decide", plan_id=plan_id)
    if not is_approved:
        flash(_("You have signed. One more supervisor must sign before the teams may go."), "info")
        return go("planning.show", plan_id=plan_id)
    flash(
        _("Plan %(label)s is approved. The teams and villages can see it now.", label=label),
        "success",
    )
    return go("planning.show", plan_id=plan_id)


@bp.post("/rencana/<id:plan_id>/kembalikan")
@endpoint("plan.return")
def return_(plan_id: str) -> Response | tuple[str, int]:
    """Send the version back to its maker, with a reason."""
    form = ReturnForm()
    try:
        with writing() as session:
            plan = load(session, Plan, plan_id)
            allow(plan)
            decisions.return_plan(
                session,
                actor(),
                plan,
                form.reason.data or "",
                version_number=form.version.data or 0,
            )
    except Refused as refusal:
        if refusal.field != "reason":
            flash(refusal.message, "error")
            return go("decisions.decide", plan_id=plan_id)
        form.reason.errors = [refusal.message]
        return _page(load(reading(), Plan, plan_id), form), 422
    flash(_("The plan went back to its maker with your reason."), "success")
    return go("planning.show", plan_id=plan_id)


def _returned() -> dict[str, str]:
    """Read the reasons for routes that go back; a route without a reason is approved."""
    return {
        name.removeprefix("rute-"): text
        for name, text in request.form.items()
        if name.startswith("rute-") and text.strip()
    }


def _page(plan: Plan, form: ReturnForm) -> str:
    return render(
        "planning/decide.html", form=form, **pages.decision_page(reading(), actor(), plan)
    )
