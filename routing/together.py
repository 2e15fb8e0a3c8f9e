"""Visits that two teams begin together: found a pair of routes and a common start, which then no longer moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from routing.arrays import BIG, Arrays
from routing.improve import fill, total_of
from routing.routes import Routes
from routing.timing import NEVER, arrival, closing, latest_leave, opening

MOST_TRIED: Final = 12
"""So many visits of two teams are weighed one by one."""


def begin(arrays: Arrays, enough: Callable[[], bool]) -> Routes:
    """Return first routes with whoever fits, and with those visits of two teams that leave the plan worth more.

    A visit of two teams takes the time of two others and holds both routes to one moment, so each is weighed against a
    plan without it, the most valuable first, until `enough` says that it has taken long enough.
    """
    empty = Routes(arrays)
    best = empty.copy()
    fill(best)
    pairs = [
        v for v in range(arrays.count) if arrays.crews[v] == 2 and v not in arrays.frozen_visits
    ]
    pairs.sort(key=lambda v: (-float(arrays.base[v]), v))
    chosen: list[int] = []
    for visit in pairs[:MOST_TRIED]:
        if enough():
            break
        trial = empty.copy()
        if not all(place_pair(trial, v) for v in [*chosen, visit]):
            continue
        fill(trial)
        if total_of(trial) > total_of(best):
            best = trial
            chosen.append(visit)
    return best


def place_pair(routes: Routes, visit: int) -> bool:
    """Put a visit of two teams into the two routes and at the start that cost least; False when there is none."""
    arrays = routes.arrays
    best: tuple[int, int, int, int, list[int], list[int]] | None = None
    for day in range(len(arrays.days)):
        if routes.people[day] + int(arrays.people[visit]) > arrays.quota[day]:
            continue
        able = [
            r
            for r in range(len(routes.sequences))
            if arrays.shifts[r].day == day and arrays.allowed[r, visit]
        ]
        spans = {r: _spans(routes, r, visit) for r in able}
        for i, first in enumerate(able):
            for second in able[i + 1 :]:
                for early, late, more, one in spans[first]:
                    for other_early, other_late, other_more, two in spans[second]:
                        start = opening(arrays.windows[visit], max(early, other_early))
                        if start > min(late, other_late):
                            continue
                        cost = more + other_more
                        if best is None or (cost, start) < best[:2]:
                            best = (cost, start, first, second, one, two)
    if best is None:
        return False
    cost, start, first, second, one, two = best
    if cost >= float(arrays.base[visit]):
        return False
    before = (routes.sequences[first], routes.fixed[first])
    routes.fixed[first] = {**routes.fixed[first], visit: start}
    if not routes.replace(first, one):
        routes.fixed[first] = before[1]
        return False
    kept = routes.fixed[second]
    routes.fixed[second] = {**kept, visit: start}
    if not routes.replace(second, two):
        routes.fixed[second] = kept
        routes.fixed[first] = before[1]
        routes.replace(first, before[0])
        return False
    routes.served[visit] = True
    routes.people[arrays.shifts[first].day] += int(arrays.people[visit])
    return True


def _spans(routes: Routes, number: int, visit: int) -> Sequence[tuple[int, int, int, list[int]]]:
    """Return for each gap of a route (earliest start, latest start, more driving, the new sequence)."""
    arrays = routes.arrays
    shift = arrays.shifts[number]
    parts = arrays.parts[shift.profile]
    sequence, times = routes.sequences[number], routes.times[number]
    if len(sequence) >= shift.most_visits:
        return []
    frozen = arrays.frozen.get(number)
    first = len(frozen.visits) if frozen else 0
    spans = []
    work = int(arrays.setup[visit] + arrays.service[visit])
    for gap in range(first, len(sequence) + 1):
        before = sequence[gap - 1] if gap else shift.start
        after = sequence[gap] if gap < len(sequence) else shift.end
        there = [[int(part.drive[before, visit])] for part in parts]
        onward = [[int(part.drive[visit, after])] for part in parts]
        more = there[0][0] + onward[0][0]
        if sequence:
            more -= int(parts[0].drive[before, after])
        if more >= BIG:
            continue
        for layer in range(len(times.depart)):
            if times.depart[layer][gap] >= NEVER:
                continue
            early = opening(
                arrays.windows[visit], arrival(parts, there, 0, times.depart[layer][gap])[0]
            )
            for following in range(layer, min(layer + 2, len(times.depart))):
                by = times.arrive_by[following][gap]
                leave = latest_leave(parts, onward, 0, by) if by >= 0 else -1
                if following > layer:
                    from_s, last_s, length = shift.breaks[layer]
                    leave = min(last_s, leave - length) if from_s + length <= leave else -1
                late = closing(arrays.windows[visit], min(leave, shift.visits_end_s) - work)
                if early <= late:
                    spans.append((early, late, more, [*sequence[:gap], visit, *sequence[gap:]]))
    return spans
