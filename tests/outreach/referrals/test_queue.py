"""The queues of triage: who stands in them, in which order, and what can be done from there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock
from outreach.audit import AuditEntry
from outreach.db import Database
from outreach.errors import NotThere, Refused
from outreach.places.models import PlaceQuality
from outreach.referrals import bulk, queries, queue, searching, triage
from outreach.referrals.companions import companions_of
from outreach.referrals.conditions import NEEDS
from outreach.referrals.flags import FLAG_LABELS, flags_of
from outreach.referrals.models import Referral, ReferralEvent, Resident
from outreach.referrals.priority import DEFAULT
from outreach.referrals.queue import QueueFilters
from outreach.referrals.states import CloseReason, ReferralState
from outreach.web import Core
from tests.build import a_nik, a_referral, a_user, an_actor, signed_in, token_in

S = ReferralState


def _names(database: Database, role: str, filters: QueueFilters) -> list[str]:
    with database.write() as session:
        actor = an_actor(session, role)
        page = queue.queue_page(session, actor, filters, clock.today(), DEFAULT, frozenset())
        counts = queue.count_within(session, actor, filters, clock.today())
        assert sum(counts.districts.values()) >= page.total
        return [referral.resident.name for referral in page.items]


def test_whoever_has_most_points_comes_first(database: Database) -> None:
    now = clock.now()
    with database.write() as session:
        a_referral(session, S.SUBMITTED, name="Baru", submitted_at=now - timedelta(days=1))
        a_referral(session, S.SUBMITTED, name="Lama", submitted_at=now - timedelta(days=80))
        a_referral(session, S.SUBMITTED, name="Perlu", due_day=clock.today(), submitted_at=now)
    assert _names(database, "planner", QueueFilters()) == ["Lama", "Perlu", "Baru"]


def test_a_queue_is_narrowed_by_district_mark_and_age(database: Database) -> None:
    now = clock.now()
    with database.write() as session:
        a_referral(session, S.SUBMITTED, name="Tujuan", needs=["escort"], house_power="none", submitted_at=now - timedelta(days=40))  # fmt: skip
        a_referral(session, S.SUBMITTED, name="Jauh", village_code="33.14.01.2001", needs=["escort"])  # fmt: skip
        a_referral(session, S.ACCEPTED, name="Diterima")
    narrow = QueueFilters(district="33.14.20", flag="power", age="long")
    assert _names(database, "planner", narrow) == ["Tujuan"]
    assert _names(database, "planner", QueueFilters(queue="backlog")) == ["Diterima"]
    assert _names(database, "district", QueueFilters(flag="escort")) == ["Tujuan"]


def test_a_name_is_found_in_any_spelling_and_by_its_code(database: Database) -> None:
    with database.write() as session:
        code = a_referral(session, S.ACCEPTED, name="Mbah Soekarti", tracking_code="SB-7KQ4-2MXF").tracking_code  # fmt: skip
        a_referral(session, S.ACCEPTED, name="Sukar")
    for words in (
        "Sukarti",
        "soekart",
        "mbah SUKARTI binti Karto",
        code[3:7],
        code[-4:],
        "sb7kq42",
    ):
        assert _names(database, "planner", QueueFilters(queue="all", search=words)) == ["Mbah Soekarti"]  # fmt: skip
    assert len(_names(database, "planner", QueueFilters(queue="all", search="sukar"))) == 2
    for words in ("Paimin", "karti", "''", "%", "4q"):
        assert _names(database, "planner", QueueFilters(queue="all", search=words)) == []


def test_every_word_of_a_name_is_looked_for_in_any_order(database: Database) -> None:
    with database.write() as session:
        resident = a_referral(session, S.ACCEPTED, name="Siti Aminah").resident
        a_referral(session, S.ACCEPTED, name="Siti Khotimah")
        assert resident.name == "Siti Aminah"
    for words in ("aminah siti", "siti am", "sitiaminah"):
        assert _names(database, "planner", QueueFilters(queue="all", search=words)) == ["Siti Aminah"]  # fmt: skip


def test_a_name_that_was_mended_is_found_by_its_new_words_only(database: Database) -> None:
    with database.write() as session:
        resident = a_referral(session, S.ACCEPTED, name="Sukarti").resident
    with database.write() as session:
        session.get_one(Resident, resident.id).name = "Paikem"
    assert _names(database, "planner", QueueFilters(queue="all", search="sukarti")) == []
    assert _names(database, "planner", QueueFilters(queue="all", search="paikem")) == ["Paikem"]


def test_a_village_finds_its_own_people_however_many_others_bear_the_name(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_NAMES", 2)
    with database.write() as session:
        for village in ("33.14.01.2001", "33.14.01.2001", "33.14.20.2002", "33.14.20.2001"):
            a_referral(session, S.ACCEPTED, name="Sukarti", village_code=village)
        office, village = an_actor(session, "planner"), an_actor(session, "village")
        found = queries.find_referrals(session, village, queries.Filters(search="sukarti"))
        assert [one.village_code for one in found.items] == ["33.14.20.2001"]
        assert not searching.is_cut(session, village, "referral.list", "sukarti")
        assert searching.is_cut(session, office, "triage.list", "sukarti")
        assert not searching.is_cut(session, office, "triage.list", "paikem")


def test_counts_tell_each_queue_apart(database: Database) -> None:
    with database.write() as session:
        actor = an_actor(session, "planner")
        a_referral(session, S.SUBMITTED, endorsed_at=clock.now())
        a_referral(session, S.SUBMITTED)
        a_referral(session, S.RETURNED)
        a_referral(session, S.DRAFT)
        counts = queue.count_queues(session, actor)
    assert counts == {"": 2, "endorsed": 1, "unendorsed": 1, "returned": 1, "backlog": 0, "scheduled": 0, "all": 3}  # fmt: skip


def test_every_need_is_a_mark_with_a_bit_of_its_own(database: Database) -> None:
    with database.write() as session:
        for code in NEEDS:
            assert code in flags_of(a_referral(session, needs=[code]))
        bare = a_referral(session, needs=[], house_power="va_450", place_quality=PlaceQuality.VILLAGE, contact_phone="")  # fmt: skip
        assert flags_of(bare) == ("power", "no_place", "no_phone", "incomplete")
    assert set(NEEDS) <= set(FLAG_LABELS)


def test_what_a_visit_needs_is_set_until_it_is_planned(database: Database) -> None:
    with database.write() as session:
        actor, referral = an_actor(session, "district"), a_referral(session, S.ACCEPTED)
        triage.set_flags(session, actor, referral, ["guide", "sign_language"], "va_450")
        session.flush()
        assert flags_of(referral) == ("power", "sign_language", "guide", "incomplete")
        kinds = session.scalars(select(ReferralEvent.kind)).all()
        assert kinds == ["flagged"]
        with pytest.raises(Refused):
            triage.set_flags(session, actor, referral, ["wings"], "")
        referral.state = S.SCHEDULED
        with pytest.raises(Refused):
            triage.set_flags(session, actor, referral, [], "")


def test_companions_live_in_the_house_or_within_300_metres(database: Database) -> None:
    with database.write() as session:
        actor = an_actor(session, "planner")
        home = a_referral(session, S.SUBMITTED, lat=-7.4, lon=111.0)
        house = a_referral(session, S.ACCEPTED, lat=-7.4, lon=111.0)
        near = a_referral(session, S.SUBMITTED, lat=-7.4, lon=111.0025)
        a_referral(session, S.SUBMITTED, lat=-7.4, lon=111.004)
        a_referral(session, S.DELIVERED, lat=-7.4, lon=111.0)
        found = companions_of(session, actor, home)
        assert [one.referral.id for one in found] == [house.id, near.id]
        assert found[0].away_m == 0
        assert found[1].away_m == pytest.approx(276, abs=3)


def test_many_are_returned_or_closed_with_one_reason(database: Database) -> None:
    with database.write() as session:
        actor = an_actor(session, "planner")
        some = [a_referral(session, S.SUBMITTED) for _ in range(3)]
        gone = a_referral(session, S.DELIVERED)
        ids = [referral.id for referral in (*some[:2], gone)]
        done = bulk.return_many(session, actor, ids, "nik", "Lengkapi NIK warga ini.")
        assert (done.count, [r.id for r, _why in done.refused]) == (2, [gone.id])
        with pytest.raises(Refused):
            bulk.return_many(session, actor, [some[2].id], "nik", "?")
        bulk.close_many(session, actor, [some[2].id], CloseReason.DIED, "")
        assert some[2].state is S.CLOSED


def test_many_of_another_district_are_not_there(database: Database) -> None:
    with database.write() as session:
        actor = an_actor(session, "district")
        far = a_referral(session, S.SUBMITTED, village_code="33.14.01.2001")
        with pytest.raises(NotThere):
            bulk.close_many(session, actor, [far.id], CloseReason.DIED, "")


def test_triage_works_without_script(app: Flask, core: Core, database: Database) -> None:
    nik = a_nik(9)
    with database.write() as session:
        planner = a_user(session, "planner")
        one = a_referral(session, S.SUBMITTED, name="Sutinah", sealer=core.sealer, nik=nik)
        other = a_referral(session, S.SUBMITTED, name="Paimin", needs=["guide"])
    browser = signed_in(app, planner)
    page = browser.get("/triase")
    assert "Sutinah" in page.text
    assert "Pemandu menunggu tim di balai desa" in page.text
    found = browser.post("/triase/cari", {"cari": nik}, form_page="/triase")
    assert one.tracking_code in found.text
    assert other.tracking_code not in found.text
    assert nik not in found.text
    assert "Paimin" in browser.post("/triase/cari", {"cari": "paimin"}, form_page="/triase").text
    asked = browser.post("/triase/pilih", {"do": "close", "referral_id": other.id}, form_page="/triase")  # fmt: skip
    assert "Tutup beberapa usulan" in asked.text
    browser.post("/triase/tutup", {"referral_id": other.id, "reason": "moved"}, form_page="/triase")
    browser.post("/triase/pilih", {"do": "accept", "referral_id": one.id}, form_page="/triase")
    with database.read() as session:
        assert session.get_one(Referral, one.id).state is S.ACCEPTED
        assert session.get_one(Referral, other.id).state is S.CLOSED
        assert nik not in " ".join(str(row.detail) for row in session.scalars(select(AuditEntry)))


def test_a_district_searches_by_name_and_not_by_nik(app: Flask, database: Database) -> None:
    with database.write() as session:
        officer = a_user(session, "district")
    page = signed_in(app, officer).post("/triase/cari", {"cari": a_nik(1)}, form_page="/triase")
    assert "hanya untuk petugas kantor" in page.text


@pytest.mark.parametrize(
    "typed", ["3314 2041 0741 001", "Paimin 3314-2041-0741", "3314.2041.0741.00011"]
)
def test_most_of_a_nik_never_reaches_the_address(
    app: Flask, database: Database, typed: str
) -> None:
    with database.write() as session:
        planner = a_user(session, "planner")
    browser = signed_in(app, planner)
    token = token_in(browser.get("/triase").text)
    answer = browser.client.post("/triase/cari", data={"csrf_token": token, "cari": typed})
    assert answer.status_code == 422
    assert "Location" not in answer.headers
    for page in ("/triase", "/usulan"):
        answer = browser.client.get(page, query_string={"cari": typed})
        assert answer.status_code == 303
        assert "3314" not in answer.headers["Location"]
