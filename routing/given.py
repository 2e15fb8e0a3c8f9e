"""A given plan as routes to calculate with: for explanations, slots and hand edits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from routing.answer import route_of, score_of_routes
from routing.arrays import Arrays
from routing.plan import Plan, Unserved
from routing.problem import Problem
from routing.routes import Routes
from routing.timing import NEVER


class Unsound(ValueError):
    """A plan that cannot be calculated with: it breaks rules. `checker.check` says which."""


def routes_of(problem: Problem, arrays: Arrays, plan: Plan) -> Routes:
    """Return a sound plan as routes. Raises Unsound when one of its routes breaks a rule of its shift."""
    routes = Routes(arrays)
    shifts = {(shift.team, shift.day): number for number, shift in enumerate(problem.shifts)}
    routes.served[:] = False
    for route in plan.routes:
        number = shifts.get((route.team, route.day))
        if number is None or any(stop.visit not in arrays.number for stop in route.stops):
            raise Unsound(f"the route of team {route.team} on {route.day} is not of this problem")
        sequence = [arrays.number[stop.visit] for stop in route.stops]
        routes.fixed[number] = {
            **routes.fixed[number],
            **{
                visit: stop.start_s
                for visit, stop in zip(sequence, route.stops, strict=True)
                if arrays.crews[visit] > 1
            },
        }
        if not routes.replace(number, sequence):
            raise Unsound(f"the route of team {route.team} on {route.day} breaks a rule")
        routes.served[sequence] = True
    routes.count_people()
    return routes


def retime(
    problem: Problem,
    orders: Mapping[tuple[str, date], Sequence[str]],
    unserved: Sequence[Unserved] = (),
) -> Plan:
    """Return the plan with these visits in these orders, timed as well as can be, sound or not.

    For edits by hand: `checker.check` then says what the edit breaks. Visits of two teams begin when the later of
    the two can. Raises ValueError for shifts and visits that are not in the problem.
    """
    arrays = Arrays(problem)
    shifts = {(shift.team, shift.day): number for number, shift in enumerate(problem.shifts)}
    chosen: dict[int, list[int]] = {}
    for (team, day), visits in orders.items():
        if (team, day) not in shifts:
            raise ValueError(f"orders: team {team} has no shift on {day}")
        unknown = [visit for visit in visits if visit not in arrays.number]
        if unknown:
            raise ValueError(f"orders: visit {unknown[0]} is not in the problem")
        if visits:
            chosen[shifts[team, day]] = [arrays.number[visit] for visit in visits]
    fixed = _together(problem, arrays, chosen)
    numbers = sorted(chosen)
    routes = [route_of(arrays, problem, r, chosen[r], fixed[r]) for r in numbers]
    return Plan(tuple(routes), tuple(unserved), score_of_routes(arrays, problem, routes, numbers))


def _together(
    problem: Problem, arrays: Arrays, chosen: Mapping[int, Sequence[int]]
) -> dict[int, dict[int, int]]:
    """Return the common starts of visits by two teams: raised until every pair agrees."""
    frozen = {r: part for r, part in arrays.frozen.items() if r in chosen}
    fixed = {
        r: dict(zip(frozen[r].visits, frozen[r].starts, strict=True)) if r in frozen else {}
        for r in chosen
    }
    pairs = {v for sequence in chosen.values() for v in sequence if arrays.crews[v] > 1}
    for _ in range(len(pairs) + 1):
        starts: dict[int, int] = {}
        for r, sequence in chosen.items():
            if pairs.isdisjoint(sequence):
                continue
            loose = {v: t for v, t in fixed[r].items() if v not in pairs or v in starts}
            for stop in route_of(arrays, problem, r, sequence, loose).stops:
                visit = arrays.number[stop.visit]
                if visit in pairs:
                    starts[visit] = max(starts.get(visit, 0), stop.start_s)
        again = {
            r: {**fixed[r], **{v: starts[v] for v in chosen[r] if v in pairs and v in starts}}
            for r in chosen
        }
        if again == fixed:
            break
        fixed = again
    return fixed


def is_sound(routes: Routes, number: int) -> bool:
    """Whether a route can be driven within its shift."""
    return routes.times[number].back_s < NEVER
