"""A plan while it is being made: sequences of visit numbers for each shift, with their times and what they are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from routing.arrays import BIG, Arrays, Bools
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
    """Routes of all shifts with their times and what they are worth, who is served, and the people of each date."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        rows = len(arrays.shifts)
        self.sequences: list[list[int]] = [[] for _ in range(rows)]
        self.fixed: list[dict[int, int]] = [{} for _ in range(rows)]
        self.times: list[Times] = []
        self.worth = [0.0] * rows
        self.served: Bools = np.zeros(arrays.count, dtype=bool)
        self.people = [0] * len(arrays.days)
        for number in range(rows):
            frozen = arrays.frozen.get(number)
            if frozen:
                self.sequences[number] = list(frozen.visits)
                self.fixed[number] = dict(zip(frozen.visits, frozen.starts, strict=True))
            sequence = self.sequences[number]
            times = times_of(arrays, number, sequence, self.fixed[number])
            self.times.append(times)
            self.worth[number] = route_worth(arrays, number, sequence, times)
        self.count_all()

    def copy(self) -> Routes:
        """Return a copy that can be changed without changing this one."""
        twin = object.__new__(Routes)
        twin.arrays = self.arrays
        twin.sequences = self.sequences.copy()
        twin.fixed = self.fixed.copy()
        twin.times = self.times.copy()
        twin.worth = self.worth.copy()
        twin.served = self.served.copy()
        twin.people = self.people.copy()
        return twin

    def count_all(self) -> None:
        """Find out anew who is served, and count the people of each date; those whom two teams visit count once."""
        self.served[:] = False
        self.people = [0] * len(self.arrays.days)
        for number, sequence in enumerate(self.sequences):
            day = self.arrays.shifts[number].day
            for visit in sequence:
                if not self.served[visit]:
                    self.served[visit] = True
                    self.people[day] += int(self.arrays.people[visit])

    def replace(self, number: int, sequence: list[int]) -> bool:
        """Put this sequence on a shift, if it breaks no rule; `served` and `people` are left to the caller."""
        times = route_times(self.arrays, number, sequence, self.fixed[number])
        if times is None:
            return False
        self.sequences[number], self.times[number] = sequence, times
        self.worth[number] = route_worth(self.arrays, number, sequence, times)
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


def route_worth(arrays: Arrays, number: int, sequence: Sequence[int], times: Times) -> float:
    """Return what a route is worth by itself: its visits less driving and overtime, in seconds."""
    if not sequence:
        return 0.0
    shift = arrays.shifts[number]
    values = arrays.value_lists[number]
    gained = sum([values[visit] for visit in sequence])
    overtime = max(times.back_s - shift.end_s, 0) if times.back_s < NEVER else 0
    return gained - times.drive_s - arrays.wishes.overtime * overtime
