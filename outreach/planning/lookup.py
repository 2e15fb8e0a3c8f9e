"""Finding plans: what stands for a date, what is being made, what waits for somebody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.errors import NotThere
from outreach.planning.models import Plan, PlanState, PlanVersion, Route


def approved_routes(
    session: Session, days: Collection[date], team_ids: Collection[str] | None = None
) -> list[Route]:
    """Return the routes that stand on these dates (of these teams, where given), by date and team.

    A route stands when its version is approved and no later approved plan took over its date.
    """
    query = (
        select(Route)
        .join(PlanVersion, Route.version_id == PlanVersion.id)
        .where(
            PlanVersion.state == PlanState.APPROVED,
            Route.replaced_by.is_(None),
            Route.day.in_(days),
        )
        .order_by(Route.day, Route.position)
    )
    if team_ids is not None:
        query = query.where(Route.team_id.in_(team_ids))
    return list(session.scalars(query))


def plan_being_made(session: Session, first_day: date, last_day: date) -> Plan | None:
    """Return a plan that is being made for any of these dates, or None."""
    return session.scalars(
        select(Plan)
        .where(
            Plan.state == PlanState.MAKING,
            Plan.first_day <= last_day,
            Plan.last_day >= first_day,
        )
        .limit(1)
    ).first()


def plans_for(session: Session, day: date) -> list[Plan]:
    """Return the plans that cover a date and are not set aside, newest first."""
    set_aside = (PlanState.CANCELLED, PlanState.SUPERSEDED)
    return list(
        session.scalars(
            select(Plan)
            .where(Plan.first_day <= day, Plan.last_day >= day, Plan.state.not_in(set_aside))
            .order_by(Plan.number.desc())
        )
    )


def plans_in_state(session: Session, state: PlanState) -> list[Plan]:
    """Return the plans in a state, the earliest date first."""
    return list(
        session.scalars(
            select(Plan).where(Plan.state == state).order_by(Plan.first_day, Plan.number)
        )
    )


def plans_with_returned_routes(session: Session, today: date) -> list[tuple[Plan, int]]:
    """Return the approved plans of which routes from today on went back to the planner, with how many."""
    rows = session.execute(
        select(Plan, func.count(Route.id))
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .join(Route, Route.version_id == PlanVersion.id)
        .where(
            Plan.state == PlanState.APPROVED,
            PlanVersion.state == PlanState.APPROVED,
            Route.returned_reason != "",
            Route.day >= today,
        )
        .group_by(Plan.id)
        .order_by(Plan.number)
    )
    return [(plan, count) for plan, count in rows]


def list_plans(session: Session, page: int, size: int) -> tuple[list[Plan], int]:
    """Return one page (counted from 1) of all plans, newest first, and how many plans there are."""
    count = session.scalar(select(func.count()).select_from(Plan)) or 0
    plans = session.scalars(
        select(Plan).order_by(Plan.number.desc()).offset((page - 1) * size).limit(size)
    )
    return list(plans), count


def plan_by_id(session: Session, plan_id: str) -> Plan:
    """Return the plan with this id. Raises NotThere."""
    plan = session.get(Plan, plan_id)
    if plan is None:
        raise NotThere(f"plan {plan_id}")
    return plan


def latest_version(plan: Plan) -> PlanVersion | None:
    """Return the newest version of a plan, or None before the first.

    Where a change of an approved plan was set aside, that is the approved version again.
    """
    if not plan.versions:
        return None
    newest = plan.versions[-1]
    if newest.state is PlanState.CANCELLED:
        return next((v for v in plan.versions if v.state is PlanState.APPROVED), newest)
    return newest


def state_without_job(plan: Plan) -> PlanState:
    """Return the state of a plan whose making was stopped: that of its latest version, or cancelled."""
    version = latest_version(plan)
    return version.state if version is not None else PlanState.CANCELLED
