"""Compiled: put visits in where they are worth most for the time, cheapest, or in some order at their best place."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from routing.arrays import BIG
from routing.clockwork import LENGTH, VERSION, State, retime
from routing.compiled import compiled
from routing.gaps import COST, GAP, learn
from routing.numbers import (
    DAY,
    DISTRICT,
    END,
    FAIRNESS,
    LEAST_WORK,
    NOBODY,
    OPENS,
    PART,
    PEOPLE,
    SERVICE,
    SETUP,
    SHARES,
    Numbers,
)

VERSIONS: Final = 0
TOUCHED: Final = 1
WAITING: Final = 2
REMOVED: Final = 3
ROUND: Final = 4
LEFT_OUT: Final = 5
"""Entries of `Desk.count`: the last version given, how many routes are touched, how many visits wait to be put in, how
many were taken off, the number of the present step, and how many visits were on no route lately."""

BY_RATE: Final = 0
BY_COST: Final = 1
IN_ORDER: Final = 2
NEVER_KEY: Final = -1e300
SAMPLE: Final = 40


class Desk(NamedTuple):
    """What a search has at hand: the cheapest gaps by route and visit as far as they are known, and lists."""

    known: Any
    """int32 (s, n, 3): see `gaps`."""
    waiting: Any
    removed: Any
    """int64 (n): who may be put in; who was taken off in this step."""
    marked: Any
    """int64 (n): the step in which a visit was last listed."""
    best_route: Any
    """int64 (n): the best route that is known for each who waits."""
    best_key: Any
    luck: Any
    """float64 (n): how good that is; the luck of each visit in this step."""
    sample: Any
    """float64 (SAMPLE): what some of those on a route are worth for the time."""
    touched: Any
    """int64 (s): routes that were changed in this step."""
    behind: Any
    """float64 (districts): the additional worth of a person where a district has less than its share."""
    count: Any
    """int64 (6)."""


@compiled()
def copy_route(source: State, target: State, r: int) -> None:
    """Copy a route with its times from one state to another."""
    n = source.route[r, LENGTH]
    for k in range(n):
        target.sequence[r, k] = source.sequence[r, k]
    for row in range(source.time.shape[1]):
        for k in range(n + 1):
            target.time[r, row, k] = source.time[r, row, k]
    for column in range(source.route.shape[1]):
        target.route[r, column] = source.route[r, column]
    target.worth[r] = source.worth[r]


@compiled()
def copy_counts(source: State, target: State) -> None:
    """Copy how many people are served by date and by district."""
    for day in range(len(source.people)):
        target.people[day] = source.people[day]
    for t in range(len(source.served)):
        target.served[t] = source.served[t]


@compiled()
def touch(s: State, kept: State, desk: Desk, r: int) -> None:
    """Keep a route as it is before it is changed for the first time in a step."""
    for k in range(desk.count[TOUCHED]):
        if desk.touched[k] == r:
            return
    desk.touched[desk.count[TOUCHED]] = r
    desk.count[TOUCHED] += 1
    copy_route(s, kept, r)


@compiled()
def find_behind(d: Numbers, s: State, desk: Desk) -> None:
    """Find the districts that have less than their share of those served."""
    if d.weight[FAIRNESS] <= 0:
        return
    total = 0.0
    for t in range(len(s.served)):
        total += s.served[t]
    for t in range(len(s.served)):
        late = s.served[t] < np.floor(d.weight[SHARES + t] * total + 1e-9)
        desk.behind[t] = d.weight[FAIRNESS] if late else 0.0


@compiled()
def key_of(
    visit: Any, gain: Any, weight: Any, known: Any, luck: Any, behind: Any, r: int, v: int, mode: int, power: float
) -> float:  # fmt: skip
    """Return how good it is to put a visit on a route now; NEVER_KEY when it cannot or should not be."""
    value = gain[r, v]
    if value <= 0 or known[r, v, COST] >= BIG:
        return NEVER_KEY
    cost = float(known[r, v, COST])
    value += behind[visit[v, DISTRICT]] * visit[v, PEOPLE]
    if value <= cost:
        return NEVER_KEY
    if mode == BY_RATE:
        spent = max(visit[v, SERVICE] + visit[v, SETUP] + weight[LEAST_WORK] + cost, 1.0)
        return float((value * luck[v] - cost) / spent**power)
    if mode == BY_COST:
        return float(-cost * luck[v] / np.sqrt(max(value, 1.0)))
    return -cost


@compiled()
def find_best(
    d: Numbers, s: State, desk: Desk, v: int, mode: int, power: float, blink: float
) -> None:
    """Find the best route for a visit among what is known, now and then overlooking one."""
    best, best_route = NEVER_KEY, -1
    for r in range(d.shift.shape[0]):
        day = d.shift[r, DAY]
        if s.people[day] + d.visit[v, PEOPLE] > d.quota[day]:
            continue
        if blink > 0 and np.random.random() < blink:
            continue
        key = key_of(
            d.visit, d.gain, d.weight, desk.known, desk.luck, desk.behind, r, v, mode, power
        )
        if key > best:
            best, best_route = key, r
    desk.best_key[v], desk.best_route[v] = best, best_route


@compiled()
def put_in(d: Numbers, s: State, kept: State, desk: Desk, r: int, v: int) -> bool:
    """Put a visit in its cheapest gap of a route; where an exact test refuses that, it is not tried again."""
    n, gap = s.route[r, LENGTH], desk.known[r, v, GAP]
    if n >= s.sequence.shape[1]:
        desk.known[r, v, COST] = BIG
        return False
    touch(s, kept, desk, r)
    for k in range(n, gap, -1):
        s.sequence[r, k] = s.sequence[r, k - 1]
    s.sequence[r, gap] = v
    s.route[r, LENGTH] = n + 1
    if not retime(
        d.drive, d.visit, d.value, d.shift, d.weight, s.sequence, s.time, s.route, s.worth, r
    ):
        for k in range(gap, n):
            s.sequence[r, k] = s.sequence[r, k + 1]
        s.route[r, LENGTH] = n
        retime(
            d.drive, d.visit, d.value, d.shift, d.weight, s.sequence, s.time, s.route, s.worth, r
        )
        desk.known[r, v, COST] = BIG
        return False
    desk.count[VERSIONS] += 1
    s.route[r, VERSION] = desk.count[VERSIONS]
    s.home[v] = r
    s.people[d.shift[r, DAY]] += d.visit[v, PEOPLE]
    s.served[d.visit[v, DISTRICT]] += d.visit[v, PEOPLE]
    return True


@compiled()
def learn_all(
    d: Numbers, s: State, desk: Desk, r: int, left: int, filled: int, before: int
) -> None:
    """Learn the cheapest gap of a route for all who wait; `filled` and `before` as for `learn`."""
    learn(
        d.drive, d.drive_to, d.visit, d.gain, d.shift, d.weight, s.sequence, s.time, s.route, desk.known, r,
        desk.waiting, left, filled, before,
    )  # fmt: skip


@compiled()
def recreate(
    d: Numbers, s: State, kept: State, desk: Desk, mode: int, power: float, blink: float
) -> None:
    """Put in whoever waits and is worth it; see the modes. Visits left over stay unserved."""
    find_behind(d, s, desk)
    left = desk.count[WAITING]
    for r in range(d.shift.shape[0]):
        learn_all(d, s, desk, r, left, -1, -1)
    if mode == IN_ORDER:
        while left > 0:
            left -= 1
            v = desk.waiting[left]
            while True:
                find_best(d, s, desk, v, mode, power, blink)
                r = desk.best_route[v]
                if r < 0:
                    break
                before = s.route[r, VERSION]
                if put_in(d, s, kept, desk, r, v):
                    learn_all(d, s, desk, r, left, desk.known[r, v, GAP], before)
                    break
        return
    for at in range(left):
        find_best(d, s, desk, desk.waiting[at], mode, power, 0.0)
    while left > 0:
        best, best_at = NEVER_KEY, -1
        for at in range(left):
            if desk.best_key[desk.waiting[at]] > best:
                best, best_at = desk.best_key[desk.waiting[at]], at
        if best_at < 0:
            return
        v = desk.waiting[best_at]
        r = desk.best_route[v]
        before = s.route[r, VERSION]
        if not put_in(d, s, kept, desk, r, v):
            find_best(d, s, desk, v, mode, power, 0.0)
            continue
        left -= 1
        desk.waiting[best_at] = desk.waiting[left]
        learn_all(d, s, desk, r, left, desk.known[r, v, GAP], before)
        day = d.shift[r, DAY]
        room = d.quota[day] - s.people[day]
        for at in range(left):
            other = desk.waiting[at]
            home = desk.best_route[other]
            over = d.visit[other, PEOPLE] > room
            if home == r or (over and home >= 0 and d.shift[home, DAY] == day):
                find_best(d, s, desk, other, mode, power, 0.0)
            elif not over:
                key = key_of(
                    d.visit, d.gain, d.weight, desk.known, desk.luck, desk.behind, r, other, mode, power
                )  # fmt: skip
                if key > desk.best_key[other]:
                    desk.best_key[other], desk.best_route[other] = key, r


@compiled()
def gather(d: Numbers, s: State, desk: Desk, most: int, others: int) -> None:
    """List who may be put in: those taken off, neighbours of theirs who wait, and some others by chance."""
    count, gone = 0, desk.count[REMOVED]
    for at in range(gone):
        v = desk.removed[at]
        desk.waiting[count] = v
        desk.marked[v] = desk.count[ROUND]
        count += 1
    each = max(2, (2 * most) // max(gone, 1))
    for at in range(gone):
        found = 0
        for k in range(d.near.shape[1]):
            if count >= most or found >= each:
                break
            v = d.near[desk.removed[at], k]
            if s.home[v] == NOBODY and desk.marked[v] != desk.count[ROUND]:
                desk.waiting[count] = v
                desk.marked[v] = desk.count[ROUND]
                count += 1
                found += 1
    for _ in range(others):
        v = np.random.randint(0, d.visit.shape[0])
        if s.home[v] == NOBODY and desk.marked[v] != desk.count[ROUND]:
            desk.waiting[count] = v
            desk.marked[v] = desk.count[ROUND]
            count += 1
    desk.count[WAITING] = count


@compiled()
def put_in_order(d: Numbers, desk: Desk) -> None:
    """Sort those who wait: by chance, the farthest or the nearest from the office, the longest work or the tightest
    window first. They are taken from the end of the list."""
    kind = np.random.randint(0, 6)
    office, part = d.shift[0, END], d.shift[0, PART]
    for at in range(desk.count[WAITING]):
        v = desk.waiting[at]
        key = np.random.random()
        if kind == 1:
            key = float(d.drive[part, v, office])
        elif kind == 2:
            key = -float(d.drive[part, v, office])
        elif kind == 3:
            key = float(d.visit[v, SERVICE]) + key
        elif kind == 4:
            key = -float(d.visit[v, OPENS + 1] - d.visit[v, OPENS])
        desk.best_key[v] = key
    for at in range(1, desk.count[WAITING]):
        v, to = desk.waiting[at], at
        while to > 0 and desk.best_key[desk.waiting[to - 1]] > desk.best_key[v]:
            desk.waiting[to] = desk.waiting[to - 1]
            to -= 1
        desk.waiting[to] = v
