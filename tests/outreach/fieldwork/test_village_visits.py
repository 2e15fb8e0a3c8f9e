"""A village knows who is visited when, what to prepare, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from outreach import clock, web
from outreach.places.models import PlaceQuality
from outreach.planning.expected import preparations
from outreach.planning.models import PlanState
from outreach.policy import Role
from outreach.referrals.states import ReferralState
from tests.build import MONDAY, MORNING, Browser, a_nik, a_referral, a_team, a_user, signed_in
from tests.world import FOREIGN_VILLAGE, a_plan

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


def an_officer(app: Flask, core: web.Core, state: PlanState = PlanState.APPROVED) -> Browser:
    """An officer of a village with one visit tomorrow and one result, on a plan in this state."""
    with core.database.write() as session:
        own = a_referral(
            session, ReferralState.SCHEDULED, name="Mbah Karso", condition="bedridden",
            house_power="va_450", contact_phone="", sealer=core.sealer, nik=a_nik(77),
            place_quality=PlaceQuality.PIN,
        )  # fmt: skip
        foreign = a_referral(
            session, ReferralState.SCHEDULED, name="Mbah Asing", village_code=FOREIGN_VILLAGE
        )
        a_referral(session, ReferralState.RECORDED, name="Mbah Sudah")
        a_plan(session, TUESDAY, {a_team(session, "T1"): [own, foreign]}, state=state)
        officer = a_user(session, Role.VILLAGE)
    return signed_in(app, officer)


def test_the_first_page_says_when_the_village_is_visited_next(app: Flask, core: web.Core) -> None:
    home = an_officer(app, core).get("/").text
    assert "Selasa, 24 November 2026, antara pukul" in home
    assert "Yang perlu disiapkan: Satu anggota keluarga di rumah; Kartu Keluarga (KK)" in home


def test_a_village_reads_day_hours_preparation_and_results_of_its_own_only(
    app: Flask, core: web.Core
) -> None:
    page = an_officer(app, core).get("/kunjungan").text
    assert "Selasa, 24 November 2026" in page
    assert "Antara pukul 08.00 dan 10.00" in page
    assert "Mbah Karso" in page
    assert "genset" in page
    assert "Kadus" in page
    assert "Mbah Sudah" in page
    assert "Mbah Asing" not in page
    assert "Tirah baring" not in page


def test_a_village_is_told_whom_to_provide_and_that_a_number_is_missing_or_not_there(
    core: web.Core,
) -> None:
    with core.database.write() as session:
        helped = a_referral(session, needs=["guide", "escort"], contact_phone="", ticked=["phone"])
        without = a_referral(session, contact_phone="", ticked=["no_phone"])
        told, plain = "; ".join(preparations(helped)), "; ".join(preparations(without))
    assert "Sediakan penunjuk jalan di balai desa" in told
    assert "Sediakan pendamping dari perangkat desa" in told
    assert "nomor telepon belum diketahui" in told
    assert "tidak punya telepon" not in told
    assert "tidak punya telepon" in plain
    assert "Sediakan" not in plain


def test_the_notice_is_addressed_to_a_village_only_where_all_visits_are_there(
    app: Flask, core: web.Core
) -> None:
    browser = an_officer(app, core)
    assert "Kepada Yth. pimpinan Desa Japoh" in browser.get("/kunjungan").text
    with core.database.write() as session:
        villages = ("33.14.20.2001", "33.14.20.2002")
        both = [
            a_referral(session, ReferralState.SCHEDULED, village_code=code) for code in villages
        ]
        a_plan(session, TUESDAY, {a_team(session, "T2"): both}, state=PlanState.APPROVED)
        district = a_user(session, Role.DISTRICT)
    page = signed_in(app, district).get("/kunjungan").text
    assert "Kepada Yth." not in page
    assert "Di Kecamatan Jenar tim perekaman" in page


def test_nothing_is_promised_before_a_plan_is_approved(app: Flask, core: web.Core) -> None:
    page = an_officer(app, core, PlanState.SENT).get("/kunjungan").text
    assert "Belum ada kunjungan terjadwal" in page


def test_the_calendar_file_holds_the_span_and_no_name(app: Flask, core: web.Core) -> None:
    answer = an_officer(app, core).get("/kunjungan/kalender.ics")
    assert answer.mimetype == "text/calendar"
    text = answer.text
    assert "DTSTART:20261124T010000Z\r\nDTEND:20261124T030000Z\r\n" in text
    assert text.count("BEGIN:VEVENT") == 1
    assert "Karso" not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
