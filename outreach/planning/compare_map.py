"""Old and new routes on one small map, as shapes for a page: order and place, not roads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Final

from outreach.planning.models import Route

WIDTH: Final = 1000.0
MARGIN: Final = 30.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A route: `points` as SVG reads them, its dots with their number, and the number of its team's colour."""

    points: str
    dots: tuple[tuple[float, float, int], ...]
    look: int
    name: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawing of two versions: the old lines lie under the new ones."""

    height: float
    office: Point
    old: tuple[Line, ...]
    new: tuple[Line, ...]


def sheet(home: Point, old: Sequence[Route], new: Sequence[Route]) -> Sheet:
    """Return the drawing. `home` is the office (lat, lon)."""
    places = [home, *((s.lat, s.lon) for route in (*old, *new) for s in route.stops)]
    south, north = min(p[0] for p in places), max(p[0] for p in places)
    west, east = min(p[1] for p in places), max(p[1] for p in places)
    narrow = cos(radians((south + north) / 2))
    wide, tall = max((east - west) * narrow, 0.02), max(north - south, 0.02)
    scale = (WIDTH - 2 * MARGIN) / max(wide, tall)

    def point(lat: float, lon: float) -> Point:
        x, y = MARGIN + (lon - west) * narrow * scale, MARGIN + (north - lat) * scale
        return round(x, 1), round(y, 1)

    looks = {team: n for n, team in enumerate(sorted({r.team_id for r in (*old, *new)}), start=1)}

    def line(route: Route) -> Line:
        stops = [point(stop.lat, stop.lon) for stop in route.stops]
        way = [point(*home), *stops, point(*home)]
        return Line(
            " ".join(f"{x},{y}" for x, y in way),
            tuple((x, y, n) for n, (x, y) in enumerate(stops, start=1)),
            (looks[route.team_id] - 1) % 8 + 1,
            route.team.name,
        )

    height = round(tall * scale + 2 * MARGIN, 1)
    return Sheet(height, point(*home), tuple(map(line, old)), tuple(map(line, new)))
