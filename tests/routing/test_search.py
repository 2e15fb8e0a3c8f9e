"""Whatever is asked, the checker finds nothing wrong with the answer."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from routing import Break, Problem
from routing.checker import check
from tests.build_problems import (
    FRIDAY,
    MONDAY,
    a_problem,
    a_shift,
    a_visit,
    at,
    homes,
    planned,
    random_problem,
    under_way,
)

THOROUGH = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)


@THOROUGH
@given(random_problem())
def test_every_rule_at_once_is_kept(problem: Problem) -> None:
    assert check(problem, planned(problem)) == []


@THOROUGH
@given(random_problem(), st.integers(at(7), at(16)))
def test_a_day_under_way_is_planned_anew_and_nothing_frozen_moves(
    problem: Problem, freeze_s: int
) -> None:
    later = under_way(problem, planned(problem), MONDAY, freeze_s)
    assert check(later, planned(later)) == []


def test_a_short_day_without_a_break_is_filled_beside_days_that_have_one() -> None:
    noon = Break(from_s=at(12), to_s=at(13), length_s=3600)
    answer = planned(
        a_problem(
            [a_visit(f"v{place}", place, earliest=FRIDAY) for place in (1, 2, 3)],
            [a_shift(breaks=(noon,)), a_shift(day=FRIDAY, end_s=at(11.25))],
        )
    )
    assert homes(answer) == {f"v{place}": ("A", FRIDAY) for place in (1, 2, 3)}
