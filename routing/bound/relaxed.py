"""Relaxed routes: what a shift's route may do at most, and the best of them for given prices.

Inside the relaxation: driving by part of the day, windows, unpacking once an address, breaks, the end of visits,
overtime. Left out, which can only raise the bound: capacity, the most visits, minutes and driving of a route, places
on the route, two teams that meet. Houses worth little for their time are not looked at one by one: they are a rate at
which idle time earns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from routing.arrays import BIG, Arrays, Floats, ShiftNumbers
from routing.bound import labels as kernel

NEAR: Final = 8
"""How many houses near a house are remembered."""
MOST_LABELS: Final = 600_000
OVERTIME_S: Final = 300
"""How finely overtime is counted, in the team's favour."""
_backwards: Final[Any] = kernel.backwards
_forwards: Final[Any] = kernel.forwards
AT_ONCE: Final = 4000
"""So many labels are worked on between two looks at the clock."""

Indices = np.ndarray[Any, np.dtype[np.intp]]


class TimeUp(Exception):
    """The time for the proof is over; what was proven before stands."""


@dataclass(frozen=True, slots=True)
class Found:
    """A relaxed route: its visits in order and what it is worth for the prices it was found with."""

    visits: tuple[int, ...]
    worth: float


class Store:
    """Room for labels of one direction."""

    def __init__(self, most: int) -> None:
        self.labels = np.empty((most, kernel.FIELDS), dtype=np.int32)
        self.worths = np.empty(most)
        self.memories = np.empty(most, dtype=np.int64)
        self.state = np.zeros(8, dtype=np.int64)
        self.heads = np.empty(0, dtype=np.int32)
        self.moments = np.empty(0, dtype=np.int32)

    def clear(self, houses: int, layers: int, moments: int) -> None:
        """Forget all labels."""
        self.heads = np.full((houses + 1) * layers, -1, dtype=np.int32)
        self.moments = np.full(moments, -1, dtype=np.int32)
        self.state[:] = (0, 0, layers, 0, 0, 0, 0, 0)
        self.reach = np.full(((houses + 1) * layers, moments), -1e18)

    @property
    def all(self) -> tuple[Any, ...]:
        """What the compiled loops take."""
        return (
            self.labels,
            self.worths,
            self.memories,
            self.heads,
            self.moments,
            self.state,
            self.reach,
        )


class Relaxed:
    """The relaxed routes of one shift among the visits `kept`, where idle time earns `rate` a second."""

    def __init__(
        self,
        arrays: Arrays,
        shift: ShiftNumbers,
        drives: Sequence[Any],
        kept: Indices,
        rate: float,
        near: int,
        starts: Sequence[tuple[int, int]],
    ) -> None:
        self.kept, self.rate, self.shift = kept, rate, shift
        self.starts = _spent(shift, starts)
        n = self.count = len(kept)
        parts = arrays.parts[shift.profile]
        nodes = np.concatenate([kept, [shift.start, shift.end]])
        drive = np.stack([seconds[np.ix_(nodes, nodes)] for seconds in drives])
        hours = np.array([(part.from_s, part.until_s) for part in parts], dtype=np.int32)
        least = drive.min(axis=0)
        work, setup = arrays.service[kept], arrays.setup[kept]
        address = arrays.address[kept]
        taken = np.zeros((n + 1, n), dtype=np.int32)
        taken[:n] = work + setup * (address[:, None] != address[None, :])
        # On a day under way a route may begin at a house, unpacked already.
        here = arrays.address[shift.start] if shift.start < arrays.count else None
        taken[n] = work + (setup if here is None else setup * (address != here))
        cost = least[: n + 1, :n] * (1.0 + rate) + rate * taken
        soonest = np.minimum(least[: n + 1, :n], BIG) + taken
        # Not from a house to itself, and not where there is no way.
        none = least[: n + 1, :n] >= BIG // 2
        np.fill_diagonal(none, True)
        soonest[none] = BIG
        self.home = least[:n, n + 1].astype(float)
        self.cost = cost
        breaks = np.array(shift.breaks, dtype=np.int32).reshape(-1, 3)
        self.layers = len(breaks) + 1
        middle = (shift.start_s + shift.back_s) // 2
        hours_of = (shift.start_s, middle, shift.back_s, min(shift.visits_end_s, BIG))
        shared = (
            np.ascontiguousarray(arrays.opens[:, kept].T, dtype=np.int32),
            np.ascontiguousarray(arrays.closes[:, kept].T, dtype=np.int32),
            breaks,
            np.array(hours_of, dtype=np.int64),
        )
        driving = (np.ascontiguousarray(drive, dtype=np.int32), hours)
        self.there = (soonest.astype(np.int32), *driving, taken, *shared)
        self.backwards = (_turned(soonest[:n]), *driving, _turned(taken[:n]), *shared)
        self.nearness = _near(least[:n, :n], near)
        self.ends = _ends(shift, arrays.wishes.overtime)
        self.moments = (max(shift.back_s - shift.start_s, 0) >> kernel.BITS) + 1
        self.idle = max(
            (
                rate * (min(by, shift.visits_end_s) - spent - _rests(shift, before, layer)) - price
                for layer, by, price in self.ends
                for before, _, spent in self.starts
                if before <= layer
            ),
            default=0.0,
        )
        """What a route earns on which nobody is visited that is looked at one by one."""

    def best(
        self, profits: Floats, store: tuple[Store, Store], over: Callable[[], bool]
    ) -> tuple[float, list[Found]] | None:
        """Return the worth of the best relaxed route (at least 0) and good routes; None where there was no room.

        Raises TimeUp.
        """
        n, layers, shift = self.count, self.layers, self.shift
        tails, heads = store
        tails.clear(n, layers, self.moments)
        heads.clear(n, layers, self.moments)
        for layer, by, price in self.ends:
            for house in range(n):
                home = float(self.home[house])
                leave = int(min(by - home, shift.visits_end_s))
                if leave >= shift.start_s and home < BIG // 2:
                    worth = self.rate * leave - home - price
                    moment = (shift.back_s - leave) >> kernel.BITS
                    kernel.put(house, layer, -leave, worth, 1, -1, moment, *tails.all)
        gains = profits[None, :] - self.cost
        homewards = np.ascontiguousarray(gains[:n].T)
        left = 1
        while left:
            if over():
                raise TimeUp
            left = _backwards(
                AT_ONCE, self.rate, homewards, *self.backwards, *self.nearness, *tails.all
            )
            if tails.state[kernel.FULL]:
                return None
        for layer, time, spent in self.starts:
            moment = (time - shift.start_s) >> kernel.BITS
            kernel.put(n, layer, time, -self.rate * spent, 0, -1, moment, *heads.all)
        best = np.full(n, -1e18)
        joined = np.full((n, 2), -1, dtype=np.int32)
        left = 1
        while left:
            if over():
                raise TimeUp
            left = _forwards(
                AT_ONCE, self.rate, gains, *self.there, *self.nearness, *heads.all,
                tails.labels, tails.worths, tails.memories, tails.heads, best, joined,
            )  # fmt: skip
            if heads.state[kernel.FULL]:
                return None
        found = []
        for house in np.argsort(-best, kind="stable"):
            if best[house] <= 0:
                break
            found.append(
                Found(self._visits(int(house), joined[house], heads, tails), float(best[house]))
            )
        answer = max(float(best.max(initial=0.0)), self.idle)
        return answer, found

    def _visits(self, house: int, joined: Any, heads: Store, tails: Store) -> tuple[int, ...]:
        before: list[int] = []
        at = int(joined[0])
        while at >= 0:
            node = int(heads.labels[at, kernel.NODE])
            if node < self.count:
                before.append(node)
            at = int(heads.labels[at, kernel.PARENT])
        route = before[::-1]
        at = int(joined[1])
        while at >= 0:
            route.append(int(tails.labels[at, kernel.NODE]))
            at = int(tails.labels[at, kernel.PARENT])
        return tuple(int(self.kept[k]) for k in route)


def _spent(shift: ShiftNumbers, starts: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Return (breaks taken, earliest departure, and until when no idle time has been earned) for each beginning."""
    answer: list[tuple[int, int, int]] = []
    for layer, time in starts:
        spent = time
        if answer:
            # Before a break that is taken at the beginning a team may be idle.
            before, _, free = answer[-1]
            spent = min(spent, free + _rests(shift, before, layer))
        answer.append((layer, time, spent))
    return answer


def _rests(shift: ShiftNumbers, before: int, after: int) -> int:
    """Return the seconds of the breaks that are taken between having taken so many and so many."""
    return sum(length for _, _, length in shift.breaks[before:after])


def _turned(matrix: Any) -> Any:
    """Return a matrix by destination and origin instead of origin and destination."""
    return np.ascontiguousarray(matrix.T.astype(np.int32))


def _ends(shift: ShiftNumbers, overtime: float) -> list[tuple[int, int, float]]:
    """Return (breaks taken, latest return, price of overtime) of every way in which a route may end."""
    ends = []
    limits = [shift.back_s] * (len(shift.breaks) + 1)
    for layer in range(len(shift.breaks) - 1, -1, -1):
        limits[layer] = min(limits[layer + 1], shift.needless_by[layer])
    step = OVERTIME_S
    while (shift.back_s - shift.end_s) // step > 12:
        step *= 2
    for layer, limit in enumerate(limits):
        if limit < shift.start_s:
            continue
        by, price = min(limit, shift.end_s), 0.0
        ends.append((layer, by, price))
        while by < limit:
            ends.append((layer, min(by + step, limit), price))
            price += overtime * step
            by += step
    return ends


def _near(drive: Any, near: int) -> tuple[Any, Any, Any]:
    """Return for each house its place among those near another, which near ones two share, and who is near."""
    n = len(drive)
    size = min(near, n)
    both = drive.astype(np.int64) + drive.T
    np.fill_diagonal(both, -1)
    members = np.argsort(both, axis=1, kind="stable")[:, :size].astype(np.int32)
    place = np.full((n, n), -1, dtype=np.int8)
    place[np.arange(n)[:, None], members] = np.arange(size, dtype=np.int8)[None, :]
    common = np.zeros((n, n), dtype=np.int64)
    for k in range(size):
        # Is the k-th near one of `origin` near `house`, too?
        common |= (place[:, members[:, k]].T >= 0).astype(np.int64) << k
    return place, common, np.ascontiguousarray(members)
