"""The best places for one more visit in a plan: what a planner is offered when somebody calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from routing.arrays import Arrays
from routing.given import routes_of
from routing.plan import Plan
from routing.problem import Problem
from routing.routes import Routes, route_times
from routing.timing import Times, arrival, opening


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a visit: on whose route, before which stop (0 is the first), when, and at what cost in seconds."""

    team: str
    day: date
    position: int
    start_s: int
    cost_s: int


def slots(problem: Problem, plan: Plan, visit: str, most: int = 10) -> tuple[Slot, ...]:
    """Return the cheapest places for a visit that the plan leaves out, the best first; at most one a gap.

    `cost_s` is more driving and overtime at its price. Only places that break no rule, the quota among them, are
    offered. Raises KeyError for a visit that is not in the problem, ValueError for one that is already on a route or
    needs two teams, and Unsound for a plan that breaks rules.
    """
    return slots_in(problem, Arrays(problem), plan, visit, most)


def slots_in(
    problem: Problem, arrays: Arrays, plan: Plan, visit: str, most: int = 10
) -> tuple[Slot, ...]:
    """Like `slots`, with the arrays at hand."""
    number = arrays.number[visit]
    if arrays.crews[number] > 1:
        raise ValueError(f"visit: {visit} needs two teams together")
    routes = routes_of(problem, arrays, plan)
    if routes.served[number]:
        raise ValueError(f"visit: {visit} is already on a route")
    found = sorted(
        (cost, r, gap, start)
        for r in range(len(problem.shifts))
        for cost, gap, start in places(routes, r, number)
    )
    answer = []
    for cost, r, gap, start in found[:most]:
        shift = problem.shifts[r]
        answer.append(Slot(shift.team, shift.day, gap, start, cost))
    return tuple(answer)


def places(
    routes: Routes, r: int, number: int, with_quota: bool = True
) -> Iterator[tuple[int, int, int]]:
    """Yield every place for a visit in one route that breaks no rule: (cost in seconds, position, start)."""
    arrays = routes.arrays
    shift, sequence = arrays.shifts[r], routes.sequences[r]
    people = routes.people[shift.day] + int(arrays.people[number])
    if with_quota and people > arrays.quota[shift.day]:
        return
    if arrays.crews[number] > 1 or not has_room(arrays, r, sequence, number):
        return
    before = _paid(arrays, r, routes.times[r]) if sequence else 0
    for gap in open_gaps(routes, r, number):
        longer = [*sequence[:gap], number, *sequence[gap:]]
        times = route_times(arrays, r, longer, routes.fixed[r])
        if times is None:
            continue
        free = min(layer[gap] for layer in times.depart)
        parts = arrays.parts[shift.profile]
        start = opening(arrays.windows[number], arrival(parts, times.legs, gap, free)[0])
        yield _paid(arrays, r, times) - before, gap, start


def has_room(arrays: Arrays, r: int, sequence: Sequence[int], number: int) -> bool:
    """Whether a visit may go on a route where there is time: by team, the most visits, and load."""
    shift = arrays.shifts[r]
    if not arrays.allowed[r, number] or len(sequence) >= shift.most_visits:
        return False
    if not arrays.capped or not shift.capacity:
        return True
    load = arrays.amounts[[*sequence, number]].sum(axis=0)
    return bool((load <= np.array(shift.capacity)).all())


def _paid(arrays: Arrays, r: int, times: Times) -> int:
    overtime = max(times.back_s - arrays.shifts[r].end_s, 0)
    return times.drive_s + round(arrays.wishes.overtime * overtime)


def open_gaps(routes: Routes, r: int, number: int) -> range:
    """Return the gaps of a route that may be filled: after what is frozen and what is pinned to a position."""
    arrays, sequence = routes.arrays, routes.sequences[r]
    frozen = arrays.frozen.get(r)
    pinned = [k + 1 for k, visit in enumerate(sequence) if visit in arrays.position]
    first = max([len(frozen.visits) if frozen else 0, *pinned])
    position = arrays.position.get(number)
    if position is None:
        return range(first, len(sequence) + 1)
    return range(position, position + 1) if first <= position <= len(sequence) else range(0)
