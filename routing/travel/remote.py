"""Matrices from a routing server that the office runs or rents: OSRM's table service or Valhalla's sources_to_targets.

Requests are cut to what such servers allow by default, timed out and tried again; an answer that is not a whole table
of sensible numbers counts as no answer.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from routing.problem import Place, Travel
from routing.travel import crow
from routing.travel.block import FARTHEST_M, Block
from routing.travel.speeds import FASTEST_KMH
from routing.travel.tables import travel_of

BLOCK: Final = 45
"""Origins and destinations of one request: together below OSRM's 100 places and Valhalla's 2,500 pairs."""
TRIES: Final = 3
PATIENCE_S: Final = 10.0
PATIENCE_ALL_S: Final = 60.0
LARGEST_ANSWER: Final = 8_000_000
LONGEST_LEG_S: Final = 7 * 86_400.0
HALF_THE_EARTH_M: Final = 20_100_000.0
ROUNDING: Final = 1.0
"""OSRM 26.10 answers -0.4 m between two places on one street: so much below nothing is nothing."""
OSRM_NAMES: Final = {"car": "driving", "motorbike": "driving"}
VALHALLA_NAMES: Final = {"car": "auto", "motorbike": "motorcycle"}


class RouterFailed(RuntimeError):
    """The server gave no usable answer; the message is one line that says why."""


def travel(
    router: str,
    places: Sequence[Place],
    profiles: Sequence[str],
    *,
    patience_s: float = PATIENCE_S,
    patience_all_s: float = PATIENCE_ALL_S,
) -> tuple[Travel, ...]:
    """Ask the server `router` ("osrm:http://..." or "valhalla:http://...") for matrices between places.

    Raises RouterFailed when it cannot be asked or does not answer well within the patience (seconds, each and all).
    """
    until = time.monotonic() + patience_all_s
    made: list[Travel] = []
    for profile in profiles or ("car",):
        left_s = max(until - time.monotonic(), 0.0)
        found = block(router, places, places, profile, patience_s=patience_s, patience_all_s=left_s)
        made += travel_of(found, crow.travel(places, profile), router.partition(":")[0])
    return tuple(made)


def block(
    router: str,
    origins: Sequence[Place],
    destinations: Sequence[Place],
    profile: str,
    *,
    patience_s: float = PATIENCE_S,
    patience_all_s: float = PATIENCE_ALL_S,
) -> Block:
    """Ask the server for seconds and metres from origins to destinations; NaN where it knows no way.

    Raises RouterFailed like `travel`.
    """
    kind, _colon, base = router.partition(":")
    if kind not in {"osrm", "valhalla"} or not base.startswith(("http://", "https://")):
        raise RouterFailed(f"{router!r} is not osrm:http://... or valhalla:http://...")
    write, read = (_osrm, _read_osrm) if kind == "osrm" else (_valhalla, _read_valhalla)
    until = time.monotonic() + patience_all_s
    shape = (len(origins), len(destinations))
    seconds, metres = np.full(shape, np.nan), np.full(shape, np.nan)
    off_m, off_there_m = np.full(shape[0], np.nan), np.full(shape[1], np.nan)
    for row in range(0, len(origins), BLOCK):
        some = origins[row : row + BLOCK]
        for column in range(0, len(destinations), BLOCK):
            others = destinations[column : column + BLOCK]
            answer = asked(write(base.rstrip("/"), some, others, profile), patience_s, until)
            rows, columns = slice(row, row + len(some)), slice(column, column + len(others))
            seconds[rows, columns], metres[rows, columns] = read(answer, len(some), len(others))
            off_m[rows] = _off(answer, "sources", len(some))
            off_there_m[columns] = _off(answer, "destinations", len(others))
    seconds[off_m > FARTHEST_M, :] = np.nan
    seconds[:, off_there_m > FARTHEST_M] = np.nan
    _check_pace(origins, destinations, seconds)
    return Block(seconds, metres, off_m)


def _osrm(
    base: str, origins: Sequence[Place], goals: Sequence[Place], profile: str
) -> urllib.request.Request:
    points = ";".join(f"{place.lon:.6f},{place.lat:.6f}" for place in (*origins, *goals))
    first = ";".join(str(i) for i in range(len(origins)))
    last = ";".join(str(len(origins) + i) for i in range(len(goals)))
    return urllib.request.Request(  # noqa: S310 - the scheme was checked
        f"{base}/table/v1/{OSRM_NAMES[profile]}/{points}?annotations=duration,distance"
        f"&sources={first}&destinations={last}"
    )


def _valhalla(
    base: str, origins: Sequence[Place], goals: Sequence[Place], profile: str
) -> urllib.request.Request:
    asked = {
        "sources": [{"lat": place.lat, "lon": place.lon} for place in origins],
        "targets": [{"lat": place.lat, "lon": place.lon} for place in goals],
        "costing": VALHALLA_NAMES[profile],
        "units": "kilometers",
    }
    return urllib.request.Request(  # noqa: S310 - the scheme was checked
        f"{base}/sources_to_targets",
        data=json.dumps(asked).encode(),
        headers={"Content-Type": "application/json"},
    )


def asked(request: urllib.request.Request, patience_s: float, until: float) -> Any:
    """Return a server's answer as JSON, asked again where that may help. Raises RouterFailed."""
    reason = "no time left"
    for attempt in range(TRIES):
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            return json.loads(_answer(request, min(patience_s, left), until))
        except urllib.error.HTTPError as error:
            reason = f"answered {error.code}"
            if error.code < 500 and error.code != 429:
                break
        except (OSError, ValueError, http.client.HTTPException, RecursionError) as error:
            # time-outs, refusals, answers that are no HTTP, cut off, or no JSON
            reason = str(error) or type(error).__name__
        time.sleep(min(0.1 * 2**attempt, max(until - time.monotonic(), 0)))
    raise RouterFailed(f"{request.host}: {reason}")


def _answer(request: urllib.request.Request, patience_s: float, until: float) -> bytes:
    """Read an answer; a server that drips byte after byte is not waited for beyond the patience either."""
    deadline = min(time.monotonic() + patience_s, until)
    parts, size = [], 0
    with urllib.request.urlopen(request, timeout=patience_s) as response:  # noqa: S310
        while part := response.read1(65_536):
            parts.append(part)
            size += len(part)
            if size > LARGEST_ANSWER:
                raise ValueError("the answer is far too large")
            if time.monotonic() > deadline:
                raise TimeoutError("timed out")
    return b"".join(parts)


def _off(answer: Any, name: str, count: int) -> Any:
    """Return how far the server moved each place to a road, in metres (OSRM says so); NaN where it does not say."""
    said = answer.get(name) if isinstance(answer, dict) else None
    off_m = np.full(count, np.nan)
    if isinstance(said, list) and len(said) == count:
        for i, place in enumerate(said):
            metres = place.get("distance") if isinstance(place, dict) else None
            if isinstance(metres, int | float) and 0 <= metres <= HALF_THE_EARTH_M:
                off_m[i] = metres
    return off_m


def _check_pace(origins: Sequence[Place], destinations: Sequence[Place], seconds: Any) -> None:
    """Refuse a table with legs faster than any car: the server knows other roads, or none."""
    far_km = crow.kilometres(origins, destinations) - 2 * FARTHEST_M / 1000
    with np.errstate(invalid="ignore"):
        if (far_km > seconds / 3600 * FASTEST_KMH).any():
            raise RouterFailed(f"the server's table holds legs faster than {FASTEST_KMH:.0f} km/h")


def _read_osrm(answer: Any, rows: int, columns: int) -> tuple[Any, Any]:
    if not isinstance(answer, dict) or answer.get("code") != "Ok":
        raise RouterFailed("osrm: the answer is not Ok")
    return (
        _table(answer.get("durations"), rows, columns),
        _table(answer.get("distances"), rows, columns),
    )


def _read_valhalla(answer: Any, rows: int, columns: int) -> tuple[Any, Any]:
    table = answer.get("sources_to_targets") if isinstance(answer, dict) else None
    if not isinstance(table, list):
        raise RouterFailed("valhalla: the answer holds no table")
    try:
        seconds = [[cell.get("time") for cell in row] for row in table]
        metres = [
            [None if cell.get("distance") is None else 1000 * cell["distance"] for cell in row]
            for row in table
        ]
    except (TypeError, AttributeError):
        raise RouterFailed("valhalla: the table is not one of legs") from None
    return _table(seconds, rows, columns), _table(metres, rows, columns)


def _table(value: Any, rows: int, columns: int) -> Any:
    """Return a table of numbers, NaN for null. Raises RouterFailed for any other shape and for senseless numbers."""
    if not isinstance(value, list) or len(value) != rows:
        raise RouterFailed(f"the server's table has not {rows} rows")
    found = np.full((rows, columns), np.nan)
    for i, row in enumerate(value):
        if not isinstance(row, list) or len(row) != columns:
            raise RouterFailed(f"the server's table has not {columns} columns")
        for j, cell in enumerate(row):
            if cell is None:
                continue
            if isinstance(cell, bool) or not isinstance(cell, int | float):
                raise RouterFailed("the server's table holds something that is no number")
            if not -ROUNDING <= cell <= LONGEST_LEG_S * 50:  # NaN is not, either
                raise RouterFailed("the server's table holds a number that is no leg")
            found[i, j] = max(cell, 0)
    return found
