"""The proven bound: no plan is worth more."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations

import pytest

from routing import Problem
from routing.arrays import BIG, Arrays
from routing.bound import BoundTask, can_bound, percent_better, prove_bound, trivial_bound
from routing.checker import check
from routing.routes import route_times, route_worth
from routing.search import Limits, plan
from tests.routing.random_problems import a_plain_problem, a_problem_with_rules


def best_by_trying_all(problem: Problem) -> float:
    """What the best set of routes is worth, by trying every order of every set of visits."""
    arrays = Arrays(problem)
    numbers = range(arrays.count)
    totals: dict[tuple[frozenset[int], tuple[int, ...]], float] = {
        (frozenset(), tuple(0 for _ in arrays.days)): 0.0
    }
    for shift in range(len(arrays.shifts)):
        routes: dict[frozenset[int], float] = {}
        able = [v for v in numbers if arrays.allowed[shift, v]]
        for size in range(1, len(able) + 1):
            for group in combinations(able, size):
                capacity = arrays.shifts[shift].capacity
                load = arrays.amounts[list(group)].sum(axis=0)
                if capacity and (load > list(capacity)).any():
                    continue
                for order in permutations(group):
                    times = route_times(arrays, shift, list(order), {})
                    if times is not None:
                        worth = route_worth(arrays, shift, order, times)
                        routes[frozenset(group)] = max(worth, routes.get(frozenset(group), worth))
        day = arrays.shifts[shift].day
        for (served, people), total in list(totals.items()):
            for group, worth in routes.items():
                if served.isdisjoint(group):
                    used = people[day] + int(arrays.people[list(group)].sum())
                    if used <= arrays.quota[day]:
                        now = (*people[:day], used, *people[day + 1 :])
                        key = (served | group, now)
                        totals[key] = max(totals.get(key, -BIG), total + worth)
    return max(totals.values())


def proven(problem: Problem, rounds: int = 6) -> float:
    """The bound without any known route to start from."""
    arrays = Arrays(problem)
    return prove_bound(BoundTask(arrays, {}, (), 60.0, rounds))


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_of_a_plain_day_is_worth_more_than_the_bound(seed: int) -> None:
    problem = a_plain_problem(seed, visits=6, hours=1.5)
    assert proven(problem) >= best_by_trying_all(problem) - 1e-6


@pytest.mark.parametrize("seed", range(16))
def test_no_plan_under_all_rules_is_worth_more_than_the_bound(seed: int) -> None:
    problem = a_problem_with_rules(seed, visits=5)
    alone = replace(problem, visits=tuple(replace(v, crews=1) for v in problem.visits))
    assert proven(alone) >= best_by_trying_all(alone) - 1e-6


def test_the_bound_says_far_more_than_that_not_everybody_is_visited() -> None:
    problem = a_plain_problem(3, visits=40, hours=2)
    answer = plan(problem, Limits(seconds=None, iterations=200, workers=1))
    assert answer.bound is not None
    assert answer.bound.method == "column generation"
    assert answer.bound.total_s < 0.8 * trivial_bound(Arrays(problem))
    assert answer.bound.percent == percent_better(answer.bound.total_s, answer.score.total_s)


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_is_never_below_the_plan(seed: int) -> None:
    problem = a_problem_with_rules(seed)
    answer = plan(problem, Limits(seconds=None, iterations=40, workers=1))
    arrays = Arrays(problem)
    assert check(problem, answer) == []
    assert answer.bound is not None
    assert proven(problem) + 4 >= answer.score.total_s
    assert trivial_bound(arrays) + 4 >= answer.score.total_s


def test_no_bound_is_claimed_where_none_is_wanted() -> None:
    problem = a_plain_problem(1)
    limits = Limits(seconds=None, iterations=5, workers=1, bound=False)
    assert plan(problem, limits).bound is None
    assert can_bound(Arrays(problem))
