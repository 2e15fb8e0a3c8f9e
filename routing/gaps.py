"""Compiled: the cheapest gap of a route for each of some visits, by the same rules as `insertion`."""

from __future__ import annotations

from typing import Any, Final

from routing.arrays import BIG
from routing.clockwork import (
    BACK,
    DEPART,
    DRIVE,
    LEG,
    LENGTH,
    LOADS,
    VERSION,
    arrive,
    layers_of,
    opening,
    parts_at,
)
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
    MOST_TRAVEL_S,
    MOST_VISITS,
    OPENS,
    OVERTIME,
    PART,
    POSITION,
    QUICK,
    SERVICE,
    SETUP,
    STIFF,
    VISITS_END_S,
)
from routing.timing import NEVER

COST: Final = 0
GAP: Final = 1
STAMP: Final = 2
"""Entries of `known[r, v]`: least more seconds (driving, and overtime at its price; BIG where the visit does not fit), the
gap, and the version of the route for which that holds."""


@compiled()
def first_gap(visit: Any, sequence: Any, route: Any, r: int) -> int:
    """Return the first gap that may be filled: after everybody who has a place of their own."""
    first = 0
    for k in range(route[r, LENGTH]):
        if visit[sequence[r, k], POSITION] >= 0:
            first = k + 1
    return first


@compiled()
def learn(
    drive: Any, drive_to: Any, visit: Any, gain: Any, shift: Any, weight: Any, sequence: Any, time: Any, route: Any,
    known: Any, r: int, some: Any, count: int, filled: int, before: int,
) -> None:  # fmt: skip
    """Find the cheapest gap of a route for the first `count` of some visits, where it is not known already.

    Where gap `filled` (else -1) has just been filled and the version `before` is known, only the two gaps beside the new
    stop are looked at, as long as the gap that was cheapest is still good: the others cannot have become better. The
    longest duration of a route is left to `retime`, the quota to the caller.
    """
    n, version = route[r, LENGTH], route[r, VERSION]
    full = n + shift[r, STIFF] >= shift[r, MOST_VISITS]
    quick = shift[r, QUICK] == 1
    first = 0 if quick else first_gap(visit, sequence, route, r)
    loads = visit.shape[1] - route.shape[1] + LOADS
    room = shift.shape[1] - route.shape[1] + LOADS
    for at in range(count):
        v = some[at]
        if known[r, v, STAMP] == version or gain[r, v] <= 0:
            continue
        fits = not full
        for a in range(LOADS, route.shape[1]):
            if route[r, a] + visit[v, loads + a - LOADS] > shift[r, room + a - LOADS]:
                fits = False
        from_gap, to_gap, kept = 0, n, -1
        if filled >= 0 and known[r, v, STAMP] == before and fits:
            if known[r, v, COST] >= BIG:
                from_gap, to_gap = filled, filled + 1
            elif known[r, v, GAP] != filled:
                kept = known[r, v, GAP] + (1 if known[r, v, GAP] > filled else 0)
        known[r, v, STAMP] = version
        cost, gap = BIG, 0
        if fits and kept >= 0:
            cost, gap = cheapest(
                drive, drive_to, visit, shift, weight, sequence, time, route, r, v, first, kept, kept
            )  # fmt: skip
            if cost < BIG:
                from_gap, to_gap = filled, filled + 1
        if fits:
            other, other_gap = cheapest(
                drive, drive_to, visit, shift, weight, sequence, time, route, r, v, first, from_gap, to_gap
            )  # fmt: skip
            if other < cost:
                cost, gap = other, other_gap
        known[r, v, COST], known[r, v, GAP] = cost, gap


@compiled()
def cheapest(
    drive: Any, drive_to: Any, visit: Any, shift: Any, weight: Any, sequence: Any, time: Any, route: Any, r: int, v: int,
    first: int, from_gap: int, to_gap: int,
) -> tuple[int, int]:  # fmt: skip
    """Return the least more seconds of a visit in some gaps of a route, and the gap; BIG where it does not fit."""
    if shift[r, QUICK] == 1:
        return _quick(
            drive, drive_to, visit, shift, weight, sequence, time, route, r, v, from_gap, to_gap
        )
    return _general(
        drive, visit, shift, weight, sequence, time, route, r, v, max(first, from_gap), to_gap
    )


@compiled()
def _quick(
    drive: Any, drive_to: Any, visit: Any, shift: Any, weight: Any, sequence: Any, time: Any, route: Any, r: int, v: int,
    from_gap: int, to_gap: int,
) -> tuple[int, int]:  # fmt: skip
    """Do it for a route of one window, no break, one matrix and no shared address."""
    n, part = route[r, LENGTH], shift[r, PART]
    opens, closes = visit[v, OPENS], visit[v, OPENS + 1]
    work, last = visit[v, SERVICE] + visit[v, SETUP], shift[r, VISITS_END_S]
    arrivals = DEPART + (time.shape[1] - DEPART) // 4
    spare = shift[r, BACK_S] - shift[r, END_S]
    late_now = max(route[r, BACK] - shift[r, END_S], 0)
    most = BIG
    if shift[r, MOST_TRAVEL_S] < BIG:
        most = min(shift[r, MOST_TRAVEL_S] - route[r, DRIVE] + 1, BIG)
    best, best_gap = most, -1
    before = shift[r, FIRST] if from_gap == 0 else sequence[r, from_gap - 1]
    for gap in range(from_gap, to_gap + 1):
        after = sequence[r, gap] if gap < n else shift[r, END]
        there, onward = drive_to[part, v, before], drive[part, v, after]
        before = after
        more = there + onward - time[r, LEG, gap]
        leave = time[r, DEPART, gap]
        if leave > closes:
            break
        start = leave + there
        if more >= best or start > closes:
            continue
        done = max(start, opens) + work
        by = time[r, arrivals, gap]
        if done > last or done + onward > by:
            continue
        if spare > 0:
            more += int(max(done + onward - by + spare - late_now, 0) * weight[OVERTIME])
            if more >= best:
                continue
        best, best_gap = more, gap
    return (BIG, 0) if best_gap < 0 else (best, best_gap)


@compiled()
def _general(
    drive: Any, visit: Any, shift: Any, weight: Any, sequence: Any, time: Any, route: Any, r: int, v: int, from_gap: int,
    to_gap: int,
) -> tuple[int, int]:  # fmt: skip
    n, part = route[r, LENGTH], shift[r, PART]
    low, high = from_gap, to_gap
    if visit[v, POSITION] >= 0:
        low = high = visit[v, POSITION] - shift[r, STIFF]
        if low < from_gap or low > to_gap:
            return BIG, 0
    most = BIG
    if shift[r, MOST_TRAVEL_S] < BIG:
        most = shift[r, MOST_TRAVEL_S] - route[r, DRIVE]
    best, best_gap = BIG, 0
    for gap in range(low, high + 1):
        before, where = shift[r, FIRST], shift[r, FIRST_ADDRESS]
        if gap > 0:
            before = sequence[r, gap - 1]
            where = visit[before, ADDRESS]
        after = sequence[r, gap] if gap < n else shift[r, END]
        more = drive[part, before, v] + drive[part, v, after] - time[r, LEG, gap]
        if more >= best or more > most:
            continue
        work = visit[v, SERVICE]
        if where != visit[v, ADDRESS]:
            work += visit[v, SETUP]
        shared = gap < n and visit[after, ADDRESS] == visit[v, ADDRESS]
        late = _late(
            drive, visit, shift, time, r, v, gap, before, after, work, shared, route[r, BACK]
        )
        if late >= 0:
            more += int(late * weight[OVERTIME])
            if more < best:
                best, best_gap = more, gap
    return best, best_gap


@compiled()
def _late(
    drive: Any, visit: Any, shift: Any, time: Any, r: int, v: int, gap: int, before: int, after: int, work: int,
    shared: bool, back: int,
) -> int:  # fmt: skip
    """Return the more overtime of a visit in a gap as far as it can be told, -1 where it does not fit."""
    breaks, layers, parts = shift[r, BREAKS], layers_of(time), parts_at(shift, time)
    row = DEPART + 2 * layers if shared else DEPART + layers
    spare = shift[r, BACK_S] - shift[r, END_S]
    late_now = max(back - shift[r, END_S], 0) if back < NEVER else 0
    least = -1
    for layer in range(breaks + 1):
        leave = time[r, DEPART + layer, gap]
        if leave >= NEVER:
            continue
        done = opening(visit, v, arrive(drive, shift, parts, r, before, v, leave)) + work
        if done > shift[r, VISITS_END_S]:
            continue
        for following in range(layer, min(layer + 2, breaks + 1)):
            ready = done
            if following > layer:
                at = LAYERS + A_LAYER * layer
                ready = max(done, shift[r, at + 2])
                if ready > shift[r, at + 3]:
                    continue
                ready += shift[r, at + 4]
            there = arrive(drive, shift, parts, r, v, after, ready)
            by = time[r, row + following, gap]
            if there <= by:
                late = max(there - by + spare - late_now, 0) if spare > 0 else 0
                least = late if least < 0 else min(least, late)
    return least
