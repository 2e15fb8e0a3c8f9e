"""The quick way for plain routes: one window a visit, no break, nothing frozen."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from routing.arrays import BIG, Arrays
from routing.insertion import best_insertions
from routing.plain import is_plain, plain_insertions, plain_times
from routing.timing import NEVER, times_of
from tests.routing.random_problems import a_plain_problem, a_problem_with_rules


@pytest.mark.parametrize("overtime_s", [0, 1800])
@pytest.mark.parametrize("seed", range(20))
def test_the_quick_way_gives_what_the_general_way_gives(seed: int, overtime_s: int) -> None:
    problem = a_plain_problem(seed)
    shifts = tuple(replace(s, hard_end_s=s.end_s + overtime_s) for s in problem.shifts)
    arrays = Arrays(replace(problem, shifts=shifts))
    chance = random.Random(seed)
    for _ in range(30):
        sequence = chance.sample(range(arrays.count), chance.randrange(7))
        assert is_plain(arrays, 0)
        quick, general = plain_times(arrays, 0, sequence), times_of(arrays, 0, sequence, {})
        assert (quick is None) == (general.back_s >= NEVER)
        if quick is None:
            continue
        assert (quick.depart, quick.arrive_by, quick.leave_by) == (
            general.depart,
            general.arrive_by,
            general.leave_by,
        )
        assert (quick.back_s, quick.drive_s) == (general.back_s, general.drive_s)
        cost, gap = plain_insertions(arrays, 0, sequence, quick)
        right_cost, right_gap = best_insertions(arrays, 0, sequence, general)
        np.testing.assert_array_equal(cost, right_cost)
        fits = cost < BIG
        np.testing.assert_array_equal(gap[fits], right_gap[fits])


def test_breaks_and_several_windows_go_the_general_way() -> None:
    found = [is_plain(Arrays(a_problem_with_rules(seed)), 0) for seed in range(8)]
    assert not any(found)
