"""Large neighbourhood search: take a few visits off, put better ones in, keep what is worth more.

Ruin follows SISR (Christiaens and Vanden Berghe 2020): strings of neighbouring routes around a house. Recreate puts in
whoever is worth most for the time, or costs least, with noise. Worse plans are accepted by simulated annealing.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from routing.arrays import BIG, Arrays, Bools, Floats
from routing.routes import Routes
from routing.wishes import global_cost, shortage

POOL_SIZE: Final = 6000
NEIGHBOURS: Final = 40


@dataclass(slots=True)
class Budget:
    """How long one run may take: until a moment of the monotonic clock, or a number of iterations."""

    until: float | None = None
    iterations: int | None = None
    heat_from: float = 1.0
    heat_to: float = 0.0


@dataclass(slots=True)
class Found:
    """The best plan of a run as sequences, its value, the routes worth keeping, and the iterations made."""

    sequences: list[list[int]]
    fixed: list[dict[int, int]]
    total: float
    pool: dict[tuple[int, tuple[int, ...]], float] = field(default_factory=dict)
    iterations: int = 0


def total_of(routes: Routes) -> float:
    """Return what the plan is worth with everything that only whole plans know, in seconds."""
    return routes.route_total - global_cost(routes)


def neighbours_of(arrays: Arrays) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Return for each visit the nearest visits in driving there and back, nearest first, itself included."""
    count = arrays.count
    near = min(NEIGHBOURS, count)
    drive = arrays.parts[0][0].drive[:count, :count].astype(np.float32)
    both = drive + drive.T
    np.fill_diagonal(both, -1)
    if near < count:
        chosen = np.argpartition(both, near - 1, axis=1)[:, :near]
    else:
        chosen = np.tile(np.arange(count), (count, 1))
    order = np.take_along_axis(both, chosen, axis=1).argsort(axis=1, kind="stable")
    return np.take_along_axis(chosen, order, axis=1)


class Improver:
    """One run of the search over all shifts of `arrays`, from given routes."""

    def __init__(self, arrays: Arrays, seed: int) -> None:
        self.arrays = arrays
        self.random = random.Random(seed)  # noqa: S311 - chance, not secrecy
        self.noise = np.random.default_rng(seed)
        self.near = (
            neighbours_of(arrays)
            if arrays.count and arrays.shifts
            else np.zeros((0, 0), dtype=np.intp)
        )
        self.work = (arrays.service + arrays.setup).astype(float)
        typical = float(np.median(self.work)) if arrays.count else 0.0
        self.least_work = max(typical * 0.25, 60.0)
        self.kinds = arrays.kinds
        self.pool: dict[tuple[int, tuple[int, ...]], float] = {}
        self.tight = bool(arrays.quota and min(arrays.quota) < BIG)

    def run(
        self, routes: Routes, budget: Budget, on_better: Callable[[Routes], None] | None = None
    ) -> Found:
        """Search until the budget is used up and return the best plan found."""
        current, best = routes, routes
        current_total = best_total = total_of(routes)
        heat = self._first_heat(current, current_total) if self._can_search(routes) else 0.0
        done = 0
        started = time.monotonic()
        while self._can_search(routes):
            share = self._share(budget, started, done)
            if share >= 1:
                break
            progress = budget.heat_from + (budget.heat_to - budget.heat_from) * share
            temperature = heat * (0.02 ** (1 - progress))
            candidate = self._step(current)
            total = total_of(candidate)
            done += 1
            if total > current_total - temperature * -math.log(1 - self.random.random()):
                if total != current_total:
                    self._remember(candidate, current)
                current, current_total = candidate, total
                if total > best_total + 1e-6:
                    best, best_total = candidate, total
                    if on_better is not None:
                        on_better(best)
        return Found(best.sequences, best.fixed, best_total, self.pool, done)

    def fill(self, routes: Routes) -> None:
        """Put in whoever still fits and is worth it, the best for the time first."""
        self._recreate(routes, mode=0, power=1.0, noise=0.0)

    @staticmethod
    def _share(budget: Budget, started: float, done: int) -> float:
        if budget.iterations is not None:
            return done / max(budget.iterations, 1)
        assert budget.until is not None
        span = max(budget.until - started, 1e-9)
        return (time.monotonic() - started) / span

    @staticmethod
    def _can_search(routes: Routes) -> bool:
        return any(routes.movable(number) for number in range(len(routes.sequences)))

    def _first_heat(self, routes: Routes, total: float) -> float:
        losses = []
        for _ in range(24):
            loss = total - total_of(self._step(routes))
            if loss > 0:
                losses.append(loss)
        return float(np.median(losses)) * 0.5 if losses else 1.0

    def _step(self, routes: Routes) -> Routes:
        candidate = routes.copy()
        self._ruin(candidate)
        chance = self.random.random()
        mode = 0 if chance < 0.6 else (1 if chance < 0.8 else 2)
        self._recreate(
            candidate, mode, self.random.uniform(0.5, 1.5), self.random.choice((0.0, 0.1, 0.3))
        )
        return candidate

    # --- ruin ---

    def _ruin(self, routes: Routes) -> None:
        chance = self.random.random()
        if chance < 0.75:
            self._ruin_strings(routes)
        elif chance < 0.9:
            self._ruin_least_worth(routes)
        else:
            self._ruin_route(routes)

    def _ruin_strings(self, routes: Routes) -> None:
        centre = self.random.randrange(self.arrays.count)
        home = {v: r for r, sequence in enumerate(routes.sequences) for v in sequence}
        longest = self.random.randint(1, 8)
        most = self.random.choice((1, 2, 2, 3))
        touched: set[int] = set()
        for visit in self.near[centre].tolist():
            number = home.get(visit)
            if number is None or number in touched:
                continue
            movable = routes.movable(number)
            if visit not in movable:
                continue
            touched.add(number)
            at = movable.index(visit)
            length = self.random.randint(1, min(longest, len(movable)))
            first = max(0, min(at - self.random.randrange(length), len(movable) - length))
            routes.remove(number, movable[first : first + length])
            if len(touched) >= most:
                break
        if not touched:
            self._ruin_route(routes, self.random.randint(2, 6))

    def _ruin_least_worth(self, routes: Routes) -> None:
        arrays = self.arrays
        scored = []
        for number in range(len(routes.sequences)):
            for visit in routes.movable(number):
                rate = arrays.value[number, visit] / (self.work[visit] + self.least_work)
                scored.append((rate * self.random.uniform(0.5, 1.5), visit, number))
        scored.sort()
        count = self.random.randint(2, 8)
        for number in sorted({number for _, _, number in scored[:count]}):
            routes.remove(number, [visit for _, visit, n in scored[:count] if n == number])

    def _ruin_route(self, routes: Routes, most: int = 1000) -> None:
        full = [number for number in range(len(routes.sequences)) if routes.movable(number)]
        if full:
            number = self.random.choice(full)
            movable = routes.movable(number)
            first = self.random.randrange(max(1, len(movable) - most + 1))
            routes.remove(number, movable[first : first + most])

    # --- recreate ---

    def _recreate(self, routes: Routes, mode: int, power: float, noise: float) -> None:
        arrays = self.arrays
        if arrays.count == 0 or not routes.sequences:
            return
        value = arrays.value
        short = shortage(routes)
        if short is not None:
            value = value + short
        if noise:
            value = value * self.noise.uniform(1 - noise, 1 + noise, arrays.count)
        rank = self.noise.random(arrays.count) if mode == 2 else None
        keys = np.empty(routes.cost.shape)
        for number in range(len(keys)):
            keys[number] = self._keys(routes, number, value, mode, power, rank)
        keys[:, routes.served] = -np.inf
        if self.tight:
            for number in range(len(keys)):
                self._mind_quota(routes, number, keys)
        flat = keys.ravel()
        count = arrays.count
        while True:
            at = int(flat.argmax())
            number, visit = divmod(at, count)
            if flat[at] == -np.inf:
                return
            if not routes.insert(number, visit):
                flat[at] = -np.inf
                continue
            keys[:, visit] = -np.inf
            dead = routes.served
            row = self._keys(routes, number, value, mode, power, rank)
            row[dead] = -np.inf
            keys[number] = row
            if self.tight:
                day = arrays.shifts[number].day
                for other in range(len(keys)):
                    if arrays.shifts[other].day == day:
                        self._mind_quota(routes, other, keys)

    def _keys(
        self,
        routes: Routes,
        number: int,
        value: Floats,
        mode: int,
        power: float,
        rank: Floats | None,
    ) -> Floats:
        cost = routes.cost[number]
        gain = value[number] - cost
        possible: Bools = (cost < BIG) & (gain > 0)
        if mode == 0:
            key = gain / np.maximum(self.work + self.least_work + cost, 1.0) ** power
        elif mode == 1:
            key = (
                -cost
                * self.noise.uniform(0.9, 1.1, len(cost))
                / np.maximum(value[number], 1) ** 0.5
            )
        else:
            assert rank is not None
            key = rank * 1e7 - cost
        return np.where(possible, key, -np.inf)

    def _mind_quota(self, routes: Routes, number: int, keys: Floats) -> None:
        day = self.arrays.shifts[number].day
        left = self.arrays.quota[day] - routes.people[day]
        keys[number, self.arrays.people > left] = -np.inf

    # --- the pool ---

    def _remember(self, candidate: Routes, current: Routes) -> None:
        for number, sequence in enumerate(candidate.sequences):
            if sequence is not current.sequences[number] and sequence:
                key = (self.kinds[number], tuple(sequence))
                self.pool[key] = candidate.worth[number]
        if len(self.pool) > 2 * POOL_SIZE:
            kept = sorted(self.pool.items(), key=lambda item: -item[1])[:POOL_SIZE]
            self.pool = dict(kept)
