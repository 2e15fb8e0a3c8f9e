"""Visits that two teams begin together: found a pair of routes and a common start, which then no longer moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import combinations
from typing import Any, Final

import numpy as np

from routing.arrays import BIG, Arrays
from routing.improve import fill, total_of
from routing.parts import fill_by_day
from routing.routes import Routes
from routing.slots import has_room, open_gaps
from routing.timing import NEVER, arrival, closing, latest_leave, opening

MOST_AT_ONCE: Final = 2000
"""With more visits first routes are made day by day."""
MOST_TRIED: Final = 12
"""So many visits of two teams are weighed one by one."""
MOST_MEETINGS: Final = 30
"""So many of the cheapest meetings are tried under all rules of the two routes."""
MOST_SACRIFICED: Final = 12
"""So many visits that are worth least are left out one by one for a visit of two teams, and half as many two by two."""
MOST_FILLED: Final = 3
"""So many of the best ways to make a visit of two teams are filled up with others."""

EARLY: Final = 0
LATE: Final = 1
MORE: Final = 2
GAP: Final = 3
"""Columns of spans: earliest and latest start, more seconds of driving, gap."""
Spans = dict[tuple[int, tuple[int, ...]], Any]
"""By shift and sequence, int64 (spans, 4)."""


@dataclass(frozen=True, slots=True, order=True)
class Meeting:
    """Where two routes could make a visit together: more seconds of driving, the start, and shift and gap of both."""

    cost_s: int
    start_s: int
    shifts: tuple[int, int]
    gaps: tuple[int, int]


def begin(arrays: Arrays, enough: Callable[[], bool]) -> Routes:
    """Return first routes with whoever fits, and then with visits of two teams that need nobody's place."""
    routes = Routes(arrays)
    many = arrays.count > MOST_AT_ONCE
    if many:
        fill_by_day(routes, enough)
    if not many or not enough():
        fill(routes)
    return weigh(routes, enough, most_sacrificed=0)


def weigh(
    routes: Routes, enough: Callable[[], bool], most_sacrificed: int = MOST_SACRIFICED
) -> Routes:
    """Return routes that are worth more: with a visit of two teams put in, at a better meeting, or left out; else the same.

    Such a visit holds two routes to one moment, which the search leaves as it is. So each is weighed here on routes that
    have been improved already, the most valuable first, until `enough` says that it has taken long enough.
    """
    arrays = routes.arrays
    pairs = [v for v in np.flatnonzero(arrays.crews == 2).tolist() if v not in arrays.frozen_visits]
    pairs.sort(key=lambda v: (-float(arrays.base[v]), v))
    for visit in pairs[:MOST_TRIED]:
        if enough():
            break
        routes = _weighed(routes, visit, most_sacrificed)
    return routes


def _weighed(routes: Routes, visit: int, most_sacrificed: int) -> Routes:
    """Return the routes, or better ones that differ in whether, when and by whom one visit of two teams is made."""
    before = routes.copy()
    if routes.served[visit]:
        for r, sequence in enumerate(routes.sequences):
            if visit in sequence:
                before.fixed[r] = {v: start for v, start in routes.fixed[r].items() if v != visit}
                if not before.replace(r, [v for v in sequence if v != visit]):
                    return routes
        before.count_all()
    tried: list[tuple[float, int, Routes]] = []
    spans: Spans = {}
    for gone in _sacrifices(before, visit, most_sacrificed):
        trial = _without(before, gone)
        if trial is None:
            continue
        found = meeting(trial, visit, spans=spans)
        if found is not None and _meet(trial, visit, found):
            trial.count_all()
            tried.append((-total_of(trial), len(tried), trial))
    best, most = routes, total_of(routes)
    likely = [trial for *_, trial in sorted(tried, key=lambda one: one[:2])[:MOST_FILLED]]
    for trial in [*likely, before] if routes.served[visit] else likely:
        fill(trial)
        total = total_of(trial)
        if total > most + 1:
            best, most = trial, total
    return best


def _sacrifices(routes: Routes, visit: int, most: int) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield who could be left out for a visit of two teams, as (shift, visit): nobody, one, or two that are worth less."""
    arrays = routes.arrays
    worth = float(arrays.base[visit])
    able = [
        (arrays.value_lists[r][v], r, v)
        for r in range(len(routes.sequences))
        if arrays.allowed[r, visit]
        for v in routes.movable(r)
    ]
    able.sort()
    yield ()
    for value, r, v in able[:most]:
        if value < worth:
            yield ((r, v),)
    for (value, r, v), (more, other, u) in combinations(able[: most // 2], 2):
        if value + more < worth:
            yield (r, v), (other, u)


def _without(routes: Routes, gone: tuple[tuple[int, int], ...]) -> Routes | None:
    """Return the routes without some visits, or None where what is left breaks a rule."""
    trial = routes.copy()
    for r, visit in gone:
        if not trial.replace(r, [v for v in trial.sequences[r] if v != visit]):
            return None
    if gone:
        trial.count_all()
    return trial


def meeting(
    routes: Routes, visit: int, with_quota: bool = True, spans: Spans | None = None
) -> Meeting | None:
    """Return the cheapest meeting for a visit of two teams that keeps every rule of its two routes, or None.

    `spans` remembers what was found out of each route for this visit.
    """
    arrays = routes.arrays
    known: Spans = {} if spans is None else spans
    possible: list[Meeting] = []
    for day in range(len(arrays.days)):
        people = routes.people[day] + int(arrays.people[visit])
        if with_quota and people > arrays.quota[day]:
            continue
        able = {}
        for r, sequence in enumerate(routes.sequences):
            if arrays.shifts[r].day == day and has_room(arrays, r, sequence, visit):
                key = r, tuple(sequence)
                if key not in known:
                    rows = list(_spans(routes, r, visit))
                    known[key] = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
                able[r] = known[key]
        for (first, one), (second, two) in combinations(able.items(), 2):
            # Both earliest starts lie in windows of the visit, and so does the later of them.
            start = np.maximum(one[:, None, EARLY], two[None, :, EARLY])
            late = np.minimum(one[:, None, LATE], two[None, :, LATE])
            cost = one[:, None, MORE] + two[None, :, MORE]
            for a, b in np.argwhere(start <= late).tolist():
                gaps = int(one[a, GAP]), int(two[b, GAP])
                possible.append(Meeting(int(cost[a, b]), int(start[a, b]), (first, second), gaps))
    for found in nsmallest(MOST_MEETINGS, possible):
        if _meet(routes.copy(), visit, found):
            return found
    return None


def _meet(routes: Routes, visit: int, found: Meeting) -> bool:
    """Put the visit on both routes; False when that breaks a rule of one (and then all is void)."""
    for r, gap in zip(found.shifts, found.gaps, strict=True):
        sequence = routes.sequences[r]
        routes.fixed[r] = {**routes.fixed[r], visit: found.start_s}
        if not routes.replace(r, [*sequence[:gap], visit, *sequence[gap:]]):
            return False
    return True


def _spans(routes: Routes, number: int, visit: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (earliest start, latest start, more driving, gap) for each gap of a route where there is time."""
    arrays = routes.arrays
    shift = arrays.shifts[number]
    parts = arrays.parts[shift.profile]
    sequence, times = routes.sequences[number], routes.times[number]
    work = int(arrays.setup[visit] + arrays.service[visit])
    for gap in open_gaps(routes, number, visit):
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
                    yield early, late, more, gap
