"""What was asked once is not asked again: one more stop costs a row and a column, and gives the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from routing.problem import Place
from routing.travel import network
from routing.travel.block import Block
from routing.travel.cache import Matrices
from tests.routing.travel.small_roads import a_square, at

STOPS = [at(0.1 * i, 0) for i in range(8)]


class Source:
    """A network that counts what it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.network = network.build(a_square(oneway="yes").write(folder / "r.osm.pbf"))
        self.asked: list[tuple[int, int]] = []

    def __call__(self, origins: Sequence[Place], goals: Sequence[Place], profile: str) -> Block:
        self.asked.append((len(origins), len(goals)))
        return self.network.block(origins, goals, profile)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path)


def test_one_more_stop_costs_a_row_and_a_column(source: Source) -> None:
    known = Matrices(source)
    known.block(STOPS[:7], "car")
    known.block(STOPS, "car")
    assert source.asked == [(7, 7), (1, 8), (8, 1)]
    known.block(STOPS[::-2], "car")
    assert len(source.asked) == 3


def test_each_profile_and_each_place_keeps_its_own_numbers(source: Source) -> None:
    known = Matrices(source)
    known.block(STOPS[:5], "car")
    known.block(STOPS[3:], "car")
    for profile in ("car", "motorbike"):
        found = known.block(STOPS, profile)
        right = source.network.block(STOPS, STOPS, profile)
        assert np.allclose(found.seconds, right.seconds, atol=0.01)
        assert np.allclose(found.metres, right.metres, atol=0.1)
    assert not np.allclose(found.metres, found.metres.T)


def test_what_a_source_could_not_answer_is_asked_for_again(source: Source) -> None:
    down = [True]

    def ask(origins: Sequence[Place], goals: Sequence[Place], profile: str) -> Block:
        if down[0]:
            raise OSError("no answer")
        return source(origins, goals, profile)

    known = Matrices(ask)
    with pytest.raises(OSError, match="no answer"):
        known.block(STOPS, "car")
    down[0] = False
    assert np.isfinite(known.block(STOPS, "car").seconds).all()


def test_answers_that_are_no_longer_believed_are_asked_for_again(source: Source) -> None:
    known = Matrices(source, fresh_s=-1.0)
    known.block(STOPS, "car")
    known.block(STOPS, "car")
    assert source.asked == [(8, 8), (8, 8)]
