"""The map of the board: each team's stops and ways, who is on no route, and the office, as values for a script.

Everything on it stands on the page as lists too, so a browser without script lacks only the drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any, Final

from sqlalchemy.orm import Session

import routing
from outreach.i18n import format_time
from outreach.planning.board_page import lanes_of, people_of
from outreach.planning.drafts import Desk
from outreach.planning.judging import Judged
from outreach.planning.map_facts import COLOURS, DASHES, MOST_UNSERVED, SHAPES
from outreach.planning.route_lines import FindLines, Lines
from outreach.planning.wording import place
from outreach.referrals.models import Referral

Line = list[list[float]]
_DIGITS: Final = 5


def board_map(session: Session, desk: Desk, day: date, find_lines: FindLines) -> dict[str, Any]:
    """Return the map of one date: `routes` with their sign, stops and ways, `waiting`, and the `office`.

    Places are [lat, lon]. A stop is a house: `visits` are those who are visited there, in their order; a way says
    whether it is `straight`, because it is only an estimate or no road is known for it.
    """
    now = desk.now
    lanes = lanes_of(session, now, day)
    routes = [route for shift in lanes if (route := now.route((shift.team, shift.day))) is not None]
    found = find_lines(now.problem, replace(now.plan, routes=tuple(routes)))
    left = sorted(
        (v for v in now.problem.visits if v.id not in now.board.served),
        key=lambda v: (-v.priority, v.id),
    )[:MOST_UNSERVED]
    served = [visit for route in routes for visit in route.visits]
    people = people_of(session, [*served, *(visit.id for visit in left)])
    drawn = []
    for number, shift in enumerate(lanes, start=1):
        route = now.route((shift.team, shift.day))
        if route is not None:
            drawn.append(_route(now, shift, route, number, people, found))
    start = now.problem.places[lanes[0].start_place] if lanes else None
    return {
        "office": None if start is None else _at(start),
        "routes": drawn,
        "waiting": [
            {"at": _at(now.problem.places[one.place]), "visit": one.id,
             "title": people[one.id].resident.name, "text": place(people[one.id])}
            for one in left
        ],
    }  # fmt: skip


def _route(
    now: Judged,
    shift: routing.Shift,
    route: routing.Route,
    number: int,
    people: Mapping[str, Referral],
    found: Lines,
) -> dict[str, Any]:
    look = (number - 1) % len(COLOURS)
    houses = route.addresses(now.problem)
    places = [now.problem.visit(house[0].visit).place for house in houses]
    stops: list[dict[str, Any]] = []
    last = 0
    for house, where in zip(houses, places, strict=True):
        first, last = last + 1, last + len(house)
        stops.append(
            {
                "at": _at(now.problem.places[where]),
                "label": str(first) if first == last else f"{first}-{last}",
                "visits": [stop.visit for stop in house],
                "title": ", ".join(people[stop.visit].resident.name for stop in house),
                "text": f"{format_time(house[0].start_s + house[0].setup_s)}, {place(people[house[0].visit])}",
            }
        )
    return {
        "number": number,
        "colour": COLOURS[look],
        "shape": SHAPES[look],
        "dash": DASHES[look],
        "stops": stops,
        "ways": _ways(now, shift, places, found.get((route.team, route.day))),
    }


def _ways(
    now: Judged, shift: routing.Shift, places: Sequence[int], lines: Sequence[Line | None] | None
) -> list[dict[str, Any]]:
    """Return the way to each house and back: along the roads where a line was found for it."""
    end = () if shift.end_place is None else (shift.end_place,)
    way = list(pairwise([shift.start_place, *places, *end]))
    travel = next(t for t in now.problem.travel if t.profile == shift.profile)
    ways = []
    for (origin, goal), line in zip(way, lines or [None] * len(way), strict=False):
        is_guess = line is None or travel.is_estimate(origin, goal)
        ends = [_at(now.problem.places[origin]), _at(now.problem.places[goal])]
        ways.append({"points": ends if is_guess else line, "straight": is_guess})
    return ways


def _at(place: routing.Place) -> list[float]:
    return [round(place.lat, _DIGITS), round(place.lon, _DIGITS)]
