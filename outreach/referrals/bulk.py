"""The same decision about several referrals at once; one that has moved on meanwhile is reported, not forced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import policy
from outreach.errors import Invalid, NotThere, Refused
from outreach.policy import Actor
from outreach.referrals.models import Referral
from outreach.referrals.service import close_referral
from outreach.referrals.states import CloseReason
from outreach.referrals.triage import return_referral

MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: how many were decided, and which were not, each with the reason."""

    count: int
    refused: tuple[tuple[Referral, str], ...]


def chosen(
    session: Session, actor: Actor, action: str, referral_ids: Sequence[str]
) -> list[Referral]:
    """Return the referrals that were ticked, in that order. Raises NotThere for one that the actor may not touch."""
    wanted = list(dict.fromkeys(referral_ids))[:MOST_AT_ONCE]
    rows = session.scalars(select(Referral).where(Referral.id.in_(wanted))).unique()
    found = {referral.id: referral for referral in rows}
    if len(found) < len(wanted):
        raise NotThere("a referral that was ticked")
    for referral in found.values():
        policy.allow(actor, action, referral)
    return [found[key] for key in wanted]


def return_many(
    session: Session, actor: Actor, referral_ids: Sequence[str], reason: str, question: str
) -> Done:
    """Send several back with one question. Raises Refused when the reason or the question is no good for any."""
    referrals = chosen(session, actor, "referral.return", referral_ids)
    return _each(referrals, lambda one: return_referral(session, actor, one, reason, question))


def close_many(
    session: Session, actor: Actor, referral_ids: Sequence[str], reason: CloseReason, note: str
) -> Done:
    """End several cases for one reason. Raises Refused when the note is no good for any."""
    referrals = chosen(session, actor, "referral.close", referral_ids)
    return _each(referrals, lambda one: close_referral(session, actor, one, reason, note))


def _each(referrals: Sequence[Referral], decide: Callable[[Referral], object]) -> Done:
    count, refused = 0, []
    for referral in referrals:
        try:
            decide(referral)
        except Refused as refusal:
            if refusal.field or isinstance(refusal, Invalid):
                raise  # what was typed is wrong for all of them
            refused.append((referral, refusal.message))
        else:
            count += 1
    return Done(count, tuple(refused))
