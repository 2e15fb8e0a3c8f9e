"""Re-times a plan from the problem alone and lists every rule that it breaks. Shares no code with the search.

What a solver says about its own answer is no evidence: a plan is stored only when `check` returns an empty list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import floor

from routing.plan import Plan, Route, Score, Stop
from routing.problem import Earlier, Problem, Shift, Travel, Visit


class Rule(StrEnum):
    """A rule that a plan can break."""

    UNKNOWN_VISIT = "unknown_visit"
    UNKNOWN_SHIFT = "unknown_shift"
    TWO_ROUTES = "two_routes"
    SERVED_TWICE = "served_twice"
    FORGOTTEN = "forgotten"
    SERVED_AND_NOT = "served_and_not"
    TRAVEL = "travel"
    UNREACHABLE = "unreachable"
    TIMES = "times"
    LEAVES_EARLY = "leaves_early"
    WINDOW = "window"
    DATE = "date"
    VISITS_END = "visits_end"
    LATE_BACK = "late_back"
    OVERTIME = "overtime"
    BREAK = "break"
    MOST_VISITS = "most_visits"
    MOST_DURATION = "most_duration"
    MOST_TRAVEL = "most_travel"
    CAPACITY = "capacity"
    SKILL = "skill"
    EQUIPMENT = "equipment"
    TEAM = "team"
    PIN = "pin"
    QUOTA = "quota"
    TWO_TEAMS = "two_teams"
    FROZEN = "frozen"
    SLACK = "slack"
    SCORE = "score"
    BOUND = "bound"


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken rule: which, in words, and where."""

    rule: Rule
    text: str
    team: str = ""
    day: date | None = None
    visit: str = ""
    parameters: Mapping[str, str | int] = field(default_factory=dict)


def check(problem: Problem, plan: Plan) -> list[Broken]:
    """Return every rule that the plan breaks, in the order of its routes; an empty list for a sound plan."""
    return list(_Check(problem, plan).all())


class _Check:
    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.visits = {visit.id: visit for visit in problem.visits}
        self.shifts = {(shift.team, shift.day): shift for shift in problem.shifts}
        self.travel: dict[str, list[Travel]] = defaultdict(list)
        for travel in sorted(problem.travel, key=lambda t: t.from_s):
            self.travel[travel.profile].append(travel)
        self.frozen: dict[tuple[str, date], list[Earlier]] = defaultdict(list)
        for earlier in problem.previous.visits:
            if problem.previous.is_frozen(earlier) and earlier.visit in self.visits:
                self.frozen[earlier.team, earlier.day].append(earlier)
        for part in self.frozen.values():
            part.sort(key=lambda e: e.position)

    def all(self) -> Iterator[Broken]:
        yield from self._who()
        seen: set[tuple[str, date]] = set()
        for route in self.plan.routes:
            where = (route.team, route.day)
            shift = self.shifts.get(where)
            if shift is None:
                yield _at(
                    Rule.UNKNOWN_SHIFT, f"team {route.team} has no shift on {route.day}", route
                )
                continue
            if where in seen:
                yield _at(
                    Rule.TWO_ROUTES, f"team {route.team} has two routes on {route.day}", route
                )
            seen.add(where)
            if all(stop.visit in self.visits for stop in route.stops):
                yield from _RouteCheck(self, route, shift).all()
        for where, part in self.frozen.items():
            if where not in seen:
                team, day = where
                yield Broken(
                    Rule.FROZEN,
                    f"the frozen visits of team {team} on {day} are gone",
                    team,
                    day,
                    part[0].visit,
                )
        yield from self._quotas()
        yield from self._two_teams()
        yield from self._score()

    def _who(self) -> Iterator[Broken]:
        times_served: dict[str, int] = defaultdict(int)
        for route in self.plan.routes:
            for stop in route.stops:
                times_served[stop.visit] += 1
                if stop.visit not in self.visits:
                    yield _at(
                        Rule.UNKNOWN_VISIT, f"visit {stop.visit} is not in the problem", route, stop
                    )
        left_out: dict[str, int] = defaultdict(int)
        for unserved in self.plan.unserved:
            left_out[unserved.visit] += 1
            if unserved.visit not in self.visits:
                yield Broken(
                    Rule.UNKNOWN_VISIT,
                    f"visit {unserved.visit} is not in the problem",
                    visit=unserved.visit,
                )
        for visit in self.problem.visits:
            served = times_served[visit.id]
            if served > visit.crews:
                yield Broken(
                    Rule.SERVED_TWICE, f"visit {visit.id} is made {served} times", visit=visit.id
                )
            if served and left_out[visit.id]:
                yield Broken(
                    Rule.SERVED_AND_NOT,
                    f"visit {visit.id} is both planned and left out",
                    visit=visit.id,
                )
            if not served and left_out[visit.id] != 1:
                yield Broken(
                    Rule.FORGOTTEN,
                    f"visit {visit.id} is neither planned nor left out once",
                    visit=visit.id,
                )

    def _quotas(self) -> Iterator[Broken]:
        for quota in self.problem.quotas:
            people = sum(
                self.visits[visit].people
                for visit in {
                    s.visit
                    for route in self.plan.routes
                    if route.day == quota.day
                    for s in route.stops
                }
                if visit in self.visits
            )
            if people > quota.people:
                yield Broken(
                    Rule.QUOTA,
                    f"{people} people on {quota.day}, but the quota is {quota.people}",
                    day=quota.day,
                    parameters={"people": people, "most": quota.people},
                )

    def _two_teams(self) -> Iterator[Broken]:
        made: dict[str, list[tuple[Route, Stop]]] = defaultdict(list)
        for route in self.plan.routes:
            for stop in route.stops:
                if stop.visit in self.visits and self.visits[stop.visit].crews == 2:
                    made[stop.visit].append((route, stop))
        for visit, stops in made.items():
            route, stop = stops[0]
            if len(stops) != 2:
                yield _at(
                    Rule.TWO_TEAMS, f"visit {visit} needs two teams, {len(stops)} come", route, stop
                )
                continue
            other, second = stops[1]
            if route.team == other.team:
                yield _at(Rule.TWO_TEAMS, f"visit {visit} needs two different teams", route, stop)
            elif (route.day, stop.start_s) != (other.day, second.start_s):
                yield _at(
                    Rule.TWO_TEAMS,
                    f"the two teams of visit {visit} do not begin together",
                    route,
                    stop,
                )

    def _score(self) -> Iterator[Broken]:
        known = all(s.visit in self.visits for route in self.plan.routes for s in route.stops)
        if not known or any((r.team, r.day) not in self.shifts for r in self.plan.routes):
            return
        score = score_of(self.problem, self.plan)
        if score != self.plan.score:
            wrong = [
                f"{name} {getattr(self.plan.score, name)} is {getattr(score, name)}"
                for name in Score.__dataclass_fields__
                if getattr(self.plan.score, name) != getattr(score, name)
            ]
            yield Broken(Rule.SCORE, f"the score is wrong: {', '.join(wrong)}")
        elif self.plan.bound is not None and self.plan.bound.total_s < score.total_s:
            yield Broken(
                Rule.BOUND,
                f"the bound {self.plan.bound.total_s} is below the plan's {score.total_s}",
            )


class _RouteCheck:
    def __init__(self, whole: _Check, route: Route, shift: Shift) -> None:
        self.whole = whole
        self.route = route
        self.shift = shift
        self.travel = whole.travel[shift.profile]
        self.frozen = whole.frozen.get((route.team, route.day), [])
        self.visits = [whole.visits[stop.visit] for stop in route.stops]

    def all(self) -> Iterator[Broken]:
        stiff = len(self.frozen)
        yield from self._frozen_part()
        yield from self._clock(stiff)
        for position, (visit, stop) in enumerate(zip(self.visits, self.route.stops, strict=True)):
            if position >= stiff:
                yield from self._may(visit, stop, position)
        if len(self.route.stops) > stiff:
            yield from self._limits()
        yield from self._breaks()

    def _frozen_part(self) -> Iterator[Broken]:
        for position, earlier in enumerate(self.frozen):
            stop = self.route.stops[position] if position < len(self.route.stops) else None
            if stop is None or stop.visit != earlier.visit or stop.start_s != earlier.start_s:
                yield self._broken(
                    Rule.FROZEN, f"visit {earlier.visit} is frozen and has been moved", stop
                )

    def _clock(self, stiff: int) -> Iterator[Broken]:
        route, shift = self.route, self.shift
        place, free, before = shift.start_place, route.leave_s, None
        if route.leave_s < shift.start_s and not stiff:
            yield self._broken(
                Rule.LEAVES_EARLY, f"leaves at {route.leave_s}, shift begins {shift.start_s}"
            )
        freeze = self.whole.problem.previous
        for position, (visit, stop) in enumerate(zip(self.visits, route.stops, strict=True)):
            leave = stop.arrive_s - stop.travel_s
            same = before is not None and bool(visit.address) and before.address == visit.address
            setup = 0 if same else visit.setup_s
            if position >= stiff:
                if leave < free:
                    yield self._broken(
                        Rule.TIMES, f"sets off for {visit.id} before it is free", stop
                    )
                if freeze.freeze_day is not None and (route.day, leave) < (
                    freeze.freeze_day,
                    freeze.freeze_s,
                ):
                    yield self._broken(
                        Rule.FROZEN, f"sets off for {visit.id} before the freeze", stop
                    )
                yield from self._leg(place, visit.place, leave, stop.travel_s, stop.travel_m, stop)
            if stop.wait_s != stop.start_s - stop.arrive_s or stop.wait_s < 0:
                yield self._broken(Rule.TIMES, f"the wait at {visit.id} does not add up", stop)
            if (stop.setup_s, stop.service_s) != (setup, visit.service_s):
                yield self._broken(Rule.TIMES, f"the work at {visit.id} is not what it takes", stop)
            if stop.depart_s != stop.start_s + setup + visit.service_s:
                yield self._broken(
                    Rule.TIMES, f"the departure from {visit.id} does not add up", stop
                )
            if stop.slack_s < 0:
                yield self._broken(Rule.SLACK, f"negative slack at {visit.id}", stop)
            place, free, before = visit.place, stop.depart_s, visit
        yield from self._way_back(place, free)

    def _way_back(self, place: int, free: int) -> Iterator[Broken]:
        route, shift = self.route, self.shift
        if not route.stops:
            return
        if shift.end_place is None:
            if route.return_s or route.return_m:
                yield self._broken(Rule.TRAVEL, "drives back, but the shift ends at its last stop")
        else:
            leave = route.back_s - route.return_s
            if leave < free:
                yield self._broken(Rule.TIMES, "sets off for the way back before it is free")
            yield from self._leg(
                place, shift.end_place, leave, route.return_s, route.return_m, None
            )
        if route.back_s < free:
            yield self._broken(Rule.TIMES, "is back before the last visit is done")
        overtime = max(route.back_s - shift.end_s, 0)
        if route.overtime_s != overtime:
            yield self._broken(Rule.OVERTIME, f"overtime is {overtime} s, not {route.overtime_s} s")

    def _leg(
        self,
        origin: int,
        destination: int,
        leave_s: int,
        seconds: int,
        metres: int,
        stop: Stop | None,
    ) -> Iterator[Broken]:
        part = self.travel[0]
        for travel in self.travel:
            if travel.from_s <= leave_s:
                part = travel
        expected = part.seconds[origin, destination]
        if expected < 0:
            yield self._broken(
                Rule.UNREACHABLE, f"no way from place {origin} to {destination}", stop
            )
            return
        if expected != seconds:
            yield self._broken(Rule.TRAVEL, f"the drive takes {expected} s, not {seconds} s", stop)
        if max(part.metres[origin, destination], 0) != metres:
            yield self._broken(Rule.TRAVEL, f"the drive is not {metres} m long", stop)

    def _may(self, visit: Visit, stop: Stop, position: int) -> Iterator[Broken]:
        shift, day = self.shift, self.route.day
        if visit.windows and not any(w.start_s <= stop.start_s <= w.end_s for w in visit.windows):
            yield self._broken(Rule.WINDOW, f"begins {visit.id} outside its windows", stop)
        if (visit.earliest and day < visit.earliest) or (visit.due and day > visit.due):
            yield self._broken(Rule.DATE, f"{day} is not a date for {visit.id}", stop)
        last = shift.visits_end_s
        if last is not None and stop.depart_s > last:
            yield self._broken(
                Rule.VISITS_END, f"{visit.id} ends after visits must have ended", stop
            )
        for rule, needed, offered in (
            (Rule.SKILL, visit.skills, shift.skills),
            (Rule.EQUIPMENT, visit.equipment, shift.equipment),
        ):
            if not needed <= offered:
                names = ", ".join(sorted(needed - offered))
                yield self._broken(rule, f"team {shift.team} lacks {names} for {visit.id}", stop)
        if shift.team in visit.forbidden_teams or (
            visit.allowed_teams is not None and shift.team not in visit.allowed_teams
        ):
            yield self._broken(Rule.TEAM, f"team {shift.team} may not visit {visit.id}", stop)
        pin = visit.pin
        if pin is not None and (
            pin.day not in (None, day)
            or pin.team not in (None, shift.team)
            or pin.position not in (None, position)
        ):
            yield self._broken(Rule.PIN, f"{visit.id} is not where it is pinned", stop)

    def _limits(self) -> Iterator[Broken]:
        route, shift = self.route, self.shift
        if route.back_s > shift.latest_back_s:
            late = route.back_s - shift.latest_back_s
            yield self._broken(
                Rule.LATE_BACK, f"is back {late} s after the end of the shift", None, late
            )
        if shift.most_visits is not None and len(route.stops) > shift.most_visits:
            yield self._broken(
                Rule.MOST_VISITS, f"{len(route.stops)} visits, at most {shift.most_visits}"
            )
        duration = route.back_s - route.leave_s
        if shift.most_s is not None and duration > shift.most_s:
            yield self._broken(Rule.MOST_DURATION, f"takes {duration} s, at most {shift.most_s} s")
        if shift.most_travel_s is not None and route.travel_s > shift.most_travel_s:
            yield self._broken(
                Rule.MOST_TRAVEL, f"drives {route.travel_s} s, at most {shift.most_travel_s} s"
            )
        for kind, most in enumerate(shift.capacity):
            load = sum(visit.amounts[kind] for visit in self.visits if visit.amounts)
            if load > most:
                yield self._broken(
                    Rule.CAPACITY, f"carries {load} of amount {kind}, at most {most}"
                )

    def _breaks(self) -> Iterator[Broken]:
        """Breaks lie in their windows, in order, overlap no drive and no visit, and none is left out."""
        route, shift = self.route, self.shift
        if not route.stops:
            return
        owed = [rest for rest in shift.breaks if rest.last_start_s >= shift.start_s]
        for taken in route.breaks:
            rest = owed.pop(0) if owed else None
            if rest is None:
                yield self._broken(Rule.BREAK, "takes a break too many")
                continue
            if not (rest.from_s <= taken.start_s and taken.end_s <= rest.to_s):
                yield self._broken(
                    Rule.BREAK, f"the break at {taken.start_s} is outside its window"
                )
            if taken.end_s - taken.start_s != rest.length_s:
                yield self._broken(Rule.BREAK, f"the break at {taken.start_s} has the wrong length")
            if not 0 <= taken.after <= len(route.stops):
                yield self._broken(Rule.BREAK, f"the break at {taken.start_s} is after no stop")
                continue
            free = route.stops[taken.after - 1].depart_s if taken.after else 0
            if taken.after < len(route.stops):
                following = route.stops[taken.after]
                leave = following.arrive_s - following.travel_s
            else:
                leave = route.back_s - route.return_s
            if taken.after == 0:
                leave = min(leave, route.leave_s)
            if taken.start_s < free or taken.end_s > leave:
                yield self._broken(Rule.BREAK, f"the break at {taken.start_s} is not free time")
        for first, second in zip(route.breaks, route.breaks[1:], strict=False):
            if second.start_s < first.end_s:
                yield self._broken(Rule.BREAK, "two breaks overlap")
        if len(route.stops) > len(self.frozen):
            for rest in owed:
                if route.back_s > rest.last_start_s:
                    yield self._broken(Rule.BREAK, f"the break from {rest.from_s} is left out")

    def _broken(self, rule: Rule, text: str, stop: Stop | None = None, seconds: int = 0) -> Broken:
        return Broken(
            rule,
            f"team {self.route.team} on {self.route.day}: {text}",
            self.route.team,
            self.route.day,
            stop.visit if stop is not None else "",
            {"seconds": seconds} if seconds else {},
        )


def _at(rule: Rule, text: str, route: Route, stop: Stop | None = None) -> Broken:
    return Broken(rule, text, route.team, route.day, stop.visit if stop is not None else "")


def score_of(problem: Problem, plan: Plan) -> Score:
    """Return what a plan is worth, from its routes alone. Visits and shifts must be known."""
    wishes, point = problem.wishes, problem.wishes.point_s
    visits = {visit.id: visit for visit in problem.visits}
    shifts = {(shift.team, shift.day): shift for shift in problem.shifts}
    homes: dict[str, set[tuple[str, date]]] = defaultdict(set)
    same_team = 0.0
    for route in plan.routes:
        for stop in route.stops:
            homes[stop.visit].add((route.team, route.day))
    for route in plan.routes:
        for stop in route.stops:
            visit = visits[stop.visit]
            if visit.last_team and visit.last_team == route.team:
                same_team += wishes.same_team * point / visit.crews
    served = [visits[name] for name in homes]
    waiting = sum(
        round(
            point
            * (
                wishes.waiting * visit.waiting_days
                + (
                    wishes.guarantee
                    if wishes.guarantee_days is not None
                    and visit.waiting_days >= wishes.guarantee_days
                    else 0
                )
            )
        )
        for visit in served
    )
    overtime = sum(
        max(route.back_s - shifts[route.team, route.day].end_s, 0)
        for route in plan.routes
        if route.stops
    )
    return Score(
        points=sum(visit.priority for visit in served),
        people=sum(visit.people for visit in served),
        visits=len(served),
        points_s=point * sum(visit.priority for visit in served),
        waiting_s=waiting,
        same_team_s=round(same_team),
        driving_s=sum(route.travel_s for route in plan.routes),
        overtime_s=round(wishes.overtime * overtime),
        fairness_s=round(wishes.fairness * point * _people_behind(problem, served)),
        balance_s=round(wishes.balance * _imbalance(plan)),
        nearness_s=round(wishes.nearness * point * _changed(problem, homes)),
    )


def _people_behind(problem: Problem, served: list[Visit]) -> int:
    asking: dict[str, int] = defaultdict(int)
    got: dict[str, int] = defaultdict(int)
    for visit in problem.visits:
        asking[visit.district] += visit.people
    for visit in served:
        got[visit.district] += visit.people
    everybody, people = sum(asking.values()), sum(got.values())
    if not everybody:
        return 0
    return sum(
        max(floor(count * people / everybody + 1e-9) - got[name], 0)
        for name, count in asking.items()
    )


def _imbalance(plan: Plan) -> int:
    lengths: dict[date, list[int]] = defaultdict(list)
    for route in plan.routes:
        if route.stops:
            lengths[route.day].append(route.back_s - route.leave_s)
    return sum(max(day) - min(day) for day in lengths.values())


def _changed(problem: Problem, homes: Mapping[str, set[tuple[str, date]]]) -> int:
    before: dict[str, set[tuple[str, date]]] = defaultdict(set)
    known = {visit.id for visit in problem.visits}
    for earlier in problem.previous.visits:
        if earlier.visit in known:
            before[earlier.visit].add((earlier.team, earlier.day))
    return sum(1 for name, home in before.items() if homes.get(name, set()) != home)
