"""A day that does not go to plan: nothing begun moves, few changes are in force at once, and the last is taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from outreach import clock, web
from outreach.errors import Refused
from outreach.jobs import Job, JobState, work_once
from outreach.planning import day_changes, day_search
from outreach.planning.closures import called_off, close_team
from outreach.planning.day_models import DayChange
from outreach.planning.day_options import Way
from outreach.planning.day_rules import Rules, set_rules
from outreach.planning.decisions import approve_plan
from outreach.planning.lookup import approved_routes
from outreach.planning.models import Plan, PlanState
from outreach.planning.recipes import Call, Recipe
from outreach.planning.seal import is_intact
from outreach.policy import Role
from outreach.referrals.life import add_event
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.teams.models import Team
from tests import build
from tests.outreach.planning import given
from tests.outreach.planning.given import MONDAY

SEARCHED = {Way.REARRANGE, Way.FREE}


@dataclass(frozen=True)
class Day:
    """A Monday under way: its plan, its teams with whom they visit in order, and a moment."""

    office: given.Office
    plan_id: str
    routes: dict[str, list[str]]
    starts: dict[str, int]

    def at(self, second_of_day: int) -> datetime:
        """A moment of that Monday, by the office's clock."""
        return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=second_of_day - 7 * 3600)

    def during(self, team: str, number: int) -> datetime:
        """A minute after a team began with its visit of that number (0 is the first)."""
        return self.at(self.starts[self.routes[team][number]] + 60)


def a_day(core: web.Core, *, teams: int = 2, people: int = 16) -> Day:
    """An approved Monday."""
    office = given.an_office(core, teams=teams, referrals=people)
    plan_id = given.a_sent_plan(core, office.planner)
    with core.database.write() as session:
        approve_plan(session, office.supervisor, session.get_one(Plan, plan_id))
    return Day(office, plan_id, *standing(core))


def standing(core: web.Core, on: date = MONDAY) -> tuple[dict[str, list[str]], dict[str, int]]:
    """Whom each team visits on a date in order, by team, and when each visit begins."""
    with core.database.read() as session:
        routes = approved_routes(session, [on])
        order = {r.team_id: [v.referral_id for s in r.stops for v in s.visits] for r in routes}
        starts = {v.referral_id: s.start_s for r in routes for s in r.stops for v in s.visits}
    return order, starts


def rules(core: web.Core, changed: int, dropped: int, lead_min: int = 10) -> None:
    """Set what needs no signature."""
    with core.database.write() as session:
        admin = build.an_actor(session, Role.ADMIN)
        set_rules(session, admin, Rules(changed, dropped, lead_min), clock.today())


def change(core: web.Core, day: Day, call: Call, way: Way = Way.PLACES) -> str:
    """Do what a call asks for; return the id of the change."""
    with core.database.write() as session:
        seen = day_changes.preview(session, call)
        offered = [one.option.way for one in seen.outlooks]
        chosen = way if way in offered else offered[-1]
        plan = session.get_one(Plan, day.plan_id)
        return day_changes.change_day(
            session, day.office.planner, plan, call, chosen, seen.version.id
        ).id


def test_a_lost_team_keeps_what_it_began_and_the_others_take_whom_they_can(
    core: web.Core,
) -> None:
    day = a_day(core)
    lost, other = sorted(day.routes, key=lambda team: len(day.routes[team]))[::-1][:2]
    rules(core, 100, 100)
    with clock.frozen(day.during(lost, 0)):
        with core.database.read() as session:
            seen = day_changes.preview(session, Call(Recipe.VEHICLE, lost))
            begun = {v for order in day.routes.values() for v in order if v in seen.asked.frozen}
        assert all(one.is_sound for one in seen.outlooks)
        change(core, day, Call(Recipe.VEHICLE, lost, first_id=day.routes[lost][1]))
        after, starts = standing(core)
        assert after[lost] == day.routes[lost][:1]
        assert set(day.routes[lost][1:]) & set(after[other])
        for visit in begun - set(day.routes[lost][1:]):
            assert starts[visit] == day.starts[visit]
        stayed = [v for v in after[other] if v in day.routes[other]]
        assert stayed == day.routes[other]
        with core.database.read() as session:
            version = session.get_one(Plan, day.plan_id).versions[-1]
            assert (version.state, version.by_rule) == (PlanState.APPROVED, True)
            assert is_intact(version)


def longest(day: Day) -> str:
    """The team with most visits."""
    return max(day.routes, key=lambda team: len(day.routes[team]))


def test_a_change_within_the_rule_is_in_force_at_once_and_a_larger_one_waits(
    core: web.Core,
) -> None:
    day = a_day(core)
    team = longest(day)
    call = Call(Recipe.VEHICLE, team, first_id=day.routes[team][1])
    rules(core, 100, 0)
    with clock.frozen(day.during(team, 0)):
        with core.database.read() as session:
            seen = day_changes.preview(session, call)
        fewest = seen.outlooks[0]
        assert fewest.dropped == len(day.routes[team]) - 1
        assert fewest.needs_signature
        made = change(core, day, call, Way.FEWEST)
        assert standing(core) == (day.routes, day.starts)
        with core.database.read() as session:
            kept = session.get_one(DayChange, made)
            assert (kept.version.state, kept.version.by_rule) == (PlanState.SENT, False)
            assert kept.rule_id is not None
        with core.database.write() as session:
            approve_plan(session, day.office.supervisor, session.get_one(Plan, day.plan_id))
        after, _starts = standing(core)
        assert after[team] == day.routes[team][:1]
        with core.database.read() as session:
            for lost in day.routes[team][1:]:
                assert session.get_one(Referral, lost).state is ReferralState.ACCEPTED


def test_taking_a_change_back_gives_everybody_the_place_and_hour_they_had(core: web.Core) -> None:
    day = a_day(core)
    team = longest(day)
    rules(core, 100, 100)
    with clock.frozen(day.during(team, 0)):
        made = change(core, day, Call(Recipe.VEHICLE, team, first_id=day.routes[team][1]))
        assert standing(core) != (day.routes, day.starts)
        with core.database.write() as session:
            plan = session.get_one(Plan, day.plan_id)
            assert day_changes.take_back(session, day.office.planner, plan, made)
        assert standing(core) == (day.routes, day.starts)
        with core.database.write() as session, pytest.raises(Refused, match="diurungkan"):
            plan = session.get_one(Plan, day.plan_id)
            day_changes.take_back(session, day.office.planner, plan, made)


def test_a_change_that_waits_is_withdrawn_and_the_day_goes_on_as_it_was(core: web.Core) -> None:
    day = a_day(core)
    team = longest(day)
    rules(core, 0, 0)
    with clock.frozen(day.during(team, 0)):
        made = change(core, day, Call(Recipe.VEHICLE, team))
        with core.database.read() as session, pytest.raises(Refused, match="tanda tangan"):
            day_changes.preview(session, Call(Recipe.ILL, team))
        with core.database.write() as session:
            plan = session.get_one(Plan, day.plan_id)
            assert day_changes.take_back(session, day.office.planner, plan, made) is None
        with core.database.read() as session:
            assert session.get_one(Plan, day.plan_id).state is PlanState.APPROVED
        assert standing(core) == (day.routes, day.starts)


def test_a_change_is_not_taken_back_once_a_team_has_begun_with_it(core: web.Core) -> None:
    day = a_day(core)
    team = longest(day)
    rules(core, 100, 100)
    with clock.frozen(day.during(team, 0)):
        made = change(core, day, Call(Recipe.VEHICLE, team, first_id=day.routes[team][1]))
    after, starts = standing(core)
    moved = next(v for t in after if t != team for v in after[t] if v in day.routes[team])
    with clock.frozen(day.at(starts[moved])), core.database.write() as session:
        plan = session.get_one(Plan, day.plan_id)
        with pytest.raises(Refused, match="sudah mulai"):
            day_changes.take_back(session, day.office.planner, plan, made)


def test_who_looked_at_an_older_version_is_told_who_changed_the_day(core: web.Core) -> None:
    day = a_day(core)
    team = longest(day)
    rules(core, 100, 100)
    with clock.frozen(day.during(team, 0)):
        with core.database.read() as session:
            seen = day_changes.preview(session, Call(Recipe.ILL, team)).version
            second = build.an_actor
        change(core, day, Call(Recipe.VEHICLE, team, first_id=day.routes[team][1]))
        with core.database.write() as session:
            colleague = second(session, Role.PLANNER)
            plan = session.get_one(Plan, day.plan_id)
            late = Call(Recipe.OVERRUN, referral_id=day.routes[team][0], minutes=30)
            with pytest.raises(Refused, match=day.office.planner.name):
                day_changes.change_day(session, colleague, plan, late, Way.FEWEST, seen.id)


def test_what_a_team_has_reached_ahead_of_its_time_does_not_move(core: web.Core) -> None:
    day = a_day(core)
    team = longest(day)
    third = day.routes[team][2]
    rules(core, 100, 100)
    with clock.frozen(day.during(team, 0)):
        with core.database.write() as session:
            person = session.get_one(Referral, third)
            add_event(session, day.office.planner, person, kind="arrived", device_at=clock.now())
        change(core, day, Call(Recipe.VEHICLE, team, first_id=day.routes[team][1]))
        after, _starts = standing(core)
        assert third in after[team]
        assert day.routes[team][3] not in after[team]


def test_a_longer_visit_moves_the_hours_after_it_and_nothing_before(core: web.Core) -> None:
    day = a_day(core)
    team = longest(day)
    now = day.routes[team][1]
    rules(core, 100, 100)
    with clock.frozen(day.during(team, 1)):
        change(core, day, Call(Recipe.OVERRUN, referral_id=now, minutes=60), Way.FEWEST)
        after, starts = standing(core)
        assert after[team][:2] == day.routes[team][:2]
        assert [starts[v] for v in after[team][:2]] == [day.starts[v] for v in after[team][:2]]
        later = [v for v in after[team][2:] if v in day.routes[team]]
        assert later
        assert starts[later[0]] > day.starts[later[0]]


def test_an_empty_house_is_tried_again_later_on_the_same_day(core: web.Core) -> None:
    day = a_day(core, people=6)
    team = longest(day)
    empty = day.routes[team][0]
    rules(core, 100, 100)
    with clock.frozen(day.during(team, 0)):
        change(core, day, Call(Recipe.NOT_HOME, referral_id=empty, minutes=13 * 60))
        after, starts = standing(core)
        assert any(empty in order for order in after.values())
        assert starts[empty] >= 13 * 3600


def test_an_urgent_person_is_visited_today_even_instead_of_somebody_with_fewer_points(
    core: web.Core,
) -> None:
    day = a_day(core, teams=1, people=16)
    team = longest(day)
    rules(core, 100, 100)
    with core.database.write() as session:
        urgent = build.a_referral(session, village_code="33.14.20.2001", name="Mbah Gawat").id
    with clock.frozen(day.during(team, 0)):
        change(core, day, Call(Recipe.URGENT, referral_id=urgent))
        after, _starts = standing(core)
        assert urgent in after[team]
        assert after[team][0] == day.routes[team][0]
        with core.database.read() as session:
            assert session.get_one(Referral, urgent).state is ReferralState.SCHEDULED


def test_a_cut_road_takes_its_village_off_today_but_nobody_who_was_begun(core: web.Core) -> None:
    day = a_day(core)
    rules(core, 100, 100)
    team = longest(day)
    begun = day.routes[team][0]
    with clock.frozen(day.during(team, 0)):
        with core.database.read() as session:
            village = session.get_one(Referral, begun).village_code
        change(core, day, Call(Recipe.ROAD, villages=(village,)))
        after, _starts = standing(core)
        left = {v for order in after.values() for v in order}
        with core.database.read() as session:
            there = {
                v for v in left if session.get_one(Referral, v).village_code == village
            }  # fmt: skip
            frozen = day_changes.preview(session, Call(Recipe.ILL, team, minutes=10)).asked.frozen
        assert begun in there
        assert there <= frozen


def test_nobody_is_visited_before_the_hour_that_the_family_was_told(core: web.Core) -> None:
    day = a_day(core)
    team = longest(day)
    rules(core, 100, 100)
    with clock.frozen(day.during(team, 0)):
        with core.database.read() as session:
            seen = day_changes.preview(
                session, Call(Recipe.NOT_HOME, referral_id=day.routes[team][0])
            )
        for outlook in seen.outlooks:
            for one in outlook.changes:
                if one.before and one.after and one.before.day == one.after.day:
                    assert one.after.arrive_s >= one.before.promised[1] - 1800


def test_a_search_finds_more_and_its_routes_are_judged_anew_when_they_are_chosen(
    core: web.Core,
) -> None:
    day = a_day(core)
    team = longest(day)
    rules(core, 100, 100)
    call = Call(Recipe.VEHICLE, team, first_id=day.routes[team][1])
    with clock.frozen(day.during(team, 0)):
        with core.database.write() as session:
            plan = session.get_one(Plan, day.plan_id)
            job = day_search.ask_search(session, day.office.planner, plan, call).id
        settings = replace(core.settings, plan_time_limit_s=1, plan_workers=1)
        assert work_once(core.database, settings)
        with core.database.write() as session:
            row = session.get_one(Job, job)
            assert row.state is JobState.DONE
            seen = day_changes.preview(session, call, partial(day_search.found_by, row))
            assert all(one.is_sound for one in seen.outlooks)
            at_once = max(one.today for one in seen.outlooks if one.option.way in set(Way) - SEARCHED)  # fmt: skip
            assert max(one.today for one in seen.outlooks) >= at_once
            frozen = [v for v in day.routes[team] if v in seen.asked.frozen]
            for outlook in seen.outlooks:
                assert outlook.option.orders[team, MONDAY][: len(frozen)] == tuple(frozen)


def a_week(core: web.Core) -> tuple[Day, str]:
    """Three approved days of two teams, everybody on a route; the Tuesday and its team with most visits."""
    office = given.an_office(core, teams=2, referrals=40)
    plan_id = given.a_sent_plan(core, office.planner, MONDAY, MONDAY + timedelta(days=2))
    with core.database.write() as session:
        approve_plan(session, office.supervisor, session.get_one(Plan, plan_id))
    tuesday = standing(core, MONDAY + timedelta(days=1))
    day = Day(office, plan_id, *tuesday)
    return day, longest(day)


def test_a_team_that_is_lost_on_tuesday_changes_neither_monday_nor_what_was_begun(
    core: web.Core,
) -> None:
    day, team = a_week(core)
    monday = standing(core)
    wednesday = standing(core, MONDAY + timedelta(days=2))
    rules(core, 100, 100)
    moment = day.during(team, 1) + timedelta(days=1)
    with clock.frozen(moment):
        change(core, day, Call(Recipe.VEHICLE, team, first_id=day.routes[team][2]))
        after, starts = standing(core, MONDAY + timedelta(days=1))
        assert after[team] == day.routes[team][:2]
        assert [starts[v] for v in after[team]] == [day.starts[v] for v in after[team]]
        assert standing(core) == monday
        later, _starts = standing(core, MONDAY + timedelta(days=2))
        for other, order in wednesday[0].items():
            assert [v for v in later[other] if v in order] == order
        placed = {v for order in (*after.values(), *later.values()) for v in order}
        with core.database.read() as session:
            for lost in day.routes[team][2:]:
                state = session.get_one(Referral, lost).state
                assert state is (
                    ReferralState.SCHEDULED if lost in placed else ReferralState.ACCEPTED
                )
            off = called_off(session, day.routes[team][2:])
            assert off == {v for v in day.routes[team][2:] if v not in placed}


def test_overtime_visits_more_people_and_always_needs_a_signature(core: web.Core) -> None:
    day = a_day(core)
    team = longest(day)
    rules(core, 100, 100)
    first = day.routes[team][1]
    with clock.frozen(day.during(team, 0)), core.database.read() as session:
        usual = day_changes.preview(session, Call(Recipe.VEHICLE, team, first)).outlooks[-1]
        late = day_changes.preview(session, Call(Recipe.VEHICLE, team, first, overtime=60))
        best = late.outlooks[-1]
        assert best.today > usual.today
        assert best.overtime_s > 0
        assert best.needs_signature
        assert not usual.needs_signature


def test_a_change_is_not_signed_once_a_team_has_set_off_for_whom_it_moves(core: web.Core) -> None:
    day = a_day(core)
    team = longest(day)
    rules(core, 0, 0)
    now, later = day.routes[team][0], day.routes[team][1:]
    with clock.frozen(day.during(team, 0)):
        with core.database.read() as session:
            village = session.get_one(Referral, later[-1]).village_code
        change(core, day, Call(Recipe.ROAD, villages=(village,)), Way.FEWEST)
        with core.database.read() as session:
            kept = {v.referral_id for r in session.get_one(Plan, day.plan_id).versions[-1].routes
                    for s in r.stops for v in s.visits}  # fmt: skip
    lost = next(v for v in later if v not in kept and v != now)
    with clock.frozen(day.at(day.starts[lost])), core.database.write() as session:
        plan = session.get_one(Plan, day.plan_id)
        with pytest.raises(Refused, match="sudah berangkat"):
            approve_plan(session, day.office.supervisor, plan)


def test_nobody_is_moved_to_a_team_that_was_closed_since_the_plan_was_made(core: web.Core) -> None:
    day = a_day(core, teams=3)
    out, lost = sorted(day.routes, key=lambda team: len(day.routes[team]))[-2:]
    with core.database.write() as session:
        team = session.get_one(Team, out)
        close_team(session, day.office.supervisor, team, MONDAY, 7, "440/13/2026")
    with clock.frozen(day.during(lost, 0)), core.database.read() as session:
        seen = day_changes.preview(session, Call(Recipe.VEHICLE, lost))
        teams = {shift.team for shift in seen.asked.problem.shifts}
        assert lost in teams
        assert out not in teams
        assert all((out, MONDAY) not in one.option.orders for one in seen.outlooks)
