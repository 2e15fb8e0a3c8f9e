"""What a plan's last seconds and last people are worth: where the search for prices begins.

Nothing here has to be true for the bound to hold; the nearer it is to the truth, the sooner the bound is low.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from routing.arrays import BIG, Arrays, Floats

HOUSES_AROUND: Final = 4
"""How many served houses around a house say how far away it is."""
FARTHEST_S: Final = 7200
LAST: Final = 0.1
"""The share of those who are served that is the margin."""
FULL: Final = 0.97
"""A quota is full when so much of it is used."""
TOLL: Final = 0.9
"""What each person pays under a full quota, of what the last of them is worth."""

Routes = Sequence[tuple[int, ...]]


def tolls_of(arrays: Arrays, routes: Routes, left: Sequence[int]) -> Floats:
    """Return by date what each person pays for a place under its quota, 0 where the quota is not used up.

    Visits worth less than their toll need not be looked at, which is why it is asked for before any prices are known.
    """
    tolls = np.zeros(len(arrays.days))
    worth: dict[int, dict[int, float]] = {}
    for number, sequence in enumerate(routes):
        for visit in sequence:
            if visit not in arrays.frozen_visits and arrays.people[visit] > 0:
                one = float(arrays.value[number, visit]) / int(arrays.people[visit])
                worth.setdefault(arrays.shifts[number].day, {})[visit] = one
    for day, each in worth.items():
        people = int(arrays.people[list(each)].sum())
        if left[day] < BIG // 2 and people >= FULL * left[day]:
            tolls[day] = TOLL * float(np.quantile(list(each.values()), LAST))
    return tolls


def marginal_rate(arrays: Arrays, routes: Routes, tolls: Floats) -> float:
    """Return what a second earns with those visits of a plan that earn least for their time; 0 without any."""
    rates = []
    for number, sequence in enumerate(routes):
        shift = arrays.shifts[number]
        drive = arrays.parts[shift.profile][0].drive
        nodes = [shift.start, *sequence, shift.end]
        for before, visit, after in zip(nodes, sequence, nodes[2:], strict=False):
            if visit in arrays.frozen_visits:
                continue
            detour = (
                int(drive[before, visit]) + int(drive[visit, after]) - int(drive[before, after])
            )
            same = before < arrays.count and arrays.address[before] == arrays.address[visit]
            work = int(arrays.service[visit]) + (0 if same else int(arrays.setup[visit]))
            toll = tolls[shift.day] * int(arrays.people[visit])
            earned = float(arrays.value[number, visit]) - toll
            rates.append(earned / max((work + detour) * int(arrays.crews[visit]), 1))
    return max(float(np.quantile(rates, LAST)), 0.0) if rates else 0.0


def distance_to(arrays: Arrays, served: Sequence[int]) -> Any:
    """Return the seconds from each visit to the houses around it that a plan serves, at most two hours."""
    drive = arrays.parts[arrays.shifts[0].profile][0].drive[: arrays.count, : arrays.count]
    columns = np.array(sorted(set(served)), dtype=np.intp)
    most = min(HOUSES_AROUND, len(columns))
    if most == 0:
        return np.zeros(arrays.count)
    both = (drive[:, columns].astype(float) + drive[columns].T) / 2
    both[columns, np.arange(len(columns))] = BIG
    return np.minimum(np.partition(both, most - 1, axis=1)[:, :most].mean(axis=1), FARTHEST_S)
