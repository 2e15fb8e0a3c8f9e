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
from routing.changes import with_change
from routing.checker import Broken, Rule, check
from routing.explain import explain
from routing.given import Unsound, retime
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
    served = board.served
    known = {one.visit: one for one in answer.unserved}
    left = tuple(
        known.get(visit.id) or routing.Unserved(visit.id, routing.Reason.NO_TIME_LEFT)
        for visit in problem.visits
        if visit.id not in served
    )
    plan = retime(problem, {where: list(order) for where, order in board.orders.items()}, left)
    return Judged(board, problem, plan, tuple(check(problem, plan)))


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
    tried: list[tuple[int, int, int]] = []
    for position in range(len(rest) + 1):
        order = [*rest[:position], *edit.visits, *rest[position:]]
        plan = retime(route, {(team, day): order} if route.shifts else {})
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
