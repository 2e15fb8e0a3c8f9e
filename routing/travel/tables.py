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
    """Make the travel of one matrix, with straight-line estimates for every leg of a place that lacks a way.

    A pair without a way is laid at the door of the place that lacks the most.
    """
    size = len(places)
    gaps = ~(np.isfinite(seconds) & np.isfinite(metres))
    np.fill_diagonal(gaps, False)
    without: set[int] = set()
    while gaps.any():
        worst = int(np.argmax(gaps.sum(axis=0) + gaps.sum(axis=1)))
        without.add(worst)
        gaps[worst, :] = gaps[:, worst] = False
    straight = crow.travel(places, profile)
    rows = [straight.seconds, straight.metres]
    for number, values in enumerate((seconds, metres)):
        guess = np.frombuffer(rows[number].cells, dtype=np.intc).reshape(size, size)
        away = sorted(without)
        cells = np.array(values, dtype=float)
        cells[away, :] = guess[away, :]
        cells[:, away] = guess[:, away]
        np.fill_diagonal(cells, 0)
        rows[number] = _matrix(cells)
    everything = len(without) >= max(size - 1, 1) and bool(without)
    return Travel(
        rows[0], rows[1], profile, from_s,
        estimated=everything,
        estimates=frozenset() if everything else frozenset(without),
        source=source,
    )  # fmt: skip


def _matrix(values: Array) -> Matrix:
    cells = array("i")
    cells.frombytes(np.clip(np.rint(values), 0, LONGEST).astype(np.intc).tobytes())
    return Matrix(len(values), cells)
