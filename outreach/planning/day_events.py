"""What a recipe makes otherwise in the question of a day under way: a shift that ends, a longer visit, a cut road."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.planning.edits import Where
from outreach.planning.problem_builder import visit_of, windows_of
from outreach.planning.recipes import Call, Recipe
from outreach.referrals.circumstances import DAY_S
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from routing.travel import crow

DOOR_S: Final = 5 * 60
"""What a visit takes where nobody opens: knocking, asking a neighbour, packing up."""
URGENT_POINTS: Final = 5000
"""More points for whoever must be visited today: more than a day of anybody's waiting can weigh."""
GO: Final = frozenset({ReferralState.SCHEDULED, ReferralState.ACCEPTED})
"""States in which somebody may be visited."""


@dataclass(slots=True)
class Ground:
    """A day under way while a call is worked into it; times in seconds of the day. See `day_question.Question`."""

    day: date
    now_s: int
    freeze_s: int
    orders: dict[Where, list[str]]
    frozen: Collection[str]
    released: Collection[str]
    homeless: list[str] = field(default_factory=list)
    closed: set[Where] = field(default_factory=set)


def as_it_happened(
    session: Session, problem: routing.Problem, call: Call, ground: Ground
) -> routing.Problem:
    """Return the problem as the call makes it; the orders, homeless and closed routes of the ground change with it."""
    orders, frozen, day = ground.orders, ground.frozen, ground.day
    where = (call.team_id, day)
    problem = _with_overtime(problem, day, 60 * call.overtime)
    match call.recipe:
        case Recipe.ILL if call.minutes:
            ahead = [visit for visit in orders[where] if visit not in frozen]
            longer = {visit: _longer(problem.visit(visit), call.seconds) for visit in ahead}
            return _with_visits(problem, longer)
        case Recipe.VEHICLE if call.minutes:
            return _waits(problem, where, orders[where], frozen, ground.now_s + call.seconds)
        case Recipe.ILL | Recipe.VEHICLE:
            ground.homeless += [visit for visit in orders[where] if visit in ground.released]
            orders[where] = [visit for visit in orders[where] if visit not in ground.released]
            ground.closed.add(where)
            return _ended(problem, where, len(orders[where]), ground.freeze_s)
        case Recipe.OVERRUN:
            one = _longer(problem.visit(call.referral_id), call.seconds)
            return _with_visits(problem, {call.referral_id: one})
        case Recipe.NOT_HOME if call.minutes:
            for order in orders.values():
                order[:] = [visit for visit in order if visit != call.referral_id]
            ground.homeless.append(call.referral_id)
            visit = problem.visit(call.referral_id)
            again = replace(visit, windows=not_before(visit.windows, call.seconds))
            return _with_visits(problem, {visit.id: again})
        case Recipe.NOT_HOME:
            visit = problem.visit(call.referral_id)
            return _with_visits(problem, {visit.id: replace(visit, service_s=DOOR_S)})
        case Recipe.URGENT:
            if call.referral_id in frozen:
                raise Refused(_("A team is on its way to this person already."))
            for order in orders.values():
                order[:] = [visit for visit in order if visit != call.referral_id]
            ground.homeless.append(call.referral_id)
            return problem
        case Recipe.ROAD:
            return _road(session, problem, call, ground)
        case _:
            return problem


def with_urgent(
    session: Session, problem: routing.Problem, call: Call, day: date
) -> routing.Problem:
    """Return the problem with the urgent person in it, to be visited today before everybody else."""
    if call.recipe is not Recipe.URGENT:
        return problem
    referral = session.get(Referral, call.referral_id)
    if referral is None or referral.state not in GO:
        raise Refused(_("Choose somebody on the waiting list."))
    known = {visit.id: visit for visit in problem.visits}
    if referral.id not in known:
        problem, place = _with_place(problem, referral)
        known[referral.id] = visit_of(referral, place, day, day)
    urgent = replace(
        known[referral.id],
        windows=windows_of(referral), earliest=day, due=day, allowed_teams=None, pin=None,
        priority=known[referral.id].priority + URGENT_POINTS,
    )  # fmt: skip
    others = tuple(visit for visit in problem.visits if visit.id != referral.id)
    return replace(problem, visits=(*others, urgent))


def _with_place(problem: routing.Problem, referral: Referral) -> tuple[routing.Problem, int]:
    """Return the problem with one more place, and its number; every way to it is a straight-line estimate."""
    for visit in problem.visits:
        if visit.address and visit.address == referral.address_key:
            return problem, visit.place
    place = routing.Place(referral.lat, referral.lon)
    number = len(problem.places)
    travel = []
    for part in problem.travel:
        near = crow.travel((place, *problem.places), part.profile)
        travel.append(
            replace(
                part,
                seconds=_grown(part.seconds, near.seconds),
                metres=_grown(part.metres, near.metres),
                estimates=part.estimates | {number},
            )
        )
    return replace(problem, places=(*problem.places, place), travel=tuple(travel)), number


def _grown(old: routing.Matrix, near: routing.Matrix) -> routing.Matrix:
    """Return a matrix with one more place, whose ways `near` holds first."""
    cells = array("i")
    for row in range(old.size):
        cells.extend(old.cells[row * old.size : (row + 1) * old.size])
        cells.append(near[row + 1, 0])
    cells.extend(near[0, column + 1] for column in range(old.size))
    cells.append(0)
    return routing.Matrix(old.size + 1, cells)


def not_before(windows: tuple[routing.Window, ...], from_s: int) -> tuple[routing.Window, ...]:
    """Return the windows without what lies before an hour; as they are where nothing would be left."""
    if not windows:
        return (routing.Window(from_s, DAY_S),)
    left = tuple(
        routing.Window(max(window.start_s, from_s), window.end_s)
        for window in windows
        if window.end_s >= from_s
    )
    return left or windows


def _with_visits(problem: routing.Problem, changed: Mapping[str, routing.Visit]) -> routing.Problem:
    return replace(problem, visits=tuple(changed.get(v.id, v) for v in problem.visits))


def _longer(visit: routing.Visit, seconds: int) -> routing.Visit:
    return replace(visit, service_s=visit.service_s + seconds)


def _waits(
    problem: routing.Problem, where: Where, order: list[str], frozen: Collection[str], until_s: int
) -> routing.Problem:
    """Let a team stand still until a time: the last visit that it made lasts as long, or it leaves that much later."""
    stiff = [visit for visit in order if visit in frozen]
    if stiff:
        starts = {
            one.visit: one.start_s for one in problem.previous.visits if one.visit == stiff[-1]
        }
        last = problem.visit(stiff[-1])
        ready_s = starts[last.id] + last.setup_s + last.service_s
        return _with_visits(problem, {last.id: _longer(last, max(until_s - ready_s, 0))})
    return _with_shift(problem, where, start_s=until_s)


def _with_overtime(problem: routing.Problem, day: date, seconds: int) -> routing.Problem:
    """Return the problem with teams that may work, and come home, so much later today."""
    if not seconds:
        return problem
    return replace(
        problem,
        shifts=tuple(
            replace(
                shift,
                hard_end_s=shift.latest_back_s + seconds,
                visits_end_s=None if shift.visits_end_s is None else shift.visits_end_s + seconds,
            )
            if shift.day == day
            else shift
            for shift in problem.shifts
        ),
    )


def _with_shift(problem: routing.Problem, where: Where, start_s: int) -> routing.Problem:
    shifts = []
    for shift in problem.shifts:
        if (shift.team, shift.day) == where and start_s > shift.start_s:
            late_s = min(start_s, shift.end_s)
            rests = tuple(rest for rest in shift.breaks if rest.last_start_s >= late_s)
            shift = replace(shift, start_s=late_s, breaks=rests)
        shifts.append(shift)
    return replace(problem, shifts=tuple(shifts))


def _ended(problem: routing.Problem, where: Where, made: int, freeze_s: int) -> routing.Problem:
    """End the shift of a team that is lost, and keep it with what it has made."""
    shifts = []
    for shift in problem.shifts:
        if (shift.team, shift.day) == where:
            end_s = max(shift.start_s, min(shift.end_s, freeze_s))
            shift = replace(
                shift, end_s=end_s, hard_end_s=None, visits_end_s=end_s, breaks=(), most_visits=made
            )
        shifts.append(shift)
    return replace(problem, shifts=tuple(shifts))


def _road(
    session: Session,
    problem: routing.Problem,
    call: Call,
    ground: Ground,
) -> routing.Problem:
    """Return the problem without the villages of a cut road today, or with a longer way to them."""
    day = ground.day
    rows = session.execute(
        select(Referral.id, Referral.village_code).where(
            Referral.id.in_([visit.id for visit in problem.visits])
        )
    )
    there = {referral_id for referral_id, village in rows if village in call.villages}
    if not there:
        raise Refused(_("Choose the villages that the road leads to."))
    if call.minutes:
        places = {visit.place for visit in problem.visits if visit.id in there}
        return replace(problem, travel=tuple(_slower(t, places, call.seconds) for t in problem.travel))  # fmt: skip
    changed = {}
    for visit in problem.visits:
        if visit.id in there and visit.id not in ground.frozen:
            later = max(visit.earliest or day, day + timedelta(days=1))
            due = visit.due if visit.due and visit.due >= later else None
            changed[visit.id] = replace(visit, earliest=later, due=due)
    for (_team, on), order in ground.orders.items():
        if on == day:
            ground.homeless += [visit for visit in order if visit in changed]
            order[:] = [visit for visit in order if visit not in changed]
    return _with_visits(problem, changed)


def _slower(travel: routing.Travel, places: Collection[int], seconds: int) -> routing.Travel:
    """Return travel on which every way into or out of these places takes longer."""
    size = travel.seconds.size
    cells = array("i", travel.seconds.cells)
    for row in range(size):
        inside = row in places
        for column in range(size):
            at = row * size + column
            if inside != (column in places) and cells[at] >= 0:
                cells[at] += seconds
    return replace(travel, seconds=routing.Matrix(size, cells))
