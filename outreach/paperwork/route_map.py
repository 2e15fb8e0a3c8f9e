"""A route drawn for paper, as SVG: numbered stops, the office, the order of the way, names, north and a scale.

Black and white by design: numbers, shapes and line patterns carry everything. The lines are straight and say so:
they show the order, not the road.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

from outreach.i18n import gettext as _
from outreach.paperwork.document import Point
from outreach.paperwork.map_frame import XY, Frame, frame_for, metres_from, scale_bar
from outreach.paperwork.map_labels import Box, box_around, line_boxes, name_box, spread
from outreach.paperwork.words import clean
from outreach.planning.wording import kilometres

_RADIUS: Final = 3.1
_PADDING: Final = 11.0
_NAME: Final = 2.9
_SMALL: Final = 2.6
_BELOW_MM: Final = 9.0
_SOLID: Final = 'stroke="#000" stroke-width="0.55"'
_BACK: Final = 'stroke="#000" stroke-width="0.45" stroke-dasharray="1.6 1.2"'


def route_map(
    office: Point,
    stops: Sequence[Point],
    villages: Iterable[Point] = (),
    *,
    width_mm: float,
    height_mm: float,
) -> Markup:
    """Return the map as one inline SVG of the given size; `stops` are in the order of the route."""
    ground = height_mm - _BELOW_MM
    frame = frame_for(office, stops, width_mm, ground, _PADDING)
    true = [frame.place(stop) for stop in stops]
    drawn = spread(true, 2 * _RADIUS + 0.6, width_mm, ground)
    home = frame.place(office)
    shown_home = frame.holds(home, _RADIUS)
    taken = [box_around(at, _RADIUS + 0.4) for at in drawn]
    taken.append(Box(width_mm - 13, 0, width_mm, 17))
    pieces: list[str] = []
    if shown_home:
        taken.append(box_around(home, _RADIUS + 0.6))
    legs = _legs(frame, home, drawn, shown_home)
    soft = [box for start, end, _style in legs for box in line_boxes(start, end, 1.6)]
    names, placed = _names(frame, villages, taken, soft)
    pieces += names
    pieces += [_line(start, end, style) for start, end, style in legs]
    pieces += [_arrow(start, end) for start, end, _style in legs]
    pieces += [_leader(dot, at) for dot, at in zip(true, drawn, strict=True)]
    pieces += _office(frame, office, stops, home, drawn, shown_home, [*taken, *placed])
    pieces += [_mark(number, at) for number, at in enumerate(drawn, start=1)]
    pieces.append(_north(width_mm - 6.5, 8.5))
    return _sheet(pieces, frame, _below(frame))


def _legs(
    frame: Frame, home: XY, drawn: Sequence[XY], shown_home: bool
) -> list[tuple[XY, XY, str]]:
    """Return the lines of the way: out, from stop to stop, and back (dashed)."""
    if not drawn:
        return []
    out = home if shown_home else frame.leave(drawn[0], home, 1.5)
    back = home if shown_home else frame.leave(drawn[-1], home, 1.5)
    way = [out, *drawn]
    legs = [(start, end, _SOLID) for start, end in pairwise(way)]
    return [*legs, (drawn[-1], back, _BACK)]


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


def _line(start: XY, end: XY, style: str) -> str:
    return f'<line x1="{start[0]:.2f}" y1="{start[1]:.2f}" x2="{end[0]:.2f}" y2="{end[1]:.2f}" {style}/>'


def _arrow(start: XY, end: XY) -> str:
    """Return an arrow head on the middle of a line that is long enough to need one."""
    length = math.dist(start, end)
    if length < 2 * _RADIUS + 5:
        return ""
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    angle = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
    return f'<path d="M1.3 0L-1 -1.1V1.1z" transform="translate({x:.2f} {y:.2f}) rotate({angle:.1f})" fill="#000"/>'


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


def _below(frame: Frame) -> str:
    """Return the line below the ground: the scale bar, what the lines mean, and that they are no roads."""
    metres, length = scale_bar(frame.mm_a_metre, 40)
    top = frame.height_mm + 4.6
    label = kilometres(metres) if metres >= 1000 else _("%(metres)s m", metres=metres)
    legend = _("Straight lines show the order, not the road.")
    x = 4 + length
    bar = (
        f'<path d="M2 {top - 1.6:.2f}v1.6h{length:.2f}v-1.6" fill="none" stroke="#000" stroke-width="0.5"/>'
        f'<text x="{x:.2f}" y="{top:.2f}" font-size="{_NAME}">{escape(label)}</text>'
    )
    at = x + 16
    out, back = escape(_("way out")), escape(_("way back"))
    keys = (
        f'<line x1="{at}" y1="{top - 1:.2f}" x2="{at + 9}" y2="{top - 1:.2f}" {_SOLID}/>'
        f'<text x="{at + 10.5}" y="{top:.2f}" font-size="{_NAME}">{out}</text>'
        f'<line x1="{at + 32}" y1="{top - 1:.2f}" x2="{at + 41}" y2="{top - 1:.2f}" {_BACK}/>'
        f'<text x="{at + 42.5}" y="{top:.2f}" font-size="{_NAME}">{back}</text>'
    )
    note = (
        f'<text x="{frame.width_mm - 2:.2f}" y="{top:.2f}" font-size="{_NAME}" font-weight="700" '
        f'text-anchor="end">{escape(legend)}</text>'
    )
    return bar + keys + note


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
