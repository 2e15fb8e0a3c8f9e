"""Large neighbourhood search over given routes: take a few visits off, put better ones in, keep what is worth more.

The loops are compiled (`anneal`); here they are fed, watched and stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from routing import anneal
from routing.arrays import Arrays
from routing.numbers import free_parts, numbers_of, tables_of
from routing.routes import Routes
from routing.wishes import global_cost

BEAT_S: Final = 0.004
"""How often a running search is told the time."""
ASK_S: Final = 0.04
"""How often it is asked whether to stop."""
FEW: Final = 0.1
"""Where so small a share waits, all may be served, and the order matters more than the choice."""
SOFT_LEGS: Final = 4.0
"""Then the annealing sees each visit as worth no more than the driving of so many legs: it may leave somebody out for a
while, as a way to other routes, where the whole prize would never let it."""
HOT_LEGS: Final = 0.8
COLD_LEGS: Final = 0.03
"""And then it is hot and cold at the driving of so many legs."""

Integers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(slots=True)
class Budget:
    """How long one run may take: until a moment of the monotonic clock, or a number of iterations."""

    until: float | None = None
    iterations: int | None = None
    heat_from: float = 1.0
    heat_to: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """The best plan of a run as sequences, its value, the routes worth keeping, and the iterations made.

    Each row of `pool` holds a shift and the visits of a route, as many as `lengths` says; `worths` what it is worth.
    """

    sequences: list[list[int]]
    total: float
    pool: Any
    lengths: Integers
    worths: Any
    iterations: int


def total_of(routes: Routes) -> float:
    """Return what the plan is worth with everything that only whole plans know, in seconds."""
    return routes.route_total - global_cost(routes)


def improve(
    arrays: Arrays,
    sequences: Sequence[Sequence[int]],
    fixed: Sequence[dict[int, int]],
    budget: Budget,
    seed: int,
    should_stop: Callable[[], bool] | None = None,
) -> Found:
    """Search from given sequences until the budget is used up, or until asked to stop, and return the best found."""
    return _run(arrays, sequences, fixed, budget, seed, should_stop, fill=False)


def fill(routes: Routes) -> None:
    """Put in whoever still fits and is worth it, the best for the time first."""
    arrays = routes.arrays
    if arrays.count == 0 or not arrays.shifts:
        return
    found = _run(arrays, routes.sequences, routes.fixed, Budget(), 0, None, fill=True)
    for number, sequence in enumerate(found.sequences):
        if sequence != list(routes.sequences[number]):
            routes.replace(number, sequence)
    routes.count_all()


def _run(
    arrays: Arrays,
    sequences: Sequence[Sequence[int]],
    fixed: Sequence[dict[int, int]],
    budget: Budget,
    seed: int,
    should_stop: Callable[[], bool] | None,
    *,
    fill: bool,
) -> Found:
    numbers = numbers_of(arrays, fixed, with_near=not fill)
    front = [list(arrays.frozen[r].visits) if r in arrays.frozen else [] for r in range(len(fixed))]
    free, lengths = free_parts(arrays, sequences)
    people, served = _counted(arrays, sequences)
    signal = np.zeros(2)
    heat = np.array([budget.heat_from, budget.heat_to, 0.0, 0.0])
    extra = np.zeros((0, 0))
    leg_s = 0.0 if fill else _usual_leg_s(arrays, sequences)
    if leg_s > 0:
        soft = np.minimum(numbers.value, SOFT_LEGS * leg_s)
        extra = numbers.value - soft
        numbers = numbers._replace(value=soft)
        heat[anneal.HOT], heat[anneal.COLD] = HOT_LEGS * leg_s, COLD_LEGS * leg_s
    iterations = -1 if budget.iterations is None else budget.iterations
    started = time.monotonic()
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(
            anneal.run,
            numbers,
            tables_of(arrays),
            free,
            lengths,
            people,
            served,
            signal,
            heat,
            extra,
            iterations,
            seed,
            fill,
        )
        asked = started
        while True:
            now = time.monotonic()
            if budget.until is not None:
                signal[anneal.SHARE] = (now - started) / max(budget.until - started, 1e-9)
            if should_stop is not None and now - asked >= ASK_S:
                asked = now
                if should_stop():
                    signal[anneal.STOP] = 1
            try:
                best, best_lengths, total, pool, kept, worths, done = running.result(BEAT_S)
                break
            except TimeoutError:
                continue
    if done < 0:
        raise AssertionError("a route that was sound is not")
    rows = np.flatnonzero(kept)
    width = int(kept.max()) + 1
    return Found(
        [[*front[r], *best[r, : best_lengths[r]].tolist()] for r in range(len(front))],
        total,
        np.ascontiguousarray(pool[rows, :width]),
        kept[rows],
        worths[rows],
        done,
    )


def _usual_leg_s(arrays: Arrays, sequences: Sequence[Sequence[int]]) -> float:
    """Return the mean driving of a leg where nearly everybody is served, else 0."""
    served = {visit for sequence in sequences for visit in sequence}
    if len(served) < (1 - FEW) * arrays.count:
        return 0.0
    driving = legs = 0
    for r, sequence in enumerate(sequences):
        if sequence:
            shift = arrays.shifts[r]
            drive = arrays.parts[shift.profile][0].drive
            stops = [shift.start, *sequence, shift.end]
            driving += int(drive[stops[:-1], stops[1:]].sum())
            legs += len(stops) - 1
    return driving / legs if legs else 0.0


def _counted(arrays: Arrays, sequences: Sequence[Sequence[int]]) -> tuple[Integers, Any]:
    """Return the people of each date and of each district; those whom two teams visit count once."""
    people = np.zeros(len(arrays.days), dtype=np.int64)
    served = np.zeros(len(arrays.share))
    seen: set[int] = set()
    for r, sequence in enumerate(sequences):
        for visit in sequence:
            if visit not in seen:
                seen.add(visit)
                people[arrays.shifts[r].day] += arrays.people[visit]
                served[arrays.district[visit]] += arrays.people[visit]
    return people, served
