"""A plan while it is being searched: sequences of visit numbers for each shift, with everything needed to change them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from routing.arrays import BIG, Arrays, Bools, Ints
from routing.insertion import Gaps, best_insertions
from routing.plain import is_plain, plain_insertions, plain_times
from routing.timing import (
    NEVER,
    Times,
    arrival,
    backwards,
    latest_leave,
    opening,
    times_of,
    unpacking,
)

REMEMBERED_CELLS: Final = 4_000_000
"""How much of routes that were timed before is remembered: so many visits' insertions (6 bytes each)."""

Timed = tuple[Times, Ints, "np.ndarray[Any, np.dtype[np.int16]]", float]
"""A route's times, the least cost and the gap of every insertion, and what it is worth."""


def route_times(
    arrays: Arrays, number: int, sequence: Sequence[int], fixed: Mapping[int, int]
) -> Times | None:
    """Return the times of a route, or None when it breaks a rule of its shift."""
    shift = arrays.shifts[number]
    frozen = arrays.frozen.get(number)
    if frozen and len(sequence) == len(frozen.visits):
        return times_of(arrays, number, sequence, fixed)
    if len(sequence) > shift.most_visits:
        return None
    times: Times | None
    if is_plain(arrays, number) and fixed.keys().isdisjoint(sequence):
        times = plain_times(arrays, number, sequence)
        if times is None:
            return None
    else:
        times = times_of(arrays, number, sequence, fixed)
    if times.back_s >= NEVER or (
        shift.most_travel_s < BIG and longest_drive(times) > shift.most_travel_s
    ):
        return None
    if shift.most_s < BIG and duration(arrays, number, sequence, times, fixed) > shift.most_s:
        return None
    return times


def longest_drive(times: Times) -> int:
    """Return the most that a route may drive, in whatever part of the day each leg falls."""
    return sum(max(leg) for leg in zip(*times.legs, strict=True))


def duration(
    arrays: Arrays, number: int, sequence: Sequence[int], times: Times, fixed: Mapping[int, int]
) -> int:
    """Return the seconds from the latest leaving that is back at the earliest return, to that return."""
    if not sequence:
        return 0
    frozen = arrays.frozen.get(number)
    if frozen and frozen.visits:
        return times.back_s - frozen.leaves[0]
    return times.back_s - leave_for(arrays, number, sequence, times, fixed, times.back_s)[0]


def leave_for(
    arrays: Arrays,
    number: int,
    sequence: Sequence[int],
    times: Times,
    fixed: Mapping[int, int],
    back_s: int,
) -> tuple[int, int]:
    """Return the latest time at which the route can be left for and still be back at `back_s`, and the breaks before it."""
    shift = replace(arrays.shifts[number], back_s=back_s)
    windows = [arrays.windows[v] if v not in fixed else ((fixed[v], fixed[v]),) for v in sequence]
    numbers = list(sequence)
    _, _, leave_by = backwards(
        shift,
        arrays.parts[shift.profile],
        times.legs,
        arrays.service[numbers].tolist(),
        arrays.setup[numbers].tolist(),
        unpacking(arrays, sequence),
        windows,
    )
    return max(
        (leave_by[layer][0], layer)
        for layer in range(len(leave_by))
        if times.depart[layer][0] <= leave_by[layer][0]
    )


def first_leave(arrays: Arrays, number: int, sequence: Sequence[int], times: Times) -> int:
    """Return when a route is left for: so late that nobody waits at the first house."""
    shift = arrays.shifts[number]
    layer = min(range(len(times.depart)), key=lambda b: times.depart[b][0])
    leave = times.depart[layer][0]
    parts = arrays.parts[shift.profile]
    arrive, _ = arrival(parts, times.legs, 0, leave)
    start = opening(arrays.windows[sequence[0]], arrive)
    if start >= NEVER:
        return leave
    return max(leave, latest_leave(parts, times.legs, 0, start))


class Routes:
    """Routes of all shifts, the cheapest insertion of every visit in each, and what it is worth."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        rows = len(arrays.shifts)
        self.sequences: list[list[int]] = [[] for _ in range(rows)]
        self.fixed: list[dict[int, int]] = [{} for _ in range(rows)]
        self.times: list[Times] = []
        self.cost: Ints = np.full((rows, arrays.count), BIG, dtype=np.int32)
        self.gap = np.zeros((rows, arrays.count), dtype=np.int16)
        self.worth = [0.0] * rows
        self.served: Bools = np.zeros(arrays.count, dtype=bool)
        self.people = [0] * len(arrays.days)
        self.known: dict[tuple[int, tuple[int, ...]], Timed | None] = {}
        self.most_known = REMEMBERED_CELLS // max(arrays.count, 200)
        for number in range(rows):
            frozen = arrays.frozen.get(number)
            sequence = list(frozen.visits) if frozen else []
            if frozen:
                self.fixed[number] = dict(zip(frozen.visits, frozen.starts, strict=True))
            self.served[sequence] = True
            times = times_of(arrays, number, sequence, self.fixed[number])
            self.times.append(times)
            self._put(number, sequence, times)
        self.count_people()

    def copy(self) -> Routes:
        """Return a copy that can be changed without changing this one."""
        twin = object.__new__(Routes)
        twin.arrays = self.arrays
        twin.sequences = self.sequences.copy()
        twin.fixed = self.fixed.copy()
        twin.times = self.times.copy()
        twin.cost = self.cost.copy()
        twin.gap = self.gap.copy()
        twin.worth = self.worth.copy()
        twin.served = self.served.copy()
        twin.people = self.people.copy()
        twin.known, twin.most_known = self.known, self.most_known
        return twin

    def count_all(self) -> None:
        """Find out anew who is served, and count the people of each date."""
        self.served[:] = False
        for sequence in self.sequences:
            self.served[sequence] = True
        self.count_people()

    def count_people(self) -> None:
        """Count the people of each date anew; those whom two teams visit count once."""
        seen: set[int] = set()
        self.people = [0] * len(self.arrays.days)
        for number, sequence in enumerate(self.sequences):
            day = self.arrays.shifts[number].day
            for visit in sequence:
                if visit not in seen:
                    seen.add(visit)
                    self.people[day] += int(self.arrays.people[visit])

    def replace(self, number: int, sequence: list[int]) -> bool:
        """Put this sequence on a shift, if it breaks no rule; `served` and `people` are left to the caller."""
        timed = self._timed(number, sequence)
        if timed is None:
            return False
        self.sequences[number] = sequence
        self.times[number], self.cost[number], self.gap[number], self.worth[number] = timed
        return True

    def _timed(self, number: int, sequence: list[int]) -> Timed | None:
        """Return all about a route, from memory where it was timed before; None when it breaks a rule."""
        arrays = self.arrays
        fixed = self.fixed[number]
        free = fixed.keys().isdisjoint(sequence)
        key = (arrays.kinds[number], tuple(sequence))
        if free and key in self.known:
            return self.known[key]
        times = route_times(arrays, number, sequence, fixed)
        timed = None if times is None else self._inserted(number, sequence, times)
        if free:
            if len(self.known) >= self.most_known:
                self.known.clear()
            self.known[key] = timed
        return timed

    def _inserted(self, number: int, sequence: list[int], times: Times) -> Timed:
        arrays = self.arrays
        cost, gap = insertions(arrays, number, sequence, times, self.fixed[number])
        return times, cost, gap.astype(np.int16), route_worth(arrays, number, sequence, times)

    def insert(self, number: int, visit: int) -> bool:
        """Put a visit in its best gap of a shift's route; False when an exact test refuses it."""
        gap = int(self.gap[number, visit])
        sequence = self.sequences[number]
        if not self.replace(number, [*sequence[:gap], visit, *sequence[gap:]]):
            return False
        self.served[visit] = True
        self.people[self.arrays.shifts[number].day] += int(self.arrays.people[visit])
        return True

    def remove(self, number: int, visits: Iterable[int]) -> bool:
        """Take visits off a shift's route; False (and nothing changed) when what is left breaks a rule."""
        gone = set(visits)
        left = [visit for visit in self.sequences[number] if visit not in gone]
        if len(left) == len(self.sequences[number]):
            return True
        taken = [visit for visit in self.sequences[number] if visit in gone]
        if not self.replace(number, left):
            return False
        self.served[taken] = False
        self.people[self.arrays.shifts[number].day] -= int(self.arrays.people[taken].sum())
        return True

    def movable(self, number: int) -> list[int]:
        """Return the visits of a route that may be taken off: not frozen, fixed, or needed for a pinned position."""
        sequence = self.sequences[number]
        fixed = self.fixed[number]
        first = 0
        if self.arrays.position:
            for k, visit in enumerate(sequence):
                if visit in self.arrays.position:
                    first = k + 1
        return [visit for visit in sequence[first:] if visit not in fixed]

    @property
    def route_total(self) -> float:
        """What all routes are worth by themselves, in seconds."""
        return sum(self.worth)

    def _put(self, number: int, sequence: list[int], times: Times) -> None:
        self.sequences[number] = sequence
        _, self.cost[number], self.gap[number], self.worth[number] = self._inserted(
            number, sequence, times
        )


def insertions(
    arrays: Arrays, number: int, sequence: Sequence[int], times: Times, fixed: Mapping[int, int]
) -> tuple[Ints, Gaps]:
    """Return the least cost and the gap of every visit in a route, the quick way where that is exact."""
    if is_plain(arrays, number) and fixed.keys().isdisjoint(sequence):
        return plain_insertions(arrays, number, sequence, times)
    return best_insertions(arrays, number, sequence, times)


def route_worth(arrays: Arrays, number: int, sequence: Sequence[int], times: Times) -> float:
    """Return what a route is worth by itself: its visits less driving and overtime, in seconds."""
    if not sequence:
        return 0.0
    shift = arrays.shifts[number]
    values = arrays.value_lists[number]
    gained = sum([values[visit] for visit in sequence])
    overtime = max(times.back_s - shift.end_s, 0) if times.back_s < NEVER else 0
    return gained - times.drive_s - arrays.wishes.overtime * overtime


def route_without(routes: Routes, number: int, visit: int) -> Ints | None:
    """Return what every visit would cost at best in a route that lacks one of its visits; None if that breaks a rule."""
    arrays = routes.arrays
    left = [v for v in routes.sequences[number] if v != visit]
    times = route_times(arrays, number, left, routes.fixed[number])
    if times is None:
        return None
    return insertions(arrays, number, left, times, routes.fixed[number])[0]
