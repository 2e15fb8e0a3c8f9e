"""The drives that teams recorded: from the last result at one house to the arrival at the next.

Tablets write down when a team arrived and when it entered a result; that result is when it could set off again. Only
drives that were planned just so count: the house before is the planned one, and no break lay in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.fieldwork.models import Outcome
from outreach.fieldwork.tablet.models import EventState, TabletEvent
from outreach.planning.local import factor_at
from outreach.planning.models import PlanVersion, Route, Stop, Visit
from outreach.planning.pace_models import LearnedPace
from outreach.planning.problem_builder import profile_with
from outreach.teams.models import Team

SHORTEST_S, LONGEST_S = 30, 3 * 3600
MOST_TIMES = 5.0
"""A drive that took more times as long as planned, or less than its fifth, was none: a tap forgotten, a stop between."""


@dataclass(frozen=True, slots=True)
class RecordedLeg:
    """A drive: seconds as planned before anything was learned, and as it was; `basis` is "road" or "line"."""

    route_id: str
    basis: str
    profile: str
    left_s: int
    planned_s: int
    taken_s: int

    @property
    def ratio(self) -> float:
        """How many times as long as planned it took."""
        return self.taken_s / self.planned_s


def recorded_legs(session: Session, since: date) -> list[RecordedLeg]:
    """Return the drives of approved routes from a date on that can be learned from."""
    factors = {row.number: row.factors for row in session.scalars(select(LearnedPace))}
    arrived, done = _arrivals(session, since), _results(session, since)
    stops: dict[str, list[_Driven]] = {}
    for row in session.execute(_STOPS.where(Route.day >= since)):
        stop_id, route_id = row[0], row[1]
        if stop_id in arrived:
            driven = _Driven(*row[2:], arrived[stop_id], done.get(stop_id))
            stops.setdefault(route_id, []).append(driven)
    found: list[RecordedLeg] = []
    for route_id, skills, number, rest_s in session.execute(_ROUTES.where(Route.day >= since)):
        profile = profile_with(skills)
        own = sorted(stops.get(route_id, ()), key=lambda stop: stop.arrived)
        found += _legs(route_id, profile, rest_s, own, factors.get(number or 0, []))
    return found


@dataclass(frozen=True, slots=True)
class _Driven:
    """A stop as planned, when it was arrived at, and when its last result was entered (None: never, on a tablet)."""

    position: int
    travel_s: int
    is_estimate: bool
    arrive_s: int
    depart_s: int
    arrived: datetime
    done: datetime | None


# Columns only: a version's question holds its whole matrix.
_ROUTES: Final = (
    select(Route.id, Team.skills, PlanVersion.pace_number, Route.break_start_s)
    .join(PlanVersion, Route.version_id == PlanVersion.id)
    .join(Team, Route.team_id == Team.id)
    .where(PlanVersion.hash != "")
)
_STOPS: Final = select(
    Stop.id, Stop.route_id, Stop.position, Stop.travel_s, Stop.is_estimate, Stop.arrive_s, Stop.depart_s
).join(Route, Stop.route_id == Route.id)  # fmt: skip


def _legs(
    route_id: str,
    profile: str,
    rest_s: int | None,
    stops: Sequence[_Driven],
    factors: Sequence[Mapping[str, Any]],
) -> Iterable[RecordedLeg]:
    for before, stop in pairwise(stops):
        if stop.position != before.position + 1 or before.done is None:
            continue
        taken_s = round((stop.arrived - before.done).total_seconds())
        basis = "line" if stop.is_estimate else "road"
        planned_s = round(stop.travel_s / factor_at(factors, basis, profile, before.depart_s))
        rests = rest_s is not None and before.depart_s <= rest_s < stop.arrive_s
        if rests or planned_s < SHORTEST_S or not SHORTEST_S <= taken_s <= LONGEST_S:
            continue
        if 1 / MOST_TIMES <= taken_s / planned_s <= MOST_TIMES:
            left_s = _second_of_day(before.done)
            yield RecordedLeg(route_id, basis, profile, left_s, planned_s, taken_s)


def _arrivals(session: Session, since: date) -> dict[str, datetime]:
    """Return when each stop was first arrived at, by the tablets' clocks as put right."""
    query = (
        select(Stop.id, TabletEvent.corrected_at)
        .join(Stop.visits)
        .join(Stop.route)
        .join(TabletEvent, TabletEvent.visit_id == Visit.id)
        .where(
            Route.day >= since,
            TabletEvent.kind == "arrived",
            TabletEvent.state.in_((EventState.APPLIED, EventState.SETTLED)),
        )
    )
    found: dict[str, datetime] = {}
    for stop_id, moment in session.execute(query):
        found[stop_id] = min(moment, found.get(stop_id, moment))
    return found


def _results(session: Session, since: date) -> dict[str, datetime]:
    """Return when the last first result of each stop was entered on a tablet."""
    query = (
        select(Stop.id, Outcome.device_at)
        .join(Stop.visits)
        .join(Stop.route)
        .join(Outcome, Outcome.visit_id == Visit.id)
        .where(Route.day >= since, Outcome.corrects_id.is_(None), Outcome.device_at.is_not(None))
    )
    found: dict[str, datetime] = {}
    for stop_id, moment in session.execute(query):
        if moment is not None:
            found[stop_id] = max(moment, found.get(stop_id, moment))
    return found


def _second_of_day(moment: datetime) -> int:
    local = clock.to_office(moment)
    return local.hour * 3600 + local.minute * 60 + local.second
