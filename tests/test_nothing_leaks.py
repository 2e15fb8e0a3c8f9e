"""A NIK is nowhere to be read: not in the database, its journal, a backup, a log, an address or a page."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import web
from outreach.accounts.models import User
from outreach.backup import back_up
from outreach.places.gazetteer import read_gazetteer
from outreach.referrals.models import Referral, Resident
from outreach.sample.load import load_samples
from outreach.sample.people import make_people
from outreach.settings import PROJECT_ROOT, Settings
from tests.build import Browser

DAY = date(2026, 11, 25)


def _sample_niks(count: int) -> list[str]:
    people = make_people(count, seed=3, day=DAY, villages=read_gazetteer().villages)
    return [person.nik for person in people if person.nik]


def _spellings(nik: str) -> list[bytes]:
    grouped = [
        " ".join(nik[i : i + 4] for i in range(0, 16, 4)),
        "-".join((nik[:6], nik[6:12], nik[12:])),
    ]
    return [text.encode(coding) for text in (nik, *grouped) for coding in ("utf-8", "utf-16-le")]


def test_no_file_of_the_installation_holds_a_nik(core: web.Core, settings: Settings) -> None:
    with core.database.write() as session:
        load_samples(session, core.sealer, referrals=60, teams=2, seed=3, day=DAY)
    back_up(core.database, settings.instance / "backup" / "one.db")
    niks = _sample_niks(62)
    assert len(niks) > 40
    files = [path for path in settings.instance.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"sambang.db", "one.db", "keys.json"}
    for path in files:
        content = path.read_bytes()
        for nik in niks:
            assert not any(text in content for text in _spellings(nik)), path.name


def test_every_sample_nik_can_be_opened_with_the_keys_and_found_by_its_index(
    core: web.Core,
) -> None:
    with core.database.write() as session:
        load_samples(session, core.sealer, referrals=60, teams=2, seed=3, day=DAY)
    with core.database.read() as session:
        residents = session.scalars(select(Resident).where(Resident.nik_sealed.is_not(None))).all()
        opened = {core.sealer.open_nik(r.nik_sealed or b"", r.id) for r in residents}
        assert opened == set(_sample_niks(62))
        assert {core.sealer.nik_index(nik) for nik in opened} == {r.nik_index for r in residents}


def test_sample_niks_cannot_be_issued() -> None:
    assert all(nik.startswith("331400") for nik in _sample_niks(200))


def test_no_page_or_log_shows_a_nik(
    app: Flask, core: web.Core, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with core.database.write() as session:
        load_samples(session, core.sealer, referrals=40, teams=2, seed=3, day=DAY)
    niks = _sample_niks(41)
    with core.database.read() as session:
        people = {user.username: user for user in session.scalars(select(User))}
        referral_ids = session.scalars(select(Referral.id)).all()
    seen = 0
    for username in ("perencana", "penyetuju", "admin"):
        browser = Browser(app)
        assert browser.sign_in(people[username].username, "contoh-sragen").status_code == 200
        addresses = [
            str(rule)
            for rule in app.url_map.iter_rules()
            if not rule.arguments and "GET" in (rule.methods or ())
        ] + [f"/usulan/{referral_id}" for referral_id in referral_ids[:10]]
        for address in addresses:
            page = browser.get(address, follow_redirects=True).get_data()
            seen += len(page)
            assert not any(nik.encode() in page for nik in niks), address
    assert seen > 10_000
    assert not any(nik in caplog.text for nik in niks)


def test_a_database_error_does_not_tell_what_was_being_written(tmp_path: Path) -> None:
    """SQLAlchemy would print the values of a failed statement; ours keeps them to itself."""
    program = (
        "from outreach.db import Database\n"
        "from sqlalchemy import text\n"
        f"with Database('sqlite:///{tmp_path}/x.db').write() as session:\n"
        "    session.execute(text('INSERT INTO nowhere VALUES (:nik)'), {'nik': '3314000107410001'})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=PROJECT_ROOT,
        check=False,
    )
    assert "no such table" in done.stderr
    assert "3314000107410001" not in done.stderr
