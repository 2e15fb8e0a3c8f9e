"""A plan that was not approved in time rolls on: it is set aside, and asked for again from the next working day on."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.planning.days import last_day_of, working_days
from outreach.planning.lookup import latest_version
from outreach.planning.models import Plan, PlanState
from outreach.planning.service import request_plan
from outreach.planning.turns import wait_for_turn
from outreach.policy import Actor
from outreach.teams.calendar import next_working_day

UNDECIDED: Final = frozenset({PlanState.MADE, PlanState.SENT, PlanState.RETURNED})


def missed_plans(session: Session, today: date) -> list[Plan]:
    """Return the plans whose first date has passed without an approval, the oldest first."""
    plans = session.scalars(
        select(Plan)
        .where(Plan.first_day < today, Plan.state.in_(UNDECIDED))
        .order_by(Plan.first_day, Plan.number)
    )
    return [plan for plan in plans if not _was_approved(plan)]


def roll_on(session: Session, actor: Actor, plan: Plan) -> Plan:
    """Set a missed plan aside and ask for the same number of days with the same teams; return the new plan.

    Raises Refused for a plan that was decided on, or whose dates are still to come.
    """
    policy.allow(actor, "plan.roll_on", plan)
    wait_for_turn(session)
    if plan.state not in UNDECIDED or plan.first_day >= clock.today() or _was_approved(plan):
        raise Refused(_("Only a plan that was not approved in time rolls on."))
    count = max(len(working_days(session, plan.first_day, plan.last_day)), 1)
    version = latest_version(plan)
    if version is not None and version.state in UNDECIDED:
        version.state = PlanState.CANCELLED
    plan.state = PlanState.CANCELLED
    first = next_working_day(session, clock.today())
    new = request_plan(
        session, actor, first, last_day_of(session, first, count),
        plan.request.get("team_ids"), plan.request.get("time_limit_s"),
    )  # fmt: skip
    audit.record(session, actor, "plan.rolled_on", plan, number=plan.number, to=new.number)
    return new


def _was_approved(plan: Plan) -> bool:
    return any(version.state is PlanState.APPROVED for version in plan.versions)
