"""The end of the tail: the card reaches its owner, by post, by the village or by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, policy
from outreach.errors import Invalid, Refused
from outreach.followup.models import Delivery
from outreach.i18n import N_
from outreach.i18n import gettext as _
from outreach.policy import Actor
from outreach.referrals.circumstances import RELATIONS
from outreach.referrals.life import change_state
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState

SELF: Final = "self"
EARLIEST: Final = timedelta(days=365)
"""A delivery may be noted up to a year late: papers come back from villages slowly."""


class Channel(StrEnum):
    """How a card reaches its owner."""

    POST = "post"
    VILLAGE = "village"
    HAND = "hand"


CHANNEL_LABELS: Final[Mapping[Channel, str]] = {
    Channel.POST: N_("By post"),
    Channel.VILLAGE: N_("Through the village"),
    Channel.HAND: N_("By hand"),
}


@dataclass(frozen=True)
class Handover:
    """What was noted of a delivery. `relation` is SELF or one of the relations of a contact."""

    channel: Channel
    delivered_on: date
    receipt_number: str = ""
    received_by: str = ""
    relation: str = ""


def deliver(session: Session, actor: Actor, referral: Referral, handover: Handover) -> Delivery:
    """Note that a printed card reached its owner. Raises Invalid with the fields, and Refused."""
    policy.allow(actor, "followup.advance", referral)
    session.execute(select(Referral.id).where(Referral.id == referral.id).with_for_update())
    session.refresh(referral)
    if referral.state is not ReferralState.PRINTED:
        raise Refused(_("Only a printed card can be delivered, and only once."))
    _check(handover)
    delivery = Delivery(
        referral_id=referral.id,
        channel=handover.channel.value,
        receipt_number=handover.receipt_number,
        received_by=handover.received_by,
        relation=handover.relation,
        delivered_on=handover.delivered_on,
        noted_by=actor.id,
        noted_at=clock.now(),
    )
    session.add(delivery)
    change_state(
        session, actor, referral, ReferralState.DELIVERED, kind="delivered",
        channel=handover.channel.value, delivered_on=handover.delivered_on.isoformat(),
    )  # fmt: skip
    return delivery


def _check(handover: Handover) -> None:
    errors: dict[str, str] = {}
    today = clock.today()
    if not today - EARLIEST <= handover.delivered_on <= today:
        errors["delivered_on"] = _("Choose the day of the delivery: today or before.")
    if handover.channel is Channel.POST and not handover.receipt_number:
        errors["receipt_number"] = _("Type the receipt number of the post office.")
    if handover.channel is not Channel.POST:
        if not handover.received_by:
            errors["received_by"] = _("Type the name of who received the card.")
        if handover.relation not in {SELF, *RELATIONS}:
            errors["relation"] = _("Choose who that is to the owner.")
    if errors:
        raise Invalid(errors)
