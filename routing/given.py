"""A given plan as routes to calculate with: for explanations, slots and hand edits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import Final

from routing.answer import route_of, score_of_routes
from routing.arrays import BIG, Arrays
from routing.plan import Plan, Unserved
from routing.problem import LONGEST_S, Problem
from routing.routes import Routes, route_times
from routing.timing import arrival, opening, times_of, unpacking

MINUTE: Final = 60


class Unsound(ValueError):
    """A plan that cannot be calculated with: it breaks rules. `checker.check` says which."""


def routes_of(problem: Problem, arrays: Arrays, plan: Plan) -> Routes:
    """Return a sound plan as routes. Raises Unsound when one of its routes breaks a rule of its shift."""
    routes = Routes(arrays)
    shifts = {(shift.team, shift.day): number for number, shift in enumerate(problem.shifts)}
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
    routes.count_all()
    return routes


def retime(
    problem: Problem,
    orders: Mapping[tuple[str, date], Sequence[str]],
    unserved: Sequence[Unserved] = (),
) -> Plan:
    """Return the plan with these visits in these orders, timed as well as can be, sound or not.

    For edits by hand: `checker.check` then says what the edit breaks. Visits of two teams begin when the later of
    the two can, or later where only that keeps every rule of both routes. Raises ValueError for shifts and visits that are not in the problem.
    """
    return retime_in(problem, Arrays(problem), orders, unserved)


def retime_in(
    problem: Problem,
    arrays: Arrays,
    orders: Mapping[tuple[str, date], Sequence[str]],
    unserved: Sequence[Unserved] = (),
) -> Plan:
    """Like `retime`, with the arrays at hand."""
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
    """Return by shift the starts that cannot move: frozen ones, and the common ones of visits by two teams.

    Two teams begin as early as both can, or later where only that keeps every rule of their routes.
    """
    frozen = {
        r: dict(zip(part.visits, part.starts, strict=True))
        if (part := arrays.frozen.get(r))
        else {}
        for r in chosen
    }
    pairs = {v for sequence in chosen.values() for v in sequence if arrays.crews[v] > 1}
    starts = _earliest(problem, arrays, chosen, frozen, pairs)

    def fixed(starts: Mapping[int, int]) -> dict[int, dict[int, int]]:
        return {
            r: {**frozen[r], **{v: starts[v] for v in sequence if v in starts}}
            for r, sequence in chosen.items()
        }

    def late(starts: Mapping[int, int]) -> int:
        """Count the routes with such visits that break a rule."""
        now = fixed(starts)
        return sum(
            route_times(arrays, r, sequence, now[r]) is None
            for r, sequence in chosen.items()
            if not pairs.isdisjoint(sequence)
        )

    broken = late(starts)
    for visit in sorted(pairs - arrays.frozen_visits, key=lambda v: starts[v]):
        if not broken:
            break
        others = fixed({v: start for v, start in starts.items() if v != visit})
        for start in _later(problem, arrays, chosen, others, visit, starts[visit]):
            again = late({**starts, visit: start})
            if again < broken:
                broken, starts = again, {**starts, visit: start}
            if not broken:
                break
    return fixed(starts)


def _earliest(
    problem: Problem,
    arrays: Arrays,
    chosen: Mapping[int, Sequence[int]],
    frozen: Mapping[int, Mapping[int, int]],
    pairs: Set[int],
) -> dict[int, int]:
    """Return the earliest common starts of visits by two teams: raised until every pair agrees."""
    starts: dict[int, int] = {}
    for _ in range(len(pairs) + 1):
        again: dict[int, int] = {}
        for r, sequence in chosen.items():
            if pairs.isdisjoint(sequence):
                continue
            fixed = {**{v: starts[v] for v in sequence if v in starts}, **frozen[r]}
            soonest = _soonest(problem, arrays, r, sequence, fixed)
            for visit, start in zip(sequence, soonest, strict=True):
                if visit in pairs:
                    again[visit] = max(again.get(visit, 0), start)
        if again == starts:
            break
        starts = again
    return starts


def _soonest(
    problem: Problem, arrays: Arrays, r: int, sequence: Sequence[int], fixed: Mapping[int, int]
) -> list[int]:
    """Return the earliest start of each stop; where the route comes too late somewhere, as it would be driven."""
    shift = arrays.shifts[r]
    parts = arrays.parts[shift.profile]
    times = times_of(arrays, r, sequence, fixed)
    setups = unpacking(arrays, sequence)
    starts = []
    for k, visit in enumerate(sequence):
        windows = arrays.windows[visit] if visit not in fixed else ((fixed[visit],) * 2,)
        work = setups[k] + int(arrays.service[visit])
        able = [
            start
            for depart, leave_by in zip(times.depart, times.leave_by, strict=True)
            if (start := opening(windows, arrival(parts, times.legs, k, depart[k])[0])) + work
            <= leave_by[k + 1]
        ]
        if not able:
            return [stop.start_s for stop in route_of(arrays, problem, r, sequence, fixed).stops]
        starts.append(min(able))
    return starts


def _later(
    problem: Problem,
    arrays: Arrays,
    chosen: Mapping[int, Sequence[int]],
    fixed: Mapping[int, Mapping[int, int]],
    visit: int,
    earliest_s: int,
) -> list[int]:
    """Return later common starts to try: those of either team by itself, of the plan in force, and every minute."""
    tried = [e.start_s for e in problem.previous.visits if arrays.number.get(e.visit) == visit]
    latest_s = BIG
    for r, sequence in chosen.items():
        if visit not in sequence:
            continue
        k = list(sequence).index(visit)
        times = times_of(arrays, r, sequence, fixed[r])
        rows = (*times.arrive_by, *times.arrive_by_same)
        latest_s = min(latest_s, max(row[k] for row in rows))
        tried.append(route_of(arrays, problem, r, sequence, fixed[r]).stops[k].start_s)
    tried += [*range(earliest_s + MINUTE, min(latest_s, LONGEST_S), MINUTE), latest_s]
    return [start for start in tried if earliest_s < start <= latest_s]
