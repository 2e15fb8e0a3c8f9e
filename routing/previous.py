"""A plan in force: what a new plan stays near to, and what of it may no longer move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from routing import fields


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where a plan that is in force has a visit. `leave_s`: when its team sets off for it."""

    visit: str
    day: date
    team: str
    position: int
    leave_s: int
    start_s: int

    def __post_init__(self) -> None:
        fields.name("visit", self.visit)
        fields.day("day", self.day)
        fields.name("team", self.team)
        fields.whole("position", self.position, 0, 100_000)
        fields.whole("leave_s", self.leave_s, 0, fields.LONGEST_S)
        fields.whole("start_s", self.start_s, self.leave_s, fields.LONGEST_S)


@dataclass(frozen=True, slots=True)
class Previous:
    """A plan in force, to stay near to, and the moment before which nothing of it may move.

    What a team set off for before `freeze_s` on `freeze_day`, or on an earlier date, stays: same team, same order,
    same start; the shift's and the visit's own limits no longer matter for it. So does what lies before a visit that
    two teams make together, as soon as one of them has set off for it.
    """

    visits: tuple[Earlier, ...] = ()
    freeze_day: date | None = None
    freeze_s: int = 0

    def __post_init__(self) -> None:
        fields.each("visits", self.visits, Earlier)
        fields.day("freeze_day", self.freeze_day, optional=True)
        fields.whole("freeze_s", self.freeze_s, 0, fields.LONGEST_S)

    def is_frozen(self, earlier: Earlier) -> bool:
        """Whether this visit can no longer be moved."""
        if self.freeze_day is None:
            return False
        return (earlier.day, earlier.leave_s) < (self.freeze_day, self.freeze_s)
