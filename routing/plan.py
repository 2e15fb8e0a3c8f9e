"""What is answered: routes with their stops, who stays unserved and why, and what the plan is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import groupby

from routing.problem import Earlier, Previous, Problem


class Reason(StrEnum):
    """Why a visit is not made. Each was found by testing; `Unserved.parameters` holds what is named here."""

    NO_SHIFT = "no_shift"
    """There is no shift at all."""
    PINNED_ELSEWHERE = "pinned_elsewhere"
    """No shift fits the pin: day, team (either may be missing)."""
    NO_SKILL = "no_skill"
    """No team that may go has these skills: skills (joined by a comma)."""
    NO_EQUIPMENT = "no_equipment"
    """No team that may go carries this: equipment (joined by a comma)."""
    NO_TEAM_ALLOWED = "no_team_allowed"
    """Every team is forbidden, or none of those allowed has a shift."""
    NOT_YET = "not_yet"
    """The earliest date is after the last shift: earliest, last_day."""
    DUE_PASSED = "due_passed"
    """The due date is before the first shift: due, first_day."""
    TOO_LARGE = "too_large"
    """It takes more than any shift's capacity."""
    QUOTA_TOO_SMALL = "quota_too_small"
    """It has more people than any date's quota: people, most."""
    UNREACHABLE = "unreachable"
    """No way leads there and back."""
    NO_WINDOW = "no_window"
    """No window meets the hours of a shift that could reach the house: none."""
    TOO_LONG = "too_long"
    """Even alone on a route it does not fit the shift: short_s (seconds too long, the least over shifts)."""
    ONE_TEAM_ONLY = "one_team_only"
    """It needs two teams together, and no date has two that could both go."""
    QUOTA_FULL = "quota_full"
    """Room in a route, but the quota of the dates is used up: day, people."""
    NO_TIME_LEFT = "no_time_left"
    """It fits no route beside what is planned, and no exchange that was tried makes room: none."""
    DISPLACES = "displaces"
    """Room only by leaving out others, up to three neighbouring stops: day, team, visits (comma), points of all."""
    NOT_WORTH_DRIVING = "not_worth_driving"
    """It would fit, but costs more driving and overtime than its points are worth: day, team, cost_s, worth_s."""
    FITS = "fits"
    """It would fit as things are (the plan was stopped early or changed by hand): day, team, position."""


Finding = tuple[Reason, Mapping[str, str | int]]
"""A reason with its parameters."""


class ChangeKind(StrEnum):
    """A smallest change that would serve a visit, verified by the checker."""

    OVERTIME = "overtime"
    """seconds of overtime for a team: team, day, seconds."""
    LONGER_WINDOW = "longer_window"
    """A window that begins earlier or ends later: seconds, side ("earlier" or "later"), day, team."""
    QUOTA = "quota"
    """A larger quota: day, people."""
    MORE_VISITS = "more_visits"
    """One more visit for a team: team, day."""
    SKILL = "skill"
    """A skill for a team: team, day, skills."""
    EQUIPMENT = "equipment"
    """Equipment for a team: team, day, equipment."""
    LATER_DUE = "later_due"
    """A later due date: day."""
    EARLIER_START = "earlier_start"
    """An earlier earliest date: day."""
    ALLOW_TEAM = "allow_team"
    """A team that may go after all: team, day."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change to the problem after which the visit fits the plan as it is at `position` of a team's route."""

    kind: ChangeKind
    parameters: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unserved:
    """A visit that is not made: a reason with its parameters, and the smallest change that would serve it, if known."""

    visit: str
    reason: Reason
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit on a route.

    The team sets off at `arrive_s - travel_s`, arrives, waits `wait_s`, and begins at `start_s`: first `setup_s` of
    unpacking (0 where the stop before was at the same address), then `service_s` of work; it is done at `depart_s`.
    The visit could begin `slack_s` later without breaking a rule for this route.
    """

    visit: str
    arrive_s: int
    start_s: int
    depart_s: int
    travel_s: int
    travel_m: int
    wait_s: int
    setup_s: int
    service_s: int
    slack_s: int = 0


@dataclass(frozen=True, slots=True)
class BreakTaken:
    """A break as planned, after `after` stops (0: before leaving)."""

    start_s: int
    end_s: int
    after: int


@dataclass(frozen=True, slots=True)
class Route:
    """One team's ordered stops on one date; `return_s` and `return_m` are the way back."""

    team: str
    day: date
    leave_s: int
    back_s: int
    stops: tuple[Stop, ...]
    breaks: tuple[BreakTaken, ...] = ()
    return_s: int = 0
    return_m: int = 0
    overtime_s: int = 0

    @property
    def visits(self) -> tuple[str, ...]:
        """Ids of the visits in order."""
        return tuple(stop.visit for stop in self.stops)

    @property
    def travel_s(self) -> int:
        """Seconds of driving, the way back included."""
        return sum(stop.travel_s for stop in self.stops) + self.return_s

    @property
    def travel_m(self) -> int:
        """Metres of driving, the way back included."""
        return sum(stop.travel_m for stop in self.stops) + self.return_m

    @property
    def service_s(self) -> int:
        """Seconds of work at the houses, unpacking included."""
        return sum(stop.setup_s + stop.service_s for stop in self.stops)

    @property
    def wait_s(self) -> int:
        """Seconds of waiting at houses."""
        return sum(stop.wait_s for stop in self.stops)

    def addresses(self, problem: Problem) -> list[tuple[Stop, ...]]:
        """Return the stops grouped by address: neighbours in order at the same non-empty address are one group."""
        visits = {visit.id: visit for visit in problem.visits}
        numbered = enumerate(self.stops)
        groups = groupby(numbered, key=lambda pair: visits[pair[1].visit].address or pair[0])
        return [tuple(stop for _, stop in group) for _, group in groups]


@dataclass(frozen=True, slots=True)
class Score:
    """What a plan is worth, in seconds of driving: `total_s` is the sum of the gains less the sum of the costs.

    Gains: points (priority), waiting (waiting time and guarantee), same_team. Costs: driving, overtime, fairness,
    balance, nearness. `points`, `people` and `visits` are plain counts of what is served.
    """

    points: int = 0
    people: int = 0
    visits: int = 0
    points_s: int = 0
    waiting_s: int = 0
    same_team_s: int = 0
    driving_s: int = 0
    overtime_s: int = 0
    fairness_s: int = 0
    balance_s: int = 0
    nearness_s: int = 0

    @property
    def total_s(self) -> int:
        """The value of the plan: the larger the better."""
        gains = self.points_s + self.waiting_s + self.same_team_s
        costs = (
            self.driving_s + self.overtime_s + self.fairness_s + self.balance_s + self.nearness_s
        )
        return gains - costs


@dataclass(frozen=True, slots=True)
class Bound:
    """No plan is worth more than `total_s`; at most `percent` of better is possible. Proven by `method`."""

    total_s: int
    percent: float
    method: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to a problem: a route for each shift that goes out, and everyone else with a reason."""

    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...]
    score: Score
    bound: Bound | None = None
    seconds: float = 0.0
    iterations: int = 0
    seed: int = 0
    stopped: bool = False

    def as_previous(self, freeze_day: date | None = None, freeze_s: int = 0) -> Previous:
        """Return this plan as the one in force, for a re-plan that stays near it and moves nothing frozen."""
        return Previous(
            tuple(
                Earlier(
                    stop.visit,
                    route.day,
                    route.team,
                    position,
                    stop.arrive_s - stop.travel_s,
                    stop.start_s,
                )
                for route in self.routes
                for position, stop in enumerate(route.stops)
            ),
            freeze_day,
            freeze_s,
        )
