"""Decrees: caps and stops that every plan keeps, a protocol on the papers, and a team that is closed at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

import routing
from outreach import web
from outreach.errors import Forbidden, Refused
from outreach.jobs import work_once
from outreach.planning import drafts
from outreach.planning.closures import CALLED_OFF_POINTS, close_team
from outreach.planning.decisions import approve_plan, people_of
from outreach.planning.edits import Edit, EditKind, EditRefused, apply
from outreach.planning.judging import judge
from outreach.planning.lookup import approved_routes
from outreach.planning.models import Plan
from outreach.planning.problem_builder import build_problem
from outreach.planning.service import send_plan
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


def test_under_a_decree_only_people_in_accepted_conditions_are_visited_and_the_rest_are_told_why(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core, teams=1, referrals=2, condition="elderly")
    with core.database.write() as session:
        bedridden = build.a_referral(session, name="Mbah Sayah", condition="bedridden").id
    a_decree(core, office, "tightened", accepted=["bedridden"])
    plan_id = given.a_made_plan(core, office.planner)
    now = desk(core, plan_id).now
    assert now.board.served == {bedridden}
    assert "elderly" not in str(routing.problem_to_json(now.problem))
    with core.database.read() as session:
        rows = session.get_one(Plan, plan_id).versions[-1].unserved
        assert {row.reason for row in rows} == {"by_decree"}
    person = browser(app, core, office.planner)
    page = words(person.get(f"/rencana/{plan_id}/papan"))
    assert "Menurut keputusan 440/12/2026, warga dengan kondisi ini belum dikunjungi" in page
    form = {
        "kind": "move", "visits": office.referral_ids[0], "team": office.team_ids[0],
        "day": MONDAY.isoformat(), "revision": 0,
    }  # fmt: skip
    assert "tidak dapat dikunjungi" in words(person.post(f"/rencana/{plan_id}/papan/ubah", form))
    form = {"kind": "change", "visits": office.referral_ids[0], "revision": 0}
    assert "440/12/2026" in words(person.post(f"/rencana/{plan_id}/papan/ubah", form))
    assert desk(core, plan_id).revision == 0


def test_a_decree_that_ends_within_the_week_moves_the_others_after_its_end(core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=2, condition="elderly")
    a_decree(core, office, "tightened", accepted=["bedridden"])
    plan_id = given.a_made_plan(core, office.planner, MONDAY, TUESDAY)
    board = desk(core, plan_id).now.board
    assert {day for (_team, day), order in board.orders.items() if order} == {TUESDAY}
    assert board.served == set(office.referral_ids)


def test_the_protocol_of_a_district_makes_its_visits_longer_and_stands_on_the_papers_that_go_there(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core, teams=1, referrals=3)
    a_decree(core, office, "tightened", district_code="33.14.20", extra_min=10, protective=True)
    plan_id = given.a_sent_plan(core, office.planner)
    lengths = {v.district: v.service_s for v in desk_problem(core, plan_id).visits}
    assert lengths["33.14.20"] == lengths["33.14.10"] + 600
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


def test_closing_a_team_plans_anew_on_the_spot_near_to_what_stands_and_can_be_undone(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core, teams=2, referrals=6)
    plan_id = an_approved_plan(core, office)
    before = desk(core, plan_id).now
    gone = next(team for (team, _day), order in before.board.orders.items() if order)
    lost = before.board.orders[gone, MONDAY]
    form = {"first": MONDAY.isoformat(), "days": "7", "letter_number": "440/13/2026"}
    page = browser(app, core, office.supervisor).post(
        f"/tim/{gone}/tutup-sementara", {**form, "do": "close"}
    )
    assert "Sedang disusun ulang" in words(page)
    assert work_once(core.database, replace(core.settings, plan_time_limit_s=1, plan_workers=1))
    after = desk(core, plan_id)
    assert after.now.is_sound
    assert (gone, MONDAY) not in after.now.board.orders
    assert after.now.board.served == before.board.served
    for where, order in before.board.orders.items():
        assert where[0] == gone or set(order) <= set(after.now.board.orders[where])
    with core.database.write() as session:
        plan = session.get_one(Plan, plan_id)
        drafts.keep(session, office.planner, plan, after.revision)
        send_plan(session, office.planner, plan)
    page = words(browser(app, core, office.supervisor).get(f"/rencana/{plan_id}/keputusan"))
    assert f"{len(lost)} orang pindah tim" in page
    with core.database.write() as session:
        approve_plan(session, office.supervisor, session.get_one(Plan, plan_id))
    with core.database.read() as session:
        assert given.states(session, office.referral_ids) == {ReferralState.SCHEDULED}


def test_what_a_closed_team_has_begun_stays_and_the_rest_is_free(core: web.Core) -> None:
    office = given.an_office(core, teams=2, referrals=6)
    plan_id = given.a_made_plan(core, office.planner)
    now = desk(core, plan_id)
    where, order = next((w, o) for w, o in now.now.board.orders.items() if len(o) > 1)
    closing = Edit(EditKind.CLOSE, orders=((*where, order[:1]),))
    board = apply(now.now.board, closing)
    assert board.orders[where] == order[:1]
    assert judge(now.problem, now.answer, board).is_sound
    with pytest.raises(EditRefused, match="closed"):
        apply(board, Edit(EditKind.MOVE, (order[1],), *where))


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


def test_a_decree_is_entered_on_a_page_and_read_back_rule_by_rule(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core)
    form = {
        "letter_number": "440/12/2026", "first": MONDAY.isoformat(), "last": TUESDAY.isoformat(),
        "level": "tightened", "scope": "", "people_per_day": "50", "extra_min": "10",
        "protective": "y", "accepted": "bedridden",
    }  # fmt: skip
    page = words(browser(app, core, office.supervisor).post("/kalender/keputusan/baru", form))
    assert "paling banyak 50 orang sehari" in page
    assert (
        "10 menit lebih lama per kunjungan · alat pelindung diri dipakai · hanya: Tirah baring"
        in page
    )
