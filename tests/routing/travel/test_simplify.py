"""A simplified line keeps its ends and the bends that a map shows."""

from __future__ import annotations

from routing.travel.simplify import simplified


def test_a_line_keeps_its_bends_and_loses_what_nobody_sees() -> None:
    straight = [(0.0, n * 1e-3) for n in range(50)]
    assert simplified([*straight, (0.01, 0.049)], 4) == [(0.0, 0.0), (0.0, 0.049), (0.01, 0.049)]
    assert simplified([(0.0, 0.0), (1e-6, 1e-4), (0.0, 2e-4)], 4) == [(0.0, 0.0), (0.0, 2e-4)]


def test_a_loop_is_not_lost() -> None:
    loop = [(0.0, 0.0), (0.01, 0.0), (0.01, 0.01), (0.0, 0.01), (0.0, 0.0)]
    assert simplified(loop, 4) == loop
