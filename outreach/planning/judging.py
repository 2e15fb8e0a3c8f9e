"""Judging a board: its routes timed, every broken rule found, and the best places for a visit.

A rule is hard when no time and no overtime could mend it (a team without the equipment, a date that is not allowed,
the quota): an edit that breaks one is refused with the reason. A rule of the clock is soft: the edit is made, the
broken rule is told and stands out, and the board cannot become a version before it is mended or allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import routing
from outreach.planning.edits import Board, Edit, EditKind, Where, problem_of
from routing.arrays import Arrays
from routing.changes import with_change
from routing.checker import Broken, Rule, check, score_of
from routing.explain import explain
from routing.given import Unsound, retime, retime_in
from routing.slots import Slot, slots

SOFT: Final = frozenset(
    {
        Rule.WINDOW, Rule.VISITS_END, Rule.LATE_BACK, Rule.BREAK, Rule.MOST_VISITS,
        Rule.MOST_DURATION, Rule.MOST_TRAVEL, Rule.CAPACITY,
    }
)  # fmt: skip
"""Rules of the clock, which an edit may break for the time being."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A board with its question, its routes as they would be driven, and the rules that they break."""

    board: Board
    problem: routing.Problem
    plan: routing.Plan
    broken: tuple[Broken, ...]

    @property
    def is_sound(self) -> bool:
        """Whether no rule is broken: it may become a version."""
        return not self.broken

    def route(self, where: Where) -> routing.Route | None:
        """Return a route as it would be driven, or None when nobody goes."""
        return next((r for r in self.plan.routes if (r.team, r.day) == where), None)


def judge(base: routing.Problem, answer: routing.Plan, board: Board) -> Judged:
    """Return the board as it would be driven. `base` and `answer` are those of the version it began with."""
    problem = problem_of(base, board)
    left = _left_out(problem, answer, board)
    plan = retime(problem, board.orders, left)
    return Judged(board, problem, plan, tuple(check(problem, plan)))


def judge_after(
    base: routing.Problem, answer: routing.Plan, before: Judged, board: Board
) -> Judged:
    """Return what `judge` returns, quicker: only the routes that differ from those of a board before are timed anew."""
    problem = problem_of(base, board)
    changed = _changed_routes(before, problem, board)
    earlier = tuple(e for e in problem.previous.visits if (e.team, e.day) in changed)
    few = {v for where in changed for v in board.orders[where]} | {e.visit for e in earlier}
    visits = tuple(visit for visit in problem.visits if visit.id in few)
    if any(visit.crews > 1 for visit in visits):
        return judge(base, answer, board)  # the other team's route may change with it
    part = replace(
        problem,
        visits=visits,
        shifts=tuple(s for s in problem.shifts if (s.team, s.day) in changed),
        quotas=(),
        previous=replace(problem.previous, visits=earlier),
    )
    timed = {(r.team, r.day): r for r in before.plan.routes if (r.team, r.day) not in changed}
    if part.shifts:
        again = retime(part, {where: board.orders[where] for where in changed})
        timed.update({(route.team, route.day): route for route in again.routes})
    routes = tuple(timed[s.team, s.day] for s in problem.shifts if (s.team, s.day) in timed)
    plan = routing.Plan(routes, _left_out(problem, answer, board), before.plan.score)
    plan = replace(plan, score=score_of(problem, plan))
    return Judged(board, problem, plan, tuple(check(problem, plan)))


def _changed_routes(before: Judged, problem: routing.Problem, board: Board) -> set[Where]:
    """Return the routes whose order, hours or visits are not those of a board before."""
    was = {visit.id: visit for visit in before.problem.visits}
    same = {visit.id for visit in problem.visits if visit == was.get(visit.id)}
    hours = {(shift.team, shift.day): shift for shift in before.problem.shifts}
    return {
        (shift.team, shift.day)
        for shift in problem.shifts
        for where in [(shift.team, shift.day)]
        if board.orders[where] != before.board.orders.get(where)
        or hours.get(where) != shift
        or not same.issuperset(board.orders[where])
    }


def _left_out(
    problem: routing.Problem, answer: routing.Plan, board: Board
) -> tuple[routing.Unserved, ...]:
    served = board.served
    known = {one.visit: one for one in answer.unserved}
    return tuple(
        known.get(visit.id) or routing.Unserved(visit.id, routing.Reason.NO_TIME_LEFT)
        for visit in problem.visits
        if visit.id not in served
    )


def new_hard(before: Judged, after: Judged) -> list[Broken]:
    """Return the hard rules that an edit newly breaks; what was broken before is not its doing."""
    known = {_name(one) for one in before.broken}
    return [one for one in after.broken if one.rule not in SOFT and _name(one) not in known]


def new_soft(before: Judged, after: Judged) -> list[Broken]:
    """Return the rules of the clock that an edit newly breaks."""
    known = {_name(one) for one in before.broken}
    return [one for one in after.broken if one.rule in SOFT and _name(one) not in known]


def _name(one: Broken) -> tuple[Rule, str, date | None, str]:
    return one.rule, one.team, one.day, one.visit


def best_places(now: Judged, visit: str, most: int = 8) -> tuple[Slot, ...]:
    """Return the cheapest sound places for a visit, the best first; `position` counts without the visit itself.

    Only routes that are sound as they stand are looked at. A visit of two teams, or one that was taken off by hand or
    is held where it is, has none.
    """
    if now.problem.visit(visit).crews > 1:
        return ()
    freed = replace(
        now.board,
        orders={w: tuple(v for v in o if v != visit) for w, o in now.board.orders.items()},
        pins=now.board.pins - {visit},
        excluded=now.board.excluded - {visit},
        changes=(),  # the question has them already
    )
    bad = {(one.team, one.day) for one in now.broken if one.team and one.day}
    closed = now.board.locked | bad
    problem = problem_of(now.problem, freed)
    orders = {w: list(o) for w, o in freed.orders.items() if w not in bad}
    try:
        found = slots(problem, retime(problem, orders), visit, most * 4)
    except (Unsound, ValueError):
        return ()
    home = now.board.home(visit)
    here = (home, now.board.orders[home].index(visit)) if home else None
    return tuple(
        slot
        for slot in found
        if (slot.team, slot.day) not in closed
        and ((slot.team, slot.day), slot.position) != here
    )[:most]  # fmt: skip


def team_on(now: Judged, visit: str, day: date) -> str:
    """Return which team a visit goes to when only the date is said: its own, else the one with the cheapest place.

    Where no place keeps every rule it is the first that goes out, so that the rules can be told; "" where none does.
    """
    home = now.board.home(visit)
    if home is not None:
        return home[0]
    going = [team for team, on in now.board.orders if on == day]
    found = [
        slot.team for slot in best_places(now, visit, len(now.board.orders)) if slot.day == day
    ]
    return next(iter([*found, *sorted(going)]), "")


def why_left_out(now: Judged, visit: str) -> routing.Unserved | None:
    """Return why a visit is on no route of the board as it is now, with the smallest change that would serve it.

    None while the board breaks rules, or when the visit is on a route.
    """
    served = now.board.served
    if visit in served or not now.is_sound:
        return None
    few = tuple(one for one in now.problem.visits if one.id in served or one.id == visit)
    problem = replace(now.problem, visits=few)
    left = tuple(one for one in now.plan.unserved if one.visit == visit)
    return explain(problem, replace(now.plan, unserved=left))[0]


def place_after(now: Judged, visit: str, change: routing.Change) -> Edit | None:
    """Return the edit that applies a change and puts the visit where it then fits best, or None where it fits nowhere."""
    problem = with_change(now.problem, visit, change)
    found = slots(problem, now.plan, visit, 1)
    if not found or not now.is_sound:
        return None
    best = found[0]
    return Edit(EditKind.CHANGE, (visit,), best.team, best.day, best.position, change)


def with_best_position(now: Judged, edit: Edit) -> Edit:
    """Return a MOVE that names no position with the best one: fewest broken rules of that route, then the least driving."""
    if edit.position is not None or edit.kind is not EditKind.MOVE:
        return edit
    team, day = edit.where
    rest = [v for v in now.board.orders.get(edit.where, ()) if v not in edit.visits]
    route = alone(now.problem, edit.where, {*rest, *edit.visits})
    if not route.shifts:
        return replace(edit, position=0)
    arrays = Arrays(route)
    tried: list[tuple[int, int, int]] = []
    for position in range(len(rest) + 1):
        order = [*rest[:position], *edit.visits, *rest[position:]]
        plan = retime_in(route, arrays, {(team, day): order})
        driving = sum(one.travel_s + one.wait_s for one in plan.routes)
        tried.append((len(check(route, plan)), driving, position))
    return replace(edit, position=min(tried)[2])


def alone(problem: routing.Problem, where: Where, visits: set[str]) -> routing.Problem:
    """Return the question of one route and its visits alone."""
    earlier = tuple(
        e for e in problem.previous.visits if (e.team, e.day) == where and e.visit in visits
    )
    return replace(
        problem,
        visits=tuple(replace(v, crews=1, pin=None) for v in problem.visits if v.id in visits),
        shifts=tuple(shift for shift in problem.shifts if (shift.team, shift.day) == where),
        quotas=(),
        previous=replace(problem.previous, visits=earlier),
    )


def moved_later(before: routing.Plan, after: routing.Plan, minutes: int = 30) -> Sequence[str]:
    """Return the visits that stay on their route and date but begin more than `minutes` earlier or later."""
    was = {s.visit: (r.team, r.day, s.start_s) for r in before.routes for s in r.stops}
    return [
        stop.visit
        for route in after.routes
        for stop in route.stops
        if stop.visit in was
        and was[stop.visit][:2] == (route.team, route.day)
        and abs(was[stop.visit][2] - stop.start_s) > minutes * 60
    ]
