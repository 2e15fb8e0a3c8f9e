"""The visits that people may count on: those of approved plans, from today on, with the span that is promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.i18n import N_, translate
from outreach.i18n import gettext as _
from outreach.planning.models import PlanState, PlanVersion, Route, Stop, Visit
from outreach.planning.promise import promised_window
from outreach.policy import Actor
from outreach.referrals.conditions import POWER
from outreach.referrals.models import Referral
from outreach.referrals.queries import reach
from outreach.referrals.states import ReferralState

_FOR_ALL: Final = (
    N_("One family member at home"),
    N_("The family card (KK)"),
)


@dataclass(frozen=True, slots=True)
class Expected:
    """One resident who is visited: the day, and from when to when the team may come (seconds of the day)."""

    day: date
    from_s: int
    to_s: int
    team: str
    referral: Referral
    prepare: tuple[str, ...]


def expected_visits(session: Session, actor: Actor, action: str) -> list[Expected]:
    """Return the visits that stand on approved plans from today on, by time, as far as the action reaches."""
    rows = session.execute(
        select(Visit, Stop, Route)
        .join(Stop, Visit.stop_id == Stop.id)
        .join(Route, Stop.route_id == Route.id)
        .join(PlanVersion, Route.version_id == PlanVersion.id)
        .join(Referral, Visit.referral_id == Referral.id)
        .where(
            reach(actor, action),
            Referral.state == ReferralState.SCHEDULED,
            PlanVersion.state == PlanState.APPROVED,
            Route.replaced_by.is_(None),
            Route.day >= clock.today(),
        )
        .order_by(Route.day, Stop.arrive_s, Visit.position)
    )
    return [
        Expected(
            route.day,
            *promised_window(stop.arrive_s),
            route.team.name,
            visit.referral,
            preparations(visit.referral),
        )
        for visit, stop, route in rows
    ]


def preparations(referral: Referral) -> tuple[str, ...]:
    """Return what the village and the family get ready for a visit, in words; nothing about health."""
    lines = [translate(line) for line in _FOR_ALL]
    power = POWER.get(referral.house_power)
    if power is None or (power.va is None and not power.needs_generator):
        lines.append(_("Ask what power the house has: the kit needs about 900 VA"))
    elif power.needs_generator:
        lines.append(_("A neighbour's house with 900 VA, or room for the team's generator"))
    if "guide" in referral.needs:
        lines.append(_("Provide somebody at the village hall who shows the way"))
    if "escort" in referral.needs:
        lines.append(_("Provide somebody of the village office who comes along"))
    if not referral.contact_phone and "no_phone" in (referral.ticked or ()):
        lines.append(_("Word through the hamlet head or RT: the family has no phone"))
    elif not referral.contact_phone:
        lines.append(_("Word through the hamlet head or RT: no phone number is known"))
    return tuple(lines)
