"""From an extract's ways to the plain arrays of a network: junctions, segments with their shapes, and forbidden turns.

Where roads for visitors only meet others, and at every barrier, a junction has several copies with doors between them.
A door costs nothing, is closed, or costs VISIT_TICKS, which no real drive lasts: so a drive passes through a road for
visitors only where it begins or ends there, or where there is no other way. (The idea of a penalty that is taken off
again is Valhalla's and OSRM's; Dibbelt, Strasser and Wagner 2016 tell how turns become copies of junctions.)
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any, Final

import numpy as np

from routing.travel.osm import Extract, May, Restriction, Way
from routing.travel.speeds import LIMIT_SHARE, PROFILES, Speeds

EARTH_M: Final = 6_371_000.0
TICKS: Final = 10_000
"""Ticks a second: times are whole numbers of 0.1 ms, lengths whole decimetres."""
VISIT_TICKS: Final = 2**28
"""What a door into a road for visitors costs: more than 7 hours, taken off again by a division."""
LONGEST_TURN: Final = 8
"""Segments of a forbidden turn over ways, at most."""
DOOR: Final = 255
"""The kind of a segment that is a door."""
NO_DOORS: Final = ("motorway", "motorway_link", "ferry")
"""Classes of roads that no house stands at."""

Arrays = dict[str, np.ndarray[Any, Any]]
Sides = tuple[bool, ...]


def build_arrays(
    extract: Extract, kinds: Sequence[str], surfaces: Sequence[str]
) -> tuple[Arrays, Mapping[str, int]]:
    """Return the arrays of a network without times, and how much of what it holds.

    `kinds` and `surfaces` are the classes of roads and the surfaces by their numbers, surfaces[0] is any other. See
    network.py for what the arrays are.
    """
    vertices = _Vertices(extract)
    rows: list[tuple[int, int, int]] = []
    facts: list[tuple[int, int, int]] = []
    limits: list[tuple[float, float]] = []
    may: list[tuple[int, ...]] = []
    shape_lat: list[float] = []
    shape_lon: list[float] = []
    shape_at = [0]

    def add(ends: tuple[int, int], way: int, fact: tuple[int, int, int], limit: tuple[float, float],
            who: tuple[int, ...], lat: Sequence[float], lon: Sequence[float]) -> None:  # fmt: skip
        rows.append((*ends, way))
        facts.append(fact)
        limits.append(limit)
        may.append(who)
        shape_lat.extend(lat)
        shape_lon.extend(lon)
        shape_at.append(len(shape_lat))

    kind_of = {kind: number for number, kind in enumerate(kinds)}
    surface_of = {surface: number for number, surface in enumerate(surfaces)}
    for way in extract.ways:
        fact = (kind_of[way.kind], surface_of.get(way.surface, 0), surface_of.get(way.evenness, 0))
        who = tuple(int(one) for ways in way.may for one in ways)
        for first, last in pairwise(vertices.cuts(way.refs)):
            ends = (vertices.number(way, first), vertices.number(way, last))
            span = slice(first, last + 1)
            add(ends, way.id, fact, way.limits, who, way.lat[span], way.lon[span])
    doors: dict[tuple[int, int], int] = {}
    for one, other, passes in vertices.doors():
        doors[one, other] = len(rows)
        lat, lon = vertices.lat[one], vertices.lon[one]
        add((one, other), 0, (DOOR, 0, 0), (0.0, 0.0), passes, (lat, lat), (lon, lon))

    at = np.array(shape_at, dtype=np.int64)
    points_lat, points_lon = np.array(shape_lat), np.array(shape_lon)
    metres = segment_metres(at, points_lat, points_lon)
    table = np.array(facts, dtype=np.uint8)
    arrays: Arrays = {
        "vertex_lat": np.array(vertices.lat),
        "vertex_lon": np.array(vertices.lon),
        "segment_from": np.array([row[0] for row in rows], dtype=np.int32),
        "segment_to": np.array([row[1] for row in rows], dtype=np.int32),
        "segment_kind": table[:, 0],
        "segment_no_door": np.isin(
            table[:, 0], [DOOR, *(kind_of[kind] for kind in NO_DOORS if kind in kind_of)]
        ),
        "segment_surface": table[:, 1],
        "segment_evenness": table[:, 2],
        "segment_limit": np.rint(np.array(limits)).astype(np.uint8),
        "segment_may": np.array(may, dtype=np.uint8),
        "segment_dm": np.maximum(np.rint(metres * 10), 1).astype(np.uint32),
        "shape_at": at,
        "shape_lat": points_lat,
        "shape_lon": points_lon,
    }
    forbidden, used = _turns(extract, vertices, rows, doors)
    for number, profile in enumerate(PROFILES):
        arrays[f"{profile}_forbidden"] = _padded(forbidden[number])
    return arrays, {
        "roads": len(extract.ways),
        "nodes": len({ref for way in extract.ways for ref in way.refs}),
        "junctions": len(vertices.lat),
        "segments": len(rows),
        "metres": int(metres.sum()),
        "barriers": vertices.barriers,
        "turn_restrictions": used,
    }


def ticks_of(
    arrays: Arrays, kinds: Sequence[str], surfaces: Sequence[str], speeds: Speeds
) -> Arrays:
    """Return the times of every segment forward and backward in ticks, per profile; 0 where a profile may not go."""
    known = [speeds.surfaces.get(name, np.inf) for name in surfaces]
    most = np.array([*known, *[np.inf] * (256 - len(known))])
    on = np.minimum(most[arrays["segment_surface"]], most[arrays["segment_evenness"]])
    limit = arrays["segment_limit"].astype(float)
    limit[limit == 0] = np.inf
    metres = arrays["segment_dm"] / 10
    made: Arrays = {}
    for number, profile in enumerate(PROFILES):
        usual = [speeds.classes.get(kind, (0.0, 0.0))[number] for kind in kinds]
        pace = np.array([*usual, *[0.0] * (256 - len(usual))])[arrays["segment_kind"]]
        kmh = np.minimum(np.minimum(pace, on)[:, None], limit * LIMIT_SHARE)
        with np.errstate(divide="ignore"):
            ticks = np.maximum(np.rint(metres[:, None] / (kmh / 3.6) * TICKS), 1)
        ticks[kmh == 0] = 0
        ticks = np.minimum(ticks, VISIT_TICKS // 2)
        who = arrays["segment_may"][:, 2 * number : 2 * number + 2]
        is_door = arrays["segment_kind"] == DOOR
        ticks[is_door] = 1
        ticks[is_door[:, None] & (who == May.VISITORS)] = VISIT_TICKS
        ticks[who == May.NOBODY] = 0
        made[f"{profile}_ticks"] = ticks.astype(np.uint32).reshape(-1)
    return made


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
    """Junctions by their node: a copy for each road at a barrier, and one for each kind of visitors-only elsewhere."""

    def __init__(self, extract: Extract) -> None:
        self.lat: list[float] = []
        self.lon: list[float] = []
        self._barriers = extract.barriers
        self._times: Counter[int] = Counter()
        for way in extract.ways:
            self._times.update(way.refs)
            self._times.update((way.refs[0], way.refs[-1]))
        self._known: dict[tuple[int, Sides], int] = {}
        self._copies: dict[int, list[tuple[int, Sides]]] = defaultdict(list)

    @property
    def barriers(self) -> int:
        """How many barriers stand between roads."""
        return sum(1 for ref in self._barriers if len(self._copies.get(ref, ())) > 1)

    def cuts(self, refs: tuple[int, ...]) -> list[int]:
        """Return where a way is cut: at junctions and barriers, and once within a loop."""
        cuts = [i for i, ref in enumerate(refs) if self._times[ref] > 1 or ref in self._barriers]
        more = []
        for first, last in pairwise(cuts):
            if refs[first] == refs[last] and last - first > 1:
                more.append((first + last) // 2)
        return sorted({*cuts, *more})

    def number(self, way: Way, index: int) -> int:
        """Return the vertex of a way's node for one end of a segment."""
        ref, sides = way.refs[index], way.for_visitors
        found = None if ref in self._barriers else self._known.get((ref, sides))
        if found is None:
            found = self._known[ref, sides] = len(self.lat)
            self.lat.append(way.lat[index])
            self.lon.append(way.lon[index])
            self._copies[ref].append((found, sides))
        return found

    def of(self, ref: int) -> list[int]:
        """Return the vertices of a node."""
        return [number for number, _sides in self._copies.get(ref, ())]

    def doors(self) -> list[tuple[int, int, tuple[int, ...]]]:
        """Return the copies that a door joins, and per profile who passes it there and back."""
        found = []
        for ref, copies in self._copies.items():
            bars = self._barriers.get(ref, (May.EVERYBODY,) * len(PROFILES))
            for (one, here), (other, there) in combinations(copies, 2):
                passes = [
                    (_door(bar, a, b), _door(bar, b, a))
                    for bar, a, b in zip(bars, here, there, strict=True)
                ]
                found.append((one, other, tuple(x for pair in passes for x in pair)))
        return found


def _door(bar: May, is_visitors: bool, leads_to_visitors: bool) -> int:
    """Return who passes from a road to another at a bar."""
    enters = leads_to_visitors and not is_visitors
    return int(May.VISITORS if bar is May.EVERYBODY and enters else bar)


def _padded(sequences: set[tuple[int, ...]]) -> np.ndarray[Any, Any]:
    longest = max((len(one) for one in sequences), default=2)
    rows = [(*one, *(-1,) * (longest - len(one))) for one in sorted(sequences)]
    return np.array(rows, dtype=np.int32).reshape(-1, longest)


def _turns(
    extract: Extract,
    vertices: _Vertices,
    rows: list[tuple[int, int, int]],
    doors: Mapping[tuple[int, int], int],
) -> tuple[list[set[tuple[int, ...]]], int]:
    """Return per profile the forbidden sequences of arcs; arc 2 s runs along segment s, 2 s + 1 against it."""
    of_way: dict[int, list[int]] = defaultdict(list)
    wanted = {way for rule in extract.restrictions for way in (rule.origin, rule.destination, *rule.over)}  # fmt: skip
    for segment, (_start, _end, way) in enumerate(rows):
        if way in wanted:
            of_way[way].append(segment)
    places: set[int] = set()
    for rule in extract.restrictions:
        if rule.via is not None:
            places.update(vertices.of(rule.via))
        places.update(
            end for way in rule.over for segment in of_way[way] for end in rows[segment][:2]
        )
    out: dict[int, list[int]] = defaultdict(list)
    for segment, (start, end, way) in enumerate(rows):
        if way:
            if start in places:
                out[start].append(2 * segment)
            if end in places:
                out[end].append(2 * segment + 1)
    forbidden: list[set[tuple[int, ...]]] = [set() for _profile in PROFILES]
    used = 0
    for rule in extract.restrictions:
        if rule.via is not None:
            found = _over_a_node(rule, vertices.of(rule.via), of_way, rows, out, doors)
        else:
            found = _over_ways(rule, of_way, rows, out)
        if not found:
            extract.left_out["turn restrictions outside the roads"] += 1
            continue
        used += 1
        for number, holds in enumerate(rule.holds):
            if holds:
                forbidden[number].update(found)
    return forbidden, used


def _over_a_node(
    rule: Restriction,
    via: Sequence[int],
    of_way: Mapping[int, Sequence[int]],
    rows: Sequence[tuple[int, int, int]],
    out: Mapping[int, Sequence[int]],
    doors: Mapping[tuple[int, int], int],
) -> set[tuple[int, ...]]:
    """Return the pairs of arcs that a rule forbids at a node; with the door between them where it has copies."""
    origins = [(arc, end) for arc, _start, end in _arcs(of_way.get(rule.origin, ()), rows) if end in via]  # fmt: skip
    goals = {arc for arc, start, _end in _arcs(of_way.get(rule.destination, ()), rows) if start in via}  # fmt: skip
    if not origins or not goals:
        return set()
    found: set[tuple[int, ...]] = set()
    for copy in via:
        for arc in out.get(copy, ()):
            if (arc in goals) is rule.only:
                continue
            for origin, end in origins:
                if end == copy:
                    found.add((origin, arc))
                elif (end, copy) in doors:
                    found.add((origin, 2 * doors[end, copy], arc))
                elif (copy, end) in doors:
                    found.add((origin, 2 * doors[copy, end] + 1, arc))
    return found


def _over_ways(
    rule: Restriction,
    of_way: Mapping[int, Sequence[int]],
    rows: Sequence[tuple[int, int, int]],
    out: Mapping[int, Sequence[int]],
) -> set[tuple[int, ...]]:
    """Return the sequences of arcs that a rule over other ways forbids, by the shortest chain along those ways."""
    between = [arc for way in rule.over for arc in _arcs(of_way.get(way, ()), rows)]
    starts = {start for _arc, start, _end in between}
    ends = {end for _arc, _start, end in between}
    into = [(arc, end) for arc, _start, end in _arcs(of_way.get(rule.origin, ()), rows) if end in starts]  # fmt: skip
    goals = {(arc, start) for arc, start, _end in _arcs(of_way.get(rule.destination, ()), rows) if start in ends}  # fmt: skip
    found: set[tuple[int, ...]] = set()
    for origin, first in into:
        chain = _chain(between, first, {start for _arc, start in goals})
        if not chain or len(chain) > LONGEST_TURN - 2:
            continue
        last = chain[-1][2]
        arcs = (origin, *(arc for arc, _start, _end in chain))
        wanted = {arc for arc, start in goals if start == last}
        if not rule.only:
            found.update((*arcs, arc) for arc in wanted)
            continue
        found.update((*arcs, arc) for arc in out.get(last, ()) if arc not in wanted)
    return found


_Arc = tuple[int, int, int]
"""An arc with the vertices that it leaves and reaches."""


def _arcs(segments: Sequence[int], rows: Sequence[tuple[int, int, int]]) -> list[_Arc]:
    found: list[_Arc] = []
    for segment in segments:
        start, end, _way = rows[segment]
        found += [(2 * segment, start, end), (2 * segment + 1, end, start)]
    return found


def _chain(arcs: Sequence[_Arc], first: int, lasts: set[int]) -> list[_Arc]:
    """Return the fewest arcs that lead from a vertex to one of others, none where they do not."""
    leaving: dict[int, list[_Arc]] = defaultdict(list)
    for arc in arcs:
        leaving[arc[1]].append(arc)
    waiting: deque[tuple[int, list[_Arc]]] = deque([(first, [])])
    seen = {first}
    while waiting:
        at, way = waiting.popleft()
        if way and at in lasts:
            return way
        for arc in leaving[at]:
            if arc[2] not in seen:
                seen.add(arc[2])
                waiting.append((arc[2], [*way, arc]))
    return []
