"""The line of each leg along the roads: found once, when a plan is made, and kept with it for every map and paper.

A leg that is only an estimate, or that the office's own roads know no way for, has no line and is drawn straight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

import routing
from outreach.planning import guide
from outreach.planning.models import Route
from outreach.settings import Settings
from routing.travel.simplify import simplified

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
    """Return the lines of every route of an answer, on the roads that its minutes come from.

    A routing server that does not answer well is asked once and gives way to the office's own roads; nothing where
    there are none.
    """
    asks_server = guide.is_of_server(settings, problem)
    if not asks_server and guide.roads_of(settings.roads_file) is None:
        return {}
    found: Lines = {}
    for route in made.routes:
        shift = problem.shift(route.team, route.day)
        stops = [problem.visit(group[0].visit).place for group in route.addresses(problem)]
        way = [problem.places[number] for number in (shift.start_place, *stops, shift.start_place)]
        lines: Sequence[Sequence[LatLon] | None] | None = None
        if asks_server:
            lines = guide.server_lines(settings, way, shift.profile)
            asks_server = lines is not None
        if lines is None:
            lines = guide.way_points(settings, [(one.lat, one.lon) for one in way], shift.profile)
        found[route.team, route.day] = [None if line is None else _kept(line) for line in lines]
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


def _kept(line: Sequence[LatLon]) -> list[list[float]]:
    return [[round(lat, _DIGITS), round(lon, _DIGITS)] for lat, lon in simplified(line, _NEAR_M)]
