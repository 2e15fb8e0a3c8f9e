"""Villages that refer nobody: the counts behind the question, who is asked, and what they answer."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.coverage import unrecorded
from outreach.coverage.models import UnrecordedCount
from outreach.db import Database
from outreach.errors import Forbidden, Refused
from outreach.referrals.states import ReferralState
from tests.build import MONDAY, MORNING, a_referral, a_user, an_actor, signed_in

JENAR, BESIDE, FAR = "33.14.20.2001", "33.14.20.2002", "33.14.01.2001"


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


def _load(database: Database, text: str, as_of: date = MONDAY) -> unrecorded.Loaded:
    with database.write() as session:
        return unrecorded.load_counts(session, an_actor(session, "admin"), text.encode(), as_of)


def _asked(database: Database, role: str) -> list[str]:
    with database.write() as session:
        found = unrecorded.silent_villages(session, an_actor(session, role), clock.today())
        return [one.village_code for one in found]


@pytest.mark.parametrize("text", ["kode;jumlah\n33.14.20.2001;14\n3314202002;0\n", '33.14.20.2001,"Jenar",14\r\n\r\n33.14.20.2002,Beside,0\r\n'])  # fmt: skip
def test_counts_are_loaded_from_the_tables_that_people_make(database: Database, text: str) -> None:
    assert _load(database, text) == unrecorded.Loaded(villages=2, people=14)
    assert _asked(database, "village") == [JENAR]


def test_a_table_with_a_mistake_loads_nothing_and_says_every_line(database: Database) -> None:
    with pytest.raises(Refused) as refused:
        _load(
            database, "33.14.20.2001;14\n33.14.99.2001;3\n33.14.20.2002;banyak\n33.14.20.2001;2\n"
        )
    assert all(f"{line}" in refused.value.message for line in (2, 3, 4))
    with database.read() as session:
        assert not session.scalars(select(UnrecordedCount)).all()
    with pytest.raises(Refused):
        _load(database, "33.14.20.2001;14\n", clock.today() + timedelta(days=1))


def test_only_a_village_that_referred_nobody_for_a_year_is_asked(database: Database) -> None:
    _load(database, f"{JENAR};5\n{BESIDE};9\n{FAR};7\n")
    with database.write() as session:
        a_referral(session, ReferralState.SUBMITTED, village_code=FAR)
        a_referral(session, ReferralState.DRAFT, village_code=JENAR, submitted_at=None)
        long_ago = clock.now() - timedelta(days=unrecorded.QUIET_DAYS + 2)
        a_referral(session, ReferralState.DELIVERED, village_code=BESIDE, submitted_at=long_ago)
    assert _asked(database, "planner") == [BESIDE, JENAR]
    assert _asked(database, "district") == [BESIDE, JENAR]
    assert _asked(database, "village") == [JENAR]


def test_the_newest_count_decides_and_asks_anew(database: Database) -> None:
    _load(database, f"{JENAR};5\n", MONDAY - timedelta(days=90))
    with database.write() as session:
        village = an_actor(session, "village")
        unrecorded.answer(session, village, clock.today(), "able", "sudah kami cek")
        assert unrecorded.silent_villages(session, village, clock.today())[0].answer == "able"
    _load(database, f"{JENAR};6\n")
    with database.write() as session:
        [asked] = unrecorded.silent_villages(session, village, clock.today())
        assert (asked.people, asked.answer) == (6, "")
    _load(database, f"{JENAR};0\n")
    assert _asked(database, "village") == []


def test_nobody_else_loads_or_answers(database: Database) -> None:
    _load(database, f"{JENAR};5\n")
    with database.write() as session:
        for role in ("village", "district", "planner"):
            with pytest.raises(Forbidden):
                unrecorded.load_counts(session, an_actor(session, role), b"x", MONDAY)
        with pytest.raises(Forbidden):
            unrecorded.answer(session, an_actor(session, "district"), clock.today(), "able", "")


def test_a_village_reads_the_question_first_and_answers_it(app: Flask, database: Database) -> None:
    with database.write() as session:
        people = {role: a_user(session, role) for role in ("village", "district", "admin")}
    browsers = {role: signed_in(app, user) for role, user in people.items()}
    given = {
        "file": (io.BytesIO(f"{JENAR};5\n".encode()), "angka.csv"),
        "as_of": MONDAY.isoformat(),
    }
    loaded = browsers["admin"].post("/cakupan/angka", given).text
    assert "5 orang di 1 desa" in loaded
    assert "Jenar" in loaded
    assert "5 warga di atas 60 tahun belum rekam" in browsers["village"].get("/").text
    assert "1 desa/kelurahan belum mengusulkan" in browsers["district"].get("/").text
    said = {"answer": "names", "note": "dusun mana?"}
    assert browsers["village"].post("/cakupan/belum-mengusulkan").status_code == 422
    thanked = browsers["village"].post("/cakupan/belum-mengusulkan", said).text
    assert "Terima kasih" in thanked
    assert "belum rekam: adakah" not in browsers["village"].get("/").text
    assert "dusun mana?" in browsers["district"].get("/cakupan/belum-mengusulkan").text
