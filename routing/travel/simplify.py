"""Lines with fewer points: what no map shows is left out."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, hypot, radians

from routing.travel.build import EARTH_M

LatLon = tuple[float, float]


def simplified(points: Sequence[LatLon], near_m: float) -> list[LatLon]:
    """Return a line (latitude, longitude in degrees) without the points that lie within `near_m` metres of it.

    The way of Douglas and Peucker (1973); the first and the last point always stay.
    """
    if len(points) < 3:
        return list(points)
    narrow = cos(radians(points[0][0]))
    flat = [(radians(lon) * narrow * EARTH_M, radians(lat) * EARTH_M) for lat, lon in points]
    kept = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        off, worst = max(
            (_off_m(flat[number], flat[first], flat[last]), number)
            for number in range(first + 1, last)
        )
        if off > near_m:
            kept.add(worst)
            spans += [(first, worst), (worst, last)]
    return [points[number] for number in sorted(kept)]


def _off_m(at: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    share = ((at[0] - start[0]) * dx + (at[1] - start[1]) * dy) / length if length else 0.0
    share = min(max(share, 0.0), 1.0)
    return hypot(at[0] - start[0] - share * dx, at[1] - start[1] - share * dy)
