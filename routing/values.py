"""What a visit is worth, in seconds of driving, as far as that depends on nothing but the visit and the shift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from routing.problem import Problem

Floats = np.ndarray[Any, np.dtype[np.float64]]


def waiting_worth(problem: Problem) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return what the waiting time of each visit is worth: the wish for it, and the guarantee."""
    wishes = problem.wishes
    worth = []
    for visit in problem.visits:
        points = wishes.waiting * visit.waiting_days
        if wishes.guarantee_days is not None and visit.waiting_days >= wishes.guarantee_days:
            points += wishes.guarantee
        worth.append(round(points * wishes.point_s))
    return np.array(worth, dtype=np.int64)


def values_by_shift(problem: Problem, base: Floats, number: Mapping[str, int]) -> Floats:
    """Return float64 (shifts, visits): `base`, and more where a visit goes to the team it had, or stays where it was.

    Leaving a plan in force costs `nearness`; here staying earns as much, for a single team's visits.
    """
    wishes, shifts = problem.wishes, problem.shifts
    value = np.tile(base, (len(shifts), 1)).reshape(len(shifts), len(base))
    if wishes.same_team:
        last = np.array([visit.last_team for visit in problem.visits], dtype=object)
        for r, shift in enumerate(shifts):
            value[r, last == shift.team] += wishes.same_team * wishes.point_s
    if wishes.nearness:
        rows = {(shift.team, shift.day): r for r, shift in enumerate(shifts)}
        for earlier in problem.previous.visits:
            v, home = number.get(earlier.visit), rows.get((earlier.team, earlier.day))
            if v is not None and home is not None and problem.visits[v].crews == 1:
                value[home, v] += wishes.nearness * wishes.point_s
    return value
