"""A problem as the compiled loops see it: plain arrays by name, nothing else.

Of a route the loops change only what is free. What is frozen at its front is folded into where and when the rest begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numba
import numpy as np

from routing.arrays import BIG, Arrays
from routing.timing import driving, times_of

Table = np.ndarray[Any, np.dtype[np.int64]]
NO_ADDRESS: Final = np.iinfo(np.int64).min

SERVICE: Final = 0
SETUP: Final = 1
ADDRESS: Final = 2
PEOPLE: Final = 3
POSITION: Final = 4
DISTRICT: Final = 5
STAYS: Final = 6
WINDOWS: Final = 7
OPENS: Final = 8
"""Columns of `Numbers.visit`; the address is a number that only neighbours at one door share, POSITION the only place in
a route or -1, STAYS 1 where a start is fixed. From OPENS on: when work may begin, from and to for each of WINDOWS, and
then the load of each kind."""

FIRST: Final = 0
END: Final = 1
END_S: Final = 2
BACK_S: Final = 3
VISITS_END_S: Final = 4
MOST_VISITS: Final = 5
MOST_S: Final = 6
MOST_TRAVEL_S: Final = 7
DAY: Final = 8
BREAKS: Final = 9
PART: Final = 10
PARTS: Final = 11
STIFF: Final = 12
STIFF_DRIVE_S: Final = 13
STIFF_LONGEST_S: Final = 14
STIFF_LEAVE_S: Final = 15
STIFF_VALUE: Final = 16
FIRST_ADDRESS: Final = 17
KIND: Final = 18
QUICK: Final = 19
LAYERS: Final = 20
"""Columns of `Numbers.shift`. FIRST is the node where the free part of a route begins, STIFF how many stops are frozen
before it, with their driving, the most that can be, the time of leaving and what they earn; PART and PARTS are the
first matrix of its profile and how many there are; QUICK is 1 where one window, no break, one matrix and no shared
address make the quick way exact. From LAYERS on, for each number of breaks taken: the earliest departure of the free
part, the latest return, and the next break's beginning, last start and length; then for each matrix of the profile the
departures it holds for, from and until; then the load that is left of each kind."""
A_LAYER: Final = 5

OVERTIME: Final = 0
FAIRNESS: Final = 1
BALANCE: Final = 2
LEAST_WORK: Final = 3
SHARES: Final = 4
"""Entries of `Numbers.weight`; fairness is in seconds a person, the least work keeps short visits from ruling. From
SHARES on: the share of each district."""

NOBODY: Final = -1
NEIGHBOURS: Final = 40
ROWS_AT_ONCE: Final = 512
"""So many rows of a matrix are worked on at once where all together would take much memory."""
NOT_HERE: Final = -1e18
"""What a visit gains on a shift that may not have it."""


class Numbers(NamedTuple):
    """Arrays of n visits, s shifts, p matrices of m nodes, k neighbours."""

    drive: Any
    """int32 (p, m, m): seconds from, to."""
    drive_to: Any
    """int32 (p, m, m): seconds to, from."""
    visit: Any
    """int64 (n, columns)."""
    value: Any
    """float64 (s, n): what a visit earns on a shift."""
    gain: Any
    """float64 (s, n): the same for whoever may be put there."""
    shift: Any
    """int64 (s, columns)."""
    quota: Any
    """int64 (days)."""
    near: Any
    """int32 (n, k): nearest visits first."""
    weight: Any
    """float64."""


def numbers_of(
    arrays: Arrays, fixed: Sequence[dict[int, int]], *, with_near: bool = True
) -> Numbers:
    """Return the arrays of a problem; `fixed` holds the starts of each route that cannot move."""
    starts = {visit: start for mine in fixed for visit, start in mine.items()}
    value = np.ascontiguousarray(arrays.value / arrays.crews, dtype=np.float64)
    may = arrays.allowed & (arrays.crews == 1)
    may[:, list(starts)] = False
    wishes = arrays.wishes
    work = (arrays.service + arrays.setup).astype(float)
    least = max(float(np.median(work)) * 0.25, 60.0) if arrays.count else 60.0
    weight = [wishes.overtime, wishes.fairness * arrays.point_s, wishes.balance, least]
    parts = [part for profile in arrays.parts for part in profile]
    return Numbers(
        drive=_stacked([part.drive for part in parts]),
        drive_to=_stacked([part.drive_to for part in parts]),
        visit=_visits(arrays, starts),
        value=value,
        gain=np.where(may, value, NOT_HERE),
        shift=_shifts(arrays, fixed),
        quota=np.array(arrays.quota, dtype=np.int64),
        near=neighbours_of(arrays) if with_near else np.zeros((arrays.count, 0), dtype=np.int32),
        weight=np.array([*weight, *arrays.share], dtype=np.float64),
    )


def _visits(arrays: Arrays, starts: dict[int, int]) -> Table:
    windows, loads = len(arrays.opens), arrays.amounts.shape[1]
    table = np.zeros((arrays.count, OPENS + 2 * windows + loads), dtype=np.int64)
    table[:, SERVICE], table[:, SETUP] = arrays.service, arrays.setup
    table[:, ADDRESS], table[:, PEOPLE] = arrays.address, arrays.people
    table[:, POSITION], table[:, DISTRICT] = -1, arrays.district
    table[:, WINDOWS] = windows
    table[:, OPENS : OPENS + 2 * windows : 2] = arrays.opens.T
    table[:, OPENS + 1 : OPENS + 2 * windows : 2] = arrays.closes.T
    table[:, OPENS + 2 * windows :] = arrays.amounts
    for visit, at in arrays.position.items():
        table[visit, POSITION] = at
    for visit, start in starts.items():
        table[visit, STAYS], table[visit, WINDOWS] = 1, 1
        table[visit, OPENS] = table[visit, OPENS + 1] = start
    return table


def _shifts(arrays: Arrays, fixed: Sequence[dict[int, int]]) -> Table:
    layers = 1 + max((len(s.breaks) for s in arrays.shifts), default=0)
    most_parts = max((len(parts) for parts in arrays.parts), default=1)
    loads = arrays.amounts.shape[1]
    first_part = np.cumsum([0, *(len(parts) for parts in arrays.parts)])
    width = LAYERS + A_LAYER * layers + 2 * most_parts + loads
    table = np.zeros((len(arrays.shifts), width), dtype=np.int64)
    plain = len(arrays.opens) == 1 and not arrays.shares and not arrays.position
    for r, s in enumerate(arrays.shifts):
        row, parts = table[r], arrays.parts[s.profile]
        row[:STIFF] = (
            s.start, s.end, s.end_s, s.back_s, s.visits_end_s, s.most_visits, s.most_s, s.most_travel_s, s.day,
            len(s.breaks), first_part[s.profile], len(parts),
        )  # fmt: skip
        row[KIND], row[QUICK] = arrays.kinds[r], plain and len(parts) == 1 and not s.breaks
        limit = BIG
        for layer in range(len(s.breaks), -1, -1):
            at = LAYERS + A_LAYER * layer
            if layer < len(s.breaks):
                limit = min(limit, s.needless_by[layer])
                row[at + 2 : at + 5] = s.breaks[layer]
            row[at + 1] = min(limit, s.back_s)
        at = LAYERS + A_LAYER * layers
        for p, part in enumerate(parts):
            row[at + 2 * p : at + 2 * p + 2] = part.from_s, part.until_s
        at += 2 * most_parts
        row[at:] = s.capacity if s.capacity and arrays.capped else BIG
        _begin(arrays, r, fixed[r], row)
        if r in arrays.frozen:
            row[at:] -= arrays.amounts[list(arrays.frozen[r].visits)].sum(axis=0)
    return table


def _begin(arrays: Arrays, number: int, fixed: dict[int, int], row: Table) -> None:
    """Fill in when and where the free part of a route begins, and what was driven before."""
    frozen = arrays.frozen.get(number)
    stiff = frozen.visits if frozen else ()
    times = times_of(arrays, number, stiff, fixed)
    for layer, leave in enumerate(times.depart):
        row[LAYERS + A_LAYER * layer] = leave[len(stiff)]
    row[FIRST_ADDRESS] = NO_ADDRESS
    if frozen and stiff:
        parts = arrays.parts[arrays.shifts[number].profile]
        legs = [part[: len(stiff)] for part in times.legs]
        row[FIRST], row[STIFF] = stiff[-1], len(stiff)
        row[STIFF_LEAVE_S] = frozen.leaves[0]
        row[STIFF_LONGEST_S] = sum(max(leg) for leg in zip(*legs, strict=True))
        row[STIFF_DRIVE_S] = sum(legs[0]) if len(parts) == 1 else driving(parts, legs, times.depart)
        row[STIFF_VALUE] = round(sum(arrays.value_lists[number][visit] for visit in stiff))
        row[FIRST_ADDRESS] = arrays.address[stiff[-1]]


def _stacked(matrices: Sequence[Any]) -> Any:
    if len(matrices) == 1:
        return np.ascontiguousarray(matrices[0])[np.newaxis]
    return np.stack(matrices)


def neighbours_of(arrays: Arrays) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Return for each visit the nearest visits in driving there and back, nearest first, itself included."""
    count = arrays.count
    near = min(NEIGHBOURS, count)
    if near == 0 or not arrays.parts:
        return np.zeros((count, 0), dtype=np.int32)
    drive = arrays.parts[0][0].drive
    nearest = np.empty((count, near), dtype=np.int32)
    for first in range(0, count, ROWS_AT_ONCE):
        rows = np.arange(first, min(first + ROWS_AT_ONCE, count))
        both = drive[rows, :count].astype(np.float32) + drive[:count, rows].T.astype(np.float32)
        both[rows - first, rows] = -1
        chosen = np.argpartition(both, near - 1, axis=1)[:, :near]
        order = np.take_along_axis(both, chosen, axis=1).argsort(axis=1, kind="stable")
        nearest[rows] = np.take_along_axis(chosen, order, axis=1)
    return nearest


def tables_of(arrays: Arrays) -> Table:
    """Return how many numbers of breaks and how many kinds of load there are, int64 (2)."""
    layers = 1 + max((len(shift.breaks) for shift in arrays.shifts), default=0)
    return np.array([layers, arrays.amounts.shape[1]], dtype=np.int64)


def free_parts(
    arrays: Arrays, sequences: Sequence[Sequence[int]]
) -> tuple[np.ndarray[Any, np.dtype[np.int32]], Table]:
    """Return what is free of each route, int32 (shifts, places), and how many visits that is, int64 (shifts)."""
    free = np.zeros((len(sequences), max(arrays.count, 1)), dtype=np.int32)
    lengths = np.zeros(len(sequences), dtype=np.int64)
    for r, sequence in enumerate(sequences):
        frozen = arrays.frozen.get(r)
        rest = list(sequence)[len(frozen.visits) if frozen else 0 :]
        lengths[r] = len(rest)
        free[r, : len(rest)] = rest
    return free, lengths


def _type_of_numbers() -> Any:
    """Return numba's type of `Numbers`."""
    axes = {"drive": 3, "drive_to": 3, "quota": 1, "weight": 1}
    kinds = {
        "drive": "i4",
        "drive_to": "i4",
        "near": "i4",
        "value": "f8",
        "gain": "f8",
        "weight": "f8",
    }
    example = {
        name: np.zeros((1,) * axes.get(name, 2), dtype=kinds.get(name, "i8"))
        for name in Numbers._fields
    }
    type_of: Any = numba.typeof
    return type_of(Numbers(**example))


NUMBERS: Final = _type_of_numbers()
