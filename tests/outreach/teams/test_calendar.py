"""Which days are worked, from when to when, and how many people a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import Database
from outreach.i18n import format_time
from outreach.teams import calendar
from outreach.teams.calendar_defaults import load_calendar
from outreach.teams.calendar_facts import national_holidays
from outreach.teams.models import DatedRange, Holiday, QuotaRule, Shift, Team, WorkingTime
from tests.build import MONDAY, MORNING, a_team

FRIDAY = MONDAY + timedelta(days=4)
SATURDAY = MONDAY + timedelta(days=5)
IDULFITRI = date(2027, 3, 10)


@pytest.fixture
def team(database: Database) -> Team:
    """A team, in an office whose calendar of 2026 and 2027 is loaded."""
    with database.write() as session:
        load_calendar(session, 2026, 2027)
        return a_team(session)


def hours(session: Session, team: Team, day: date) -> str:
    """A team's day as "08.00 14.30 15.00 break 12.00-13.00 60"."""
    times = calendar.shift_of(session, team, day)
    if times is None:
        return "closed"
    said = " ".join(format_time(s) for s in (times.leave_s, times.visits_end_s, times.back_s))
    if times.break_from_s is None or times.break_to_s is None:
        return said
    span = f"{format_time(times.break_from_s)}-{format_time(times.break_to_s)}"
    return f"{said} break {span} {times.break_s // 60}"


def a_shift(session: Session, team: Team, day: date, **given: object) -> None:
    session.add(Shift(team_id=team.id, day=day, reason="lembur", **given))
    session.flush()


def test_a_usual_monday_has_a_break_of_an_hour(database: Database, team: Team) -> None:
    with database.read() as session:
        assert hours(session, team, MONDAY) == "08.00 14.30 15.00 break 12.00-13.00 60"


def test_friday_ends_before_the_prayer(database: Database, team: Team) -> None:
    with database.read() as session:
        assert hours(session, team, FRIDAY) == "08.00 10.45 11.15"


def test_ramadan_is_shorter_with_half_an_hour_of_break(database: Database, team: Team) -> None:
    with database.read() as session:
        assert hours(session, team, date(2027, 2, 10)) == "08.00 13.30 14.00 break 12.00-12.30 30"


def test_nobody_goes_out_on_weekends_holidays_and_joint_leave(
    database: Database, team: Team
) -> None:
    with database.read() as session:
        christmas, joint_leave = date(2026, 12, 25), date(2026, 12, 24)
        for day in (SATURDAY, christmas, joint_leave):
            assert not calendar.is_working_day(session, day)
            assert calendar.shift_of(session, team, day) is None
        assert calendar.closed_because(session, MONDAY) is None
        assert "Sabtu" in (calendar.closed_because(session, SATURDAY) or "")
        assert calendar.closed_because(session, joint_leave) == "Cuti Bersama Hari Raya Natal"


def test_a_holiday_whose_date_is_not_fixed_says_so(database: Database, team: Team) -> None:
    with database.read() as session:
        assert "perkiraan" in (calendar.closed_because(session, IDULFITRI) or "")


def test_the_next_working_day_passes_over_idulfitri_of_2027(database: Database, team: Team) -> None:
    with database.read() as session:
        assert calendar.next_working_day(session, date(2027, 3, 5)) == date(2027, 3, 16)
        assert calendar.next_working_day(session, FRIDAY) == MONDAY + timedelta(days=7)


def test_a_team_with_a_shift_of_its_own_keeps_other_hours(database: Database, team: Team) -> None:
    with database.write() as session:
        other = a_team(session)
        a_shift(session, team, MONDAY, leave_s=9 * 3600, visits_end_s=12 * 3600, back_s=45_000)
        assert hours(session, team, MONDAY) == "09.00 12.00 12.30"
        assert hours(session, other, MONDAY).startswith("08.00")


def test_a_closed_team_does_not_work_while_the_others_do(database: Database, team: Team) -> None:
    with database.write() as session:
        a_shift(session, team, MONDAY, is_closed=True)
        assert calendar.shift_of(session, team, MONDAY) is None
        assert calendar.is_working_day(session, MONDAY)


def test_overtime_makes_a_saturday_a_working_day_for_that_team_only(
    database: Database, team: Team
) -> None:
    with database.write() as session:
        other = a_team(session)
        a_shift(session, team, SATURDAY, leave_s=28_800, visits_end_s=50_400, back_s=52_200)
        assert hours(session, team, SATURDAY) == "08.00 14.00 14.30 break 12.00-13.00 60"
        assert calendar.shift_of(session, other, SATURDAY) is None
        assert calendar.next_working_day(session, FRIDAY) == SATURDAY
        assert calendar.closed_because(session, SATURDAY) is None


def test_whoever_works_through_a_friday_has_the_long_break(database: Database, team: Team) -> None:
    with database.write() as session:
        a_shift(session, team, FRIDAY, leave_s=28_800, visits_end_s=50_400, back_s=52_200)
        assert hours(session, team, FRIDAY) == "08.00 14.00 14.30 break 11.30-11.30 90"


def test_the_newest_quota_rule_that_fits_wins(database: Database, team: Team) -> None:
    with database.write() as session:
        assert calendar.quota_on(session, MONDAY) == 50
        for minutes, people, first, last in (
            (1, 30, MONDAY, FRIDAY),
            (2, 80, MONDAY + timedelta(days=2), None),
        ):
            session.add(
                QuotaRule(
                    first=first,
                    last=last,
                    people_per_day=people,
                    set_at=clock.now() + timedelta(minutes=minutes),
                )
            )
        session.flush()
        asked = [MONDAY - timedelta(days=3), MONDAY, MONDAY + timedelta(days=2), SATURDAY]
        assert [calendar.quota_on(session, day) for day in asked] == [50, 30, 80, 80]


def test_loading_twice_changes_nothing(database: Database, team: Team) -> None:
    with database.write() as session:
        tables = (Holiday, WorkingTime, DatedRange, QuotaRule)
        counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
        assert counts == [
            len(national_holidays(2026)) + len(national_holidays(2027)),
            14,
            2,
            1,
        ]
        again = load_calendar(session, 2026, 2027)
        assert (again.added, again.updated, again.removed) == (0, 0, 0)
        assert counts == [session.scalar(select(func.count()).select_from(t)) for t in tables]


def test_loading_keeps_what_an_administrator_changed(database: Database, team: Team) -> None:
    with database.write() as session:
        moved = session.scalars(select(Holiday).where(Holiday.day == IDULFITRI)).one()
        moved.day, moved.is_changed = date(2027, 3, 13), True
        removed = session.scalars(select(Holiday).where(Holiday.day == date(2026, 12, 24))).one()
        removed.is_removed = True
        ramadan = session.scalars(select(DatedRange).where(DatedRange.first.between(
            date(2027, 1, 1), date(2027, 12, 31)))).one()  # fmt: skip
        ramadan.first, ramadan.is_changed = date(2027, 2, 9), True
        monday = session.scalars(
            select(WorkingTime).where(WorkingTime.weekday == 0, ~WorkingTime.ramadan)
        ).one()
        monday.leave_s = 27_000
        load_calendar(session, 2026, 2027)
        session.expire_all()
        assert not calendar.holidays_on(session, IDULFITRI)
        assert calendar.is_working_day(session, date(2026, 12, 24))
        assert not calendar.is_ramadan(session, date(2027, 2, 8))
        assert hours(session, team, MONDAY).startswith("07.30")


def test_an_estimate_that_nobody_touched_follows_the_decree(database: Database, team: Team) -> None:
    with database.write() as session:
        # As an earlier release loaded it: a day before what is known today.
        session.add(
            Holiday(
                day=IDULFITRI - timedelta(days=1),
                name="Hari Raya Idul Fitri",
                category="public",
                is_estimate=True,
                loaded_as="2027-03-09 public Hari Raya Idul Fitri",
            )
        )
        session.flush()
        assert load_calendar(session, 2027, 2027).removed == 1
        names = [holiday.name for holiday in calendar.holidays_on(session, date(2027, 3, 9))]
        assert names == ["Cuti Bersama Hari Raya Idul Fitri"]


def test_a_team_member_sees_today_and_the_next_working_day(database: Database, team: Team) -> None:
    from outreach.accounts.identity import actor_of
    from outreach.accounts.models import User

    with database.write() as session, clock.frozen(MORNING + timedelta(days=4)):
        member = session.get_one(User, session.get_one(Team, team.id).members[0].user_id)
        actor = actor_of(session, member)
        assert actor.team_ids == (team.id,)
        assert actor.days == (FRIDAY, MONDAY + timedelta(days=7))
        session.get_one(Team, team.id).is_active = False
        session.flush()
        assert actor_of(session, member).team_ids == ()
