"""Which visits that wait have a place in which route, quotas aside: found by trying every gap, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from routing.arrays import BIG, Arrays, Bools
from routing.clockwork import DEPART, LENGTH, LOADS, retime
from routing.compiled import compiled
from routing.gaps import COST, first_gap, learn
from routing.numbers import (
    MOST_S,
    MOST_TRAVEL_S,
    MOST_VISITS,
    NOT_HERE,
    NUMBERS,
    POSITION,
    QUICK,
    STIFF,
    Numbers,
    free_parts,
    numbers_of,
    tables_of,
)
from routing.routes import Routes


def fitting(arrays: Arrays, routes: Routes) -> Bools:
    """Return bool (shifts, visits): who could be put on which route as it is without a broken rule but the quota's."""
    rows = len(arrays.shifts)
    if rows == 0 or arrays.count == 0:
        return np.zeros((rows, arrays.count), dtype=bool)
    numbers = numbers_of(arrays, routes.fixed, with_near=False)
    free, lengths = free_parts(arrays, routes.sequences)
    waiting = np.flatnonzero(~routes.served).astype(np.int64)
    fits: Bools = _fitting(numbers, tables_of(arrays), free, lengths, waiting)
    return fits


@compiled((NUMBERS, types.int64[::1], types.int32[:, ::1], types.int64[::1], types.int64[::1]))
def _fitting(d: Numbers, tables: Any, sequence: Any, lengths: Any, waiting: Any) -> Any:
    rows, count = d.gain.shape
    places = sequence.shape[1]
    time = np.zeros((rows, DEPART + 4 * tables[0], places + 1), dtype=np.int64)
    route = np.zeros((rows, LOADS + tables[1]), dtype=np.int64)
    worth = np.zeros(rows)
    # Nobody is left out here for not being worth the driving.
    worthy = np.where(d.gain > NOT_HERE / 2, 1.0, NOT_HERE)
    known = np.full((rows, count, 3), -1, dtype=np.int32)
    fits = np.zeros((rows, count), dtype=np.bool_)
    for r in range(rows):
        n = lengths[r]
        route[r, LENGTH] = n
        exact = d.shift[r, QUICK] == 1 and d.shift[r, MOST_S] >= BIG
        exact &= d.shift[r, MOST_TRAVEL_S] >= BIG
        if exact:
            retime(d.drive, d.visit, d.value, d.shift, d.weight, sequence, time, route, worth, r)
            learn(
                d.drive, d.drive_to, d.visit, worthy, d.shift, d.weight, sequence, time, route, known, r,
                waiting, len(waiting), -1, -1,
            )  # fmt: skip
            for v in waiting:
                fits[r, v] = worthy[r, v] > 0 and known[r, v, COST] < BIG
            continue
        if n >= places or n + d.shift[r, STIFF] >= d.shift[r, MOST_VISITS]:
            continue
        first = first_gap(d.visit, sequence, route, r)
        for v in waiting:
            if worthy[r, v] <= 0:
                continue
            low, high = first, n
            if d.visit[v, POSITION] >= 0:
                low = high = d.visit[v, POSITION] - d.shift[r, STIFF]
                if low < first or low > n:
                    continue
            route[r, LENGTH] = n + 1
            for k in range(n, low, -1):
                sequence[r, k] = sequence[r, k - 1]
            gap = low
            while gap <= high:
                sequence[r, gap] = v
                if retime(
                    d.drive, d.visit, d.value, d.shift, d.weight, sequence, time, route, worth, r
                ):
                    fits[r, v] = True
                    break
                if gap < n:
                    sequence[r, gap] = sequence[r, gap + 1]
                gap += 1
            for k in range(min(gap, n), n):
                sequence[r, k] = sequence[r, k + 1]
            route[r, LENGTH] = n
    return fits
