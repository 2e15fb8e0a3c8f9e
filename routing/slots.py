"""The best places for one more visit in a plan: what a planner is offered when somebody calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from routing.arrays import BIG, Arrays
from routing.given import routes_of
from routing.insertion import costs_by_gap, may_enter
from routing.plan import Plan
from routing.problem import Problem
from routing.routes import route_times
from routing.timing import opening


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
    found = []
    for r, shift in enumerate(problem.shifts):
        day = arrays.shifts[r].day
        if routes.people[day] + problem.visits[number].people > arrays.quota[day]:
            continue
        if not may_enter(arrays, r, routes.sequences[r])[number]:
            continue
        costs, first = costs_by_gap(arrays, r, routes.sequences[r], routes.times[r])
        for row, cost in enumerate(costs[:, number].tolist()):
            if cost < BIG:
                found.append((cost, r, row + first, shift))
    found.sort(key=lambda item: item[:3])
    answer = []
    for cost, r, gap, shift in found:
        sequence = [*routes.sequences[r][:gap], number, *routes.sequences[r][gap:]]
        times = route_times(arrays, r, sequence, routes.fixed[r])
        if times is None:
            continue
        free = min(layer[gap] for layer in times.depart)
        start = opening(arrays.windows[number], free + times.legs[0][gap])
        answer.append(Slot(shift.team, shift.day, gap, start, int(cost)))
        if len(answer) == most:
            break
    return tuple(answer)
