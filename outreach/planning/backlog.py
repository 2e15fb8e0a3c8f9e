"""Who may be planned: the waiting list, and whoever already stands on a route that the new plan would replace."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.planning.models import PlanState, PlanVersion, Route, Stop, Visit
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState


def scheduled_on(session: Session, first_day: date, last_day: date) -> list[Referral]:
    """Return the scheduled referrals of the routes that stand on these dates, by id."""
    return list(
        session.scalars(
            select(Referral)
            .join(Visit, Visit.referral_id == Referral.id)
            .join(Stop, Visit.stop_id == Stop.id)
            .join(Route, Stop.route_id == Route.id)
            .join(PlanVersion, Route.version_id == PlanVersion.id)
            .where(
                Referral.state == ReferralState.SCHEDULED,
                PlanVersion.state == PlanState.APPROVED,
                Route.replaced_by.is_(None),
                Route.day.between(first_day, last_day),
            )
            .order_by(Referral.id)
        ).unique()
    )


def backlog(session: Session, first_day: date, last_day: date) -> list[Referral]:
    """Return the referrals that a plan for these dates may visit, by id.

    A new plan takes over its dates from an approved one, so the people of that one are candidates again.
    """
    waiting = session.scalars(
        select(Referral).where(Referral.state == ReferralState.ACCEPTED).order_by(Referral.id)
    )
    candidates = {referral.id: referral for referral in waiting}
    candidates.update((row.id, row) for row in scheduled_on(session, first_day, last_day))
    return [candidates[key] for key in sorted(candidates)]
