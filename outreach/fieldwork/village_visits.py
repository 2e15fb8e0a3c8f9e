"""What a village is told about its own visits: who is visited when, what to prepare, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import select
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
