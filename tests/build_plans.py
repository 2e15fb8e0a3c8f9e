"""Builders of plans that stand: rows as approval leaves them, without asking the router."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.planning import short_codes
from outreach.planning.models import Plan, PlanState, PlanVersion, Route, Stop, Visit
from outreach.planning.seal import content_hash
from outreach.referrals.models import Referral
from outreach.teams.models import Team

FIRST_ARRIVAL_S = 8 * 3600 + 1800
SERVICE_S, SETUP_S, DRIVE_S = 1200, 600, 1800


def a_route(
    session: Session,
    team: Team,
    day: date,
    referrals: Sequence[Referral],
    state: PlanState = PlanState.APPROVED,
) -> Route:
    """A route of one team on a date, one stop for each address, in a plan of its own in some state."""
    number = (session.scalar(select(func.max(Plan.number))) or 0) + 1
    plan = Plan(number=number, first_day=day, last_day=day, state=state, requested_at=clock.now())
    version = PlanVersion(
        plan=plan, number=1, state=state, made_at=clock.now(), problem={}, answer={},
        totals={"people": len(referrals)}, decided_at=clock.now(),
    )  # fmt: skip
    route = Route(
        version=version, team_id=team.id, team=team, day=day, position=0, leave_s=8 * 3600,
        back_s=14 * 3600, travel_s=3600, travel_m=20_000, return_s=1800, return_m=10_000, return_is_estimate=True,
        service_s=SERVICE_S * len(referrals), wait_s=0,
    )  # fmt: skip
    taken: set[str] = set()
    arrive_s = FIRST_ARRIVAL_S
    for position, people in enumerate(_by_address(referrals), start=1):
        leave_s = arrive_s + SETUP_S + SERVICE_S * len(people)
        stop = Stop(
            route=route, position=position, lat=people[0].lat, lon=people[0].lon,
            travel_s=DRIVE_S, travel_m=10_000, is_estimate=True, arrive_s=arrive_s,
            start_s=arrive_s, depart_s=leave_s,
        )  # fmt: skip
        for order, referral in enumerate(people, start=1):
            code = short_codes.make(taken)
            taken.add(code)
            Visit(
                stop=stop, referral=referral, position=order, service_s=SERVICE_S, short_code=code,
                start_s=arrive_s + SETUP_S + SERVICE_S * (order - 1),
            )  # fmt: skip
        arrive_s = leave_s + DRIVE_S
    session.add(plan)
    session.flush()
    if state is PlanState.APPROVED:
        version.hash = content_hash(version)
        session.flush()
    return route


def an_approved_route(
    session: Session, team: Team, day: date, referrals: Sequence[Referral]
) -> Route:
    """A route that its team drives; the referrals are left in the state they were built in."""
    return a_route(session, team, day, referrals)


def visits_of(route: Route) -> list[Visit]:
    """The visits of a route in their order."""
    return [visit for stop in route.stops for visit in stop.visits]


def _by_address(referrals: Sequence[Referral]) -> list[list[Referral]]:
    stops: dict[str, list[Referral]] = {}
    for referral in referrals:
        stops.setdefault(referral.address_key, []).append(referral)
    return list(stops.values())
