"""The line of each leg along the roads: found once, when a plan is made, and kept with it for every map and paper.

A leg that is only an estimate, or that the office's own roads know no way for, has no line and is drawn straight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import cos, hypot, radians
from typing import Final

import routing
from outreach.places.coordinates import METRES_PER_DEGREE
from outreach.planning import guide
from outreach.planning.models import Route
from outreach.settings import Settings

LatLon = tuple[float, float]
Lines = dict[tuple[str, date], list[list[list[float]] | None]]
"""Per team and date a line for each leg, the way back included: points [lat, lon], or None where there is none."""

FindLines = Callable[[routing.Problem, routing.Plan], Lines]

_NEAR_M: Final = 4.0
"""A bend smaller than this is not kept: no map here shows it."""
_DIGITS: Final = 5  # about 1 m


@dataclass(frozen=True, slots=True)
class Leg:
    """The way to a stop, or back to the office: its points, and whether it is only a straight line."""

    points: tuple[LatLon, ...]
    is_straight: bool


def no_lines(problem: routing.Problem, made: routing.Plan) -> Lines:
    """Find nothing: every leg is drawn straight."""
    return {}


def line_finder(settings: Settings) -> FindLines:
    """Return what finds lines on the roads of this installation."""
    return lambda problem, made: find_lines(settings, problem, made)


def find_lines(settings: Settings, problem: routing.Problem, made: routing.Plan) -> Lines:
    """Return the lines of every route of an answer; nothing where no roads were imported."""
    if guide.roads_of(settings.roads_file) is None:
        return {}
    found: Lines = {}
    for route in made.routes:
        shift = problem.shift(route.team, route.day)
        stops = [problem.visit(group[0].visit).place for group in route.addresses(problem)]
        way = [problem.places[number] for number in (shift.start_place, *stops, shift.start_place)]
        lines = guide.way_points(settings, [(one.lat, one.lon) for one in way], shift.profile)
        found[route.team, route.day] = [
            None if line is None else [list(point) for point in simplified(line)] for line in lines
        ]
    return found


def legs_of(route: Route, home: LatLon) -> list[Leg]:
    """Return the legs of a stored route in order, the way back to the office last."""
    places = [home, *((stop.lat, stop.lon) for stop in route.stops), home]
    guessed = [*(stop.is_estimate for stop in route.stops), route.return_is_estimate]
    lines = route.line.legs if route.line else [None] * len(guessed)
    return [
        Leg(tuple((lat, lon) for lat, lon in line), is_straight=False)
        if line and not is_guess
        else Leg(ends, is_straight=True)
        for ends, line, is_guess in zip(pairwise(places), lines, guessed, strict=True)
    ]


def simplified(points: Sequence[LatLon], near_m: float = _NEAR_M) -> list[LatLon]:
    """Return a line without the points that lie within `near_m` of it (Douglas and Peucker 1973)."""
    if len(points) < 3:
        return list(_rounded(points))
    narrow = cos(radians(points[0][0]))
    flat = [(lon * narrow * METRES_PER_DEGREE, lat * METRES_PER_DEGREE) for lat, lon in points]
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
    return list(_rounded([points[number] for number in sorted(kept)]))


def _off_m(at: LatLon, start: LatLon, end: LatLon) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    share = ((at[0] - start[0]) * dx + (at[1] - start[1]) * dy) / length if length else 0.0
    share = min(max(share, 0.0), 1.0)
    return hypot(at[0] - start[0] - share * dx, at[1] - start[1] - share * dy)


def _rounded(points: Iterable[LatLon]) -> Iterable[LatLon]:
    return ((round(lat, _DIGITS), round(lon, _DIGITS)) for lat, lon in points)
