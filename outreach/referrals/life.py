"""The one way from state to state: checked against the table, kept as an event, and audited."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from outreach import audit, clock
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.i18n import translate
from outreach.policy import Actor
from outreach.referrals.models import Referral, ReferralEvent
from outreach.referrals.pairs import look_for_pairs
from outreach.referrals.photos import forget_pictures
from outreach.referrals.states import FOLLOWERS, ReferralState
from outreach.referrals.wording import STATE_LABELS

_DATED: Final = {
    ReferralState.SUBMITTED: "submitted_at",
    ReferralState.ACCEPTED: "accepted_at",
}
"""States whose first day is kept in a column of its own."""
_ENDED: Final = frozenset({ReferralState.CLOSED, ReferralState.DELIVERED})
"""States in which nobody has to find the house any more. A merged referral keeps its photo for the one that goes on."""


def change_state(
    session: Session,
    actor: Actor,
    referral: Referral,
    to_state: ReferralState,
    *,
    kind: str,
    reason: str = "",
    device_at: datetime | None = None,
    **detail: Any,
) -> ReferralEvent:
    """Move a referral on, keep the event, and audit it, in the caller's transaction.

    `kind` names what happened ("accepted"), `reason` is what a person wrote or chose, `device_at` the tablet's own
    time. The audit row holds neither the reason's words nor anything of the resident. What is sent is compared with
    what is there (`pairs.look_for_pairs`). Raises Refused when the table of states does not allow it.
    """
    before = referral.state
    if to_state not in FOLLOWERS[before]:
        raise Refused(
            _(
                "This referral is now: %(state)s. Open it again to see what happened.",
                state=translate(STATE_LABELS[before]),
            )
        )
    now = clock.now()
    referral.state, referral.changed_at = to_state, now
    column = _DATED.get(to_state)
    if column and getattr(referral, column) is None:
        setattr(referral, column, now)
    event = add_event(
        session,
        actor,
        referral,
        kind=kind,
        reason=reason,
        device_at=device_at,
        before=before,
        **detail,
    )
    audit.record(session, actor, f"referral.{kind}", referral, before=before, after=to_state)
    if to_state in _ENDED and kind != "merged":
        forget_pictures(session, referral.id)
    if to_state is ReferralState.SUBMITTED:
        look_for_pairs(session, referral)
    return event


def add_event(
    session: Session,
    actor: Actor,
    referral: Referral,
    *,
    kind: str,
    reason: str = "",
    device_at: datetime | None = None,
    before: ReferralState | None = None,
    **detail: Any,
) -> ReferralEvent:
    """Keep that something happened to a referral; `before` is its state until then, where that changed."""
    event = ReferralEvent(
        referral_id=referral.id,
        at=clock.now(),
        device_at=device_at,
        actor_id=actor.id,
        actor_name=actor.name,
        kind=kind,
        from_state=before or referral.state,
        to_state=referral.state,
        reason=reason,
        detail=detail,
    )
    session.add(event)
    session.flush()
    return event
