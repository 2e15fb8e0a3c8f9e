"""What only a whole plan knows: fairness between districts and balance between teams."""

from __future__ import annotations

import numpy as np

from routing.arrays import Floats
from routing.routes import Routes, first_leave


def global_cost(routes: Routes) -> float:
    """Return what unfairness, imbalance and changes cost, in seconds of driving."""
    wishes = routes.arrays.wishes
    cost = 0.0
    if wishes.fairness:
        cost += wishes.fairness * routes.arrays.point_s * float(behind(routes).sum())
    if wishes.balance:
        cost += wishes.balance * imbalance(routes)
    return cost


def behind(routes: Routes) -> Floats:
    """Return by how many people each district is behind its share of those served."""
    arrays = routes.arrays
    served = np.bincount(
        arrays.district, weights=arrays.people * routes.served, minlength=len(arrays.share)
    )
    due = np.floor(arrays.share * served.sum() + 1e-9)
    behind_by: Floats = np.maximum(due - served, 0)
    return behind_by


def imbalance(routes: Routes) -> float:
    """Return the sum over dates of the seconds between the longest and the shortest route that goes out."""
    arrays = routes.arrays
    lengths: dict[int, list[int]] = {}
    for number, sequence in enumerate(routes.sequences):
        if sequence:
            times = routes.times[number]
            seconds = times.back_s - first_leave(arrays, number, sequence, times)
            lengths.setdefault(arrays.shifts[number].day, []).append(seconds)
    return float(sum(max(day) - min(day) for day in lengths.values()))
