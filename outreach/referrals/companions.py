"""Who could be visited on the same way: people at the same address, or a short walk from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from outreach.places.coordinates import distance_m
from outreach.policy import Actor
from outreach.referrals.hamlets import ROUGH
from outreach.referrals.keys import squares_around
from outreach.referrals.models import Referral
from outreach.referrals.queries import within
from outreach.referrals.states import WAITING, ReferralState

NEAR_M: Final = 300
MOST: Final = 12
_TOGETHER: Final = (*WAITING, ReferralState.ACCEPTED, ReferralState.SCHEDULED)


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody nearby who waits too, and how far away in metres (0: the same address)."""

    referral: Referral
    away_m: int


def companions_of(session: Session, actor: Actor, referral: Referral) -> list[Companion]:
    """Return who waits within 300 m, the nearest first; nobody while the house is not known."""
    if referral.square is None or referral.place_quality in ROUGH:
        return []
    query = within(actor, "referral.view").where(
        Referral.square.in_(squares_around(referral.square)),
        Referral.state.in_(_TOGETHER),
        Referral.place_quality.not_in(ROUGH),
        Referral.id != referral.id,
    )
    found = [
        Companion(other, round(distance_m(referral.lat, referral.lon, other.lat, other.lon)))
        for other in session.scalars(query).unique()
    ]
    near = [one for one in found if one.away_m <= NEAR_M]
    return sorted(near, key=lambda one: (one.away_m, one.referral.id))[:MOST]
