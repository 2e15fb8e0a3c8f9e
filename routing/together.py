"""Visits that two teams begin together: found a pair of routes and a common start, which then no longer moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from routing.arrays import BIG, Arrays
from routing.improve import fill, total_of
from routing.routes import Routes
from routing.slots import has_room, open_gaps
from routing.timing import NEVER, arrival, closing, latest_leave, opening

MOST_TRIED: Final = 12
"""So many visits of two teams are weighed one by one."""
MOST_MEETINGS: Final = 30
"""So many of the cheapest meetings are tried under all rules of the two routes."""


@dataclass(frozen=True, slots=True, order=True)
class Meeting:
    """Where two routes could make a visit together: more seconds of driving, the start, and shift and gap of both."""

    cost_s: int
    start_s: int
    shifts: tuple[int, int]
    gaps: tuple[int, int]


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
    """Put a visit of two teams where the two routes and the start cost least; False where it is not worth its cost."""
    found = meeting(routes, visit)
    if found is None or found.cost_s >= float(routes.arrays.base[visit]):
        return False
    if not _meet(routes, visit, found):
        raise AssertionError("a meeting that was sound is not")
    routes.served[visit] = True
    routes.people[routes.arrays.shifts[found.shifts[0]].day] += int(routes.arrays.people[visit])
    return True


def meeting(routes: Routes, visit: int, with_quota: bool = True) -> Meeting | None:
    """Return the cheapest meeting for a visit of two teams that keeps every rule of its two routes, or None."""
    arrays = routes.arrays
    possible: list[Meeting] = []
    for day in range(len(arrays.days)):
        people = routes.people[day] + int(arrays.people[visit])
        if with_quota and people > arrays.quota[day]:
            continue
        able = [
            r
            for r, sequence in enumerate(routes.sequences)
            if arrays.shifts[r].day == day and has_room(arrays, r, sequence, visit)
        ]
        spans = {r: list(_spans(routes, r, visit)) for r in able}
        for i, first in enumerate(able):
            for second in able[i + 1 :]:
                for early, late, more, gap in spans[first]:
                    for other_early, other_late, other_more, other_gap in spans[second]:
                        start = opening(arrays.windows[visit], max(early, other_early))
                        if start <= min(late, other_late):
                            possible.append(
                                Meeting(more + other_more, start, (first, second), (gap, other_gap))
                            )
    possible.sort()
    for found in possible[:MOST_MEETINGS]:
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
