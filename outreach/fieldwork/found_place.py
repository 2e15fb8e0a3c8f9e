"""What a recorded visit says about the place of the house, where it was entered on a page and not on a tablet."""

from __future__ import annotations

from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Refused
from outreach.fieldwork.models import Outcome, OutcomeKind
from outreach.i18n import gettext as _
from outreach.places.areas import areas
from outreach.places.models import PlaceQuality
from outreach.policy import Actor
from outreach.referrals.hamlets import confirm_place
from outreach.referrals.life import add_event

WENT_IN = frozenset({OutcomeKind.RECORDED, OutcomeKind.PARTLY})
"""What can only be entered by somebody who found the house."""


def keep_found_place(
    session: Session,
    actor: Actor,
    outcome: Outcome,
    house: tuple[float, float] | None,
    *,
    at_pin: bool,
) -> None:
    """Set the pin where the team found the house, or confirm it; the hamlet's middle learns from it.

    `house` is (latitude, longitude), None where nobody gave another point. Raises Refused outside the regency.
    """
    policy.allow(actor, "outcome.record", outcome.visit.stop.route)
    if outcome.kind not in WENT_IN:
        return
    referral = outcome.visit.referral
    if house is not None:
        lat, lon = round(house[0], 6), round(house[1], 6)
        if areas(session).is_outside((lon, lat)):
            raise Refused(_("This point does not lie in Sragen. Check both numbers."), field="lat")
        if (lat, lon) != (referral.lat, referral.lon):
            referral.lat, referral.lon = lat, lon
            referral.place_quality = PlaceQuality.PIN
            referral.changed_at = clock.now()
            add_event(session, actor, referral, kind="edited", fields=["pin"])
            audit.record(session, actor, "referral.edited", referral, fields=["pin"])
        confirm_place(session, referral)
    elif at_pin:
        confirm_place(session, referral)
