"""What the planner's board shows: figures, a line of time for each team, its people in order, and who waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from outreach import clock
from outreach.i18n import format_number, format_time, ngettext
from outreach.i18n import gettext as _
from outreach.jobs import JobState
from outreach.planning import progress, reasons, timeline
from outreach.planning.broken_words import Names, in_words
from outreach.planning.draft_models import PlanDraft
from outreach.planning.drafts import Desk, names_of
from outreach.planning.edits import Where
from outreach.planning.judging import Judged, moved_later
from outreach.planning.legs import estimated_legs
from outreach.planning.map_facts import SHAPES
from outreach.planning.models import Plan
from outreach.planning.pages import Figure
from outreach.planning.wording import duration, kilometres, place
from outreach.policy import Actor
from outreach.referrals.models import Referral
from outreach.teams.models import Team
from routing.bound import percent_better

FIRST_WAITING: Final = 25
"""How many of those who wait are listed at first, those with most points first."""
RECENT: Final = timedelta(minutes=15)
"""Whoever changed a board within this time is taken to be at it."""


@dataclass(frozen=True, slots=True)
class Card:
    """One person on a route. `visit` is the id of the referral."""

    visit: str
    number: int
    name: str
    place: str
    start_s: int
    depart_s: int
    travel_s: int
    slack_s: int
    is_pinned: bool
    is_late: bool
    same_stop: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """One team's day on the board. `share` is how much of the shift is spent on the way or with people."""

    team: str
    name: str
    day: date
    number: int
    cards: tuple[Card, ...]
    pieces: tuple[timeline.Piece, ...]
    leave_s: int
    back_s: int
    overtime_s: int
    travel_m: int
    share: float
    is_locked: bool
    end_x: float
    said: tuple[str, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who is on no route: since how many days, why, and the smallest change that would help."""

    visit: str
    name: str
    place: str
    days: int
    points: int
    why: str
    change: str
    is_excluded: bool


def page(
    session: Session, actor: Actor, desk: Desk, day: date, *, everybody: bool
) -> dict[str, Any]:
    """Return what the board shows for one date."""
    now = desk.now
    lanes_of_day = lanes_of(session, now, day)
    routes = [r for s in lanes_of_day if (r := now.route((s.team, s.day))) is not None]
    scale = timeline.scale_of(lanes_of_day, routes)
    left = _left(now, everybody)
    shown = {v for s in lanes_of_day for v in now.board.orders[s.team, s.day]} | {
        v.id for v in left
    }
    people = people_of(session, shown)
    names = names_of(session, {one.visit for one in now.broken if one.visit})
    held = held_by_decree(desk)
    remarks = {(r.team_id, r.day): r.returned_reason for r in desk.base.routes}
    return {
        "desk": desk,
        "plan": desk.plan,
        "improving": progress.of_job(desk.job) if desk.job and desk.is_improving else None,
        "improved": _improved(desk),
        "who_else": who_else(desk, actor.id),
        "day": day,
        "days": [(one, _people_on(now, one), now.problem.quota(one)) for one in days_of(now.problem)],
        "figures": figures(desk),
        "lanes": [
            _lane(now, shift, number, scale, people, names, remarks.get((shift.team, day), ""))
            for number, shift in enumerate(lanes_of_day, start=1)
        ],
        "scale": scale,
        "shapes": SHAPES,
        "broken": in_words(now.broken, now, names),
        "waiting": [_waiting(one, desk, people, names, held) for one in left],
        "waiting_count": sum(1 for v in now.problem.visits if v.id not in now.board.served),
        "duration": duration,
        "kilometres": kilometres,
    }  # fmt: skip


def _improved(desk: Desk) -> str:
    """Return how the last improvement ended where that is worth saying, while it was the last thing that happened."""
    if desk.job is None or desk.is_improving:
        return ""
    if desk.job.state is JobState.FAILED:
        return "failed"
    phase = desk.job.progress.get("phase") if desk.job.state is JobState.DONE else ""
    return "nothing_better" if phase == "nothing_better" else ""


def days_of(problem: routing.Problem) -> list[date]:
    """Return the dates on which somebody could go."""
    return sorted({shift.day for shift in problem.shifts})


def lanes_of(session: Session, now: Judged, day: date) -> list[routing.Shift]:
    """Return the shifts of a date in the order of the teams, as the board numbers them."""
    order = {team.id: (len(team.code), team.code) for team in session.scalars(select(Team))}
    shifts = [shift for shift in now.problem.shifts if shift.day == day]
    return sorted(shifts, key=lambda shift: order.get(shift.team, (0, "")))


def people_of(session: Session, visits: Iterable[str]) -> dict[str, Referral]:
    """Return the referrals of these visits by id."""
    found = session.scalars(select(Referral).where(Referral.id.in_(list(visits)))).unique()
    return {referral.id: referral for referral in found}


def figures(desk: Desk) -> list[Figure]:
    """Return the figures of the board as it is now, each with its difference from the version where there is one."""
    now, before = desk.now, desk.answer
    people = sum(len(route.stops) for route in now.plan.routes)
    left = [v for v in now.problem.visits if v.id not in now.board.served]
    oldest = max((v.waiting_days for v in left), default=0)
    travel_s, travel_m = _travel(now.plan)
    before_s, before_m = _travel(before)
    quota = [q.people for q in now.problem.quotas]
    estimated, legs = estimated_legs(now.problem, now.plan)
    return [
        Figure(format_number(people), _("people visited"),
               _("of a quota of %(quota)s", quota=sum(quota)) if quota else _signed(people - before.score.people)),
        Figure(format_number(len(left)), _("still waiting"),
               ngettext("longest wait %(num)d day", "longest wait %(num)d days", oldest) if left else "",
               "warn" if left else "good"),
        Figure(kilometres(travel_m), _("on the road"), _difference(travel_m - before_m, kilometres)),
        Figure(duration(travel_s), _("driving"), _difference(travel_s - before_s, duration)),
        Figure(_best(desk), _("better possible at most"), _("no plan can be better by more")),
        Figure(f"{estimated}/{legs}", _("legs estimated"), _("straight line instead of roads") if estimated else ""),
    ]  # fmt: skip


def effect(before: Judged, after: Judged) -> str:
    """Say in a line what an edit changes: the road, and whom it moves by more than half an hour."""
    (was_s, was_m), (is_s, is_m) = _travel(before.plan), _travel(after.plan)
    said = _(
        "Road: %(km)s, %(time)s.",
        km=_difference(is_m - was_m, kilometres) or kilometres(0),
        time=_difference(is_s - was_s, duration) or duration(0),
    )
    moved = len(moved_later(before.plan, after.plan))
    if moved:
        said += " " + ngettext(
            "%(num)d other person moves by more than 30 minutes.",
            "%(num)d other people move by more than 30 minutes.",
            moved,
        )
    return said


def news(session: Session, plan: Plan, revision: int) -> dict[str, Any]:
    """Return whether the board changed since this revision, and in words by whom and when."""
    draft = session.scalars(select(PlanDraft).where(PlanDraft.plan_id == plan.id)).first()
    if draft is None or draft.revision == revision:
        return {"changed": False}
    who = draft.changer.name if draft.changer else "sambang"
    said = _(
        "%(name)s changed this board at %(time)s.", name=who, time=format_time(draft.changed_at)
    )
    return {"changed": True, "text": said}


def who_else(desk: Desk, actor_id: str | None) -> str:
    """Say who is changing this board besides the reader: whoever made the last change within a quarter of an hour."""
    draft = desk.draft
    if draft is None or draft.changed_by in {None, actor_id}:
        return ""
    if clock.now() - draft.changed_at > RECENT or draft.changer is None:
        return ""
    return _(
        "%(name)s is changing this board too, last at %(time)s.",
        name=draft.changer.name, time=format_time(draft.changed_at),
    )  # fmt: skip


def _lane(
    now: Judged,
    shift: routing.Shift,
    number: int,
    scale: timeline.Scale,
    people: Mapping[str, Referral],
    names: Names,
    remark: str,
) -> Lane:
    where: Where = (shift.team, shift.day)
    route = now.route(where)
    own = [one for one in now.broken if (one.team, one.day) == where]
    late = frozenset(one.visit for one in own if one.visit)
    working = shift.end_s - shift.start_s - sum(rest.length_s for rest in shift.breaks)
    busy = route.travel_s + route.service_s if route else 0
    return Lane(
        team=shift.team,
        name=names.team(shift.team),
        day=shift.day,
        number=number,
        cards=tuple(_cards(now, route, people, late)) if route else (),
        pieces=tuple(timeline.pieces(route, scale, late)) if route else (),
        leave_s=route.leave_s if route else shift.start_s,
        back_s=route.back_s if route else shift.start_s,
        overtime_s=max(route.back_s - shift.end_s, 0) if route else 0,
        travel_m=route.travel_m if route else 0,
        share=min(busy / working, 1.0) if working > 0 else 0.0,
        is_locked=where in now.board.locked,
        end_x=scale.x(shift.end_s),
        said=tuple(in_words(own, now, names)),
        remark=remark,
    )


def _cards(
    now: Judged, route: routing.Route, people: Mapping[str, Referral], late: frozenset[str]
) -> Iterable[Card]:
    before = ""
    for number, stop in enumerate(route.stops, start=1):
        referral = people[stop.visit]
        yield Card(
            visit=stop.visit,
            number=number,
            name=referral.resident.name,
            place=place(referral),
            start_s=stop.start_s + stop.setup_s,
            depart_s=stop.depart_s,
            travel_s=stop.travel_s,
            slack_s=stop.slack_s,
            is_pinned=stop.visit in now.board.pins,
            is_late=stop.visit in late,
            same_stop=referral.address_key == before,
        )
        before = referral.address_key


def _left(now: Judged, everybody: bool) -> list[routing.Visit]:
    left = [v for v in now.problem.visits if v.id not in now.board.served]
    left.sort(key=lambda v: (-v.priority, -v.waiting_days, v.id))
    return left if everybody else left[:FIRST_WAITING]


def held_by_decree(desk: Desk) -> dict[str, str]:
    """Return, by referral, in words whom a decree keeps waiting."""
    return {
        row.referral_id: reasons.sentence(row.reason, row.parameters, {})
        for row in desk.base.unserved
        if row.reason == reasons.BY_DECREE
    }


def _waiting(
    visit: routing.Visit,
    desk: Desk,
    people: Mapping[str, Referral],
    names: Names,
    held: Mapping[str, str],
) -> Waiting:
    known = next((one for one in desk.answer.unserved if one.visit == visit.id), None)
    excluded = visit.id in desk.now.board.excluded
    why = change = ""
    if excluded:
        why = reasons.sentence(reasons.EXCLUDED, {}, names.teams)
    elif visit.id in held:
        why = held[visit.id]
    elif known is not None:
        why = reasons.sentence(known.reason.value, known.parameters, names.teams)
        if known.change is not None:
            change = reasons.change(known.change.kind.value, known.change.parameters, names.teams)
    referral = people[visit.id]
    return Waiting(
        visit.id, referral.resident.name, place(referral), visit.waiting_days, visit.priority,
        why, change, excluded,
    )  # fmt: skip


def _people_on(now: Judged, day: date) -> int:
    return sum(len(order) for (_team, one), order in now.board.orders.items() if one == day)


def _travel(plan: routing.Plan) -> tuple[int, int]:
    return sum(r.travel_s for r in plan.routes), sum(r.travel_m for r in plan.routes)


def _best(desk: Desk) -> str:
    bound = desk.answer.bound
    if bound is None or desk.now.board.changes:
        return "-"
    percent = percent_better(bound.total_s, desk.now.plan.score.total_s)
    return f"{format_number(percent, 1)} %"


def _signed(count: int) -> str:
    return f"{count:+d}" if count else ""


def _difference(value: int, write: Any) -> str:
    """Write a difference with its sign; nothing for none."""
    if not value:
        return ""
    return ("+" if value > 0 else "\u2212") + str(write(abs(value)))
