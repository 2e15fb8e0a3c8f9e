"""The administrator reads the log: found by day, person, action and object, checked, and downloaded."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

import outreach
from outreach import audit, clock
from outreach.audit.wording import ACTIONS, action_words
from outreach.db import Database
from outreach.policy import Actor, Role
from tests.build import Browser, a_referral, a_user, an_actor, signed_in


@pytest.fixture
def admin(app: Flask, database: Database) -> Browser:
    with database.write() as session:
        user = a_user(session, Role.ADMIN, username="kepala")
    return signed_in(app, user)


def a_planner(database: Database) -> Actor:
    with database.write() as session:
        return an_actor(session, Role.PLANNER, username="perencana-uji")


def rows(page: str) -> int:
    return page.count('<th scope="row"')


def test_an_entry_is_told_in_words_with_who_and_on_what(admin: Browser, database: Database) -> None:
    planner = a_planner(database)
    with database.write() as session:
        referral = a_referral(session)
        audit.record(session, planner, "referral.nik_revealed", referral, purpose="cek KK")
    page = admin.get("/jejak-audit?orang=perencana-uji").text
    assert rows(page) == 1
    assert "Melihat NIK" in page
    assert "cek KK" in page
    only = admin.get(f"/jejak-audit?objek={referral.id}").text
    assert rows(only) == 1


def test_the_log_is_found_by_day_and_action(admin: Browser, database: Database) -> None:
    planner = a_planner(database)
    today = clock.today()
    with clock.frozen(clock.now() - timedelta(days=40)), database.write() as session:
        audit.record(session, planner, "quota.set", None, people=50)
    asked = f"/jejak-audit?tindakan=quota.set&sampai={today - timedelta(days=39)}"
    assert rows(admin.get(asked).text) == 1
    assert rows(admin.get(f"/jejak-audit?tindakan=quota.set&dari={today}").text) == 0
    assert admin.get("/jejak-audit?dari=kemarin&page=-3&sampai=0001-01-01").status_code == 200


def test_a_changed_entry_is_found_by_the_check(admin: Browser, database: Database) -> None:
    assert "catatan utuh" in admin.get("/jejak-audit/periksa").text
    with database.write() as session:
        session.execute(text("UPDATE audit_entries SET actor = 'orang lain' WHERE seq = 1"))
    assert "tidak utuh mulai nomor 1" in admin.get("/jejak-audit/periksa").text


def test_the_download_holds_the_log_is_itself_logged_and_runs_no_formula(
    admin: Browser, database: Database
) -> None:
    with database.write() as session:
        planner = an_actor(session, Role.PLANNER, username="=cmd|x")
        audit.record(session, planner, "quota.set", None, people=50)
    answer = admin.get("/jejak-audit/unduh?tindakan=quota.set")
    found = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["actor"] for row in found] == ["'=cmd|x"]
    assert rows(admin.get("/jejak-audit?tindakan=audit.exported").text) == 1


def test_what_an_entry_keeps_is_told_in_words(admin: Browser, database: Database) -> None:
    planner = a_planner(database)
    with database.write() as session:
        detail = {"before": "accepted", "after": "scheduled", "day": "2026-11-26", "with_nik": True, "visit": "0a1b"}  # fmt: skip
        audit.record(session, planner, "plan.changed", None, **detail, unheard_of=[1, 2])
    page = admin.get("/jejak-audit?tindakan=plan.changed").text
    told = "sebelumnya: Diterima; menjadi: Terjadwal; tanggal: 26 Nov 2026; dengan NIK: ya; unheard_of: 1, 2"
    assert told in page
    assert "0a1b" not in page


def test_every_action_that_the_code_records_has_words() -> None:
    said = re.compile(
        r"""\brecord(?:_many)?\(\s*session,[^"]{0,80}"([a-z_]+\.[a-z_]+)\"""", re.DOTALL
    )
    sources = Path(outreach.__file__).parent.rglob("*.py")
    recorded = {action for source in sources for action in said.findall(source.read_text("utf-8"))}
    assert len(recorded) > 40
    assert recorded <= ACTIONS.keys()


def test_an_action_without_words_is_shown_by_its_code() -> None:
    assert action_words("something.new") == "something.new"
