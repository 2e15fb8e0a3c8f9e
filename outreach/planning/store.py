"""Keeping an answer: checked by a second reader, then written whole in one transaction, or not at all."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from outreach import audit, clock
from outreach.accounts.models import User
from outreach.ids import new_id
from outreach.jobs import Job, JobContext
from outreach.planning import figures, short_codes
from outreach.planning.failures import ANSWER_UNREADABLE, RULE_BROKEN, PlanFailed
from outreach.planning.guide import pace_number
from outreach.planning.models import (
    Plan,
    PlanState,
    PlanVersion,
    Route,
    RouteLine,
    Stop,
    UnservedReferral,
    Visit,
)
from outreach.planning.protocol import kept_waiting
from outreach.planning.reasons import BY_DECREE, EXCLUDED
from outreach.planning.route_lines import Lines
from outreach.policy import Actor, Role
from outreach.teams.models import Team
from routing.checker import check

_SHOWN = 5
"""How many broken rules a failure names; the rest would be of the same kind."""
_LINES = {PlanState.MADE, PlanState.RETURNED}


def store_answer(
    session: Session,
    context: JobContext,
    problem: routing.Problem,
    answer: bytes | routing.Plan,
    lines: Lines | None = None,
) -> PlanVersion:
    """Check an answer and store it as the next version of the job's plan, finishing the job with it.

    One that `checked` returned is not checked again. `lines` is how its routes run along the roads.

    Raises PlanFailed when it cannot be read or breaks a rule, LeaseLost or Cancelled when the job is no longer
    ours: nothing is stored then.
    """
    made = answer if isinstance(answer, routing.Plan) else checked(problem, answer)
    context.finish(session)
    plan = session.get_one(Plan, context.payload["plan_id"])
    maker_id = session.get_one(Job, context.job_id).actor_id
    version = _new_version(session, plan, maker_id, problem, made, lines or {})
    plan.error = ""
    session.flush()
    audit.record(
        session,
        _maker(session, maker_id),
        "plan.made",
        plan,
        version=version.label,
        people=version.totals["people"],
        unserved=version.totals["unserved"],
    )
    return version


def store_by_hand(
    session: Session,
    actor: Actor,
    plan: Plan,
    problem: routing.Problem,
    made: routing.Plan,
    excluded: Collection[str] = (),
    lines: Lines | None = None,
    why: Mapping[str, Any] | None = None,
) -> PlanVersion:
    """Store a plan that a person changed as its next version. Raises PlanFailed when it breaks a rule.

    `lines` is how its routes run along the roads. `excluded` are the referrals that were taken off by hand: their rows say so, and who did it.
    `why` is what happened on a day under way, as `recipes.Call` keeps it.
    """
    _refuse_broken(problem, made)
    version = _new_version(session, plan, actor.id, problem, made, lines or {}, why or {})
    for row in version.unserved:
        if row.referral_id in excluded:
            row.reason, row.parameters, row.decided_by = EXCLUDED, {}, actor.id
    session.flush()
    return version


def _new_version(
    session: Session,
    plan: Plan,
    maker_id: str | None,
    problem: routing.Problem,
    made: routing.Plan,
    lines: Lines,
    why: Mapping[str, Any] = MappingProxyType({}),
) -> PlanVersion:
    for older in plan.versions:
        if older.state in _LINES:
            older.state = PlanState.SUPERSEDED
    taken = set(session.scalars(select(Visit.short_code)))
    waiting = kept_waiting(
        session, sorted({shift.day for shift in problem.shifts}), [u.visit for u in made.unserved]
    )
    order = {team.id: team.code for team in session.scalars(select(Team))}
    version = PlanVersion(
        id=new_id(),
        plan=plan,
        number=len(plan.versions) + 1,
        state=PlanState.MADE,
        made_by=maker_id,
        made_at=clock.now(),
        problem=routing.problem_to_json(problem),
        answer=routing.plan_to_json(made),
        pace_number=pace_number(problem),
        why=dict(why),
    )
    _fill(version, problem, made, taken, order)
    for row in version.unserved:
        if row.referral_id in waiting:
            row.reason, row.parameters = BY_DECREE, {"letters": waiting[row.referral_id]}
    _keep_lines(version, lines)
    session.add(version)
    plan.state = PlanState.MADE
    return version


def checked(problem: routing.Problem, answer: bytes) -> routing.Plan:
    """Read an answer and check it against every rule. Raises PlanFailed."""
    try:
        made = routing.plan_from_json(json.loads(answer))
    except ValueError as error:  # Malformed is one
        raise PlanFailed(ANSWER_UNREADABLE, str(error)) from None
    _refuse_broken(problem, made)
    return made


def _refuse_broken(problem: routing.Problem, made: routing.Plan) -> None:
    broken = check(problem, made)
    if broken:
        shown = "; ".join(f"{one.rule.value}: {one.text}" for one in broken[:_SHOWN])
        raise PlanFailed(RULE_BROKEN, f"{len(broken)}: {shown}")


def _fill(
    version: PlanVersion,
    problem: routing.Problem,
    made: routing.Plan,
    taken: set[str],
    order: Mapping[str, str],
) -> None:
    by_day: dict[date, int] = {}
    for planned in sorted(made.routes, key=lambda route: (route.day, order.get(route.team, ""))):
        if planned.stops:
            by_day[planned.day] = by_day.get(planned.day, 0) + 1
            version.routes.append(_route(planned, by_day[planned.day], problem, taken))
    for position, left in enumerate(made.unserved, start=1):
        parameters: dict[str, object] = dict(left.parameters)
        if left.change is not None:
            parameters["change"] = {"kind": left.change.kind.value, **left.change.parameters}
        version.unserved.append(
            UnservedReferral(
                id=new_id(),
                referral_id=left.visit,
                position=position,
                reason=left.reason.value,
                parameters=parameters,
            )
        )
    days = sorted({shift.day for shift in problem.shifts} | {quota.day for quota in problem.quotas})
    counted = figures.count(
        version.routes,
        version.unserved,
        {visit.id: visit.waiting_days for visit in problem.visits},
        {day: problem.quota(day) for day in days},
    )
    version.totals = figures.to_json(counted)


def _keep_lines(version: PlanVersion, lines: Lines) -> None:
    for route in version.routes:
        if legs := lines.get((route.team_id, route.day)):
            route.line = RouteLine(id=new_id(), legs=legs)


def _route(
    planned: routing.Route,
    position: int,
    problem: routing.Problem,
    taken: set[str],
) -> Route:
    rest = planned.breaks[0] if planned.breaks else None
    route = Route(
        id=new_id(),
        team_id=planned.team,
        day=planned.day,
        position=position,
        leave_s=planned.leave_s,
        back_s=planned.back_s,
        break_start_s=rest.start_s if rest else None,
        break_end_s=rest.end_s if rest else None,
        travel_s=planned.travel_s,
        travel_m=planned.travel_m,
        return_s=planned.return_s,
        return_m=planned.return_m,
        service_s=planned.service_s,
        wait_s=planned.wait_s,
    )
    shift = problem.shift(planned.team, planned.day)
    before = shift.start_place
    for number, group in enumerate(planned.addresses(problem), start=1):
        first = group[0]
        here = problem.visit(first.visit).place
        place = problem.places[here]
        stop = Stop(
            id=new_id(),
            position=number,
            lat=place.lat,
            lon=place.lon,
            travel_s=first.travel_s,
            travel_m=first.travel_m,
            is_estimate=_is_estimate(problem, shift, before, here),
            arrive_s=first.arrive_s,
            start_s=first.start_s,
            depart_s=group[-1].depart_s,
        )
        for place_in_stop, one in enumerate(group, start=1):
            code = short_codes.make(taken)
            taken.add(code)
            stop.visits.append(
                Visit(
                    id=new_id(),
                    referral_id=one.visit,
                    position=place_in_stop,
                    start_s=one.start_s + one.setup_s,
                    service_s=one.service_s,
                    short_code=code,
                )
            )
        route.stops.append(stop)
        before = here
    route.return_is_estimate = _is_estimate(problem, shift, before, shift.end_place)
    return route


def _is_estimate(
    problem: routing.Problem, shift: routing.Shift, origin: int, goal: int | None
) -> bool:
    """Tell whether a leg of a shift's vehicle is a straight-line estimate; a way that nobody drives is none."""
    return goal is not None and any(
        travel.is_estimate(origin, goal)
        for travel in problem.travel
        if travel.profile == shift.profile
    )


def _maker(session: Session, maker_id: str | None) -> Actor:
    """Return the person for whom the worker made the plan, as the audit log names them."""
    user = session.get(User, maker_id) if maker_id else None
    if user is None:
        return Actor(id=None, role=Role.PLANNER, username="sambang", name="sambang (server)")
    return Actor(id=user.id, role=user.role, username=user.username, name=user.name)
