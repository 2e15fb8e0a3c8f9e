"""The proven bound: no plan is worth more."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import Problem, Quota
from routing.arrays import BIG, Arrays
from routing.bound import BoundTask, can_bound, percent_better, proof, prove_bound, trivial_proof
from routing.bound.groups import Group, groups_of
from routing.bound.idle import SLACK_S, left_out, shortened
from routing.bound.relaxed import Relaxed, Store
from routing.checker import check
from routing.routes import route_times, route_worth
from routing.search import Limits, plan
from tests.build_problems import random_problem, under_way
from tests.routing.random_problems import a_plain_problem, a_problem_with_rules


def all_routes(
    arrays: Arrays, shift: int, most: int = 6
) -> Iterator[tuple[tuple[int, ...], float]]:
    """Every route of a shift that breaks no rule, with its worth."""
    able = [v for v in range(arrays.count) if arrays.allowed[shift, v]]
    capacity = arrays.shifts[shift].capacity
    frozen = arrays.frozen.get(shift)
    before = frozen.visits if frozen else ()
    fixed = dict(zip(before, frozen.starts, strict=True)) if frozen else {}
    if before:
        times = route_times(arrays, shift, before, fixed)
        assert times is not None
        yield before, route_worth(arrays, shift, before, times)
    for size in range(1, min(len(able), most) + 1):
        for group in combinations(able, size):
            load = arrays.amounts[[*before, *group]].sum(axis=0)
            if capacity and (load > list(capacity)).any():
                continue
            for order in permutations(group):
                whole = (*before, *order)
                times = route_times(arrays, shift, whole, fixed)
                if times is not None:
                    yield whole, route_worth(arrays, shift, whole, times)


def best_by_trying_all(problem: Problem) -> float:
    """What the best set of routes is worth, by trying every order of every set of visits."""
    arrays = Arrays(problem)
    totals: dict[tuple[frozenset[int], tuple[int, ...]], float] = {
        (frozenset(), tuple(0 for _ in arrays.days)): 0.0
    }
    for shift in range(len(arrays.shifts)):
        routes: dict[frozenset[int], float] = {}
        for order, worth in all_routes(arrays, shift):
            key = frozenset(order)
            routes[key] = max(worth, routes.get(key, worth))
        day = arrays.shifts[shift].day
        old = list(totals.items())
        if shift in arrays.frozen and arrays.frozen[shift].visits:
            totals.clear()
        for (served, people), total in old:
            for group, worth in routes.items():
                if served.isdisjoint(group):
                    used = people[day] + int(arrays.people[list(group)].sum())
                    if used <= arrays.quota[day]:
                        now = (*people[:day], used, *people[day + 1 :])
                        totals[served | group, now] = max(
                            totals.get((served | group, now), -BIG), total + worth
                        )
    return max(totals.values())


def relaxed_best(arrays: Arrays, group: Group, paid: Any, rate: float, near: int = 4) -> float:
    """What the best relaxed route is worth after prices while idle time earns `rate`."""
    out = left_out(arrays, group, rate)
    drives = [part.drive for part in arrays.parts[group.shift.profile]]
    if out.any():
        drives = shortened(arrays, group.shift.profile, lambda: False) or []
    kept = np.flatnonzero(group.allowed & ~out)
    relaxed = Relaxed(arrays, group.shift, drives, kept, rate, near, group.starts)
    answer = relaxed.best(
        (group.values - paid)[kept], (Store(100_000), Store(100_000)), lambda: False
    )
    assert answer is not None
    return answer[0]


def proven(problem: Problem, rounds: int = 6, routes: tuple[tuple[int, ...], ...] = ()) -> float:
    """The bound without any known route to start from; `routes` only say what time and people are worth."""
    arrays = Arrays(problem)
    return prove_bound(BoundTask(arrays, {}, routes, 600.0, rounds)).most


def planned_routes(problem: Problem) -> tuple[tuple[int, ...], ...]:
    """The visits of each shift in a plan."""
    answer = plan(problem, Limits(seconds=None, iterations=40, workers=1, bound=False))
    number = {visit.id: k for k, visit in enumerate(problem.visits)}
    made = {(r.team, r.day): tuple(number[v] for v in r.visits) for r in answer.routes}
    return tuple(made.get((shift.team, shift.day), ()) for shift in problem.shifts)


@pytest.mark.parametrize("rate", [0.0, 2.0, 15.0])
@pytest.mark.parametrize("seed", range(12))
def test_no_route_under_all_rules_is_worth_more_than_the_best_relaxed_one(
    seed: int, rate: float
) -> None:
    problem = a_problem_with_rules(seed, visits=6)
    arrays = Arrays(problem)
    chance = random.Random(seed)
    share = np.array([chance.choice((0.0, 0.0, chance.random())) for _ in problem.visits])
    for group in groups_of(arrays, np.zeros(len(arrays.days))):
        paid = share * group.values
        for shift in group.shifts:
            best = max(
                (
                    worth - float(paid[list(order)].sum())
                    for order, worth in all_routes(arrays, shift)
                ),
                default=0.0,
            )
            assert relaxed_best(arrays, group, paid, rate) >= best - 1e-6


@pytest.mark.parametrize("seed", range(8))
def test_a_plain_shift_is_priced_exactly_where_all_houses_are_remembered(seed: int) -> None:
    arrays = Arrays(a_plain_problem(seed, visits=6, teams=1, hours=2))
    (group,) = groups_of(arrays, np.zeros(len(arrays.days)))
    best = max(worth for _, worth in all_routes(arrays, 0))
    assert relaxed_best(arrays, group, np.zeros(6), 0.0, near=6) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(4))
def test_no_leg_is_much_longer_than_the_way_by_other_houses(seed: int) -> None:
    arrays = Arrays(a_plain_problem(seed, visits=20))
    (drive,) = shortened(arrays, 0, lambda: False) or []
    houses = range(arrays.count)
    for a, b, c in permutations(houses, 3):
        assert drive[a, c] <= drive[a, b] + drive[b, c] + SLACK_S


@settings(max_examples=25, deadline=None)
@given(random_problem(), st.floats(0, 20))
def test_no_plan_is_worth_more_than_its_bound_not_on_a_day_under_way_nor_near_another_plan(
    problem: Problem, nearness: float
) -> None:
    limits = Limits(seconds=None, iterations=5, workers=1)
    before = plan(problem, limits)
    assert check(problem, before) == []
    near = replace(
        problem, previous=before.as_previous(), wishes=replace(problem.wishes, nearness=nearness)
    )
    assert check(near, plan(near, limits)) == []
    for route in before.routes[:1]:
        later = under_way(near, before, route.day, route.stops[0].arrive_s)
        assert check(later, plan(later, limits)) == []


@pytest.mark.parametrize("seed", range(8))
def test_what_is_known_at_once_is_no_less_than_the_best_plan(seed: int) -> None:
    problem = a_problem_with_rules(seed, visits=5)
    alone = replace(problem, visits=tuple(replace(v, crews=1) for v in problem.visits))
    assert trivial_proof(Arrays(alone)).most >= best_by_trying_all(alone) - 1e-6


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_of_a_plain_day_is_worth_more_than_the_bound(seed: int) -> None:
    problem = a_plain_problem(seed, visits=6, hours=1.5)
    assert proven(problem) >= best_by_trying_all(problem) - 1e-6


@pytest.mark.parametrize("seed", range(16))
def test_no_plan_under_all_rules_is_worth_more_than_the_bound(seed: int) -> None:
    problem = a_problem_with_rules(seed, visits=5)
    alone = replace(problem, visits=tuple(replace(v, crews=1) for v in problem.visits))
    assert proven(alone) >= best_by_trying_all(alone) - 1e-6


@pytest.mark.parametrize("people", [1, 2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_no_plan_under_a_quota_that_is_used_up_is_worth_more_than_the_bound(
    seed: int, people: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "FEW", 0)
    problem = a_problem_with_rules(seed, visits=5)
    alone = replace(
        problem,
        visits=tuple(replace(v, crews=1) for v in problem.visits),
        quotas=tuple(Quota(day, people) for day in {s.day for s in problem.shifts}),
    )
    best = best_by_trying_all(alone)
    assert proven(alone, 12, planned_routes(alone)) >= best - 1e-6


@pytest.mark.parametrize("seed", range(16))
def test_no_plan_of_a_day_under_way_is_worth_more_than_the_bound(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "FEW", 60 * (seed % 2))
    problem = a_problem_with_rules(seed, visits=6)
    alone = replace(problem, visits=tuple(replace(v, crews=1) for v in problem.visits))
    answer = plan(alone, Limits(seconds=None, iterations=10, workers=1, bound=False))
    for route in answer.routes[:2]:
        later = under_way(alone, answer, route.day, route.stops[seed % len(route.stops)].arrive_s)
        best = best_by_trying_all(later)
        assert proven(later, 12, planned_routes(later)) >= best - 1e-6


def test_a_proof_goes_on_where_it_was_left_off() -> None:
    problem = a_plain_problem(3, visits=70, hours=2)
    arrays, routes = Arrays(problem), planned_routes(a_plain_problem(3, visits=70, hours=2))
    some = prove_bound(BoundTask(arrays, {}, routes, 0.0))
    assert some.rest is not None
    more = prove_bound(BoundTask(arrays, {}, routes, 600.0, 40, known=some))
    assert more.most < some.most


def test_the_bound_says_far_more_than_that_not_everybody_is_visited() -> None:
    problem = a_plain_problem(3, visits=40, hours=2)
    answer = plan(problem, Limits(seconds=None, iterations=200, workers=1))
    assert answer.bound is not None
    assert answer.bound.method == "column generation"
    assert answer.bound.total_s < 0.9 * trivial_proof(Arrays(problem)).most
    assert answer.bound.percent == percent_better(answer.bound.total_s, answer.score.total_s)


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_is_never_below_the_plan(seed: int) -> None:
    problem = a_problem_with_rules(seed)
    answer = plan(problem, Limits(seconds=None, iterations=40, workers=1))
    arrays = Arrays(problem)
    assert check(problem, answer) == []
    assert answer.bound is not None
    assert proven(problem) + 4 >= answer.score.total_s
    assert trivial_proof(arrays).most + 4 >= answer.score.total_s


def test_where_nobody_can_be_visited_nothing_better_is_possible() -> None:
    nobody = replace(a_plain_problem(1), visits=())
    answer = plan(nobody, Limits(seconds=None, iterations=5, workers=1))
    assert answer.bound is not None
    assert (answer.bound.total_s, answer.bound.percent) == (0, 0.0)


def test_no_bound_is_claimed_where_none_is_wanted() -> None:
    problem = a_plain_problem(1)
    limits = Limits(seconds=None, iterations=5, workers=1, bound=False)
    assert plan(problem, limits).bound is None
    assert can_bound(Arrays(problem))
