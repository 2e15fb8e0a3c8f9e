"""The attempt policy: when somebody who could not be recorded is visited again, and when a planner decides.

The days to wait stand beside each reason in `reasons.py`. They are ours, not decreed: three days so that the
village can ask the family when they are in, a week for a bad day of an old person, two for a family that said no,
the next day where only the kit failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from outreach.fieldwork.models import OutcomeKind
from outreach.fieldwork.reasons import NOT_RECORDED
from outreach.referrals.states import ReferralState

MOST_ATTEMPTS: Final = 3
"""After so many visits without a recording the case is to be closed with a letter, until the office sets another number."""


@dataclass(frozen=True)
class Consequence:
    """What an outcome leads to: a state, and the first date of another attempt where there is one."""

    state: ReferralState
    not_before: date | None = None

    def __post_init__(self) -> None:
        if (self.state is ReferralState.ACCEPTED) != (self.not_before is not None):
            raise ValueError("back to the waiting list means with a date, and nothing else does")


def consequence(
    kind: OutcomeKind, reason: str, attempts: int, day: date, most: int = MOST_ATTEMPTS
) -> Consequence:
    """Return what an outcome on `day` leads to, when `attempts` visits of at most `most` were made, this one included.

    A failure of the office's own does not end the attempts. Raises KeyError on an unknown reason.
    """
    if kind is not OutcomeKind.NOT_RECORDED:
        return Consequence(ReferralState.RECORDED)
    fact = NOT_RECORDED[reason]
    wait_days = fact.wait_days
    if wait_days is None or (attempts >= most and not fact.is_ours):
        return Consequence(ReferralState.VISITED)
    return Consequence(ReferralState.ACCEPTED, day + timedelta(days=wait_days))
