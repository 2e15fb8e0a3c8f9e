"""Why a visit is left out, and the smallest change that would serve it: both found by testing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from routing.arrays import BIG, Arrays, Ints
from routing.changes import smallest_change
from routing.exchanges import exchanges_for
from routing.given import routes_of
from routing.plan import Change, Finding, Plan, Reason, Unserved
from routing.problem import Problem, Shift, Visit
from routing.routes import Routes
from routing.slots import places
from routing.together import meeting
from routing.trial import Trials


def explain(
    problem: Problem,
    plan: Plan,
    should_stop: Callable[[], bool] = lambda: False,
    known: Mapping[str, Change] = MappingProxyType({}),
) -> list[Unserved]:
    """Return everybody whom a sound plan leaves out, with the reason and the smallest change that would serve them.

    The change is looked for from whoever has most points down, until `should_stop` says yes: the rest have the reason
    only. `known` are changes, by visit, that are taken as they are. Raises Unsound for a plan that breaks rules.
    """
    arrays = Arrays(problem)
    routes = routes_of(problem, arrays, plan)
    found = reasons(problem, arrays, routes)
    for place in sorted(
        range(len(found)), key=lambda k: -arrays.points[arrays.number[found[k].visit]]
    ):
        if change := known.get(found[place].visit):
            found[place] = replace(found[place], change=change)
            continue
        if should_stop():
            continue
        change = smallest_change(problem, arrays, routes, arrays.number[found[place].visit])
        found[place] = replace(found[place], change=change)
    return found


def reasons(
    problem: Problem, arrays: Arrays, routes: Routes, over: Callable[[], bool] = lambda: False
) -> list[Unserved]:
    """Return every visit that is on no route, with its reason, in the problem's order.

    First comes what rules it out at all, then what keeps it off an empty shift, then what the plan leaves no room for.
    Exchanges are no longer looked for once the time is `over`.
    """
    waiting = np.flatnonzero(~routes.served).astype(np.int64)
    if not problem.shifts:
        return [Unserved(problem.visits[number].id, Reason.NO_SHIFT) for number in waiting]
    if len(waiting) == 0:
        return []
    empty = Routes(arrays)
    alone = Trials(arrays, empty).all(waiting).min(axis=0, initial=BIG) < BIG
    costs = Trials(arrays, routes).all(waiting)
    crowded = waiting[costs.min(axis=0, initial=BIG) >= BIG]
    exchanges = exchanges_for(arrays, routes, crowded, over)
    most = max(arrays.quota, default=0)
    answer = []
    for column, number in enumerate(waiting.tolist()):
        visit = problem.visits[number]
        found = None
        if not alone[column] or visit.people > most:
            found = _never(problem, visit) or _not_alone(arrays, empty, number, visit)
        if found is None and visit.crews == 2:
            found = _no_meeting(problem, arrays, routes, number, visit)
        if found is None:
            found = _not_beside(problem, arrays, routes, costs[:, column], number, visit)
        if found is None and number in exchanges:
            found = exchanges[number].reason(problem)
        answer.append(Unserved(visit.id, *(found or (Reason.NO_TIME_LEFT, {}))))
    return answer


def _never(problem: Problem, visit: Visit) -> Finding | None:
    """Return what rules a visit out before any clock is looked at: the first rule that no shift passes."""
    shifts = list(problem.shifts)
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


def _not_alone(arrays: Arrays, empty: Routes, number: int, visit: Visit) -> Finding | None:
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
    if visit.crews == 2:
        return None if meeting(empty, number, with_quota=False) else (Reason.ONE_TEAM_ONLY, {})
    return Reason.TOO_LONG, {"short_s": least}


def _no_meeting(
    problem: Problem, arrays: Arrays, routes: Routes, number: int, visit: Visit
) -> Finding | None:
    """Return why a visit of two teams that would fit empty shifts is not made, or None where nothing but time lacks."""
    found = meeting(routes, number)
    if found is None:
        without = meeting(routes, number, with_quota=False)
        if without is None:
            return None
        return _quota_full(arrays, arrays.shifts[without.shifts[0]].day)
    worth = round(float(arrays.base[number]))
    return _possible(problem, found.shifts[0], found.gaps[0], found.cost_s, worth)


def _not_beside(
    problem: Problem, arrays: Arrays, routes: Routes, costs: Ints, number: int, visit: Visit
) -> Finding | None:
    """Return what a visit that has a place in this plan, but for the quota perhaps, is left out for; None without one.

    `costs` are those of a place on each shift.
    """
    full = [
        day
        for day in range(len(arrays.days))
        if routes.people[day] + visit.people > arrays.quota[day]
    ]
    fitting = np.flatnonzero(costs < BIG).tolist()
    open_ones = [r for r in fitting if arrays.shifts[r].day not in full]
    if open_ones:
        r = min(open_ones, key=lambda k: int(costs[k]))
        cost, position, _ = min(places(routes, r, number))
        return _possible(problem, r, position, cost, round(float(arrays.value[r, number])))
    if fitting:
        return _quota_full(arrays, arrays.shifts[fitting[0]].day)
    able = np.flatnonzero(arrays.allowed[:, number]).tolist()
    if full and able and all(arrays.shifts[r].day in full for r in able):
        return _quota_full(arrays, arrays.shifts[able[0]].day)
    return None


def _possible(problem: Problem, r: int, position: int, cost: int, worth: int) -> Finding:
    shift = problem.shifts[r]
    where: dict[str, str | int] = {"team": shift.team, "day": shift.day.isoformat()}
    if cost >= worth:
        return Reason.NOT_WORTH_DRIVING, {**where, "cost_s": cost, "worth_s": worth}
    return Reason.FITS, {**where, "position": position}


def _quota_full(arrays: Arrays, day: int) -> Finding:
    return Reason.QUOTA_FULL, {"day": arrays.days[day].isoformat(), "people": arrays.quota[day]}
