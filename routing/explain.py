"""Why a visit is left out, and the smallest change that would serve it: both found by testing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from routing.arrays import BIG, Arrays, Bools
from routing.changes import smallest_change
from routing.given import routes_of
from routing.plan import Plan, Reason, Unserved
from routing.problem import Problem, Shift, Visit
from routing.routes import Routes, route_without
from routing.slots import places
from routing.trial import fitting


def explain(problem: Problem, plan: Plan) -> list[Unserved]:
    """Return everybody whom a sound plan leaves out, with the reason and the smallest change that would serve them.

    Raises Unsound for a plan that breaks rules.
    """
    arrays = Arrays(problem)
    routes = routes_of(problem, arrays, plan)
    return [
        replace(one, change=smallest_change(problem, arrays, routes, arrays.number[one.visit]))
        for one in reasons(problem, arrays, routes)
    ]


def reasons(problem: Problem, arrays: Arrays, routes: Routes) -> list[Unserved]:
    """Return every visit that is on no route, with its reason, in the problem's order.

    First comes what rules it out at all, then what keeps it off an empty shift, then what the plan leaves no room for.
    """
    if routes.served.all():
        return []
    empty = Routes(arrays)
    exchanges = _Exchanges(arrays, routes)
    fits = fitting(arrays, routes)
    answer = []
    for number, visit in enumerate(problem.visits):
        if routes.served[number]:
            continue
        found = _never(problem, visit) or _not_alone(arrays, empty, number, visit)
        if found is None:
            found = _not_beside(problem, arrays, routes, exchanges, fits, number, visit)
        answer.append(Unserved(visit.id, *found))
    return answer


Found = tuple[Reason, dict[str, str | int]]


def _never(problem: Problem, visit: Visit) -> Found | None:
    """Return what rules a visit out before any clock is looked at: the first rule that no shift passes."""
    shifts = list(problem.shifts)
    if not shifts:
        return Reason.NO_SHIFT, {}
    first, last = min(s.day for s in shifts), max(s.day for s in shifts)
    if visit.earliest and visit.earliest > last:
        return Reason.NOT_YET, {
            "earliest": visit.earliest.isoformat(),
            "last_day": last.isoformat(),
        }
    if visit.due and visit.due < first:
        return Reason.DUE_PASSED, {"due": visit.due.isoformat(), "first_day": first.isoformat()}
    pin = visit.pin
    able = [
        s
        for s in shifts
        if pin is None or (pin.day in (None, s.day) and pin.team in (None, s.team))
    ]
    if not able and pin is not None:
        wanted: dict[str, str | int] = {}
        if pin.day is not None:
            wanted["day"] = pin.day.isoformat()
        if pin.team is not None:
            wanted["team"] = pin.team
        return Reason.PINNED_ELSEWHERE, wanted
    able = [
        s
        for s in able
        if s.team not in visit.forbidden_teams
        and (visit.allowed_teams is None or s.team in visit.allowed_teams)
    ]
    if not able:
        return Reason.NO_TEAM_ALLOWED, {}
    skilled = [s for s in able if visit.skills <= s.skills]
    if not skilled:
        return Reason.NO_SKILL, {"skills": _lacking(visit.skills, [s.skills for s in able])}
    equipped = [s for s in skilled if visit.equipment <= s.equipment]
    if not equipped:
        return Reason.NO_EQUIPMENT, {
            "equipment": _lacking(visit.equipment, [s.equipment for s in skilled])
        }
    able = [
        s
        for s in equipped
        if (visit.earliest is None or visit.earliest <= s.day)
        and (visit.due is None or s.day <= visit.due)
    ]
    if not able:
        return Reason.DUE_PASSED, {
            "due": str(visit.due or ""),
            "first_day": str(min(s.day for s in equipped)),
        }
    roomy = [s for s in able if _carries(s, visit)]
    if not roomy:
        return Reason.TOO_LARGE, {}
    quotas = [problem.quota(s.day) for s in roomy]
    if all(quota is not None and quota < visit.people for quota in quotas):
        return Reason.QUOTA_TOO_SMALL, {
            "people": visit.people,
            "most": max(quota for quota in quotas if quota is not None),
        }
    if visit.crews == 2:
        days = [s.day for s in roomy]
        if not any(days.count(day) >= 2 for day in set(days)):
            return Reason.ONE_TEAM_ONLY, {}
    return None


def _lacking(needed: frozenset[str], offered: list[frozenset[str]]) -> str:
    """Name what is lacking with the team that has most of it."""
    fewest = min((needed - have for have in offered), key=lambda names: (len(names), sorted(names)))
    return ", ".join(sorted(fewest))


def _carries(shift: Shift, visit: Visit) -> bool:
    return not shift.capacity or all(
        amount <= most for amount, most in zip(visit.amounts, shift.capacity, strict=False)
    )


def _not_alone(arrays: Arrays, empty: Routes, number: int, visit: Visit) -> Found | None:
    """Return why a visit does not even fit a shift that has nothing else to do."""
    able = [r for r in range(len(arrays.shifts)) if arrays.allowed[r, number]]
    if visit.pin is not None and visit.pin.position is not None:
        able = [r for r in able if visit.pin.position == 0] or able
    least: int | None = None
    reached = windowed = False
    for r in able:
        shift = arrays.shifts[r]
        drives = arrays.parts[shift.profile]
        there = min(int(part.drive[shift.start, number]) for part in drives)
        back = min(int(part.drive[number, shift.end]) for part in drives)
        if there >= BIG or back >= BIG:
            continue
        reached = True
        work = int(arrays.setup[number] + arrays.service[number])
        latest = min(shift.visits_end_s - work, shift.back_s - back - work)
        arrive = shift.start_s + there
        if any(
            start <= max(latest, arrive) and arrive <= end for start, end in arrays.windows[number]
        ):
            windowed = True
        if visit.crews == 1 and empty.cost[r, number] < BIG:
            return None
        start = min(
            (max(arrive, s) for s, e in arrays.windows[number] if arrive <= e), default=None
        )
        if start is not None:
            short = max(start - latest, 1)
            least = short if least is None else min(least, short)
    if not reached:
        return Reason.UNREACHABLE, {}
    if not windowed or least is None:
        return Reason.NO_WINDOW, {}
    if visit.crews == 2 and least <= 1:
        return None
    return Reason.TOO_LONG, {"short_s": least}


def _not_beside(
    problem: Problem,
    arrays: Arrays,
    routes: Routes,
    exchanges: _Exchanges,
    fits: Bools,
    number: int,
    visit: Visit,
) -> Found:
    """Return why a visit that would fit an empty shift has no place in this plan."""
    full = [
        day
        for day in range(len(arrays.days))
        if routes.people[day] + visit.people > arrays.quota[day]
    ]
    able = [r for r in range(len(arrays.shifts)) if arrays.allowed[r, number]]
    fitting = [r for r in able if fits[r, number]]
    open_ones = [r for r in fitting if arrays.shifts[r].day not in full]
    if open_ones:
        r = min(open_ones, key=lambda k: int(routes.cost[k, number]))
        shift = problem.shifts[r]
        where: dict[str, str | int] = {"team": shift.team, "day": shift.day.isoformat()}
        cost, position, _ = min(places(routes, r, number), default=(0, 0, 0))
        worth = round(float(arrays.value[r, number]))
        if cost >= worth:
            return Reason.NOT_WORTH_DRIVING, {**where, "cost_s": cost, "worth_s": worth}
        return Reason.FITS, {**where, "position": position}
    if fitting or (able and all(arrays.shifts[r].day in full for r in able)):
        r = fitting[0] if fitting else able[0]
        day = arrays.shifts[r].day
        return Reason.QUOTA_FULL, {"day": arrays.days[day].isoformat(), "people": arrays.quota[day]}
    return exchanges.found(problem, number) or (Reason.NO_TIME_LEFT, {})


class _Exchanges:
    """For every visit that waits, the visit worth least whose place it could take: each of every route is tried."""

    def __init__(self, arrays: Arrays, routes: Routes) -> None:
        self.worth = np.full(arrays.count, np.inf)
        self.shift = np.full(arrays.count, -1, dtype=np.intp)
        self.visit = np.full(arrays.count, -1, dtype=np.intp)
        for r in range(len(routes.sequences)):
            for visit in routes.movable(r):
                trial = route_without(routes, r, visit)
                if trial is None:
                    continue
                day = arrays.shifts[r].day
                room = arrays.quota[day] - routes.people[day] + int(arrays.people[visit])
                worth = float(arrays.value[r, visit])
                better = (trial < BIG) & (worth < self.worth) & (arrays.people <= room)
                self.worth[better], self.shift[better], self.visit[better] = worth, r, visit

    def found(self, problem: Problem, number: int) -> Found | None:
        """Return the exchange as a reason, or None when there is none."""
        if self.shift[number] < 0:
            return None
        shift, visit = problem.shifts[self.shift[number]], problem.visits[self.visit[number]]
        where: dict[str, str | int] = {"team": shift.team, "day": shift.day.isoformat()}
        return Reason.DISPLACES, {**where, "visits": visit.id, "points": visit.priority}
