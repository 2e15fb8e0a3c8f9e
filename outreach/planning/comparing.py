"""What the page of a decision shows of the versions before: figures side by side, who is treated otherwise, both maps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.i18n import gettext as _
from outreach.places.service import office
from outreach.planning import comparison
from outreach.planning.closures import called_off
from outreach.planning.compare_map import sheets
from outreach.planning.lookup import approved_routes
from outreach.planning.models import Plan, PlanState, PlanVersion, Route
from outreach.planning.signatures import signatures_of


def decision_part(session: Session, version: PlanVersion) -> dict[str, Any]:
    """Return what a supervisor compares: with what stands approved on these dates, and with the first proposal."""
    standing = standing_routes(session, version)
    first = version.plan.versions[0]
    against = [(one, _("approved, %(label)s", label=one.label)) for one in _versions(standing)]
    if first.id != version.id and first.id not in {one.id for one, _label in against}:
        against.append((first, _("first proposal, %(label)s", label=first.label)))
    called = closed_routes(session, version)
    old = [*standing, *called] or ([] if first.id == version.id else list(first.routes))
    found = (
        comparison.changes(old, version.routes, promised=bool(standing or called)) if old else []
    )
    start = office(session)
    return {
        "against": [label for _one, label in against],
        "figure_rows": comparison.figure_rows(version, [one for one, _label in against]),
        "changes": comparison.by_kind(found),
        "tell_again": [one for one in found if one.tell_again],
        "compared_with": _("the approved plan") if standing else _("the first proposal"),
        "is_compared": bool(old),
        "sheets": sheets((start.lat, start.lon), old, version.routes) if old else [],
        "signatures": signatures_of(session, version),
    }


def standing_routes(session: Session, version: PlanVersion) -> list[Route]:
    """Return the approved routes that stand on the dates of a version, its own left out."""
    plan: Plan = version.plan
    days = [
        plan.first_day + timedelta(days=ahead)
        for ahead in range((plan.last_day - plan.first_day).days + 1)
    ]
    return [r for r in approved_routes(session, days) if r.version_id != version.id]


def closed_routes(session: Session, version: PlanVersion) -> list[Route]:
    """Return the approved routes on the dates of a version that stand no more because their team was closed: whoever
    was on one, and was not visited since, still counts on it until the family is told."""
    plan: Plan = version.plan
    routes = session.scalars(
        select(Route)
        .join(PlanVersion, Route.version_id == PlanVersion.id)
        .where(
            PlanVersion.state == PlanState.APPROVED,
            PlanVersion.id != version.id,
            Route.replaced_by == Route.version_id,
            Route.day.between(plan.first_day, plan.last_day),
        )
        .order_by(Route.day, Route.position)
    ).all()
    people = {route.id: [v.referral_id for s in route.stops for v in s.visits] for route in routes}
    waiting = called_off(session, [key for keys in people.values() for key in keys])
    return [route for route in routes if waiting.intersection(people[route.id])]


def _versions(routes: list[Route]) -> list[PlanVersion]:
    return list({route.version_id: route.version for route in routes}.values())
