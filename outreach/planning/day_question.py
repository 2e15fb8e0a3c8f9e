"""The question of a day under way: what stands, what may no longer move, and what a recipe makes otherwise.

What a team has reached, or sets off for before the freeze, stays where it is. What is given back is a problem of
`routing` with the orders as they would be if nothing but the recipe happened, sound or not, and whoever lost a place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from outreach import clock
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.planning.day_events import GO, Ground, as_it_happened, not_before, with_urgent
from outreach.planning.day_rules import rules_on
from outreach.planning.drafts import question_of
from outreach.planning.edits import NOBODY, Where
from outreach.planning.lookup import approved_routes
from outreach.planning.models import PlanVersion, Route
from outreach.planning.problem_builder import windows_of
from outreach.planning.promise import promised_window
from outreach.planning.recipes import OF_TEAM, Call, Recipe
from outreach.planning.under_way import begun_on, earlier_of
from outreach.referrals.circumstances import DAY_S
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.teams.calendar import shift_of
from outreach.teams.models import Team


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
    problem = with_urgent(session, problem, call, day)
    people = _people(session, problem)
    placed = {visit for order in wanted.values() for visit in order} | frozen
    missing = placed - {visit.id for visit in problem.visits}
    if missing:
        raise Refused(_("A team has begun with somebody who was added since. This can no longer be taken back."))  # fmt: skip
    gone = {v for v in placed - frozen if v not in people or people[v].state not in GO}
    ground = Ground(day, now_s, freeze_s, wanted, frozen, released)
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
    problem = _of_teams_on_duty(session, problem, wanted, day)
    problem = as_it_happened(session, problem, call, ground)
    for where in ((shift.team, shift.day) for shift in problem.shifts):
        wanted.setdefault(where, [])
    placed = {visit for order in wanted.values() for visit in order}
    waiting = tuple(
        visit.id
        for visit in sorted(problem.visits, key=lambda one: (-one.priority, one.id))
        if visit.id not in placed
        and visit.id not in ground.homeless
        and visit.allowed_teams != NOBODY
        and people[visit.id].state is ReferralState.ACCEPTED
        and (visit.earliest is None or visit.earliest <= day)
    )
    return Question(
        day, freeze_s, problem, {w: tuple(o) for w, o in wanted.items()}, tuple(ground.homeless), waiting,
        frozenset(released), frozen, frozenset(ground.closed),
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


def _of_teams_on_duty(
    session: Session, problem: routing.Problem, orders: Mapping[Where, Collection[str]], day: date
) -> routing.Problem:
    """Leave out the shifts from today on of teams that do not work then any more, as after a closure.

    A shift whose route stands is kept, whatever the calendar says by now.
    """
    teams = {team.id: team for team in session.scalars(select(Team))}
    return replace(
        problem,
        shifts=tuple(
            shift
            for shift in problem.shifts
            if shift.day < day
            or (shift.team, shift.day) in orders
            or (shift.team in teams and shift_of(session, teams[shift.team], shift.day) is not None)
        ),
    )


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
