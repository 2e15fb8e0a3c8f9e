"""From seconds and metres with gaps to the matrices of a problem: gaps become straight-line estimates, and say so."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from routing.problem import Place, Travel
from routing.travel import crow
from routing.travel.matrix import LONGEST, Matrix
from routing.travel.network import Network

Array = np.ndarray[Any, Any]


def road_travel(
    roads: Network, places: Sequence[Place], profile: str, source: str
) -> tuple[Travel, ...]:
    """Return the travel of a profile for each part of the day on a road network."""
    block = roads.block(places, places, profile)
    return tuple(
        filled(
            places, block.seconds * part.factor[profile], block.metres, profile, part.from_s, source
        )
        for part in roads.speeds.parts
    )


def filled(
    places: Sequence[Place], seconds: Array, metres: Array, profile: str, from_s: int, source: str
) -> Travel:
    """Make the travel of one matrix, with a straight-line estimate for each pair that lacks a way, and only there."""
    gaps = ~(np.isfinite(seconds) & np.isfinite(metres))
    np.fill_diagonal(gaps, False)
    straight = crow.travel(places, profile)
    made = [
        _matrix(np.where(gaps, _array(guess), values))
        for guess, values in ((straight.seconds, seconds), (straight.metres, metres))
    ]
    away, pairs = _without_way(gaps)
    everything = len(away) == len(places) > 1
    return Travel(
        made[0], made[1], profile, from_s,
        estimated=everything,
        estimates=frozenset() if everything else away,
        estimated_pairs=pairs,
        source=source,
    )  # fmt: skip


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
