"""Points are set from a day on, and tried on last week's plan first."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

import routing
from outreach import clock, web
from outreach.accounts.models import User
from outreach.db import Database
from outreach.errors import Invalid, Refused
from outreach.ids import new_id
from outreach.jobs import Job, work_once
from outreach.planning import weight_trials, weights
from outreach.planning.drafts import question_of
from outreach.planning.lookup import latest_version
from outreach.planning.models import Plan
from outreach.referrals.life import add_event
from outreach.referrals.models import Referral
from outreach.referrals.priority import DEFAULT, Weights, weights_on
from outreach.teams.models import QuotaRule
from tests.build import MONDAY, MORNING, a_referral, a_user, an_actor, signed_in
from tests.outreach.planning import given


def _typed(**changed: str) -> dict[str, str]:
    return {**{name: str(value) for name, value in asdict(DEFAULT).items()}, **changed}


def test_weights_are_set_from_a_day_on(database: Database) -> None:
    with clock.frozen(MORNING), database.write() as session:
        actor = an_actor(session, "admin")
        weights.set_weights(session, actor, Weights(day=4), MONDAY + timedelta(days=3), "uji")
        assert weights_on(session, MONDAY) == DEFAULT
        assert weights_on(session, MONDAY + timedelta(days=3)).day == 4
        with pytest.raises(Refused):
            weights.set_weights(session, actor, DEFAULT, MONDAY - timedelta(days=1))


def test_each_weight_that_cannot_be_read_has_its_own_message() -> None:
    with pytest.raises(Invalid) as refused:
        weights.read_weights(_typed(day="-2", due_now="banyak", base="0"))
    assert set(refused.value.errors) == {"day", "due_now", "base"}


def test_last_weeks_plan_is_planned_anew_with_other_points(app: Flask, core: web.Core) -> None:
    long_ago = clock.now() - timedelta(days=80)
    office = given.an_office(core, teams=1, referrals=8, submitted_at=long_ago)
    with core.database.write() as session:
        urgent = a_referral(session, priority_reason="hospital", submitted_at=clock.now()).id
        session.add(QuotaRule(first=clock.today(), people_per_day=3, set_at=clock.now()))
    plan_id = given.a_made_plan(core, office.planner)
    before = _version(core, plan_id)
    with core.database.read() as session:
        browser = signed_in(app, session.get_one(User, office.planner.id))
    asked = browser.post("/poin/coba", _typed(care="1000"), form_page="/poin")
    where = asked.request.path
    assert "Menunggu giliran" in asked.text
    assert browser.get(f"{where}/kemajuan").json["state"] == "waiting"
    settings = replace(core.settings, plan_time_limit_s=1, plan_workers=1)
    assert work_once(core.database, settings)
    assert browser.get(f"{where}/kemajuan").json["done_url"].endswith(where)
    page = browser.get(where)
    assert 'value="1000"' in page.text
    with core.database.read() as session:
        trial = weight_trials.trial_of(session, session.scalars(select(Job)).all()[-1])
        assert trial.then is not None
        assert trial.now is not None
        assert trial.then["people"] == trial.now["people"] == 3
        came = {one.referral.id: one.after - one.before for one in trial.inside}
        assert came[urgent] == 940
        assert len(trial.outside) == len(came)
    assert _version(core, plan_id) == before


def _version(core: web.Core, plan_id: str) -> tuple[str, routing.Plan]:
    with core.database.read() as session:
        version = latest_version(session.get_one(Plan, plan_id))
        assert version is not None
        return version.id, question_of(version)[1]


def test_the_points_of_everybody_differ_by_what_the_weights_differ(core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=2)
    with core.database.write() as session:
        session.get_one(Referral, office.referral_ids[0]).priority_reason = "hospital"
    plan_id = given.a_made_plan(core, office.planner)
    with core.database.read() as session:
        version = latest_version(session.get_one(Plan, plan_id))
        assert version is not None
        problem, _answer = question_of(version)
        other = weight_trials.with_points(session, version, problem, Weights(care=90))
    more = {
        new.id: new.priority - old.priority
        for new, old in zip(other.visits, problem.visits, strict=True)
    }
    assert more == {office.referral_ids[0]: 30, office.referral_ids[1]: 0}


def test_the_same_points_change_nobody_and_visits_made_since_do_not_count(
    app: Flask, core: web.Core
) -> None:
    office = given.an_office(core, teams=1, referrals=6)
    plan_id = given.a_made_plan(core, office.planner)
    with core.database.write() as session:
        person = session.get_one(Referral, office.referral_ids[0])
        add_event(session, office.planner, person, kind="another_attempt", outcome=new_id())
        person.attempts = 1
    with core.database.read() as session:
        browser = signed_in(app, session.get_one(User, office.planner.id))
        version = latest_version(session.get_one(Plan, plan_id))
        assert version is not None
        problem, _answer = question_of(version)
        assert weight_trials.with_points(session, version, problem, Weights(attempt=500)) == problem
    where = browser.post("/poin/coba", _typed(attempt="500"), form_page="/poin").request.path
    assert work_once(core.database, replace(core.settings, plan_time_limit_s=1, plan_workers=1))
    assert "Tidak ada yang berubah" in browser.get(where).text


def test_a_trial_that_is_stopped_keeps_what_was_typed(app: Flask, core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=2)
    given.a_made_plan(core, office.planner)
    with core.database.read() as session:
        browser = signed_in(app, session.get_one(User, office.planner.id))
    where = browser.post("/poin/coba", _typed(day="7"), form_page="/poin").request.path
    stopped = browser.post(f"{where}/hentikan", form_page=where)
    assert 'value="7"' in stopped.text
    assert "Percobaan dihentikan" in stopped.text
    assert not work_once(core.database, core.settings)


def test_the_page_keeps_what_was_typed_and_names_what_is_wrong(
    app: Flask, database: Database
) -> None:
    with database.write() as session:
        admin = a_user(session, "admin")
    browser = signed_in(app, admin)
    wrong = browser.post("/poin", _typed(day="x", first_day="2020-01-01"), form_page="/poin")
    assert wrong.status_code == 422
    assert 'value="x"' in wrong.text
    tried = browser.post("/poin/coba", _typed(day="9"), form_page="/poin")
    assert "Belum ada rencana" in tried.text
    day = clock.today().isoformat()
    browser.post("/poin", _typed(day="9", first_day=day), form_page="/poin")
    with database.read() as session:
        assert weights_on(session, clock.today()).day == 9
