"""What only the whole plan shows: who is visited how often, quotas, two teams together, what is frozen, the score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from routing.checker.known import Known
from routing.checker.route import RouteCheck
from routing.checker.rules import Broken, Rule, at
from routing.checker.score import score_of
from routing.plan import Plan, Route, Score, Stop
from routing.problem import Problem


def check(problem: Problem, plan: Plan) -> list[Broken]:
    """Return every rule that the plan breaks, in the order of its routes; an empty list for a sound plan."""
    return list(_Check(problem, plan).all())


class _Check:
    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.known = Known(problem)
        self.visits = self.known.visits
        self.shifts = self.known.shifts

    def all(self) -> Iterator[Broken]:
        yield from self._who()
        seen: set[tuple[str, date]] = set()
        for route in self.plan.routes:
            where = (route.team, route.day)
            shift = self.shifts.get(where)
            if shift is None:
                yield at(
                    Rule.UNKNOWN_SHIFT, f"team {route.team} has no shift on {route.day}", route
                )
                continue
            if where in seen:
                yield at(Rule.TWO_ROUTES, f"team {route.team} has two routes on {route.day}", route)
            seen.add(where)
            if all(stop.visit in self.visits for stop in route.stops):
                yield from RouteCheck(self.known, route, shift).all()
        for where, part in self.known.frozen.items():
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
                    yield at(
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
        """A quota that was lowered below what is under way allows nobody more, and takes nobody back."""
        for quota in self.problem.quotas:
            served = {s.visit for r in self.plan.routes if r.day == quota.day for s in r.stops}
            under_way = {
                earlier.visit
                for (_, day), part in self.known.frozen.items()
                if day == quota.day
                for earlier in part
            }
            most = max(quota.people, self._people(under_way))
            people = self._people(served)
            if people > most:
                yield Broken(
                    Rule.QUOTA,
                    f"{people} people on {quota.day}, but the quota is {quota.people}",
                    day=quota.day,
                    parameters={"people": people, "most": quota.people},
                )

    def _people(self, names: set[str]) -> int:
        return sum(self.visits[name].people for name in names if name in self.visits)

    def _two_teams(self) -> Iterator[Broken]:
        made: dict[str, list[tuple[Route, Stop]]] = defaultdict(list)
        for route in self.plan.routes:
            for stop in route.stops:
                if stop.visit in self.visits and self.visits[stop.visit].crews == 2:
                    made[stop.visit].append((route, stop))
        for visit, stops in made.items():
            route, stop = stops[0]
            if len(stops) != 2:
                yield at(
                    Rule.TWO_TEAMS, f"visit {visit} needs two teams, {len(stops)} come", route, stop
                )
                continue
            other, second = stops[1]
            if route.team == other.team:
                yield at(Rule.TWO_TEAMS, f"visit {visit} needs two different teams", route, stop)
            elif (route.day, stop.start_s) != (other.day, second.start_s):
                yield at(
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
