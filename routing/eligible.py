"""Who may go to whom: everything but time, travel, quota and the room that others take."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from routing.problem import Shift, Visit

Bools = np.ndarray[Any, np.dtype[np.bool_]]


def who_may_serve(visits: Sequence[Visit], shifts: Sequence[Shift]) -> Bools:
    """Return bool (shifts, visits): whether nothing but time, travel, quota and room speaks against it."""
    first: dict[Hashable, int] = {}
    examples: list[Visit] = []
    alike = []
    for visit in visits:
        kind = first.setdefault(_kind(visit), len(examples))
        if kind == len(examples):
            examples.append(visit)
        alike.append(kind)
    rows = [[may_serve(visit, shift) for visit in examples] for shift in shifts]
    may: Bools = np.array(rows, dtype=bool).reshape(len(shifts), len(examples))
    return np.ascontiguousarray(may[:, np.array(alike, dtype=np.intp)])


def _kind(visit: Visit) -> Hashable:
    """Return what `may_serve` looks at."""
    return (
        visit.skills,
        visit.equipment,
        visit.allowed_teams,
        visit.forbidden_teams,
        visit.earliest,
        visit.due,
        visit.pin,
        visit.amounts,
    )


def may_serve(visit: Visit, shift: Shift) -> bool:
    """Whether nothing but time, travel, quota and room speaks against this visit on this shift."""
    pin = visit.pin
    return (
        visit.skills <= shift.skills
        and visit.equipment <= shift.equipment
        and (visit.allowed_teams is None or shift.team in visit.allowed_teams)
        and shift.team not in visit.forbidden_teams
        and (visit.earliest is None or visit.earliest <= shift.day)
        and (visit.due is None or shift.day <= visit.due)
        and (pin is None or pin.day is None or pin.day == shift.day)
        and (pin is None or pin.team is None or pin.team == shift.team)
        and (
            not shift.capacity
            or all(a <= c for a, c in zip(visit.amounts, shift.capacity, strict=False))
        )
    )
