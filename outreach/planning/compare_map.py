"""Old and new routes on one small map for each date, as shapes for a page: order and place, not roads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians
from typing import Final

from outreach.planning.map_facts import SHAPES
from outreach.planning.models import Route

WIDTH: Final = 1000.0
MARGIN: Final = 30.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A route: `points` as SVG reads them, its dots with their number, and the team's number, which gives its sign."""

    points: str
    dots: tuple[tuple[float, float, int], ...]
    number: int
    shape: str
    name: str

    @property
    def look(self) -> int:
        """The number of the team's colour."""
        return (self.number - 1) % 8 + 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawing of the routes of one date that are not as they were: the old lines lie under the new ones.

    `as_before` is how many routes of the date nobody changed; they are not drawn.
    """

    day: date
    height: float
    office: Point
    old: tuple[Line, ...]
    new: tuple[Line, ...]
    as_before: int

    @property
    def signs(self) -> list[Line]:
        """One line of each team that is drawn, for the legend."""
        lines = {line.number: line for line in (*self.old, *self.new)}
        return [lines[number] for number in sorted(lines)]


def sheets(home: Point, old: Iterable[Route], new: Iterable[Route]) -> list[Sheet]:
    """Return a drawing for each date on which a route changed. `home` is the office (lat, lon)."""
    was, now = _by_day(old), _by_day(new)
    teams = {r.team_id: r.team.code for day in (*was.values(), *now.values()) for r in day.values()}
    order = sorted(teams, key=lambda team: (len(teams[team]), teams[team]))
    numbers = {team: number for number, team in enumerate(order, start=1)}
    drawn = []
    for day in sorted(was.keys() | now.keys()):
        before, after = was.get(day, {}), now.get(day, {})
        same = {t for t in before.keys() & after.keys() if _way(before[t]) == _way(after[t])}
        changed = (before.keys() | after.keys()) - same
        if changed:
            drawn.append(
                _sheet(
                    day,
                    home,
                    [before[t] for t in order if t in changed and t in before],
                    [after[t] for t in order if t in changed and t in after],
                    numbers,
                    len(same),
                )
            )
    return drawn


def _by_day(routes: Iterable[Route]) -> dict[date, dict[str, Route]]:
    found: dict[date, dict[str, Route]] = {}
    for route in routes:
        found.setdefault(route.day, {})[route.team_id] = route
    return found


def _way(route: Route) -> list[str]:
    return [visit.referral_id for stop in route.stops for visit in stop.visits]


def _sheet(
    day: date,
    home: Point,
    old: Sequence[Route],
    new: Sequence[Route],
    numbers: Mapping[str, int],
    as_before: int,
) -> Sheet:
    places = [home, *((s.lat, s.lon) for route in (*old, *new) for s in route.stops)]
    south, north = min(p[0] for p in places), max(p[0] for p in places)
    west, east = min(p[1] for p in places), max(p[1] for p in places)
    narrow = cos(radians((south + north) / 2))
    wide, tall = max((east - west) * narrow, 0.02), max(north - south, 0.02)
    scale = (WIDTH - 2 * MARGIN) / max(wide, tall)

    def point(lat: float, lon: float) -> Point:
        x, y = MARGIN + (lon - west) * narrow * scale, MARGIN + (north - lat) * scale
        return round(x, 1), round(y, 1)

    def line(route: Route) -> Line:
        stops = [point(stop.lat, stop.lon) for stop in route.stops]
        way = [point(*home), *stops, point(*home)]
        number = numbers[route.team_id]
        return Line(
            " ".join(f"{x},{y}" for x, y in way),
            tuple((x, y, n) for n, (x, y) in enumerate(stops, start=1)),
            number,
            SHAPES[(number - 1) % len(SHAPES)],
            route.team.name,
        )

    height = round(tall * scale + 2 * MARGIN, 1)
    return Sheet(day, height, point(*home), tuple(map(line, old)), tuple(map(line, new)), as_before)
