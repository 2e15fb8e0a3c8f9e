"""What is asked: visits, shifts, travel, quota, wishes. Values that cannot be wrong once they are made.

Times of day are whole seconds since local midnight (`_s`), lengths whole metres (`_m`), dates `datetime.date`.
Each class refuses bad values with a ValueError whose message starts with the name of the field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from routing import fields
from routing.fields import LONGEST_S, MOST_POINTS
from routing.previous import Earlier, Previous
from routing.shift import Break, Quota, Shift
from routing.travel.matrix import Matrix
from routing.visit import Pin, Visit, Window

__all__ = [
    "LONGEST_S",
    "MOST_POINTS",
    "Break",
    "Earlier",
    "Pin",
    "Place",
    "Previous",
    "Problem",
    "Quota",
    "Shift",
    "Travel",
    "Visit",
    "Window",
    "Wishes",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a place of the matrices lies, in degrees (WGS 84), and how far from the nearest road where that is known."""

    lat: float
    lon: float
    snap_m: int | None = None

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
    for a faster part of the day. `estimated` says that the numbers are straight-line estimates, not roads; where only
    some are, `estimates` names the places all of whose legs are, and `estimated_pairs` further legs (from, to).
    `source` says in a word where the numbers come from.
    """

    seconds: Matrix
    metres: Matrix
    profile: str = "car"
    from_s: int = 0
    estimated: bool = False
    estimates: frozenset[int] = frozenset()
    estimated_pairs: frozenset[tuple[int, int]] = frozenset()
    source: str = ""

    def is_estimate(self, origin: int, destination: int) -> bool:
        """Whether the leg between two places is a straight-line estimate."""
        return (
            self.estimated
            or origin in self.estimates
            or destination in self.estimates
            or (origin, destination) in self.estimated_pairs
        )

    def __post_init__(self) -> None:
        for name, matrix in (("seconds", self.seconds), ("metres", self.metres)):
            if not isinstance(matrix, Matrix):
                raise ValueError(f"{name}: need a Matrix, not {type(matrix).__name__}")
        if self.seconds.size != self.metres.size:
            raise ValueError(
                f"metres: {self.metres.size} places, but seconds has {self.seconds.size}"
            )
        fields.name("profile", self.profile)
        fields.whole("from_s", self.from_s, 0, fields.LONGEST_S)
        if not all(0 <= place < self.seconds.size for place in self.estimates):
            raise ValueError(f"estimates: names a place outside the {self.seconds.size} places")
        if not all(
            0 <= place < self.seconds.size for pair in self.estimated_pairs for place in pair
        ):
            raise ValueError(
                f"estimated_pairs: names a place outside the {self.seconds.size} places"
            )


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
        fields.whole("point_s", self.point_s, 1, 1_000_000)
        if self.guarantee_days is not None:
            fields.whole("guarantee_days", self.guarantee_days, 0, 100_000)
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
                or not 0 <= value <= fields.MOST_POINTS
            ):
                raise ValueError(
                    f"{name}: {value!r} is not a number between 0 and {fields.MOST_POINTS}"
                )


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that a plan is made from.

    Raises ValueError for duplicate visits, two shifts of a team on a date, places outside the matrices, profiles
    without a matrix, amounts and capacities of different lengths, and visits that are frozen with a team without a
    shift (a team that is lost keeps a shift that ends).
    """

    visits: tuple[Visit, ...]
    shifts: tuple[Shift, ...]
    travel: tuple[Travel, ...]
    quotas: tuple[Quota, ...] = ()
    places: tuple[Place, ...] = ()
    previous: Previous = field(default_factory=Previous)
    wishes: Wishes = field(default_factory=Wishes)

    def __post_init__(self) -> None:
        fields.each("visits", self.visits, Visit)
        fields.each("shifts", self.shifts, Shift)
        fields.each("travel", self.travel, Travel)
        fields.each("quotas", self.quotas, Quota)
        fields.each("places", self.places, Place)
        if not self.travel:
            raise ValueError("travel: at least one matrix is needed")
        size = self.travel[0].seconds.size
        if any(travel.seconds.size != size for travel in self.travel):
            raise ValueError("travel: all matrices must have the same places")
        if self.places and len(self.places) != size:
            raise ValueError(f"places: {len(self.places)}, but the matrices have {size}")
        fields.once("visits: duplicate id", (visit.id for visit in self.visits))
        fields.once("shifts: two for", (f"{shift.team} on {shift.day}" for shift in self.shifts))
        fields.once("travel: two for", (f"{t.profile} from {t.from_s}" for t in self.travel))
        fields.once("quotas: two for", (str(quota.day) for quota in self.quotas))
        fields.once(
            "previous: duplicate visit", (f"{e.visit} of {e.team}" for e in self.previous.visits)
        )
        self._check_places(size)
        self._check_shifts()
        self._check_previous()

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

    def _check_previous(self) -> None:
        shifts = {(shift.team, shift.day) for shift in self.shifts}
        crews = {visit.id: visit.crews for visit in self.visits}
        known = [earlier for earlier in self.previous.visits if earlier.visit in crews]
        for name in {earlier.visit for earlier in known if self.previous.is_frozen(earlier)}:
            homes = [earlier for earlier in known if earlier.visit == name]
            for earlier in homes:
                if (earlier.team, earlier.day) not in shifts:
                    raise ValueError(
                        f"previous: visit {name} is frozen, but team {earlier.team} has no shift "
                        f"on {earlier.day}; end the shift of a team that is lost, and keep it"
                    )
            if len(homes) != crews[name]:
                raise ValueError(
                    f"previous: visit {name} is frozen with {len(homes)} teams, but needs {crews[name]}"
                )
            if len({(earlier.day, earlier.start_s) for earlier in homes}) > 1:
                raise ValueError(f"previous: the teams of visit {name} do not begin together")

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
