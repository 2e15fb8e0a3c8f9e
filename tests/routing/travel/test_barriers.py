"""A leg across a river goes by its nearest bridge, and every other leg stays as it was."""

from __future__ import annotations

import random

import pytest

from routing.problem import Place
from routing.travel import crow
from routing.travel.barriers import Barrier
from tests.routing.travel.small_roads import at

RIVER = Barrier((at(-20, 0), at(0, 0.4), at(20, 0)), (at(5, 0.3), at(-12, 0.1)))


def test_a_leg_across_goes_by_the_nearest_bridge_and_no_other_leg_changes() -> None:
    places = [at(0, 3), at(0, -3), at(1, 3), at(5, -1)]
    free, barred = crow.travel(places), crow.travel(places, barriers=[RIVER])
    assert barred.metres[0, 2] == free.metres[0, 2]
    assert barred.metres[1, 3] == free.metres[1, 3]
    by_bridge = crow.kilometres(places, RIVER.bridges)
    km = min(by_bridge[0] + by_bridge[1])
    assert barred.seconds[0, 1] == pytest.approx(60 * 3.7 * km**0.77, abs=1)
    assert barred.seconds[0, 1] == barred.seconds[1, 0] > free.seconds[0, 1]
    assert barred.estimated


def test_a_bridge_on_the_straight_line_costs_nothing() -> None:
    pair = [at(5, 2), at(5, -2)]
    river = Barrier((at(-20, 0), at(20, 0)), (at(5, 0),))
    assert crow.travel(pair, barriers=[river]).metres == crow.travel(pair).metres


def test_whoever_crosses_a_bend_twice_stays_on_their_side() -> None:
    bend = Barrier((at(-20, 0), at(-1, 0), at(0, 5), at(1, 0), at(20, 0)), (at(15, 0),))
    pair = [at(-3, 2), at(3, 2)]
    assert crow.travel(pair, barriers=[bend]).metres == crow.travel(pair).metres
    inside = [at(0, 2), at(3, 2)]
    assert crow.travel(inside, barriers=[bend]).metres[0, 1] > crow.travel(inside).metres[0, 1]


def test_no_leg_becomes_shorter_and_both_ways_are_alike() -> None:
    lot = random.Random(2)
    places = [at(lot.uniform(-15, 15), lot.uniform(-8, 8)) for _ in range(60)]
    free, barred = crow.travel(places), crow.travel(places, barriers=[RIVER])
    for i in range(60):
        for j in range(60):
            assert barred.metres[i, j] == barred.metres[j, i] >= free.metres[i, j]


@pytest.mark.parametrize(
    ("line", "bridges"), [((at(0, 0),), (at(0, 0),)), ((at(0, 0), at(1, 0)), ())]
)
def test_a_barrier_that_cannot_be_one_is_refused(
    line: tuple[Place, ...], bridges: tuple[Place, ...]
) -> None:
    with pytest.raises(ValueError, match=r"line|bridges"):
        Barrier(line, bridges)
