"""The proof: prices of the visits from which no plan can be worth more than the bound.

For any prices no plan is worth more than the prices of everybody together and the best route of each shift after
prices (Lagrange), so the bound holds whenever the work is stopped. The prices come from the linear master problem of
column generation, and are kept near the best ones so far (Wentges 1997).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np

from routing.arrays import BIG, Arrays, Floats
from routing.bound.free import free_part
from routing.bound.groups import Group, groups_of
from routing.bound.idle import knapsack, least_work, left_out, shortened
from routing.bound.margin import distance_to, marginal_rate, tolls_of
from routing.bound.master import Master, Prices, places_left
from routing.bound.relaxed import MOST_LABELS, NEAR, Found, Relaxed, Store, TimeUp
from routing.problem import Problem

MOST_VISITS: Final = 3000
STARTING_COLUMNS: Final = 3000
COLUMNS_A_ROUND: Final = 300
NEARNESS: Final = 0.8
"""How near prices stay to the best so far."""
ENOUGH: Final = 1.02
"""A bound so near the best plan is not worth another stage."""
STAGES: Final = ((0.92, 5), (0.8, NEAR), (0.6, NEAR), (0.35, NEAR))
"""What idle time earns, of what a second of the plan earns at the margin, and how many near houses are remembered:
first what is quick, then what proves more."""
FEW: Final = 60
"""With so few visits everything is looked at exactly."""
CLOSED: Final = 5e-4
"""A stage is over when the master problem and the bound are so near, relatively."""
NOBODY_ELSE: Final = "nobody else can be visited"
PATIENCE: Final = 6
TIRED: Final = 10
"""A stage is also over when `PATIENCE` rounds together have lowered the bound by less than `CLOSED`, and no more than
`TIRED` times that is left to the master problem."""

Key = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class BoundTask:
    """What a bound is computed from: the arrays, good routes with their worth, and how long it may take.

    `seconds` counts from the start of the work; `rounds` limits it for answers that are always the same.
    """

    arrays: Arrays
    pool: Mapping[Key, float]
    routes: tuple[tuple[int, ...], ...]
    """The best plan so far: the visits of each shift."""
    seconds: float
    rounds: int = 1000
    worth: float = 0.0
    """What the best plan so far is worth: where the bound is near enough to it, no further stage is begun."""
    known: Proof | None = None
    """What was proven before, to go on from."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Where a search for prices can go on: its stage, what it began with, its prices, and the routes it has found."""

    stage: int
    marginal: float
    tolls: Floats
    prices: Prices
    found: tuple[tuple[int, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """No plan's routes are worth more than `most`, in seconds of driving; proven by `method`.

    `rest` is where to go on for a better one, None where nothing more is worth trying.
    """

    most: float
    method: str
    rest: Unfinished | None = None


def can_bound(arrays: Arrays) -> bool:
    """Whether more can be proven than what `trivial_proof` says: not for too many visits."""
    return 0 < arrays.count <= MOST_VISITS and bool(arrays.shifts)


def constant_of(problem: Problem, arrays: Arrays) -> float:
    """Return what `arrays.value` counts too much for a plan's score: what nearness gives for staying."""
    wishes = problem.wishes
    homes = {arrays.number[e.visit] for e in problem.previous.visits if e.visit in arrays.number}
    single = sum(int(arrays.crews[visit]) == 1 for visit in homes)
    return wishes.nearness * wishes.point_s * single


def trivial_proof(arrays: Arrays) -> Proof:
    """Return what is known at once: what everybody is worth without driving, or what fits into the time of all shifts."""
    if not arrays.shifts or arrays.count == 0:
        return Proof(0.0, "nobody can be visited")
    best = np.where(arrays.allowed, arrays.value, 0.0).max(axis=0)
    frozen = sum(float(arrays.value[:, visit].max()) for visit in arrays.frozen_visits)
    everybody = Proof(
        float(np.maximum(best, 0.0).sum()) + frozen, "everybody is visited without driving"
    )
    fitting = Proof(
        knapsack(arrays), "each visit with its shortest leg within the time of all shifts"
    )
    return min(fitting, everybody, key=lambda proof: proof.most)


def prove_bound(task: BoundTask) -> Proof:
    """Return the best proof that is found in time. Runs in a worker."""
    until = time.monotonic() + task.seconds
    return _Search(task, lambda: until - time.monotonic()).proof()


def percent_better(bound: float, total: float) -> float:
    """Return by how many percent a plan worth `bound` is better than one worth `total`, rounded up."""
    if bound <= total:
        return 0.0
    if total <= 0:
        return 100.0
    return math.ceil(10_000 * (bound - total) / total) / 100


class _Search:
    """The search for prices."""

    def __init__(self, task: BoundTask, left: Callable[[], float]) -> None:
        self.task, self.left = task, left
        self.arrays = task.arrays
        self.parts = [free_part(self.arrays, r) for r in range(len(self.arrays.shifts))]
        self.frozen = sum(part.worth for part in self.parts)
        self.left_over = places_left(self.arrays)
        self.rest = task.known.rest if task.known else None
        self.tolls = (
            self.rest.tolls if self.rest else tolls_of(self.arrays, task.routes, self.left_over)
        )
        self.groups = groups_of(self.arrays, self.tolls)
        self.known = self.frozen + float(self.tolls @ np.minimum(self.left_over, BIG))
        """What all prices count beside: what is frozen, and the tolls of all who may be visited under quotas."""
        self.best = task.known or trivial_proof(self.arrays)
        self.rounds = task.rounds
        self.stores = (Store(MOST_LABELS), Store(MOST_LABELS))
        self.drives: dict[int, list[Any]] = {}
        self.relaxed: list[Relaxed] = []
        self.seen = dict.fromkeys(self.rest.found if self.rest else ())

    def over(self) -> bool:
        """Whether the time is over."""
        return self.left() <= 0

    def proof(self) -> Proof:
        """Return the best bound proven until the time or the rounds are over."""
        if not self.groups:
            return min(self.best, Proof(self.frozen, NOBODY_ELSE), key=lambda proof: proof.most)
        if self.rest:
            stage, marginal, self.centre = self.rest.stage, self.rest.marginal, self.rest.prices
        else:
            stage, (marginal, self.centre) = 0, self._first_prices()
        exact = marginal <= 0 or self.arrays.count <= FEW
        stages = ((0.0, NEAR),) if exact else STAGES
        try:
            while stage < len(stages) and self.rounds > 0:
                if self.best.most <= ENOUGH * self.task.worth:
                    break
                share, near = stages[stage]
                self._stage(share * marginal, near)
                stage += 1
        except TimeUp:
            rest = Unfinished(stage, marginal, self.tolls, self.centre, tuple(self.seen))
            return replace(self.best, rest=rest)
        return replace(self.best, rest=None)

    def _first_prices(self) -> tuple[float, Prices]:
        """Return what the plan's time earns at the margin, and what visits earn beyond the time they take at that."""
        arrays = self.arrays
        best = np.max([group.values for group in self.groups], axis=0)
        served = [v for sequence in self.task.routes for v in sequence]
        rate = marginal_rate(arrays, self.task.routes, self.tolls)
        if len(served) >= 0.95 * arrays.count:
            rate = 0.0
        needs = np.maximum(least_work(arrays), 0) + distance_to(arrays, served) + 1
        visits = np.maximum(best - max(rate, 1.0) * needs, 0)
        return rate, Prices(visits, np.zeros(len(arrays.days)))

    def _stage(self, rate: float, near: int) -> None:
        """Lower the bound while idle time earns `rate` and `near` houses are remembered, from the best prices so far."""
        arrays = self.arrays
        self.relaxed = [self._relaxed(group, rate, near) for group in self.groups]
        priced = sorted({int(v) for relaxed in self.relaxed for v in relaxed.kept})
        master = Master(arrays, self.groups, priced)
        highest = np.max([group.values for group in self.groups], axis=0)
        rows = np.zeros(arrays.count)
        rows[priced] = 1.0
        # A price above what a visit is worth, or for a visit without a row, only raises the bound.
        highest = np.maximum(highest, 0) * rows
        self.centre = Prices(np.minimum(self.centre.visits, highest), self.centre.people)
        self._start(master, self.centre)
        best, nearness, history = math.inf, NEARNESS, [math.inf] * PATIENCE
        while self.rounds > 0:
            self.rounds -= 1
            solved = master.solve(self.left())
            if solved is None:
                raise TimeUp
            worth, prices = solved[0] + self.known, solved[1]
            asked = self.centre.near(
                Prices(np.minimum(prices.visits, highest), prices.people), nearness
            )
            total, new = self._lagrange(master, asked)
            if total == math.inf:
                break
            if total < best:
                best, self.centre = total, asked
            history.append(best)
            step = CLOSED * abs(best)
            tired = best - worth < TIRED * step and history[-1 - PATIENCE] - best < step
            if best - worth < step or tired:
                break
            if not new:
                if nearness < 0.01:
                    break
                nearness = nearness / 2 if nearness > 0.1 else 0.0

    def _relaxed(self, group: Group, rate: float, near: int) -> Relaxed:
        profile = group.shift.profile
        drives: list[Any] | None = [part.drive for part in self.arrays.parts[profile]]
        out = np.zeros(self.arrays.count, dtype=bool)
        if rate > 0 or self.tolls.any():
            out = left_out(self.arrays, group, rate)
        if out.any():
            if profile not in self.drives:
                shorter = shortened(self.arrays, profile, self.over)
                if shorter is None:
                    raise TimeUp
                self.drives[profile] = shorter
            drives = self.drives[profile]
        kept = np.flatnonzero(group.allowed & ~out)
        return Relaxed(self.arrays, group.shift, drives or [], kept, rate, near, group.starts)

    def _start(self, master: Master, prices: Prices) -> None:
        """Begin with the routes of the search that are worth most after prices, and with what earlier stages found."""
        of_shift = {r: g for g, group in enumerate(self.groups) for r in group.shifts}
        best: dict[tuple[int, frozenset[int]], tuple[float, tuple[int, ...]]] = {}
        for (kind, whole), total in self.task.pool.items():
            if kind not in of_shift:
                continue
            part = self.parts[kind]
            stiff = len(part.served)
            sequence = whole[stiff:] if whole[:stiff] == part.served else whole
            worth = total - part.worth - self._tolls(kind, sequence)
            key = of_shift[kind], frozenset(sequence)
            best[key] = max(best.get(key, (-math.inf, ())), (worth, sequence))
        ranked = sorted(
            (float(prices.visits[list(sequence)].sum()) - worth, group, sequence, worth)
            for (group, _), (worth, sequence) in best.items()
        )
        for _, group, sequence, worth in ranked[:STARTING_COLUMNS]:
            master.add(group, sequence, worth)
        for group, sequence in self.seen:
            master.add(group, sequence, self._worth(self.groups[group], sequence))

    def _lagrange(self, master: Master, prices: Prices) -> tuple[float, int]:
        """Return the bound of these prices, and how many new routes were found for them."""
        arrays = self.arrays
        total = self.known + prices.total(arrays)
        new, complete = 0, True
        for number, (group, relaxed) in enumerate(zip(self.groups, self.relaxed, strict=True)):
            paid = prices.visits + prices.people[group.shift.day] * arrays.people / arrays.crews
            answer = relaxed.best((group.values - paid)[relaxed.kept], self.stores, self.over)
            if answer is None:
                complete = False
                continue
            best, found = answer
            total += len(group.shifts) * best
            new += self._learn(master, number, relaxed, found, paid)
        if complete and total < self.best.most:
            self.best = Proof(total, "column generation")
        return (total if complete else math.inf), new

    def _learn(
        self, master: Master, number: int, relaxed: Relaxed, found: list[Found], paid: Floats
    ) -> int:
        new = 0
        for route in found[:COLUMNS_A_ROUND]:
            worth = route.worth + float(paid[list(route.visits)].sum())
            self.seen[number, route.visits] = None
            new += master.add(number, route.visits, worth)
        return new

    def _tolls(self, kind: int, sequence: tuple[int, ...]) -> float:
        """Return what the tolls of a route come to."""
        people = (self.arrays.people / self.arrays.crews)[list(sequence)].sum()
        return float(self.tolls[self.arrays.shifts[kind].day] * people)

    def _worth(self, group: Group, sequence: tuple[int, ...]) -> float:
        """Return what a relaxed route is worth without idle time: its visits less the driving at its shortest."""
        nodes = [group.shift.start, *sequence, group.shift.end]
        parts = self.arrays.parts[group.shift.profile]
        driving = sum(min(int(part.drive[a, b]) for part in parts) for a, b in pairwise(nodes))
        return float(group.values[list(sequence)].sum()) - driving
