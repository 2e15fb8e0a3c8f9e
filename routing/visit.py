"""Who is to be visited: where, for how long, when, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from routing import fields


@dataclass(frozen=True, slots=True)
class Window:
    """A part of each day in which the work at a house may begin, both ends included."""

    start_s: int
    end_s: int

    def __post_init__(self) -> None:
        fields.whole("start_s", self.start_s, 0, fields.LONGEST_S)
        fields.whole("end_s", self.end_s, 0, fields.LONGEST_S)
        if self.end_s < self.start_s:
            raise ValueError(f"end_s: {self.end_s} is before start_s {self.start_s}")


@dataclass(frozen=True, slots=True)
class Pin:
    """Where a visit must be if it is made: on this date, with this team, at this position (0 is the first stop)."""

    day: date | None = None
    team: str | None = None
    position: int | None = None

    def __post_init__(self) -> None:
        fields.day("day", self.day, optional=True)
        fields.name("team", self.team, optional=True)
        if self.position is not None:
            fields.whole("position", self.position, 0, 100_000)


@dataclass(frozen=True, slots=True)
class Visit:
    """One resident (or `people` at once) to be visited at a place, once.

    `place` indexes the travel matrices. `service_s` is the work itself; `setup_s` (unpacking) is added when the
    stop before it on the route is at another `address` ("" is an address of its own). Work, unpacking included,
    must begin in one of `windows` (none: at any time) on a date from `earliest` to `due`, both included.
    `priority` is what the visit is worth, in points. `skills` and `equipment` must all be offered by the shift.
    `allowed_teams` None: any. `crews` 2: two teams begin it together. `people` counts for the quota; `amounts` is
    what it takes of each of the shift's capacities. `district`, `waiting_days` (since the referral) and `last_team`
    (of the attempt before) are what the wishes speak about.
    """

    id: str
    place: int
    service_s: int
    setup_s: int = 0
    address: str = ""
    windows: tuple[Window, ...] = ()
    earliest: date | None = None
    due: date | None = None
    priority: int = 1
    skills: frozenset[str] = frozenset()
    equipment: frozenset[str] = frozenset()
    allowed_teams: frozenset[str] | None = None
    forbidden_teams: frozenset[str] = frozenset()
    people: int = 1
    crews: int = 1
    pin: Pin | None = None
    amounts: tuple[int, ...] = ()
    district: str = ""
    waiting_days: int = 0
    last_team: str = ""

    def __post_init__(self) -> None:
        fields.name("id", self.id)
        fields.whole("place", self.place, 0, 1_000_000)
        fields.whole("service_s", self.service_s, 0, fields.LONGEST_S)
        fields.whole("setup_s", self.setup_s, 0, fields.LONGEST_S)
        fields.text("address", self.address)
        fields.each("windows", self.windows, Window)
        fields.day("earliest", self.earliest, optional=True)
        fields.day("due", self.due, optional=True)
        if self.earliest and self.due and self.due < self.earliest:
            raise ValueError(f"due: {self.due} is before earliest {self.earliest}")
        fields.whole("priority", self.priority, 0, fields.MOST_POINTS)
        fields.names("skills", self.skills)
        fields.names("equipment", self.equipment)
        if self.allowed_teams is not None:
            fields.names("allowed_teams", self.allowed_teams)
        fields.names("forbidden_teams", self.forbidden_teams)
        fields.whole("people", self.people, 0, 100_000)
        fields.whole("crews", self.crews, 1, 2)
        if self.pin is not None and not isinstance(self.pin, Pin):
            raise ValueError(f"pin: need a Pin, not {type(self.pin).__name__}")
        if self.pin is not None and self.crews == 2 and self.pin.team is not None:
            raise ValueError("pin: a visit of two teams can be pinned to a date only")
        if self.pin is not None and self.crews == 2 and self.pin.position is not None:
            raise ValueError("pin: a visit of two teams can be pinned to a date only")
        fields.amounts("amounts", self.amounts)
        fields.text("district", self.district)
        fields.whole("waiting_days", self.waiting_days, 0, 100_000)
        fields.text("last_team", self.last_team)
