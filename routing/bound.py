"""How much better a plan could be at most: a bound that is proven, and said to be weak where it is.

The master problem of column generation (choose a route for each shift, nobody twice) is relaxed linearly. For any
prices pi of the visits, no plan is worth more than sum(pi) + sum over shifts of the best route after prices
(Lagrange), so the bound holds whenever the work is stopped. The best route is found in a relaxation: time runs in
steps and is rounded in the team's favour; within a cluster of near houses nobody is visited twice, and no cluster is
visited again straight after another; a house may come again later (q-routes: Christofides, Mingozzi and Toth 1981).
Houses worth little for their time only count as a rate at which idle time earns. Rules that a route's clock does not
know (capacity, number of visits, fairness, balance) are left out, which can only raise the bound.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, permutations
from typing import Any, Final

import numpy as np
from ortools.linear_solver import pywraplp

from routing.arrays import BIG, Arrays, Floats, ShiftNumbers
from routing.problem import Problem

METHOD: Final = "column generation"
STEP_S: Final = 30
"""How coarse the clock of the relaxed routes is."""
MOST_VISITS: Final = 1500
"""Beyond so many visits the travel closure alone would take longer than the search."""
CLUSTER_S: Final = 240
"""Houses so near (there and back) may form a cluster."""
MOST_IN_CLUSTER: Final = 3
STARTING_COLUMNS: Final = 2500
LONGEST_ROUTE: Final = 300
NEVER: Final = -1.0e15

Key = tuple[int, tuple[int, ...]]
Indices = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, slots=True)
class BoundTask:
    """What a bound is computed from: the arrays, good routes with their worth, and how long it may take.

    `seconds` counts from the start of the work; `rounds` limits it for answers that are always the same.
    """

    arrays: Arrays
    pool: Mapping[Key, float]
    served: tuple[int, ...]
    seconds: float
    rounds: int = 1000


def can_bound(arrays: Arrays) -> bool:
    """Whether a bound can be computed: not for frozen days, nor for more visits than the method stands."""
    return not arrays.frozen and 0 < arrays.count <= MOST_VISITS and bool(arrays.shifts)


def constant_of(problem: Problem, arrays: Arrays) -> float:
    """Return what `arrays.value` counts too much for a plan's score: what nearness gives for staying."""
    wishes = problem.wishes
    homes = {arrays.number[e.visit] for e in problem.previous.visits if e.visit in arrays.number}
    single = sum(int(arrays.crews[visit]) == 1 for visit in homes)
    return wishes.nearness * wishes.point_s * single


def trivial_bound(arrays: Arrays) -> float:
    """Return what all visits together would be worth without any driving."""
    if not arrays.shifts or arrays.count == 0:
        return 0.0
    best = np.where(arrays.allowed, arrays.value, 0.0).max(axis=0)
    frozen = sum(float(arrays.value[:, visit].max()) for visit in arrays.frozen_visits)
    return float(np.maximum(best, 0.0).sum()) + frozen


def prove_bound(task: BoundTask) -> float:
    """Return a proven upper bound on what the routes of any plan are worth, in seconds. Runs in a worker."""
    until = time.monotonic() + task.seconds
    return _Master(task, lambda: time.monotonic() >= until).bound()


class _TimeUp(Exception):
    """The time for the proof is over; what was proven before stands."""


@dataclass(slots=True)
class _Group:
    """Shifts that are priced together: the union of what they may do, each visit at its best value."""

    shifts: list[int]
    shift: ShiftNumbers
    values: Floats
    shortest: _Grid | None = None


@dataclass(slots=True)
class _Choices:
    """Ways through a cluster: from an entry to an exit, with the visits made in this order."""

    visits: list[tuple[int, ...]] = field(default_factory=list)
    entry: list[int] = field(default_factory=list)
    leave: list[int] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    opens: list[int] = field(default_factory=list)
    closes: list[int] = field(default_factory=list)
    drive: list[float] = field(default_factory=list)


class _Grid:
    """Relaxed routes of one group of shifts on a clock of steps: the best of them for given prices."""

    def __init__(
        self,
        arrays: Arrays,
        group: _Group,
        kept: Indices,
        idle: float,
        over: Callable[[], bool],
    ) -> None:
        shift = group.shift
        self.kept, self.idle, self.over = kept, idle, over
        drive = _closure(arrays, shift, kept, over)
        size = len(kept)
        inner = drive[:size, :size]
        rest = sum(length for _, _, length in shift.breaks)
        latest = max((last for _, last, _ in shift.breaks), default=0)
        span = shift.back_s - shift.start_s - rest
        if shift.breaks:
            span = max(span, min(latest, shift.back_s) - shift.start_s)
        self.steps = max(span, 0) // STEP_S
        self.lag = (inner // STEP_S).astype(np.intp)
        self.inner = inner.astype(float) + idle * STEP_S * self.lag
        self.out = drive[size, :size]
        self.home = drive[:size, size + 1]
        self.clusters = _clusters(inner)
        np.fill_diagonal(self.lag, BIG)
        same = self.clusters[:, None] == self.clusters[None, :]
        self.lag[same] = self.steps + 1
        self.lag[inner >= BIG // 2] = self.steps + 1
        self.choices = self._choices(arrays, shift, inner, rest)
        overtime = arrays.wishes.overtime
        ended = max(shift.end_s - shift.start_s - rest, 0)
        if any(last + length > shift.end_s for _, last, length in shift.breaks):
            ended += rest
        clock = np.arange(self.steps + 1) * STEP_S
        self.late = overtime * np.maximum(clock - ended, 0)

    def _choices(self, arrays: Arrays, shift: ShiftNumbers, inner: Any, rest: int) -> _Choices:
        found = _Choices()
        members: dict[int, list[int]] = {}
        for number, cluster in enumerate(self.clusters.tolist()):
            members.setdefault(cluster, []).append(number)
        codes, count = np.unique(arrays.address, return_counts=True)
        shared = set(codes[count > 1].tolist())
        for group in members.values():
            for length in range(1, len(group) + 1):
                for order in permutations(group, length):
                    self._choose(found, arrays, shift, order, inner, rest, shared)
        return found

    def _choose(
        self,
        found: _Choices,
        arrays: Arrays,
        shift: ShiftNumbers,
        order: tuple[int, ...],
        inner: Any,
        rest: int,
        shared: set[int],
    ) -> None:
        offset, opens, closes, driving = 0, 0, self.steps * STEP_S, 0
        for k, number in enumerate(order):
            visit = int(self.kept[number])
            if k:
                leg = int(inner[order[k - 1], number])
                offset, driving = offset + leg, driving + leg
            windows = arrays.windows[visit]
            opens = max(opens, windows[0][0] - shift.start_s - rest - offset)
            closes = min(closes, windows[-1][1] - shift.start_s - offset)
            alone = int(arrays.address[visit]) not in shared
            offset += int(arrays.service[visit]) + (int(arrays.setup[visit]) if alone else 0)
        if closes < 0 or opens > self.steps * STEP_S or driving >= BIG // 2:
            return
        found.visits.append(order)
        found.entry.append(order[0])
        found.leave.append(order[-1])
        found.steps.append(offset // STEP_S)
        found.opens.append(max(opens, 0) // STEP_S)
        found.closes.append(closes // STEP_S)
        found.drive.append(float(driving))

    def price(self, profits: Floats, most_routes: int = 120) -> tuple[float, list[list[int]]]:
        """Return the value of the best relaxed route (at least 0) and good routes as visit numbers of the whole."""
        choices, steps, size = self.choices, self.steps, len(self.kept)
        if not choices.visits:
            return self.idle * STEP_S * steps, []
        entry, leave = np.array(choices.entry), np.array(choices.leave)
        taken, opens = np.array(choices.steps), np.array(choices.opens)
        closes = np.array(choices.closes)
        gains = np.array([float(profits[list(order)].sum()) for order in choices.visits])
        gains -= np.array(choices.drive) + self.idle * STEP_S * taken
        keep = (gains > 0) & (opens <= closes)
        entry, leave, taken = entry[keep], leave[keep], taken[keep]
        opens, closes, gains = opens[keep], closes[keep], gains[keep]
        names = np.flatnonzero(keep)
        # Two layers: the best, and the best that came from another cluster than that.
        value = np.full((2, steps + 2, size), NEVER)
        before = np.full((2, steps + 2, size), -1, dtype=np.int32)
        via = np.full((2, steps + 2, size), -1, dtype=np.int64)
        reach = np.full((2, size), NEVER)
        reach_from = np.full((2, size), -1, dtype=np.int32)
        reach_via = np.full((2, size), -1, dtype=np.int64)
        record: list[Any] = []
        columns = np.arange(size)
        # Arrivals that are under way, two layers for each moment and house.
        coming = np.full((2, steps + 1, size), NEVER)
        coming_from = np.full((2, steps + 1, size), -1, dtype=np.int32)
        coming_via = np.full((2, steps + 1, size), -1, dtype=np.int64)
        most = np.full((2, size), NEVER)
        most_from = np.full(size, -1, dtype=np.int32)
        out_steps = self.out // STEP_S
        near = np.flatnonzero(out_steps <= steps)
        out_cost = self.out + self.idle * STEP_S * out_steps
        coming[0, out_steps[near], near] = -out_cost[near]
        coming_from[0, out_steps[near], near] = -2
        for now in range(steps + 1):
            if now % 32 == 0 and self.over():
                raise _TimeUp
            changed_at = np.zeros(size, dtype=bool)
            # Again while work that takes no step at all has just been done.
            for again in range(size + 1):
                self._send(now, value, before, most, most_from, coming, coming_from, coming_via)
                changed = np.zeros(size, dtype=bool)
                for layer in (0, 1):
                    arrive = coming[layer, now]
                    if (arrive > NEVER / 2).any():
                        changed |= self._offer(
                            reach, reach_from, reach_via,
                            arrive, coming_from[layer, now], coming_via[layer, now],
                        )  # fmt: skip
                changed_at |= changed
                # Ways through clusters that begin now: somebody better has come, or a window opens.
                able = (opens <= now) & (now <= closes) & (now + taken <= steps)
                able &= changed[entry] | (opens == now) if again == 0 else changed[entry]
                chosen = np.flatnonzero(able)
                for layer_number in (0, 1):
                    worth = reach[layer_number][entry[chosen]] + gains[chosen]
                    real = worth > NEVER / 2
                    rows = chosen[real]
                    if len(rows):
                        self._finish(
                            value, before, via, now + taken[rows], leave[rows], worth[real],
                            reach_from[layer_number][entry[rows]],
                            (now * 2 + layer_number) * len(choices.visits) + names[rows],
                        )  # fmt: skip
                if len(chosen) == 0 or taken[chosen].min() > 0:
                    break
            record.append(reach_via.copy() if changed_at.any() or not record else record[-1])
        back = self.home // STEP_S
        ends = np.arange(steps + 1)[:, None] + back[None, :]
        total = value[0, : steps + 1] - (self.home + self.idle * STEP_S * back)[None, :]
        total = np.where(ends <= steps, total - self.late[np.minimum(ends, steps)], NEVER)
        total += self.idle * STEP_S * steps
        best_at = total.argmax(axis=0)
        best = total[best_at, columns]
        answer = max(float(best.max()), self.idle * STEP_S * steps)
        routes = []
        for number in np.argsort(-best, kind="stable")[:most_routes]:
            if best[number] > 0:
                routes.append(
                    self._route(via, record, int(best_at[number]), int(number), steps, size)
                )
        return answer, routes

    def _send(
        self, now: int, value: Floats, before: Any, most: Floats, most_from: Any,
        coming: Floats, coming_from: Any, coming_via: Any,
    ) -> None:  # fmt: skip
        """Send on who is done at a house now, unless somebody better was done there earlier."""
        _, moments, size = value.shape
        for layer in (0, 1):
            worth, origin = value[layer, now], before[layer, now]
            other = origin != most_from
            ahead = worth > most[0]
            useful = (worth > NEVER / 2) & (ahead | (other & (worth > most[1])))
            rows = np.flatnonzero(useful)
            if len(rows) == 0:
                continue
            down = useful & ahead & other
            most[1][down] = most[0][down]
            most_from[down] = origin[down]
            most[0][useful & ahead] = worth[useful & ahead]
            second = useful & ~ahead
            most[1][second] = worth[second]
            there = now + self.lag[rows]
            arrive = worth[rows, None] - self.inner[rows]
            able = there <= self.steps
            able &= self.clusters[None, :] != origin[rows, None]
            if layer:
                able &= self.clusters[None, :] == before[0, now, rows][:, None]
            at, entries = np.nonzero(able)
            there, arrive = there[at, entries], arrive[at, entries]
            better = arrive > coming[1, there, entries]
            at, entries = rows[at[better]], entries[better]
            if len(at):
                self._finish(
                    coming, coming_from, coming_via, there[better], entries, arrive[better],
                    self.clusters[at], (layer * moments + now) * size + at,
                )  # fmt: skip

    @staticmethod
    def _offer(
        reach: Floats, origin: Any, via: Any, arrive: Floats, cluster: Any, name: Any
    ) -> Any:
        """Take better arrivals into the two layers, of different clusters; return where that changed anything."""
        same = origin[0] == cluster
        first = arrive > reach[0]
        down = first & ~same
        for array in (reach, origin, via):
            array[1][down] = array[0][down]
        reach[0][first], origin[0][first], via[0][first] = (
            arrive[first],
            cluster[first],
            name[first],
        )
        second = ~first & ~same & (arrive > reach[1])
        reach[1][second], origin[1][second], via[1][second] = (
            arrive[second],
            cluster[second],
            name[second],
        )
        return first | second

    @staticmethod
    def _finish(
        value: Floats,
        before: Any,
        via: Any,
        when: Any,
        where: Any,
        worth: Any,
        origin: Any,
        name: Any,
    ) -> None:
        """Put finished ways into the two layers of their moment and house, best first."""
        order = np.lexsort((-worth, where, when))
        when, where, worth = when[order], where[order], worth[order]
        origin, name = origin[order], name[order]
        while len(when):
            head = np.ones(len(when), dtype=bool)
            head[1:] = (when[1:] != when[:-1]) | (where[1:] != where[:-1])
            w, h = when[head], where[head]
            new, source, label = worth[head], origin[head], name[head]
            old, old_source, old_label = value[0, w, h], before[0, w, h], via[0, w, h]
            better = new > old
            down = better & (source != old_source)
            value[1, w[down], h[down]] = old[down]
            before[1, w[down], h[down]] = old_source[down]
            via[1, w[down], h[down]] = old_label[down]
            value[0, w[better], h[better]] = new[better]
            before[0, w[better], h[better]] = source[better]
            via[0, w[better], h[better]] = label[better]
            second = ~better & (source != old_source) & (new > value[1, w, h])
            value[1, w[second], h[second]] = new[second]
            before[1, w[second], h[second]] = source[second]
            via[1, w[second], h[second]] = label[second]
            left = ~head
            when, where, worth = when[left], where[left], worth[left]
            origin, name = origin[left], name[left]

    def _route(
        self, via: Any, record: Any, moment: int, number: int, steps: int, size: int
    ) -> list[int]:
        visits: list[int] = []
        count = len(self.choices.visits)
        layer = 0
        while True:
            label = int(via[layer, moment, number])
            rest, choice = divmod(label, count)
            moment, layer = divmod(rest, 2)
            order = self.choices.visits[choice]
            visits[:0] = [int(self.kept[k]) for k in order]
            if len(visits) > LONGEST_ROUTE:
                return []
            came = int(record[moment][layer][order[0]])
            if came < 0:
                return visits
            layer, at = divmod(came, (steps + 2) * size)
            moment, number = divmod(at, size)


class _Master:
    """The linear master problem over routes seen and relaxed routes priced, and the best Lagrangian bound so far."""

    def __init__(self, task: BoundTask, over: Callable[[], bool]) -> None:
        self.arrays = task.arrays
        self.over = over
        self.rounds = task.rounds
        self.groups = _groups(self.arrays)
        self.of_shift = {r: g for g, group in enumerate(self.groups) for r in group.shifts}
        self.best = trivial_bound(self.arrays)
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        infinity = self.solver.infinity()
        self.teams = [self.solver.Constraint(-infinity, len(g.shifts)) for g in self.groups]
        self.visits = [self.solver.Constraint(-infinity, int(c)) for c in self.arrays.crews]
        self.quotas = {
            d: self.solver.Constraint(-infinity, max(most, 0))
            for d, most in enumerate(self.arrays.quota)
            if most < BIG // 2
        }
        self.served = task.served
        self.goal = self.solver.Objective()
        self.goal.SetMaximization()
        self.above: list[Any] = []
        self.below: list[Any] = []
        for row in self.visits:
            for columns, sign in ((self.above, -1), (self.below, 1)):
                column = self.solver.NumVar(0, infinity, "")
                row.SetCoefficient(column, sign)
                columns.append(column)
        for (kind, sequence), worth in _varied(task.pool, self.of_shift):
            self._add(self.of_shift[kind], sequence, worth)

    def _add(self, group: int, sequence: Sequence[int], worth: float) -> None:
        column = self.solver.NumVar(0, self.solver.infinity(), "")
        self.goal.SetCoefficient(column, worth)
        self.teams[group].SetCoefficient(column, 1)
        for visit in set(sequence):
            self.visits[visit].SetCoefficient(column, sequence.count(visit))
        day = self.groups[group].shift.day
        if day in self.quotas:
            people = sum(float(self.arrays.people[v] / self.arrays.crews[v]) for v in sequence)
            self.quotas[day].SetCoefficient(column, people)

    def bound(self) -> float:
        """Return the best bound proven until the time or the rounds are over."""
        with contextlib.suppress(_TimeUp):
            self._search()
        return self.best

    def _search(self) -> None:
        """Lower the bound by better prices.

        Prices move within a box around the best so far (Marsten, Hogan and Blankenship 1975): wider where that was
        good, narrower where it was not.
        """
        centre = self._first_prices()
        kept, idle = self._worth_looking_at(centre[0])
        for group in self.groups:
            mine = kept[group.values[kept] > 0]
            group.shortest = _Grid(self.arrays, group, mine, idle, self.over)
        width = 0.25 * self.rate * float(self._least_work().mean())
        asked = centre
        for _ in range(self.rounds):
            total = self._lagrange(asked)
            if total < self.best:
                self.best, centre = total, asked
                width *= 1.1
            else:
                width *= 0.6
            self._keep_near(centre[0], width)
            found = self._prices()
            if found is None:
                break
            asked = found
            if self.best - self.goal.Value() < 1e-4 * abs(self.best):
                break

    def _first_prices(self) -> list[Floats]:
        """Return what visits earn beyond the time they take, at the rate at which time is used in the plan."""
        arrays = self.arrays
        best = np.max([group.values for group in self.groups], axis=0)
        drive = arrays.parts[arrays.shifts[0].profile][0].drive[: arrays.count, : arrays.count]
        both = (drive.astype(float) + drive.T) / 2
        np.fill_diagonal(both, BIG)
        served = np.array(self.served, dtype=np.intp)
        away = np.zeros(arrays.count)
        if len(served) > 1:
            away = np.minimum(np.partition(both[:, served], 1, axis=1)[:, :2].mean(axis=1), 7200)
        needs = self._least_work() + away + 1
        rate = np.sort(best / needs)[::-1]
        self.rate = float(rate[min(len(served), len(rate) - 1)])
        if len(served) >= 0.95 * arrays.count:
            self.rate = 1.0
        return [np.maximum(best - self.rate * needs, 0), np.zeros(len(arrays.days))]

    def _keep_near(self, centre: Floats, width: float) -> None:
        for visit, (above, below) in enumerate(zip(self.above, self.below, strict=True)):
            self.goal.SetCoefficient(above, -float(centre[visit] + width))
            self.goal.SetCoefficient(below, float(centre[visit] - width))

    def _prices(self) -> list[Floats] | None:
        self.solver.SetTimeLimit(5000)
        if self.solver.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        visits = np.array([max(row.dual_value(), 0.0) for row in self.visits])
        quotas = np.zeros(len(self.arrays.days))
        for day, row in self.quotas.items():
            quotas[day] = max(row.dual_value(), 0.0)
        return [visits, quotas]

    def _worth_looking_at(self, prices: Floats) -> tuple[Indices, float]:
        """Return the visits that are looked at one by one, and at which rate idle time earns for the others."""
        arrays = self.arrays
        best = np.max([group.values for group in self.groups], axis=0)
        work = np.maximum(self._least_work(), 1)
        rate = np.maximum(best, 0) / work
        asked = np.sort(rate[prices > 0])
        if len(asked) < 10:
            return np.flatnonzero(best > 0), 0.0
        limit = 0.8 * asked[len(asked) // 20]
        kept = np.flatnonzero((rate > limit) | (prices > 0))
        left = np.setdiff1d(np.arange(arrays.count), kept)
        idle = float(rate[left].max()) if len(left) else 0.0
        return kept, idle

    def _least_work(self) -> Floats:
        arrays = self.arrays
        codes, count = np.unique(arrays.address, return_counts=True)
        alone = ~np.isin(arrays.address, codes[count > 1])
        work: Floats = (arrays.service + arrays.setup * alone).astype(float)
        return work

    def _lagrange(self, prices: Sequence[Floats]) -> float:
        """Return the bound of these prices, and add the routes that were found for it."""
        arrays = self.arrays
        total = float((prices[0] * arrays.crews).sum())
        for day in self.quotas:
            total += float(prices[1][day]) * max(arrays.quota[day], 0)
        columns = []
        for number, group in enumerate(self.groups):
            assert group.shortest is not None
            price = group.values - prices[0]
            price = price - prices[1][group.shift.day] * arrays.people / arrays.crews
            grid = group.shortest
            best, routes = grid.price(price[grid.kept])
            total += len(group.shifts) * max(best, 0.0)
            columns += [(number, route) for route in routes]
        for number, route in columns:
            group = self.groups[number]
            self._add(number, route, self._worth(group, route))
        return total

    def _worth(self, group: _Group, route: Sequence[int]) -> float:
        """Return what a relaxed route is worth: its visits less the driving at its shortest."""
        shift, parts = group.shift, self.arrays.parts[group.shift.profile]
        nodes = [shift.start, *route, shift.end]
        driving = sum(min(int(part.drive[a, b]) for part in parts) for a, b in pairwise(nodes))
        return float(group.values[list(route)].sum()) - driving


def _groups(arrays: Arrays) -> list[_Group]:
    """Return shifts that are priced as one: those with the same hours and places, and of one date under a quota."""
    groups: dict[Any, _Group] = {}
    several = arrays.count <= 400
    for number, shift in enumerate(arrays.shifts):
        day = shift.day if any(most < BIG // 2 for most in arrays.quota) else 0
        key = replace(
            shift, day=day, capacity=(), most_visits=0, most_s=0, most_travel_s=0, visits_end_s=0
        )
        mark = arrays.allowed[number].tobytes() if several else b""
        values = np.where(arrays.allowed[number], arrays.value[number] / arrays.crews, 0.0)
        known = groups.get((key, mark))
        if known is None:
            groups[key, mark] = _Group([number], shift, values)
        else:
            known.shifts.append(number)
            known.values = np.maximum(known.values, values)
    return list(groups.values())


def _varied(pool: Mapping[Key, float], of_shift: Mapping[int, int]) -> list[tuple[Key, float]]:
    """Return the most valuable routes of each group, so many in all as the first linear problem stands."""
    ordered = sorted(pool.items(), key=lambda item: (-item[1], item[0]))
    counts: dict[int, int] = {}
    most = max(STARTING_COLUMNS // max(len(set(of_shift.values())), 1), 50)
    chosen = []
    for key, worth in ordered:
        group = of_shift[key[0]]
        if counts.get(group, 0) < most:
            counts[group] = counts.get(group, 0) + 1
            chosen.append((key, worth))
    return chosen


def _closure(arrays: Arrays, shift: ShiftNumbers, kept: Indices, over: Callable[[], bool]) -> Any:
    """Return the shortest driving between kept visits, start and end, by way of any house, at any time of day."""
    parts = arrays.parts[shift.profile]
    nodes = np.concatenate([np.arange(arrays.count), [shift.start, shift.end]])
    drive = np.min([part.drive[np.ix_(nodes, nodes)] for part in parts], axis=0)
    through = np.empty_like(drive)
    for k in range(arrays.count):
        if k % 32 == 0 and over():
            raise _TimeUp
        np.add(drive[:, k : k + 1], drive[k], out=through)
        np.minimum(drive, through, out=drive)
    rows = np.concatenate([kept, [arrays.count, arrays.count + 1]])
    return drive[np.ix_(rows, rows)]


def _clusters(drive: Any) -> Any:
    """Return a cluster number for each house: greedily the nearest together, a few in each."""
    size = len(drive)
    both = drive.astype(np.int64) + drive.T
    cluster = np.arange(size, dtype=np.int32)
    members = {k: [k] for k in range(size)}
    rows, columns = np.nonzero(np.triu(both <= CLUSTER_S, 1))
    order = np.argsort(both[rows, columns], kind="stable")
    for a, b in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        one, other = int(cluster[a]), int(cluster[b])
        if one != other and len(members[one]) + len(members[other]) <= MOST_IN_CLUSTER:
            for k in members.pop(other):
                cluster[k] = one
                members[one].append(k)
    return cluster


def percent_better(bound: float, total: float) -> float:
    """Return by how many percent a plan worth `bound` is better than one worth `total`, rounded up."""
    if bound <= total:
        return 0.0
    if total <= 0:
        return 100.0
    return math.ceil(10_000 * (bound - total) / total) / 100
