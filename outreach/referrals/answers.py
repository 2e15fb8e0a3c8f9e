"""An answered referral comes back to whoever asked."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.policy import Actor
from outreach.referrals.models import Referral, ReferralEvent
from outreach.referrals.queries import reach
from outreach.referrals.states import ReferralState

MOST_SHOWN: Final = 5


def answered_for(session: Session, actor: Actor) -> list[Referral]:
    """Return the referrals that were answered and wait, of which this person asked the last question."""
    last_question = (
        select(func.max(ReferralEvent.at))
        .where(ReferralEvent.referral_id == Referral.id, ReferralEvent.kind == "returned")
        .correlate(Referral)
        .scalar_subquery()
    )
    asked = select(ReferralEvent.id).where(
        ReferralEvent.referral_id == Referral.id,
        ReferralEvent.kind == "returned",
        ReferralEvent.actor_id == actor.id,
        ReferralEvent.at == last_question,
    )
    query = (
        select(Referral)
        .where(
            reach(actor, "triage.list"), Referral.state == ReferralState.SUBMITTED, asked.exists()
        )
        .order_by(Referral.changed_at)
        .limit(MOST_SHOWN)
    )
    return list(session.scalars(query).unique())
