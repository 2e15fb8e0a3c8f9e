"""What is asked: visits, shifts, travel, quota, wishes. Values that cannot be wrong once they are made.

Times of day are whole seconds since local midnight (`_s`), lengths whole metres (`_m`), dates `datetime.date`.
Each class refuses bad values with a ValueError whose message starts with the name of the field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from routing.travel.matrix import Matrix

LONGEST_S: Final = 100_000_000
"""The longest duration or latest time that is accepted (three years), so that sums fit 32 bits safely."""

MOST_POINTS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """A part of each day in which the work at a house may begin, both ends included."""

    start_s: int
    end_s: int

    def __post_init__(self) -> None:
        _whole("start_s", self.start_s, 0, LONGEST_S)
        _whole("end_s", self.end_s, 0, LONGEST_S)
        if self.end_s < self.start_s:
            raise ValueError(f"end_s: {self.end_s} is before start_s {self.start_s}")


@dataclass(frozen=True, slots=True)
class Pin:
    """Where a visit must be if it is made: on this date, with this team, at this position (0 is the first stop)."""

    day: date | None = None
    team: str | None = None
    position: int | None = None

    def __post_init__(self) -> None:
        _day("day", self.day, optional=True)
        _name("team", self.team, optional=True)
        if self.position is not None:
            _whole("position", self.position, 0, 100_000)


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
        _name("id", self.id)
        _whole("place", self.place, 0, 1_000_000)
        _whole("service_s", self.service_s, 0, LONGEST_S)
        _whole("setup_s", self.setup_s, 0, LONGEST_S)
        _text("address", self.address)
        _each("windows", self.windows, Window)
        _day("earliest", self.earliest, optional=True)
        _day("due", self.due, optional=True)
        if self.earliest and self.due and self.due < self.earliest:
            raise ValueError(f"due: {self.due} is before earliest {self.earliest}")
        _whole("priority", self.priority, 0, MOST_POINTS)
        _names("skills", self.skills)
        _names("equipment", self.equipment)
        if self.allowed_teams is not None:
            _names("allowed_teams", self.allowed_teams)
        _names("forbidden_teams", self.forbidden_teams)
        _whole("people", self.people, 0, 100_000)
        _whole("crews", self.crews, 1, 2)
        if self.pin is not None and not isinstance(self.pin, Pin):
            raise ValueError(f"pin: need a Pin, not {type(self.pin).__name__}")
        if self.pin is not None and self.crews == 2 and self.pin.team is not None:
            raise ValueError("pin: a visit of two teams can be pinned to a date only")
        if self.pin is not None and self.crews == 2 and self.pin.position is not None:
            raise ValueError("pin: a visit of two teams can be pinned to a date only")
        _amounts("amounts", self.amounts)
        _text("district", self.district)
        _whole("waiting_days", self.waiting_days, 0, 100_000)
        _text("last_team", self.last_team)


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of `length_s` that lies wholly between `from_s` and `to_s`, between two stops.

    It is taken where the team then is, or before it leaves; a route that is over by its last start needs none.
    """

    from_s: int
    to_s: int
    length_s: int

    def __post_init__(self) -> None:
        _whole("from_s", self.from_s, 0, LONGEST_S)
        _whole("to_s", self.to_s, 0, LONGEST_S)
        _whole("length_s", self.length_s, 0, LONGEST_S)
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
        _name("team", self.team)
        _day("day", self.day)
        _whole("start_s", self.start_s, 0, LONGEST_S)
        _whole("end_s", self.end_s, 0, LONGEST_S)
        if self.end_s < self.start_s:
            raise ValueError(f"end_s: {self.end_s} is before start_s {self.start_s}")
        _whole("start_place", self.start_place, 0, 1_000_000)
        if self.end_place is not None:
            _whole("end_place", self.end_place, 0, 1_000_000)
        _each("breaks", self.breaks, Break)
        for earlier, later in zip(self.breaks, self.breaks[1:], strict=False):
            if later.from_s < earlier.from_s:
                raise ValueError("breaks: must be in order of their times")
        if self.visits_end_s is not None:
            _whole("visits_end_s", self.visits_end_s, 0, LONGEST_S)
        if self.hard_end_s is not None:
            _whole("hard_end_s", self.hard_end_s, 0, LONGEST_S)
            if self.hard_end_s < self.end_s:
                raise ValueError(f"hard_end_s: {self.hard_end_s} is before end_s {self.end_s}")
        for name in ("most_visits", "most_s", "most_travel_s"):
            value = getattr(self, name)
            if value is not None:
                _whole(name, value, 0, LONGEST_S)
        _names("skills", self.skills)
        _names("equipment", self.equipment)
        _amounts("capacity", self.capacity)
        _name("profile", self.profile)

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
        _day("day", self.day)
        _whole("people", self.people, 0, LONGEST_S)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a place of the matrices lies, in degrees (WGS 84). Only maps need it."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        for name, value, most in (("lat", self.lat, 90.0), ("lon", self.lon, 180.0)):
            if (
                isinstance(value, bool)
                or not isinstance(value, int | float)
                or not -most <= value <= most
            ):
                raise ValueError(f"{name}: {value!r} is not between {-most:g} and {most:g}")


@dataclass(frozen=True, slots=True)
class Travel:
    """How long and how far it is between places for one vehicle profile from one time of day on.

    Of several for a profile, the one with the latest `from_s` that is not after the departure counts; a team may wait
    for a faster part of the day. `estimated` says that the numbers are straight-line estimates, not roads.
    """

    seconds: Matrix
    metres: Matrix
    profile: str = "car"
    from_s: int = 0
    estimated: bool = False

    def __post_init__(self) -> None:
        for name, matrix in (("seconds", self.seconds), ("metres", self.metres)):
            if not isinstance(matrix, Matrix):
                raise ValueError(f"{name}: need a Matrix, not {type(matrix).__name__}")
        if self.seconds.size != self.metres.size:
            raise ValueError(
                f"metres: {self.metres.size} places, but seconds has {self.seconds.size}"
            )
        _name("profile", self.profile)
        _whole("from_s", self.from_s, 0, LONGEST_S)


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
        _name("visit", self.visit)
        _day("day", self.day)
        _name("team", self.team)
        _whole("position", self.position, 0, 100_000)
        _whole("leave_s", self.leave_s, 0, LONGEST_S)
        _whole("start_s", self.start_s, self.leave_s, LONGEST_S)


@dataclass(frozen=True, slots=True)
class Previous:
    """A plan in force, to stay near to, and the moment before which nothing of it may move.

    What a team set off for before `freeze_s` on `freeze_day`, or on an earlier date, stays: same team, same order,
    same start; the shift's and the visit's own limits no longer matter for it.
    """

    visits: tuple[Earlier, ...] = ()
    freeze_day: date | None = None
    freeze_s: int = 0

    def __post_init__(self) -> None:
        _each("visits", self.visits, Earlier)
        _day("freeze_day", self.freeze_day, optional=True)
        _whole("freeze_s", self.freeze_s, 0, LONGEST_S)

    def is_frozen(self, earlier: Earlier) -> bool:
        """Whether this visit can no longer be moved."""
        if self.freeze_day is None:
            return False
        return (earlier.day, earlier.leave_s) < (self.freeze_day, self.freeze_s)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What matters how much. Everything is weighed against driving; a weight of 0 switches a wish off.

    point_s: seconds of driving that one point of priority is worth.
    overtime: seconds of driving that one second of overtime is worth.
    waiting: points added to a visit for each day since its referral.
    guarantee_days, guarantee: who waits that long or longer gets `guarantee` points more (None: nobody).
    fairness: points lost for each person by whom a district stays below its share. A district's share of the people
        served is its share of the people who ask, rounded down.
    balance: seconds of driving that each second between the longest and the shortest route of a date is worth.
    same_team: points gained when a visit goes to its `last_team`.
    nearness: points lost for each visit of the previous plan that changes its date or team, or falls out.
    """

    point_s: int = 600
    overtime: float = 2.0
    waiting: float = 0.0
    guarantee_days: int | None = None
    guarantee: float = 1000.0
    fairness: float = 0.0
    balance: float = 0.0
    same_team: float = 0.0
    nearness: float = 0.0

    def __post_init__(self) -> None:
        _whole("point_s", self.point_s, 1, 1_000_000)
        if self.guarantee_days is not None:
            _whole("guarantee_days", self.guarantee_days, 0, 100_000)
        for name in (
            "overtime",
            "waiting",
            "guarantee",
            "fairness",
            "balance",
            "same_team",
            "nearness",
        ):
            value = getattr(self, name)
            if (
                isinstance(value, bool)
                or not isinstance(value, int | float)
                or not 0 <= value <= MOST_POINTS
            ):
                raise ValueError(f"{name}: {value!r} is not a number between 0 and {MOST_POINTS}")


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that a plan is made from.

    Raises ValueError for duplicate visits, two shifts of a team on a date, places outside the matrices, profiles
    without a matrix, and amounts and capacities of different lengths.
    """

    visits: tuple[Visit, ...]
    shifts: tuple[Shift, ...]
    travel: tuple[Travel, ...]
    quotas: tuple[Quota, ...] = ()
    places: tuple[Place, ...] = ()
    previous: Previous = field(default_factory=Previous)
    wishes: Wishes = field(default_factory=Wishes)

    def __post_init__(self) -> None:
        _each("visits", self.visits, Visit)
        _each("shifts", self.shifts, Shift)
        _each("travel", self.travel, Travel)
        _each("quotas", self.quotas, Quota)
        _each("places", self.places, Place)
        if not self.travel:
            raise ValueError("travel: at least one matrix is needed")
        size = self.travel[0].seconds.size
        if any(travel.seconds.size != size for travel in self.travel):
            raise ValueError("travel: all matrices must have the same places")
        if self.places and len(self.places) != size:
            raise ValueError(f"places: {len(self.places)}, but the matrices have {size}")
        _once("visits: duplicate id", (visit.id for visit in self.visits))
        _once("shifts: two for", (f"{shift.team} on {shift.day}" for shift in self.shifts))
        _once("travel: two for", (f"{t.profile} from {t.from_s}" for t in self.travel))
        _once("quotas: two for", (str(quota.day) for quota in self.quotas))
        _once("previous: duplicate visit", (f"{e.visit} of {e.team}" for e in self.previous.visits))
        self._check_places(size)
        self._check_shifts()

    def _check_places(self, size: int) -> None:
        for visit in self.visits:
            if visit.place >= size:
                raise ValueError(
                    f"place: {visit.place} of visit {visit.id} is outside the {size} places"
                )
        for shift in self.shifts:
            for name, place in (("start_place", shift.start_place), ("end_place", shift.end_place)):
                if place is not None and place >= size:
                    raise ValueError(
                        f"{name}: {place} of team {shift.team} is outside the {size} places"
                    )

    def _check_shifts(self) -> None:
        first = {
            profile: min(t.from_s for t in self.travel if t.profile == profile)
            for profile in self.profiles
        }
        for shift in self.shifts:
            if shift.profile not in first:
                raise ValueError(
                    f"profile: no travel matrix for {shift.profile!r} of team {shift.team}"
                )
            if first[shift.profile] > shift.start_s:
                raise ValueError(
                    f"travel: {shift.profile!r} has no matrix at the start of team {shift.team}"
                )
        lengths = {len(visit.amounts) for visit in self.visits if visit.amounts}
        lengths |= {len(shift.capacity) for shift in self.shifts if shift.capacity}
        if len(lengths) > 1:
            raise ValueError(
                f"amounts: lengths {sorted(lengths)} differ between visits and capacities"
            )

    @property
    def profiles(self) -> frozenset[str]:
        """The vehicle profiles that have a travel matrix."""
        return frozenset(travel.profile for travel in self.travel)

    def visit(self, visit_id: str) -> Visit:
        """Return the visit with this id. Raises KeyError."""
        for visit in self.visits:
            if visit.id == visit_id:
                return visit
        raise KeyError(visit_id)

    def shift(self, team: str, day: date) -> Shift:
        """Return the shift of a team on a date. Raises KeyError."""
        for shift in self.shifts:
            if shift.team == team and shift.day == day:
                return shift
        raise KeyError((team, day))

    def quota(self, day: date) -> int | None:
        """Return the most people on a date, or None where there is no limit."""
        return next((quota.people for quota in self.quotas if quota.day == day), None)


def _whole(name: str, value: object, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name}: {value!r} is not a whole number")
    if not least <= value <= most:
        raise ValueError(f"{name}: {value} is not between {least} and {most}")


def _text(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise ValueError(f"{name}: {value!r} is not text")


def _name(name: str, value: object, optional: bool = False) -> None:
    if optional and value is None:
        return
    _text(name, value)
    if not value:
        raise ValueError(f"{name}: must not be empty")


def _names(name: str, values: object) -> None:
    if not isinstance(values, frozenset):
        raise ValueError(f"{name}: need a frozenset of names, not {type(values).__name__}")
    for value in values:
        _name(name, value)


def _day(name: str, value: object, optional: bool = False) -> None:
    if optional and value is None:
        return
    if type(value) is not date:
        raise ValueError(f"{name}: {value!r} is not a date")


def _each(name: str, values: object, kind: type) -> None:
    if not isinstance(values, tuple):
        raise ValueError(f"{name}: need a tuple, not {type(values).__name__}")
    for value in values:
        if not isinstance(value, kind):
            raise ValueError(f"{name}: {type(value).__name__} where a {kind.__name__} is needed")


def _amounts(name: str, values: object) -> None:
    if not isinstance(values, tuple):
        raise ValueError(f"{name}: need a tuple of whole numbers, not {type(values).__name__}")
    for value in values:
        _whole(name, value, 0, LONGEST_S)


def _once(message: str, keys: Iterable[str]) -> None:
    for key, count in Counter(keys).items():
        if count > 1:
            raise ValueError(f"{message} {key}")
