"""Who has a place where: visits that wait, tried in every gap of a route, compiled. Quotas are left to the caller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numba import types

from routing.arrays import BIG, Arrays, Ints
from routing.clockwork import DEPART, DRIVE, LENGTH, LOADS, VERSION, retime
from routing.compiled import compiled
from routing.gaps import COST, first_gap, learn
from routing.numbers import (
    MOST_S,
    MOST_TRAVEL_S,
    MOST_VISITS,
    NOT_HERE,
    NUMBERS,
    POSITION,
    STIFF,
    Numbers,
    numbers_of,
    tables_of,
)
from routing.routes import Routes

SPARE: Final = 2
"""So many places more than the longest route has are kept for trials."""

Visits = np.ndarray[Any, np.dtype[np.int64]]


class Trials:
    """The shifts of a plan, with room to try routes on them."""

    def __init__(self, arrays: Arrays, routes: Routes) -> None:
        self.arrays, self.routes = arrays, routes
        self.numbers = numbers_of(arrays, routes.fixed, with_near=False)
        layers, loads = tables_of(arrays).tolist()
        rows, count = len(arrays.shifts), arrays.count
        self.places = max((len(sequence) for sequence in routes.sequences), default=0) + SPARE
        self.loose = self.numbers.shift.copy()
        self.loose[:, [MOST_S, MOST_TRAVEL_S]] = BIG
        sieved = [_is_sieved(arrays, r) for r in range(rows)]
        self.sieved = np.array(sieved, dtype=np.bool_)
        self.worthy = np.where(self.numbers.gain > NOT_HERE / 2, 1.0, NOT_HERE)
        self.sequence = np.zeros((rows, self.places), dtype=np.int32)
        self.time = np.zeros((rows, DEPART + 4 * layers, self.places + 1), dtype=np.int64)
        self.route = np.zeros((rows, LOADS + loads), dtype=np.int64)
        self.worth = np.zeros(rows)
        self.known = np.full((rows, count, 3), -1, dtype=np.int32)

    def costs(self, r: int, sequence: Sequence[int], some: Visits) -> Ints | None:
        """Return for some visits the least more seconds on a route of shift `r`, BIG where there is no place.

        None when the route itself breaks a rule. Seconds are estimated where driving changes with the time of day.
        """
        frozen = self.arrays.frozen.get(r)
        free = sequence[len(frozen.visits) if frozen else 0 :]
        self.sequence[r, : len(free)] = free
        self.route[r, LENGTH] = len(free)
        cost = np.full(len(some), BIG, dtype=np.int32)
        sound = _try(
            self.numbers, self.loose, self.sieved, self.worthy, self.sequence, self.time, self.route, self.worth, self.known,
            r, some, cost,
        )  # fmt: skip
        return cost if sound else None

    def all(self, some: Visits) -> Ints:
        """Return int32 (shifts, some): the costs on every route as it is."""
        answer = np.full((len(self.arrays.shifts), len(some)), BIG, dtype=np.int32)
        for r, sequence in enumerate(self.routes.sequences):
            cost = self.costs(r, sequence, some)
            if cost is not None:
                answer[r] = cost
        return answer


def _is_sieved(arrays: Arrays, number: int) -> bool:
    """Whether `gaps` knows exactly who has a place: a break at most, and ways that there are all day or never."""
    shift = arrays.shifts[number]
    first, *others = arrays.parts[shift.profile]
    return len(shift.breaks) <= 1 and all(
        np.array_equal(first.drive >= BIG, part.drive >= BIG) for part in others
    )


@compiled(
    (
        NUMBERS, types.int64[:, ::1], types.boolean[::1], types.float64[:, ::1], types.int32[:, ::1], types.int64[:, :, ::1],
        types.int64[:, ::1], types.float64[::1], types.int32[:, :, ::1], types.int64, types.int64[::1], types.int32[::1],
    )
)  # fmt: skip
def _try(
    d: Numbers, loose: Any, sieved: Any, worthy: Any, sequence: Any, time: Any, route: Any, worth: Any, known: Any,
    r: int, some: Any, cost: Any,
) -> bool:  # fmt: skip
    """Work out `cost`; False when the route breaks a rule.

    On a shift that is `sieved`, who has a place without limits of minutes (the shifts `loose`) is known at once, and only
    they are tried under those limits.
    """
    if not retime(d.drive, d.visit, d.value, d.shift, d.weight, sequence, time, route, worth, r):
        return False
    n = route[r, LENGTH]
    if n >= sequence.shape[1] or n + d.shift[r, STIFF] >= d.shift[r, MOST_VISITS]:
        return True
    limited = d.shift[r, MOST_S] < BIG or d.shift[r, MOST_TRAVEL_S] < BIG
    driving = route[r, DRIVE]
    first = first_gap(d.visit, sequence, route, r)
    if sieved[r]:
        route[r, VERSION] += 1
        learn(
            d.drive, d.drive_to, d.visit, worthy, loose, d.weight, sequence, time, route, known, r,
            some, len(some), -1, -1,
        )  # fmt: skip
    for at in range(len(some)):
        v = some[at]
        if worthy[r, v] <= 0 or (sieved[r] and known[r, v, COST] >= BIG):
            continue
        if sieved[r] and not limited:
            cost[at] = known[r, v, COST]
            continue
        low, high = first, n
        if d.visit[v, POSITION] >= 0:
            low = high = d.visit[v, POSITION] - d.shift[r, STIFF]
            if low < first or low > n:
                continue
        route[r, LENGTH] = n + 1
        for k in range(n, low, -1):
            sequence[r, k] = sequence[r, k - 1]
        for gap in range(low, high + 1):
            sequence[r, gap] = v
            if retime(
                d.drive, d.visit, d.value, d.shift, d.weight, sequence, time, route, worth, r
            ):
                cost[at] = min(cost[at], max(route[r, DRIVE] - driving, 0))
            if gap < n:
                sequence[r, gap] = sequence[r, gap + 1]
        for k in range(high, n):
            sequence[r, k] = sequence[r, k + 1]
        route[r, LENGTH] = n
    return True
