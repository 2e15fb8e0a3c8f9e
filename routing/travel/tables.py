"""From seconds and metres with gaps to the matrices of a problem: gaps become straight-line estimates, and say so."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from routing.problem import Travel
from routing.travel.block import Block
from routing.travel.matrix import LONGEST, Matrix
from routing.travel.pace import PLAIN, Pace

Array = np.ndarray[Any, Any]


def travel_of(
    block: Block,
    straight: Travel,
    source: str,
    paces: Sequence[Pace] = PLAIN,
) -> tuple[Travel, ...]:
    """Return the travel of a profile for each pace of the day.

    `block` holds the seconds and metres on empty roads, shape (n, n); a pair without a way takes its estimate from
    `straight`, and only that pair.
    """
    gaps = ~(np.isfinite(block.seconds) & np.isfinite(block.metres))
    np.fill_diagonal(gaps, False)
    away, pairs = _without_way(gaps)
    everything = len(away) == len(gaps) > 1
    metres = _matrix(np.where(gaps, _array(straight.metres), block.metres))
    line_s = _array(straight.seconds)
    return tuple(
        Travel(
            _matrix(np.where(gaps, line_s * pace.by_line, block.seconds * pace.by_road)),
            metres,
            straight.profile,
            pace.from_s,
            estimated=everything,
            estimates=frozenset() if everything else away,
            estimated_pairs=pairs,
            source=source,
        )
        for pace in paces
    )


def straight_travel(straight: Travel, source: str, paces: Sequence[Pace]) -> tuple[Travel, ...]:
    """Return straight-line travel for each pace of the day."""
    return tuple(
        replace(
            straight,
            seconds=_matrix(_array(straight.seconds) * pace.by_line),
            from_s=pace.from_s,
            source=source,
        )
        for pace in paces
    )


def _without_way(gaps: Array) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    """Return the places none of whose legs has a way, and the further pairs without one."""
    others = len(gaps) - 1
    alone = (gaps.sum(axis=0) + gaps.sum(axis=1) == 2 * others) & (others > 0)
    rest = gaps & ~alone[:, None] & ~alone[None, :]
    pairs = frozenset((int(i), int(j)) for i, j in np.argwhere(rest))
    return frozenset(np.flatnonzero(alone).tolist()), pairs


def _array(matrix: Matrix) -> Array:
    return np.frombuffer(matrix.cells, dtype=np.intc).reshape(matrix.size, matrix.size)


def _matrix(values: Array) -> Matrix:
    cells = array("i")
    np.fill_diagonal(values, 0)
    cells.frombytes(np.clip(np.rint(values), 0, LONGEST).astype(np.intc).tobytes())
    return Matrix(len(values), cells)
