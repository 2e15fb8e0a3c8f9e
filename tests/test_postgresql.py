"""The same code on PostgreSQL: the schema, the queue, the throttle and the audit chain."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import audit, clock, create_app, schema
from outreach.coverage import unrecorded
from outreach.db import Database
from outreach.jobs import Job, JobState, enqueue, handles, work_once
from outreach.jobs.worker import JobContext
from outreach.places.models import Office, Village
from outreach.places.service import load_gazetteer
from outreach.policy import Role, command_line
from outreach.referrals.life import change_state
from outreach.referrals.models import Referral
from outreach.referrals.pairs import pairs_of
from outreach.referrals.states import ReferralState
from outreach.security.keys import create_keys
from outreach.security.throttle import Limit, count_try
from outreach.settings import Settings
from tests.build import a_referral, a_user, an_actor, signed_in, token_in
from tests.postgres import a_postgresql_server

pytestmark = [pytest.mark.postgresql, pytest.mark.xdist_group("postgresql")]
ACTOR = command_line(Role.PLANNER)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with a_postgresql_server() as url:
        database = Database(url)
        schema.migrate(database)
        with database.write() as session:
            load_gazetteer(session)
        database.close()
        yield url


@pytest.fixture
def server_settings(server: str, tmp_path: Path) -> Settings:
    settings = Settings(instance=tmp_path, database_url=server)
    create_keys(settings.keys_file)
    return settings


def _together(work: object, threads: int = 6) -> None:
    running = [threading.Thread(target=work) for _ in range(threads)]  # type: ignore[arg-type]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


@handles("test.pg")
def _add_one(context: JobContext) -> None:
    with context.database.write() as session:
        office = session.get_one(Office, 1, with_for_update=True)
        office.phone = str(int(office.phone or "0") + 1)
        context.finish(session)


def test_the_house_stands_on_postgresql(server_settings: Settings) -> None:
    app = create_app(server_settings)
    database = app.extensions["sambang"].database
    with database.read() as session:
        assert len(session.scalars(select(Village)).all()) == 208
    with database.write() as session:
        user = a_user(session, Role.PLANNER)
    assert signed_in(app, user).get("/").status_code == 200

    with database.write() as session:
        for _ in range(12):
            enqueue(session, "test.pg", {}, ACTOR)

    def work() -> None:
        while work_once(database, server_settings):
            pass

    _together(work, 4)
    with database.read() as session:
        assert session.get_one(Office, 1).phone == "12"
        assert set(session.scalars(select(Job.state))) == {JobState.DONE}

    def write() -> None:
        for _ in range(8):
            with database.write() as session:
                audit.record(session, ACTOR, "test.written")

    _together(write)
    with database.read() as session:
        count, _head, broken = audit.verify_chain(session)
        assert broken is None
        assert count >= 48

    waits: list[int] = []

    def guess() -> None:
        with database.write() as session:
            waits.append(count_try(session, Limit("test", 3, 600), "somebody"))

    with database.write() as session:
        count_try(session, Limit("test", 3, 600), "somebody")
    _together(guess)
    assert sum(wait == 0 for wait in waits) == 2
    database.close()


def test_villages_that_refer_nobody_are_asked_on_postgresql(server_settings: Settings) -> None:
    database = create_app(server_settings).extensions["sambang"].database
    jenar, beside = "33.14.20.2001", "33.14.20.2002"
    with database.write() as session:
        unrecorded.load_counts(
            session, an_actor(session, Role.ADMIN), f"{jenar};5\n{beside};9\n".encode(), clock.today()
        )  # fmt: skip
        a_referral(session, ReferralState.SUBMITTED, village_code=beside)
        officer = an_actor(session, Role.VILLAGE)
        [asked] = unrecorded.silent_villages(session, officer, clock.today())
        assert (asked.village_code, asked.people) == (jenar, 5)
        unrecorded.answer(session, officer, clock.today(), "able", "")
        planner = an_actor(session, Role.PLANNER)
        [told] = unrecorded.silent_villages(session, planner, clock.today())
        assert told.answer == "able"
    database.close()


def test_of_two_reviewers_at_once_one_decides_on_postgresql(server_settings: Settings) -> None:
    app = create_app(server_settings)
    database = app.extensions["sambang"].database
    with database.write() as session:
        reviewers = [a_user(session, Role.PLANNER) for _ in range(2)]
        for name in ("Sastrowardoyo", "Sastro Wardojo"):
            draft = a_referral(session, ReferralState.DRAFT, submitted_at=None, name=name)
            actor = an_actor(session, Role.PLANNER)
            change_state(session, actor, draft, ReferralState.SUBMITTED, kind="submitted")
        [pair] = pairs_of(session, [draft.id])
        keeps = (pair.first_id, pair.second_id)
    address = f"/triase/kembar/{pair.id}"
    browsers = [signed_in(app, reviewer) for reviewer in reviewers]
    sent = [
        {"verdict": "same", "keep": keep, "csrf_token": token_in(browser.get(address).text)}
        for browser, keep in zip(browsers, keeps, strict=True)
    ]
    answers: list[int] = []

    def decide(number: int) -> None:
        answers.append(browsers[number].client.post(address, data=sent[number]).status_code)

    running = [threading.Thread(target=decide, args=(number,)) for number in range(2)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert sorted(answers) == [303, 422]
    with database.read() as session:
        states = [session.get_one(Referral, one).state for one in keeps]
    assert sorted(states) == [ReferralState.CLOSED, ReferralState.SUBMITTED]
    database.close()
