"""Visits as an iCalendar file (RFC 5545), for the calendars of villages and teams.

Calendars are copied to other places, so an entry holds the place, the span and a number: no name, no NIK, no word about
health.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date

from outreach import clock
from outreach.i18n import gettext as _
from outreach.i18n import ngettext
from outreach.planning.expected import Expected
from outreach.planning.models import Route


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `uid` stays the same when it is fetched again, times are seconds of the day."""

    uid: str
    day: date
    from_s: int
    to_s: int
    summary: str
    location: str
    description: str


def of_village(visits: Iterable[Expected]) -> str:
    """Return the visits that a village expects: the promised span, and what to prepare."""
    title = _("KTP-el recording at home")
    return _written(
        Entry(
            f"{visit.referral.id}-{visit.referral.attempts}",  # moved, it takes the old entry's place
            visit.day,
            visit.from_s,
            visit.to_s,
            f"{title} {visit.referral.tracking_code}",
            ", ".join(filter(None, (visit.referral.hamlet, visit.referral.village.label))),
            "; ".join(visit.prepare),
        )
        for visit in visits
    )


def of_team(routes: Iterable[Route]) -> str:
    """Return a team's stops as they are planned, with how many people are recorded at each."""
    return _written(
        Entry(
            f"{route.day:%Y%m%d}-{route.team_id}-{stop.position}",
            route.day,
            stop.arrive_s,
            stop.depart_s,
            _(
                "%(team)s, stop %(number)s: %(people)s",
                team=route.team.name,
                number=stop.position,
                people=ngettext("%(num)s person", "%(num)s people", len(stop.visits)),
            ),
            ", ".join(
                dict.fromkeys(
                    part
                    for visit in stop.visits
                    for part in (visit.referral.hamlet, visit.referral.village.label)
                    if part
                )
            ),
            _("Plan %(number)s", number=route.version.label),
        )
        for route in routes
        for stop in route.stops
    )


def _written(entries: Iterable[Entry]) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dispendukcapil Sragen//Sambang//ID"]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{entry.uid}@sambang",
            f"DTSTAMP:{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART:{_moment(entry.day, entry.from_s)}",
            f"DTEND:{_moment(entry.day, entry.to_s)}",
            f"SUMMARY:{_escaped(entry.summary)}",
            f"LOCATION:{_escaped(entry.location)}",
            f"DESCRIPTION:{_escaped(entry.description)}",
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
