"""Where a plan's minutes and kilometres come from: a named routing server, the office's own roads, or the straight line.

Whatever fails degrades to the next, and the matrices say so: a plan never fails for want of a road.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import routing
from outreach.settings import Settings
from routing.travel import crow, remote
from routing.travel.osm import RoadsUnreadable

log = logging.getLogger("sambang.planning")
FAR_M: Final = 300
"""A pin farther than this from any road is a warning to the planner."""
STRAIGHT_SOURCE: Final = "straight line"
_INSTEAD: Final = "; no answer from "

Answer = tuple[tuple[routing.Travel, ...], tuple[routing.Place, ...]]
Guide = Callable[[Sequence[routing.Place], Sequence[str]], Answer]


def STRAIGHT(places: Sequence[routing.Place], profiles: Sequence[str]) -> Answer:  # noqa: N802
    """Estimate everything by the straight line."""
    return _straight(places, profiles, STRAIGHT_SOURCE)


def guide_of(settings: Settings) -> Guide:
    """Return the best source of travel that this installation has."""

    def guide(places: Sequence[routing.Place], profiles: Sequence[str]) -> Answer:
        source = ""
        if settings.router:
            try:
                return remote.travel(settings.router, places, profiles), tuple(places)
            except remote.RouterFailed as error:
                log.warning("the routing server was left out: %s", error)
                source = _INSTEAD + settings.router.partition(":")[0]
        roads = roads_of(settings.roads_file)
        if roads is None:
            return _straight(places, profiles, STRAIGHT_SOURCE + source)
        return _on_roads(roads, places, profiles, source)

    return guide


def roads_of(file: Path) -> Any:
    """Return the office's road network, or None where none was imported or it cannot be opened."""
    try:
        facts = file.stat()
    except OSError:
        return None
    return _opened(file, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=1)
def _opened(file: Path, _changed: int, _size: int) -> Any:
    from routing.travel import (
        network,  # SciPy and osmium take a moment, and many offices have no roads yet
    )

    try:
        return network.load(file)
    except RoadsUnreadable as error:
        log.warning("%s", error)
        return None


def _straight(places: Sequence[routing.Place], profiles: Sequence[str], source: str) -> Answer:
    made = tuple(
        routing.Travel(one.seconds, one.metres, profile, estimated=True, source=source)
        for profile in profiles or ("car",)
        for one in [crow.travel(places, profile)]
    )
    return made, tuple(places)


def _on_roads(
    roads: Any, places: Sequence[routing.Place], profiles: Sequence[str], source: str
) -> Answer:
    from routing.travel.tables import road_travel

    made: list[routing.Travel] = []
    for profile in profiles or ("car",):
        made += road_travel(roads, places, profile, "own roads " + roads.version + source)
    off = roads.snap(places, (profiles or ("car",))[0]).metres
    known = tuple(
        routing.Place(place.lat, place.lon, round(float(metres)))
        for place, metres in zip(places, off, strict=True)
    )
    return tuple(made), known


def way_points(
    settings: Settings, way: Sequence[tuple[float, float]], profile: str = "car"
) -> list[list[tuple[float, float]] | None]:
    """Return the points of each leg along `way` (lat, lon) on the office's roads; None for a leg without them."""
    roads = roads_of(settings.roads_file)
    stops = [routing.Place(lat, lon) for lat, lon in way]
    found: list[list[tuple[float, float]] | None] = []
    for origin, goal in pairwise(stops):
        leg = None if roads is None else roads.leg(origin, goal, profile)
        found.append(
            None if leg is None else [(origin.lat, origin.lon), *leg.points, (goal.lat, goal.lon)]
        )
    return found


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


def server_failed(problem: Mapping[str, Any]) -> bool:
    """Tell whether a kept question was to be answered by a routing server that failed."""
    return any(_INSTEAD in travel.get("source", "") for travel in problem.get("travel", ()))
