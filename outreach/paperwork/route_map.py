"""A route drawn for paper, as SVG: numbered stops, the office, the order of the way, names, north and a scale.

Black and white by design: numbers, shapes and line patterns carry everything. Where no road is known the lines are
straight, broken, and say that they show the order and not the road.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

from outreach.i18n import gettext as _
from outreach.paperwork.document import LatLon, Point
from outreach.paperwork.map_frame import XY, Frame, frame_for, metres_from, scale_bar
from outreach.paperwork.map_labels import Box, box_around, line_boxes, name_box, spread
from outreach.paperwork.map_lines import look, road_strokes, strokes
from outreach.paperwork.words import clean
from outreach.planning.wording import kilometres

_RADIUS: Final = 3.1
_PADDING: Final = 11.0
_NAME: Final = 2.9
_SMALL: Final = 2.6
_BELOW_MM: Final = 9.0


def route_map(
    office: Point,
    stops: Sequence[Point],
    villages: Iterable[Point] = (),
    ways: Sequence[Sequence[LatLon]] = (),
    roads: Iterable[Sequence[LatLon]] = (),
    *,
    width_mm: float,
    height_mm: float,
) -> Markup:
    """Return the map as one inline SVG of the given size; `stops` are in the order of the route.

    `ways` holds the points of each leg along the roads, the way back last; empty ones are drawn straight. `roads` are
    drawn lightly below everything.
    """
    ground = height_mm - _BELOW_MM
    frame = frame_for(office, stops, width_mm, ground, _PADDING)
    true = [frame.place(stop) for stop in stops]
    drawn = spread(true, 2 * _RADIUS + 0.6, width_mm, ground)
    home = frame.place(office)
    shown_home = frame.holds(home, _RADIUS)
    taken = [box_around(at, _RADIUS + 0.4) for at in drawn]
    taken.append(Box(width_mm - 13, 0, width_mm, 17))
    under = list(road_strokes(frame, roads))
    pieces: list[str] = list(under)
    if shown_home:
        taken.append(box_around(home, _RADIUS + 0.6))
    lines = strokes(frame, home, drawn, shown_home, ways)
    soft = [box for line in lines for leg in pairwise(line.points) for box in line_boxes(*leg, 1.6)]
    names, placed = _names(frame, villages, taken, soft)
    pieces += names
    pieces += [line.svg() for line in lines]
    pieces += [_leader(dot, at) for dot, at in zip(true, drawn, strict=True)]
    pieces += _office(frame, office, stops, home, drawn, shown_home, [*taken, *placed])
    pieces += [_mark(number, at) for number, at in enumerate(drawn, start=1)]
    pieces.append(_north(width_mm - 6.5, 8.5))
    has_roads = any(line.is_road for line in lines)
    if has_roads or under:
        pieces.append(_credit(frame))
    has_straight = not has_roads or any(not line.is_road for line in lines)
    return _sheet(pieces, frame, _below(frame, has_roads, has_straight))


def _names(
    frame: Frame, villages: Iterable[Point], taken: Sequence[Box], soft: Sequence[Box]
) -> tuple[list[str], list[Box]]:
    """Return the villages' dots and names that fit: off the lines where possible, else across them, else not at all."""
    placed: list[Box] = []
    pieces = []
    for village in villages:
        at = frame.place(village)
        name = clean(village.name, 28)
        if not name or not frame.holds(at, 1.5):
            continue
        hard = [*taken, *placed]
        box = name_box(
            at, name, [*hard, *soft], _NAME, frame.width_mm, frame.height_mm
        ) or name_box(at, name, hard, _NAME, frame.width_mm, frame.height_mm)
        if box is None:
            continue
        placed += [box, box_around(at, 0.8)]
        pieces.append(
            f'<circle cx="{at[0]:.2f}" cy="{at[1]:.2f}" r="0.55" fill="#fff" stroke="#444" stroke-width="0.3"/>'
            + _text(
                name, (box.left + box.right) / 2, (box.top + box.bottom) / 2, _NAME, fill="#333"
            )
        )
    return pieces, placed


def _office(
    frame: Frame,
    office: Point,
    stops: Sequence[Point],
    home: XY,
    drawn: Sequence[XY],
    shown: bool,
    taken: Sequence[Box],
) -> list[str]:
    if shown:
        x, y = home
        half = _RADIUS * 0.95
        house = (
            f'<path d="M{x - half:.2f} {y + half:.2f}v{-half * 1.2:.2f}l{half:.2f} {-half:.2f}'
            f'l{half:.2f} {half:.2f}v{half * 1.2:.2f}z" fill="#000" stroke="#fff" stroke-width="0.4"/>'
        )
        label = _("Office")
        others = [box for box in taken if box != box_around(home, _RADIUS + 0.6)]
        box = name_box(
            (x + _RADIUS * 0.6, y), label, others, _NAME, frame.width_mm, frame.height_mm
        )
        if box is None:
            return [house]
        return [
            house,
            _text(label, (box.left + box.right) / 2, (box.top + box.bottom) / 2, _NAME, bold=True),
        ]
    if not drawn:
        return []
    at = frame.leave(drawn[0], home, 1.5)
    metres = math.hypot(*metres_from(office, stops[0]))
    label = _("Office, %(distance)s away in a straight line", distance=kilometres(round(metres)))
    length = len(label) * _SMALL * 0.5
    x = min(max(at[0], length / 2 + 2), frame.width_mm - length / 2 - 15)
    y = min(max(at[1], 5), frame.height_mm - 4)
    return [_text(label, x, y, _SMALL, bold=True)]


def _mark(number: int, at: XY) -> str:
    size = 3.6 if number < 100 else 2.6
    return (
        f'<circle cx="{at[0]:.2f}" cy="{at[1]:.2f}" r="{_RADIUS}" fill="#fff" stroke="#000" stroke-width="0.6"/>'
        f'<text x="{at[0]:.2f}" y="{at[1] + size * 0.35:.2f}" font-size="{size}" font-weight="700" '
        f'text-anchor="middle">{number}</text>'
    )


def _leader(dot: XY, at: XY) -> str:
    """Return a thin line from a house to its mark, where the mark had to give way."""
    if math.dist(dot, at) < _RADIUS:
        return ""
    return (
        f'<line x1="{dot[0]:.2f}" y1="{dot[1]:.2f}" x2="{at[0]:.2f}" y2="{at[1]:.2f}" stroke="#000" stroke-width="0.25"/>'
        f'<circle cx="{dot[0]:.2f}" cy="{dot[1]:.2f}" r="0.7" fill="#000"/>'
    )


def _text(
    text: str, x: float, y: float, size: float, *, bold: bool = False, fill: str = "#000"
) -> str:
    """Return centred text on a white edge, so that lines below do not cross it."""
    place = f'x="{x:.2f}" y="{y + size * 0.35:.2f}" font-size="{size}" text-anchor="middle"'
    weight = ' font-weight="700"' if bold else ""
    words = escape(text)
    return (
        f'<text {place}{weight} fill="#fff" stroke="#fff" stroke-width="1.1" stroke-linejoin="round">{words}</text>'
        f'<text {place}{weight} fill="{fill}">{words}</text>'
    )


def _north(x: float, y: float) -> str:
    north = escape(_("North")[:1])
    return (
        f'<g transform="translate({x:.2f} {y:.2f})"><circle r="5.8" fill="#fff"/>'
        '<path d="M0 -4.2L2.3 3.4L0 1.7L-2.3 3.4z" fill="#000"/>'
        f'<text y="7.2" font-size="3.2" font-weight="700" text-anchor="middle">{north}</text></g>'
    )


def _credit(frame: Frame) -> str:
    """Return whose roads these are, as their licence (ODbL) asks."""
    words = escape(_("Roads: © OpenStreetMap contributors"))
    place = f'x="{frame.width_mm - 1.5:.2f}" y="{frame.height_mm - 1.5:.2f}" font-size="2.3"'
    return (
        f'<text {place} text-anchor="end" stroke="#fff" stroke-width="1.1" fill="#fff">{words}</text>'
        f'<text {place} text-anchor="end">{words}</text>'
    )


def _below(frame: Frame, has_roads: bool, has_straight: bool) -> str:
    """Return the line below the ground: the scale bar, what the lines mean, and that straight ones are no roads."""
    metres, length = scale_bar(frame.mm_a_metre, 40)
    top = frame.height_mm + 4.6
    label = kilometres(metres) if metres >= 1000 else _("%(metres)s m", metres=metres)
    bar = (
        f'<path d="M2 {top - 1.6:.2f}v1.6h{length:.2f}v-1.6" fill="none" stroke="#000" stroke-width="0.5"/>'
        f'<text x="{4 + length:.2f}" y="{top:.2f}" font-size="{_NAME}">{escape(label)}</text>'
    )
    if has_roads:
        keys = [(_("along the road"), look(is_road=True, is_back=False), 34)]
        if has_straight:
            keys.append((_("straight-line estimate"), look(is_road=False, is_back=False), 46))
    else:
        keys = [(_("way out"), look(is_road=False, is_back=False), 30)]
    keys.append((_("way back"), look(is_road=has_roads, is_back=True), 0))
    at = 20 + length
    for words, style, room in keys:
        bar += (
            f'<line x1="{at:.2f}" y1="{top - 1:.2f}" x2="{at + 9:.2f}" y2="{top - 1:.2f}" {style}/>'
            f'<text x="{at + 10.5:.2f}" y="{top:.2f}" font-size="{_NAME}">{escape(words)}</text>'
        )
        at += room
    if has_roads:
        return bar
    note = escape(_("Straight lines show the order, not the road."))
    return bar + (
        f'<text x="{frame.width_mm - 2:.2f}" y="{top:.2f}" font-size="{_NAME}" font-weight="700" '
        f'text-anchor="end">{note}</text>'
    )


def _sheet(pieces: Iterable[str], frame: Frame, below: str) -> Markup:
    width, height = frame.width_mm, frame.height_mm
    edge = (
        f'<rect x="0.3" y="0.3" width="{width - 0.6:.2f}" height="{height - 0.6:.2f}" fill="none" '
        'stroke="#000" stroke-width="0.4"/>'
    )
    title = escape(_("Map of the route"))
    return Markup(  # noqa: S704 - numbers of our own and escaped text
        f'<svg class="route-map" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{title}" '
        f'width="{width}mm" height="{height + _BELOW_MM}mm" viewBox="0 0 {width} {height + _BELOW_MM}">'
        f"{''.join(pieces)}{edge}{below}</svg>"
    )
