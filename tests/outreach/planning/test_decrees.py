"""Decrees: caps and stops that every plan keeps, a protocol on the papers, and a team that is closed at once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask

from outreach import web
from outreach.errors import Forbidden, Refused
from outreach.planning.closures import CALLED_OFF_POINTS, close_team
from outreach.planning.decisions import approve_plan, people_of
from outreach.planning.lookup import approved_routes
from outreach.planning.models import Plan
from outreach.planning.problem_builder import build_problem
from outreach.referrals.states import ReferralState
from outreach.teams.calendar import closed_because, is_working_day, quota_on, shift_of
from outreach.teams.decree_models import Decree, DecreeLevel
from outreach.teams.decrees import lift_decree, set_decree
from outreach.teams.models import Team
from tests import build
from tests.outreach.planning import given
from tests.outreach.planning.given import MONDAY
from tests.outreach.planning.test_board import browser, words
from tests.outreach.planning.test_edits import desk

TUESDAY = MONDAY + timedelta(days=1)


def a_decree(core: web.Core, office: given.Office, level: str, **more: object) -> str:
    """A decree of one Monday, set by the supervisor."""
    with core.database.write() as session:
        decree = set_decree(
            session, office.supervisor, first=MONDAY, last=MONDAY, level=DecreeLevel(level),
            letter_number="440/12/2026", **more,  # type: ignore[arg-type]
        )  # fmt: skip
        return decree.id


def test_a_suspended_day_is_no_working_day_until_the_decree_is_lifted(core: web.Core) -> None:
    office = given.an_office(core)
    decree_id = a_decree(core, office, "suspended")
    with core.database.read() as session:
        assert not is_working_day(session, MONDAY)
        assert "440/12/2026" in (closed_because(session, MONDAY) or "")
        assert is_working_day(session, TUESDAY)
    with core.database.write() as session:
        lift_decree(session, office.supervisor, session.get_one(Decree, decree_id))
    with core.database.read() as session:
        assert is_working_day(session, MONDAY)


def test_the_smaller_of_quota_and_decree_holds(core: web.Core) -> None:
    office = given.an_office(core)
    a_decree(core, office, "tightened", people_per_day=3)
    with core.database.read() as session:
        assert quota_on(session, MONDAY) == 3
        assert quota_on(session, TUESDAY) > 3


def test_a_tightened_day_takes_longer_at_each_person_and_says_so_on_paper(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core)
    usual = desk(core, given.a_made_plan(core, office.planner, TUESDAY)).problem.visits[0]
    a_decree(core, office, "tightened", extra_min=10, protective=True)
    plan_id = given.a_sent_plan(core, office.planner)
    visit = desk_problem(core, plan_id).visit(usual.id)
    assert visit.service_s == usual.service_s + 600
    page = browser(app, core, office.planner).get(
        f"/rencana/{plan_id}/daftar-kunjungan/{MONDAY}?bentuk=html"
    )
    assert "Alat pelindung diri" in words(page)


def desk_problem(core: web.Core, plan_id: str):  # type: ignore[no-untyped-def]
    """The question of a plan as it is asked now."""
    with core.database.read() as session:
        return build_problem(session, session.get_one(Plan, plan_id))


def test_a_district_gets_no_more_people_on_any_day_than_its_decree_allows(core: web.Core) -> None:
    office = given.an_office(core, teams=2, referrals=12)
    with core.database.write() as session:
        set_decree(
            session, office.supervisor, first=MONDAY, last=None, level=DecreeLevel.TIGHTENED,
            letter_number="1", district_code="33.14.20", people_per_day=2,
        )  # fmt: skip
    plan_id = given.a_made_plan(core, office.planner, MONDAY, TUESDAY)
    with core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[-1]
        got = Counter(
            day for person, day in people_of(version) if person.village.district_code == "33.14.20"
        )
        assert got
        assert max(got.values()) <= 2
        assert any(row.reason == "not_yet" for row in version.unserved)


def test_a_team_with_a_cap_visits_no_more_than_that(core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=6)
    a_decree(core, office, "normal", team_id=office.team_ids[0], people_per_day=2)
    plan_id = given.a_made_plan(core, office.planner)
    assert len(desk(core, plan_id).now.board.served) == 2


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("letter_number", {"letter_number": "  "}),
        ("last", {"last": MONDAY - timedelta(days=30)}),
        ("people_per_day", {"people_per_day": -1}),
        ("extra_min", {"extra_min": 999}),
    ],
)
def test_a_decree_that_cannot_be_is_refused_at_its_field(
    core: web.Core, field: str, more: dict[str, object]
) -> None:
    office = given.an_office(core)
    usual = {"first": MONDAY, "last": None, "level": DecreeLevel.NORMAL, "letter_number": "1"}
    with core.database.write() as session, pytest.raises(Refused) as refused:
        set_decree(session, office.supervisor, **{**usual, **more})  # type: ignore[arg-type]
    assert refused.value.field == field


def an_approved_plan(core: web.Core, office: given.Office) -> str:
    plan_id = given.a_sent_plan(core, office.planner)
    with core.database.write() as session:
        approve_plan(session, office.supervisor, session.get_one(Plan, plan_id))
    return plan_id


def test_a_team_that_is_closed_gives_its_people_back_and_they_go_first(core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=3)
    plan_id = an_approved_plan(core, office)
    before = {v.id: v.priority for v in desk(core, plan_id).problem.visits}
    with core.database.write() as session:
        team = session.get_one(Team, office.team_ids[0])
        closure = close_team(session, office.supervisor, team, MONDAY, 7, "440/13/2026")
        assert [plan.id for plan in closure.plans] == [plan_id]
    with core.database.read() as session:
        team = session.get_one(Team, office.team_ids[0])
        assert approved_routes(session, [MONDAY]) == []
        assert shift_of(session, team, TUESDAY) is None
        assert shift_of(session, team, MONDAY + timedelta(days=7)) is not None
        assert given.states(session, office.referral_ids) == {ReferralState.ACCEPTED}
    later = given.a_made_plan(core, office.planner, MONDAY + timedelta(days=7))
    after = {v.id: v.priority for v in desk(core, later).problem.visits}
    for key, points in before.items():
        assert after[key] >= points + CALLED_OFF_POINTS


def test_a_supervisor_sees_what_closing_touches_before_and_whom_to_tell_after(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core, teams=1, referrals=2)
    an_approved_plan(core, office)
    supervisor = browser(app, core, office.supervisor)
    address = f"/tim/{office.team_ids[0]}/tutup-sementara"
    form = {"first": MONDAY.isoformat(), "days": "7", "letter_number": "440/13/2026"}
    page = words(supervisor.post(address, form))
    assert "Mbah 0" in page
    assert "Tutup tim" in page
    with core.database.read() as session:
        assert given.states(session, office.referral_ids) == {ReferralState.SCHEDULED}
    page = words(supervisor.post(address, {**form, "do": "close"}))
    assert "Keluarga yang perlu diberi tahu" in page
    with core.database.read() as session:
        assert given.states(session, office.referral_ids) == {ReferralState.ACCEPTED}


def test_closing_a_day_names_the_approved_plans_that_it_touches(app: Flask, core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=2)
    an_approved_plan(core, office)
    with core.database.write() as session:
        admin = build.an_actor(session, "admin")
    form = {"day": MONDAY.isoformat(), "name": "Pilkades", "category": "local"}
    page = words(browser(app, core, admin).post("/kalender/libur/baru", form))
    assert "Rencana 1.1 yang disetujui mengunjungi 2 orang" in page


def test_a_planner_neither_sets_decrees_nor_closes_teams(core: web.Core) -> None:
    office = given.an_office(core)
    with core.database.write() as session:
        team = session.get_one(Team, office.team_ids[0])
        with pytest.raises(Forbidden):
            close_team(session, office.planner, team, MONDAY, 7, "1")
