"""Who goes out: a team's working time on a date with its breaks and limits, and the quota of a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from routing import fields


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of `length_s` that lies wholly between `from_s` and `to_s`, between two stops.

    It is taken where the team then is, or before it leaves. A route that is over by its last start needs none, unless
    it is to be taken `always`: then the team is back after it.
    """

    from_s: int
    to_s: int
    length_s: int
    always: bool = False

    def __post_init__(self) -> None:
        fields.whole("from_s", self.from_s, 0, fields.LONGEST_S)
        fields.whole("to_s", self.to_s, 0, fields.LONGEST_S)
        fields.whole("length_s", self.length_s, 0, fields.LONGEST_S)
        fields.flag("always", self.always)
        if self.from_s + self.length_s > self.to_s:
            raise ValueError(
                f"length_s: {self.length_s} does not fit from {self.from_s} to {self.to_s}"
            )

    @property
    def last_start_s(self) -> int:
        """The latest time at which the break may begin."""
        return self.to_s - self.length_s


@dataclass(frozen=True, slots=True)
class Shift:
    """One team's working time on one date.

    The team leaves `start_place` at `start_s` or later and is back at `end_place` (None: ends where its last stop is)
    by `end_s`, or by `hard_end_s` with overtime that is paid by the wish for it. Every visit ends by `visits_end_s`.
    `most_visits`, `most_s` (from leaving to being back) and `most_travel_s` limit a route. `capacity` limits the sum
    of each of the visits' `amounts`. `skills` and `equipment` are what is carried; `profile` names the travel matrices.
    """

    team: str
    day: date
    start_s: int
    end_s: int
    start_place: int
    end_place: int | None
    breaks: tuple[Break, ...] = ()
    visits_end_s: int | None = None
    hard_end_s: int | None = None
    most_visits: int | None = None
    most_s: int | None = None
    most_travel_s: int | None = None
    skills: frozenset[str] = frozenset()
    equipment: frozenset[str] = frozenset()
    capacity: tuple[int, ...] = ()
    profile: str = "car"

    def __post_init__(self) -> None:
        fields.name("team", self.team)
        fields.day("day", self.day)
        fields.whole("start_s", self.start_s, 0, fields.LONGEST_S)
        fields.whole("end_s", self.end_s, 0, fields.LONGEST_S)
        if self.end_s < self.start_s:
            raise ValueError(f"end_s: {self.end_s} is before start_s {self.start_s}")
        fields.whole("start_place", self.start_place, 0, 1_000_000)
        if self.end_place is not None:
            fields.whole("end_place", self.end_place, 0, 1_000_000)
        fields.each("breaks", self.breaks, Break)
        for earlier, later in zip(self.breaks, self.breaks[1:], strict=False):
            if later.from_s < earlier.from_s:
                raise ValueError("breaks: must be in order of their times")
        if self.visits_end_s is not None:
            fields.whole("visits_end_s", self.visits_end_s, 0, fields.LONGEST_S)
        if self.hard_end_s is not None:
            fields.whole("hard_end_s", self.hard_end_s, 0, fields.LONGEST_S)
            if self.hard_end_s < self.end_s:
                raise ValueError(f"hard_end_s: {self.hard_end_s} is before end_s {self.end_s}")
        for name in ("most_visits", "most_s", "most_travel_s"):
            value = getattr(self, name)
            if value is not None:
                fields.whole(name, value, 0, fields.LONGEST_S)
        fields.names("skills", self.skills)
        fields.names("equipment", self.equipment)
        fields.amounts("capacity", self.capacity)
        fields.name("profile", self.profile)

    @property
    def latest_back_s(self) -> int:
        """The hard end of the shift: with overtime where that is allowed."""
        return self.end_s if self.hard_end_s is None else self.hard_end_s


@dataclass(frozen=True, slots=True)
class Quota:
    """The most people who may be served on a date over all teams."""

    day: date
    people: int

    def __post_init__(self) -> None:
        fields.day("day", self.day)
        fields.whole("people", self.people, 0, fields.LONGEST_S)
