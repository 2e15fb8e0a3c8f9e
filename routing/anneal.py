"""Compiled: one run of the search. Ruin, recreate, accept by simulated annealing, and remember good routes."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import types

from routing.clockwork import DEPART, LENGTH, LOADS, SPAN, VERSION, State, retime
from routing.compiled import compiled
from routing.numbers import (
    BALANCE,
    DAY,
    FAIRNESS,
    KIND,
    NOBODY,
    NUMBERS,
    SHARES,
    STIFF,
    Numbers,
)
from routing.recreate import (
    BY_COST,
    BY_RATE,
    IN_ORDER,
    LEFT_OUT,
    REMOVED,
    ROUND,
    SAMPLE,
    TOUCHED,
    VERSIONS,
    WAITING,
    Desk,
    copy_counts,
    copy_route,
    gather,
    put_in_order,
    recreate,
)
from routing.ruin import ruin

SHARE: Final = 0
STOP: Final = 1
"""Entries of `signal`: the share of the time that is used up, and whether to stop now (both set by another thread)."""
HEAT_FROM: Final = 0
HEAT_TO: Final = 1
HOT: Final = 2
COLD: Final = 3
"""Entries of `heat`: where on the way from hot (1) to cold (0) a run begins and ends, and the temperatures that are hot
and cold in seconds (0: found by trying)."""

LAYERS_AT: Final = 0
LOADS_AT: Final = 1
"""Entries of `tables`: how many numbers of breaks, and how many kinds of load there are."""

POOL: Final = 8192
"""So many routes are remembered, the later in the place of the earlier."""
LONGEST_KEPT: Final = 64
"""Longer routes are not remembered."""
COLDEST: Final = 0.02


@compiled(makes_arrays=True)
def fresh_state(d: Numbers, places: int, layers: int, loads: int, districts: int) -> State:
    """Return a state with empty routes of at most so many free stops."""
    rows, count = d.gain.shape
    return State(
        np.zeros((rows, places), dtype=np.int32),
        np.zeros((rows, DEPART + 4 * layers, places + 1), dtype=np.int64),
        np.zeros((rows, LOADS + loads), dtype=np.int64),
        np.zeros(rows),
        np.full(count, NOBODY, dtype=np.int64),
        np.zeros(len(d.quota), dtype=np.int64),
        np.zeros(districts),
    )


@compiled(makes_arrays=True)
def fresh_desk(d: Numbers, districts: int) -> Desk:
    """Return an empty desk."""
    rows, count = d.gain.shape
    return Desk(
        np.full((rows, count, 3), -1, dtype=np.int32),
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.full(count, -1, dtype=np.int64),
        np.zeros(count),
        np.ones(count),
        np.zeros(SAMPLE),
        np.zeros(rows, dtype=np.int64),
        np.zeros(districts),
        np.zeros(6, dtype=np.int64),
    )


@compiled()
def total_of(d: Numbers, s: State) -> float:
    """Return what the plan is worth with everything that only whole plans know, in seconds."""
    total = 0.0
    for r in range(len(s.worth)):
        total += s.worth[r]
    if d.weight[FAIRNESS] > 0:
        people = 0.0
        for t in range(len(s.served)):
            people += s.served[t]
        for t in range(len(s.served)):
            due = np.floor(d.weight[SHARES + t] * people + 1e-9)
            total -= d.weight[FAIRNESS] * max(due - s.served[t], 0.0)
    if d.weight[BALANCE] > 0:
        for day in range(len(d.quota)):
            shortest, longest = np.inf, -np.inf
            for r in range(d.shift.shape[0]):
                if d.shift[r, DAY] == day and s.route[r, LENGTH] + d.shift[r, STIFF] > 0:
                    shortest, longest = (
                        min(shortest, s.route[r, SPAN]),
                        max(longest, s.route[r, SPAN]),
                    )
            if longest > shortest:
                total -= d.weight[BALANCE] * (longest - shortest)
    return float(total)


@compiled()
def step(d: Numbers, s: State, kept: State, desk: Desk, gone: Any) -> None:
    """Take some visits off and put better ones in."""
    desk.count[ROUND] += 1
    if desk.count[ROUND] % 64 == 1:
        desk.count[LEFT_OUT] = 0
        for v in range(len(s.home)):
            desk.count[LEFT_OUT] += s.home[v] == NOBODY
    desk.count[TOUCHED] = desk.count[REMOVED] = 0
    copy_counts(s, kept)
    ruin(d, s, kept, desk, gone)
    # Where nearly everybody is on a route their order matters, where many wait it matters who is chosen.
    few = desk.count[LEFT_OUT] * 20 < d.visit.shape[0]
    chance = np.random.random()
    in_order = chance < (0.85 if few else 0.3)
    if in_order:
        gather(d, s, desk, desk.count[REMOVED] + 4, 2)
        put_in_order(d, desk)
        mode, power, blink = IN_ORDER, 1.0, 0.02
    else:
        gather(d, s, desk, 50, 8)
        noise = 0.0
        pick = np.random.randint(0, 3)
        if pick == 1:
            noise = 0.1
        elif pick == 2:
            noise = 0.3
        for at in range(desk.count[WAITING]):
            desk.luck[desk.waiting[at]] = 1.0 + noise * (2.0 * np.random.random() - 1.0)
        mode = BY_RATE if np.random.random() < 0.7 else BY_COST
        power, blink = 0.5 + np.random.random(), 0.0
    recreate(d, s, kept, desk, mode, power, blink)


@compiled()
def take_back(s: State, kept: State, desk: Desk) -> None:
    """Make a step undone."""
    for at in range(desk.count[TOUCHED]):
        r = desk.touched[at]
        for k in range(s.route[r, LENGTH]):
            s.home[s.sequence[r, k]] = NOBODY
    for at in range(desk.count[TOUCHED]):
        r = desk.touched[at]
        copy_route(kept, s, r)
        for k in range(s.route[r, LENGTH]):
            s.home[s.sequence[r, k]] = r
    copy_counts(kept, s)


@compiled()
def remember(
    d: Numbers, s: State, desk: Desk, pool: Any, lengths: Any, worths: Any, extra: Any
) -> None:
    """Keep the routes that a step has changed, each in the place that its visits give it."""
    for at in range(desk.count[TOUCHED]):
        r = desk.touched[at]
        n = s.route[r, LENGTH]
        if n == 0 or n > LONGEST_KEPT:
            continue
        mixed = np.uint64(d.shift[r, KIND] + 1) * np.uint64(0x9E3779B97F4A7C15)
        for k in range(n):
            mixed = (mixed ^ np.uint64(s.sequence[r, k] + 1)) * np.uint64(0xBF58476D1CE4E5B9)
            mixed ^= mixed >> np.uint64(29)
        place = np.int64(mixed % np.uint64(len(worths)))
        pool[place, 0] = r
        for k in range(n):
            pool[place, k + 1] = s.sequence[r, k]
        lengths[place] = n
        worths[place] = s.worth[r] + extra_on(s, extra, r)


@compiled()
def extra_on(s: State, extra: Any, r: int) -> float:
    """Return what the visits of a route are worth beyond the value that the annealing sees."""
    more = 0.0
    if extra.shape[0] > 0:
        for k in range(s.route[r, LENGTH]):
            more += extra[r, s.sequence[r, k]]
    return more


@compiled()
def extra_of(s: State, extra: Any) -> float:
    """Return the same of all routes."""
    more = 0.0
    for r in range(extra.shape[0]):
        more += extra_on(s, extra, r)
    return more


@compiled(makes_arrays=True)
def first_heat(d: Numbers, s: State, kept: State, desk: Desk, gone: Any) -> float:
    """Return a temperature at which about half of usual losses are taken."""
    total = total_of(d, s)
    losses = np.zeros(24)
    found = 0
    for _ in range(24):
        step(d, s, kept, desk, gone)
        loss = total - total_of(d, s)
        take_back(s, kept, desk)
        if loss > 0:
            losses[found] = loss
            found += 1
    return float(np.median(losses[:found]) * 0.5) if found else 1.0


@compiled(
    (
        NUMBERS, types.int64[::1], types.int32[:, ::1], types.int64[::1], types.int64[::1], types.float64[::1], types.float64[::1],
        types.float64[::1], types.float64[:, ::1], types.int64, types.int64, types.boolean,
    ),
    makes_arrays=True,
)  # fmt: skip
def run(
    d: Numbers,
    tables: Any,
    sequences: Any,
    lengths: Any,
    people: Any,
    served: Any,
    signal: Any,
    heat: Any,
    extra: Any,
    iterations: int,
    seed: int,
    fill: bool,
) -> tuple[Any, Any, float, Any, Any, Any, int]:
    """Search from the given free parts until the time is over, or for so many iterations (-1: no limit).

    `tables` says how wide the tables are; `sequences` int32 (s, l) with `lengths` int64 (s); `people` by date and `served` by district count everybody, frozen
    ones too. `extra`, float64 (s, n) or empty, is what a visit is worth beyond `d.value`: the annealing is to overlook
    it, the best plan and the routes' worth hold it. `fill` only puts in whoever still fits. Returns the best sequences, lengths and total, the routes worth
    keeping (each row the shift and its visits; their lengths and worth), and the iterations made; -1 of them
    when the given routes break a rule.
    """
    np.random.seed(seed)
    rows, places = sequences.shape
    districts, layers, loads = len(served), tables[LAYERS_AT], tables[LOADS_AT]
    s = fresh_state(d, places, layers, loads, districts)
    kept = fresh_state(d, places, layers, loads, districts)
    desk = fresh_desk(d, districts)
    gone = np.zeros(places + 1, dtype=np.bool_)
    best, best_lengths = sequences.copy(), lengths.copy()
    size = 1 if fill else POOL
    pool = np.zeros((size, LONGEST_KEPT + 1), dtype=np.int32)
    pool_lengths, pool_worths = np.zeros(size, dtype=np.int64), np.zeros(size)
    s.people[:] = people
    s.served[:] = served
    for r in range(rows):
        n = lengths[r]
        s.route[r, LENGTH] = n
        s.sequence[r, :n] = sequences[r, :n]
        s.route[r, VERSION] = r
        if not retime(
            d.drive, d.visit, d.value, d.shift, d.weight, s.sequence, s.time, s.route, s.worth, r
        ):
            return best, best_lengths, 0.0, pool, pool_lengths, pool_worths, -1
        for k in range(n):
            s.home[s.sequence[r, k]] = r
    desk.count[VERSIONS] = rows
    if fill:
        for visit in range(d.visit.shape[0]):
            if s.home[visit] == NOBODY:
                desk.waiting[desk.count[WAITING]] = visit
                desk.count[WAITING] += 1
        recreate(d, s, kept, desk, BY_RATE, 1.0, 0.0)
        best_lengths[:] = s.route[:, LENGTH]
        best[:] = s.sequence
        return best, best_lengths, total_of(d, s), pool, pool_lengths, pool_worths, 0
    now = top = total_of(d, s)
    best_total = now + extra_of(s, extra)
    hot, cold = heat[HOT], heat[COLD]
    if hot <= 0:
        hot = first_heat(d, s, kept, desk, gone)
        cold = hot * COLDEST
    done = 0
    while signal[STOP] == 0.0:
        share = signal[SHARE] if iterations < 0 else done / max(iterations, 1)
        if share >= 1.0:
            break
        way = heat[HEAT_FROM] + (heat[HEAT_TO] - heat[HEAT_FROM]) * share
        temperature = hot * (cold / hot) ** (1.0 - way)
        step(d, s, kept, desk, gone)
        total = total_of(d, s)
        done += 1
        if total <= now + temperature * np.log(1.0 - np.random.random()):
            take_back(s, kept, desk)
            continue
        if total != now and total > top - 3.0 * temperature:
            remember(d, s, desk, pool, pool_lengths, pool_worths, extra)
        now = total
        top = max(top, total)
        whole = total + extra_of(s, extra)
        if whole > best_total + 1e-6:
            best_total = whole
            for r in range(rows):
                n = s.route[r, LENGTH]
                best_lengths[r] = n
                best[r, :n] = s.sequence[r, :n]
    return best, best_lengths, best_total, pool, pool_lengths, pool_worths, done
