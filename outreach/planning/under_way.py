"""What teams have begun and done of a day under way, as far as word of it came in.

What came of a visit is known above (fieldwork registers it); that a team arrived is an event of the referral.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.planning.models import Route
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
