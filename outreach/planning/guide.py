"""Where a plan's minutes and kilometres come from: a named routing server, the office's own roads, or the straight line.

Whatever fails degrades to the next, and the matrices say so: a plan never fails for want of a road.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import routing
from outreach.planning.local import Learned
from outreach.settings import Settings
from routing.travel import crow, remote, remote_lines
from routing.travel.barriers import Barrier
from routing.travel.block import Block
from routing.travel.cache import Matrices
from routing.travel.osm import RoadsUnreadable
from routing.travel.pace import Pace, together
from routing.travel.speeds import USUAL, Part
from routing.travel.tables import straight_travel, travel_of

log = logging.getLogger("sambang.planning")
FAR_M: Final = 300
"""A pin farther than this from any road is a warning to the planner."""
SERVER_FRESH_S: Final = 3600.0
"""How long a routing server's answers are believed; its roads may change without a word."""
STRAIGHT_SOURCE: Final = "straight line"
PACE: Final = "; pace "
INSTEAD: Final = "; no answer from "
SERVER: Final = "server"
ROADS: Final = "roads"

Answer = tuple[tuple[routing.Travel, ...], tuple[routing.Place, ...]]
Guide = Callable[[Sequence[routing.Place], Sequence[str]], Answer]


def STRAIGHT(places: Sequence[routing.Place], profiles: Sequence[str]) -> Answer:  # noqa: N802
    """Estimate everything by the straight line."""
    made = tuple(crow.travel(places, profile) for profile in profiles or ("car",))
    return _straight(made, STRAIGHT_SOURCE, {}), tuple(places)


def guide_of(
    settings: Settings, barriers: Sequence[Barrier] = (), learned: Learned | None = None
) -> Guide:
    """Return the best source of travel that this installation has.

    Estimates go round the `barriers`; `learned` says how many times as long driving really takes.
    """
    pace_of = learned.paces if learned else {}
    note = f"{PACE}{learned.number}" if learned else ""

    def guide(places: Sequence[routing.Place], profiles: Sequence[str]) -> Answer:
        wanted = tuple(profiles) or ("car",)
        failed = ""
        if settings.router:
            kind = settings.router.partition(":")[0]
            try:
                estimates = straight(places, wanted)
                return _travel(
                    _server(settings.router), places, estimates, kind + note, USUAL.parts, pace_of
                )
            except remote.RouterFailed as error:
                log.warning("the routing server was left out: %s", error)
                failed += INSTEAD + SERVER
        known = _known(settings.roads_file)
        if known is not None:
            roads, ways = known
            source = f"own roads {roads.version}{failed}{note}"
            estimates = straight(places, wanted)
            try:
                return _travel(ways, places, estimates, source, roads.speeds.parts, pace_of)
            except Exception:  # whatever a file of roads holds, the plan is made
                log.exception("the office's roads were left out")
        if settings.roads_file.exists():
            failed += INSTEAD + ROADS
        source = STRAIGHT_SOURCE + failed + note
        return _straight(straight(places, wanted), source, pace_of), tuple(places)

    def straight(
        places: Sequence[routing.Place], profiles: Sequence[str]
    ) -> tuple[routing.Travel, ...]:
        return tuple(crow.travel(places, profile, barriers=barriers) for profile in profiles)

    return guide


def roads_of(file: Path) -> Any:
    """Return the office's road network, or None where none was imported or it cannot be opened."""
    known = _known(file)
    return None if known is None else known[0]


def _known(file: Path) -> tuple[Any, Matrices] | None:
    try:
        facts = file.stat()
    except OSError:
        return None
    return _opened(file, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=1)
def _opened(file: Path, _changed: int, _size: int) -> tuple[Any, Matrices] | None:
    """Open a network, with what is already known of the ways on this version of it."""
    from routing.travel import (
        network,  # SciPy and osmium take a moment, and many offices have no roads yet
    )

    try:
        roads = network.load(file)
    except RoadsUnreadable as error:
        log.warning("%s", error)
        return None
    return roads, Matrices(roads.block)


@lru_cache(maxsize=1)
def _server(router: str) -> Matrices:
    def ask(
        origins: Sequence[routing.Place], goals: Sequence[routing.Place], profile: str
    ) -> Block:
        return remote.block(router, origins, goals, profile)

    return Matrices(ask, fresh_s=SERVER_FRESH_S)


def _travel(
    known: Matrices,
    places: Sequence[routing.Place],
    estimates: Sequence[routing.Travel],
    source: str,
    parts: Sequence[Part],
    pace_of: Mapping[str, Sequence[Pace]],
) -> Answer:
    made: list[routing.Travel] = []
    off_m = None
    for straight in estimates:
        block = known.block(places, straight.profile)
        off_m = block.off_m if off_m is None else off_m
        paces = together(parts, pace_of.get(straight.profile, ()), straight.profile)
        made += travel_of(block, straight, source, paces)
    assert off_m is not None
    return tuple(made), tuple(
        replace(place, snap_m=round(float(metres)) if metres >= 0 else None)
        for place, metres in zip(places, off_m, strict=True)
    )


def _straight(
    estimates: Sequence[routing.Travel], source: str, pace_of: Mapping[str, Sequence[Pace]]
) -> tuple[routing.Travel, ...]:
    return tuple(
        one
        for straight in estimates
        for paces in [together(USUAL.parts, pace_of.get(straight.profile, ()), straight.profile)]
        for one in straight_travel(straight, source, paces)
    )


def way_points(
    settings: Settings, way: Sequence[tuple[float, float]], profile: str = "car"
) -> list[list[tuple[float, float]] | None]:
    """Return the points of each leg along `way` (lat, lon) on the office's roads; None for a leg without them."""
    roads = roads_of(settings.roads_file)
    stops = [routing.Place(lat, lon) for lat, lon in way]
    found: list[list[tuple[float, float]] | None] = []
    for origin, goal in pairwise(stops):
        try:
            leg = None if roads is None else roads.leg(origin, goal, profile)
        except Exception:  # a line on a map is not worth a plan
            log.exception("no way was drawn on the office's roads")
            roads = leg = None
        found.append(
            None if leg is None else [(origin.lat, origin.lon), *leg.points, (goal.lat, goal.lon)]
        )
    return found


def server_lines(
    settings: Settings, way: Sequence[routing.Place], profile: str
) -> list[list[tuple[float, float]]] | None:
    """Return the points of each leg along `way` on the routing server's roads, or None where it does not answer well."""
    try:
        return remote_lines.lines(settings.router, way, profile)
    except remote.RouterFailed as error:
        log.warning("the routing server drew no lines: %s", error)
        return None


def is_of_server(settings: Settings, problem: routing.Problem) -> bool:
    """Tell whether the numbers of a question come from the routing server that is named."""
    kind = settings.router.partition(":")[0]
    return bool(kind) and problem.travel[0].source.partition(PACE)[0] == kind


def far_from_roads(problem: Mapping[str, Any]) -> dict[tuple[float, float], int]:
    """Return the places of a kept question that lie more than FAR_M from any road, and how many metres."""
    return {
        place_key(place["lat"], place["lon"]): place["snap_m"]
        for place in problem.get("places", ())
        if (place.get("snap_m") or 0) > FAR_M
    }


def place_key(lat: float, lon: float) -> tuple[float, float]:
    """Return what a place is found by again, whatever digits a database keeps."""
    return round(lat, 6), round(lon, 6)


def sources(problem: Mapping[str, Any]) -> list[str]:
    """Return where the numbers of a kept question come from: "own roads VERSION", "osrm", "straight line"."""
    return sorted({travel.get("source") or STRAIGHT_SOURCE for travel in problem.get("travel", ())})


def pace_number(problem: routing.Problem) -> int | None:
    """Return the number of the learned pace that a question's minutes were made with, or None for none."""
    _before, found, number = problem.travel[0].source.partition(PACE)
    return int(number) if found else None


def left_out(problem: Mapping[str, Any]) -> set[str]:
    """Return what was to give a kept question its numbers and did not answer: SERVER, ROADS."""
    said = [travel.get("source", "") for travel in problem.get("travel", ())]
    return {name for name in (SERVER, ROADS) if any(INSTEAD + name in one for one in said)}
