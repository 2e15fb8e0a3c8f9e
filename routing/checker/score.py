"""What a plan is worth, counted anew from its routes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from math import floor

from routing.plan import Plan, Score
from routing.problem import Problem, Visit


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
