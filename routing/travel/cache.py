"""Keeps the seconds and metres between places that were asked about before: one more stop costs a row and a column."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from routing.problem import Place
from routing.travel.block import Ask, Block

Array = np.ndarray[Any, Any]
MOST_PLACES: Final = 2_000
"""Places kept for a profile (32 MB); beyond, all are forgotten but those asked about now."""
_GROWTH: Final = 256


@dataclass(slots=True)
class _Kept:
    """Cells between the places of one profile; `known` says which were answered."""

    place_of: dict[tuple[float, float], int]
    seconds: Array
    metres: Array
    known: Array
    off_m: Array


class Matrices:
    """What one source answered, by profile and place. Safe to share between threads.

    The source is one version of a road network, or a server whose answers are believed for `fresh_s` seconds.
    """

    def __init__(self, ask: Ask, fresh_s: float | None = None) -> None:
        self._ask = ask
        self._fresh_s = fresh_s
        self._since = time.monotonic()
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def block(self, places: Sequence[Place], profile: str) -> Block:
        """Return seconds and metres between places, shape (n, n), asking only for those not known yet.

        Raises whatever the source raises; what it answered before is kept.
        """
        with self._lock:
            if self._fresh_s is not None and time.monotonic() - self._since > self._fresh_s:
                self._kept, self._since = {}, time.monotonic()
            kept, index = self._located(places, profile)
            self._fill(kept, index, places, profile)
            cells = np.ix_(index, index)
            return Block(
                kept.seconds[cells].astype(float),
                kept.metres[cells].astype(float),
                kept.off_m[index].astype(float),
            )

    def _located(self, places: Sequence[Place], profile: str) -> tuple[_Kept, Array]:
        kept = self._kept.get(profile)
        keys = [(round(place.lat, 6), round(place.lon, 6)) for place in places]
        if kept is None or len(kept.place_of.keys() | set(keys)) > MOST_PLACES:
            kept = self._kept[profile] = _empty(len(set(keys)))
        for key in keys:
            kept.place_of.setdefault(key, len(kept.place_of))
        missing = len(kept.place_of) - len(kept.known)
        if missing > 0:
            wider = ((0, missing + _GROWTH), (0, missing + _GROWTH))
            kept.seconds = np.pad(kept.seconds, wider)
            kept.metres = np.pad(kept.metres, wider)
            kept.known = np.pad(kept.known, wider)
            kept.off_m = np.pad(kept.off_m, wider[0], constant_values=np.nan)
        return kept, np.array([kept.place_of[key] for key in keys], dtype=np.int64)

    def _fill(self, kept: _Kept, index: Array, places: Sequence[Place], profile: str) -> None:
        unknown = ~kept.known[np.ix_(index, index)]
        new: list[int] = []
        while unknown.any():
            worst = int(np.argmax(unknown.sum(axis=0) + unknown.sum(axis=1)))
            new.append(worst)
            unknown[worst, :] = unknown[:, worst] = False
        if not new:
            return
        fresh = [places[i] for i in new]
        if len(new) == len(places):
            wanted = [(index, index, self._ask(places, places, profile))]
        else:
            wanted = [
                (index[new], index, self._ask(fresh, places, profile)),
                (index, index[new], self._ask(places, fresh, profile)),
            ]
        for rows, columns, block in wanted:
            cells = np.ix_(rows, columns)
            kept.seconds[cells], kept.metres[cells] = block.seconds, block.metres
            kept.known[cells] = True
            kept.off_m[rows] = block.off_m


def _empty(size: int) -> _Kept:
    def square(kind: type) -> Array:
        return np.zeros((size + _GROWTH, size + _GROWTH), dtype=kind)

    off_m = np.full(size + _GROWTH, np.nan, dtype=np.float32)
    return _Kept({}, square(np.float32), square(np.float32), square(bool), off_m)
