"""The question put to routing: whom, where, when, with what, and nothing about who they are."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

import routing
from outreach import clock
from outreach.db import Database
from outreach.planning.failures import NO_SHIFT_LEFT, NOBODY_LEFT, PlanFailed
from outreach.planning.models import Plan, PlanState
from outreach.planning.problem_builder import build_problem, shift_for
from outreach.referrals.conditions import CONDITIONS, GENERATOR, SETUP_S
from outreach.referrals.states import ReferralState
from outreach.teams.calendar import ShiftTimes
from outreach.teams.models import Holiday, Kit, QuotaRule, Shift, Team
from tests import build

MONDAY = build.MONDAY
HOUR = 3600


def a_plan(
    session: Session, first: date = MONDAY, last: date | None = None, **request: object
) -> Plan:
    """A plan that was asked for."""
    plan = Plan(
        number=1, first_day=first, last_day=last or first, state=PlanState.MAKING,
        requested_at=clock.now(), request=dict(request),
    )  # fmt: skip
    session.add(plan)
    session.flush()
    return plan


def the_visit(session: Session, **given: object) -> routing.Visit:
    """The visit that one referral with these facts asks for, on a plan of MONDAY."""
    build.a_team(session)
    referral = build.a_referral(session, **given)  # type: ignore[arg-type]
    return build_problem(session, a_plan(session)).visit(referral.id)


@pytest.fixture
def session(database: Database):  # type: ignore[no-untyped-def]
    with database.write() as session:
        yield session


def test_only_accepted_referrals_are_planned(session: Session) -> None:
    build.a_team(session)
    accepted = build.a_referral(session)
    for state in set(ReferralState) - {ReferralState.ACCEPTED}:
        build.a_referral(session, state)
    problem = build_problem(session, a_plan(session))
    assert [visit.id for visit in problem.visits] == [accepted.id]


def test_the_recording_takes_as_long_as_the_condition_asks(session: Session) -> None:
    visit = the_visit(session, condition="bedridden")
    assert visit.service_s == CONDITIONS["bedridden"].service_s == 1800
    assert visit.setup_s == SETUP_S


def test_people_at_one_address_share_a_place_and_its_unpacking(session: Session) -> None:
    build.a_team(session)
    couple = [build.a_referral(session, lat=-7.31, lon=111.05) for _ in range(2)]
    other = build.a_referral(session, lat=-7.32, lon=111.05)
    problem = build_problem(session, a_plan(session))
    first, second = (problem.visit(referral.id) for referral in couple)
    assert (first.place, first.address) == (second.place, second.address)
    assert problem.visit(other.id).address != first.address
    assert len(problem.places) == 3


def test_somebody_is_visited_while_the_family_is_home(session: Session) -> None:
    visit = the_visit(session, home_from_s=9 * HOUR, home_to_s=11 * HOUR)
    assert visit.windows == (routing.Window(9 * HOUR, 11 * HOUR),)


def test_an_open_end_of_the_hours_at_home_is_the_edge_of_the_day(session: Session) -> None:
    visit = the_visit(session, home_from_s=9 * HOUR)
    assert visit.windows == (routing.Window(9 * HOUR, 24 * HOUR),)


def test_nobody_is_visited_before_they_may_be(session: Session) -> None:
    assert the_visit(session, not_before=MONDAY + timedelta(days=2)).earliest == MONDAY + timedelta(
        days=2
    )


def test_a_date_by_which_the_card_is_needed_limits_the_days(session: Session) -> None:
    build.a_team(session)
    tuesday = MONDAY + timedelta(days=1)
    soon = build.a_referral(session, due_day=tuesday)
    passed = build.a_referral(session, due_day=MONDAY - timedelta(days=30))
    problem = build_problem(session, a_plan(session, last=MONDAY + timedelta(days=4)))
    assert problem.visit(soon.id).due == tuesday
    assert problem.visit(passed.id).due is None, "a date that passed must not shut a person out"
    assert problem.visit(passed.id).priority > problem.visit(soon.id).priority


def test_needs_are_abilities_of_the_team_or_carried_by_its_kit(session: Session) -> None:
    visit = the_visit(session, needs=["escort", "portable_iris"], house_power="va_450")
    assert visit.skills == {"escort"}
    assert visit.equipment == {"portable_iris", GENERATOR}


def test_a_house_with_enough_power_needs_no_generator(session: Session) -> None:
    assert the_visit(session, house_power="va_900").equipment == frozenset()


def test_who_waits_longer_is_worth_more(session: Session) -> None:
    build.a_team(session)
    new = build.a_referral(session, submitted_at=clock.now() - timedelta(days=1))
    old = build.a_referral(session, submitted_at=clock.now() - timedelta(days=40))
    problem = build_problem(session, a_plan(session))
    assert problem.visit(old.id).priority > problem.visit(new.id).priority
    assert problem.visit(old.id).waiting_days > problem.visit(new.id).waiting_days


def test_a_team_works_its_shift_with_the_break_that_the_calendar_gives() -> None:
    team = Team(id="t", code="T1", name="Tim 1", skills=["escort"], kits=[])
    times = ShiftTimes(8 * HOUR, 14 * HOUR, 15 * HOUR, 12 * HOUR, 13 * HOUR, HOUR)
    shift = shift_for(team, MONDAY, times)
    assert shift is not None
    assert (shift.start_s, shift.visits_end_s, shift.end_s) == (8 * HOUR, 14 * HOUR, 15 * HOUR)
    assert shift.breaks == (routing.Break(12 * HOUR, 14 * HOUR, HOUR),), (
        "it begins from 12.00 to 13.00"
    )
    assert shift.skills == {"escort"}


def test_a_kit_out_of_use_is_not_carried(session: Session) -> None:
    team = build.a_team(session, skills=["motorbike"])
    session.add_all(
        [
            Kit(code="A", name="A", team_id=team.id, equipment=[GENERATOR], is_active=False),
            Kit(code="B", name="B", team_id=team.id, equipment=["portable_iris"]),
        ]
    )
    session.flush()
    session.refresh(team)
    build.a_referral(session)
    shift = build_problem(session, a_plan(session)).shifts[0]
    assert (shift.equipment, shift.skills) == ({"portable_iris"}, {"motorbike"})


def test_several_days_skip_the_holiday_and_keep_each_days_quota(session: Session) -> None:
    team = build.a_team(session)
    build.a_referral(session)
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    session.add(Holiday(day=tuesday, name="Hari Jadi", category="local"))
    session.add(QuotaRule(first=wednesday, last=None, people_per_day=7, set_at=clock.now()))
    session.flush()
    problem = build_problem(session, a_plan(session, last=wednesday))
    assert [(shift.team, shift.day) for shift in problem.shifts] == [
        (team.id, MONDAY),
        (team.id, wednesday),
    ]
    assert problem.quota(tuesday) is None
    assert problem.quota(wednesday) == 7


def test_a_team_that_is_closed_or_not_chosen_stays_at_home(session: Session) -> None:
    going, closed, _resting = (build.a_team(session, code) for code in ("T1", "T2", "T3"))
    session.add(Shift(team_id=closed.id, day=MONDAY, is_closed=True, reason="positif"))
    build.a_referral(session)
    problem = build_problem(session, a_plan(session, team_ids=[going.id, closed.id]))
    assert [shift.team for shift in problem.shifts] == [going.id]


def test_a_plan_for_this_very_day_begins_after_now(session: Session) -> None:
    build.a_team(session)
    build.a_referral(session)
    with clock.frozen(datetime(2026, 11, 23, 2, 10, tzinfo=UTC)):  # 09.10 in Sragen
        assert build_problem(session, a_plan(session)).shifts[0].start_s == 9 * HOUR + 25 * 60


def test_distances_are_marked_as_estimates_and_begin_at_the_office(session: Session) -> None:
    build.a_team(session)
    build.a_referral(session)
    problem = build_problem(session, a_plan(session))
    assert problem.travel[0].estimated
    assert {shift.start_place for shift in problem.shifts} == {0}


def test_the_question_tells_nobody_who_the_people_are(session: Session) -> None:
    build.a_team(session, name="Tim Melati")
    build.a_referral(
        session, name="Mbah Tukiyem", contact_name="Sri Lestari", note="buta sejak lahir"
    )
    said = json.dumps(routing.problem_to_json(build_problem(session, a_plan(session))))
    for secret in ("Tukiyem", "Lestari", "buta", "+628", "Ngrejeng", "Melati", "frail"):
        assert secret not in said


def test_without_anybody_waiting_or_going_there_is_no_question(session: Session) -> None:
    build.a_team(session)
    with pytest.raises(PlanFailed) as failure:
        build_problem(session, a_plan(session))
    assert failure.value.reason == NOBODY_LEFT
    build.a_referral(session)
    session.add(Holiday(day=MONDAY, name="Libur", category="local"))
    session.flush()
    with pytest.raises(PlanFailed) as failure:
        build_problem(session, session.query(Plan).one())
    assert failure.value.reason == NO_SHIFT_LEFT
