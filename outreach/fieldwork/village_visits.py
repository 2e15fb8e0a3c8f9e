"""What a village is told about its own visits: who is visited when, what to prepare, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, timedelta
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

RECENT_DAYS: Final = 30
"""How far back the page tells what came of visits."""
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


def expected_visits(session: Session, actor: Actor) -> list[Expected]:
    """Return the visits that stand on approved plans from today on, within the actor's reach, by time."""
    rows = session.execute(
        select(Visit, Stop, Route)
        .join(Stop, Visit.stop_id == Stop.id)
        .join(Route, Stop.route_id == Route.id)
        .join(PlanVersion, Route.version_id == PlanVersion.id)
        .join(Referral, Visit.referral_id == Referral.id)
        .where(
            reach(actor, "visit.list"),
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


def recent_results(session: Session, actor: Actor) -> list[Referral]:
    """Return the residents of whom something came after a visit in the last month, newest first."""
    after_visit = (
        ReferralState.VISITED, ReferralState.RECORDED, ReferralState.SENT, ReferralState.PRINT_READY,
        ReferralState.PRINTED, ReferralState.DELIVERED, ReferralState.ENROLMENT_FAILED,
        ReferralState.DUPLICATE_RECORD,
    )  # fmt: skip
    since = clock.now() - timedelta(days=RECENT_DAYS)
    query = (
        select(Referral)
        .where(
            reach(actor, "visit.list"),
            Referral.state.in_(after_visit),
            Referral.changed_at >= since,
        )
        .order_by(Referral.changed_at.desc())
    )
    return list(session.scalars(query).unique())


def preparations(referral: Referral) -> tuple[str, ...]:
    """Return what the village and the family get ready for a visit, in words; nothing about health."""
    lines = [translate(line) for line in _FOR_ALL]
    power = POWER.get(referral.house_power)
    if power is None or (power.va is None and not power.needs_generator):
        lines.append(_("Ask what power the house has: the kit needs about 900 VA"))
    elif power.needs_generator:
        lines.append(_("A neighbour's house with 900 VA, or room for the team's generator"))
    if not referral.contact_phone:
        lines.append(_("Word through the hamlet head or RT: the family has no phone"))
    return tuple(lines)


def calendar_file(visits: list[Expected]) -> str:
    """Return the visits as an iCalendar file (RFC 5545).

    Calendars are copied to other places, so an entry holds the place, the span and the tracking code: no name, no
    NIK, no word about health.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dispendukcapil Sragen//Sambang//ID"]
    for visit in visits:
        referral, title = visit.referral, _("KTP-el recording at home")
        place = ", ".join(filter(None, (referral.hamlet, referral.village.label)))
        lines += [
            "BEGIN:VEVENT",
            f"UID:{referral.id}-{visit.day:%Y%m%d}@sambang",
            f"DTSTAMP:{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART:{_moment(visit.day, visit.from_s)}",
            f"DTEND:{_moment(visit.day, visit.to_s)}",
            f"SUMMARY:{_escaped(title)} {referral.tracking_code}",
            f"LOCATION:{_escaped(place)}",
            f"DESCRIPTION:{_escaped('; '.join(visit.prepare))}",
            "END:VEVENT",
        ]
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _moment(day: date, second: int) -> str:
    return f"{clock.at_office(day, second).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line has at most 75 octets; what is longer goes on after a blank."""
    parts, part = [], ""
    for character in line:
        if len((part + character).encode()) > 73:
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part]) + "\r\n"
