"""Recombination: of all good routes ever seen, the best set that fits together, by OR-Tools.

Set packing (the master problem of column generation): choose at most one route a shift so that nobody is visited
twice and no quota is exceeded. GLOP solves the relaxation and prices the routes; CP-SAT chooses among the promising.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from routing.arrays import BIG, Arrays

FIRST_COLUMNS: Final = 1500
MORE_COLUMNS: Final = 500
MOST_CHOICES: Final = 1200

Key = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Column:
    """A route that a kind of shift can drive, and what it is worth."""

    kind: int
    sequence: tuple[int, ...]
    worth: float


def recombine(
    arrays: Arrays,
    kinds: Sequence[int],
    current: Sequence[Sequence[int]],
    pool: Mapping[Key, float],
    worths: Sequence[float],
    locked: Sequence[bool],
    seconds: float,
    workers: int,
    seed: int,
    deterministic: bool,
) -> list[list[int]] | None:
    """Return better sequences for all shifts than `current`, or None. `locked` shifts keep what they have."""
    free = [r for r in range(len(current)) if not locked[r]]
    taken = {v for r in range(len(current)) if locked[r] for v in current[r]}
    places: dict[int, list[int]] = defaultdict(list)
    for r in free:
        places[kinds[r]].append(r)
    columns = _columns(kinds, current, pool, worths, free, taken, places)
    if len(columns) <= len(free):
        return None
    left = [
        quota
        - sum(
            int(arrays.people[v])
            for r in range(len(current))
            if locked[r] and arrays.shifts[r].day == d
            for v in set(current[r])
        )
        for d, quota in enumerate(arrays.quota)
    ]
    priced = _relaxed(
        arrays, columns, places, left, None if deterministic else time.monotonic() + seconds
    )
    if priced is None:
        return None
    bound, reduced = priced
    value = sum(worths[r] for r in free)
    if bound <= value + 1:
        return None
    gap = bound - value
    order = sorted(range(len(columns)), key=lambda c: (-reduced[c], c))
    chosen = [c for c in order if reduced[c] >= -gap - 1][:MOST_CHOICES]
    keep = {(kinds[r], tuple(current[r])) for r in free if current[r]}
    inside = set(chosen)
    chosen += [
        c
        for c in range(len(columns))
        if c not in inside and (columns[c].kind, columns[c].sequence) in keep
    ]
    picked = _choose(
        arrays,
        [columns[c] for c in chosen],
        places,
        left,
        keep,
        seconds,
        workers,
        seed,
        deterministic,
    )
    if picked is None or sum(column.worth for column in picked) <= value + 1:
        return None
    answer = [list(sequence) if locked[r] else [] for r, sequence in enumerate(current)]
    spots = {kind: list(rows) for kind, rows in places.items()}
    stay = {(kinds[r], tuple(current[r])): r for r in free if current[r]}
    moved = []
    for column in picked:
        home = stay.get((column.kind, column.sequence))
        if home is not None and home in spots[column.kind]:
            spots[column.kind].remove(home)
            answer[home] = list(column.sequence)
        else:
            moved.append(column)
    for column in moved:
        answer[spots[column.kind].pop(0)] = list(column.sequence)
    return answer


def _columns(
    kinds: Sequence[int],
    current: Sequence[Sequence[int]],
    pool: Mapping[Key, float],
    worths: Sequence[float],
    free: Sequence[int],
    taken: set[int],
    places: Mapping[int, Sequence[int]],
) -> list[Column]:
    best: dict[tuple[int, frozenset[int]], Column] = {}
    mine = {(kinds[r], tuple(current[r])): worths[r] for r in free if current[r]}
    for (kind, sequence), worth in [*pool.items(), *mine.items()]:
        if kind not in places or not taken.isdisjoint(sequence):
            continue
        key = (kind, frozenset(sequence))
        known = best.get(key)
        if known is None or worth > known.worth or (kind, sequence) in mine:
            best[key] = Column(kind, sequence, worth)
    ordered = sorted(best.values(), key=lambda column: -column.worth)
    needed = [column for column in ordered if (column.kind, column.sequence) in mine]
    others = [column for column in ordered if (column.kind, column.sequence) not in mine]
    return needed + others


def _relaxed(
    arrays: Arrays,
    columns: Sequence[Column],
    places: Mapping[int, Sequence[int]],
    left: Sequence[int],
    until: float | None,
) -> tuple[float, list[float]] | None:
    """Return the relaxation's value and by how much each column would have to be better to be in it.

    Only columns that pay at the prices found so far are looked at: some first, then those that the prices ask for.
    """
    solver = pywraplp.Solver.CreateSolver("GLOP")
    infinity = solver.infinity()
    teams = {kind: solver.Constraint(-infinity, len(rows)) for kind, rows in places.items()}
    quotas = {
        d: solver.Constraint(-infinity, most) for d, most in enumerate(left) if most < BIG // 2
    }
    visits = {
        v: solver.Constraint(-infinity, 1)
        for v in sorted({v for column in columns for v in column.sequence})
    }
    goal = solver.Objective()
    goal.SetMaximization()
    people = arrays.people.tolist()
    days = {kind: arrays.shifts[kind].day for kind in places}
    inside = [False] * len(columns)
    asked = list(range(min(FIRST_COLUMNS, len(columns))))
    while True:
        for number in asked:
            column, inside[number] = columns[number], True
            variable = solver.NumVar(0, infinity, "")
            goal.SetCoefficient(variable, column.worth)
            teams[column.kind].SetCoefficient(variable, 1)
            if days[column.kind] in quotas:
                crowd = sum(people[v] for v in column.sequence)
                quotas[days[column.kind]].SetCoefficient(variable, crowd)
            for visit in column.sequence:
                visits[visit].SetCoefficient(variable, 1)
        if until is not None:
            solver.SetTimeLimit(max(round(1000 * (until - time.monotonic())), 1))
        if solver.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        price = {v: row.dual_value() for v, row in visits.items()}
        rent = {kind: row.dual_value() for kind, row in teams.items()}
        toll = {d: row.dual_value() for d, row in quotas.items()}
        reduced = [
            column.worth
            - rent[column.kind]
            - sum([price[v] for v in column.sequence])
            - (
                toll[days[column.kind]] * sum(people[v] for v in column.sequence)
                if days[column.kind] in toll
                else 0.0
            )
            for column in columns
        ]
        paying = [c for c in range(len(columns)) if not inside[c] and reduced[c] > 1e-6]
        if not paying:
            return goal.Value(), reduced
        paying.sort(key=lambda c: (-reduced[c], c))
        asked = paying[:MORE_COLUMNS]


def _choose(
    arrays: Arrays,
    columns: Sequence[Column],
    places: Mapping[int, Sequence[int]],
    left: Sequence[int],
    hint: set[Key],
    seconds: float,
    workers: int,
    seed: int,
    deterministic: bool,
) -> list[Column] | None:
    model = cp_model.CpModel()
    picks = [model.new_bool_var("") for _ in columns]
    by_kind: dict[int, list[int]] = defaultdict(list)
    by_visit: dict[int, list[int]] = defaultdict(list)
    by_day: dict[int, list[int]] = defaultdict(list)
    for c, column in enumerate(columns):
        by_kind[column.kind].append(c)
        by_day[arrays.shifts[column.kind].day].append(c)
        for visit in column.sequence:
            by_visit[visit].append(c)
        model.add_hint(picks[c], (column.kind, column.sequence) in hint)
    for kind, members in by_kind.items():
        model.add(sum(picks[c] for c in members) <= len(places[kind]))
    for members in by_visit.values():
        if len(members) > 1:
            model.add_at_most_one(picks[c] for c in members)
    for day, members in by_day.items():
        if left[day] < BIG // 2:
            people = [int(arrays.people[list(columns[c].sequence)].sum()) for c in members]
            model.add(
                sum(n * picks[c] for n, c in zip(people, members, strict=True)) <= max(left[day], 0)
            )
    model.maximize(
        sum(round(column.worth) * pick for column, pick in zip(columns, picks, strict=True))
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1 if deterministic else workers
    solver.parameters.random_seed = seed
    # Its own handler would leave the default behind: whoever asks for the best so far would end the process.
    solver.parameters.catch_sigint_signal = False
    if deterministic:
        solver.parameters.max_deterministic_time = 1.0
    else:
        solver.parameters.max_time_in_seconds = seconds
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [
        column for column, pick in zip(columns, picks, strict=True) if solver.boolean_value(pick)
    ]
