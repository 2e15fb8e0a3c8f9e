"""The map of a date as one SVG: for paper, and for browsers that run no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians
from typing import Any, Final

from outreach.i18n import gettext as _
from outreach.planning.map_facts import (
    COLOURS,
    DASHES,
    SHAPES,
    DayMap,
    DrawnRoute,
    Mark,
    bounds,
)
from outreach.planning.route_lines import LatLon, Leg

WIDTH: Final = 1000.0
MARGIN: Final = 40.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Places on the ground to places on the sheet: equal scale both ways, north above."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    height: float

    def point(self, at: LatLon) -> tuple[float, float]:
        """Return where a place lies on the sheet."""
        return MARGIN + (at[1] - self.west) * self.scale_x, MARGIN + (
            self.north - at[0]
        ) * self.scale_y

    def path(self, points: Iterable[LatLon]) -> str:
        """Return some places as the points of a line."""
        return " ".join("{:.1f},{:.1f}".format(*self.point(at)) for at in points)

    def holds(self, at: LatLon) -> bool:
        """Tell whether a place is on the sheet."""
        x, y = self.point(at)
        return 0 <= x <= WIDTH and 0 <= y <= self.height


def drawing(facts: DayMap) -> str:
    """Return the drawing with its legend, as HTML."""
    frame = _frame(facts.places)
    pieces = [
        *_outlines(frame, facts.ground),
        *(_line(frame, leg, route.look) for route in facts.routes for leg in route.legs),
        *(_stop(frame, stop, route.look) for route in facts.routes for stop in route.stops),
        _office(frame, facts.office),
    ]
    title = escape(facts.title)
    return (
        f'<svg viewBox="0 0 {WIDTH:.0f} {frame.height:.0f}" role="img" aria-label="{title}">'
        f"{''.join(pieces)}</svg><ul>{''.join(_legend(facts.routes))}</ul>"
    )


def _frame(places: Sequence[LatLon]) -> Frame:
    (south, west), (north, east) = bounds(places)
    narrow = cos(radians((south + north) / 2))
    # At least some two kilometres either way, so that a single house is not blown up to nothing.
    wide, tall = max((east - west) * narrow, 0.02), max(north - south, 0.02)
    scale = (WIDTH - 2 * MARGIN) / max(wide, tall * 1.2)
    return Frame(west, north, scale * narrow, scale, tall * scale + 2 * MARGIN)


def _outlines(frame: Frame, ground: dict[str, Any]) -> Iterable[str]:
    dash = ' stroke-dasharray="2 4"' if ground["estimated"] else ""
    for feature in ground["features"]:
        if feature["geometry"]["type"] != "MultiLineString":
            continue
        width = 0.7 if feature["properties"]["kind"] == "village" else 1.8
        for line in feature["geometry"]["coordinates"]:
            points = [(lat, lon) for lon, lat in line]
            if any(frame.holds(at) for at in points):
                yield (
                    f'<polyline points="{frame.path(points)}" fill="none" stroke="#a89a85" '
                    f'stroke-width="{width}"{dash}/>'
                )


def _line(frame: Frame, leg: Leg, look: int) -> str:
    dash = f' stroke-dasharray="{DASHES[look]}"' if leg.is_straight else ""
    return (
        f'<polyline class="leg" points="{frame.path(leg.points)}" fill="none" '
        f'stroke="{COLOURS[look]}" stroke-width="3"{dash} stroke-linejoin="round"/>'
    )


def _stop(frame: Frame, stop: Mark, look: int) -> str:
    x, y = frame.point(stop.at)
    said = escape(" / ".join([stop.title, *(line for line in stop.lines if line)]))
    return f'<g class="stop" transform="translate({x:.1f} {y:.1f})"><title>{said}</title>{sign(look, stop.label)}</g>'


def sign(look: int, label: str) -> str:
    """Return a team's sign with a number in it, as SVG around the origin."""
    size = 13 if len(label) < 3 else 10
    return (
        f'<path d="{SHAPES[look]}" fill="{COLOURS[look]}" stroke="#fff" stroke-width="1.5"/>'
        f'<text y="4.5" text-anchor="middle" font-size="{size}" font-weight="700" fill="#fff">'
        f"{escape(label)}</text>"
    )


def _office(frame: Frame, home: LatLon) -> str:
    x, y = frame.point(home)
    return (
        f'<g transform="translate({x:.1f} {y:.1f})"><title>{escape(_("Office"))}</title>{HOUSE}</g>'
    )


HOUSE: Final = '<path d="M-11 11V-2L0-12L11-2V11z" fill="#fff" stroke="#211c17" stroke-width="3"/>'
"""The office's sign."""


def _legend(routes: Sequence[DrawnRoute]) -> Iterable[str]:
    for route in routes:
        yield f"<li>{_key(sign(route.look, str(route.number)))} {escape(route.team)}</li>"
    yield f"<li>{_key(HOUSE)} {escape(_('Office'))}</li>"


def _key(sign: str) -> str:
    return f'<svg viewBox="-15 -15 30 30" aria-hidden="true">{sign}</svg>'
