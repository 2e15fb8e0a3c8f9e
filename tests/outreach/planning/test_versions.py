"""Versions held against each other, routes returned one by one, signatures, and files that prove themselves."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from outreach import web
from outreach.errors import Refused
from outreach.paperwork import proofs
from outreach.planning import comparing, drafts
from outreach.planning.comparison import ChangeOf, changes
from outreach.planning.decisions import approve_plan
from outreach.planning.edits import Edit, EditKind
from outreach.planning.lookup import approved_routes
from outreach.planning.models import Plan, PlanState
from outreach.planning.service import send_plan
from outreach.planning.signatures import signatures_of
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.teams.models import Holiday
from tests import build
from tests.outreach.planning import given
from tests.outreach.planning.given import MONDAY
from tests.outreach.planning.test_board import approved_and_changed, browser, words
from tests.outreach.planning.test_edits import desk, do


def test_who_was_dropped_from_an_approved_plan_is_told_with_whom_to_tell_again(
    core: web.Core,
) -> None:
    _office, plan_id, visit = approved_and_changed(core)
    with core.database.read() as session:
        first, second = session.get_one(Plan, plan_id).versions
        found = changes(first.routes, second.routes, promised=True)
        dropped = [one for one in found if one.kind is ChangeOf.DROPPED]
        assert [one.referral.id for one in dropped] == [visit]
        assert dropped[0].tell_again
        unpromised = changes(first.routes, second.routes, promised=False)
        assert not any(one.tell_again for one in unpromised)
        part = comparing.decision_part(session, second)
        assert part["is_compared"]
        assert visit in {one.referral.id for one in part["tell_again"]}
        row = next(row for row in part["figure_rows"] if row.others)
        assert row.others[0][1] == "\u22121"


def test_a_person_with_another_team_is_a_change_and_one_who_stays_is_none(core: web.Core) -> None:
    office = given.an_office(core, teams=2, referrals=4)
    plan_id = given.a_made_plan(core, office.planner)
    board = desk(core, plan_id).now.board
    visit = next(v for order in board.orders.values() for v in order)
    other = next(where for where in board.orders if where != board.home(visit))
    do(core, office.planner, plan_id, Edit(EditKind.MOVE, (visit,), *other), 0)
    with core.database.write() as session:
        drafts.keep(session, office.planner, session.get_one(Plan, plan_id), 1)
    with core.database.read() as session:
        first, second = session.get_one(Plan, plan_id).versions
        kinds = {
            c.referral.id: c.kind for c in changes(first.routes, second.routes, promised=False)
        }
        assert kinds[visit] is ChangeOf.TEAM
        assert changes(second.routes, second.routes, promised=True) == []


def a_plan_of_two_routes(core: web.Core) -> tuple[given.Office, str]:
    """A sent plan in which both teams go out."""
    office = given.an_office(core, teams=2, referrals=4)
    plan_id = given.a_made_plan(core, office.planner)
    board = desk(core, plan_id).now.board
    if not all(board.orders.values()):
        full = next(where for where, order in board.orders.items() if order)
        empty = next(where for where, order in board.orders.items() if not order)
        do(core, office.planner, plan_id, Edit(EditKind.MOVE, board.orders[full][:1], *empty), 0)
        with core.database.write() as session:
            drafts.keep(session, office.planner, session.get_one(Plan, plan_id), 1)
    with core.database.write() as session:
        send_plan(session, office.planner, session.get_one(Plan, plan_id))
    return office, plan_id


def test_some_routes_are_approved_and_one_goes_back_with_its_reason(
    app: Flask, core: web.Core
) -> None:
    office, plan_id = a_plan_of_two_routes(core)
    supervisor = browser(app, core, office.supervisor)
    with core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[-1]
        number, back, stays = version.number, version.routes[0], version.routes[1]
        waiting = [v.referral_id for s in back.stops for v in s.visits]
        scheduled = [v.referral_id for s in stays.stops for v in s.visits]
    page = supervisor.post(
        f"/rencana/{plan_id}/setujui", {"version": number, f"rute-{back.id}": "Jalan Tangen banjir"}
    )
    assert "disetujui" in words(page)
    with core.database.read() as session:
        assert [route.id for route in approved_routes(session, [MONDAY])] == [stays.id]
        assert given.states(session, tuple(waiting)) == {ReferralState.ACCEPTED}
        assert given.states(session, tuple(scheduled)) == {ReferralState.SCHEDULED}
    planner = browser(app, core, office.planner)
    assert "1 rute rencana 1 dikembalikan" in words(planner.get("/"))
    assert "Jalan Tangen banjir" in words(planner.get(f"/rencana/{plan_id}/papan"))


@pytest.mark.parametrize("reason", ["no", "  x "])
def test_a_route_goes_back_only_with_a_reason_and_never_all_of_them(
    core: web.Core, reason: str
) -> None:
    office, plan_id = a_plan_of_two_routes(core)
    with core.database.write() as session:
        plan = session.get_one(Plan, plan_id)
        routes = plan.versions[-1].routes
        with pytest.raises(Refused):
            approve_plan(session, office.supervisor, plan, returned={routes[0].id: reason})
        everything = {route.id: "semua keliru" for route in routes}
        with pytest.raises(Refused, match="seluruh rencana"):
            approve_plan(session, office.supervisor, plan, returned=everything)
    assert given.state_of(core, plan_id) is PlanState.SENT


def test_with_two_signatures_nobody_goes_before_the_second_and_nobody_signs_twice(
    core: web.Core,
) -> None:
    office, plan_id = a_plan_of_two_routes(core)
    with core.database.write() as session:
        second = build.an_actor(session, "supervisor", name="Bu Kepala")
        approve_plan(session, office.supervisor, session.get_one(Plan, plan_id), signatures=2)
    assert given.state_of(core, plan_id) is PlanState.SENT
    with core.database.write() as session, pytest.raises(Refused, match="sudah menandatangani"):
        approve_plan(session, office.supervisor, session.get_one(Plan, plan_id), signatures=2)
    with core.database.write() as session:
        approve_plan(session, second, session.get_one(Plan, plan_id), signatures=2)
    with core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[-1]
        assert version.state is PlanState.APPROVED
        signed = signatures_of(session, version)
        assert [one.signed_by for one in signed] == [office.supervisor.id, second.id]
        assert {one.hash for one in signed} == {version.hash}


def test_an_exported_plan_proves_itself_and_a_changed_one_does_not(
    app: Flask, core: web.Core
) -> None:
    office, plan_id = a_plan_of_two_routes(core)
    with core.database.write() as session:
        approve_plan(session, office.supervisor, session.get_one(Plan, plan_id))
    planner = browser(app, core, office.planner)
    number = 1 if "versi/2" not in planner.get(f"/rencana/{plan_id}").text else 2
    file = planner.get(f"/rencana/{plan_id}/versi/{number}/segel").data
    changed = json.loads(file)
    changed["content"]["routes"][0]["leave_s"] += 60
    with core.database.read() as session:
        assert proofs.prove(session, file).is_proven
        assert "changed" in proofs.prove(session, json.dumps(changed).encode()).why
        assert not proofs.prove(session, b"%PDF-1.7 somebody else's").is_proven
        name = session.query(Referral).first().resident.name  # type: ignore[union-attr]
    assert name not in file.decode()


def test_a_file_names_the_routes_of_its_plan_that_do_not_stand(core: web.Core) -> None:
    office, plan_id = a_plan_of_two_routes(core)
    with core.database.write() as session:
        plan = session.get_one(Plan, plan_id)
        back, stays = plan.versions[-1].routes[:2]
        approve_plan(session, office.supervisor, plan, returned={back.id: "Jalan Tangen banjir"})
        proof = proofs.prove(session, proofs.export(plan.versions[-1]))
        assert proof.is_proven
        assert f"do not stand: {back.team.name} on {MONDAY}" in proof.why
        assert stays.team.name not in proof.why


def test_a_date_between_that_a_new_version_leaves_out_is_compared_too(core: web.Core) -> None:
    office = given.an_office(core, teams=2, referrals=40)
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    first = given.a_sent_plan(core, office.planner, MONDAY, wednesday)
    with core.database.write() as session:
        approve_plan(session, office.supervisor, session.get_one(Plan, first))
        session.add(Holiday(day=tuesday, name="Pilkades", category="local"))
    second = given.a_made_plan(core, office.planner, MONDAY, wednesday)
    with core.database.read() as session:
        version = session.get_one(Plan, second).versions[-1]
        assert tuesday not in {route.day for route in version.routes}
        days = {route.day for route in comparing.standing_routes(session, version)}
    assert tuesday in days


def test_a_printed_sheet_proves_itself_as_long_as_nobody_touched_it(
    app: Flask, core: web.Core, tmp_path: Path
) -> None:
    office, plan_id = a_plan_of_two_routes(core)
    with core.database.write() as session:
        approve_plan(session, office.supervisor, session.get_one(Plan, plan_id))
    planner = browser(app, core, office.planner)
    page = planner.get(f"/rencana/{plan_id}/daftar-kunjungan/{MONDAY}?bentuk=html").data
    with core.database.read() as session:
        proof = proofs.prove(session, page)
        assert proof.is_proven
        assert proof.version is not None
        assert proof.version.plan_id == plan_id
        assert not proofs.prove(session, page.replace(b"08.", b"09.", 1)).is_proven


def test_the_supervisor_reads_on_one_page_what_changed_and_prints_it(
    app: Flask, core: web.Core
) -> None:
    office, plan_id, visit = approved_and_changed(core)
    with core.database.write() as session:
        send_plan(session, office.planner, session.get_one(Plan, plan_id))
        name = session.get_one(Referral, visit).resident.name
    supervisor = browser(app, core, office.supervisor)
    page = words(supervisor.get(f"/rencana/{plan_id}/keputusan"))
    assert "1 orang tidak jadi" in page
    assert name in page
    assert "harus diberi tahu lagi" in page
    sheet = words(supervisor.get(f"/rencana/{plan_id}/versi/2/beda?bentuk=html"))
    assert name in sheet
    assert "Beri tahu lagi" in sheet
