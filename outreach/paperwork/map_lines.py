"""The lines of a printed map: along the roads where they are known, straight and broken where a leg is an estimate.

All in black: breaks tell estimates from roads, thickness the way out from the way back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from outreach.paperwork.document import LatLon
from outreach.paperwork.map_frame import XY, Frame

_OUT_MM: Final = 0.6
_BACK_MM: Final = 0.35
_BROKEN: Final = ' stroke-dasharray="1.6 1.2"'
_EDGE_MM: Final = 1.5
_ARROW_FROM_MM: Final = 11.2
"""A line shorter than this between two marks needs no arrow."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line on paper, in the direction of driving."""

    points: tuple[XY, ...]
    is_road: bool
    is_back: bool

    def svg(self) -> str:
        """Return the line, with an arrow head on its middle where it is long enough to need one."""
        path = " ".join(f"{x:.2f},{y:.2f}" for x, y in self.points)
        return f'<polyline points="{path}" fill="none" stroke-linejoin="round" {self.look}/>{self._arrow()}'

    @property
    def look(self) -> str:
        """The line's attributes."""
        return look(is_road=self.is_road, is_back=self.is_back)

    def _arrow(self) -> str:
        left = sum(math.dist(a, b) for a, b in pairwise(self.points)) / 2
        if left < _ARROW_FROM_MM / 2:
            return ""
        for (ax, ay), (bx, by) in pairwise(self.points):
            step = math.hypot(bx - ax, by - ay)
            if step >= left and step > 0:
                x, y = ax + (bx - ax) * left / step, ay + (by - ay) * left / step
                angle = math.degrees(math.atan2(by - ay, bx - ax))
                return (
                    '<path d="M1.3 0L-1 -1.1V1.1z" '
                    f'transform="translate({x:.2f} {y:.2f}) rotate({angle:.1f})" fill="#000"/>'
                )
            left -= step
        return ""


def look(*, is_road: bool, is_back: bool) -> str:
    """Return the attributes of a kind of line."""
    width = _BACK_MM if is_back else _OUT_MM
    return f'stroke="#000" stroke-width="{width}"{"" if is_road else _BROKEN}'


def strokes(
    frame: Frame, home: XY, marks: Sequence[XY], shown_home: bool, ways: Sequence[Sequence[LatLon]]
) -> list[Stroke]:
    """Return the lines of a route: from the office to each mark in order, and back.

    `ways` holds the points of each leg along the roads, empty for one that is drawn straight from mark to mark; it
    may be empty itself. What leaves the frame is cut off at its edge.
    """
    if not marks:
        return []
    out = home if shown_home else frame.leave(marks[0], home, _EDGE_MM)
    back = home if shown_home else frame.leave(marks[-1], home, _EDGE_MM)
    ends = list(pairwise([out, *marks, back]))
    known = list(ways) or [()] * len(ends)
    drawn: list[Stroke] = []
    for number, (leg, way) in enumerate(zip(ends, known, strict=True), start=1):
        is_back = number == len(ends)
        if not way:
            drawn.append(Stroke(leg, is_road=False, is_back=is_back))
            continue
        points = [frame.place_degrees(lat, lon) for lat, lon in way]
        drawn += [Stroke(tuple(p), is_road=True, is_back=is_back) for p in inside(frame, points)]
    return drawn


def road_strokes(frame: Frame, roads: Iterable[Sequence[LatLon]]) -> Iterable[str]:
    """Give the roads around a route as light grey lines, which a printer in black and white dots."""
    for road in roads:
        points = [frame.place_degrees(lat, lon) for lat, lon in road]
        for piece in inside(frame, points):
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in piece)
            yield f'<polyline points="{path}" fill="none" stroke-linejoin="round" stroke="#bbb" stroke-width="0.5"/>'


def inside(frame: Frame, points: Sequence[XY]) -> Iterable[list[XY]]:
    """Give the pieces of a line that lie within the frame (Liang and Barsky 1984, segment by segment)."""
    piece: list[XY] = []
    for start, end in pairwise(points):
        cut = _cut(start, end, frame.width_mm - 0.5, frame.height_mm - 0.5)
        if cut is None:
            continue
        if piece and piece[-1] != cut[0]:
            yield piece
            piece = []
        piece += [cut[1]] if piece else list(cut)
        if cut[1] != end:
            yield piece
            piece = []
    if piece:
        yield piece


def _cut(start: XY, end: XY, width: float, height: float) -> tuple[XY, XY] | None:
    low, high = 0.0, 1.0
    dx, dy = end[0] - start[0], end[1] - start[1]
    for step, room in (
        (-dx, start[0] - 0.5), (dx, width - start[0]), (-dy, start[1] - 0.5), (dy, height - start[1])
    ):  # fmt: skip
        if step == 0:
            if room < 0:
                return None
            continue
        share = room / step
        if step < 0:
            low = max(low, share)
        else:
            high = min(high, share)
    if low > high:
        return None

    def at(share: float) -> XY:
        return (start[0] + dx * share, start[1] + dy * share)

    return start if low == 0.0 else at(low), end if high == 1.0 else at(high)
