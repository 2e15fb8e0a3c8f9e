"""What the office does with what the villages sent: check, pass on, accept, or send back with a question."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import NotThere, Refused
from outreach.i18n import gettext as _
from outreach.policy import Actor
from outreach.referrals.circumstances import PRIORITY_REASONS
from outreach.referrals.conditions import NEEDS, POWER
from outreach.referrals.given import plain
from outreach.referrals.hamlets import put_in_hamlet
from outreach.referrals.life import add_event, change_state
from outreach.referrals.models import Referral
from outreach.referrals.service import LONGEST_ANSWER
from outreach.referrals.states import WAITING, ReferralState
from outreach.referrals.wording import RETURN_REASONS

S = ReferralState

MOST_AT_ONCE: Final = 200
FLAGGABLE: Final = frozenset({*WAITING, S.RETURNED, S.ACCEPTED})
"""States in which what a visit needs may still change: no team has its papers yet."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """Why a card is needed by a date. Raises ValueError for a reason that no table knows."""

    reason: str
    due_day: date

    def __post_init__(self) -> None:
        if self.reason not in PRIORITY_REASONS:
            raise ValueError(f"unknown reason of priority {self.reason!r}")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of accepting several at once: how many were, and which were not, each with the reason."""

    count: int
    refused: tuple[tuple[Referral, str], ...]


def endorse_referral(session: Session, actor: Actor, referral: Referral) -> Referral:
    """Pass a referral on, checked by the district; once is enough."""
    policy.allow(actor, "referral.endorse", referral)
    if referral.state is not S.SUBMITTED:
        raise Refused(_("Only a referral that was sent and waits can be passed on."))
    if referral.endorsed_at is None:
        referral.endorsed_at = referral.changed_at = clock.now()
        add_event(session, actor, referral, kind="endorsed")
        audit.record(session, actor, "referral.endorsed", referral)
    return referral


def return_referral(
    session: Session, actor: Actor, referral: Referral, reason: str, question: str
) -> Referral:
    """Send a referral back with a reason from the list and a question in a sentence."""
    policy.allow(actor, "referral.return", referral)
    if reason not in RETURN_REASONS:
        raise Refused(_("Choose why it goes back."), field="reason")
    words = plain(question, "question", longest=LONGEST_ANSWER)
    if len(words) < 5:
        raise Refused(
            _("Write in a sentence what the village should do or answer."), field="question"
        )
    if referral.state is S.ACCEPTED and not policy.can(actor, "referral.accept", referral):
        raise Refused(_("This referral is already accepted. Ask the office to return it."))
    change_state(session, actor, referral, S.RETURNED, kind="returned", reason=words, code=reason)
    referral.endorsed_at = None
    return referral


def accept_referral(
    session: Session, actor: Actor, referral: Referral, urgency: Urgency | None = None
) -> Referral:
    """Put a referral on the waiting list, with the date by which the card is needed where there is one."""
    policy.allow(actor, "referral.accept", referral)
    if referral.state is S.ACCEPTED and urgency is None:
        return referral
    if referral.state not in WAITING:
        raise Refused(_("This referral does not wait for a check any more."))
    if urgency is not None and urgency.due_day < clock.today():
        raise Refused(_("This date has passed."), field="due_day")
    if urgency is not None:
        referral.priority_reason, referral.due_day = urgency.reason, urgency.due_day
    why: dict[str, Any] = (
        {"code": urgency.reason, "due": urgency.due_day.isoformat()} if urgency else {}
    )
    change_state(session, actor, referral, S.ACCEPTED, kind="accepted", **why)
    put_in_hamlet(session, referral)
    return referral


def set_flags(
    session: Session, actor: Actor, referral: Referral, needs: Collection[str], house_power: str
) -> Referral:
    """Set what a visit needs and the power at the house; it travels with the referral to the team's papers."""
    policy.allow(actor, "referral.set_flags", referral)
    if referral.state not in FLAGGABLE:
        raise Refused(
            _("This visit is planned or made already. Its needs can no longer be changed here.")
        )
    if set(needs) - set(NEEDS) or (house_power and house_power not in POWER):
        raise Refused(_("Choose from the list."), field="needs")
    wanted = [need for need in NEEDS if need in needs]
    if (wanted, house_power) != (list(referral.needs), referral.house_power):
        referral.needs, referral.house_power, referral.changed_at = wanted, house_power, clock.now()
        add_event(session, actor, referral, kind="flagged", needs=wanted, house_power=house_power)
        audit.record(session, actor, "referral.flagged", referral, needs=wanted)
    return referral


def accept_many(session: Session, actor: Actor, referral_ids: Sequence[str]) -> Accepted:
    """Accept every referral that was ticked; one that has moved on meanwhile is reported, not forced."""
    wanted = list(dict.fromkeys(referral_ids))[:MOST_AT_ONCE]
    found = {
        referral.id: referral
        for referral in session.scalars(select(Referral).where(Referral.id.in_(wanted))).unique()
    }
    if len(found) < len(wanted):
        raise NotThere("a referral that was ticked")
    count, refused = 0, []
    for referral in (found[key] for key in wanted):
        try:
            if referral.state is S.ACCEPTED:
                raise Refused(_("It was accepted before."))
            accept_referral(session, actor, referral)
        except Refused as refusal:
            refused.append((referral, refusal.message))
        else:
            count += 1
    return Accepted(count, tuple(refused))
