"""How the legs of a route run on a routing server's own roads: OSRM's route service or Valhalla's route.

Asked once, when a plan is made, and for the drawing alone: a server that does not answer well costs a moment and the
lines, never the plan.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final

from routing.problem import Place
from routing.travel import crow
from routing.travel.block import FARTHEST_M
from routing.travel.remote import OSRM_NAMES, VALHALLA_NAMES, RouterFailed, asked

LatLon = tuple[float, float]
MOST_PLACES: Final = 20
"""Places of one request: what Valhalla allows by default, and well below OSRM's."""
PATIENCE_S: Final = 3.0
_POLYLINE_DIGITS: Final = 1e6


def lines(
    router: str, way: Sequence[Place], profile: str, *, patience_all_s: float = PATIENCE_S
) -> list[list[LatLon]]:
    """Return the points (latitude, longitude) of each leg along `way` as the server would drive it.

    Raises RouterFailed when it does not answer well within the patience.
    """
    kind, _colon, base = router.partition(":")
    read = {"osrm": _osrm, "valhalla": _valhalla}.get(kind)
    if read is None or not base.startswith(("http://", "https://")):
        raise RouterFailed(f"{router!r} is not osrm:http://... or valhalla:http://...")
    until = time.monotonic() + patience_all_s
    found: list[list[LatLon]] = []
    for first in range(0, len(way) - 1, MOST_PLACES - 1):
        some = way[first : first + MOST_PLACES]
        try:
            legs = [_points(leg) for leg in read(base.rstrip("/"), some, profile, until)]
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            raise RouterFailed(f"{kind}: the answer holds no route") from None
        if len(legs) != len(some) - 1:
            raise RouterFailed(f"{kind}: {len(legs)} legs for {len(some)} places")
        for (origin, goal), leg in zip(pairwise(some), legs, strict=True):
            _check_ends(origin, goal, leg)
        found += legs
    return found


def _osrm(base: str, way: Sequence[Place], profile: str, until: float) -> list[Iterable[LatLon]]:
    points = ";".join(f"{place.lon:.6f},{place.lat:.6f}" for place in way)
    address = (
        f"{base}/route/v1/{OSRM_NAMES[profile]}/{points}"
        "?overview=false&steps=true&geometries=geojson&continue_straight=false"
    )
    answer = asked(urllib.request.Request(address), PATIENCE_S, until)  # noqa: S310 - the scheme was checked
    return [
        [(lat, lon) for step in leg["steps"] for lon, lat in step["geometry"]["coordinates"]]
        for leg in answer["routes"][0]["legs"]
    ]


def _valhalla(
    base: str, way: Sequence[Place], profile: str, until: float
) -> list[Iterable[LatLon]]:
    question = {
        "locations": [{"lat": place.lat, "lon": place.lon} for place in way],
        "costing": VALHALLA_NAMES[profile],
        "directions_type": "none",
    }
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        f"{base}/route",
        data=json.dumps(question).encode(),
        headers={"Content-Type": "application/json"},
    )
    answer = asked(request, PATIENCE_S, until)
    return [_decoded(leg["shape"]) for leg in answer["trip"]["legs"]]


def _decoded(shape: str) -> list[LatLon]:
    """Read an encoded polyline of six digits (Google's algorithm, as Valhalla writes it)."""
    numbers: list[int] = []
    value = shift = 0
    for letter in shape:
        part = ord(letter) - 63
        value |= (part & 31) << shift
        shift += 5
        if part < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    lat = lon = 0
    points: list[LatLon] = []
    for north, east in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + north, lon + east
        points.append((lat / _POLYLINE_DIGITS, lon / _POLYLINE_DIGITS))
    return points


def _points(leg: Iterable[Any]) -> list[LatLon]:
    """Return points without repeats. Raises ValueError for what lies on no earth."""
    kept: list[LatLon] = []
    for lat, lon in leg:
        point = (float(lat), float(lon))
        if not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
            raise ValueError("no place on earth")
        if not kept or kept[-1] != point:
            kept.append(point)
    if not kept:
        raise ValueError("a leg without points")
    return kept


def _check_ends(origin: Place, goal: Place, leg: Sequence[LatLon]) -> None:
    for place, at in ((origin, leg[0]), (goal, leg[-1])):
        if crow.kilometres([place], [Place(*at)])[0, 0] * 1000 > FARTHEST_M:
            raise RouterFailed("the server's line begins or ends somewhere else")
