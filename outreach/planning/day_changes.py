"""Changing a day under way: what a recipe would do, doing it, and taking it back.

A change is a new version. Where it touches few people by the office's rule it is in force at once and recorded as
such; otherwise it waits for the supervisor, and the teams drive by the version before. Who is first, is first: a change
names the version that the planner looked at, and an older one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from outreach import audit, clock, policy
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.ids import is_id
from outreach.planning import comparison
from outreach.planning.comparison import Changed, ChangeOf, Spot
from outreach.planning.day_models import DayChange
from outreach.planning.day_options import Option, Way, board_of_orders, judged_plan, options
from outreach.planning.day_question import (
    Question,
    question,
    standing_routes,
    version_today,
    where_everybody_is,
)
from outreach.planning.day_rules import Rules, rules_on
from outreach.planning.decisions import put_in_force_by_rule, take_back_sent
from outreach.planning.drafts import question_of
from outreach.planning.edits import Where
from outreach.planning.judging import judge
from outreach.planning.legs import estimated_legs
from outreach.planning.lookup import latest_version
from outreach.planning.models import Plan, PlanState, PlanVersion
from outreach.planning.recipes import Call, Recipe
from outreach.planning.route_lines import FindLines, no_lines
from outreach.planning.service import send_plan
from outreach.planning.store import store_by_hand
from outreach.planning.turns import wait_for_turn
from outreach.planning.wording import estimated
from outreach.policy import Actor
from outreach.referrals.models import Referral
from outreach.teams.models import Team
from routing.explain import explain

Orders = Mapping[Where, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Outlook:
    """One way out with its effect. `today` counts who is visited today, `changed` who is treated otherwise, `dropped`
    whose visit of today is gone; figures are of all dates of the plan. `estimated` says how many legs are straight-line
    estimates.
    """

    option: Option
    changes: tuple[Changed, ...]
    today: int
    people: int
    travel_s: int
    travel_m: int
    overtime_s: int
    needs_signature: bool
    is_sound: bool
    estimated: str = ""

    @property
    def changed(self) -> int:
        """How many people are treated otherwise."""
        return len(self.changes)

    @property
    def dropped(self) -> int:
        """How many people are no longer visited on the day they count on."""
        return sum(one.kind in {ChangeOf.DROPPED, ChangeOf.DAY} for one in self.changes)

    @property
    def tell(self) -> list[Changed]:
        """Who must be told: whoever was promised something else, and whoever is new."""
        return [one for one in self.changes if one.tell_again or one.kind is ChangeOf.ADDED]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a call would do: the ways out, beside the figures of the version in force."""

    version: PlanVersion
    call: Call
    asked: Question
    before: Outlook
    outlooks: tuple[Outlook, ...]
    rules: Rules


Searched = Callable[[Question, str], list[Option]]
"""What a search found for a question, by the id of the version in force."""


def preview(session: Session, call: Call, searched: Searched | None = None) -> Preview:
    """Return what a call would do, without doing it; with what a search found, where one was asked. Raises Refused."""
    version = version_today(session)
    _refuse_pending(version.plan)
    asked = question(session, version, call)
    found = options(asked)
    for option in searched(asked, version.id) if searched else ():
        if all(option.orders != other.orders for other in found):
            found.append(option)
    if asked.urgent:
        found = [one for one in found if any(asked.urgent in o for o in one.orders.values())]
        if not found:
            raise Refused(_("No team can get there today any more, even instead of somebody else."))
    shown = _preview(session, version, call, asked, found)
    kept: list[Outlook] = []
    for one in shown.outlooks:
        if one.is_sound and not any(_is_as_good(other, one) for other in kept):
            kept.append(one)
    return replace(shown, outlooks=tuple(kept))


def _is_as_good(one: Outlook, other: Outlook) -> bool:
    """Whether nothing speaks for `other` beside `one`: as many people and changes at most as many, for no more driving."""
    return (
        one.today >= other.today
        and one.people >= other.people
        and one.changed <= other.changed
        and one.travel_s <= other.travel_s
    )


def change_day(
    session: Session,
    actor: Actor,
    plan: Plan,
    call: Call,
    way: Way,
    seen_id: str,
    find_lines: FindLines = no_lines,
    searched: Searched | None = None,
) -> DayChange:
    """Do what a call asks for, one of its ways out. `seen_id` is the version that the planner looked at.

    Raises Refused when the plan was changed meanwhile, or a team has begun with somebody whom this would move.
    """
    policy.allow(actor, "day.change", plan)
    wait_for_turn(session)
    found = _current(session, plan, seen_id, call, searched)
    chosen = next((one for one in found.outlooks if one.option.way is way), None)
    if chosen is None:
        raise Refused(_("The day has gone on meanwhile. Look at it again, then choose."))
    return _store(session, actor, plan, found, chosen, find_lines)


def take_back(
    session: Session, actor: Actor, plan: Plan, change_id: str, find_lines: FindLines = no_lines
) -> DayChange | None:
    """Take the last change of the day back: withdraw it while it waits, else make a version as it was before.

    Returns the change that takes it back, or None where it only had to be withdrawn. Raises Refused when something
    came after it, or a team has begun with what it changed.
    """
    policy.allow(actor, "day.change", plan)
    wait_for_turn(session)
    change = change_by_id(session, plan, change_id)
    if not may_take_back(session, change):
        raise Refused(_("Something came after this change. It can no longer be taken back."))
    if change.version.state is PlanState.SENT:
        take_back_sent(session, actor, change.version)
        return None
    call = Call(Recipe.UNDO)
    was = orders_from(change.was)
    asked = question(session, change.version, call, base=change.base, was=was)
    found = _preview(session, change.version, call, asked, [Option(Way.FEWEST, dict(asked.orders))])
    if not found.outlooks[0].is_sound:
        raise Refused(_("A team has begun with what this changed. Make a new change instead."))
    return _store(session, actor, plan, found, found.outlooks[0], find_lines)


def change_by_id(session: Session, plan: Plan, change_id: str) -> DayChange:
    """Return a change of this plan. Raises Refused."""
    change = session.get(DayChange, change_id) if is_id(change_id) else None
    if change is None or change.plan_id != plan.id:
        raise Refused(_("Something came after this change. It can no longer be taken back."))
    return change


def may_take_back(session: Session, change: DayChange) -> bool:
    """Whether a change is the last of its day and waits or is in force."""
    if change.day != clock.today():
        return False
    newest = latest_version(change.version.plan)
    return newest is change.version and newest.state in {PlanState.SENT, PlanState.APPROVED}


def changes_on(session: Session, day: date) -> list[DayChange]:
    """Return the changes of a day, the newest first."""
    return list(
        session.scalars(
            select(DayChange).where(DayChange.day == day).order_by(DayChange.made_at.desc())
        )
    )


def orders_from(kept: Iterable[Sequence[Any]]) -> dict[Where, tuple[str, ...]]:
    """Return where everybody stood, as a change keeps it."""
    return {(team, date.fromisoformat(day)): tuple(order) for team, day, order in kept}


def _current(
    session: Session, plan: Plan, seen_id: str, call: Call, searched: Searched | None
) -> Preview:
    found = preview(session, call, searched)
    if found.version.plan_id != plan.id:
        raise Refused(_("Another plan is in force today. Look at it, then do it again."))
    if found.version.id != seen_id:
        raise Refused(
            _(
                "%(name)s changed this day at %(time)s. Look at it as it is now, then do it again.",
                name=found.version.maker.name if found.version.maker else "sambang",
                time=clock.to_office(found.version.made_at).strftime("%H.%M"),
            )
        )
    return found


def _refuse_pending(plan: Plan) -> None:
    if plan.state is PlanState.SENT:
        raise Refused(
            _(
                "A change of this plan waits for a signature. Let it be decided, or take it back first."
            )
        )
    if plan.state is PlanState.MAKING:
        raise Refused(_("This plan is being made again now. Wait for it, or stop it first."))


def _preview(
    session: Session,
    version: PlanVersion,
    call: Call,
    asked: Question,
    found: Sequence[Option],
) -> Preview:
    rules = rules_on(session, asked.day)
    routes = standing_routes(session, version)
    old = comparison.spots(routes)
    teams = {team.id: team.name for team in session.scalars(select(Team))}
    people = _referrals(session, asked, old)
    before = _as_it_stands(version, asked, routes)
    outlooks = tuple(
        _outlook(asked, one, old, people, teams, rules, before.overtime_s) for one in found
    )
    return Preview(version, call, asked, before, outlooks, rules)


def _referrals(session: Session, asked: Question, old: comparison.Spots) -> dict[str, Referral]:
    ids = {visit.id for visit in asked.problem.visits} | old.keys()
    return {row.id: row for row in session.scalars(select(Referral).where(Referral.id.in_(ids)))}


def _outlook(
    asked: Question,
    option: Option,
    old: comparison.Spots,
    people: Mapping[str, Referral],
    teams: Mapping[str, str],
    rules: Rules,
    overtime_s: int,
) -> Outlook:
    plan = judged_plan(asked, option.orders)
    new = {
        stop.visit: (people[stop.visit], spot) for stop, spot in _spots(asked.problem, plan, teams)
    }
    changes = comparison.between(old, new, promised=True)
    outlook = Outlook(
        option, tuple(changes),
        sum(len(r.stops) for r in plan.routes if r.day == asked.day),
        sum(len(r.stops) for r in plan.routes),
        sum(r.travel_s for r in plan.routes), sum(r.travel_m for r in plan.routes),
        sum(r.overtime_s for r in plan.routes if (r.team, r.day) not in asked.closed),
        False, _is_sound(asked, option.orders), estimated(*estimated_legs(asked.problem, plan)),
    )  # fmt: skip
    over = outlook.changed > rules.most_changed or outlook.dropped > rules.most_dropped
    over |= outlook.overtime_s > overtime_s
    return replace(outlook, needs_signature=over)


def _is_sound(asked: Question, orders: Orders) -> bool:
    problem = asked.problem
    empty = routing.Plan((), (), routing.Score())
    return judge(problem, empty, board_of_orders(asked, orders)).is_sound


def _spots(
    problem: routing.Problem, plan: routing.Plan, teams: Mapping[str, str]
) -> Iterable[tuple[routing.Stop, Spot]]:
    for route in plan.routes:
        for group in route.addresses(problem):
            for stop in group:
                yield stop, Spot(
                    route.day, route.team, teams.get(route.team, "-"), group[0].arrive_s,
                    stop.start_s + stop.setup_s,
                )  # fmt: skip


def _as_it_stands(version: PlanVersion, asked: Question, routes: Sequence[Any]) -> Outlook:
    _problem, answer = question_of(version)
    standing = {(route.team_id, route.day) for route in routes}
    mine = [r for r in answer.routes if (r.team, r.day) in standing]
    return Outlook(
        Option(Way.FEWEST, where_everybody_is(routes)), (),
        sum(route.people for route in routes if route.day == asked.day),
        sum(route.people for route in routes),
        sum(r.travel_s for r in mine), sum(r.travel_m for r in mine),
        sum(r.overtime_s for r in mine), False, True,
    )  # fmt: skip


def _store(
    session: Session,
    actor: Actor,
    plan: Plan,
    found: Preview,
    chosen: Outlook,
    find_lines: FindLines,
) -> DayChange:
    if not chosen.changes:
        raise Refused(_("Nothing changes for anybody: the teams go on as planned."))
    asked = found.asked
    _problem, answer = question_of(found.version)
    now = judge(asked.problem, answer, board_of_orders(asked, chosen.option.orders))
    if not now.is_sound:
        raise Refused(_("The day has gone on meanwhile. Look at it again, then choose."))
    made = replace(now.plan, unserved=_with_reasons(now.problem, now.plan, chosen))
    version = store_by_hand(
        session, actor, plan, now.problem, made, now.board.excluded,
        find_lines(now.problem, made), found.call.to_json(),
    )  # fmt: skip
    change = DayChange(
        plan_id=plan.id, base_id=found.version.id, version_id=version.id, version=version,
        base=found.version, day=asked.day, recipe=found.call.recipe.value,
        given=found.call.to_json(),
        was=[[t, d.isoformat(), list(o)] for (t, d), o in sorted(found.before.option.orders.items())],
        released=sorted(asked.released), changed=chosen.changed, dropped=chosen.dropped,
        rule_id=found.rules.id, most_changed=found.rules.most_changed,
        most_dropped=found.rules.most_dropped, needs_signature=chosen.needs_signature,
        made_by=actor.id, made_by_name=actor.name, made_at=clock.now(),
    )  # fmt: skip
    session.add(change)
    session.flush()
    audit.record(
        session, actor, "plan.day_changed", plan, version=version.label,
        recipe=found.call.recipe.value, changed=chosen.changed, dropped=chosen.dropped,
        signature=chosen.needs_signature,
    )  # fmt: skip
    if chosen.needs_signature:
        send_plan(session, actor, plan)
    else:
        put_in_force_by_rule(session, actor, plan)
    return change


def _with_reasons(
    problem: routing.Problem, plan: routing.Plan, chosen: Outlook
) -> tuple[routing.Unserved, ...]:
    """Return who is left out, with the reason and the smallest change of whoever newly is."""
    lost = {one.referral.id for one in chosen.changes if one.kind is ChangeOf.DROPPED}
    served = {stop.visit for route in plan.routes for stop in route.stops}
    few = tuple(v for v in problem.visits if v.id in served or v.id in lost)
    left = tuple(one for one in plan.unserved if one.visit in lost)
    small = replace(problem, visits=few)
    newly = {one.visit: one for one in explain(small, replace(plan, unserved=left))}
    return tuple(newly.get(one.visit, one) for one in plan.unserved)
