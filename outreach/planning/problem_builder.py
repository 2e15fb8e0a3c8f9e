"""From the waiting list and the teams' hours to the question that `routing` answers.

The question holds ids, places, times and points: no name, no NIK, no telephone number, no condition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

import routing
from outreach import clock
from outreach.places.service import office
from outreach.planning.backlog import backlog
from outreach.planning.closures import CALLED_OFF_POINTS, called_off
from outreach.planning.days import working_days
from outreach.planning.failures import NO_SHIFT_LEFT, NOBODY_LEFT, PlanFailed
from outreach.planning.guide import STRAIGHT, Guide
from outreach.planning.models import Plan
from outreach.planning.protocol import under_protocol
from outreach.referrals.circumstances import DAY_S
from outreach.referrals.conditions import GENERATOR, NEEDS, POWER, SETUP_S, service_s_of
from outreach.referrals.models import Referral
from outreach.referrals.priority import DEFAULT, Weights, priority_on, weights_on
from outreach.teams.calendar import ShiftTimes, quota_on, shift_of
from outreach.teams.decrees import district_caps, team_cap
from outreach.teams.models import Team
from outreach.teams.service import active_teams

CARRIED: Final = frozenset(code for code, need in NEEDS.items() if need.asks == "kit") | {GENERATOR}
"""What a kit carries; every other need is an ability of the team."""
POINT_S: Final = 120
"""Seconds of driving that one point is worth: for a day of waiting (2 points) a team may drive 4 minutes more."""
ANOTHER_TIME_S: Final = 2 * 3600
"""How far from the hour at which nobody was home the next visit begins: a market or a rice field takes a morning."""
FIRST_WORK_S: Final = 8 * 3600 + 1800
LAST_WORK_S: Final = 13 * 3600 + 1800
"""Outside of these hours a part of a day is no use: no team begins a visit then on most days."""
START_TODAY_S: Final = 15 * 60
"""For a plan of this very day: nobody can leave sooner than this after the plan was asked for."""


def build_problem(session: Session, plan: Plan, guide: Guide = STRAIGHT) -> routing.Problem:
    """Return the question of a plan. Raises PlanFailed when nobody waits or no team goes out any more."""
    days = working_days(session, plan.first_day, plan.last_day)
    shifts = tuple(_shifts(session, _teams(session, plan), days))
    if not shifts:
        raise PlanFailed(NO_SHIFT_LEFT)
    referrals = backlog(session, plan.first_day, plan.last_day)
    if not referrals:
        raise PlanFailed(NOBODY_LEFT)
    weights = weights_on(session, clock.today())
    start = office(session)
    places = [routing.Place(start.lat, start.lon)]
    place_of: dict[str, int] = {}
    for referral in referrals:
        if referral.address_key not in place_of:
            place_of[referral.address_key] = len(places)
            places.append(routing.Place(referral.lat, referral.lon))
    first = called_off(session, [referral.id for referral in referrals])
    travel, known = guide(places, tuple(dict.fromkeys(shift.profile for shift in shifts)))
    return routing.Problem(
        visits=within_district_caps(
            session,
            days,
            under_protocol(
                session,
                days,
                {referral.id: referral for referral in referrals},
                [
                    _first_in_line(
                        visit_of(
                            referral, place_of[referral.address_key], days[0], days[-1], weights
                        ),
                        referral.id in first,
                    )
                    for referral in referrals
                ],
            ),
        ),
        shifts=shifts,
        travel=travel,
        quotas=tuple(routing.Quota(day, quota_on(session, day)) for day in days),
        places=known,
        wishes=routing.Wishes(point_s=POINT_S),
    )


def within_district_caps(
    session: Session, days: Sequence[date], visits: Sequence[routing.Visit]
) -> tuple[routing.Visit, ...]:
    """Return the visits so that no district gets more people on a date than a decree allows.

    In a district with a cap, those with most points are each given one date, and the rest a date after this plan: they
    are left out with that reason. So the cap holds by construction, whatever the search does.
    """
    caps = {day: district_caps(session, day) for day in days}
    capped = {code for of_day in caps.values() for code in of_day}
    if not capped:
        return tuple(visits)
    kept = {visit.id: visit for visit in visits}
    room = {(day, code): caps[day].get(code, len(visits)) for day in days for code in capped}
    for visit in sorted(visits, key=lambda one: (-one.priority, one.id)):
        if visit.district not in capped:
            continue
        fits = [
            day
            for day in days
            if room[day, visit.district] >= visit.people
            and (visit.earliest is None or visit.earliest <= day)
            and (visit.due is None or day <= visit.due)
        ]
        if fits:
            room[fits[0], visit.district] -= visit.people
            kept[visit.id] = replace(visit, earliest=fits[0], due=fits[0])
        elif visit.earliest is None or visit.earliest <= days[-1]:
            kept[visit.id] = replace(visit, earliest=days[-1] + timedelta(days=1), due=None)
    return tuple(kept[visit.id] for visit in visits)


def _first_in_line(visit: routing.Visit, was_called_off: bool) -> routing.Visit:
    points = CALLED_OFF_POINTS if was_called_off else 0
    return replace(visit, priority=visit.priority + points)


def visit_of(
    referral: Referral, place: int, first_day: date, last_day: date, weights: Weights = DEFAULT
) -> routing.Visit:
    """Return the visit that a referral asks for, at a place of the matrices.

    That a neighbour is visited already weighs nothing here: the roads count it.
    """
    needs = {need for need in referral.needs if need not in NEEDS or NEEDS[need].asks != "village"}
    if referral.house_power and POWER[referral.house_power].needs_generator:
        needs.add(GENERATOR)
    waiting_days = max(referral.waiting_days(first_day), 0)
    priority = priority_on(referral, first_day, weights)
    return routing.Visit(
        id=referral.id,
        place=place,
        address=referral.address_key,
        service_s=service_s_of(referral.condition),
        setup_s=SETUP_S,
        windows=windows_of(referral),
        earliest=referral.not_before,
        due=_due(referral, first_day, last_day),
        priority=priority.points,
        skills=frozenset(needs - CARRIED),
        equipment=frozenset(needs & CARRIED),
        district=referral.village.district_code,
        waiting_days=waiting_days,
    )


def shift_for(
    team: Team, day: date, times: ShiftTimes, earliest_start_s: int = 0
) -> routing.Shift | None:
    """Return a team's shift on a date, or None when too little of it is left to visit anybody."""
    start_s = max(times.leave_s, earliest_start_s)
    if start_s >= times.visits_end_s:
        return None
    return routing.Shift(
        team=team.id,
        day=day,
        start_s=start_s,
        end_s=times.back_s,
        start_place=0,
        end_place=0,
        breaks=_breaks(times, start_s),
        visits_end_s=times.visits_end_s,
        skills=frozenset(team.skills) - CARRIED,
        equipment=frozenset(_carried(team)),
        profile=profile_with(team.skills),
    )


def profile_with(skills: Collection[str]) -> str:
    """Return which vehicle's ways and minutes count for a team with these skills."""
    return "motorbike" if "motorbike" in skills else "car"


def _teams(session: Session, plan: Plan) -> list[Team]:
    chosen = plan.request.get("team_ids")
    return [team for team in active_teams(session) if chosen is None or team.id in chosen]


def _shifts(
    session: Session, teams: Sequence[Team], days: Sequence[date]
) -> Iterable[routing.Shift]:
    now = clock.to_office(clock.now())
    for day in days:
        soonest_s = 0
        if day == now.date():
            soonest_s = now.hour * 3600 + now.minute * 60 + START_TODAY_S
        for team in teams:
            times = shift_of(session, team, day)
            shift = shift_for(team, day, times, soonest_s) if times else None
            if shift is not None:
                yield replace(shift, most_visits=team_cap(session, day, team))


def _breaks(times: ShiftTimes, start_s: int) -> tuple[routing.Break, ...]:
    """Return the break (the calendar says between when it begins), unless the team sets out later than that."""
    if times.break_from_s is None or times.break_to_s is None or start_s > times.break_to_s:
        return ()
    from_s = max(times.break_from_s, start_s)
    return (routing.Break(from_s, times.break_to_s + times.break_s, times.break_s),)


def _carried(team: Team) -> Iterable[str]:
    for kit in team.kits:
        if kit.is_active:
            yield from kit.equipment
    yield from CARRIED & set(team.skills)


def windows_of(referral: Referral) -> tuple[routing.Window, ...]:
    """Return when somebody is home: the work must begin then. An open end is the edge of the day.

    After nobody was home it is another time of day, unless the family is home at no other.
    """
    is_open = referral.home_from_s is None and referral.home_to_s is None
    start_s = referral.home_from_s or 0
    end_s = DAY_S if referral.home_to_s is None else referral.home_to_s
    at_home = routing.Window(start_s, max(start_s, end_s))
    empty_s = referral.not_home_s
    if empty_s is not None:
        parts = (
            (at_home.start_s, min(at_home.end_s, empty_s - ANOTHER_TIME_S)),
            (max(at_home.start_s, empty_s + ANOTHER_TIME_S), at_home.end_s),
        )
        found = tuple(routing.Window(a, b) for a, b in parts if 0 <= a < b and b > FIRST_WORK_S and a < LAST_WORK_S)  # fmt: skip
        if found:
            return found
    return () if is_open else (at_home,)


def _due(referral: Referral, first_day: date, last_day: date) -> date | None:
    """Return the last date of a visit. One that has passed, or that nothing could meet, limits nothing any more:
    the person still needs the card, and the points say how much."""
    due = referral.due_day
    if due is None or due < first_day or due > last_day:
        return None
    if referral.not_before is not None and due < referral.not_before:
        return None
    return due
