"""The search: never a broken rule, the same answer for the same seed, stopped at any moment, and nothing special."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from routing import Matrix, Problem, Travel, together
from routing.checker import check
from routing.search import Limits, Progress, plan
from tests.routing.random_problems import a_plain_problem, a_problem_with_rules


def brief(iterations: int = 30, workers: int = 1, seed: int = 1) -> Limits:
    """Limits in iterations, so that the answer does not depend on the machine."""
    return Limits(seconds=None, iterations=iterations, workers=workers, seed=seed)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6), st.integers(0, 18))
@example(5340, 17)  # a visit of two teams is left out again after it was planned
def test_no_plan_breaks_a_rule(seed: int, visits: int) -> None:
    problem = a_problem_with_rules(seed, visits)
    assert check(problem, plan(problem, brief())) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_seed_and_iterations_give_the_same_plan(workers: int) -> None:
    problem = a_plain_problem(5, visits=30)
    first = plan(problem, brief(60, workers, seed=7))
    assert plan(problem, brief(60, workers, seed=7)) == first


def test_many_visits_are_begun_day_by_day_and_no_rule_is_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(together, "MOST_AT_ONCE", 10)
    for seed in range(6):
        problem = a_problem_with_rules(seed, 25)
        answer = plan(problem, brief(5))
        assert check(problem, answer) == []
        assert answer.score.visits > 4


def test_more_iterations_never_make_a_plan_worse_than_the_first_construction() -> None:
    problem = a_plain_problem(8, visits=40)
    first = plan(problem, brief(0)).score.total_s
    assert plan(problem, brief(150)).score.total_s >= first


def test_progress_only_gets_better() -> None:
    told: list[Progress] = []
    plan(a_plain_problem(2, visits=40), brief(120), progress=told.append)
    values = [one.value_s for one in told if one.phase != "constructing"]
    bounds = [one.bound_s for one in told if one.bound_s is not None]
    assert len(values) > 2
    assert values == sorted(values)
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] >= values[-1]


@pytest.mark.parametrize("asked", [0, 1, 3])
def test_a_search_that_is_stopped_returns_the_best_so_far(asked: int) -> None:
    problem = a_plain_problem(4, visits=30)
    count = 0

    def stop() -> bool:
        nonlocal count
        count += 1
        return count > asked

    answer = plan(problem, Limits(seconds=60, workers=1), should_stop=stop)
    assert answer.stopped
    assert answer.score.visits > 0
    assert check(problem, answer) == []


def test_nobody_to_visit_is_an_empty_plan() -> None:
    problem = replace(a_plain_problem(1), visits=())
    assert plan(problem, brief()).routes == ()


def test_without_a_shift_everybody_waits_with_a_reason() -> None:
    problem = replace(a_plain_problem(1), shifts=())
    answer = plan(problem, brief())
    assert len(answer.unserved) == len(problem.visits)
    assert check(problem, answer) == []


def test_one_team_and_everybody_at_one_place() -> None:
    base = a_plain_problem(1)
    nowhere = Matrix.filled(len(base.visits) + 1, 0)
    problem = Problem(base.visits, base.shifts[:1], (Travel(nowhere, nowhere),))
    answer = plan(problem, brief())
    assert check(problem, answer) == []
    assert answer.score.visits > 0


def test_a_service_longer_than_any_shift_is_left_out_and_others_are_made() -> None:
    base = a_plain_problem(1, visits=4)
    long = replace(base.visits[0], service_s=1_000_000)
    problem = replace(base, visits=(long, *base.visits[1:]))
    answer = plan(problem, brief())
    assert check(problem, answer) == []
    assert long.id in {one.visit for one in answer.unserved}
    assert answer.score.visits > 0
