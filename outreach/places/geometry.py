"""Areas on the ground: is a point inside, how far is it from the edge, and cells around given centres.

Points are (longitude, latitude) in degrees, as in GeoJSON (RFC 7946). A polygon is an outer ring and its holes; a
ring ends where it begins. Everything here is regency-sized: metres are taken on a plane that touches the earth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, pi, radians, sin
from typing import Final

from outreach.places.coordinates import METRES_PER_DEGREE

Point = tuple[float, float]
Ring = tuple[Point, ...]
Polygon = tuple[Ring, ...]

_CORNERS: Final = 24
_NEAR_DEGREES: Final = 0.001


@dataclass(frozen=True, slots=True)
class Area:
    """One or more polygons, with the box around them."""

    polygons: tuple[Polygon, ...]
    west: float
    south: float
    east: float
    north: float

    def contains(self, point: Point) -> bool:
        """Tell whether a point lies inside (even-odd rule, so that holes are outside)."""
        lon, lat = point
        if not (self.west <= lon <= self.east and self.south <= lat <= self.north):
            return False
        return any(_in_polygon(polygon, point) for polygon in self.polygons)

    def is_near(self, other: Area) -> bool:
        """Tell whether the boxes around two areas meet, or lie within some 100 m of each other."""
        return (
            self.west - _NEAR_DEGREES <= other.east
            and other.west <= self.east + _NEAR_DEGREES
            and self.south - _NEAR_DEGREES <= other.north
            and other.south <= self.north + _NEAR_DEGREES
        )

    def distance_m(self, point: Point) -> float:
        """Return the metres from a point to the area: 0 inside."""
        if self.contains(point):
            return 0.0
        return min(
            _to_segment_m(point, start, end)
            for polygon in self.polygons
            for start, end in pairwise(polygon[0])
        )

    def segments(self) -> Iterator[tuple[Point, Point]]:
        """Give every piece of every ring."""
        for polygon in self.polygons:
            for ring in polygon:
                yield from pairwise(ring)


def area_of(polygons: Iterable[Polygon]) -> Area:
    """Return the area of some polygons. Raises ValueError where there is no ring of three corners."""
    kept = tuple(polygons)
    if not kept or any(len(ring) < 4 or ring[0] != ring[-1] for p in kept for ring in p):
        raise ValueError("a ring has at least three corners and ends where it begins")
    corners = [corner for polygon in kept for corner in polygon[0]]
    lons, lats = [lon for lon, _ in corners], [lat for _, lat in corners]
    return Area(kept, min(lons), min(lats), max(lons), max(lats))


def _in_polygon(polygon: Polygon, point: Point) -> bool:
    lon, lat = point
    inside = False
    for ring in polygon:
        for (ax, ay), (bx, by) in pairwise(ring):
            if (ay > lat) != (by > lat) and lon < (bx - ax) * (lat - ay) / (by - ay) + ax:
                inside = not inside
    return inside


def _metres(point: Point, origin: Point) -> tuple[float, float]:
    narrow = cos(radians(origin[1]))
    return (
        (point[0] - origin[0]) * METRES_PER_DEGREE * narrow,
        (point[1] - origin[1]) * METRES_PER_DEGREE,
    )


def _to_segment_m(point: Point, start: Point, end: Point) -> float:
    (ax, ay), (bx, by) = _metres(start, point), _metres(end, point)
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else min(1.0, max(0.0, -(ax * dx + ay * dy) / length))
    return hypot(ax + along * dx, ay + along * dy)


def beside(start: Point, end: Point, off_m: float) -> tuple[Point, Point]:
    """Return the two points that lie `off_m` metres left and right of the middle of a segment."""
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    dx, dy = _metres(end, start)
    length = hypot(dx, dy) or 1.0
    narrow = cos(radians(middle[1]))
    east = -dy / length * off_m / (METRES_PER_DEGREE * narrow)
    north = dx / length * off_m / METRES_PER_DEGREE
    return (middle[0] + east, middle[1] + north), (middle[0] - east, middle[1] - north)


def cells(centres: Sequence[Point], radius_m: float) -> list[Area]:
    """Return for each centre the ground that is nearer to it than to any other, within `radius_m` metres.

    Voronoi cells, cut by a circle of 24 corners: an honest guess at the area of a village of which only the middle
    is known.
    """
    return [_cell(number, centres, radius_m) for number in range(len(centres))]


def _cell(number: int, centres: Sequence[Point], radius_m: float) -> Area:
    origin = centres[number]
    corners = [
        (radius_m * cos(2 * pi * k / _CORNERS), radius_m * sin(2 * pi * k / _CORNERS))
        for k in range(_CORNERS)
    ]
    for other, centre in enumerate(centres):
        if other == number:
            continue
        x, y = _metres(centre, origin)
        if 0 < hypot(x, y) < 2 * radius_m:
            corners = _nearer(corners, x, y)
    narrow = cos(radians(origin[1]))
    ring = [
        (origin[0] + x / (METRES_PER_DEGREE * narrow), origin[1] + y / METRES_PER_DEGREE)
        for x, y in corners
    ]
    return area_of([((*ring, ring[0]),)])


def _nearer(corners: list[tuple[float, float]], x: float, y: float) -> list[tuple[float, float]]:
    """Cut off what is nearer to (x, y) than to the origin (Sutherland and Hodgman 1974, one edge)."""
    limit = (x * x + y * y) / 2
    kept: list[tuple[float, float]] = []
    for (ax, ay), (bx, by) in pairwise([*corners, corners[0]]):
        a, b = ax * x + ay * y - limit, bx * x + by * y - limit
        if a <= 0:
            kept.append((ax, ay))
        if (a < 0) != (b < 0) and a != b:
            share = a / (a - b)
            kept.append((ax + share * (bx - ax), ay + share * (by - ay)))
    return kept
