"""The best relaxed route for given prices: labels forwards from the start and backwards from the end, joined midway.

A label is a way to a house: when the team is free again, what it has earned, and which houses it remembers. Of the
houses that were visited only those near the one just visited are remembered (ng-routes: Baldacci, Mingozzi and Roberti
2011), so that a house may come again after a detour. Both directions meet in the middle of the shift (Righini and
Salani 2006). Worth is counted less `rate` for each second at work or on the way, so that waiting costs nothing and
a label that is earlier and worth more in this sense always wins.

Houses are 0..n-1, the start n, the end n+1; a layer is how many breaks are behind the team. A label's row holds NODE,
TIME (backwards: the negative of the latest departure), PARENT, NEXT (in its list by falling worth), LATER (the next of
the same moment), LAYER and ALIVE.
"""

from __future__ import annotations

from typing import Any, Final

from routing.compiled import compiled

NODE: Final = 0
TIME: Final = 1
PARENT: Final = 2
NEXT: Final = 3
LATER: Final = 4
LAYER: Final = 5
ALIVE: Final = 6
FIELDS: Final = 7

COUNT: Final = 0
"""In `state`: how many labels there are."""
MOMENT: Final = 1
"""In `state`: which moment is worked on."""
LAYERS: Final = 2
"""In `state`: how many layers there are."""
FULL: Final = 3
"""In `state`: 1 when there was no room for another label."""

START: Final = 0
MIDDLE: Final = 1
BACK: Final = 2
VISITS_END: Final = 3
"""In `shift`: when it begins, its middle, its latest end, and when visits must have ended."""

BITS: Final = 6
"""A moment is 64 seconds."""
NEVER: Final = 2_000_000_000
_STORE: Final = (
    "int32[:,::1],float64[::1],int64[::1],int32[::1],int32[::1],int64[::1],float64[:,::1]"
)
"""Labels, their worth and memory, list heads, moments, state, and `reach`: the best worth of a list that was reached
before a moment with nothing else remembered."""
_TIMES: Final = (
    "int32[:,:,::1],int32[:,::1],int32[:,::1],int32[:,::1],int32[:,::1],int32[:,::1],int64[::1]"
)
"""Driving by part of the day, the parts' hours, seconds at a house after (or, backwards, before) another, windows,
breaks, hours of the shift."""
_NEAR: Final = "int8[:,::1],int64[:,::1],int32[:,::1]"
"""The place of a house among those near another (-1: none), those near both, and who is near."""


@compiled(f"int64(int64,int64,int64,float64,int64,int64,int64,{_STORE})")
def put(
    node: int, layer: int, time: int, worth: float, memory: int, parent: int, moment: int,
    labels: Any, worths: Any, memories: Any, heads: Any, moments: Any, state: Any, reach: Any,
) -> int:  # fmt: skip
    """Add a label unless another is as good in everything, and drop those that are no better.

    Return its number, or -1.
    """
    key = node * state[LAYERS] + layer
    if reach[key, moment] >= worth:
        return -1
    before = -1
    at = heads[key]
    while at >= 0 and worths[at] >= worth:
        if labels[at, TIME] <= time and memories[at] & ~memory == 0:
            return -1
        before = at
        at = labels[at, NEXT]
    new = int(state[COUNT])
    if new >= len(worths):
        state[FULL] = 1
        return -1
    state[COUNT] = new + 1
    labels[new, NODE] = node
    labels[new, TIME] = time
    labels[new, PARENT] = parent
    labels[new, NEXT] = at
    labels[new, LATER] = moments[moment]
    labels[new, LAYER] = layer
    labels[new, ALIVE] = 1
    moments[moment] = new
    worths[new] = worth
    memories[new] = memory
    if before < 0:
        heads[key] = new
    else:
        labels[before, NEXT] = new
    before = new
    while at >= 0:
        following = labels[at, NEXT]
        if labels[at, TIME] >= time and memory & ~memories[at] == 0:
            labels[at, ALIVE] = 0
            labels[before, NEXT] = following
        else:
            before = at
        at = following
    if memory & ~1 == 0:
        later = moment + 1
        while later < reach.shape[1] and reach[key, later] < worth:
            reach[key, later] = worth
            later += 1
    return new


@compiled(f"int64(int64,int64,int64,{_NEAR})")
def remember(origin: int, house: int, memory: int, place: Any, common: Any, near: Any) -> int:
    """Return what is remembered at `house` of what was remembered at `origin`, the house itself first."""
    kept = 1
    shared = memory & common[origin, house]
    k = 0
    while shared:
        if shared & 1:
            kept |= 1 << place[house, near[origin, k]]
        shared >>= 1
        k += 1
    return kept


@compiled("int64(int64,int64,int64,int32[:,:,::1],int32[:,::1])")
def arrive(origin: int, house: int, leave: int, drive: Any, hours: Any) -> int:
    """Return the earliest arrival of a departure at `leave` or later."""
    best = NEVER
    for part in range(len(hours)):
        if hours[part, 1] > leave:
            best = min(best, max(leave, hours[part, 0]) + drive[part, origin, house])
    return best


@compiled("int64(int64,int64,int64,int32[:,:,::1],int32[:,::1])")
def leave_by(origin: int, house: int, by: int, drive: Any, hours: Any) -> int:
    """Return the latest departure that arrives by then, or -1."""
    latest = -1
    for part in range(len(hours)):
        leave = min(by - drive[part, origin, house], hours[part, 1] - 1)
        if leave >= hours[part, 0]:
            latest = max(latest, leave)
    return latest


@compiled(f"int64(int64,float64,float64[:,::1],int32[:,::1],{_TIMES},{_NEAR},{_STORE})")
def backwards(
    steps: int, rate: float, gains: Any, least: Any,
    drive: Any, hours: Any, work: Any, opens: Any, closes: Any, breaks: Any, shift: Any,
    place: Any, common: Any, near: Any,
    labels: Any, worths: Any, memories: Any, heads: Any, moments: Any, state: Any, reach: Any,
) -> int:  # fmt: skip
    """Work on up to `steps` labels, latest first, down to the middle of the shift; return whether any are left.

    `gains[house, origin]` and `least[house, origin]`: what going to the house from there adds to the worth, and the
    least seconds that takes, work included. `work[house, origin]`: the work alone.
    """
    n, layers = len(gains), state[LAYERS]
    start, middle, back, visits_end = shift[START], shift[MIDDLE], shift[BACK], shift[VISITS_END]
    done = 0
    while state[MOMENT] < len(moments):
        at = moments[state[MOMENT]]
        if at < 0:
            state[MOMENT] += 1
            continue
        if labels[at, ALIVE] == 0:
            moments[state[MOMENT]] = labels[at, LATER]
            continue
        if done >= steps or state[FULL]:
            return 1
        moments[state[MOMENT]] = labels[at, LATER]
        done += 1
        house, layer = labels[at, NODE], labels[at, LAYER]
        free = -labels[at, TIME]
        memory, worth = memories[at], worths[at]
        for origin in range(n):
            latest = free - least[house, origin]
            if latest <= middle:
                continue
            better = worth + gains[house, origin]
            if reach[origin * layers + layer, (back - latest) >> BITS] >= better:
                continue
            known = place[house, origin]
            if known >= 0 and memory >> known & 1:
                continue
            begin = free - work[house, origin]
            by = -1
            for k in range(opens.shape[1]):
                if opens[house, k] <= begin:
                    by = max(by, min(begin, closes[house, k]))
            if by < 0:
                continue
            leave = min(leave_by(origin, house, by, drive, hours), visits_end)
            kept = remember(house, origin, memory, place, common, near)
            b = layer
            while leave > middle and leave >= start:
                put(
                    origin, b, -leave, better, kept, at, (back - leave) >> BITS,
                    labels, worths, memories, heads, moments, state, reach,
                )  # fmt: skip
                b -= 1
                if b < 0:
                    break
                leave = min(leave - breaks[b, 2], breaks[b, 1])
                better -= rate * breaks[b, 2]
                if leave < breaks[b, 0]:
                    break
    return 0


@compiled(
    f"int64(int64,float64,float64[:,::1],int32[:,::1],{_TIMES},{_NEAR},{_STORE},"
    "int32[:,::1],float64[::1],int64[::1],int32[::1],float64[::1],int32[:,::1])"
)
def forwards(
    steps: int, rate: float, gains: Any, least: Any,
    drive: Any, hours: Any, work: Any, opens: Any, closes: Any, breaks: Any, shift: Any,
    place: Any, common: Any, near: Any,
    labels: Any, worths: Any, memories: Any, heads: Any, moments: Any, state: Any, reach: Any,
    tails: Any, tail_worths: Any, tail_memories: Any, tail_heads: Any,
    best: Any, joined: Any,
) -> int:  # fmt: skip
    """Work on up to `steps` labels, earliest first, up to the middle of the shift; return whether any are left.

    Each is joined with the best of the `tails` that fits: `best[house]` and `joined[house]` (the label before, the
    tail) become the best route that is joined at a house. `gains[origin, house]` and the like are as in `backwards`.
    """
    n, layers = gains.shape[1], state[LAYERS]
    start, middle, back, visits_end = shift[START], shift[MIDDLE], shift[BACK], shift[VISITS_END]
    done = 0
    while state[MOMENT] < len(moments):
        at = moments[state[MOMENT]]
        if at < 0:
            state[MOMENT] += 1
            continue
        if labels[at, ALIVE] == 0:
            moments[state[MOMENT]] = labels[at, LATER]
            continue
        if done >= steps or state[FULL]:
            return 1
        moments[state[MOMENT]] = labels[at, LATER]
        done += 1
        origin, layer = labels[at, NODE], labels[at, LAYER]
        free = labels[at, TIME]
        memory, worth = memories[at], worths[at]
        for house in range(n):
            soonest = free + least[origin, house]
            if soonest > back:
                continue
            better = worth + gains[origin, house]
            key = house * layers + layer
            if soonest <= middle:
                if reach[key, (soonest - start) >> BITS] >= better:
                    continue
            elif layer == layers - 1:
                tail = tail_heads[key]
                if tail < 0 or better + tail_worths[tail] <= best[house]:
                    continue
            known = -1 if origin == n else place[origin, house]
            if known >= 0 and memory >> known & 1:
                continue
            came = arrive(origin, house, free, drive, hours)
            then = NEVER
            for k in range(opens.shape[1]):
                if came <= closes[house, k]:
                    then = min(then, max(came, opens[house, k]))
            then += work[origin, house]
            if then > visits_end:
                continue
            kept = 1
            if origin < n:
                kept = remember(origin, house, memory, place, common, near)
            b = layer
            while then <= back:
                # The best tail that fits: the list falls by worth.
                tail = tail_heads[house * layers + b]
                while tail >= 0 and better + tail_worths[tail] > best[house]:
                    if then <= -tails[tail, TIME] and kept & tail_memories[tail] == 1:
                        best[house] = better + tail_worths[tail]
                        joined[house, 0] = at
                        joined[house, 1] = tail
                        break
                    tail = tails[tail, NEXT]
                if then <= middle:
                    put(
                        house, b, then, better, kept, at, (then - start) >> BITS,
                        labels, worths, memories, heads, moments, state, reach,
                    )  # fmt: skip
                if b >= layers - 1 or then > breaks[b, 1]:
                    break
                then = max(then, breaks[b, 0]) + breaks[b, 2]
                better -= rate * breaks[b, 2]
                b += 1
    return 0
