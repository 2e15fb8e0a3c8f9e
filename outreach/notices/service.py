"""Who is to be told what: the promised visit against what was told last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.audit import log as audit
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.notices.models import Channel, FamilyNotice
from outreach.planning.expected import Expected, expected_visits
from outreach.policy import Actor
from outreach.referrals.models import Referral
from outreach.referrals.queries import reach
from outreach.referrals.states import ReferralState

ACTION: Final = "notice.list"
_COUNTED_ON: Final = (ReferralState.ACCEPTED, ReferralState.SCHEDULED)
"""States in which a family that was told of a visit still waits for it. Whoever died is never written to."""


class Standing(StrEnum):
    """What a family knows of its visit."""

    NOT_TOLD = "not_told"
    CHANGED = "changed"
    CALLED_OFF = "called_off"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Promise:
    """The day of a visit and the span of the team's coming, in seconds of that day."""

    day: date
    from_s: int
    to_s: int


@dataclass(frozen=True, slots=True)
class Telling:
    """One family: the visit it may count on now (None: it does not take place), and what it was told last."""

    referral: Referral
    promise: Promise | None
    team: str
    last: FamilyNotice | None

    @property
    def standing(self) -> Standing:
        """Return whether the family knows what is true now."""
        told = _promised(self.last)
        if self.promise is None:
            return Standing.CALLED_OFF
        if told is None:
            return Standing.NOT_TOLD
        return Standing.TOLD if told == self.promise else Standing.CHANGED

    @property
    def old_promise(self) -> Promise | None:
        """Return what the family counts on while it has not been told of the change."""
        return _promised(self.last)


def tellings(session: Session, actor: Actor) -> list[Telling]:
    """Return every family within reach that has a visit ahead, or was told of one that was called off, by time."""
    expected = expected_visits(session, actor, ACTION)
    ids = {visit.referral.id for visit in expected}
    last = _last_notices(session, actor)
    ahead = [
        _telling(visit, last[visit.referral.id][0] if visit.referral.id in last else None)
        for visit in expected
    ]
    return _called_off(last.values(), ids) + ahead


def telling_of(session: Session, actor: Actor, referral: Referral) -> Telling:
    """Return what one family knows. Raises Refused when there is nothing to tell it."""
    for telling in tellings(session, actor):
        if telling.referral.id == referral.id:
            return telling
    raise Refused(_("There is nothing to tell this family now."))


def told_before(session: Session, referral: Referral) -> list[FamilyNotice]:
    """Return everything that a family was told, the last first."""
    return list(
        session.scalars(
            select(FamilyNotice)
            .where(FamilyNotice.referral_id == referral.id)
            .order_by(FamilyNotice.told_at.desc(), FamilyNotice.id.desc())
        )
    )


def count_untold(session: Session, actor: Actor) -> int:
    """Return how many families within reach do not know what is true now."""
    return sum(telling.standing is not Standing.TOLD for telling in tellings(session, actor))


def record_notice(
    session: Session, actor: Actor, referral: Referral, seen: Promise | None, channel: Channel
) -> FamilyNotice:
    """Keep that the family was told of `seen`, the visit as the page showed it.

    Raises Refused when the visit has been changed since, so that nobody is noted as told of the wrong hour.
    """
    telling = telling_of(session, actor, referral)
    if telling.promise != seen:
        raise Refused(_("The visit was changed in the meantime. Look at the new hours, then tell the family."))  # fmt: skip
    notice = FamilyNotice(
        referral_id=referral.id,
        day=seen.day if seen else None,
        from_s=seen.from_s if seen else None,
        to_s=seen.to_s if seen else None,
        channel=channel,
        told_by=actor.id,
        told_by_name=actor.name,
        told_at=clock.now(),
    )
    session.add(notice)
    session.flush()
    audit.record(session, actor, "notice.recorded", referral, channel=channel.value)
    return notice


def _telling(visit: Expected, last: FamilyNotice | None) -> Telling:
    promise = Promise(visit.day, visit.from_s, visit.to_s)
    return Telling(visit.referral, promise, visit.team, last)


def _called_off(last: Iterable[tuple[FamilyNotice, Referral]], ahead: set[str]) -> list[Telling]:
    return [
        Telling(referral, None, "", notice)
        for notice, referral in last
        if notice.day is not None
        and notice.day >= clock.today()
        and referral.id not in ahead
        and referral.state in _COUNTED_ON
    ]


def _last_notices(session: Session, actor: Actor) -> dict[str, tuple[FamilyNotice, Referral]]:
    newest = (
        select(FamilyNotice.referral_id, func.max(FamilyNotice.told_at).label("told_at"))
        .group_by(FamilyNotice.referral_id)
        .subquery()
    )
    rows = session.execute(
        select(FamilyNotice, Referral)
        .join(
            newest,
            (FamilyNotice.referral_id == newest.c.referral_id)
            & (FamilyNotice.told_at == newest.c.told_at),
        )
        .join(Referral, Referral.id == FamilyNotice.referral_id)
        .where(reach(actor, ACTION), Referral.state.in_(_COUNTED_ON))
    )
    return {notice.referral_id: (notice, referral) for notice, referral in rows}


def _promised(notice: FamilyNotice | None) -> Promise | None:
    if notice is None or notice.day is None or notice.from_s is None or notice.to_s is None:
        return None
    return Promise(notice.day, notice.from_s, notice.to_s)
