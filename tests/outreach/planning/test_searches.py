"""Improving the rest around what is held, and what would be otherwise: found in a child, and never in the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from outreach import web
from outreach.errors import Refused
from outreach.jobs import work_once
from outreach.planning import drafts, searches
from outreach.planning.decisions import approve_plan
from outreach.planning.draft_models import WhatIf
from outreach.planning.edits import Edit, EditKind
from outreach.planning.models import Plan
from outreach.planning.searches import Otherwise
from tests.outreach.planning import given
from tests.outreach.planning.test_board import browser, words
from tests.outreach.planning.test_edits import desk, do


def an_untidy_board(core: web.Core) -> tuple[given.Office, str, str, drafts.Desk]:
    """A plan from which everybody but one, who is pinned, was taken off and let on again."""
    office = given.an_office(core, teams=2, referrals=5)
    plan_id = given.a_made_plan(core, office.planner)
    people = sorted(desk(core, plan_id).now.board.served)
    rest = tuple(people[1:])
    do(core, office.planner, plan_id, Edit(EditKind.PIN, (people[0],)), 0)
    do(core, office.planner, plan_id, Edit(EditKind.EXCLUDE, rest), 1)
    do(core, office.planner, plan_id, Edit(EditKind.INCLUDE, rest), 2)
    return office, plan_id, people[0], desk(core, plan_id)


def test_the_rest_is_improved_around_a_pin_as_one_edit_that_is_undone_by_one(
    core: web.Core,
) -> None:
    office, plan_id, pinned, before = an_untidy_board(core)
    with core.database.write() as session:
        searches.improve_rest(session, office.planner, session.get_one(Plan, plan_id), 3)
    with pytest.raises(Refused, match="dirapikan"):
        do(core, office.planner, plan_id, Edit(EditKind.UNPIN, (pinned,)), 3)
    settings = replace(core.settings, plan_time_limit_s=1, plan_workers=1)
    assert work_once(core.database, settings)
    after = desk(core, plan_id)
    assert len(after.now.board.served) > 1
    assert after.now.board.home(pinned) == before.now.board.home(pinned)
    assert after.now.is_sound
    with core.database.write() as session:
        drafts.undo(session, office.planner, session.get_one(Plan, plan_id), after.revision)
    assert drafts.bytes_of(desk(core, plan_id).now.board) == drafts.bytes_of(before.now.board)


def test_a_search_that_is_stopped_leaves_the_board_as_it_was(app: Flask, core: web.Core) -> None:
    office, plan_id, _pinned, before = an_untidy_board(core)
    person = browser(app, core, office.planner)
    page = words(person.post(f"/rencana/{plan_id}/papan/rapikan", {"revision": 3}))
    assert "Sisanya sedang dirapikan" in page
    told = person.get(f"/rencana/{plan_id}/papan/kemajuan").json
    assert told["state"] == "waiting"
    assert "dihentikan" in words(person.post(f"/rencana/{plan_id}/papan/hentikan"))
    assert "done_url" in person.get(f"/rencana/{plan_id}/papan/kemajuan").json
    assert not work_once(core.database, core.settings)
    assert drafts.bytes_of(desk(core, plan_id).now.board) == drafts.bytes_of(before.now.board)


def test_a_search_that_is_enough_ends_with_the_best_so_far(app: Flask, core: web.Core) -> None:
    office, plan_id, pinned, before = an_untidy_board(core)
    with core.database.write() as session:
        searches.improve_rest(session, office.planner, session.get_one(Plan, plan_id), 3)
    settings = replace(core.settings, plan_time_limit_s=300, plan_workers=1)
    person = browser(app, core, office.planner)

    def enough_when_somebody_has_a_place() -> bool:
        with core.database.read() as session:
            (job,) = searches.running(session, session.get_one(Plan, plan_id))
            has_some = bool(job.progress.get("people"))
        if has_some:
            person.post(f"/rencana/{plan_id}/papan/cukup", {})
        return False

    assert work_once(core.database, settings, stops=enough_when_somebody_has_a_place)
    after = desk(core, plan_id)
    assert after.now.is_sound
    assert len(after.now.board.served) > len(before.now.board.served)
    assert after.now.board.home(pinned) == before.now.board.home(pinned)


def test_what_families_count_on_is_moved_only_for_much(core: web.Core) -> None:
    office = given.an_office(core, teams=2, referrals=6)
    plan_id = given.a_sent_plan(core, office.planner)
    with core.database.write() as session:
        approve_plan(session, office.supervisor, session.get_one(Plan, plan_id))
    now = desk(core, plan_id).now
    near = searches.near_to(searches.around_what_is_held(now), now.plan, ())
    assert near.wishes.nearness > 0
    assert {one.visit for one in near.previous.visits} == now.board.served
    with core.database.write() as session:
        searches.improve_rest(session, office.planner, session.get_one(Plan, plan_id), 0)
    assert work_once(core.database, replace(core.settings, plan_time_limit_s=1, plan_workers=1))
    after = desk(core, plan_id).now.board
    assert all(set(order) == set(after.orders[w]) for w, order in now.board.orders.items())


def test_what_would_be_otherwise_stands_beside_what_is_and_touches_nothing(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core, teams=1, referrals=12, condition="bedridden")
    plan_id = given.a_made_plan(core, office.planner)
    before = desk(core, plan_id)
    with core.database.write() as session:
        plan = session.get_one(Plan, plan_id)
        wanted = [Otherwise("team"), Otherwise("quota", 1), Otherwise("hour")]
        searches.ask_what_if(session, office.planner, plan, wanted)
    settings = replace(core.settings, plan_time_limit_s=1, plan_workers=1)
    assert work_once(core.database, settings)
    with core.database.read() as session:
        now, team, quota, hour = session.query(WhatIf).one().results
    assert team["people"] > now["people"]
    assert quota["people"] == 1
    assert hour["people"] >= now["people"]
    assert drafts.bytes_of(desk(core, plan_id).now.board) == drafts.bytes_of(before.now.board)
    page = words(browser(app, core, office.planner).get(f"/rencana/{plan_id}/andai"))
    assert "Satu tim lagi" in page
    assert "Kuota 1 orang sehari" in page


def test_without_friday_nobody_goes_on_a_friday(core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=3)
    plan_id = given.a_made_plan(core, office.planner, given.MONDAY, given.MONDAY.replace(day=27))
    problem = desk(core, plan_id).now.problem
    days = {
        shift.day.weekday() for shift in searches.changed(problem, Otherwise("no_friday")).shifts
    }
    assert days == {0, 1, 2, 3}
