"""The document in the map's frame: the routes of one date, drawn as SVG without script and without a network.

It shows order and place, not roads: lines are straight. People appear by the initials of their names only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from math import cos, radians
from typing import Final

from sqlalchemy.orm import Session

from outreach.i18n import current_language, format_date, format_time
from outreach.i18n import gettext as _
from outreach.places.service import office
from outreach.planning.models import PlanVersion, Route, Stop

COLOURS: Final = (
    "#0b5fa5", "#b04a00", "#00694c", "#8d2f73", "#5b4a00", "#3f3f9c", "#9c1b1b", "#3d4a52",
)  # fmt: skip
"""The team colours of static/css/tokens.css; each stands beside the team's number."""
DASHES: Final = ("", "10 6", "2 7", "14 6 2 6", "6 4", "18 6", "4 8", "12 4 4 4")
WIDTH: Final = 1000.0
MARGIN: Final = 40.0
_STYLE: Final = (
    "body{margin:0;font:15px system-ui,sans-serif;color:#211c17;background:#fdfaf5}"
    "svg{display:block;width:100%;height:auto;max-height:82vh}"
    "ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:.5rem;padding:0}"
    "i{display:inline-block;width:1.2em;height:1.2em;border-radius:50%;margin-right:.4em;color:#fff;"
    "text-align:center;font:bold .8em/1.5 system-ui}"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """Places on the ground to places on the sheet: equal scale both ways, north above."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    height: float

    def point(self, lat: float, lon: float) -> tuple[float, float]:
        """Return where a place lies on the sheet."""
        return (
            MARGIN + (lon - self.west) * self.scale_x,
            MARGIN + (self.north - lat) * self.scale_y,
        )


def html(session: Session, version: PlanVersion, day: date) -> str:
    """Return the document for one date of a version."""
    routes = [route for route in version.routes if route.day == day]
    start = office(session)
    home = (start.lat, start.lon)
    frame = _frame([home, *((stop.lat, stop.lon) for route in routes for stop in route.stops)])
    lines = [_line(frame, home, route, number) for number, route in enumerate(routes, start=1)]
    stops = [
        _stop(frame, stop, number)
        for number, route in enumerate(routes, start=1)
        for stop in route.stops
    ]
    title = escape(_("Map of the routes on %(day)s", day=format_date(day)))
    return (
        f'<!doctype html><html lang="{current_language()}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>"
        f'<svg viewBox="0 0 {WIDTH:.0f} {frame.height:.0f}" role="img" aria-label="{title}">'
        f"{''.join(lines)}{''.join(stops)}{_office(frame, home)}</svg>"
        f"<ul>{''.join(_legend(routes))}</ul></body></html>"
    )


def _frame(places: Sequence[tuple[float, float]]) -> Frame:
    south, north = min(lat for lat, _lon in places), max(lat for lat, _lon in places)
    west, east = min(lon for _lat, lon in places), max(lon for _lat, lon in places)
    narrow = cos(radians((south + north) / 2))
    # At least some two kilometres either way, so that a single house is not blown up to nothing.
    wide, tall = max((east - west) * narrow, 0.02), max(north - south, 0.02)
    scale = (WIDTH - 2 * MARGIN) / max(wide, tall * 1.2)
    return Frame(west, north, scale * narrow, scale, tall * scale + 2 * MARGIN)


def _line(frame: Frame, home: tuple[float, float], route: Route, number: int) -> str:
    places = [home, *((stop.lat, stop.lon) for stop in route.stops), home]
    points = " ".join("{:.1f},{:.1f}".format(*frame.point(*place)) for place in places)
    look = (number - 1) % len(COLOURS)
    return (
        f'<polyline points="{points}" fill="none" stroke="{COLOURS[look]}" stroke-width="3" '
        f'stroke-dasharray="{DASHES[look]}" stroke-linejoin="round"/>'
    )


def _stop(frame: Frame, stop: Stop, number: int) -> str:
    x, y = frame.point(stop.lat, stop.lon)
    people = ", ".join(initials(visit.referral.resident.name) for visit in stop.visits)
    said = escape(f"{number}.{stop.position}  {format_time(stop.arrive_s)}  {people}")
    colour = COLOURS[(number - 1) % len(COLOURS)]
    return (
        f"<g><title>{said}</title>"
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="12" fill="{colour}" stroke="#fff" stroke-width="2"/>'
        f'<text x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle" font-size="14" font-weight="bold" '
        f'fill="#fff">{stop.position}</text></g>'
    )


def _office(frame: Frame, home: tuple[float, float]) -> str:
    x, y = frame.point(*home)
    return (
        f"<g><title>{escape(_('Office'))}</title>"
        f'<rect x="{x - 11:.1f}" y="{y - 11:.1f}" width="22" height="22" fill="#fff" '
        f'stroke="#3a2212" stroke-width="4"/></g>'
    )


def _legend(routes: Sequence[Route]) -> Iterable[str]:
    for number, route in enumerate(routes, start=1):
        colour = COLOURS[(number - 1) % len(COLOURS)]
        yield f'<li><i style="background:{colour}">{number}</i>{escape(route.team.name)}</li>'
    yield f"<li>&#9633; {escape(_('Office'))}</li>"


def initials(name: str) -> str:
    """Return the initials of a name: "M.T."."""
    return "".join(f"{part[0]}." for part in name.split() if part)
