"""A team that is closed at once, as after a positive test: its visits go back to the waiting list, first in line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Refused
from outreach.i18n import format_date, ngettext
from outreach.i18n import gettext as _
from outreach.planning.models import Plan, PlanState, PlanVersion, Route
from outreach.planning.turns import wait_for_turn
from outreach.policy import Actor
from outreach.referrals.life import change_state
from outreach.referrals.models import Referral, ReferralEvent
from outreach.referrals.states import ReferralState
from outreach.teams.affected import on_affected
from outreach.teams.decree_models import DecreeLevel
from outreach.teams.decrees import set_decree
from outreach.teams.models import Team

LONGEST_DAYS: Final = 60
CALLED_OFF: Final = "called_off"
"""The kind of event of a person whose approved visit the office itself called off."""
CALLED_OFF_POINTS: Final = 100
"""More points in the next plans for whoever was promised a visit that the office called off."""


@dataclass(frozen=True, slots=True)
class Closure:
    """What closing a team touches: its approved routes from the first day on, and the people on them who still wait."""

    team: Team
    first: date
    last: date
    routes: tuple[Route, ...]

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans that lose routes."""
        return tuple({route.version.plan_id: route.version.plan for route in self.routes}.values())

    @property
    def people(self) -> list[tuple[Referral, date]]:
        """Whoever counts on a visit that does not take place, with its date."""
        return [
            (visit.referral, route.day)
            for route in self.routes
            for stop in route.stops
            for visit in stop.visits
            if visit.referral.state is ReferralState.SCHEDULED
        ]


def what_closing_touches(session: Session, team: Team, first: date, days: int) -> Closure:
    """Return what closing a team for so many days would touch, without doing it. Raises Refused."""
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(_("Write a number from 1 to %(most)s.", most=LONGEST_DAYS), field="days")
    if first < clock.today():
        raise Refused(_("This day has passed."), field="first")
    last = first + timedelta(days=days - 1)
    routes = session.scalars(
        select(Route)
        .join(PlanVersion, Route.version_id == PlanVersion.id)
        .where(
            Route.team_id == team.id,
            Route.day.between(first, last),
            Route.replaced_by.is_(None),
            PlanVersion.state == PlanState.APPROVED,
        )
        .order_by(Route.day)
    )
    return Closure(team, first, last, tuple(routes))


def close_team(
    session: Session, actor: Actor, team: Team, first: date, days: int, letter_number: str
) -> Closure:
    """Close a team by a decree: its approved routes stand no more, their people wait again and go first.

    Raises Refused, with the field.
    """
    policy.allow(actor, "team.close", team)
    wait_for_turn(session)
    closure = what_closing_touches(session, team, first, days)
    people = closure.people
    set_decree(
        session, actor, first=first, last=closure.last, level=DecreeLevel.SUSPENDED,
        letter_number=letter_number, team_id=team.id,
    )  # fmt: skip
    for referral, day in people:
        change_state(
            session, actor, referral, ReferralState.ACCEPTED, kind=CALLED_OFF, day=day.isoformat()
        )
    for route in closure.routes:
        route.returned_reason = _("The team is closed: %(letter)s", letter=letter_number)
        route.replaced_by = route.version_id
    audit.record(
        session, actor, "team.closed", team, code=team.code, first=first, last=closure.last,
        routes=len(closure.routes), people=len(people),
    )  # fmt: skip
    return closure


def called_off(session: Session, referral_ids: list[str]) -> set[str]:
    """Return those of these referrals whose visit the office called off, and who were not visited since."""
    found: dict[str, str] = {}
    rows = session.execute(
        select(ReferralEvent.referral_id, ReferralEvent.kind)
        .where(
            ReferralEvent.kind.in_((CALLED_OFF, "visited", "outcome")),
            ReferralEvent.referral_id.in_(referral_ids),
        )
        .order_by(ReferralEvent.at, ReferralEvent.id)
    )
    for referral_id, kind in rows:
        found[referral_id] = kind
    return {key for key, kind in found.items() if kind == CALLED_OFF}


@on_affected
def _approved_plans(session: Session, first: date, last: date | None) -> list[str]:
    """Say which approved plans visit people on these dates."""
    query = (
        select(Route)
        .join(PlanVersion, Route.version_id == PlanVersion.id)
        .where(
            PlanVersion.state == PlanState.APPROVED, Route.replaced_by.is_(None), Route.day >= first
        )
        .order_by(Route.day, Route.position)
    )
    if last is not None:
        query = query.where(Route.day <= last)
    people: dict[tuple[str, date], int] = {}
    for route in session.scalars(query):
        key = (route.version.label, route.day)
        people[key] = people.get(key, 0) + route.people
    return [
        ngettext(
            "Approved plan %(label)s visits %(num)d person on %(day)s. Change it, and tell the family.",
            "Approved plan %(label)s visits %(num)d people on %(day)s. Change it, and tell the families.",
            count, label=label, day=format_date(day),
        )
        for (label, day), count in people.items()
    ]  # fmt: skip
