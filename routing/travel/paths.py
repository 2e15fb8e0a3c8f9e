"""Fastest ways over a network's arrays: customizable contraction hierarchies, with SciPy's Dijkstra as the reference.

Dibbelt, Strasser and Wagner, "Customizable Contraction Hierarchies", ACM JEA 2016, by the RoutingKit library. Without
that library everything is answered by SciPy, more slowly.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from routing.travel.build import VISIT_TICKS, Arrays
from routing.travel.snapping import Snapped

cch: Any
try:
    import routingkit_cch as cch
except ImportError:  # no wheel for this machine: the reference answers instead
    cch = None

Array = np.ndarray[Any, Any]
Door = tuple[int, tuple[float, float]]
"""A junction, and what it costs to reach or leave it from a place: ticks, and ticks plus decimetres."""
_CHUNK: Final = 64


class Graph:
    """One profile's ways: edges between junctions and the junctions' copies that turn restrictions need."""

    def __init__(self, arrays: Arrays, profile: str, fast: bool) -> None:
        self._arrays = arrays
        self._ticks = arrays[f"{profile}_ticks"].astype(np.int64)
        self._dm = np.repeat(arrays["segment_dm"].astype(np.int64), 2)
        self.size, self._tail, self._head, self._arc, self._arc_head, _place = _edges(
            arrays, profile
        )
        self._edges_of: dict[int, list[int]] = defaultdict(list)
        for edge, arc in enumerate(self._arc.tolist()):
            self._edges_of[arc].append(edge)
        self._main = self._largest()
        weights = self._ticks[self._arc]
        self._weights = (weights, weights + self._dm[self._arc])
        order = arrays.get(f"{profile}_order")
        self._fast = fast and cch is not None and order is not None and len(order) == self.size
        if self._fast:
            assert order is not None
            self._cch = cch.CCH(order.tolist(), self._tail.tolist(), self._head.tolist(), False)
            self._metrics = [cch.CCHMetric(self._cch, cost.tolist()) for cost in self._weights]

    def largest_share(self) -> float:
        """Return the share of the open road's length that lies in the largest connected part."""
        open_arcs = self._ticks > 0
        total = self._dm[open_arcs].sum()
        inside = self._dm[self._arc[np.isin(self._arc, np.flatnonzero(self._arc_inside()))]]
        return round(float(min(inside.sum() / max(total, 1), 1.0)), 4)

    def open_segments(self) -> Array:
        """Return which segments a place may lie on: in the largest part, no motorway, no ferry, no barrier."""
        inside = self._arc_inside().reshape(-1, 2).any(axis=1)
        found: Array = inside & ~self._arrays["segment_no_door"]
        return found

    def sweep(self, starts: Snapped, ends: Snapped) -> tuple[Array, Array]:
        """Return the costs (ticks; ticks plus decimetres) from starts to ends; NaN where there is no way."""
        sources = [self._sources(starts, i) for i in range(len(starts.segment))]
        goals = [self._goals(ends, j) for j in range(len(ends.segment))]
        nodes = sorted({node for goal in goals for node, _shares in goal})
        position = {node: i for i, node in enumerate(nodes)}
        index = np.array([position[node] for goal in goals for node, _cost in goal])
        first = np.cumsum([0] + [len(goal) for goal in goals[:-1]])
        found = []
        for metric in (0, 1):
            extra = np.array([cost[metric] for goal in goals for _node, cost in goal], dtype=float)
            rows = self._rows(metric, sources, nodes)
            answer = np.empty((len(sources), len(goals)))
            for i, row in enumerate(rows):
                answer[i] = np.minimum.reduceat(
                    np.nan_to_num(row, nan=np.inf)[index] + extra, first
                )
            found.append(answer)
        self._same_segment(starts, ends, found)
        for answer in found:
            answer[np.isinf(answer)] = np.nan
            answer %= VISIT_TICKS
        return found[0], found[1]

    def way(self, ends: Snapped) -> tuple[tuple[tuple[float, float], ...], float, float] | None:
        """Return the points, ticks and decimetres from the first to the second of two snapped places."""
        direct = self._direct(ends)
        sources, goals = self._sources(ends, 0), self._goals(ends, 1)
        start = dict(sorted(sources, key=lambda door: -door[1][0]))
        goal = dict(sorted(goals, key=lambda door: -door[1][0]))
        path = self._path({n: c[0] for n, c in start.items()}, {n: c[0] for n, c in goal.items()})
        if path is None and direct is None:
            return None
        if path is not None:
            cost, edges, first, last = path
            if direct is None or cost < direct[0]:
                out = self._arc_to(ends, 0, first)
                into = self._arc_from(ends, 1, last)
                arcs = self._arc[edges].tolist() if edges else []
                points = [
                    (float(ends.lat[0]), float(ends.lon[0])),
                    *self._tail_points(ends, 0, out),
                ]
                for arc in arcs:
                    points += self._points(arc)[1:]
                points += self._head_points(ends, 1, into)
                points.append((float(ends.lat[1]), float(ends.lon[1])))
                length = start[first][1] - start[first][0] + goal[last][1] - goal[last][0]
                length += float(self._dm[arcs].sum())
                return _without_repeats(points), cost % VISIT_TICKS, length
        assert direct is not None
        return direct[1], direct[0], direct[2]

    def _largest(self) -> Array:
        ones = np.ones(len(self._tail), dtype=np.int8)
        graph = csr_array((ones, (self._tail, self._head)), shape=(self.size, self.size))
        _count, label = connected_components(graph, directed=True, connection="strong")
        inside: Array = label == np.bincount(label).argmax()
        return inside

    def _arc_inside(self) -> Array:
        inside = np.zeros(len(self._ticks), dtype=bool)
        inside[self._arc[self._main[self._tail] & self._main[self._head]]] = True
        return inside

    def _sources(self, at: Snapped, i: int) -> list[Door]:
        """Return the junctions that a place leaves its segment by, with both costs."""
        segment, share = int(at.segment[i]), float(at.share[i])
        found: list[Door] = []
        for arc, left in ((2 * segment, 1 - share), (2 * segment + 1, share)):
            if self._ticks[arc] and self._main[self._arc_head[arc]]:
                ticks = round(float(self._ticks[arc]) * left)
                cost = (ticks, ticks + round(float(self._dm[arc]) * left))
                found.append((int(self._arc_head[arc]), cost))
        return found

    def _goals(self, at: Snapped, i: int) -> list[Door]:
        """Return the junctions (and copies) from which a place's segment is entered, with both costs."""
        segment, share = int(at.segment[i]), float(at.share[i])
        found: list[Door] = []
        for arc, way in ((2 * segment, share), (2 * segment + 1, 1 - share)):
            ticks = round(float(self._ticks[arc]) * way)
            cost = (ticks, ticks + round(float(self._dm[arc]) * way))
            found += [(int(self._tail[edge]), cost) for edge in self._edges_of.get(arc, ())]
        return found

    def _rows(self, metric: int, sources: list[list[Door]], nodes: list[int]) -> Any:
        if self._fast:
            sweep = cch.CCHOneToMany(self._metrics[metric], nodes)
            for source in sources:
                given = [(node, int(cost[metric])) for node, cost in source]
                yield np.array(sweep.distances_from_multi(given), dtype=float)
            return
        weights = self._weights[metric]
        graph = _lightest(self._tail, self._head, weights, self.size)
        starts = sorted({node for source in sources for node, _cost in source})
        row_of: dict[int, Array] = {}
        for chunk in range(0, len(starts), _CHUNK):
            some = starts[chunk : chunk + _CHUNK]
            for node, row in zip(some, dijkstra(graph, indices=some), strict=True):
                row_of[node] = row[nodes]
        for source in sources:
            yield np.min([row_of[node] + cost[metric] for node, cost in source], axis=0)

    def _same_segment(self, starts: Snapped, ends: Snapped, found: list[Array]) -> None:
        """Two places on one segment need not go round by a junction."""
        on: dict[int, list[int]] = defaultdict(list)
        for j, segment in enumerate(ends.segment.tolist()):
            on[segment].append(j)
        for i, segment in enumerate(starts.segment.tolist()):
            for j in on.get(segment, ()):
                between = float(ends.share[j] - starts.share[i])
                for arc, way in ((2 * segment, between), (2 * segment + 1, -between)):
                    if self._ticks[arc] and way >= 0:
                        ticks = round(float(self._ticks[arc]) * way)
                        mixed = ticks + round(float(self._dm[arc]) * way)
                        for answer, cost in zip(found, (ticks, mixed), strict=True):
                            answer[i, j] = min(answer[i, j], cost)

    def _direct(self, ends: Snapped) -> tuple[float, tuple[tuple[float, float], ...], float] | None:
        segment = int(ends.segment[0])
        if segment != int(ends.segment[1]):
            return None
        between = float(ends.share[1] - ends.share[0])
        for arc, way in ((2 * segment, between), (2 * segment + 1, -between)):
            if self._ticks[arc] and way >= 0:
                low, high = sorted((float(ends.share[0]), float(ends.share[1])))
                inner = self._between(segment, low, high)
                if arc % 2:
                    inner.reverse()
                points = [(float(ends.lat[0]), float(ends.lon[0])), *inner]
                points.append((float(ends.lat[1]), float(ends.lon[1])))
                return (
                    float(self._ticks[arc]) * way,
                    _without_repeats(points),
                    float(self._dm[arc]) * way,
                )
        return None

    def _path(
        self, start: dict[int, float], goal: dict[int, float]
    ) -> tuple[float, list[int], int, int] | None:
        """Return cost, edges, first and last junction of the fastest way between sets of junctions."""
        if self._fast:
            # A query belongs to the thread that made it, and threads share a network.
            found = cch.CCHQuery(self._metrics[0]).run_multi(
                [(n, int(c)) for n, c in start.items()], [(n, int(c)) for n, c in goal.items()]
            )
            if found.distance is None:
                return None
            nodes = found.node_path
            return float(found.distance), list(found.arc_path), nodes[0], nodes[-1]
        graph = _lightest(self._tail, self._head, self._weights[0], self.size)
        firsts = list(start)
        far, before = dijkstra(graph, indices=firsts, return_predecessors=True)
        best = min(
            (far[i, node] + start[first] + cost, i, node)
            for i, first in enumerate(firsts)
            for node, cost in goal.items()
        )
        if np.isinf(best[0]):
            return None
        node, edges = best[2], []
        while node != firsts[best[1]]:
            previous = int(before[best[1], node])
            choices = np.flatnonzero((self._tail == previous) & (self._head == node))
            edges.append(int(choices[np.argmin(self._weights[0][choices])]))
            node = previous
        return float(best[0]), edges[::-1], firsts[best[1]], best[2]

    def _arc_to(self, at: Snapped, i: int, node: int) -> int:
        """Return the arc by which a place's segment is left for a junction, the faster where both lead there."""
        segment, share = int(at.segment[i]), float(at.share[i])
        ways = ((2 * segment, 1 - share), (2 * segment + 1, share))
        return min(
            (float(self._ticks[arc]) * left, arc)
            for arc, left in ways
            if self._ticks[arc] and self._arc_head[arc] == node
        )[1]

    def _arc_from(self, at: Snapped, i: int, node: int) -> int:
        segment, share = int(at.segment[i]), float(at.share[i])
        ways = ((2 * segment, share), (2 * segment + 1, 1 - share))
        return min(
            (float(self._ticks[arc]) * way, arc)
            for arc, way in ways
            if any(self._tail[edge] == node for edge in self._edges_of.get(arc, ()))
        )[1]

    def _tail_points(self, at: Snapped, i: int, arc: int) -> list[tuple[float, float]]:
        share = float(at.share[i])
        if arc % 2:
            return self._between(arc // 2, -1.0, share)[::-1]
        return self._between(arc // 2, share, 2.0)

    def _head_points(self, at: Snapped, i: int, arc: int) -> list[tuple[float, float]]:
        share = float(at.share[i])
        if arc % 2:
            return self._between(arc // 2, share, 2.0)[::-1]
        return self._between(arc // 2, -1.0, share)

    def _points(self, arc: int) -> list[tuple[float, float]]:
        at = self._arrays["shape_at"]
        span = slice(int(at[arc // 2]), int(at[arc // 2 + 1]))
        lat, lon = self._arrays["shape_lat"][span], self._arrays["shape_lon"][span]
        points = list(zip(lat.tolist(), lon.tolist(), strict=True))
        return points[::-1] if arc % 2 else points

    def _between(self, segment: int, low: float, high: float) -> list[tuple[float, float]]:
        """Return the shape points of a segment whose share of its length lies strictly between two shares."""
        points = self._points(2 * segment)
        narrow = np.cos(np.radians(points[0][0]))
        spots = np.array(points)
        steps = np.hypot(np.diff(spots[:, 0]), np.diff(spots[:, 1]) * narrow)
        along = np.concatenate(([0.0], np.cumsum(steps)))
        share = along / max(float(along[-1]), 1e-15)
        return [point for point, s in zip(points, share.tolist(), strict=True) if low < s < high]


def fast_order(arrays: Arrays, profile: str) -> Array:
    """Return the order in which junctions are contracted, or an empty one without the library."""
    if cch is None:
        return np.zeros(0, dtype=np.uint32)
    size, tail, head, _every, _arc_head, place = _edges(arrays, profile)
    lat, lon = arrays["vertex_lat"], arrays["vertex_lon"]
    order = cch.compute_order_inertial(
        size, tail.tolist(), head.tolist(), lat[place].tolist(), lon[place].tolist()
    )
    return np.array(order, dtype=np.uint32)


def _edges(arrays: Arrays, profile: str) -> tuple[int, Array, Array, Array, Array, Array]:
    """Return the number of junctions with copies, edge tails, heads and arcs, each arc's head, each junction's vertex.

    A copy stands for forbidden turns that were begun (Aho and Corasick 1975): from it the arcs that would end one of
    them do not start, and those that go on with one lead to the next copy.
    """
    ticks = arrays[f"{profile}_ticks"]
    start, end = arrays["segment_from"], arrays["segment_to"]
    arc_tail = np.column_stack((start, end)).reshape(-1).astype(np.int64)
    arc_head = np.column_stack((end, start)).reshape(-1).astype(np.int64)
    first = len(arrays["vertex_lat"])
    rows = [tuple(x for x in row if x >= 0) for row in arrays[f"{profile}_forbidden"].tolist()]
    ended = {row for row in rows if all(ticks[arc] for arc in row)}
    begun = {row[:length] for row in ended for length in range(1, len(row))}
    copy_of = {prefix: first + number for number, prefix in enumerate(sorted(begun))}
    place = np.concatenate(
        (np.arange(first), np.array([arc_head[prefix[-1]] for prefix in copy_of], dtype=np.int64))
    )
    leaving: dict[int, list[int]] = defaultdict(list)
    for arc in np.flatnonzero((ticks > 0) & np.isin(arc_tail, place[first:])).tolist():
        leaving[int(arc_tail[arc])].append(arc)
    more: list[tuple[int, int, int]] = []
    for prefix, copy in copy_of.items():
        open_ways = []
        for arc in leaving[int(place[copy])]:
            ends = [(*prefix, arc)[k:] for k in range(len(prefix) + 1)]
            if not any(end_of in ended for end_of in ends):
                known = next((copy_of[end_of] for end_of in ends if end_of in copy_of), None)
                open_ways.append((copy, int(arc_head[arc]) if known is None else known, arc))
        # Whoever turned back on the spot would make the forbidden turn after all.
        onward = [way for way in open_ways if way[2] != prefix[-1] ^ 1]
        more += onward or open_ways
    for prefix, copy in copy_of.items():
        if len(prefix) == 1:
            arc_head[prefix[0]] = copy
    arcs = np.flatnonzero(ticks > 0)
    turns = np.array(more, dtype=np.int64).reshape(-1, 3)
    return (
        first + len(copy_of),
        np.concatenate((arc_tail[arcs], turns[:, 0])),
        np.concatenate((arc_head[arcs], turns[:, 1])),
        np.concatenate((arcs, turns[:, 2])),
        arc_head,
        place,
    )


def _lightest(tail: Array, head: Array, weights: Array, size: int) -> Any:
    """Return a sparse graph with the lightest of parallel edges (a plain sum would add them up)."""
    order = np.lexsort((weights, head, tail))
    tail, head, weights = tail[order], head[order], weights[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return csr_array((weights[first].astype(float), (tail[first], head[first])), shape=(size, size))


def _without_repeats(points: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    kept = [points[0]]
    kept += [point for point in points[1:] if point != kept[-1]] if len(points) > 1 else []
    clean = [kept[0]]
    for point in kept[1:]:
        if point != clean[-1]:
            clean.append(point)
    return tuple(clean)
