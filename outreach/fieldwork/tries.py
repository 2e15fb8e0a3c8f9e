"""How often a house was tried in vain, and at what time of day nobody was home."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.fieldwork.models import Outcome, OutcomeKind
from outreach.fieldwork.reasons import NOT_RECORDED
from outreach.planning.models import Visit
from outreach.referrals.models import ReferralEvent

REOPENED: Final = "reopened"
NOT_HOME: Final = "not_home"


def tries_of(session: Session, referral_id: str, but: str = "") -> int:
    """Return how many visits ended without a recording since the referral was last opened again.

    Visits that failed through the office's own fault, and the visit `but`, do not count.
    """
    reopened_at = session.scalar(
        select(func.max(ReferralEvent.at)).where(
            ReferralEvent.referral_id == referral_id, ReferralEvent.kind == REOPENED
        )
    )
    rows = session.scalars(
        select(Outcome)
        .join(Visit, Outcome.visit_id == Visit.id)
        .where(
            Visit.referral_id == referral_id,
            Visit.id != but,
            Outcome.withdrawn_at.is_(None),
        )
    ).all()
    corrected = {row.corrects_id for row in rows}
    return sum(
        row.kind is OutcomeKind.NOT_RECORDED
        and counts(row.reason)
        and row.id not in corrected
        and (reopened_at is None or row.recorded_at > reopened_at)
        for row in rows
    )


def counts(reason: str) -> bool:
    """Whether a reason counts as an attempt: the office's own failures do not."""
    fact = NOT_RECORDED.get(reason)
    return fact is not None and not fact.is_ours


def empty_at(outcome: Outcome) -> int | None:
    """Return the second of the day at which nobody was home, or None for another outcome.

    What was typed in from paper has no hour of its own: the planned one stands for it.
    """
    if outcome.reason != NOT_HOME:
        return None
    if outcome.via == "paper":
        return outcome.visit.start_s
    local = clock.to_office(outcome.device_at or outcome.recorded_at)
    return local.hour * 3600 + local.minute * 60
