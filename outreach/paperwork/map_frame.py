"""The ground that a printed map is drawn on: from degrees to millimetres, and what part of the world fits.

A route's stops often lie close together, far from the office. The frame then shows the stops large and lets the way
to the office run off its edge, because it is among the stops that people need a map.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from outreach.paperwork.document import Point

XY = tuple[float, float]

_METRES_A_DEGREE: Final = 111_320.0
_LEAST_EXTENT_M: Final = 800.0
_STOPS_SHARE: Final = 0.42
"""When the stops would fill less than this share of the frame with the office in it, the office is left outside."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of the ground on paper. `mm_a_metre` is its scale; x grows to the east, y downwards."""

    width_mm: float
    height_mm: float
    origin: Point
    centre_mm: XY
    mm_a_metre: float

    def place(self, point: Point) -> XY:
        """Return where a point lies, in millimetres from the upper left corner."""
        east, north = metres_from(self.origin, point)
        return (
            self.centre_mm[0] + east * self.mm_a_metre,
            self.centre_mm[1] - north * self.mm_a_metre,
        )

    def place_degrees(self, lat: float, lon: float) -> XY:
        """Return where a place in degrees lies."""
        return self.place(Point(lat, lon))

    def holds(self, at: XY, margin_mm: float = 0.0) -> bool:
        """Tell whether a place is inside, with room around it."""
        return (
            margin_mm <= at[0] <= self.width_mm - margin_mm
            and margin_mm <= at[1] <= self.height_mm - margin_mm
        )

    def leave(self, inside: XY, outside: XY, margin_mm: float) -> XY:
        """Return where the line from a place inside to one outside crosses the edge."""
        share = 1.0
        for start, end, most in (
            (inside[0], outside[0], self.width_mm - margin_mm),
            (inside[1], outside[1], self.height_mm - margin_mm),
        ):
            if end > most:
                share = min(share, (most - start) / (end - start))
            elif end < margin_mm:
                share = min(share, (margin_mm - start) / (end - start))
        return (
            inside[0] + (outside[0] - inside[0]) * share,
            inside[1] + (outside[1] - inside[1]) * share,
        )


def frame_for(
    office: Point, stops: Sequence[Point], width_mm: float, height_mm: float, padding_mm: float
) -> Frame:
    """Return the frame that shows the stops well, and the office where that costs the stops little."""
    whole = _around([office, *stops], office, width_mm, height_mm, padding_mm)
    if not stops:
        return whole
    close = _around(stops, office, width_mm, height_mm, padding_mm)
    return close if whole.mm_a_metre < close.mm_a_metre * _STOPS_SHARE else whole


def metres_from(origin: Point, point: Point) -> XY:
    """Return how far east and north a point lies; exact enough for a regency (an equirectangular plane)."""
    shrink = math.cos(math.radians(origin.lat))
    return (
        (point.lon - origin.lon) * _METRES_A_DEGREE * shrink,
        (point.lat - origin.lat) * _METRES_A_DEGREE,
    )


def scale_bar(mm_a_metre: float, longest_mm: float) -> tuple[int, float]:
    """Return a round length in metres (1, 2 or 5 of a power of ten) and how long it is on paper."""
    fits = longest_mm / mm_a_metre
    power = 10 ** math.floor(math.log10(fits))
    metres = max(step * power for step in (1, 2, 5) if step * power <= fits)
    return int(metres), metres * mm_a_metre


def _around(
    points: Sequence[Point], origin: Point, width_mm: float, height_mm: float, padding_mm: float
) -> Frame:
    easts, norths = zip(*(metres_from(origin, point) for point in points), strict=True)
    middle = ((min(easts) + max(easts)) / 2, (min(norths) + max(norths)) / 2)
    scale = min(
        (width_mm - 2 * padding_mm) / max(max(easts) - min(easts), _LEAST_EXTENT_M),
        (height_mm - 2 * padding_mm) / max(max(norths) - min(norths), _LEAST_EXTENT_M),
    )
    centre = (width_mm / 2 - middle[0] * scale, height_mm / 2 + middle[1] * scale)
    return Frame(width_mm, height_mm, origin, centre, scale)
