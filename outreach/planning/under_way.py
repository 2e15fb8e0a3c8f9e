"""What teams have begun and done of a day under way, as far as word of it came in.

What came of a visit is known above (fieldwork registers it); that a team arrived is an event of the referral.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

import routing
from outreach import clock
from outreach.planning.edits import Where
from outreach.planning.models import PlanVersion, Route, Stop
from outreach.referrals.models import ReferralEvent

ARRIVED = "arrived"
Teller = Callable[[Session, Route], Mapping[str, str]]
_tellers: list[Teller] = []


def on_results(teller: Teller) -> Teller:
    """Register a function that says in words what came of the visits of a route, by visit id."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def results_on(session: Session, route: Route) -> dict[str, str]:
    """Return in words what came of each visit of a route that has a result, by visit id."""
    found: dict[str, str] = {}
    for teller in _tellers:
        found.update(teller(session, route))
    return found


def begun_on(session: Session, routes: Iterable[Route]) -> set[str]:
    """Return the referrals of these routes whose house a team has reached, or that have a result."""
    begun: set[str] = set()
    people: dict[str, Route] = {}
    for route in routes:
        done = results_on(session, route)
        for stop in route.stops:
            for visit in stop.visits:
                people[visit.referral_id] = route
                if visit.id in done:
                    begun.add(visit.referral_id)
    arrivals = session.execute(
        select(ReferralEvent.referral_id, ReferralEvent.device_at, ReferralEvent.at).where(
            ReferralEvent.kind == ARRIVED, ReferralEvent.referral_id.in_(list(people))
        )
    )
    for referral_id, device_at, at in arrivals:
        if clock.to_office(device_at or at).date() == people[referral_id].day:
            begun.add(referral_id)
    return begun


def begun_today(session: Session, version: PlanVersion) -> set[str]:
    """Return the referrals that a version's teams have reached today, or that have a result, in a few queries."""
    routes = session.scalars(
        select(Route)
        .where(
            Route.version_id == version.id,
            Route.day == clock.today(),
            Route.replaced_by.is_(None),
        )
        .options(selectinload(Route.stops).selectinload(Stop.visits))
    )
    return begun_on(session, routes.all())


def earlier_of(
    answer: routing.Plan,
    orders: Mapping[Where, Sequence[str]],
    day: date,
    freeze_s: int,
    begun: Collection[str],
    released: Collection[str] = (),
) -> tuple[routing.Earlier, ...]:
    """Return where everybody is, with what was begun as set off for before the freeze, and what was released after it."""
    found = []
    for route in answer.routes:
        if (route.team, route.day) not in orders:
            continue
        kept = [s for s in route.stops if not (route.day == day and s.visit in released)]
        last = max((n for n, s in enumerate(kept) if s.visit in begun), default=-1)
        for position, stop in enumerate(kept):
            leave_s, start_s = stop.arrive_s - stop.travel_s, stop.start_s
            if route.day == day and (position <= last or leave_s < freeze_s):
                leave_s = max(min(leave_s, freeze_s - 1), 0)
            found.append(
                routing.Earlier(stop.visit, route.day, route.team, position, leave_s, max(start_s, leave_s))
            )  # fmt: skip
    return tuple(found)
