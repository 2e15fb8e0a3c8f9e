"""The bound beside a search: when its proof begins, on which worker, and what is proven so far."""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from dataclasses import replace
from typing import Final

from routing.arrays import Arrays
from routing.bound import (
    BoundTask,
    Proof,
    can_bound,
    constant_of,
    percent_better,
    prove_bound,
    trivial_proof,
)
from routing.improve import total_of
from routing.limits import Limits
from routing.parallel import in_background
from routing.plan import Bound
from routing.pool import Key
from routing.problem import Problem
from routing.routes import Routes

FROM: Final = 0.5
"""From this share of the time on a worker proves the bound."""
MANY: Final = 500
FROM_MANY: Final = 0.35
"""The same where there are more than `MANY` visits."""
ALONE_FROM: Final = 0.75
"""The same where there is a single worker."""
ROUNDS: Final = 4
"""How often prices are set when the limit is in iterations."""
ANY_ROUNDS: Final = 10_000
LEAST_S: Final = 0.2
"""With less time left nothing is begun."""
SPARE: Final = 0.05
"""By this share of what is left a proof ends earlier: the worker may have to wait for the processor."""
SLICE: Final = 0.42
"""A worker tells what it has proven after this share of what is left, and then goes on."""
LAST_S: Final = 1.5
"""With less time left it does not tell before the end."""


class Proving:
    """What is proven about a problem: at first what is known at once, later what a worker has proven."""

    def __init__(self, problem: Problem, arrays: Arrays, limits: Limits) -> None:
        self.problem, self.arrays, self.limits = problem, arrays, limits
        self.proven = trivial_proof(arrays)
        self.proof: Future[Proof] | None = None

    @property
    def share(self) -> float:
        """From which share of the time on one of several workers proves."""
        return FROM if self.arrays.count <= MANY else FROM_MANY

    def is_wanted(self, best: Routes) -> bool:
        """Whether a proof can say more than that not everybody is visited, and has not begun."""
        return (
            self.limits.bound
            and self.proof is None
            and can_bound(self.arrays)
            and not bool(best.served.all())
        )

    @property
    def is_busy(self) -> bool:
        """Whether a worker is at it."""
        return self.proof is not None and not self.proof.done()

    def begin(
        self, executor: Executor | None, best: Routes, pool: Mapping[Key, float], left_s: float
    ) -> None:
        """Have a worker prove in the seconds that are left; without an executor, a thread of this process."""
        if left_s <= LEAST_S:
            return
        seconds = left_s * (1 - SPARE)
        if executor is None:
            rounds = ANY_ROUNDS if self.limits.iterations is None else ROUNDS
            self.proof = in_background(prove_bound, self._task(best, pool, seconds, rounds))
            return
        if left_s > LAST_S:
            seconds = min(seconds, max(left_s * SLICE, LAST_S))
        self.proof = executor.submit(prove_bound, self._task(best, pool, seconds, ANY_ROUNDS))

    def go_on(
        self, executor: Executor, best: Routes, pool: Mapping[Key, float], left_s: float
    ) -> None:
        """Learn what a worker has told, and have it go on where it left off."""
        if self.proof is None or not self.proof.done():
            return
        self.learn(self.proof.result())
        if self.proven.rest is not None:
            self.begin(executor, best, pool, left_s)

    def _task(
        self, best: Routes, pool: Mapping[Key, float], seconds: float, rounds: int
    ) -> BoundTask:
        kinds = self.arrays.kinds
        mine = {
            (kinds[r], tuple(sequence)): worth
            for r, (sequence, worth) in enumerate(zip(best.sequences, best.worth, strict=True))
            if sequence
        }
        routes = tuple(tuple(sequence) for sequence in best.sequences)
        known = self.proven if self.proven.rest else None
        return BoundTask(
            self.arrays, {**pool, **mine}, routes, seconds, rounds, total_of(best), known
        )

    def learn(self, proof: Proof) -> None:
        """Take what was proven, if it says more, and where it can go on."""
        if proof.most <= self.proven.most:
            self.proven = proof
        else:
            self.proven = replace(self.proven, rest=proof.rest)

    def bound_s(self) -> int | None:
        """Return what no plan is worth more than, in the objective of scores; None where no bound is wanted."""
        if not self.limits.bound:
            return None
        # Each of the parts of a score is rounded by itself, so a few seconds are added where there are any gains.
        rounding = 4 if self.proven.most > 0 else 0
        return math.ceil(self.proven.most - constant_of(self.problem, self.arrays)) + rounding

    def bound_for(self, total_s: int) -> Bound | None:
        """Return the bound beside a plan that is worth so much."""
        most = self.bound_s()
        if most is None:
            return None
        return Bound(most, percent_better(most, total_s), self.proven.method)
