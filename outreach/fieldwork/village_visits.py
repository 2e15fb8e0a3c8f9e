"""What a village is told about its own visits: who is visited when, what to prepare, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.policy import Actor
from outreach.referrals.models import Referral
from outreach.referrals.queries import reach
from outreach.referrals.states import ReferralState

RECENT_DAYS: Final = 30
"""How far back the page tells what came of visits."""


def recent_results(session: Session, actor: Actor) -> list[Referral]:
    """Return the residents of whom something came after a visit in the last month, newest first."""
    after_visit = (
        ReferralState.VISITED, ReferralState.RECORDED, ReferralState.SENT, ReferralState.PRINT_READY,
        ReferralState.PRINTED, ReferralState.DELIVERED, ReferralState.ENROLMENT_FAILED,
        ReferralState.DUPLICATE_RECORD,
    )  # fmt: skip
    since = clock.now() - timedelta(days=RECENT_DAYS)
    query = (
        select(Referral)
        .where(
            reach(actor, "visit.list"),
            Referral.state.in_(after_visit),
            Referral.changed_at >= since,
        )
        .order_by(Referral.changed_at.desc())
    )
    return list(session.scalars(query).unique())


def waiting_for_visit(session: Session, actor: Actor, most: int) -> tuple[list[Referral], int]:
    """Return who has waited longest for a visit that is not planned yet, and how many wait."""
    waits = (reach(actor, "visit.list"), Referral.state == ReferralState.ACCEPTED)
    query = select(Referral).where(*waits).order_by(Referral.waiting_since, Referral.id).limit(most)
    number = session.scalar(select(func.count()).select_from(Referral).where(*waits)) or 0
    return list(session.scalars(query).unique()), number
