"""Parts of a plan that workers improve on their own: some routes, their people, and promising people who wait."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from routing.arrays import BIG, Arrays
from routing.improve import Budget, Found, fill, improve
from routing.routes import Routes

ROUTES_A_PART: Final = 6
FIRST_A_ROUTE: Final = 120
"""How many of those who wait are looked at for each first route where there are many."""
WAITING_A_ROUTE: Final = 40
"""How many of those who wait a part may look at, for each of its routes."""


@dataclass(frozen=True, slots=True)
class Part:
    """Shifts and visits of a part, by their numbers in the whole; the order is the order in the part."""

    shifts: tuple[int, ...]
    visits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A part with all that a worker needs: its arrays, the sequences so far, a budget and a seed.

    `budget.until` holds seconds from the start of the work, not a moment: clocks of machines differ.
    """

    arrays: Arrays
    sequences: tuple[tuple[int, ...], ...]
    fixed: tuple[dict[int, int], ...]
    budget: Budget
    seed: int


def improve_part(task: Task, should_stop: Callable[[], bool] | None = None) -> Found:
    """Search a part within its budget and return the best found, in the part's numbers. Runs in a worker."""
    budget = task.budget
    if budget.until is not None:
        budget = replace(budget, until=time.monotonic() + budget.until)
    return improve(task.arrays, task.sequences, task.fixed, budget, task.seed, should_stop)


def split(routes: Routes, workers: int, chance: random.Random, small: bool) -> list[Part]:
    """Return a part for each worker: all shifts and visits where there are few, else neighbouring routes each."""
    arrays = routes.arrays
    everything = tuple(range(len(routes.sequences)))
    if small and arrays.count <= 600:
        return [Part(everything, tuple(range(arrays.count)))] * workers
    if small:
        visits = _promising(
            routes, list(everything), set(), chance, len(everything) * 3 * WAITING_A_ROUTE
        )
        return [Part(everything, tuple(visits))] * workers
    free = set(everything)
    taken: set[int] = set()
    parts = []
    for _ in range(workers):
        if not free:
            break
        shifts = _neighbours(routes, free, chance)
        free -= set(shifts)
        visits = _promising(routes, shifts, taken, chance, len(shifts) * WAITING_A_ROUTE)
        taken |= set(visits)
        parts.append(Part(tuple(shifts), tuple(visits)))
    return parts


def part_of(routes: Routes, part: Part, budget: Budget, seed: int) -> Task:
    """Return the task for a part: its own small arrays and sequences. Quotas hold for the part's own share."""
    local = {visit: number for number, visit in enumerate(part.visits)}
    arrays = routes.arrays.narrow(part.shifts, part.visits)
    inside = set(part.shifts)
    for day, quota in enumerate(arrays.quota):
        if quota < BIG:
            elsewhere = {
                v
                for r, sequence in enumerate(routes.sequences)
                if r not in inside and routes.arrays.shifts[r].day == day
                for v in sequence
            }
            arrays.quota[day] = quota - int(routes.arrays.people[list(elsewhere)].sum())
    return Task(
        arrays,
        tuple(tuple(local[v] for v in routes.sequences[r]) for r in part.shifts),
        tuple({local[v]: start for v, start in routes.fixed[r].items()} for r in part.shifts),
        budget,
        seed,
    )


def fill_by_day(routes: Routes, enough: Callable[[], bool]) -> None:
    """Put whoever is worth most for the time on the routes of each date by itself, until it has taken long `enough`."""
    arrays = routes.arrays
    for day in range(len(arrays.days)):
        shifts = [r for r, shift in enumerate(arrays.shifts) if shift.day == day]
        own = {v for r in shifts for v in routes.sequences[r]}
        waiting = ~routes.served & (arrays.crews == 1) & arrays.allowed[shifts].any(axis=0)
        rows = np.flatnonzero(waiting)
        rate = (
            arrays.value[shifts].max(axis=0)[rows] / (arrays.service + arrays.setup + 600.0)[rows]
        )
        best = rows[np.argsort(-rate, kind="stable")[: len(shifts) * FIRST_A_ROUTE]]
        part = Part(tuple(shifts), tuple(sorted(own | set(best.tolist()))))
        small = Routes(part_of(routes, part, Budget(), 0).arrays)
        fill(small)
        for r, sequence in zip(shifts, small.sequences, strict=True):
            routes.replace(r, [part.visits[v] for v in sequence])
        routes.count_all()
        if enough():
            break


def _neighbours(routes: Routes, free: set[int], chance: random.Random) -> list[int]:
    """Return a random route of `free` and those nearest to it, with some luck."""
    arrays = routes.arrays
    candidates = sorted(free)
    seed = chance.choice(candidates)
    drive = arrays.parts[0][0].drive
    mine = routes.sequences[seed]
    order = []
    for number in candidates:
        theirs = routes.sequences[number]
        if number == seed:
            distance = -1.0
        elif mine and theirs:
            distance = float(
                np.minimum(drive[np.ix_(np.array(mine), np.array(theirs))], 100_000)
                .min(axis=1)
                .mean()
            )
        else:
            distance = 0.0
        order.append((distance * chance.uniform(0.6, 1.4), number))
    order.sort()
    return sorted(number for _, number in order[:ROUTES_A_PART])


def _promising(
    routes: Routes, shifts: list[int], taken: set[int], chance: random.Random, most: int
) -> list[int]:
    """Return the visits of these routes and the best of those who wait: worth much for the time they would take."""
    arrays = routes.arrays
    own = [visit for number in shifts for visit in routes.sequences[number]]
    waiting = ~routes.served
    waiting[list(taken)] = False
    waiting[list(arrays.frozen_visits)] = False
    waiting &= arrays.allowed[shifts].any(axis=0) & (arrays.crews == 1)
    rows = np.flatnonzero(waiting)
    if len(rows) == 0 or not own:
        return sorted(own) + [int(row) for row in rows[:most]]
    drive = arrays.parts[0][0].drive
    near = np.minimum(drive[np.ix_(rows, np.array(own, dtype=np.intp))], 100_000)
    nearest = np.partition(near, min(1, len(own) - 1), axis=1)[:, : min(2, len(own))].mean(axis=1)
    worth = arrays.value[shifts].max(axis=0)[rows]
    luck = np.array([chance.uniform(0.7, 1.3) for _ in range(len(rows))])
    rate = worth / (arrays.service[rows] + arrays.setup[rows] + nearest + 60.0) * luck
    best = rows[np.argsort(-rate, kind="stable")[:most]]
    return sorted(own) + sorted(best.tolist())
