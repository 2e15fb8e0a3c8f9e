"""From the recording to the card in hand: what waits at each step, for how long, and taking it a step further.

The centre gives no promise on time: a step can take a day or months (domain facts, section 2.4). So the list shows
ages and promises nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock, policy
from outreach.errors import NotThere, Refused
from outreach.i18n import N_
from outreach.i18n import gettext as _
from outreach.policy import Actor
from outreach.referrals.life import change_state
from outreach.referrals.models import Referral, ReferralEvent
from outreach.referrals.states import ReferralState

S = ReferralState

TAIL: Final = (
    S.RECORDED,
    S.SENT,
    S.PRINT_READY,
    S.PRINTED,
    S.ENROLMENT_FAILED,
    S.DUPLICATE_RECORD,
)
"""The states that this list is about, in the order of the tabs."""

STEPS: Final[Mapping[ReferralState, tuple[ReferralState, ...]]] = {
    S.RECORDED: (S.SENT, S.ENROLMENT_FAILED, S.DUPLICATE_RECORD),
    S.SENT: (S.PRINT_READY, S.ENROLMENT_FAILED, S.DUPLICATE_RECORD),
    S.PRINT_READY: (S.PRINTED,),
    S.PRINTED: (),
    S.ENROLMENT_FAILED: (S.SUBMITTED,),
    S.DUPLICATE_RECORD: (S.SUBMITTED,),
}
"""Which steps several referrals can take at once; a card is delivered one by one, with who received it."""

MOST_AT_ONCE: Final = 200
LONGEST_REMARK: Final = 200


@dataclass(frozen=True)
class Age:
    """A class of waiting, in whole days, both ends included; `last` None is open."""

    code: str
    label: str
    first: int
    last: int | None

    def holds(self, days: int) -> bool:
        """Whether a wait of so many days belongs here."""
        return self.first <= days and (self.last is None or days <= self.last)


AGES: Final = (
    Age("0-7", N_("0 to 7 days"), 0, 7),
    Age("8-30", N_("8 to 30 days"), 8, 30),
    Age("31-90", N_("31 to 90 days"), 31, 90),
    Age("91", N_("More than 90 days"), 91, None),
)

STUCK_DAYS: Final = 90


@dataclass(frozen=True)
class Waiting:
    """A referral in the tail, since when, and for how many days."""

    referral: Referral
    since: datetime
    days: int

    @property
    def age(self) -> Age:
        """The class its wait belongs to."""
        return next(age for age in AGES if age.holds(max(self.days, 0)))


@dataclass(frozen=True)
class Advanced:
    """How many referrals took the step, and the tracking codes of those that somebody else had moved before."""

    count: int
    skipped: tuple[str, ...]


def counts(session: Session) -> dict[ReferralState, int]:
    """Return how many referrals stand at each state of the tail."""
    rows = session.execute(
        select(Referral.state, func.count())
        .where(Referral.state.in_(TAIL))
        .group_by(Referral.state)
    )
    found: dict[ReferralState, int] = {row.state: row[1] for row in rows}
    return {state: found.get(state, 0) for state in TAIL}


def waiting_in(session: Session, state: ReferralState, day: date | None = None) -> list[Waiting]:
    """Return who stands at a state, the longest first. Raises NotThere for a state outside the tail."""
    if state not in TAIL:
        raise NotThere(str(state))
    day = day or clock.today()
    came = (
        select(ReferralEvent.referral_id, func.max(ReferralEvent.at).label("at"))
        .where(
            ReferralEvent.to_state == state.value,
            ReferralEvent.from_state != ReferralEvent.to_state,
        )
        .group_by(ReferralEvent.referral_id)
        .subquery()
    )
    rows = session.execute(
        select(Referral, came.c.at)
        .outerjoin(came, came.c.referral_id == Referral.id)
        .where(Referral.state == state)
    )
    people = []
    for referral, at in rows:
        since = at or referral.changed_at
        people.append(Waiting(referral, since, (day - clock.to_office(since).date()).days))
    return sorted(people, key=lambda person: (person.since, person.referral.id))


def count_stuck(session: Session, day: date | None = None) -> int:
    """Return how many stand at one step of the tail for longer than the last age but one."""
    limit = clock.at_office((day or clock.today()) - timedelta(days=STUCK_DAYS), 0)
    return (
        session.scalar(
            select(func.count())
            .select_from(Referral)
            .where(Referral.state.in_(TAIL), Referral.changed_at < limit)
        )
        or 0
    )


def advance(
    session: Session,
    actor: Actor,
    referral_ids: Sequence[str],
    from_state: ReferralState,
    to_state: ReferralState,
    remark: str = "",
) -> Advanced:
    """Take referrals a step further, all in one transaction; those that have moved meanwhile are left alone.

    `remark` is the centre's own status word or a reason. Raises Refused and NotThere.
    """
    remark = " ".join(remark.split())
    if to_state not in STEPS.get(from_state, ()):
        raise Refused(_("Choose the next step."), field="to_state")
    if not referral_ids:
        raise Refused(_("Choose at least one person in the list."), field="referral_ids")
    if len(referral_ids) > MOST_AT_ONCE:
        raise Refused(
            _("Choose at most %(count)s people at once.", count=MOST_AT_ONCE), field="referral_ids"
        )
    if len(remark) > LONGEST_REMARK:
        raise Refused(
            _("Keep this under %(count)s characters.", count=LONGEST_REMARK), field="remark"
        )
    skipped, count = [], 0
    for referral_id in sorted(set(referral_ids)):
        referral = _locked(session, referral_id)
        policy.allow(actor, "followup.advance", referral)
        if referral.state is not from_state:
            skipped.append(referral.tracking_code)
            continue
        kind = "back_to_triage" if to_state is S.SUBMITTED else "followup"
        change_state(session, actor, referral, to_state, kind=kind, reason=remark)
        count += 1
    return Advanced(count, tuple(skipped))


def _locked(session: Session, referral_id: str) -> Referral:
    held = session.scalar(select(Referral.id).where(Referral.id == referral_id).with_for_update())
    referral = session.get(Referral, referral_id) if held else None
    if referral is None:
        raise NotThere(f"referral {referral_id}")
    session.refresh(referral)
    return referral
