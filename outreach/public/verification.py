"""Is this visit genuine? Whoever holds the tracking code learns which team is to come, and when.

Somebody at the door can then be compared with the team's code and vehicle. The answer holds nothing about the
resident, and is the same for a wrong code, an unknown code, and a case without a coming visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.planning.models import PlanState, PlanVersion, Route, Stop, Visit
from outreach.planning.promise import promised_window
from outreach.public.tracking import find
from outreach.referrals.states import ReferralState


@dataclass(frozen=True)
class Expected:
    """A visit that is to come: the date, the window (seconds of the day), and by what to know the team."""

    day: date
    from_s: int
    to_s: int
    team_code: str
    vehicle: str


def expected_visit(session: Session, text: str) -> Expected | None:
    """Return the next planned visit of the case with this code, from today on, or None."""
    referral = find(session, text)
    if referral is None or referral.state is not ReferralState.SCHEDULED:
        return None
    row = session.execute(
        select(Stop.arrive_s, Route)
        .join(Visit, Visit.stop_id == Stop.id)
        .join(Route, Stop.route_id == Route.id)
        .join(PlanVersion, Route.version_id == PlanVersion.id)
        .where(
            Visit.referral_id == referral.id,
            PlanVersion.state == PlanState.APPROVED,
            Route.replaced_by.is_(None),
            Route.day >= clock.today(),
        )
        .order_by(Route.day)
        .limit(1)
    ).first()
    if row is None:
        return None
    arrive_s, route = row
    from_s, to_s = promised_window(arrive_s)
    return Expected(route.day, from_s, to_s, route.team.code, route.team.vehicle)
