"""What the pages of planning show, gathered into values that the templates only lay out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for
from sqlalchemy.orm import Session

from outreach import clock, policy
from outreach.i18n import format_date, format_number, ngettext
from outreach.i18n import gettext as _
from outreach.planning import comparing, decisions, failures, recipes, seal, summary, unserved
from outreach.planning.backlog import backlog
from outreach.planning.figures import Figures, figures_of
from outreach.planning.guide import far_from_roads, place_key
from outreach.planning.lookup import latest_version
from outreach.planning.models import Plan, PlanState, PlanVersion, Route
from outreach.planning.rolling import UNDECIDED
from outreach.planning.service import CHANGEABLE, REMAKABLE
from outreach.planning.wording import (
    approval_words,
    days_in_words,
    duration,
    estimated,
    kilometres,
    place,
)
from outreach.policy import Actor
from outreach.referrals.models import Referral
from outreach.teams.calendar import ShiftTimes, quota_on, shift_of


@dataclass(frozen=True)
class ListRow:
    """One plan in the list."""

    id: str
    label: str
    days: str
    state: str
    people: int | None
    unserved: int | None
    requester: str
    requested_at: datetime


@dataclass(frozen=True)
class Figure:
    """A key figure of a page."""

    value: str
    label: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Load:
    """One team's day: how full it is. `share` is of the shift that is spent on the way or with people."""

    route: Route
    number: int
    share: float | None


@dataclass(frozen=True)
class RequestFacts:
    """What a planner should know before asking for a plan."""

    waiting: int
    quota: int | None
    day: date | None


def days_text(plan: Plan) -> str:
    """Return the dates of a plan in words."""
    return days_in_words(plan.first_day, plan.last_day)


def list_row(plan: Plan) -> ListRow:
    """Return a plan's row in the list."""
    version = latest_version(plan)
    figures = figures_of(version) if version else None
    return ListRow(
        id=plan.id,
        label=version.label if version else str(plan.number),
        days=days_text(plan),
        state=state_code(plan.state),
        people=figures.people if figures else None,
        unserved=figures.unserved if figures else None,
        requester=plan.requester.name if plan.requester else "sambang",
        requested_at=plan.requested_at,
    )


def request_facts(session: Session, day: date | None) -> RequestFacts:
    """Return how many wait, and the quota of the day that is asked about."""
    today = clock.today()
    asked = day if isinstance(day, date) else None
    return RequestFacts(
        waiting=len(backlog(session, asked or today, asked or today)),
        quota=quota_on(session, asked) if asked else None,
        day=asked,
    )


def failure_of(plan: Plan) -> tuple[str, str]:
    """Return why a plan could not be made, and the detail for the administrator; empty when it did not fail."""
    return failures.in_words(plan.error) if plan.state is PlanState.FAILED else ("", "")


def state_code(state: PlanState) -> str:
    """Return the code by which the badge macro knows a state."""
    return "waiting" if state is PlanState.SENT else state.value


def state_word(state: PlanState) -> str:
    """Return a state as it is said inside a sentence."""
    return {
        PlanState.MAKING: _("being made"),
        PlanState.MADE: _("made, not sent"),
        PlanState.SENT: _("waiting for approval"),
        PlanState.APPROVED: _("approved"),
        PlanState.RETURNED: _("returned"),
        PlanState.SUPERSEDED: _("superseded"),
        PlanState.FAILED: _("failed"),
        PlanState.CANCELLED: _("cancelled"),
    }[state]


def waiting_text(plan: Plan) -> str:
    """Say in a line what a plan is: its dates and how many people it visits."""
    version = latest_version(plan)
    people = figures_of(version).people if version else 0
    return ngettext(
        "%(days)s: %(num)d person", "%(days)s: %(num)d people", people, days=days_text(plan)
    )


def people_on(plan: Plan, day: date) -> int:
    """Return how many people the latest version of a plan visits on a date."""
    version = latest_version(plan)
    if version is None:
        return 0
    return sum(figures.people for figures in figures_of(version).days if figures.day == day)


def days_of(version: PlanVersion) -> list[date]:
    """Return the working days of a version."""
    return [figures.day for figures in figures_of(version).days]


def chosen_day(version: PlanVersion, asked: str | None) -> date:
    """Return the date of a version that an address asks for, or its first."""
    days = days_of(version)
    return next((day for day in days if day.isoformat() == asked), days[0])


def version_page(
    session: Session,
    actor: Actor,
    plan: Plan,
    version: PlanVersion,
    day: str | None,
    reason: str | None,
) -> dict[str, Any]:
    """Return what the page of one version shows."""
    figures = figures_of(version)
    shown_day = chosen_day(version, day)
    is_latest = version is latest_version(plan)
    return _WORDS | {
        "plan": plan,
        "version": version,
        "is_latest": is_latest,
        "days_text": days_text(plan),
        "state": state_code(version.state),
        "days": figures.days,
        "day": shown_day,
        "figures": key_figures(figures),
        "far_m": far_from_roads(version.problem),
        "notes": list(summary.about_roads(version)),
        "loads": loads(session, version, shown_day),
        "groups": unserved.grouped(session, version, reason),
        "reason": reason,
        "is_intact": seal.is_intact(version) if version.hash else None,
        "short_hash": seal.short_hash(version.hash),
        "failure": failure_of(plan) if is_latest else ("", ""),
        "may_roll_on": is_latest
        and plan.state in UNDECIDED
        and plan.first_day < clock.today()
        and policy.can(actor, "plan.roll_on", plan),
        "may_edit": is_latest
        and plan.state in CHANGEABLE
        and plan.last_day >= clock.today()
        and policy.can(actor, "plan.edit", plan),
        "may_send": is_latest
        and plan.state is PlanState.MADE
        and policy.can(actor, "plan.send", plan),
        "may_remake": is_latest
        and plan.state in REMAKABLE
        and policy.can(actor, "plan.request_again", plan),
        "may_cancel": is_latest
        and plan.state in REMAKABLE - {PlanState.CANCELLED}
        and policy.can(actor, "plan.cancel", plan),
        "may_decide": is_latest
        and plan.state is PlanState.SENT
        and policy.can(actor, "plan.approve", plan),
        "replaced": replaced_days(version),
        "happened": recipes.in_words(session, version.why),
        "can_print": has_page("paperwork.manifest"),
    }


def decision_page(session: Session, actor: Actor, plan: Plan) -> dict[str, Any]:
    """Return what the page of a decision shows: what is signed, in sentences, and what to look out for."""
    version = latest_version(plan)
    assert version is not None
    figures = figures_of(version)
    replaced = decisions.replacement(session, version)
    return _WORDS | {
        "plan": plan,
        "version": version,
        "state": state_code(version.state),
        "days_text": days_text(plan),
        "sentences": summary.sentences(version, figures),
        "happened": recipes.in_words(session, version.why),
        "warnings": summary.warnings(session, version, figures, replaced)
        if version.state is PlanState.SENT
        else [],
        "loads": [load for day in days_of(version) for load in loads(session, version, day)],
        "groups": unserved.grouped(session, version, None),
        "refusal": decisions.may_decide(actor, plan),
        "short_hash": seal.short_hash(version.hash),
        "several_days": plan.first_day != plan.last_day,
        **comparing.decision_part(session, version),
        "days": sorted({route.day for route in version.routes}),
    }


def key_figures(figures: Figures) -> list[Figure]:
    """Return the figures at the head of a plan."""
    quota = figures.quota
    estimate = estimated(figures.estimated_legs, figures.legs)
    return [
        Figure(
            format_number(figures.people),
            _("people visited"),
            _("of a quota of %(quota)s", quota=quota) if quota is not None else "",
        ),
        Figure(format_number(figures.stops), _("stops"), _("addresses the teams call at")),
        Figure(kilometres(figures.travel_m), _("on the road"), estimate),
        Figure(duration(figures.travel_s), _("driving"), estimate),
        Figure(
            format_number(figures.unserved),
            _("not scheduled"),
            ngettext(
                "longest wait %(num)d day", "longest wait %(num)d days", figures.oldest_left_days
            )
            if figures.unserved
            else _("everybody is on a route"),
            "warn" if figures.unserved else "good",
        ),
    ]


def loads(session: Session, version: PlanVersion, day: date) -> list[Load]:
    """Return how full each team's day is, in the order of the routes."""
    routes = [route for route in version.routes if route.day == day]
    return [
        Load(route, number, _share(route, shift_of(session, route.team, day)))
        for number, route in enumerate(routes, start=1)
    ]


def _share(route: Route, shift: ShiftTimes | None) -> float | None:
    if shift is None:
        return None
    working = shift.back_s - shift.leave_s - (shift.break_s or 0)
    return min((route.travel_s + route.service_s) / working, 1.0) if working > 0 else None


def replaced_days(version: PlanVersion) -> list[str]:
    """Return the dates of an approved version that a later plan took over, in words."""
    later = {r.day for r in version.routes if r.replaced_by not in {None, version.id}}
    return [format_date(day) for day in sorted(later)]


def has_page(endpoint_name: str) -> bool:
    """Tell whether a page of a package above is part of this application."""
    return endpoint_name in current_app.view_functions


def referral_url(referral: Referral) -> str | None:
    """Return the address of a referral's page, where this application has one."""
    if not has_page("referrals.show"):
        return None
    return url_for("referrals.show", referral_id=referral.id)


_WORDS: dict[str, Any] = {
    "approval_words": approval_words,
    "duration": duration,
    "kilometres": kilometres,
    "place": place,
    "has_page": has_page,
    "place_key": place_key,
    "referral_url": referral_url,
}
"""What the templates of a version write with."""
