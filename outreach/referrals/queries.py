"""Finding referrals, never further than the person's right reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session

from outreach import policy
from outreach.errors import Forbidden
from outreach.paging import Listing, page_of
from outreach.places.models import District, Village
from outreach.policy import Actor, Relation, Role
from outreach.referrals.flags import bit
from outreach.referrals.models import Referral
from outreach.referrals.searching import matching
from outreach.referrals.states import WAITING, ReferralState

S = ReferralState

PAGE_SIZE: Final = 25
STATE_GROUPS: Final[Mapping[str, tuple[ReferralState, ...]]] = {
    "draft": (S.DRAFT,),
    "returned": (S.RETURNED,),
    "submitted": (S.SUBMITTED,),
    "accepted": (S.ACCEPTED, S.VISITED),
    "scheduled": (S.SCHEDULED,),
    "recorded": (S.RECORDED, S.SENT, S.PRINT_READY, S.PRINTED, S.ENROLMENT_FAILED, S.DUPLICATE_RECORD),
    "delivered": (S.DELIVERED,),
    "closed": (S.CLOSED,),
}  # fmt: skip
"""How a list is divided for people: fewer groups than states."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to: a group of states, a village, words of a name or a tracking code."""

    group: str = ""
    village_code: str = ""
    search: str = ""

    @property
    def count(self) -> int:
        """How many of them narrow the list."""
        return sum(map(bool, (self.group, self.village_code, self.search)))


COMPLETABLE: Final = frozenset({S.SUBMITTED, S.ACCEPTED, S.VISITED})
"""States in which an open question may still be answered by whoever sent it: before a visit is planned."""


def is_incomplete() -> ColumnElement[bool]:
    """Return the condition that a referral was sent, waits for a visit, and has an open question."""
    return Referral.state.in_(COMPLETABLE) & (Referral.flags.bitwise_and(bit("incomplete")) != 0)


def reach(actor: Actor, action: str) -> ColumnElement[bool]:
    """Return the condition that keeps to what the actor may do this with. Raises Forbidden."""
    match policy.relation(actor, action):
        case Relation.ANY:
            return true()
        case Relation.OWN_VILLAGE:
            return Referral.village_code == actor.village_code
        case Relation.OWN_DISTRICT:
            in_district = select(Village.code).where(Village.district_code == actor.district_code)
            return Referral.village_code.in_(in_district)
        case _:
            raise Forbidden(action)


def within(actor: Actor, action: str) -> Select[Referral]:
    """Return the query for every referral that the actor may do this with."""
    return select(Referral).where(reach(actor, action))


def find_referrals(
    session: Session, actor: Actor, filters: Filters, number: int = 1
) -> Listing[Referral]:
    """Return one page of the actor's referrals, last changed first."""
    query = within(actor, "referral.list").where(_not_others_drafts(actor))
    if filters.group == "incomplete":
        query = query.where(is_incomplete())
    elif filters.group in STATE_GROUPS:
        query = query.where(Referral.state.in_(STATE_GROUPS[filters.group]))
    if filters.village_code:
        query = query.where(Referral.village_code == filters.village_code)
    if words := filters.search.strip():
        query = query.where(matching(actor, "referral.list", words))
    query = query.order_by(Referral.changed_at.desc(), Referral.id)
    return page_of(session, query, number, PAGE_SIZE)  # type: ignore[arg-type]


def count_waiting(session: Session, actor: Actor, view: str = "") -> int:
    """Return how many wait for triage."""
    query = select(func.count()).select_from(Referral).where(reach(actor, "triage.list"))
    return session.scalar(query.where(Referral.state.in_(WAITING), _view(view))) or 0


def oldest_waiting(session: Session, actor: Actor) -> datetime | None:
    """Return when the referral that has waited longest for triage was sent."""
    query = select(func.min(Referral.submitted_at)).where(reach(actor, "triage.list"))
    found: datetime | None = session.scalar(query.where(Referral.state.in_(WAITING)))
    return found


def count_by_state(session: Session, actor: Actor) -> dict[ReferralState, int]:
    """Return how many of the actor's referrals are in each state that any is in."""
    query = (
        select(Referral.state, func.count())
        .where(reach(actor, "referral.list"), _not_others_drafts(actor))
        .group_by(Referral.state)
    )
    return dict(session.execute(query).all())


def returned_to(session: Session, actor: Actor, most: int) -> tuple[int, list[Referral]]:
    """Return how many referrals wait for this officer's answer, and those that wait longest.

    A village answers for its own; a district for what it has written itself.
    """
    mine = reach(actor, "referral.submit") & (Referral.state == S.RETURNED)
    if actor.role is not Role.VILLAGE:
        mine &= Referral.created_by == actor.id
    count = session.scalar(select(func.count()).select_from(Referral).where(mine)) or 0
    oldest = select(Referral).where(mine).order_by(Referral.changed_at, Referral.id)
    return count, list(session.scalars(oldest.limit(most)).unique()) if count else []


def villages_seen(session: Session, actor: Actor) -> list[Village]:
    """Return the villages whose referrals the actor may list, by district and name."""
    query = select(Village).join(District).order_by(District.name, Village.name)
    match policy.relation(actor, "referral.list"):
        case Relation.OWN_VILLAGE:
            query = query.where(Village.code == actor.village_code)
        case Relation.OWN_DISTRICT:
            query = query.where(Village.district_code == actor.district_code)
        case None:
            return []
    return list(session.scalars(query))


def _view(view: str) -> ColumnElement[bool]:
    match view:
        case "endorsed":
            return Referral.endorsed_at.is_not(None)
        case "unendorsed":
            return Referral.endorsed_at.is_(None)
    return true()


def _not_others_drafts(actor: Actor) -> ColumnElement[bool]:
    """A draft is its village's own affair until it is sent."""
    if actor.role is Role.VILLAGE:
        return true()
    return or_(Referral.state != S.DRAFT, Referral.created_by == actor.id)
