"""The question of a day under way: what stands, what may no longer move, and what a recipe makes otherwise.

What a team has reached, or sets off for before the freeze, stays where it is. What is given back is a problem of
`routing` with the orders as they would be if nothing but the recipe happened, sound or not, and whoever lost a place.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from outreach import clock
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.planning.day_rules import rules_on
from outreach.planning.drafts import question_of
from outreach.planning.edits import NOBODY, Where
from outreach.planning.lookup import approved_routes
from outreach.planning.models import PlanVersion, Route
from outreach.planning.problem_builder import visit_of, windows_of
from outreach.planning.promise import promised_window
from outreach.planning.recipes import OF_TEAM, Call, Recipe
from outreach.planning.under_way import begun_on, earlier_of
from outreach.referrals.circumstances import DAY_S
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from routing.travel import crow

DOOR_S: Final = 5 * 60
"""What a visit takes where nobody opens: knocking, asking a neighbour, packing up."""
URGENT_POINTS: Final = 5000
"""More points for whoever must be visited today: more than a day of anybody's waiting can weigh."""
GO: Final = frozenset({ReferralState.SCHEDULED, ReferralState.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Question:
    """A day under way. `orders` holds every route of the problem; `homeless` who lost a place, or needs one (urgent);
    `waiting` who might be added; `released` whom their team had set off for and no longer reaches; `urgent` who must be
    visited today, whoever else is not.
    """

    day: date
    freeze_s: int
    problem: routing.Problem
    orders: Mapping[Where, tuple[str, ...]]
    homeless: tuple[str, ...]
    waiting: tuple[str, ...]
    released: frozenset[str]
    frozen: frozenset[str]
    closed: frozenset[Where] = frozenset()
    urgent: str = ""


def version_today(session: Session) -> PlanVersion:
    """Return the version by which teams drive today. Raises Refused when none does."""
    routes = approved_routes(session, [clock.today()])
    if not routes:
        raise Refused(_("No team is out today."))
    return routes[0].version


def standing_routes(session: Session, version: PlanVersion) -> list[Route]:
    """Return the routes of a version that stand, by date and team."""
    return [route for route in version.routes if route.replaced_by is None]


def where_everybody_is(routes: Iterable[Route]) -> dict[Where, tuple[str, ...]]:
    """Return the referrals of each route, in order."""
    return {
        (route.team_id, route.day): tuple(v.referral_id for s in route.stops for v in s.visits)
        for route in routes
    }


def question(
    session: Session,
    version: PlanVersion,
    call: Call,
    *,
    base: PlanVersion | None = None,
    was: Mapping[Where, tuple[str, ...]] | None = None,
) -> Question:
    """Return the question that a call asks of the version in force.

    To take a change back, `base` is the version before it and `was` where everybody stood then. Raises Refused for a
    call about somebody or something that is not of this day.
    """
    day = clock.today()
    now = clock.to_office(clock.now())
    now_s = now.hour * 3600 + now.minute * 60 + now.second
    freeze_s = min(now_s + 60 * rules_on(session, day).lead_min, DAY_S)
    routes = standing_routes(session, version)
    orders = where_everybody_is(routes)
    try:
        _problem, answer = question_of(version)
        problem, _answer = question_of(base or version)
    except routing.Malformed:
        raise Refused(_("This plan cannot be changed as it stands now.")) from None
    begun = begun_on(session, [route for route in routes if route.day <= day])
    begun |= _said_begun(call, orders, day)
    by_plan = {
        visit.referral_id
        for route in routes
        if route.day == day
        for stop in route.stops
        if stop.start_s <= now_s
        for visit in stop.visits
    }
    released = _released(call, orders, day, begun, by_plan)
    earlier = earlier_of(answer, orders, day, freeze_s, begun, released)
    previous = routing.Previous(earlier, day, freeze_s)
    frozen = frozenset(one.visit for one in earlier if previous.is_frozen(one))
    wanted = {where: list(order) for where, order in (was or orders).items()}
    if was is not None:
        wanted = {w: o for w, o in wanted.items() if w[1] >= day} | {
            w: list(o) for w, o in orders.items() if w[1] < day
        }
    problem = _with_urgent(session, problem, call, day)
    people = _people(session, problem)
    placed = {visit for order in wanted.values() for visit in order} | frozen
    missing = placed - {visit.id for visit in problem.visits}
    if missing:
        raise Refused(_("A team has begun with somebody who was added since. This can no longer be taken back."))  # fmt: skip
    gone = {v for v in placed - frozen if v not in people or people[v].state not in GO}
    homeless: list[str] = []
    closed: set[Where] = set()
    problem = replace(
        problem,
        previous=previous,
        visits=tuple(
            _as_of_today(visit, people.get(visit.id), visit.id in placed, frozen, day)
            for visit in problem.visits
            if visit.id in frozen
            or (visit.id in people and people[visit.id].state in GO and visit.id not in gone)
        ),
    )
    for order in wanted.values():
        order[:] = [visit for visit in order if visit not in gone]
    if was is None:
        problem = _hold_hours(problem, routes, day, frozen | released)
    problem = _with_overtime(problem, day, 60 * call.overtime)
    problem = _as_it_happened(
        session, problem, call, wanted, frozen, released, day, now_s, freeze_s, homeless, closed
    )
    for where in ((shift.team, shift.day) for shift in problem.shifts):
        wanted.setdefault(where, [])
    placed = {visit for order in wanted.values() for visit in order}
    waiting = tuple(
        visit.id
        for visit in sorted(problem.visits, key=lambda one: (-one.priority, one.id))
        if visit.id not in placed
        and visit.id not in homeless
        and visit.allowed_teams != NOBODY
        and people[visit.id].state is ReferralState.ACCEPTED
        and (visit.earliest is None or visit.earliest <= day)
    )
    return Question(
        day, freeze_s, problem, {w: tuple(o) for w, o in wanted.items()}, tuple(homeless), waiting,
        frozenset(released), frozen, frozenset(closed),
        call.referral_id if call.recipe is Recipe.URGENT else "",
    )  # fmt: skip


def _said_begun(call: Call, orders: Mapping[Where, tuple[str, ...]], day: date) -> set[str]:
    """Return the person with whom a team is now, as the call says."""
    if call.recipe is Recipe.OVERRUN or (call.recipe is Recipe.NOT_HOME and not call.minutes):
        _home(call.referral_id, orders, day)
        return {call.referral_id}
    return set()


def _released(
    call: Call,
    orders: Mapping[Where, tuple[str, ...]],
    day: date,
    begun: Collection[str],
    by_plan: Collection[str],
) -> set[str]:
    """Return whom their team no longer reaches, or reaches only later: they may move although it had set off.

    Until the planner says from whom on, a team is taken to be where the plan has it (`by_plan`).
    """
    if call.recipe is Recipe.NOT_HOME and call.minutes:
        _home(call.referral_id, orders, day)
        return {call.referral_id}
    if call.recipe not in OF_TEAM or call.minutes:
        return set()
    order = orders.get((call.team_id, day))
    if order is None:
        raise Refused(_("This team is not out today."))
    if call.first_id:
        if call.first_id not in order:
            raise Refused(_("This person is not on the route of this team today."))
        return set(order[order.index(call.first_id) :]) - set(begun)
    reached = set(begun) | set(by_plan)
    done = max((n + 1 for n, visit in enumerate(order) if visit in reached), default=0)
    return set(order[done:])


def _home(referral_id: str, orders: Mapping[Where, tuple[str, ...]], day: date) -> Where:
    for where, order in orders.items():
        if where[1] == day and referral_id in order:
            return where
    raise Refused(_("This person is not on a route today."))


def _people(session: Session, problem: routing.Problem) -> dict[str, Referral]:
    rows = session.scalars(
        select(Referral).where(Referral.id.in_([visit.id for visit in problem.visits]))
    )
    return {row.id: row for row in rows}


def _as_of_today(
    visit: routing.Visit,
    referral: Referral | None,
    is_placed: bool,
    frozen: Collection[str],
    day: date,
) -> routing.Visit:
    """Return a visit as its referral stands now: whoever waits again keeps the hours and the first date of today."""
    visit = replace(visit, pin=None) if visit.pin is not None else visit
    if referral is None or is_placed or visit.id in frozen:
        return visit
    earliest = referral.not_before if referral.not_before else visit.earliest
    due = visit.due if visit.due is None or earliest is None or earliest <= visit.due else None
    return replace(visit, windows=windows_of(referral), earliest=earliest, due=due)


def _hold_hours(
    problem: routing.Problem, routes: Iterable[Route], day: date, but: Collection[str]
) -> routing.Problem:
    """Let nobody who counts on a team today be visited before the hour that the family was told."""
    from_s = {
        visit.referral_id: promised_window(stop.arrive_s)[0]
        for route in routes
        if route.day == day
        for stop in route.stops
        for visit in stop.visits
        if visit.referral_id not in but
    }
    return replace(
        problem,
        visits=tuple(
            replace(v, windows=not_before(v.windows, from_s[v.id])) if v.id in from_s else v
            for v in problem.visits
        ),
    )


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


def _with_urgent(
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


def _as_it_happened(
    session: Session,
    problem: routing.Problem,
    call: Call,
    orders: dict[Where, list[str]],
    frozen: Collection[str],
    released: Collection[str],
    day: date,
    now_s: int,
    freeze_s: int,
    homeless: list[str],
    closed: set[Where],
) -> routing.Problem:
    """Return the problem as the call makes it; orders, the homeless and the closed routes are changed in place."""
    where = (call.team_id, day)
    match call.recipe:
        case Recipe.ILL if call.minutes:
            return _with_visits(
                problem,
                {v: _longer(problem.visit(v), call.seconds) for v in orders[where] if v not in frozen},
            )  # fmt: skip
        case Recipe.VEHICLE if call.minutes:
            return _waits(problem, where, orders[where], frozen, now_s + call.seconds)
        case Recipe.ILL | Recipe.VEHICLE:
            homeless += [visit for visit in orders[where] if visit in released]
            orders[where] = [visit for visit in orders[where] if visit not in released]
            closed.add(where)
            return _ended(problem, where, len(orders[where]), freeze_s)
        case Recipe.OVERRUN:
            longer = _longer(problem.visit(call.referral_id), call.seconds)
            return _with_visits(problem, {call.referral_id: longer})
        case Recipe.NOT_HOME if call.minutes:
            home = _home(call.referral_id, {w: tuple(o) for w, o in orders.items()}, day)
            orders[home].remove(call.referral_id)
            homeless.append(call.referral_id)
            visit = problem.visit(call.referral_id)
            again = replace(visit, windows=not_before(visit.windows, call.seconds))
            return _with_visits(problem, {visit.id: again})
        case Recipe.NOT_HOME:
            visit = problem.visit(call.referral_id)
            return _with_visits(problem, {visit.id: replace(visit, service_s=DOOR_S)})
        case Recipe.URGENT:
            for order in orders.values():
                order[:] = [v for v in order if v != call.referral_id or v in frozen]
            if call.referral_id in frozen:
                raise Refused(_("A team is on its way to this person already."))
            homeless.append(call.referral_id)
            return problem
        case Recipe.ROAD:
            return _road(session, problem, call, orders, frozen, day, homeless)
        case _:
            return problem


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
    orders: dict[Where, list[str]],
    frozen: Collection[str],
    day: date,
    homeless: list[str],
) -> routing.Problem:
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
        if visit.id in there and visit.id not in frozen:
            later = max(visit.earliest or day, day + timedelta(days=1))
            due = visit.due if visit.due and visit.due >= later else None
            changed[visit.id] = replace(visit, earliest=later, due=due)
    for (_team, on), order in orders.items():
        if on == day:
            homeless += [visit for visit in order if visit in changed]
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
