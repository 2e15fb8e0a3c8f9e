"""From an extract's ways to the plain arrays of a network: junctions, segments with their shapes, times and turns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np

from routing.travel.osm import Extract
from routing.travel.speeds import PROFILES

EARTH_M: Final = 6_371_000.0
TICKS: Final = 10_000
"""Ticks a second: times are whole numbers of 0.1 ms, lengths whole decimetres."""

Arrays = dict[str, np.ndarray[Any, Any]]


def build_arrays(extract: Extract) -> tuple[Arrays, Mapping[str, int]]:
    """Return the arrays of a network and how much of what it holds. See network.py for what the arrays are."""
    vertices = _Vertices(extract)
    rows: list[tuple[int, int, int, bool]] = []
    kmh: list[tuple[float, ...]] = []
    shape_lat: list[float] = []
    shape_lon: list[float] = []
    shape_at = [0]

    def add(start: int, end: int, way: int, motorway: bool, paces: tuple[float, ...],
            lat: tuple[float, ...], lon: tuple[float, ...]) -> None:  # fmt: skip
        rows.append((start, end, way, motorway))
        kmh.append(paces)
        shape_lat.extend(lat)
        shape_lon.extend(lon)
        shape_at.append(len(shape_lat))

    for way in extract.ways:
        cuts = vertices.cuts(way.refs)
        for first, last in pairwise(cuts):
            start = vertices.number(way.refs[first], way.lat[first], way.lon[first])
            end = vertices.number(way.refs[last], way.lat[last], way.lon[last])
            span = slice(first, last + 1)
            paces = tuple(x for pair in zip(way.forward, way.backward, strict=True) for x in pair)
            add(start, end, way.id, way.motorway, paces, way.lat[span], way.lon[span])
    for copies, passes in vertices.doors():
        lat, lon = vertices.lat[copies[0]], vertices.lon[copies[0]]
        paces = tuple(10.0 if may else 0.0 for may in passes for _way in (0, 1))
        for copy in copies[1:]:
            add(copies[0], copy, 0, True, paces, (lat, lat), (lon, lon))

    at = np.array(shape_at, dtype=np.int64)
    points_lat, points_lon = np.array(shape_lat), np.array(shape_lon)
    metres = segment_metres(at, points_lat, points_lon)
    pace = np.array(kmh)  # (segments, 2 x profiles): forward and backward of each
    arrays: Arrays = {
        "vertex_lat": np.array(vertices.lat),
        "vertex_lon": np.array(vertices.lon),
        "segment_from": np.array([row[0] for row in rows], dtype=np.int32),
        "segment_to": np.array([row[1] for row in rows], dtype=np.int32),
        "segment_no_door": np.array([row[3] for row in rows], dtype=bool),
        "segment_dm": np.maximum(np.rint(metres * 10), 1).astype(np.uint32),
        "shape_at": at,
        "shape_lat": points_lat,
        "shape_lon": points_lon,
    }
    for number, profile in enumerate(PROFILES):
        speed = pace[:, 2 * number : 2 * number + 2]
        with np.errstate(divide="ignore", invalid="ignore"):
            ticks = np.maximum(np.rint(metres[:, None] / (speed / 3.6) * TICKS), 1)
        ticks[speed == 0] = 0
        arrays[f"{profile}_ticks"] = np.minimum(ticks, 2**30).astype(np.uint32).reshape(-1)
    forbidden, used = _turns(extract, vertices, rows)
    for number, profile in enumerate(PROFILES):
        pairs = forbidden[number]
        arrays[f"{profile}_forbidden"] = np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2)
    return arrays, {
        "roads": len(extract.ways),
        "nodes": len({ref for way in extract.ways for ref in way.refs}),
        "junctions": len(vertices.lat),
        "segments": len(rows),
        "metres": int(metres.sum()),
        "barriers": sum(1 for _door in vertices.doors()),
        "turn_restrictions": used,
    }


def segment_metres(
    at: np.ndarray[Any, Any], lat: np.ndarray[Any, Any], lon: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Return the length of each segment, shapes `at[i]` to `at[i + 1]`, in metres."""
    steps = shape_steps(lat, lon)
    steps[at[1:-1] - 1] = 0  # from one segment's end to the next one's beginning
    total: np.ndarray[Any, Any] = np.concatenate(([0.0], np.cumsum(steps)))
    metres: np.ndarray[Any, Any] = total[at[1:] - 1] - total[at[:-1]]
    return metres


def shape_steps(lat: np.ndarray[Any, Any], lon: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the metres between neighbouring shape points."""
    north = np.radians(np.diff(lat))
    east = np.radians(np.diff(lon)) * np.cos(np.radians((lat[1:] + lat[:-1]) / 2))
    metres: np.ndarray[Any, Any] = EARTH_M * np.hypot(north, east)
    return metres


class _Vertices:
    """Junctions by their node, one copy for each road that meets at a closed barrier."""

    def __init__(self, extract: Extract) -> None:
        self.lat: list[float] = []
        self.lon: list[float] = []
        self._barriers = extract.barriers
        self._times: Counter[int] = Counter()
        for way in extract.ways:
            self._times.update(way.refs)
            self._times.update((way.refs[0], way.refs[-1]))
        self._known: dict[int, int] = {}
        self._copies: dict[int, list[int]] = defaultdict(list)

    def cuts(self, refs: tuple[int, ...]) -> list[int]:
        """Return where a way is cut: at junctions and barriers, and once within a loop."""
        cuts = [i for i, ref in enumerate(refs) if self._times[ref] > 1 or ref in self._barriers]
        more = []
        for first, last in pairwise(cuts):
            if refs[first] == refs[last] and last - first > 1:
                more.append((first + last) // 2)
        return sorted({*cuts, *more})

    def number(self, ref: int, lat: float, lon: float) -> int:
        """Return the vertex of a node for one end of a segment."""
        if ref not in self._barriers:
            found = self._known.get(ref)
            if found is not None:
                return found
        number = len(self.lat)
        self.lat.append(lat)
        self.lon.append(lon)
        if ref in self._barriers:
            self._copies[ref].append(number)
        else:
            self._known[ref] = number
        return number

    def of(self, ref: int) -> int | None:
        """Return the vertex of a node that is no barrier."""
        return self._known.get(ref)

    def doors(self) -> list[tuple[list[int], tuple[bool, ...]]]:
        """Return the copies at each barrier between roads, and who passes from one to another."""
        return [
            (copies, self._barriers[ref]) for ref, copies in self._copies.items() if len(copies) > 1
        ]


def _turns(
    extract: Extract, vertices: _Vertices, rows: list[tuple[int, int, int, bool]]
) -> tuple[list[set[tuple[int, int]]], int]:
    """Return per profile the forbidden pairs (arc in, arc out); arc 2 s runs along segment s, 2 s + 1 against it."""
    into: dict[int, list[int]] = defaultdict(list)
    out: dict[int, list[int]] = defaultdict(list)
    wanted = {vertices.of(rule.via) for rule in extract.restrictions}
    for segment, (start, end, _way, _motorway) in enumerate(rows):
        if start in wanted:
            out[start].append(2 * segment)
            into[start].append(2 * segment + 1)
        if end in wanted:
            into[end].append(2 * segment)
            out[end].append(2 * segment + 1)
    forbidden: list[set[tuple[int, int]]] = [set() for _profile in PROFILES]
    used = 0
    for rule in extract.restrictions:
        via = vertices.of(rule.via)
        if via is None:
            extract.left_out["turn restrictions outside the roads"] += 1
            continue
        origins = [arc for arc in into[via] if rows[arc // 2][2] == rule.origin]
        goals = [arc for arc in out[via] if rows[arc // 2][2] == rule.destination]
        if not origins or not goals:
            extract.left_out["turn restrictions outside the roads"] += 1
            continue
        used += 1
        barred = [arc for arc in out[via] if (arc in goals) is not rule.only]
        for number, holds in enumerate(rule.holds):
            if holds:
                forbidden[number].update((a, b) for a in origins for b in barred)
    return forbidden, used
