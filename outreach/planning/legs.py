"""The drives between the addresses of one route, out of the very matrix that its plan was made with."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import Session

import routing
from outreach.places.service import office
from outreach.planning.models import Route
from routing import Place
from routing.travel import crow


@dataclass(frozen=True)
class Legs:
    """Seconds and metres from each place to each other: the office first, then the stops in order.

    `is_estimate` says that they are straight-line estimates throughout.
    """

    seconds: list[list[int]]
    metres: list[list[int]]
    is_estimate: bool


def legs_of(session: Session, route: Route) -> Legs:
    """Return the drives of a route; estimates where its plan kept no matrix."""
    problem = route.version.problem
    visits: dict[str, int] = {row["id"]: row["place"] for row in problem.get("visits", ())}
    stops = sorted(route.stops, key=lambda stop: stop.position)
    places = [visits.get(stop.visits[0].referral_id) for stop in stops]
    shift: dict[str, Any] = next(
        (row for row in problem.get("shifts", ()) if row["team"] == route.team_id), {}
    )
    travel = _travel(problem, shift.get("profile", "car"), route.leave_s)
    if travel is None or None in places:
        start = office(session)
        made = crow.travel(
            [Place(start.lat, start.lon), *(Place(stop.lat, stop.lon) for stop in stops)]
        )
        return Legs(made.seconds.rows(), made.metres.rows(), True)
    chosen = [int(shift.get("start_place") or 0), *(place for place in places if place is not None)]
    seconds, metres = (
        [
            [int(-1 if travel[name][i][j] is None else travel[name][i][j]) for j in chosen]
            for i in chosen
        ]
        for name in ("seconds", "metres")
    )
    return Legs(seconds, metres, bool(travel.get("estimated", False)))


def estimated_legs(problem: routing.Problem, plan: routing.Plan) -> tuple[int, int]:
    """Return how many legs of a plan are straight-line estimates, and how many legs there are."""
    visits = {visit.id: visit.place for visit in problem.visits}
    estimated = legs = 0
    for route in plan.routes:
        shift = problem.shift(route.team, route.day)
        travel = next(one for one in problem.travel if one.profile == shift.profile)
        way = [shift.start_place, *(visits[visit] for visit in route.visits)]
        way += [] if shift.end_place is None else [shift.end_place]
        pairs = [(a, b) for a, b in pairwise(way) if a != b]
        legs += len(pairs)
        estimated += sum(travel.is_estimate(a, b) for a, b in pairs)
    return estimated, legs


def _travel(problem: dict[str, Any], profile: str, leave_s: int) -> dict[str, Any] | None:
    """Return the matrix of a vehicle that counts at the time of leaving, or None."""
    fitting = [
        row
        for row in problem.get("travel", ())
        if row.get("profile", "car") == profile and row.get("from_s", 0) <= leave_s
    ]
    return max(fitting, key=lambda row: int(row.get("from_s", 0)), default=None)
