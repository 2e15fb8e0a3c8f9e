"""Today's board: what came in against the plan, what is late, and how old each team's last word is."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from outreach import clock, web
from outreach.accounts.models import User
from outreach.fieldwork import day_board
from outreach.fieldwork.models import OutcomeKind
from outreach.fieldwork.outcomes import Entry, record_outcome
from outreach.ids import new_id
from outreach.policy import Role
from outreach.referrals.states import ReferralState
from tests import build
from tests.build import MONDAY
from tests.build_plans import an_approved_route, visits_of


def at(hour: int, minute: int = 0) -> datetime:
    """A moment of Monday in Sragen."""
    return datetime(2026, 11, 23, hour - 7, minute, tzinfo=UTC)


def a_day(core: web.Core) -> tuple[str, list[str], str]:
    """A team with three people to visit today; the ids of the route, of its visits, and of a planner."""
    with core.database.write() as session:
        team = build.a_team(session, "T1")
        villages = ("33.14.20.2001", "33.14.20.2002", "33.14.10.2007")
        people = [
            build.a_referral(session, ReferralState.SCHEDULED, village_code=code, name=f"Mbah {n}")
            for n, code in enumerate(villages)
        ]
        route = an_approved_route(session, team, MONDAY, people)
        return route.id, [v.id for v in visits_of(route)], build.a_user(session, Role.PLANNER).id


def test_done_failed_late_and_ahead_are_told_apart(core: web.Core) -> None:
    with clock.frozen(at(8)):
        _route, visits, _planner = a_day(core)
    with clock.frozen(at(9, 10)), core.database.write() as session:
        person = build.an_actor(session, Role.PLANNER)
        from outreach.planning.models import Visit

        record_outcome(session, person, session.get_one(Visit, visits[0]), Entry(new_id(), OutcomeKind.RECORDED))  # fmt: skip
    with clock.frozen(at(11, 30)), core.database.read() as session:
        board = day_board.today(session)
        lane = board.lanes[0]
        assert [mark.state for mark in lane.marks][:2] == ["done", "late"]
        assert lane.done == 1
        assert lane.last_word == at(9, 10)
        assert lane.is_silent
        assert board.count("late") >= 1
        assert board.now_x is not None


def test_a_team_that_was_never_heard_is_not_silent_before_anything_is_late(core: web.Core) -> None:
    with clock.frozen(at(8)):
        a_day(core)
        with core.database.read() as session:
            lane = day_board.today(session).lanes[0]
            assert lane.last_word is None
            assert not lane.is_silent
            assert {mark.state for mark in lane.marks} == {"ahead"}


def test_the_page_says_how_old_the_last_word_is(app: Flask, core: web.Core) -> None:
    with clock.frozen(at(8)):
        _route, _visits, planner = a_day(core)
    with clock.frozen(at(12)):
        with core.database.read() as session:
            user = session.get_one(User, planner)
        page = build.signed_in(app, user).get("/hari-ini").text
        assert "Belum ada kabar dari tim ini hari ini." in page
        assert "Mbah 0" in page
        assert "terlambat, belum ada hasil" in page
