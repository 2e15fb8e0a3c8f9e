"""A problem as arrays: what the search calculates with. Not part of the public interface.

Nodes 0..n-1 are the visits in the problem's order; after them come the places where shifts start and end, and last
"nowhere", where a route without an end place ends. Everything is whole seconds; BIG stands for "no way".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from routing.eligible import who_may_serve
from routing.frozen import frozen_parts
from routing.problem import Problem, Shift, Visit
from routing.values import values_by_shift, waiting_worth

BIG: Final = 1_000_000_000
"""Longer than any sum of accepted times that could fit a shift; two of them still fit 32 bits."""

Ints = np.ndarray[Any, np.dtype[np.int32]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Part:
    """Driving seconds between nodes for departures from `from_s` until before `until_s`."""

    from_s: int
    until_s: int
    drive: Ints
    drive_to: Ints
    """The same, transposed: row j holds the driving from every node to j."""


@dataclass(frozen=True, slots=True)
class ShiftNumbers:
    """A shift as numbers: nodes, times, and its place among the profiles and dates."""

    start: int
    end: int
    start_s: int
    end_s: int
    back_s: int
    visits_end_s: int
    most_visits: int
    most_s: int
    most_travel_s: int
    breaks: tuple[tuple[int, int, int], ...]
    """(from, last start, length) of each break."""
    needless_by: tuple[int, ...]
    """The latest return that does without each break: -1 for one that is always taken."""
    profile: int
    day: int
    capacity: tuple[int, ...]


class Arrays:
    """The arrays of a problem: travel by profile and part of the day, times, values, and who may do what."""

    def __init__(self, problem: Problem) -> None:
        self.wishes = problem.wishes
        visits, shifts = problem.visits, problem.shifts
        self.count = len(visits)
        self.days = sorted({shift.day for shift in shifts})
        self.number = {visit.id: number for number, visit in enumerate(visits)}
        self.service = np.array([v.service_s for v in visits], dtype=np.int32)
        self.setup = np.array([v.setup_s for v in visits], dtype=np.int32)
        self.people = np.array([v.people for v in visits], dtype=np.int64)
        self.points = np.array([v.priority for v in visits], dtype=np.int64)
        self.crews = np.array([v.crews for v in visits], dtype=np.int8)
        self._set_addresses(visits)
        self._set_windows(visits)
        self._set_nodes(problem)
        self.shifts = [self._numbers(shift) for shift in shifts]
        self.amounts = _amounts(visits, shifts)
        self.capped = self.amounts.shape[1] > 0
        self.allowed = who_may_serve(visits, shifts)
        self.frozen = frozen_parts(problem, self.number)
        self.frozen_visits = {v for part in self.frozen.values() for v in part.visits}
        self.quota = self._quotas(problem)
        self.position = {
            self.number[v.id]: v.pin.position
            for v in visits
            if v.pin is not None
            and v.pin.position is not None
            and self.number[v.id] not in self.frozen_visits
        }
        for number in self.frozen_visits:
            self.allowed[:, number] = False
        self._set_values(problem)

    @cached_property
    def value_lists(self) -> list[list[float]]:
        """What each of the teams that make a visit earns by it, by shift."""
        shared: list[list[float]] = (self.value / self.crews).tolist()
        return shared

    @cached_property
    def kinds(self) -> list[int]:
        """For each shift the first shift on which every route is as good as on it."""
        first: dict[Any, int] = {}
        return [
            first.setdefault(
                (
                    shift,
                    self.frozen.get(number),
                    self.allowed[number].tobytes(),
                    self.value[number].tobytes(),
                ),
                number,
            )
            for number, shift in enumerate(self.shifts)
        ]

    def _set_addresses(self, visits: Sequence[Visit]) -> None:
        keys: dict[str, int] = {}
        codes = [
            keys.setdefault(visit.address, len(keys)) if visit.address else -1 - number
            for number, visit in enumerate(visits)
        ]
        self.address = np.array(codes, dtype=np.int64)
        shared = len(keys) < sum(code >= 0 for code in codes)
        self.shares = shared and bool(self.setup.any())
        """Whether two visits share an address with unpacking, so that the order decides on it."""

    def _set_windows(self, visits: Sequence[Visit]) -> None:
        self.windows = [
            tuple(sorted((w.start_s, w.end_s) for w in visit.windows)) or ((0, BIG),)
            for visit in visits
        ]
        most = max((len(windows) for windows in self.windows), default=1)
        self.opens = np.full((most, len(visits)), BIG, dtype=np.int32)
        self.closes = np.full((most, len(visits)), -1, dtype=np.int32)
        for number, windows in enumerate(self.windows):
            for layer, (start, end) in enumerate(windows):
                self.opens[layer, number] = start
                self.closes[layer, number] = end

    def _set_nodes(self, problem: Problem) -> None:
        ends = {s.start_place for s in problem.shifts} | {
            s.end_place for s in problem.shifts if s.end_place is not None
        }
        self.depot = {place: self.count + k for k, place in enumerate(sorted(ends))}
        self.nowhere = self.count + len(ends)
        place_of = [visit.place for visit in problem.visits] + sorted(ends)
        index = np.array(place_of, dtype=np.intp)
        self.profiles = sorted({shift.profile for shift in problem.shifts})
        self.parts: list[list[Part]] = []
        for profile in self.profiles:
            matrices = sorted(
                (t for t in problem.travel if t.profile == profile), key=lambda t: t.from_s
            )
            untils = [t.from_s for t in matrices[1:]] + [BIG]
            parts = []
            for matrix, until in zip(matrices, untils, strict=True):
                cells = np.frombuffer(matrix.seconds.cells, dtype=np.intc)
                drive = np.zeros((len(index) + 1, len(index) + 1), dtype=np.int32)
                drive[:-1, :-1] = cells.reshape(matrix.seconds.size, -1)[np.ix_(index, index)]
                np.minimum(drive, BIG, out=drive)
                drive[drive < 0] = BIG
                parts.append(Part(matrix.from_s, until, drive, np.ascontiguousarray(drive.T)))
            self.parts.append(parts)

    def _numbers(self, shift: Shift) -> ShiftNumbers:
        return ShiftNumbers(
            start=self.depot[shift.start_place],
            end=self.nowhere if shift.end_place is None else self.depot[shift.end_place],
            start_s=shift.start_s,
            end_s=shift.end_s,
            back_s=shift.latest_back_s,
            visits_end_s=min(
                shift.latest_back_s, BIG if shift.visits_end_s is None else shift.visits_end_s
            ),
            most_visits=BIG if shift.most_visits is None else shift.most_visits,
            most_s=BIG if shift.most_s is None else shift.most_s,
            most_travel_s=BIG if shift.most_travel_s is None else shift.most_travel_s,
            breaks=tuple(
                (b.from_s, b.last_start_s, b.length_s)
                for b in shift.breaks
                if b.last_start_s >= shift.start_s
            ),
            needless_by=tuple(
                -1 if b.always else b.last_start_s
                for b in shift.breaks
                if b.last_start_s >= shift.start_s
            ),
            profile=self.profiles.index(shift.profile),
            day=self.days.index(shift.day),
            capacity=shift.capacity,
        )

    def _quotas(self, problem: Problem) -> list[int]:
        """Return the most people on each date; nobody is called back where more are under way already."""
        under_way = [0] * len(self.days)
        counted: set[int] = set()
        for r, part in self.frozen.items():
            for visit in set(part.visits) - counted:
                counted.add(visit)
                under_way[self.shifts[r].day] += int(self.people[visit])
        quotas = [problem.quota(day) for day in self.days]
        return [BIG if q is None else max(q, n) for q, n in zip(quotas, under_way, strict=True)]

    def _set_values(self, problem: Problem) -> None:
        """`value[r, v]`: what serving a visit on a shift is worth in seconds, without what only whole plans know."""
        self.point_s = problem.wishes.point_s
        self.waiting = waiting_worth(problem)
        self.base = self.points * float(self.point_s) + self.waiting
        self.value = values_by_shift(problem, self.base, self.number)
        names = {name: k for k, name in enumerate(sorted({v.district for v in problem.visits}))}
        self.district = np.array([names[v.district] for v in problem.visits], dtype=np.int64)
        asking = np.bincount(self.district, weights=self.people, minlength=len(names))
        self.share = asking / max(asking.sum(), 1.0)

    def narrow(self, shifts: Sequence[int], visits: Sequence[int]) -> Arrays:
        """Return the arrays of some shifts and visits only, in this order; who is frozen there must be among them."""
        part = object.__new__(Arrays)
        chosen = np.array(visits, dtype=np.intp)
        rows = np.array(shifts, dtype=np.intp)
        local = {visit: number for number, visit in enumerate(visits)}
        moved = len(visits) - self.count
        part.wishes, part.point_s, part.days = self.wishes, self.point_s, self.days
        part.count = len(visits)
        part.number = {}
        for name in (
            "service",
            "setup",
            "people",
            "points",
            "crews",
            "address",
            "base",
            "district",
            "waiting",
        ):
            setattr(part, name, getattr(self, name)[chosen])
        part.shares = self.shares
        part.windows = [self.windows[visit] for visit in visits]
        part.opens, part.closes = self.opens[:, chosen], self.closes[:, chosen]
        part.depot, part.nowhere = self.depot, self.nowhere + moved
        part.profiles = self.profiles
        nodes = np.concatenate([chosen, np.arange(self.count, self.nowhere + 1)])
        grid = np.ix_(nodes, nodes)
        part.parts = [
            [
                Part(
                    p.from_s,
                    p.until_s,
                    p.drive[grid],
                    np.ascontiguousarray(p.drive[grid].T),
                )
                for p in parts
            ]
            for parts in self.parts
        ]
        part.shifts = [
            replace(
                self.shifts[r], start=self.shifts[r].start + moved, end=self.shifts[r].end + moved
            )
            for r in shifts
        ]
        part.quota = list(self.quota)
        part.amounts, part.capped = self.amounts[chosen], self.capped
        part.allowed = self.allowed[np.ix_(rows, chosen)]
        part.value = self.value[np.ix_(rows, chosen)]
        part.frozen = {
            k: replace(self.frozen[r], visits=tuple(local[v] for v in self.frozen[r].visits))
            for k, r in enumerate(shifts)
            if r in self.frozen
        }
        part.frozen_visits = {v for frozen in part.frozen.values() for v in frozen.visits}
        part.position = {local[v]: at for v, at in self.position.items() if v in local}
        part.share = self.share
        return part


def _amounts(
    visits: Sequence[Visit], shifts: Sequence[Shift]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    width = max((len(shift.capacity) for shift in shifts), default=0)
    rows = [visit.amounts[:width] if visit.amounts else (0,) * width for visit in visits]
    return np.array(rows, dtype=np.int64).reshape(len(visits), width)
