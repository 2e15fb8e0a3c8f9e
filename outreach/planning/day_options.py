"""The ways out of a day that does not go to plan, from the fewest changes to the most people.

Each starts from the one before: first only what must change, then a place for whoever lost theirs, then people from
the waiting list in the time that is free. Everything is tried against the same rules as any plan; the routes of today
and of the plan's later dates take part, and nothing that is frozen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import Final

import routing
from outreach.planning.day_question import Question
from outreach.planning.edits import Board, Where
from outreach.planning.judging import SOFT, alone
from routing.arrays import Arrays
from routing.checker import Rule, check
from routing.given import Unsound, retime
from routing.slots import Slot, slots_in

MOST_ADDED: Final = 40
"""So many people of the waiting list are tried, those with most points first."""


MOST_PAIRED: Final = 10
"""Of so many with the fewest points two may make room together for somebody urgent."""


class Way(StrEnum):
    """How far a re-planning goes: the first three at once, the others by a search. The values stand in forms."""

    FEWEST = "tetap"
    PLACES = "cari"
    MORE = "isi"
    REARRANGE = "atur"
    FREE = "bebas"


Orders = dict[Where, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Option:
    """One way out: the routes of every date of the plan, in order."""

    way: Way
    orders: Mapping[Where, tuple[str, ...]]


def options(asked: Question) -> list[Option]:
    """Return the ways out that differ, the one with the fewest changes first."""
    fewest = only_what_must(asked)
    found = [] if asked.urgent else [Option(Way.FEWEST, fewest)]
    for way, made in (
        (Way.PLACES, places := with_places(asked, fewest)),
        (Way.MORE, with_more(asked, places)),
    ):
        if not found or made != found[-1].orders:
            found.append(Option(way, made))
    return found


def board_of_orders(asked: Question, orders: Mapping[Where, tuple[str, ...]]) -> Board:
    """Return the orders as a board, with those whom a planner took off still off."""
    off = frozenset(v.id for v in asked.problem.visits if v.allowed_teams == frozenset())
    return Board(orders=orders, excluded=off)


def only_what_must(asked: Question) -> Orders:
    """Return the routes with whoever no longer fits taken off: of each route the one whose loss mends most."""
    orders = dict(asked.orders)
    for where, order in orders.items():
        if where[1] < asked.day or where in asked.closed:
            continue
        while order and (broken := _broken(asked, where, order)):
            free = [visit for visit in order if visit not in asked.frozen]
            if not free:
                break
            named = [v for one in broken if one[0] not in SOFT and (v := one[1]) in free]
            lost = min(named or free, key=lambda v: _worth_losing(asked, where, order, v))
            order = tuple(visit for visit in order if visit != lost)
        orders[where] = order
    return orders


def with_places(asked: Question, orders: Orders) -> Orders:
    """Return the routes with a place, where there is one, for whoever lost theirs: today before a later date."""
    served = {visit for order in orders.values() for visit in order}
    before = {visit for order in asked.orders.values() for visit in order} | set(asked.homeless)
    points = {visit.id: visit.priority for visit in asked.problem.visits}
    lost = sorted((v for v in before - served if v in points), key=lambda v: (-points[v], v))
    for visit in lost:
        orders = _put_in(asked, orders, visit)
    return orders


def with_more(asked: Question, orders: Orders) -> Orders:
    """Return the routes with people of the waiting list in the time that is left today."""
    for visit in asked.waiting[:MOST_ADDED]:
        found = _slots(asked, orders, visit)
        today = [slot for slot in found if slot.day == asked.day]
        if today:
            orders = _with(orders, visit, today[0])
    return orders


def _put_in(asked: Question, orders: Orders, visit: str) -> Orders:
    found = _slots(asked, orders, visit)
    today = [slot for slot in found if slot.day == asked.day]
    if today:
        return _with(orders, visit, today[0])
    if visit == asked.urgent:
        return _instead(asked, orders, visit)
    if found:
        return _with(orders, visit, min(found, key=lambda slot: (slot.day, slot.cost_s)))
    return orders


def _instead(asked: Question, orders: Orders, visit: str) -> Orders:
    """Put in who must be visited today instead of one or two with the fewest points, with a later place for them."""
    points = {one.id: one.priority for one in asked.problem.visits}
    today = [v for (_t, day), order in orders.items() if day == asked.day for v in order]
    free = sorted((v for v in today if v not in asked.frozen), key=lambda v: (points[v], v))
    pairs = combinations(free[:MOST_PAIRED], 2)
    for others in (*((one,) for one in free), *pairs):
        less = {w: tuple(v for v in o if v not in others) for w, o in orders.items()}
        found = [slot for slot in _slots(asked, less, visit) if slot.day == asked.day]
        if found:
            made = _with(less, visit, found[0])
            for other in others:
                made = _put_in(asked, made, other)
            return made
    return orders


def _with(orders: Orders, visit: str, slot: Slot) -> Orders:
    where = (slot.team, slot.day)
    order = orders[where]
    return {**orders, where: (*order[: slot.position], visit, *order[slot.position :])}


def _slots(asked: Question, orders: Orders, visit: str) -> list[Slot]:
    """Return the places for a visit from today on, the cheapest first; none on routes that break rules."""
    one = asked.problem.visit(visit)
    if one.crews > 1:
        return []
    served = {v for order in orders.values() for v in order} | {visit}
    problem = replace(
        asked.problem, visits=tuple(v for v in asked.problem.visits if v.id in served)
    )
    kept = {w: list(o) for w, o in orders.items() if o}
    try:
        found = slots_in(problem, Arrays(problem), retime(problem, kept), visit, 60)
    except (Unsound, ValueError):
        return []
    return [s for s in found if s.day >= asked.day and (s.team, s.day) not in asked.closed]


def _broken(asked: Question, where: Where, order: Iterable[str]) -> list[tuple[Rule, str]]:
    """Return the rules that one route breaks, with whom."""
    order = list(order)
    problem = alone(asked.problem, where, set(order))
    if not problem.shifts:
        return [(Rule.UNKNOWN_SHIFT, visit) for visit in order]
    return [(one.rule, one.visit) for one in check(problem, retime(problem, {where: order}))]


def _worth_losing(
    asked: Question, where: Where, order: tuple[str, ...], visit: str
) -> tuple[int, int, int]:
    """Rank whom to take off a route: what then still breaks, points, and the later ones first."""
    left = [v for v in order if v != visit]
    return (
        len(_broken(asked, where, left)),
        asked.problem.visit(visit).priority,
        -order.index(visit),
    )


def judged_plan(asked: Question, orders: Mapping[Where, tuple[str, ...]]) -> routing.Plan:
    """Return the routes as they would be driven, with nobody named as left out."""
    return retime(asked.problem, {w: list(o) for w, o in orders.items() if o})
