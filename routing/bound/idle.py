"""Visits worth little for their time: together they are only a rate at which idle time earns.

Whoever leaves such visits out of a route saves their work and at most `SLACK_S` less than that on the way, since no leg
is taken to be more than `SLACK_S` longer than the shortest way by other houses. So at a rate of at least
(value + SLACK_S) / (work - SLACK_S) the time that is saved earns as much as the visits did.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from routing.arrays import BIG, Arrays, Bools, Floats
from routing.bound.groups import Group
from routing.compiled import compiled

SLACK_S: Final = 150
ROWS_AT_ONCE: Final = 32


@compiled("void(int32[:,::1],int64,int64)")
def shorten(drive: Any, begin: int, end: int) -> None:
    """Let every leg also lead by the houses from `begin` to before `end` (Floyd 1962, Warshall 1962), in place."""
    n = len(drive)
    # First the ways between the rows of these houses, then every other row as a whole: it stays near the processor.
    for turn in range(2):
        for a in range(end - begin if turn == 0 else n):
            for b in range(end - begin):
                k, i = (begin + a, begin + b) if turn == 0 else (begin + b, a)
                if turn == 1 and begin <= i < end:
                    continue
                there = drive[i, k]
                for j in range(n):
                    drive[i, j] = min(drive[i, j], there + drive[k, j])


def least_work(arrays: Arrays) -> Floats:
    """Return the seconds that leaving out a visit saves at houses: unpacking counts where nobody could share it."""
    most: dict[int, int] = {}
    count: dict[int, int] = {}
    for address, setup in zip(arrays.address.tolist(), arrays.setup.tolist(), strict=True):
        most[address] = max(most.get(address, 0), setup)
        count[address] = count.get(address, 0) + 1
    alone = np.array([count[address] == 1 for address in arrays.address.tolist()], dtype=bool)
    highest = np.array([most[address] for address in arrays.address.tolist()], dtype=np.int64)
    setup = np.where(alone, arrays.setup, np.minimum(arrays.setup - highest, 0))
    work: Floats = (arrays.service + setup).astype(float)
    return work


def least_way(arrays: Arrays) -> Floats:
    """Return the seconds of the shortest leg that leads to each visit, whoever drives it when."""
    n = arrays.count
    least = np.full(n, BIG, dtype=np.int32)
    for parts in arrays.parts:
        for part in parts:
            for visit in range(n):
                ways = part.drive_to[visit]
                least[visit] = min(
                    least[visit],
                    ways[:visit].min(initial=BIG),
                    ways[visit + 1 : arrays.nowhere].min(initial=BIG),
                )
    way: Floats = least.astype(float)
    return way


def knapsack(arrays: Arrays) -> float:
    """Return what the visits are worth that fit into the time of all shifts, each with only its shortest leg (Dantzig 1957).

    On a day under way: into the time that is left, beside the visits that can no longer be moved.
    """
    codes, count = np.unique(arrays.address, return_counts=True)
    alone = ~np.isin(arrays.address, codes[count > 1])
    way = least_way(arrays)
    needs = (arrays.service + arrays.setup * alone + way) * arrays.crews
    value = np.where(arrays.allowed, arrays.value, 0.0).max(axis=0, initial=0.0)
    worth = value - way * arrays.crews
    left = float(sum(_time_left(arrays, number) for number in range(len(arrays.shifts))))
    total = sum(float(arrays.value[:, visit].max()) for visit in arrays.frozen_visits)
    for visit in np.argsort(-worth / np.maximum(needs, 1e-3), kind="stable"):
        if worth[visit] <= 0:
            break
        share = min(1.0, left / needs[visit]) if needs[visit] > 0 else 1.0
        total += share * float(worth[visit])
        left -= share * float(needs[visit])
        if share < 1.0:
            break
    return total


def _time_left(arrays: Arrays, number: int) -> int:
    """Return the seconds in which a shift can make visits that may still be moved."""
    shift, frozen = arrays.shifts[number], arrays.frozen.get(number)
    if shift.most_visits <= (len(frozen.visits) if frozen else 0):
        return 0
    begin = max(shift.start_s, frozen.free_from_s) if frozen else shift.start_s
    return max(shift.back_s - begin, 0)


def left_out(arrays: Arrays, group: Group, rate: float) -> Bools:
    """Return which visits earn no more than idle time does at a rate."""
    saved = least_work(arrays) - SLACK_S
    poor: Bools = (saved > 0) & (group.values + SLACK_S <= rate * saved)
    return poor


def shortened(arrays: Arrays, profile: int, over: Callable[[], bool]) -> list[Any] | None:
    """Return a profile's driving for each part of the day with legs at most `SLACK_S` above the shortest way.

    None when the time is over.
    """
    parts = arrays.parts[profile]
    shortest = np.ascontiguousarray(np.min([part.drive for part in parts], axis=0), dtype=np.int32)
    for k in range(0, arrays.count, ROWS_AT_ONCE):
        if over():
            return None
        shorten(shortest, k, min(k + ROWS_AT_ONCE, arrays.count))
    return [np.minimum(part.drive, np.minimum(shortest, BIG) + SLACK_S) for part in parts]
