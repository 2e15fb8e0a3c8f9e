"""Rivers in the way of the straight line: a leg from one side to the other goes by a bridge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from routing.problem import Place

Array = np.ndarray[Any, Any]
MOST_POINTS: Final = 500


@dataclass(frozen=True, slots=True)
class Barrier:
    """A line (a river, a railway) that is crossed on its bridges only."""

    line: tuple[Place, ...]
    bridges: tuple[Place, ...]

    def __post_init__(self) -> None:
        if not 2 <= len(self.line) <= MOST_POINTS:
            raise ValueError(f"line: needs 2 to {MOST_POINTS} points, not {len(self.line)}")
        if not self.bridges:
            raise ValueError("bridges: at least one is needed, or nobody could ever cross")


def round_about_km(places: Sequence[Place], km: Array, barriers: Sequence[Barrier]) -> Array:
    """Lengthen the straight distances `km` between places, shape (n, n), by the ways over the nearest bridges.

    A pair lies on two sides of a barrier when the straight line between them crosses it an odd number of times; the
    detour is that over the bridge by which the way is shortest. Detours over several barriers are added up.
    """
    from routing.travel.crow import kilometres

    longer: Array = km.copy()
    for barrier in barriers:
        to_bridge = kilometres(places, barrier.bridges)
        over = np.full_like(km, np.inf)
        for bridge in range(len(barrier.bridges)):
            over = np.minimum(over, to_bridge[:, bridge, None] + to_bridge[None, :, bridge])
        longer += np.where(_apart(places, barrier.line), np.maximum(over - km, 0.0), 0.0)
    return longer


def _apart(places: Sequence[Place], line: Sequence[Place]) -> Array:
    """Tell for each pair of places whether the straight line between them crosses `line` an odd number of times."""
    narrow = np.cos(np.radians(np.mean([point.lat for point in line])))
    x = np.array([place.lon for place in places]) * narrow
    y = np.array([place.lat for place in places])
    line_x = np.array([point.lon for point in line]) * narrow
    line_y = np.array([point.lat for point in line])
    dx, dy = x[None, :] - x[:, None], y[None, :] - y[:, None]
    odd = np.zeros((len(places), len(places)), dtype=bool)
    before: Array | None = None
    for k in range(len(line)):
        # On which side of the way from i to j the point lies; zero counts as one of them, so a touch is no crossing.
        side = dx * (line_y[k] - y)[:, None] - dy * (line_x[k] - x)[:, None] > 0
        if before is not None:
            step_x, step_y = line_x[k] - line_x[k - 1], line_y[k] - line_y[k - 1]
            own = step_x * (y - line_y[k - 1]) - step_y * (x - line_x[k - 1]) > 0
            odd ^= (side != before) & (own[:, None] != own[None, :])
        before = side
    return odd | odd.T
