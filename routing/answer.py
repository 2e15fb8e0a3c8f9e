"""From sequences to a plan with times: every stop with its arrival, wait, start and slack, and what all is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from routing.arrays import BIG, Arrays, ShiftNumbers
from routing.plan import BreakTaken, Route, Score, Stop
from routing.problem import Problem, Travel
from routing.routes import duration, leave_for
from routing.timing import (
    NEVER,
    Times,
    arrival,
    latest_leave,
    opening,
    part_at,
    times_of,
    unpacking,
)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a route does what: for each stop (leave, arrive, start, depart), breaks, and the way back."""

    leaves: list[int]
    arrives: list[int]
    starts: list[int]
    departs: list[int]
    slacks: list[int]
    breaks: tuple[BreakTaken, ...]
    return_leave_s: int
    back_s: int


def route_of(
    arrays: Arrays, problem: Problem, number: int, sequence: Sequence[int], fixed: Mapping[int, int]
) -> Route:
    """Return the route of a shift with all its times; a sequence that breaks rules is timed as well as can be."""
    shift = problem.shifts[number]
    table = timetable(arrays, number, sequence, fixed)
    setups = unpacking(arrays, sequence)
    matrices = sorted(
        (t for t in problem.travel if t.profile == shift.profile), key=lambda t: t.from_s
    )
    stops = []
    place = shift.start_place
    for k, number_of_visit in enumerate(sequence):
        visit = problem.visits[number_of_visit]
        metres = _metres(arrays, matrices, number, table.leaves[k], place, visit.place)
        stops.append(
            Stop(
                visit=visit.id,
                arrive_s=table.arrives[k],
                start_s=table.starts[k],
                depart_s=table.departs[k],
                travel_s=table.arrives[k] - table.leaves[k],
                travel_m=metres,
                wait_s=table.starts[k] - table.arrives[k],
                setup_s=setups[k],
                service_s=visit.service_s,
                slack_s=table.slacks[k],
            )
        )
        place = visit.place
    back_m = 0
    if shift.end_place is not None:
        back_m = _metres(arrays, matrices, number, table.return_leave_s, place, shift.end_place)
    return Route(
        team=shift.team,
        day=shift.day,
        leave_s=table.leaves[0],
        back_s=table.back_s,
        stops=tuple(stops),
        breaks=table.breaks,
        return_s=table.back_s - table.return_leave_s,
        return_m=back_m,
        overtime_s=max(table.back_s - shift.end_s, 0),
    )


def timetable(
    arrays: Arrays, number: int, sequence: Sequence[int], fixed: Mapping[int, int]
) -> Timetable:
    """Return the times of a route that leaves as late as its first house allows, and begins early after that."""
    shift = arrays.shifts[number]
    times = times_of(arrays, number, sequence, fixed)
    frozen = arrays.frozen.get(number)
    if times.back_s >= NEVER or shift.most_s >= BIG or (frozen and frozen.visits):
        return _walk(arrays, number, sequence, fixed, times, None)
    if duration(arrays, number, sequence, times, fixed) > shift.most_s:
        return _walk(arrays, number, sequence, fixed, times, None)
    leaving = leave_for(arrays, number, sequence, times, fixed, times.back_s)
    times = times_of(arrays, number, sequence, fixed, leaving)
    return _walk(arrays, number, sequence, fixed, times, leaving[0])


def _walk(
    arrays: Arrays,
    number: int,
    sequence: Sequence[int],
    fixed: Mapping[int, int],
    times: Times,
    start_s: int | None,
) -> Timetable:
    shift = arrays.shifts[number]
    parts = arrays.parts[shift.profile]
    frozen = arrays.frozen.get(number)
    stiff = len(frozen.visits) if frozen else 0
    setups = unpacking(arrays, sequence)
    rests = _rests(shift, times, len(sequence), stiff) if times.back_s < NEVER else None
    taken: list[BreakTaken] = []
    leaves, arrives, starts, departs, slacks = [], [], [], [], []
    layer = 0

    def rest(after: int, ready: int) -> int:
        nonlocal layer
        while layer < len(shift.breaks) and (
            after in rests[layer : layer + 1]
            if rests is not None
            else _must_rest(shift, layer, ready)
        ):
            from_s, _, length = shift.breaks[layer]
            begin = max(ready, from_s)
            taken.append(BreakTaken(begin, begin + length, after))
            ready = begin + length
            layer += 1
        return ready

    free = rest(0, shift.start_s)
    if frozen and not stiff:
        free = max(free, frozen.free_from_s)
    if start_s is not None and not stiff:
        free = max(free, start_s)
    for k, visit in enumerate(sequence):
        work = setups[k] + int(arrays.service[visit])
        if k < stiff and frozen:
            start = frozen.starts[k]
            leave = frozen.leaves[k]
            arrive = min(leave + times.legs[part_at(parts, leave)][k], start)
            slack = 0
        else:
            arrive, leave = arrival(parts, times.legs, k, free)
            windows = arrays.windows[visit] if visit not in fixed else ((fixed[visit],) * 2,)
            start = opening(windows, arrive)
            if start >= NEVER:
                start = arrive
            if k == 0:
                later = latest_leave(parts, times.legs, 0, start)
                if later > leave:
                    arrive, leave = arrival(parts, times.legs, 0, later)
            by = (times.arrive_by_same if setups[k] == 0 else times.arrive_by)[layer][k]
            slack = max(by - start, 0)
        leaves.append(leave)
        arrives.append(arrive)
        starts.append(start)
        departs.append(start + work)
        slacks.append(slack)
        free = rest(k + 1, start + work)
        if k + 1 == stiff and frozen and len(sequence) > stiff:
            free = max(free, frozen.free_from_s)
    back, leave = arrival(parts, times.legs, len(sequence), free)
    return Timetable(leaves, arrives, starts, departs, slacks, tuple(taken), leave, back)


def _rests(shift: ShiftNumbers, times: Times, stops: int, stiff: int) -> list[int]:
    """Return after how many stops each taken break is taken, on the way that is back earliest."""
    layer = 0
    if min(times.backs) >= NEVER:
        return []
    for candidate in range(len(shift.breaks), -1, -1):
        if times.backs[candidate] == min(times.backs):
            layer = candidate
            break
    after = [0] * layer
    k = stops
    while layer:
        from_s, last_s, length = shift.breaks[layer - 1]
        ready = times.ready if k == stiff else [part[k] for part in times.depart]
        begin = max(ready[layer - 1], from_s)
        if begin <= last_s and begin + length <= ready[layer]:
            layer -= 1
            after[layer] = k
        elif k == 0:
            break
        else:
            k -= 1
    return after


def _must_rest(shift: ShiftNumbers, layer: int, ready: int) -> bool:
    """For a route that breaks rules anyway: rest as soon as the time for it has come."""
    from_s, last_s, _ = shift.breaks[layer]
    return from_s <= ready <= last_s


def _metres(
    arrays: Arrays,
    matrices: Sequence[Travel],
    number: int,
    leave_s: int,
    origin: int,
    destination: int,
) -> int:
    parts = arrays.parts[arrays.shifts[number].profile]
    return max(matrices[part_at(parts, leave_s)].metres[origin, destination], 0)


def score_of_routes(
    arrays: Arrays, problem: Problem, routes: Sequence[Route], numbers: Sequence[int]
) -> Score:
    """Return what routes are worth; `numbers` are their shifts."""
    wishes, point = problem.wishes, problem.wishes.point_s
    served: dict[int, set[tuple[str, object]]] = {}
    same_team = 0.0
    for route in routes:
        for stop in route.stops:
            visit = arrays.number[stop.visit]
            served.setdefault(visit, set()).add((route.team, route.day))
            if problem.visits[visit].last_team == route.team:
                same_team += wishes.same_team * point / int(arrays.crews[visit])
    chosen = np.array(sorted(served), dtype=np.intp)
    points = int(arrays.points[chosen].sum())
    got = np.bincount(
        arrays.district[chosen], weights=arrays.people[chosen], minlength=len(arrays.share)
    )
    due = np.floor(arrays.share * got.sum() + 1e-9)
    spans: dict[object, list[int]] = {}
    overtime = 0
    for route, number in zip(routes, numbers, strict=True):
        spans.setdefault(route.day, []).append(route.back_s - route.leave_s)
        overtime += max(route.back_s - arrays.shifts[number].end_s, 0)
    return Score(
        points=points,
        people=int(arrays.people[chosen].sum()),
        visits=len(chosen),
        points_s=points * point,
        waiting_s=int(arrays.waiting[chosen].sum()),
        same_team_s=round(same_team),
        driving_s=sum(route.travel_s for route in routes),
        overtime_s=round(wishes.overtime * overtime),
        fairness_s=round(wishes.fairness * point * float(np.maximum(due - got, 0).sum())),
        balance_s=round(wishes.balance * sum(max(s) - min(s) for s in spans.values())),
        nearness_s=round(wishes.nearness * point * _changes(problem, arrays, served)),
    )


def _changes(
    problem: Problem, arrays: Arrays, served: Mapping[int, set[tuple[str, object]]]
) -> int:
    before: dict[int, set[tuple[str, object]]] = {}
    for earlier in problem.previous.visits:
        if earlier.visit in arrays.number:
            before.setdefault(arrays.number[earlier.visit], set()).add((earlier.team, earlier.day))
    return sum(served.get(visit, set()) != home for visit, home in before.items())
