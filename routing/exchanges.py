"""Whose place somebody who waits could take: neighbours on a route, left out together, tried from the least worth on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from routing.arrays import BIG, Arrays
from routing.plan import Finding, Reason
from routing.problem import Problem
from routing.routes import Routes
from routing.trial import Trials, Visits

MOST_DISPLACED: Final = 3
"""So many neighbouring stops at most are left out for somebody else."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Stops of a shift's route that somebody who waits could come instead of."""

    shift: int
    visits: tuple[int, ...]

    def reason(self, problem: Problem) -> Finding:
        """Return it as a reason, with what the problem calls them."""
        shift, visits = problem.shifts[self.shift], [problem.visits[v] for v in self.visits]
        return Reason.DISPLACES, {
            "team": shift.team,
            "day": shift.day.isoformat(),
            "visits": ", ".join(visit.id for visit in visits),
            "points": sum(visit.priority for visit in visits),
        }


def exchanges_for(
    arrays: Arrays, routes: Routes, waiting: Visits, over: Callable[[], bool]
) -> dict[int, Exchange]:
    """Return by visit the exchange that leaves out least, for those of `waiting` for whom there is one.

    Stops that cannot be moved, and visits of two teams, take no part. Finding so far once the time is `over`.
    """
    found: dict[int, Exchange] = {}
    waiting = waiting[arrays.crews[waiting] == 1]
    if len(waiting) == 0:
        return found
    trials = Trials(arrays, routes)
    for _, r, first, size in sorted(_stretches(arrays, routes)):
        if len(waiting) == 0 or over():
            break
        sequence = routes.sequences[r]
        gone = sequence[first : first + size]
        day = arrays.shifts[r].day
        room = arrays.quota[day] - routes.people[day] + int(arrays.people[gone].sum())
        some = waiting[arrays.allowed[r, waiting] & (arrays.people[waiting] <= room)]
        costs = trials.costs(r, [*sequence[:first], *sequence[first + size :]], some)
        if costs is None:
            continue
        able = some[costs < BIG]
        for visit in able.tolist():
            found[visit] = Exchange(r, tuple(gone))
        waiting = waiting[~np.isin(waiting, able)]
    return found


def _stretches(arrays: Arrays, routes: Routes) -> Iterator[tuple[float, int, int, int]]:
    """Yield (worth, shift, first stop, stops) of all neighbouring stops that could be left out together."""
    for r, sequence in enumerate(routes.sequences):
        movable = set(routes.movable(r))
        worth = arrays.value_lists[r]
        for first in range(len(sequence)):
            total = 0.0
            for size in range(1, MOST_DISPLACED + 1):
                last = first + size - 1
                if last >= len(sequence) or sequence[last] not in movable:
                    break
                total += worth[sequence[last]]
                yield total, r, first, size
