"""The smallest change that would serve a visit: tried on each route, and verified by the checker before it is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from routing.answer import route_of, score_of_routes
from routing.arrays import BIG, Arrays
from routing.checker import check
from routing.given import retime
from routing.plan import Change, ChangeKind, Plan
from routing.problem import LONGEST_S, Previous, Problem, Quota, Shift, Visit, Window
from routing.routes import Routes, route_times
from routing.timing import NEVER, Times

MOST_OVERTIME_S: Final = 4 * 3600
"""More than this is not a change that an office would make."""
MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class _Idea:
    """A change on one route: how large it is (seconds, or a rank among changes of other kinds), and what it changes."""

    size: tuple[int, int]
    change: Change
    visit: Visit
    shift: Shift
    gap: int


def with_change(problem: Problem, visit: str, change: Change) -> Problem:
    """Return the problem as it would be after a change that would serve a visit, to plan or to check with.

    Raises KeyError for a visit, or a shift, that is not in the problem.
    """
    given = change.parameters
    one = problem.visit(visit)
    seconds, team = int(given.get("seconds", 0)), str(given.get("team", ""))
    day = date.fromisoformat(str(given["day"]))
    if change.kind is ChangeKind.QUOTA:
        quotas = tuple(
            replace(q, people=q.people + int(given["people"])) if q.day == day else q
            for q in problem.quotas
        )
        return replace(problem, quotas=quotas)
    if change.kind is ChangeKind.LATER_DUE:
        return _with_visit(problem, replace(one, due=day))
    if change.kind is ChangeKind.EARLIER_START:
        return _with_visit(problem, replace(one, earliest=day))
    shift = problem.shift(team, day)
    if change.kind is ChangeKind.LONGER_WINDOW:
        later = given["side"] == "later"
        number = int(given["window"])
        windows = list(one.windows)
        windows[number] = _wider(windows[number], seconds, later)
        return _with_visit(problem, replace(one, windows=tuple(windows)))
    if change.kind is ChangeKind.ALLOW_TEAM:
        return _with_visit(problem, _allowing(one, team))
    return replace(
        problem,
        shifts=tuple(
            _able(s, one, change.kind, seconds) if s is shift else s for s in problem.shifts
        ),
    )


def _with_visit(problem: Problem, visit: Visit) -> Problem:
    return replace(problem, visits=tuple(visit if v.id == visit.id else v for v in problem.visits))


def _wider(window: Window, seconds: int, later: bool) -> Window:
    if later:
        return Window(window.start_s, min(window.end_s + seconds, LONGEST_S))
    return Window(max(window.start_s - seconds, 0), window.end_s)


def _allowing(visit: Visit, team: str) -> Visit:
    allowed = None if visit.allowed_teams is None else visit.allowed_teams | {team}
    return replace(visit, forbidden_teams=visit.forbidden_teams - {team}, allowed_teams=allowed)


def _able(shift: Shift, visit: Visit, kind: ChangeKind, seconds: int) -> Shift:
    """Return a shift with more time, room, skills or equipment for a visit."""
    if kind is ChangeKind.SKILL:
        return replace(shift, skills=shift.skills | visit.skills)
    if kind is ChangeKind.EQUIPMENT:
        return replace(shift, equipment=shift.equipment | visit.equipment)
    if kind is ChangeKind.MORE_VISITS:
        return replace(shift, most_visits=(shift.most_visits or 0) + 1)
    end = None if shift.visits_end_s is None else shift.visits_end_s + seconds
    return replace(shift, hard_end_s=shift.latest_back_s + seconds, visits_end_s=end)


def smallest_change(problem: Problem, arrays: Arrays, routes: Routes, number: int) -> Change | None:
    """Return the smallest change after which the visit fits one of the plan's routes as they are, or None.

    Minutes of overtime and of windows are weighed against each other; where something else is in the way (a skill,
    the quota, a date) that is changed. Visits of two teams get None.
    """
    visit = problem.visits[number]
    if visit.crews > 1:
        return None
    ideas: list[_Idea] = []
    for r, shift in enumerate(problem.shifts):
        if r in arrays.frozen and arrays.frozen[r].free_from_s >= shift.latest_back_s:
            continue
        ideas.extend(_ideas(problem, arrays, routes, r, shift, visit))
    ideas.sort(key=lambda idea: idea.size)
    for idea in ideas[:6]:
        if _verified(problem, arrays, routes, idea):
            return idea.change
    return None


def _ideas(
    problem: Problem, arrays: Arrays, routes: Routes, r: int, shift: Shift, visit: Visit
) -> Iterator[_Idea]:
    """Yield the changes that would let a visit on one route: exactly one thing is changed each time."""
    obstacles = list(_obstacles(problem, arrays, routes, r, shift, visit))
    if len(obstacles) > 1:
        return
    trial = _Trial(problem, routes, arrays, r)
    day = shift.day.isoformat()
    if len(obstacles) == 1:
        rank, change, able_visit, able_shift = obstacles[0]
        for gap in trial.gaps(able_visit, able_shift):
            if trial.times(able_visit, able_shift, gap) is not None:
                yield _Idea((rank, 0), change, able_visit, able_shift, gap)
                return
        return
    yield from _overtime(trial, visit, shift, day)
    yield from _window(trial, visit, shift, day)


def _obstacles(
    problem: Problem, arrays: Arrays, routes: Routes, r: int, shift: Shift, visit: Visit
) -> Iterator[tuple[int, Change, Visit, Shift]]:
    """Yield everything but the clock that keeps a visit off a route, as (rank, change, visit and shift after it)."""
    where = {"team": shift.team, "day": shift.day.isoformat()}
    people = routes.people[arrays.shifts[r].day] + visit.people
    quota = problem.quota(shift.day)
    if quota is not None and people > quota:
        change = Change(ChangeKind.QUOTA, {"day": where["day"], "people": people - quota})
        yield 20_000 + people - quota, change, visit, shift
    stops = len(routes.sequences[r])
    if shift.most_visits is not None and stops >= shift.most_visits:
        # Not for a team that is lost: it has made more visits than it still may.
        rank = BIG if stops > shift.most_visits else 21_000
        larger = replace(shift, most_visits=stops + 1)
        yield rank, Change(ChangeKind.MORE_VISITS, dict(where)), visit, larger
    if not visit.skills <= shift.skills:
        names = ", ".join(sorted(visit.skills - shift.skills))
        able = _able(shift, visit, ChangeKind.SKILL, 0)
        yield 22_000, Change(ChangeKind.SKILL, {**where, "skills": names}), visit, able
    if not visit.equipment <= shift.equipment:
        names = ", ".join(sorted(visit.equipment - shift.equipment))
        able = _able(shift, visit, ChangeKind.EQUIPMENT, 0)
        yield 22_000, Change(ChangeKind.EQUIPMENT, {**where, "equipment": names}), visit, able
    if shift.team in visit.forbidden_teams or (
        visit.allowed_teams is not None and shift.team not in visit.allowed_teams
    ):
        change = Change(ChangeKind.ALLOW_TEAM, dict(where))
        yield 23_000, change, _allowing(visit, shift.team), shift
    if visit.due is not None and shift.day > visit.due:
        later = replace(visit, due=shift.day)
        rank = 24_000 + (shift.day - visit.due).days
        yield rank, Change(ChangeKind.LATER_DUE, {"day": where["day"]}), later, shift
    if visit.earliest is not None and shift.day < visit.earliest:
        sooner = replace(visit, earliest=shift.day)
        rank = 24_000 + (visit.earliest - shift.day).days
        yield rank, Change(ChangeKind.EARLIER_START, {"day": where["day"]}), sooner, shift
    pin = visit.pin
    if pin is not None and (pin.day not in (None, shift.day) or pin.team not in (None, shift.team)):
        yield BIG, Change(ChangeKind.ALLOW_TEAM, dict(where)), visit, shift
        yield BIG, Change(ChangeKind.ALLOW_TEAM, dict(where)), visit, shift
    if any(a > c for a, c in zip(visit.amounts, shift.capacity, strict=False)):
        yield BIG, Change(ChangeKind.MORE_VISITS, dict(where)), visit, shift
        yield BIG, Change(ChangeKind.MORE_VISITS, dict(where)), visit, shift


class _Trial:
    """One route with one more visit, under changed rules: a problem of its own, small enough to be tried often."""

    def __init__(self, problem: Problem, routes: Routes, arrays: Arrays, r: int) -> None:
        self.problem = problem
        self.sequence = routes.sequences[r]
        self.fixed = routes.fixed[r]
        self.visits = [replace(problem.visits[v], crews=1) for v in self.sequence]
        frozen = arrays.frozen.get(r)
        self.first = len(frozen.visits) if frozen else 0
        self.ready: tuple[Visit, Shift, Arrays] | None = None

    def arrays(self, visit: Visit, shift: Shift) -> Arrays:
        """Return the arrays of the small problem; the new visit comes last."""
        if self.ready is None or self.ready[0] is not visit or self.ready[1] is not shift:
            previous = self.problem.previous
            names = {v.id for v in self.visits}
            mine = tuple(e for e in previous.visits if e.visit in names and e.team == shift.team)
            small = replace(
                self.problem,
                visits=(*self.visits, visit),
                shifts=(shift,),
                quotas=(),
                previous=Previous(mine, previous.freeze_day, previous.freeze_s),
            )
            self.ready = (visit, shift, Arrays(small))
        return self.ready[2]

    def gaps(self, visit: Visit, shift: Shift) -> range:
        """Return the gaps that may be tried."""
        if visit.pin is not None and visit.pin.position is not None:
            at = visit.pin.position
            return range(at, at + 1) if self.first <= at <= len(self.sequence) else range(0)
        pinned = [
            k + 1
            for k, v in enumerate(self.visits)
            if v.pin is not None and v.pin.position is not None
        ]
        return range(max([self.first, *pinned]), len(self.sequence) + 1)

    def times(self, visit: Visit, shift: Shift, gap: int) -> Times | None:
        """Return the times of the route with the visit in a gap, or None when that breaks a rule."""
        arrays = self.arrays(visit, shift)
        count = len(self.sequence)
        sequence = [*range(gap), count, *range(gap, count)]
        fixed = {k: self.fixed[v] for k, v in enumerate(self.sequence) if v in self.fixed}
        load = arrays.amounts.sum(axis=0) if arrays.capped else ()
        if any(a > c for a, c in zip(load, shift.capacity, strict=False)):
            return None
        return route_times(arrays, 0, sequence, fixed)


def _overtime(trial: _Trial, visit: Visit, shift: Shift, day: str) -> Iterator[_Idea]:
    """Yield the least overtime: the shift's hard end, and the last moment of a visit, as much later as is needed."""
    hard = min(shift.latest_back_s + MOST_OVERTIME_S, LONGEST_S)
    visits_end = (
        None if shift.visits_end_s is None else min(shift.visits_end_s + MOST_OVERTIME_S, LONGEST_S)
    )
    longer = replace(shift, hard_end_s=hard, visits_end_s=visits_end)
    best: tuple[int, int] | None = None
    for gap in trial.gaps(visit, longer):
        times = trial.times(visit, longer, gap)
        if times is None:
            continue
        late = times.back_s - shift.latest_back_s
        if shift.visits_end_s is not None:
            late = max(late, min(layer[-1] for layer in times.depart) - shift.visits_end_s)
        if late > 0 and (best is None or late < best[0]):
            best = (late, gap)
    if best is None:
        return
    minutes = -(-best[0] // MINUTE) * MINUTE
    change = Change(ChangeKind.OVERTIME, {"team": shift.team, "day": day, "seconds": minutes})
    able = _able(shift, visit, ChangeKind.OVERTIME, minutes)
    yield _Idea((minutes, 0), change, visit, able, best[1])


def _window(trial: _Trial, visit: Visit, shift: Shift, day: str) -> Iterator[_Idea]:
    """Yield the least widening of one window: beginning earlier, or ending later."""
    if not visit.windows:
        return
    anytime = replace(visit, windows=())
    best: tuple[int, int, str, Window] | None = None
    for gap in trial.gaps(anytime, shift):
        times = trial.times(anytime, shift, gap)
        if times is None:
            continue
        arrays = trial.arrays(anytime, shift)
        for layer in range(len(times.depart)):
            left = times.depart[layer][gap + 1]
            by = times.arrive_by[layer][gap]
            if left >= NEVER:
                continue
            early = left - int(arrays.service[-1]) - int(arrays.setup[-1])
            late = max(by, early)
            for window in visit.windows:
                if early > window.end_s:
                    option = (early - window.end_s, gap, "later", window)
                elif late < window.start_s:
                    option = (window.start_s - late, gap, "earlier", window)
                else:
                    continue
                if best is None or option[0] < best[0]:
                    best = option
    if best is None:
        return
    seconds, gap, side, window = best
    minutes = -(-seconds // MINUTE) * MINUTE
    wider = _wider(window, minutes, side == "later")
    windows = tuple(wider if w is window else w for w in visit.windows)
    change = Change(
        ChangeKind.LONGER_WINDOW,
        {
            "team": shift.team,
            "day": day,
            "seconds": minutes,
            "side": side,
            "window": visit.windows.index(window),
        },
    )
    yield _Idea((minutes, 1), change, replace(visit, windows=windows), shift, gap)


def _verified(problem: Problem, arrays: Arrays, routes: Routes, idea: _Idea) -> bool:
    """Whether the checker finds nothing wrong with the visit in its place, under the changed rules."""
    r = next(
        k
        for k, s in enumerate(problem.shifts)
        if (s.team, s.day) == (idea.shift.team, idea.shift.day)
    )
    if any(routes.fixed):
        return _verified_whole(problem, routes, r, idea)
    trial = _Trial(problem, routes, arrays, r)
    if trial.times(idea.visit, idea.shift, idea.gap) is None:
        return False
    count = len(trial.sequence)
    order = [*range(idea.gap), count, *range(idea.gap, count)]
    changed = replace(
        problem,
        visits=(*trial.visits, idea.visit),
        shifts=(idea.shift,),
        quotas=_quotas(problem, arrays, routes, r, idea),
        previous=Previous(),
    )
    small = Arrays(changed)
    route = route_of(small, changed, 0, order, {})
    return not check(changed, Plan((route,), (), score_of_routes(small, changed, [route], [0])))


def _verified_whole(problem: Problem, routes: Routes, r: int, idea: _Idea) -> bool:
    """The same for a plan in which routes hang together, or some of which can no longer be moved: all of it re-timed."""
    names = [visit.id for visit in problem.visits]
    served = {names[v] for sequence in routes.sequences for v in sequence} | {idea.visit.id}
    changed = with_change(problem, idea.visit.id, idea.change)
    changed = replace(changed, visits=tuple(v for v in changed.visits if v.id in served))
    orders = {
        (shift.team, shift.day): [names[v] for v in routes.sequences[k]]
        for k, shift in enumerate(problem.shifts)
    }
    orders[idea.shift.team, idea.shift.day].insert(idea.gap, idea.visit.id)
    return not check(changed, retime(changed, orders))


def _quotas(
    problem: Problem, arrays: Arrays, routes: Routes, r: int, idea: _Idea
) -> tuple[Quota, ...]:
    """Return the date's quota as this route sees it: less those whom the other teams visit, plus a change of it."""
    day: date = idea.shift.day
    quota = problem.quota(day)
    if quota is None:
        return ()
    own = sum(problem.visits[v].people for v in routes.sequences[r])
    others = routes.people[arrays.shifts[r].day] - own
    more = idea.change.parameters.get("people", 0) if idea.change.kind is ChangeKind.QUOTA else 0
    return (Quota(day, max(quota + int(more) - others, 0)),)
