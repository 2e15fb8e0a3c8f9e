"""The cheapest place for every visit in one route, all at once: the inner loop of the search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from routing.arrays import BIG, Arrays, Bools, Ints, Part
from routing.timing import Times

Gaps = np.ndarray[Any, np.dtype[np.intp]]


def best_insertions(
    arrays: Arrays, number: int, sequence: Sequence[int], times: Times
) -> tuple[Ints, Gaps]:
    """Return for each visit the least more seconds (driving, and overtime at its price) in a route, and the gap.

    Gap k lies before stop k of `sequence` (0 is the first stop). BIG where the visit does not fit or may not go.
    Quota and the longest duration of a route are not looked at. Visits of two crews get BIG.
    """
    cost, first_gap = costs_by_gap(arrays, number, sequence, times)
    if len(cost) == 0:
        return np.full(arrays.count, BIG, dtype=np.int32), np.zeros(arrays.count, dtype=np.intp)
    gap = cost.argmin(axis=0)
    best: Ints = cost[gap, np.arange(arrays.count)]
    best[~may_enter(arrays, number, sequence)] = BIG
    return best, gap + first_gap


def costs_by_gap(
    arrays: Arrays, number: int, sequence: Sequence[int], times: Times
) -> tuple[Ints, int]:
    """Return the more seconds of each visit in each gap, shape (gaps, visits), and the number of the first gap."""
    shift = arrays.shifts[number]
    count = arrays.count
    gaps = len(sequence) + 1
    first_gap = _first_gap(arrays, number, sequence)
    if first_gap >= gaps or len(sequence) >= shift.most_visits or count == 0:
        return np.zeros((0, count), dtype=np.int32), first_gap
    before = np.array([shift.start, *sequence], dtype=np.intp)[first_gap:]
    after = np.array([*sequence, shift.end], dtype=np.intp)[first_gap:]
    parts = arrays.parts[shift.profile]
    unpack, same_after = _unpacking(arrays, before, after)
    fits = np.zeros((gaps - first_gap, count), dtype=bool)
    late: Ints | None = None
    layers = len(times.depart)
    to_visit = [part.drive[before, :count] for part in parts]
    from_visit = [part.drive_to[after, :count] for part in parts]
    overtime = arrays.wishes.overtime if shift.back_s > shift.end_s else 0.0
    for layer in range(layers):
        leave = np.minimum(np.array(times.depart[layer][first_gap:], dtype=np.int64), BIG).astype(
            np.int32
        )
        arrive = _arrivals(parts, to_visit, leave[:, None])
        done = _openings(arrays, arrive) + arrays.service + unpack
        np.copyto(done, BIG, where=done > shift.visits_end_s)
        for next_layer in range(layer, min(layer + 2, layers)):
            ready = done
            if next_layer > layer:
                from_s, last_s, length = shift.breaks[layer]
                ready = np.maximum(done, from_s)
                ready = np.where(ready <= last_s, ready + length, BIG).astype(np.int32)
            there = _arrivals(parts, from_visit, ready)
            by = np.array(times.arrive_by[next_layer][first_gap:], dtype=np.int32)[:, None]
            if same_after is not None:
                by_same = np.array(times.arrive_by_same[next_layer][first_gap:], dtype=np.int32)
                by = np.where(same_after, by_same[:, None], by)
            here = there <= by
            fits |= here
            if overtime:
                over = _lateness(times, next_layer, first_gap, there, shift.back_s, shift.end_s)
                over = np.where(here, over, BIG)
                late = over if late is None else np.minimum(late, over)
    between = np.array(times.legs[0][first_gap:] if sequence else [0], dtype=np.int32)
    if not sequence:
        between = np.zeros(1, dtype=np.int32)
    more = to_visit[0] + from_visit[0] - between[:, None]
    if late is not None:
        more = more + (np.minimum(late, BIG // 4) * overtime).astype(np.int32)
    cost = np.where(fits, more, BIG)
    if arrays.position:
        _keep_positions(arrays, cost, first_gap)
    if shift.most_travel_s < BIG:
        cost[more > shift.most_travel_s - times.drive_s] = BIG
    return cost.astype(np.int32), first_gap


def may_enter(arrays: Arrays, number: int, sequence: Sequence[int]) -> Bools:
    """Return which visits may go on a route where there is time: by team, crews, and load."""
    shift = arrays.shifts[number]
    may: Bools = arrays.allowed[number] & (arrays.crews == 1)
    if arrays.capped and shift.capacity:
        used = arrays.amounts[list(sequence)].sum(axis=0) if sequence else 0
        may &= (arrays.amounts + used <= np.array(shift.capacity)).all(axis=1)
    return may


def _first_gap(arrays: Arrays, number: int, sequence: Sequence[int]) -> int:
    """Return the first gap that may be filled: after what is frozen and what is pinned to a position."""
    frozen = arrays.frozen.get(number)
    first = len(frozen.visits) if frozen else 0
    if arrays.position:
        for k, visit in enumerate(sequence):
            if visit in arrays.position:
                first = max(first, k + 1)
    return first


def _keep_positions(arrays: Arrays, cost: Ints, first_gap: int) -> None:
    for visit, position in arrays.position.items():
        row = position - first_gap
        kept = cost[row, visit] if 0 <= row < len(cost) else BIG
        cost[:, visit] = BIG
        if 0 <= row < len(cost):
            cost[row, visit] = kept


def _unpacking(arrays: Arrays, before: Gaps, after: Gaps) -> tuple[Ints, Any]:
    if not arrays.shares:
        return arrays.setup, None
    address = arrays.address
    padded = np.concatenate(
        [address, np.full(arrays.nowhere - arrays.count + 1, np.iinfo(np.int64).min)]
    )
    same_before = padded[before][:, None] == address[None, :]
    same_after = padded[after][:, None] == address[None, :]
    return np.where(same_before, 0, arrays.setup[None, :]).astype(np.int32), same_after


def _arrivals(parts: Sequence[Part], drive: Sequence[Ints], leave: Ints) -> Ints:
    if len(parts) == 1:
        return leave + drive[0]
    best = np.full(drive[0].shape, BIG, dtype=np.int32)
    for part, seconds in zip(parts, drive, strict=True):
        depart = np.maximum(leave, part.from_s)
        np.minimum(
            best, np.where(leave < part.until_s, np.minimum(depart + seconds, BIG), BIG), out=best
        )
    return best


def _openings(arrays: Arrays, arrive: Ints) -> Ints:
    opens, closes = arrays.opens, arrays.closes
    start = np.where(arrive <= closes[0], np.maximum(arrive, opens[0]), BIG)
    for layer in range(1, len(opens)):
        other = np.where(arrive <= closes[layer], np.maximum(arrive, opens[layer]), BIG)
        start = np.minimum(start, other)
    earliest: Ints = np.minimum(start, BIG)
    return earliest


def _lateness(
    times: Times, layer: int, first_gap: int, there: Ints, back_s: int, end_s: int
) -> Ints:
    """Estimate the additional overtime: by how much the arrival eats into the way to an end without overtime."""
    by = np.array(times.arrive_by[layer][first_gap:], dtype=np.int32)[:, None]
    without = by - (back_s - end_s)
    now = max(times.back_s - end_s, 0) if times.back_s <= back_s else 0
    late: Ints = np.maximum(there - without - now, 0).astype(np.int32)
    return late
