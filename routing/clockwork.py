"""Compiled: the clock of one route, by the same rules as `timing`.

Earliest departures forwards, latest arrivals backwards (Savelsbergh 1992), a row for each number of breaks taken. The
arrays are those of `Numbers` and `State`; small loops take only those they need, which keeps calls cheap.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from routing.arrays import BIG
from routing.compiled import compiled
from routing.numbers import (
    A_LAYER,
    ADDRESS,
    BACK_S,
    BREAKS,
    END,
    END_S,
    FIRST,
    FIRST_ADDRESS,
    LAYERS,
    MOST_S,
    MOST_TRAVEL_S,
    MOST_VISITS,
    OPENS,
    OVERTIME,
    PART,
    PARTS,
    SERVICE,
    SETUP,
    STIFF,
    STIFF_DRIVE_S,
    STIFF_LEAVE_S,
    STIFF_LONGEST_S,
    STIFF_VALUE,
    VISITS_END_S,
    WINDOWS,
)
from routing.timing import NEVER

LENGTH: Final = 0
BACK: Final = 1
DRIVE: Final = 2
SPAN: Final = 3
VERSION: Final = 4
LOADS: Final = 5
"""Columns of `State.route`: free stops, return, driving with the frozen part, seconds away from the office, a number
that changes with the sequence, and from LOADS on the load of each kind."""

LEG: Final = 0
DEPART: Final = 1
"""Rows of `State.time`: the driving of each leg; then by the number of breaks taken (`layers_of` of them each) the
earliest departures after stop k (0: where the free part begins), the latest arrivals at stop k (after the last: at the
end) with and without unpacking, and the latest departures."""


class State(NamedTuple):
    """Routes while they are searched: s shifts, n visits, l places in a route."""

    sequence: Any
    """int32 (s, l): the free parts."""
    time: Any
    """int64 (s, rows, l + 2)."""
    route: Any
    """int64 (s, columns)."""
    worth: Any
    """float64 (s): visits less driving and overtime."""
    home: Any
    """int64 (n): the route of each visit, or -1."""
    people: Any
    """int64 (days)."""
    served: Any
    """float64 (districts): people."""


@compiled()
def layers_of(time: Any) -> int:
    """Return how many numbers of breaks there are."""
    return int((time.shape[1] - 1) // 4)


@compiled()
def parts_at(shift: Any, time: Any) -> int:
    """Return the column of a shift in which its first matrix' departures stand."""
    return LAYERS + A_LAYER * layers_of(time)


@compiled()
def arrive(drive: Any, shift: Any, parts: int, r: int, before: int, after: int, leave: int) -> int:
    """Return the earliest arrival for a departure at or after `leave`; `parts` is what `parts_at` says."""
    part, count = shift[r, PART], shift[r, PARTS]
    if count == 1:
        return int(leave + drive[part, before, after])
    best = NEVER
    for p in range(count):
        if shift[r, parts + 2 * p + 1] > leave:
            there = max(leave, shift[r, parts + 2 * p]) + drive[part + p, before, after]
            best = min(best, there)
    return best


@compiled()
def leave_for(drive: Any, shift: Any, parts: int, r: int, before: int, after: int, by: int) -> int:
    """Return the latest departure that arrives by `by`, or -1."""
    part, best = shift[r, PART], -1
    for p in range(shift[r, PARTS]):
        leave = min(by - drive[part + p, before, after], shift[r, parts + 2 * p + 1] - 1)
        if leave >= shift[r, parts + 2 * p]:
            best = max(best, leave)
    return best


@compiled()
def driven(drive: Any, shift: Any, parts: int, r: int, before: int, after: int, leave: int) -> int:
    """Return the seconds on the way, without waiting for a faster part of the day."""
    part, best, seconds = shift[r, PART], NEVER, NEVER
    for p in range(shift[r, PARTS]):
        if shift[r, parts + 2 * p + 1] > leave:
            there = max(leave, shift[r, parts + 2 * p]) + drive[part + p, before, after]
            if there < best:
                best, seconds = there, drive[part + p, before, after]
    return seconds


@compiled()
def opening(visit: Any, v: int, when: int) -> int:
    """Return the first time from `when` on at which work may begin, or NEVER."""
    best = NEVER
    for w in range(visit[v, WINDOWS]):
        if when <= visit[v, OPENS + 2 * w + 1]:
            best = min(best, max(when, visit[v, OPENS + 2 * w]))
    return best


@compiled()
def closing(visit: Any, v: int, by: int) -> int:
    """Return the last time up to `by` at which work may begin, or -1."""
    best = -1
    for w in range(visit[v, WINDOWS]):
        if visit[v, OPENS + 2 * w] <= by:
            best = max(best, min(by, visit[v, OPENS + 2 * w + 1]))
    return best


@compiled()
def forwards(drive: Any, visit: Any, shift: Any, sequence: Any, time: Any, n: int, r: int) -> bool:
    """Work out the earliest departures of a route of n free stops; False when it is late somewhere."""
    breaks, last = shift[r, BREAKS], shift[r, VISITS_END_S]
    parts = parts_at(shift, time)
    for layer in range(breaks + 1):
        time[r, DEPART + layer, 0] = shift[r, LAYERS + A_LAYER * layer]
    before, where = shift[r, FIRST], shift[r, FIRST_ADDRESS]
    for k in range(n):
        v = sequence[r, k]
        seconds = visit[v, SERVICE]
        if visit[v, ADDRESS] != where:
            seconds += visit[v, SETUP]
        able = False
        for layer in range(breaks + 1):
            end = NEVER
            leave = time[r, DEPART + layer, k]
            if leave < NEVER:
                end = opening(visit, v, arrive(drive, shift, parts, r, before, v, leave)) + seconds
                if end > last:
                    end = NEVER
            time[r, DEPART + layer, k + 1] = end
            able |= end < NEVER
        if not able:
            return False
        for layer in range(breaks):
            at = LAYERS + A_LAYER * layer
            begin = max(time[r, DEPART + layer, k + 1], shift[r, at + 2])
            if begin <= shift[r, at + 3]:
                rested = begin + shift[r, at + 4]
                if rested < time[r, DEPART + layer + 1, k + 1]:
                    time[r, DEPART + layer + 1, k + 1] = rested
        before, where = v, visit[v, ADDRESS]
    return True


@compiled()
def backwards(
    drive: Any, visit: Any, shift: Any, sequence: Any, time: Any, n: int, r: int, back: int
) -> None:
    """Work out the latest arrivals and departures of a route for a return by `back`."""
    breaks, last, layers = shift[r, BREAKS], shift[r, VISITS_END_S], layers_of(time)
    parts = parts_at(shift, time)
    by = DEPART + layers
    same, leave_by = by + layers, by + 2 * layers
    for layer in range(breaks + 1):
        until = min(shift[r, LAYERS + A_LAYER * layer + 1], back)
        time[r, by + layer, n] = time[r, same + layer, n] = until
    for k in range(n, -1, -1):
        before, where = shift[r, FIRST], shift[r, FIRST_ADDRESS]
        if k > 0:
            before = sequence[r, k - 1]
            where = visit[before, ADDRESS]
        after, row = shift[r, END], by
        if k < n:
            after = sequence[r, k]
            if visit[after, ADDRESS] == where:
                row = same
        for layer in range(breaks, -1, -1):
            there = time[r, row + layer, k]
            leave = -1
            if there >= 0:
                leave = leave_for(drive, shift, parts, r, before, after, there)
            if layer < breaks:
                at = LAYERS + A_LAYER * layer
                rested = time[r, leave_by + layer + 1, k] - shift[r, at + 4]
                if shift[r, at + 2] <= rested:
                    leave = max(leave, min(shift[r, at + 3], rested))
            time[r, leave_by + layer, k] = leave
            if k > 0:
                done = min(leave, last) - visit[before, SERVICE]
                late = leave < 0
                time[r, same + layer, k - 1] = -1 if late else closing(visit, before, done)
                done -= visit[before, SETUP]
                time[r, by + layer, k - 1] = -1 if late else closing(visit, before, done)


@compiled()
def retime(
    drive: Any, visit: Any, value: Any, shift: Any, weight: Any, sequence: Any, time: Any, route: Any,
    worth: Any, r: int,
) -> bool:  # fmt: skip
    """Work out all of a route from its sequence; False when it breaks a rule of its shift (and then all is void)."""
    n, stiff = route[r, LENGTH], shift[r, STIFF]
    if n > 0 and n + stiff > shift[r, MOST_VISITS]:
        return False
    if not forwards(drive, visit, shift, sequence, time, n, r):
        return False
    breaks, layers, part = shift[r, BREAKS], layers_of(time), shift[r, PART]
    parts, back_s = parts_at(shift, time), shift[r, BACK_S]
    moves = n + stiff > 0
    gained, total = float(shift[r, STIFF_VALUE]), shift[r, STIFF_DRIVE_S]
    longest = shift[r, STIFF_LONGEST_S]
    loads, room = visit.shape[1] - route.shape[1] + LOADS, shift.shape[1] - route.shape[1] + LOADS
    for a in range(LOADS, route.shape[1]):
        route[r, a] = 0
    before = shift[r, FIRST]
    for k in range(n + 1):
        after = sequence[r, k] if k < n else shift[r, END]
        seconds = drive[part, before, after] if moves else 0
        time[r, LEG, k] = seconds
        if shift[r, PARTS] > 1 and moves:
            leave = NEVER
            for layer in range(breaks + 1):
                leave = min(leave, time[r, DEPART + layer, k])
            total += driven(drive, shift, parts, r, before, after, leave)
            for p in range(1, shift[r, PARTS]):
                seconds = max(seconds, drive[part + p, before, after])
        else:
            total += seconds
        longest += seconds
        if k < n:
            gained += value[r, after]
            for a in range(LOADS, route.shape[1]):
                route[r, a] += visit[after, loads + a - LOADS]
                if route[r, a] > shift[r, room + a - LOADS]:
                    return False
            before = after
    back = NEVER
    for layer in range(breaks + 1):
        leave = time[r, DEPART + layer, n]
        if leave < NEVER:
            home = leave
            if moves:
                home = arrive(drive, shift, parts, r, before, shift[r, END], leave)
            if home <= shift[r, LAYERS + A_LAYER * layer + 1]:
                back = min(back, home)
    if n == 0:
        back = min(back, back_s)
    elif back > back_s or (shift[r, MOST_TRAVEL_S] < BIG and longest > shift[r, MOST_TRAVEL_S]):
        return False
    if shift[r, MOST_S] < BIG and n > 0:
        left = shift[r, STIFF_LEAVE_S]
        if stiff == 0:
            backwards(drive, visit, shift, sequence, time, n, r, back)
            left = -1
            for layer in range(breaks + 1):
                leave = time[r, DEPART + 3 * layers + layer, 0]
                if time[r, DEPART + layer, 0] <= leave:
                    left = max(left, leave)
        if back - left > shift[r, MOST_S]:
            return False
    backwards(drive, visit, shift, sequence, time, n, r, back_s)
    route[r, BACK], route[r, DRIVE], route[r, SPAN] = back, total, 0
    worth[r] = 0.0
    if moves:
        worth[r] = gained - total - weight[OVERTIME] * max(back - shift[r, END_S], 0)
        route[r, SPAN] = back - first_leave(drive, visit, shift, sequence, time, r)
    return True


@compiled()
def first_leave(drive: Any, visit: Any, shift: Any, sequence: Any, time: Any, r: int) -> int:
    """Return when a route that goes out is left for: so late that nobody waits at its first house."""
    if shift[r, STIFF] > 0:
        return int(shift[r, STIFF_LEAVE_S])
    leave, parts = NEVER, parts_at(shift, time)
    for layer in range(shift[r, BREAKS] + 1):
        leave = min(leave, time[r, DEPART + layer, 0])
    first, v = shift[r, FIRST], sequence[r, 0]
    start = opening(visit, v, arrive(drive, shift, parts, r, first, v, leave))
    if start >= NEVER:
        return leave
    return max(leave, leave_for(drive, shift, parts, r, first, v, start))
