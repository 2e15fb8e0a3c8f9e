"""The planner's board as people without script use it, and what becomes of a plan that was approved before."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask

from outreach import web
from outreach.accounts.models import User
from outreach.planning import board_page, drafts
from outreach.planning.decisions import approve_plan
from outreach.planning.edits import Edit, EditKind
from outreach.planning.models import Plan, PlanState
from outreach.planning.service import cancel_plan, send_plan
from outreach.policy import Actor
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from tests import build
from tests.outreach.planning import given
from tests.outreach.planning.given import MONDAY


def browser(app: Flask, core: web.Core, actor: Actor) -> build.Browser:
    with core.database.read() as session:
        return build.signed_in(app, session.get_one(User, str(actor.id)))


def words(response: Any) -> str:
    assert response.status_code == 200, response.text[:500]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.text)))


def first_on_the_board(core: web.Core, plan_id: str) -> tuple[str, str]:
    """The id and the name of somebody on a route."""
    with core.database.read() as session:
        board = drafts.desk_of(session, session.get_one(Plan, plan_id)).now.board
        visit = next(v for order in board.orders.values() for v in order)
        return visit, session.get_one(Referral, visit).resident.name


def test_a_planner_takes_somebody_off_undoes_it_and_keeps_another_change(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core)
    plan_id = given.a_made_plan(core, office.planner)
    visit, name = first_on_the_board(core, plan_id)
    person = browser(app, core, office.planner)
    assert name in words(person.get(f"/rencana/{plan_id}/papan"))
    taken = {"kind": "exclude", "visits": visit, "revision": 0}
    page = words(person.post(f"/rencana/{plan_id}/papan/ubah", taken))
    assert "1 perubahan sejak versi ini" in page
    assert "Perencana mengeluarkan warga ini dari rencana." in page
    page = words(person.post(f"/rencana/{plan_id}/papan/urungkan", {"revision": 1}))
    assert "perubahan sejak versi ini" not in page
    person.post(f"/rencana/{plan_id}/papan/ubah", {"kind": "pin", "visits": visit, "revision": 2})
    page = words(person.post(f"/rencana/{plan_id}/papan/simpan", {"revision": 3}))
    assert "Versi 1.2 tersimpan" in page
    with core.database.read() as session:
        assert [v.number for v in session.get_one(Plan, plan_id).versions] == [1, 2]


def test_the_page_of_a_person_offers_places_and_moves_them(app: Flask, core: web.Core) -> None:
    office = given.an_office(core, teams=2, referrals=4)
    plan_id = given.a_made_plan(core, office.planner)
    visit, _name = first_on_the_board(core, plan_id)
    person = browser(app, core, office.planner)
    address = f"/rencana/{plan_id}/papan/orang/{visit}"
    page = person.get(address)
    assert "Tempat terbaik" in words(page)
    with core.database.read() as session:
        board = drafts.desk_of(session, session.get_one(Plan, plan_id)).now.board
    other = next(where for where in board.orders if where != board.home(visit))
    form = {"kind": "move", "visits": visit, "where": f"{other[0]}/{other[1]}", "revision": 0}
    assert "Jalan:" in words(person.post(f"/rencana/{plan_id}/papan/ubah", form))
    with core.database.read() as session:
        board = drafts.desk_of(session, session.get_one(Plan, plan_id)).now.board
    assert board.home(visit) == other


def test_what_a_drop_would_do_is_told_without_doing_it(app: Flask, core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=2)
    with core.database.write() as session:
        special = build.a_referral(session, name="Mbah Kayu", needs=["motorbike"]).id
    plan_id = given.a_made_plan(core, office.planner)
    person = browser(app, core, office.planner)
    form = {
        "kind": "move", "visits": special, "team": office.team_ids[0],
        "day": given.MONDAY.isoformat(), "position": "0", "revision": "0",
    }  # fmt: skip
    told = person.post(f"/rencana/{plan_id}/papan/coba", form).json
    assert told["state"] == "refused"
    assert "Mbah Kayu" in told["text"]
    visit, _name = first_on_the_board(core, plan_id)
    assert (
        person.post(f"/rencana/{plan_id}/papan/coba", {**form, "visits": visit}).json["state"]
        == "fits"
    )
    assert person.get(f"/rencana/{plan_id}/papan/kabar?revisi=0").json == {"changed": False}


def test_the_map_holds_everybody_once_and_nothing_that_nobody_may_know(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core, teams=2, referrals=5)
    with core.database.write() as session:
        left = build.a_referral(session, name="Mbah Kayu", needs=["motorbike"]).id
    plan_id = given.a_made_plan(core, office.planner)
    answer = browser(app, core, office.planner).get(f"/rencana/{plan_id}/papan/peta")
    drawn = answer.json
    visits = [v for route in drawn["routes"] for stop in route["stops"] for v in stop["visits"]]
    assert sorted(visits) == sorted(office.referral_ids)
    assert [one["visit"] for one in drawn["waiting"]] == [left]
    for route in drawn["routes"]:
        assert len(route["ways"]) == len(route["stops"]) + 1
    assert len({route["shape"] for route in drawn["routes"]}) == len(drawn["routes"])
    assert not re.search(r"\d{16}|elderly|bedridden|kondisi", answer.text)


def test_a_drop_on_a_day_asks_for_the_best_place_with_the_same_team(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core, teams=2, referrals=4)
    tuesday = given.MONDAY + timedelta(days=1)
    plan_id = given.a_made_plan(core, office.planner, given.MONDAY, tuesday)
    with core.database.read() as session:
        board = drafts.desk_of(session, session.get_one(Plan, plan_id)).now.board
    visit = next(v for order in board.orders.values() for v in order)
    home = board.home(visit)
    assert home is not None
    other = tuesday if home[1] == given.MONDAY else given.MONDAY
    form = {
        "kind": "move",
        "visits": visit,
        "team": "",
        "position": "",
        "day": other.isoformat(),
        "revision": 0,
    }
    page = words(browser(app, core, office.planner).post(f"/rencana/{plan_id}/papan/ubah", form))
    assert "Jalan:" in page
    with core.database.read() as session:
        board = drafts.desk_of(session, session.get_one(Plan, plan_id)).now.board
    assert board.home(visit) == (home[0], other)


def test_the_smallest_change_is_one_press_beside_whoever_waits(app: Flask, core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=2)
    with core.database.write() as session:
        special = build.a_referral(session, name="Mbah Kayu", needs=["motorbike"]).id
    plan_id = given.a_made_plan(core, office.planner)
    person = browser(app, core, office.planner)
    page = person.get(f"/rencana/{plan_id}/papan").text
    assert 'name="kind" value="change"' in page.split("waiting-list")[1].split("Mbah Kayu")[1]
    person.post(
        f"/rencana/{plan_id}/papan/ubah", {"kind": "change", "visits": special, "revision": 0}
    )
    with core.database.read() as session:
        assert drafts.desk_of(session, session.get_one(Plan, plan_id)).now.board.home(special)
    person.post(f"/rencana/{plan_id}/papan/urungkan", {"revision": 1})
    with core.database.read() as session:
        board = drafts.desk_of(session, session.get_one(Plan, plan_id)).now.board
    assert (board.home(special), board.changes) == (None, ())


def test_a_second_planner_is_told_who_changes_the_board_and_writes_over_nothing(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core)
    plan_id = given.a_made_plan(core, office.planner)
    visit, _name = first_on_the_board(core, plan_id)
    with core.database.write() as session:
        sari = build.an_actor(session, "planner", name="Sari")
    one, two = browser(app, core, office.planner), browser(app, core, sari)
    two.post(f"/rencana/{plan_id}/papan/ubah", {"kind": "pin", "visits": visit, "revision": 0})
    assert "Sari" in one.get(f"/rencana/{plan_id}/papan/kabar?revisi=0").json["text"]
    late = one.post(
        f"/rencana/{plan_id}/papan/ubah", {"kind": "exclude", "visits": visit, "revision": 0}
    )
    assert "Sari mengubah papan ini" in words(late)
    with core.database.read() as session:
        assert drafts.desk_of(session, session.get_one(Plan, plan_id)).now.board.home(visit)


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "replace", "visits": "x"},
        {"kind": "move"},
        {"kind": "swap", "visits": "x"},
        {"kind": "lock"},
    ],
)
def test_a_form_that_says_nothing_is_refused_in_words(
    app: Flask, core: web.Core, form: dict[str, str]
) -> None:
    office = given.an_office(core)
    plan_id = given.a_made_plan(core, office.planner)
    page = words(browser(app, core, office.planner).post(f"/rencana/{plan_id}/papan/ubah", form))
    assert "Pilih" in page


def approved_and_changed(core: web.Core) -> tuple[given.Office, str, str]:
    """An approved plan from which somebody was taken off by hand, kept as a version that was not sent yet."""
    office = given.an_office(core)
    plan_id = given.a_sent_plan(core, office.planner)
    with core.database.write() as session:
        approve_plan(session, office.supervisor, session.get_one(Plan, plan_id))
    visit, _name = first_on_the_board(core, plan_id)
    with core.database.write() as session:
        plan = session.get_one(Plan, plan_id)
        drafts.make_edit(session, office.planner, plan, Edit(EditKind.EXCLUDE, (visit,)), 0)
        drafts.keep(session, office.planner, plan, 1)
    return office, plan_id, visit


def test_an_approved_plan_stands_until_its_changed_version_is_approved_too(core: web.Core) -> None:
    office, plan_id, visit = approved_and_changed(core)
    with core.database.write() as session:
        first, second = session.get_one(Plan, plan_id).versions
        assert (first.state, second.state) == (PlanState.APPROVED, PlanState.MADE)
        assert all(route.stands for route in first.routes)
        send_plan(session, office.planner, session.get_one(Plan, plan_id))
    with core.database.write() as session:
        approve_plan(session, office.supervisor, session.get_one(Plan, plan_id))
    with core.database.read() as session:
        first, second = session.get_one(Plan, plan_id).versions
        assert (first.state, second.state) == (PlanState.SUPERSEDED, PlanState.APPROVED)
        assert session.get_one(Plan, plan_id).state is PlanState.APPROVED
        assert session.get_one(Referral, visit).state is ReferralState.ACCEPTED
        others = [key for key in office.referral_ids if key != visit]
        assert given.states(session, tuple(others)) == {ReferralState.SCHEDULED}


def test_a_change_of_an_approved_plan_can_be_set_aside(core: web.Core) -> None:
    office, plan_id, visit = approved_and_changed(core)
    with core.database.write() as session:
        cancel_plan(session, office.planner, session.get_one(Plan, plan_id))
    with core.database.read() as session:
        plan = session.get_one(Plan, plan_id)
        assert plan.state is PlanState.APPROVED
        assert drafts.desk_of(session, plan).base.number == 1
        assert session.get_one(Referral, visit).state is ReferralState.SCHEDULED


def test_the_board_shows_the_hour_at_which_the_stored_plan_says_work_begins(
    core: web.Core,
) -> None:
    office = given.an_office(core)
    plan_id = given.a_made_plan(core, office.planner)
    with core.database.read() as session:
        opened = drafts.desk_of(session, session.get_one(Plan, plan_id))
        shown = board_page.page(session, office.planner, opened, MONDAY, everybody=True)
        stored = {
            visit.referral_id: visit.start_s
            for route in session.get_one(Plan, plan_id).versions[-1].routes
            for stop in route.stops
            for visit in stop.visits
        }
    assert stored
    assert {card.visit: card.start_s for lane in shown["lanes"] for card in lane.cards} == stored
