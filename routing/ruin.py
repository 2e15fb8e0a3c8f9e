"""Compiled: take visits off, so that better ones can be put in.

Strings of neighbouring routes around a house (Christiaens and Vanden Berghe 2020), those worth least for their time, or
a stretch of one route.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from routing.clockwork import LENGTH, VERSION, State, retime
from routing.compiled import compiled
from routing.gaps import first_gap
from routing.numbers import (
    DAY,
    DISTRICT,
    LEAST_WORK,
    NOBODY,
    PEOPLE,
    SERVICE,
    SETUP,
    STAYS,
    Numbers,
)
from routing.recreate import REMOVED, SAMPLE, VERSIONS, Desk, copy_route, touch


@compiled()
def take_off(d: Numbers, s: State, kept: State, desk: Desk, r: int, gone: Any) -> bool:
    """Take the stops of a route off where `gone` says so (it is cleared); False, and all as before, if that breaks a rule."""
    touch(s, kept, desk, r)
    n, left = s.route[r, LENGTH], 0
    for k in range(n):
        if not gone[k]:
            s.sequence[r, left] = s.sequence[r, k]
            left += 1
    s.route[r, LENGTH] = left
    if left == n:
        return True
    if not retime(
        d.drive, d.visit, d.value, d.shift, d.weight, s.sequence, s.time, s.route, s.worth, r
    ):
        copy_route(kept, s, r)
        for k in range(n):
            gone[k] = False
        return False
    desk.count[VERSIONS] += 1
    s.route[r, VERSION] = desk.count[VERSIONS]
    for k in range(n):
        if gone[k]:
            v = kept.sequence[r, k]
            s.home[v] = NOBODY
            s.people[d.shift[r, DAY]] -= d.visit[v, PEOPLE]
            s.served[d.visit[v, DISTRICT]] -= d.visit[v, PEOPLE]
            desk.removed[desk.count[REMOVED]] = v
            desk.count[REMOVED] += 1
            gone[k] = False
    return True


@compiled()
def ruin(d: Numbers, s: State, kept: State, desk: Desk, gone: Any) -> None:
    """Take some visits off, in one of several ways."""
    chance = np.random.random()
    if chance < 0.78:
        ruin_strings(d, s, kept, desk, gone)
    elif chance < 0.92:
        ruin_least_worth(d, s, kept, desk, gone)
    else:
        ruin_stretch(d, s, kept, desk, gone, 1000)


@compiled()
def ruin_strings(d: Numbers, s: State, kept: State, desk: Desk, gone: Any) -> None:
    """Take strings of stops off one to three routes that pass near a house."""
    centre = np.random.randint(0, d.visit.shape[0])
    longest = np.random.randint(1, 9)
    most = np.random.randint(1, 5)
    if most == 4:
        most = 2
    hit = 0
    for near in range(d.near.shape[1]):
        v = d.near[centre, near]
        r = s.home[v]
        if r == NOBODY or d.visit[v, STAYS] == 1:
            continue
        seen = False
        for k in range(hit):
            seen |= desk.touched[k] == r
        if seen:
            continue
        first, n = first_gap(d.visit, s.sequence, s.route, r), s.route[r, LENGTH]
        at = -1
        for k in range(first, n):
            if s.sequence[r, k] == v:
                at = k
        if at < 0:
            continue
        length = np.random.randint(1, min(longest, n - first) + 1)
        begin = max(first, min(at - np.random.randint(0, length), n - length))
        skip_from, skip_to = -1, -1
        if length > 1 and begin + length < n and np.random.random() < 0.3:
            # A gap stays in the middle of the string, which is so much longer.
            skip_from = begin + np.random.randint(1, length)
            skip_to = skip_from + np.random.randint(1, n - begin - length + 1)
            length += skip_to - skip_from
        for k in range(begin, begin + length):
            gone[k] = d.visit[s.sequence[r, k], STAYS] == 0 and not (skip_from <= k < skip_to)
        take_off(d, s, kept, desk, r, gone)
        hit += 1
        if hit >= most:
            return
    if hit == 0:
        ruin_stretch(d, s, kept, desk, gone, np.random.randint(2, 7))


@compiled()
def ruin_least_worth(d: Numbers, s: State, kept: State, desk: Desk, gone: Any) -> None:
    """Take off a few of those who are worth least for the time at their house, with some luck."""
    rows = d.shift.shape[0]
    limit = 0.05 + 0.1 * np.random.random()
    # A visit falls when its rate, with luck, is among the least: told from a sample of all.
    rates = desk.sample
    for k in range(SAMPLE):
        rate = np.inf
        r = np.random.randint(0, rows)
        if s.route[r, LENGTH] > 0:
            rate = _rate(d, s, r, np.random.randint(0, s.route[r, LENGTH]))
        at = k
        while at > 0 and rates[at - 1] > rate:
            rates[at] = rates[at - 1]
            at -= 1
        rates[at] = rate
    bar = rates[int(limit * SAMPLE)]
    if bar == np.inf:
        return
    for r in range(rows):
        first, some = first_gap(d.visit, s.sequence, s.route, r), False
        for k in range(first, s.route[r, LENGTH]):
            gone[k] = d.visit[s.sequence[r, k], STAYS] == 0 and _rate(d, s, r, k) <= bar
            some |= gone[k]
        if some:
            take_off(d, s, kept, desk, r, gone)


@compiled()
def _rate(d: Numbers, s: State, r: int, k: int) -> float:
    v = s.sequence[r, k]
    spent = d.visit[v, SERVICE] + d.visit[v, SETUP] + d.weight[LEAST_WORK]
    return float(d.value[r, v] / spent * (0.5 + np.random.random()))


@compiled()
def ruin_stretch(d: Numbers, s: State, kept: State, desk: Desk, gone: Any, most: int) -> None:
    """Take up to `most` stops in a row off a route."""
    rows = d.shift.shape[0]
    begin = np.random.randint(0, rows)
    for step in range(rows):
        r = (begin + step) % rows
        first, n = first_gap(d.visit, s.sequence, s.route, r), s.route[r, LENGTH]
        if n > first:
            at = np.random.randint(first, max(first + 1, n - most + 1))
            for k in range(at, min(at + most, n)):
                gone[k] = d.visit[s.sequence[r, k], STAYS] == 0
            take_off(d, s, kept, desk, r, gone)
            return
