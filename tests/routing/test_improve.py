"""The compiled search keeps the same clock as `timing`: every route it makes is sound there, and worth the same."""

from __future__ import annotations

import numpy as np
import pytest

from routing import Problem
from routing.arrays import BIG, Arrays
from routing.improve import Budget, improve, total_of
from routing.routes import Routes, route_times, route_worth
from routing.slots import places
from routing.together import begin
from routing.trial import Trials
from tests.routing.random_problems import a_plain_problem, a_problem_with_rules


def started(problem: Problem) -> Routes:
    """Routes as a search begins with."""
    return begin(Arrays(problem), lambda: False)


def problem_of(kind: str, seed: int) -> Problem:
    """A problem without breaks and several windows, or one with every rule."""
    return a_plain_problem(seed, visits=25) if kind == "plain" else a_problem_with_rules(seed, 18)


@pytest.mark.parametrize("kind", ["plain", "rules"])
@pytest.mark.parametrize("seed", range(12))
def test_what_it_finds_is_sound_and_worth_what_it_says(kind: str, seed: int) -> None:
    routes = started(problem_of(kind, seed))
    arrays = routes.arrays
    before = total_of(routes)
    found = improve(arrays, routes.sequences, routes.fixed, Budget(None, 200), seed)
    for number, sequence in enumerate(found.sequences):
        assert routes.replace(number, sequence)
    routes.count_all()
    if not any(routes.fixed):  # how long such a route takes is estimated where its start is fixed
        assert total_of(routes) == pytest.approx(found.total)
    assert total_of(routes) >= before - 1
    assert len(found.lengths) > 0
    for row, length, worth in zip(found.pool.tolist(), found.lengths, found.worths, strict=True):
        number, sequence = row[0], row[1 : length + 1]
        times = route_times(arrays, number, sequence, routes.fixed[number])
        assert times is not None
        assert route_worth(arrays, number, sequence, times) == pytest.approx(worth)


@pytest.mark.parametrize("kind", ["plain", "rules"])
@pytest.mark.parametrize("seed", range(12))
def test_who_has_a_place_is_found_as_by_trying_each_gap(kind: str, seed: int) -> None:
    routes = started(problem_of(kind, seed))
    waiting = np.flatnonzero(~routes.served & (routes.arrays.crews == 1))
    costs = Trials(routes.arrays, routes).all(waiting)
    for column, number in enumerate(waiting.tolist()):
        for r in range(len(routes.sequences)):
            tried = any(True for _ in places(routes, r, number, with_quota=False))
            assert (costs[r, column] < BIG) == tried
