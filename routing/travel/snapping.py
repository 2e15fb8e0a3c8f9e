"""Puts places on the nearest road: exact distances to segments, found through samples along them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.spatial import cKDTree

from routing.problem import Place
from routing.travel.build import EARTH_M, Arrays, shape_steps

SAMPLE_M: Final = 60.0
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Snapped:
    """Where places meet the roads: segment, share of its length from its start (0 to 1), metres off it, and the foot."""

    segment: Array
    share: Array
    metres: Array
    lat: Array
    lon: Array


class Snapper:
    """Finds the nearest point on the segments that are `open` (a mask over segments)."""

    def __init__(self, arrays: Arrays, open_segments: Array) -> None:
        at, lat, lon = arrays["shape_at"], arrays["shape_lat"], arrays["shape_lon"]
        owner = np.repeat(np.arange(len(at) - 1), np.diff(at))
        steps = np.append(shape_steps(lat, lon), 0.0)
        inner = np.ones(len(lat), dtype=bool)
        inner[at[1:] - 1] = False  # the last point of a segment begins nothing
        steps[~inner] = 0.0
        along = np.concatenate(([0.0], np.cumsum(steps)))[:-1]
        self._along = along - along[at[:-1]][owner]
        self._length = np.maximum(np.add.reduceat(steps, at[:-1]) if len(lat) else steps, 1e-9)
        self._owner = owner
        self._lat0 = float(np.mean(lat))
        self._x, self._y = self._metres(lat, lon)
        self._lat, self._lon = lat, lon
        pieces = np.flatnonzero(inner & open_segments[owner])
        count = np.maximum(np.ceil(steps[pieces] / SAMPLE_M).astype(int), 1)
        self._piece = np.repeat(pieces, count)
        number = np.arange(len(self._piece)) - np.repeat(np.cumsum(count) - count, count)
        share = (number + 0.5) / np.repeat(count, count)
        p = self._piece
        self._tree = cKDTree(
            np.column_stack(
                (
                    self._x[p] + share * (self._x[p + 1] - self._x[p]),
                    self._y[p] + share * (self._y[p + 1] - self._y[p]),
                )
            )
        )
        self._steps = steps

    def snap(self, places: Sequence[Place]) -> Snapped:
        """Return the nearest point on the roads for each place."""
        lat = np.array([place.lat for place in places], dtype=float)
        lon = np.array([place.lon for place in places], dtype=float)
        x, y = self._metres(lat, lon)
        nearest, _index = self._tree.query(np.column_stack((x, y)))
        # Half a sample farther than the nearest sample, the true nearest piece has a sample of its own.
        around = self._tree.query_ball_point(np.column_stack((x, y)), nearest + SAMPLE_M / 2 + 1)
        best = [
            self._best(x[i], y[i], np.unique(self._piece[found])) for i, found in enumerate(around)
        ]
        piece = np.array([one[0] for one in best], dtype=np.int64)
        share = np.array([one[1] for one in best])
        segment = self._owner[piece]
        travelled = (self._along[piece] + share * self._steps[piece]) / self._length[segment]
        return Snapped(
            segment,
            np.clip(travelled, 0.0, 1.0),
            np.array([one[2] for one in best]),
            self._lat[piece] + share * (self._lat[piece + 1] - self._lat[piece]),
            self._lon[piece] + share * (self._lon[piece + 1] - self._lon[piece]),
        )

    def _best(self, x: float, y: float, pieces: Array) -> tuple[int, float, float]:
        ax, ay = self._x[pieces], self._y[pieces]
        dx, dy = self._x[pieces + 1] - ax, self._y[pieces + 1] - ay
        square = np.maximum(dx * dx + dy * dy, 1e-12)
        share = np.clip(((x - ax) * dx + (y - ay) * dy) / square, 0.0, 1.0)
        far = np.hypot(ax + share * dx - x, ay + share * dy - y)
        i = int(np.argmin(far))
        return int(pieces[i]), float(share[i]), float(far[i])

    def _metres(self, lat: Array, lon: Array) -> tuple[Array, Array]:
        narrow = np.cos(np.radians(self._lat0))
        return np.radians(lon) * EARTH_M * narrow, np.radians(lat) * EARTH_M
