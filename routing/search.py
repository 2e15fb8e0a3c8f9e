"""plan(problem, limits) -> Plan: construct, improve on all workers in rounds, recombine, say why.

A round gives each worker a part of the routes and the most promising people who wait, as a small problem of its own
(all routes where there are few). After each round the parts are put together again, and from time to time OR-Tools
chooses the best set of all routes seen so far. Everything stops at once when asked to, with the best so far.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from typing import Final, TypeVar

import numpy as np

from routing.answer import route_of, score_of_routes
from routing.arrays import Arrays
from routing.explain import reasons
from routing.improve import Budget, Found, total_of
from routing.limits import Limits, OnProgress, Progress
from routing.parallel import BEAT_S, Stopped, end_workers, in_background, own_workers, run_all
from routing.parts import Part, improve_part, part_of, split
from routing.plan import Plan, Route
from routing.pool import Key, recombine
from routing.problem import Problem
from routing.proving import ALONE_FROM, Proving
from routing.routes import Routes
from routing.together import begin, weigh

__all__ = ["Limits", "OnProgress", "Progress", "plan"]

T = TypeVar("T")
AS_USUAL: Final = Limits()
RESERVED: Final = 0.06
"""The share of the time that is kept for reasons and the plan itself."""
TRIED_S: Final = 1.2e-5
"""How long it takes to find out whether a visit has a place on a shift, which is also reserved for."""
GRACE: Final = 0.02
"""The share of the time that a proof may come late by, out of what is reserved."""
LONG_BEGINNING: Final = 0.12
"""From this share of the time on the search begins with the first routes there are."""
MOST_RESERVED: Final = 0.2
"""The most that is kept on a busy machine."""
WEIGHED: Final = 0.03
"""The share of the time that visits of two teams may take to be weighed after a round."""
EXPLAINED: Final = 0.98
"""At this share of the whole time exchanges are no longer looked for."""
SMALL: Final = 10
"""Up to so many routes every worker searches all of them."""
POOL_LIMIT: Final = 20_000


def plan(
    problem: Problem,
    limits: Limits = AS_USUAL,
    executor: Executor | None = None,
    progress: OnProgress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Plan:
    """Plan the visits of a problem.

    `executor` runs the workers (None: processes of this machine, which end with this one; with one worker none).
    `progress` is told of the best plan so far, `should_stop` is asked some twenty times a second: when it says yes,
    the best plan so far is returned. Every visit is on a route or left out with a reason.
    """
    return _Search(problem, limits, executor, progress, should_stop).plan()


class _Search:
    def __init__(
        self,
        problem: Problem,
        limits: Limits,
        executor: Executor | None,
        progress: OnProgress | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.started = time.monotonic()
        self.problem = problem
        self.limits = limits
        self.executor = executor
        self.progress = progress
        self.asked_to_stop = should_stop or (lambda: False)
        self.stopped = False
        self.random = random.Random(limits.seed)  # noqa: S311 - chance, not secrecy
        self.arrays = Arrays(problem)
        self.kinds = self.arrays.kinds
        self.pairs = frozenset(np.flatnonzero(self.arrays.crews > 1).tolist())
        """Visits of two teams: a route with one is worth nothing without the other."""
        self.pool: dict[Key, float] = {}
        self.iterations = 0
        self.proving = Proving(problem, self.arrays, limits)
        seconds = limits.seconds
        if seconds is None:
            self.until: float | None = None
        else:
            trials = TRIED_S * self.arrays.count * len(self.arrays.shifts)
            reserved = max(RESERVED * seconds, min(trials, MOST_RESERVED * seconds))
            self.until = self.started + seconds - reserved

    def plan(self) -> Plan:
        self._tell("constructing", None)
        routes = begin(self.arrays, self._begun_long)
        self._reserve()
        self._tell("searching", routes)
        if self._worth_searching(routes):
            routes = self._search(routes)
        self._tell("explaining", routes)
        return self._answer(routes)

    def _begun_long(self) -> bool:
        """Whether the beginning has taken as long as it may."""
        if self._should_stop():
            return True
        seconds = self.limits.seconds
        return seconds is not None and time.monotonic() - self.started > LONG_BEGINNING * seconds

    def _reserve(self) -> None:
        """Keep half as much time for the end as the beginning took, where that is more than usual: the machine is busy."""
        if self.until is None or self.limits.seconds is None:
            return
        whole = self.limits.seconds
        spent = time.monotonic() - self.started
        self.until = min(self.until, self.started + whole - min(spent / 2, MOST_RESERVED * whole))

    def _worth_searching(self, routes: Routes) -> bool:
        return any(routes.movable(r) for r in range(len(routes.sequences)))

    def _search(self, routes: Routes) -> Routes:
        cores = self.limits.cores
        pool = own_workers(cores) if self.executor is None and cores > 1 else None
        executor = self.executor or pool
        try:
            return self._rounds(routes, executor, cores)
        except BrokenProcessPool:
            if self.executor is not None:
                raise
            self.stopped = True
            return self.best
        finally:
            if pool is not None:
                end_workers(pool)

    def _rounds(self, routes: Routes, executor: Executor | None, cores: int) -> Routes:
        self.best = routes
        best_total = total_of(routes)
        number = 0
        small = len(routes.sequences) <= SMALL
        end = 1.0
        if cores == 1 and self.limits.iterations is None and self.proving.is_wanted(routes):
            end = ALONE_FROM
        while (share := self._share()) < end:
            self._prove_beside(executor, cores)
            budget = self._round_budget(share, small)
            workers = cores - 1 if self.proving.is_busy else cores
            parts = split(self.best, workers, self.random, small)
            tasks = [
                part_of(self.best, part, budget, self.random.randrange(2**31)) for part in parts
            ]
            try:
                if executor is None:
                    results = [improve_part(task, self._should_stop) for task in tasks]
                else:
                    results = run_all(executor, improve_part, tasks, self._should_stop)
            except Stopped:
                break
            self.iterations += max(result.iterations for result in results)
            candidate = self._merged(parts, results, small)
            total = total_of(candidate)
            if total > best_total:
                self.best, best_total = candidate, total
            number += 1
            if self.stopped:
                break
            if small or number % 4 == 0 or self._share() >= 0.9:
                self._recombine()
                self._weigh()
                best_total = total_of(self.best)
            self._tell("searching", self.best)
            if self._should_stop():
                break
        self._end_proof()
        return self.best

    def _prove_beside(self, executor: Executor | None, cores: int) -> None:
        """Have one of several workers prove the bound until just before the end."""
        if executor is None or cores < 2 or self.until is None:
            return
        left = self.until - time.monotonic()
        if self._share() >= self.proving.share and self.proving.is_wanted(self.best):
            self.proving.begin(executor, self.best, self.pool, left)
        else:
            self.proving.go_on(executor, self.best, self.pool, left)

    def _end_proof(self) -> None:
        """Take the bound that a worker has proven, or prove one here where there is no other worker."""
        if self.stopped:
            return
        if self.proving.is_wanted(self.best):
            left = math.inf if self.until is None else self.until - time.monotonic()
            self.proving.begin(None, self.best, self.pool, left)
        if self.proving.proof is not None:
            grace = GRACE * (self.limits.seconds or 0.0)
            proof = self._awaited(self.proving.proof, grace)
            if proof is not None:
                self.proving.learn(proof)

    def _awaited(self, future: Future[T], grace_s: float = 0.0) -> T | None:
        """Wait for something, but no longer than there is time (and `grace_s` more) and nobody wishes to stop."""
        while not self._should_stop():
            left = math.inf if self.until is None else self.until + grace_s - time.monotonic()
            try:
                return future.result(timeout=max(min(BEAT_S, left), 0.0))
            except TimeoutError:
                if left <= 0:
                    return None
        return None

    def _round_budget(self, share: float, small: bool) -> Budget:
        if self.limits.iterations is not None:
            step = max(self.limits.iterations // 3, 1) if small else 300
            step = min(step, self.limits.iterations - self.iterations)
            to = share + step / max(self.limits.iterations, 1)
            return Budget(None, step, 1 - share, max(1 - to, 0.0))
        assert self.until is not None
        assert self.limits.seconds is not None
        now = time.monotonic()
        length = self.limits.seconds / 3 if small else min(max(self.limits.seconds / 24, 0.5), 2.0)
        # Rounds of about this length, one of which ends when a proof is to begin.
        target = self.until
        proof = self.started + self.proving.share * (self.until - self.started)
        if now < proof and self.proving.is_wanted(self.best):
            target = proof
        length = (target - now) / max(math.ceil((target - now) / length - 0.4), 1)
        to = (now + length - self.started) / (self.until - self.started)
        return Budget(length, None, 1 - share, max(1 - to, 0.0))

    def _share(self) -> float:
        """Return how much of the limits is used up, 0 to 1."""
        shares = [0.0]
        if self.limits.iterations is not None:
            shares.append(
                self.iterations / max(self.limits.iterations, 1) if self.limits.iterations else 1.0
            )
        if self.until is not None and self.limits.seconds:
            shares.append((time.monotonic() - self.started) / (self.until - self.started))
        elif self.until is not None:
            shares.append(1.0)
        return max(shares)

    def _should_stop(self) -> bool:
        if not self.stopped and self.asked_to_stop():
            self.stopped = True
        return self.stopped

    def _merged(self, parts: list[Part], results: list[Found], small: bool) -> Routes:
        """Put the parts together: where every worker searched everything, the best of them."""
        for part, result in zip(parts, results, strict=True):
            visits = np.array(part.visits, dtype=np.intp)
            shifts = [self.kinds[shift] for shift in part.shifts]
            rows = zip(
                result.pool[:, 0].tolist(),
                visits[result.pool[:, 1:]].tolist() if len(visits) else [],
                result.lengths.tolist(),
                result.worths.tolist(),
                strict=True,
            )
            for shift, row, length, worth in rows:
                sequence = tuple(row[:length])
                if self.pairs.isdisjoint(sequence):
                    self.pool[shifts[shift], sequence] = worth
        if len(self.pool) > POOL_LIMIT:
            kept = sorted(self.pool.items(), key=lambda item: -item[1])[: POOL_LIMIT // 2]
            self.pool = dict(kept)
        chosen = list(zip(parts, results, strict=True))
        if small:
            chosen = [max(chosen, key=lambda pair: pair[1].total)]
        sequences = {
            shift: [part.visits[v] for v in sequence]
            for part, result in chosen
            for shift, sequence in zip(part.shifts, result.sequences, strict=True)
        }
        return self._with(sequences)

    def _with(self, sequences: dict[int, list[int]]) -> Routes:
        routes = self.best.copy()
        for shift, sequence in sequences.items():
            if sequence != routes.sequences[shift] and not routes.replace(shift, sequence):
                return self.best
        routes.count_all()
        return routes

    def _recombine(self) -> None:
        best = self.best
        if self._share() >= 1 and self.limits.iterations is None:
            return
        left = 1.0 if self.until is None else max(self.until - time.monotonic(), 0.05)
        picking = in_background(
            recombine,
            self.arrays,
            self.kinds,
            best.sequences,
            self.pool,
            best.worth,
            [bool(fixed) for fixed in best.fixed],
            min(0.08 * (self.limits.seconds or 10.0), left, 2.0),
            self.limits.cores,
            self.limits.seed,
            self.limits.iterations is not None,
        )
        sequences = self._awaited(picking)
        if sequences is None:
            return
        routes = self._with(dict(enumerate(sequences)))
        if total_of(routes) > total_of(best):
            self.best = routes

    def _weigh(self) -> None:
        """Weigh the visits of two teams anew, for a short while."""
        started = time.monotonic()

        def enough() -> bool:
            now = time.monotonic()
            long = WEIGHED * (self.limits.seconds or math.inf)
            return (
                self._should_stop()
                or now - started > long
                or (self.until is not None and now > self.until)
            )

        self.best = weigh(self.best, enough)

    def _answer(self, routes: Routes) -> Plan:
        numbers = [r for r, sequence in enumerate(routes.sequences) if sequence]
        answer: list[Route] = [
            route_of(self.arrays, self.problem, r, routes.sequences[r], routes.fixed[r])
            for r in numbers
        ]
        score = score_of_routes(self.arrays, self.problem, answer, numbers)
        return Plan(
            routes=tuple(answer),
            unserved=tuple(reasons(self.problem, self.arrays, routes, self._explained_long)),
            score=score,
            bound=self.proving.bound_for(score.total_s),
            seconds=round(time.monotonic() - self.started, 3)
            if self.limits.iterations is None
            else 0.0,
            iterations=self.iterations,
            seed=self.limits.seed,
            stopped=self.stopped,
        )

    def _explained_long(self) -> bool:
        """Whether nothing more can be tried for the reasons."""
        seconds = self.limits.seconds
        return seconds is not None and time.monotonic() - self.started > EXPLAINED * seconds

    def _tell(self, phase: str, routes: Routes | None) -> None:
        if self.progress is None:
            return
        elapsed = time.monotonic() - self.started
        left = None if self.limits.seconds is None else max(self.limits.seconds - elapsed, 0.0)
        if routes is None:
            self.progress(Progress(phase, 0.0, seconds=elapsed, left_s=left))
            return
        served = routes.served
        self.progress(
            Progress(
                phase,
                min(self._share(), 1.0) if phase == "searching" else 1.0,
                visits=int(served.sum()),
                people=int(self.arrays.people[served].sum()),
                points=int(self.arrays.points[served].sum()),
                value_s=round(total_of(routes)),
                bound_s=self.proving.bound_s(),
                seconds=elapsed,
                left_s=left,
            )
        )
