"""Edits of a plan by hand, as values: a board of who goes where, and what each edit makes of it.

Nothing here knows the database. A board together with its question is judged by the same checker that every plan
must pass, so an edit is allowed exactly when its routes could be driven. The same edits on the same board give the
same board, to the byte: undo is a replay that stops one edit earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

import routing
from routing.changes import with_change

Where = tuple[str, date]
"""A route: whose, and on which date."""
NOBODY: Final[frozenset[str]] = frozenset()
"""The teams that may visit somebody who was taken off the plan by hand."""


class EditKind(StrEnum):
    """What a planner does on the board."""

    MOVE = "move"
    SWAP = "swap"
    EXCLUDE = "exclude"
    INCLUDE = "include"
    PIN = "pin"
    UNPIN = "unpin"
    LOCK = "lock"
    UNLOCK = "unlock"
    CHANGE = "change"
    REPLACE = "replace"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit. `visits` move, are swapped (two), taken off, let on again, pinned or freed; `team` and `day` name a
    route, `position` a place on it (0 is the first). CHANGE applies a change of routing for one visit and puts the
    visit in at its place; REPLACE sets whole routes, as the optimiser found them; CLOSE takes teams off their dates,
    with whoever they have begun with in `orders`.
    """

    kind: EditKind
    visits: tuple[str, ...] = ()
    team: str = ""
    day: date | None = None
    position: int | None = None
    change: routing.Change | None = None
    orders: tuple[tuple[str, date, tuple[str, ...]], ...] = ()

    @property
    def where(self) -> Where:
        """The route that the edit names. Raises ValueError where it names none."""
        if not self.team or self.day is None:
            raise ValueError("this edit names no route")
        return self.team, self.day


@dataclass(frozen=True, slots=True)
class Board:
    """Who goes where. `orders` holds every route of the question, empty ones too; `changes` what was allowed by hand.

    A team that is off has no route; `closed` are those that had begun: they end with what they have.
    """

    orders: Mapping[Where, tuple[str, ...]]
    pins: frozenset[str] = frozenset()
    locked: frozenset[Where] = frozenset()
    excluded: frozenset[str] = frozenset()
    closed: frozenset[Where] = frozenset()
    changes: tuple[tuple[str, routing.Change], ...] = field(default_factory=tuple)

    def home(self, visit: str) -> Where | None:
        """Return the route that a visit is on, or None."""
        return next((where for where, order in self.orders.items() if visit in order), None)

    @property
    def served(self) -> frozenset[str]:
        """The visits that are on a route."""
        return frozenset(visit for order in self.orders.values() for visit in order)


class EditRefused(ValueError):
    """An edit that cannot be made: `code` says why, `visit` and `where` of what."""

    def __init__(self, code: str, visit: str = "", where: Where | None = None) -> None:
        super().__init__(code)
        self.code, self.visit, self.where = code, visit, where


def board_of(problem: routing.Problem, plan: routing.Plan) -> Board:
    """Return the board that a stored version begins with: its pins and who was taken off are in its question."""
    orders: dict[Where, tuple[str, ...]] = {(s.team, s.day): () for s in problem.shifts}
    orders.update({(route.team, route.day): route.visits for route in plan.routes})
    pinned = {visit.id: visit.pin for visit in problem.visits if visit.pin is not None}
    return Board(
        orders=orders,
        pins=frozenset(pinned),
        locked=frozenset(
            where
            for where, order in orders.items()
            if order and all(v in pinned and pinned[v].position is not None for v in order)
        ),
        excluded=frozenset(v.id for v in problem.visits if v.allowed_teams == NOBODY),
    )


def problem_of(problem: routing.Problem, board: Board) -> routing.Problem:
    """Return the question as the board asks it: with what was allowed by hand, pins, and without who was taken off."""
    for visit_id, change in board.changes:
        problem = with_change(problem, visit_id, change)
    places = {
        visit: (team, day, position)
        for (team, day), order in board.orders.items()
        for position, visit in enumerate(order)
    }
    return replace(
        problem,
        visits=tuple(_visit(one, board, places.get(one.id)) for one in problem.visits),
        shifts=tuple(
            replace(one, most_visits=len(board.orders[one.team, one.day]))
            if (one.team, one.day) in board.closed
            else one
            for one in problem.shifts
            if (one.team, one.day) in board.orders
        ),
    )


def apply(board: Board, edit: Edit) -> Board:
    """Return the board after an edit. Raises EditRefused when it is not possible at all."""
    match edit.kind:
        case EditKind.MOVE:
            return _moved(board, edit)
        case EditKind.SWAP:
            return _swapped(board, edit)
        case EditKind.EXCLUDE:
            _refuse_held(board, edit.visits)
            orders = {w: _without(order, edit.visits) for w, order in board.orders.items()}
            return replace(board, orders=orders, excluded=board.excluded | set(edit.visits))
        case EditKind.INCLUDE:
            return replace(board, excluded=board.excluded - set(edit.visits))
        case EditKind.PIN:
            for visit in edit.visits:
                if board.home(visit) is None:
                    raise EditRefused("not_on_a_route", visit)
            return replace(board, pins=board.pins | set(edit.visits))
        case EditKind.UNPIN:
            return replace(board, pins=board.pins - set(edit.visits))
        case EditKind.LOCK:
            if not board.orders.get(edit.where):
                raise EditRefused("empty_route", where=edit.where)
            return replace(board, locked=board.locked | {edit.where})
        case EditKind.UNLOCK:
            freed = board.pins - set(board.orders.get(edit.where, ()))
            return replace(board, locked=board.locked - {edit.where}, pins=freed)
        case EditKind.CHANGE:
            assert edit.change is not None
            board = replace(board, changes=(*board.changes, (edit.visits[0], edit.change)))
            return _moved(board, edit)
        case EditKind.REPLACE:
            return _replaced(board, edit)
        case EditKind.CLOSE:
            return _closed(board, edit)


def replay(board: Board, edits: Iterable[Edit]) -> Board:
    """Return the board after all these edits, in their order."""
    for edit in edits:
        board = apply(board, edit)
    return board


def _visit(one: routing.Visit, board: Board, place: tuple[str, date, int] | None) -> routing.Visit:
    allowed = one.allowed_teams
    if one.id in board.excluded:
        allowed = NOBODY
    elif allowed == NOBODY:
        allowed = None
    pin = None
    if place is not None and one.crews == 1:
        team, day, position = place
        if (team, day) in board.locked:
            pin = routing.Pin(day, team, position)
        elif one.id in board.pins:
            pin = routing.Pin(day, team)
    if (pin, allowed) == (one.pin, one.allowed_teams):
        return one
    return replace(one, pin=pin, allowed_teams=allowed)


def _moved(board: Board, edit: Edit) -> Board:
    where = edit.where
    if where not in board.orders:
        raise EditRefused("no_shift", where=where)
    if where in board.closed:
        raise EditRefused("closed", where=where)
    if where in board.locked:
        raise EditRefused("locked", where=where)
    _refuse_held(board, edit.visits)
    orders = {key: _without(order, edit.visits) for key, order in board.orders.items()}
    order = orders[where]
    at = len(order) if edit.position is None else min(max(edit.position, 0), len(order))
    orders[where] = (*order[:at], *edit.visits, *order[at:])
    return replace(board, orders=orders, excluded=board.excluded - set(edit.visits))


def _swapped(board: Board, edit: Edit) -> Board:
    first, second = edit.visits
    for visit in edit.visits:
        if board.home(visit) is None:
            raise EditRefused("not_on_a_route", visit)
    _refuse_held(board, edit.visits)
    other = {first: second, second: first}
    return replace(
        board,
        orders={w: tuple(other.get(v, v) for v in order) for w, order in board.orders.items()},
    )


def _replaced(board: Board, edit: Edit) -> Board:
    found = {(team, day): order for team, day, order in edit.orders}
    if unknown := found.keys() - board.orders.keys():
        raise EditRefused("no_shift", where=min(unknown))
    held = {v for w in board.locked for v in board.orders[w]} | (board.pins & board.served)
    orders = {where: found.get(where, order) for where, order in board.orders.items()}
    for visit in sorted(held):
        home = board.home(visit)
        assert home is not None
        if visit not in orders[home]:
            raise EditRefused("pinned", visit, home)
    return replace(board, orders=orders)


def _closed(board: Board, edit: Edit) -> Board:
    """Take teams off their dates: whatever was pinned or locked there is free again."""
    off = {(team, day): kept for team, day, kept in edit.orders}
    orders = {
        where: off.get(where, order)
        for where, order in board.orders.items()
        if off.get(where, True)
    }
    served = {visit for order in orders.values() for visit in order}
    return replace(
        board,
        orders=orders,
        pins=board.pins & served,
        locked=board.locked - off.keys(),
        closed=board.closed | (off.keys() & orders.keys()),
    )


def _refuse_held(board: Board, visits: Iterable[str]) -> None:
    """Refuse to take a visit from a locked route, or one that is pinned: a person frees it first."""
    for visit in visits:
        home = board.home(visit)
        if home in board.locked:
            raise EditRefused("locked", visit, home)
        if visit in board.pins and home is not None:
            raise EditRefused("pinned", visit, home)


def _without(order: tuple[str, ...], visits: Iterable[str]) -> tuple[str, ...]:
    gone = set(visits)
    return order if gone.isdisjoint(order) else tuple(v for v in order if v not in gone)


def edit_to_json(edit: Edit) -> dict[str, Any]:
    """Return an edit as the database keeps it."""
    kept: dict[str, Any] = {"kind": edit.kind.value}
    if edit.visits:
        kept["visits"] = list(edit.visits)
    if edit.team:
        kept["team"] = edit.team
    if edit.day is not None:
        kept["day"] = edit.day.isoformat()
    if edit.position is not None:
        kept["position"] = edit.position
    if edit.change is not None:
        kept["change"] = {"kind": edit.change.kind.value, "given": dict(edit.change.parameters)}
    if edit.orders:
        kept["orders"] = [[team, day.isoformat(), list(o)] for team, day, o in edit.orders]
    return kept


def edit_from_json(kept: Mapping[str, Any]) -> Edit:
    """Return the edit that the database kept."""
    change = kept.get("change")
    return Edit(
        kind=EditKind(kept["kind"]),
        visits=tuple(kept.get("visits", ())),
        team=kept.get("team", ""),
        day=date.fromisoformat(kept["day"]) if "day" in kept else None,
        position=kept.get("position"),
        change=routing.Change(routing.ChangeKind(change["kind"]), change["given"])
        if change
        else None,
        orders=tuple(
            (team, date.fromisoformat(day), tuple(order))
            for team, day, order in kept.get("orders", ())
        ),
    )


def board_to_json(board: Board) -> dict[str, Any]:
    """Return a board in one and the same order always, so that two boards are the same when their bytes are."""
    return {
        "orders": [[t, d.isoformat(), list(o)] for (t, d), o in sorted(board.orders.items())],
        "pins": sorted(board.pins),
        "locked": [[team, day.isoformat()] for team, day in sorted(board.locked)],
        "excluded": sorted(board.excluded),
        "closed": [[team, day.isoformat()] for team, day in sorted(board.closed)],
        "changes": [
            [visit, change.kind.value, dict(change.parameters)] for visit, change in board.changes
        ],
    }
