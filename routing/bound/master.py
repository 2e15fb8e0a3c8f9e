"""The linear master problem: which routes, in fractions, are worth most, so that nobody is visited twice.

Its dual values are the prices that the next relaxed routes are looked for with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from ortools.linear_solver import pywraplp

from routing.arrays import BIG, Arrays, Floats
from routing.bound.groups import Group

MOST_SECONDS: Final = 1e6


@dataclass(frozen=True, slots=True)
class Prices:
    """What a team that makes a visit pays for it, by visit, and what each person costs by date under a quota."""

    visits: Floats
    people: Floats

    def near(self, other: Prices, share: float) -> Prices:
        """Return prices that are by `share` these, and else the others."""
        return Prices(
            share * self.visits + (1 - share) * other.visits,
            share * self.people + (1 - share) * other.people,
        )

    def total(self, arrays: Arrays) -> float:
        """Return what all that can be bought at these prices costs."""
        quotas = np.array([min(most, BIG) for most in places_left(arrays)], dtype=float)
        return float(self.visits @ arrays.crews + self.people @ quotas)


def places_left(arrays: Arrays) -> list[int]:
    """Return how many people more than those who are frozen may be visited on each date."""
    left = list(arrays.quota)
    counted: set[int] = set()
    for number, part in arrays.frozen.items():
        for visit in set(part.visits) - counted:
            counted.add(visit)
            left[arrays.shifts[number].day] -= int(arrays.people[visit])
    return [max(most, 0) for most in left]


class Master:
    """Routes of groups of shifts as columns; only `priced` visits have a row."""

    def __init__(self, arrays: Arrays, groups: Sequence[Group], priced: Sequence[int]) -> None:
        self.arrays, self.groups = arrays, groups
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        infinity = self.solver.infinity()
        self.teams = [self.solver.Constraint(-infinity, len(g.shifts)) for g in groups]
        self.rows = {v: self.solver.Constraint(-infinity, int(arrays.crews[v])) for v in priced}
        self.quotas = {
            day: self.solver.Constraint(-infinity, most)
            for day, most in enumerate(places_left(arrays))
            if most < BIG // 2
        }
        self.goal = self.solver.Objective()
        self.goal.SetMaximization()
        self.known: set[tuple[int, tuple[int, ...]]] = set()

    def add(self, group: int, sequence: tuple[int, ...], worth: float) -> bool:
        """Add a route; return whether it is new."""
        if (group, sequence) in self.known:
            return False
        self.known.add((group, sequence))
        column: Any = self.solver.NumVar(0, self.solver.infinity(), "")
        self.goal.SetCoefficient(column, worth)
        self.teams[group].SetCoefficient(column, 1)
        for visit, times in Counter(sequence).items():
            if visit in self.rows:
                self.rows[visit].SetCoefficient(column, times)
        day = self.groups[group].shift.day
        if day in self.quotas:
            people = float((self.arrays.people / self.arrays.crews)[list(sequence)].sum())
            self.quotas[day].SetCoefficient(column, people)
        return True

    def solve(self, seconds: float) -> tuple[float, Prices] | None:
        """Return the worth of the best fractions and the prices that belong to it, or None without time for it."""
        if seconds <= 0:
            return None
        self.solver.SetTimeLimit(max(int(1000 * min(seconds, MOST_SECONDS)), 1))
        if self.solver.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        visits = np.zeros(self.arrays.count)
        for visit, row in self.rows.items():
            visits[visit] = max(row.dual_value(), 0.0)
        people = np.zeros(len(self.arrays.days))
        for day, row in self.quotas.items():
            people[day] = max(row.dual_value(), 0.0)
        return float(self.goal.Value()), Prices(visits, people)
