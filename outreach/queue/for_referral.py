"""A time at the office for somebody who was referred for a home visit but could come after all."""

from __future__ import annotations

import re
from datetime import date, timedelta

from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Refused
from outreach.i18n import N_, format_date_short, format_time
from outreach.i18n import gettext as _
from outreach.policy import Actor
from outreach.queue import booking
from outreach.queue.models import OfficeSlot
from outreach.referrals.life import add_event
from outreach.referrals.models import Referral
from outreach.referrals.names import read
from outreach.referrals.service import CLOSABLE
from outreach.referrals.states import ReferralState
from outreach.referrals.wording import on_event

on_event("office_slot", N_("A time at the office was booked"))


def book_for(
    session: Session, actor: Actor, referral: Referral, slot_id: str, day: date, start_s: int
) -> OfficeSlot:
    """Book a time at the office for a resident. Until that day is over nobody is sent to the house.

    The referral stays open until somebody closes it as "could come to the office after all", so that whoever does not
    come is visited. Raises Refused when a visit is planned already, or the time is taken.
    """
    policy.allow(actor, "slot.book_for", referral)
    if referral.state not in CLOSABLE or referral.state is ReferralState.SCHEDULED:
        raise Refused(_("A visit is planned or made already. Close the referral or change the plan first."))  # fmt: skip
    known = session.get(OfficeSlot, slot_id)
    slot = booking.book(session, actor, slot_id, day, start_s, first_name(referral.resident.name))
    if known is not None:
        return slot
    after = day + timedelta(days=1)
    if referral.not_before is None or referral.not_before < after:
        referral.not_before = after
    referral.changed_at = clock.now()
    when = f"{format_date_short(day)}, {format_time(start_s)} ({slot.code})"
    add_event(session, actor, referral, kind="office_slot", reason=when)
    audit.record(session, actor, "referral.office_slot", referral, day=day.isoformat())
    return slot


def first_name(name: str) -> str:
    """Return by what somebody is called at the counter: one word, without titles."""
    words = read(name)[0].words
    return re.sub(r"[^A-Za-z]", "", words[-1 if words[0] == "muhammad" else 0])[:20].title() if words else name[:20]  # fmt: skip
