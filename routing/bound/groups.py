"""Which shifts are priced as one: those on which every route is as good, or nearly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from routing.arrays import BIG, Arrays, Bools, Floats, ShiftNumbers
from routing.bound.free import free_part

MOST_APART: Final = 2400
"""Shifts that may serve different visits are priced apart while visits times groups are not more."""


@dataclass(slots=True)
class Group:
    """Shifts with the same hours and places: the union of what they may do, each visit at its best value.

    `values` holds what one of the teams that make a visit earns by it, `allowed` who may be visited at all, `starts`
    with how many breaks taken a route may begin when.
    """

    shifts: list[int]
    shift: ShiftNumbers
    starts: tuple[tuple[int, int], ...]
    values: Floats
    allowed: Bools


def groups_of(arrays: Arrays, tolls: Floats) -> list[Group]:
    """Return the groups of all shifts that can make a visit; under a quota those of different dates are never one.

    `tolls` is what each person pays by date; it is taken off what visits earn.
    """
    apart = _gathered(arrays, tolls, apart=True)
    if len(apart) * arrays.count <= MOST_APART:
        return apart
    return _gathered(arrays, tolls, apart=False)


def _gathered(arrays: Arrays, tolls: Floats, apart: bool) -> list[Group]:
    groups: dict[Any, Group] = {}
    quotas = any(most < BIG // 2 for most in arrays.quota)
    for number in range(len(arrays.shifts)):
        part = free_part(arrays, number)
        shift = part.shift
        if not part.starts:
            continue
        key = (
            part.key,
            part.starts,
            replace(
                shift,
                day=shift.day if quotas else 0,
                capacity=(),
                most_visits=0,
                most_s=0,
                most_travel_s=0,
            ),
        )
        allowed = arrays.allowed[number]
        paid = tolls[shift.day] * arrays.people
        values = np.where(allowed, (arrays.value[number] - paid) / arrays.crews, 0.0)
        mark = (allowed.tobytes(), values.tobytes()) if apart else b""
        known = groups.get((key, mark))
        if known is None:
            groups[key, mark] = Group([number], shift, part.starts, values, allowed.copy())
        else:
            known.shifts.append(number)
            better = allowed & (~known.allowed | (values > known.values))
            known.values = np.where(better, values, known.values)
            known.allowed |= allowed
    return list(groups.values())
