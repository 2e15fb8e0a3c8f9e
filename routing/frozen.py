"""What of a plan in force can no longer be moved, by shift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from routing.problem import Earlier, Problem

ALL_DAY_S: Final = 1_000_000_000
"""When a shift of a date that is over would be free: never."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """The part of a shift's route that can no longer be moved: visits with their starts, and when it sets off next."""

    visits: tuple[int, ...]
    starts: tuple[int, ...]
    leaves: tuple[int, ...]
    free_from_s: int


def frozen_parts(problem: Problem, number: dict[str, int]) -> dict[int, Frozen]:
    """Return the frozen part of each shift that has one; `number` is the number of each visit."""
    previous = problem.previous
    if previous.freeze_day is None:
        return {}
    rows = {(shift.team, shift.day): r for r, shift in enumerate(problem.shifts)}
    before: dict[int, list[Earlier]] = {r: [] for r in rows.values()}
    for earlier in sorted(previous.visits, key=lambda e: e.position):
        row = rows.get((earlier.team, earlier.day))
        if row is not None and earlier.visit in number:
            before[row].append(earlier)
    stiff = _stiff(problem, before)
    frozen = {}
    for r, shift in enumerate(problem.shifts):
        mine = before[r][: stiff[r]]
        free = previous.freeze_s if shift.day == previous.freeze_day else 0
        if shift.day < previous.freeze_day:
            free = ALL_DAY_S
        if mine or free:
            frozen[r] = Frozen(
                tuple(number[e.visit] for e in mine),
                tuple(e.start_s for e in mine),
                tuple(e.leave_s for e in mine),
                free,
            )
    return frozen


def _stiff(problem: Problem, before: dict[int, list[Earlier]]) -> dict[int, int]:
    """Return how many stops of each route may not move: up to the last of those that somebody set off for."""
    pairs = {visit.id for visit in problem.visits if visit.crews == 2}
    gone = {e.visit for part in before.values() for e in part if problem.previous.is_frozen(e)}
    stiff = dict.fromkeys(before, 0)
    while True:
        for r, part in before.items():
            for position, earlier in enumerate(part):
                if problem.previous.is_frozen(earlier) or earlier.visit in gone & pairs:
                    stiff[r] = position + 1
        now = {e.visit for r, part in before.items() for e in part[: stiff[r]]}
        if now == gone:
            return stiff
        gone = now
