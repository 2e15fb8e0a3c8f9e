"""What a village is told about its own visits: who is visited when, what to prepare, and what came of it."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.i18n import gettext as _
from outreach.planning.expected import Expected
from outreach.policy import Actor
from outreach.referrals.models import Referral
from outreach.referrals.queries import reach
from outreach.referrals.states import ReferralState

RECENT_DAYS: Final = 30
"""How far back the page tells what came of visits."""


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
