"""From a file to referrals and back: upload, columns, preview, commit, undo, each with what it must never do."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from outreach import audit, clock, web
from outreach.accounts.models import User
from outreach.jobs import work_once
from outreach.policy import Role
from outreach.referrals.imports.models import ImportHeading, ImportState, ReferralImport
from outreach.referrals.models import Referral, ReferralEvent, Resident
from outreach.referrals.states import ReferralState
from outreach.referrals.triage_models import ReferralPair
from tests.build import Browser, a_referral, a_user, signed_in, token_in
from tests.outreach.referrals.imports.sheets import HEAD, a_row, csv_text, saved, xlsx

OWN = "33.14.20.2001"


class Sender:
    """An officer at a browser without script, with a file in hand."""

    def __init__(self, app: Flask, core: web.Core, role: Role = Role.VILLAGE, **given: Any) -> None:
        self.core = core
        with core.database.write() as session:
            self.user: User = a_user(session, role, **given)
        self.browser: Browser = signed_in(app, self.user)
        self.address = ""

    def send(self, name: str, data: bytes) -> Any:
        """Send a file; keep the address of its import."""
        page = self.browser.get("/usulan/impor")
        answer = self.browser.client.post(
            "/usulan/impor/baru",
            data={"csrf_token": token_in(page.text), "file": (io.BytesIO(data), name)},
            content_type="multipart/form-data",
        )
        if answer.status_code == 303:
            self.address = answer.headers["Location"].removesuffix("/kolom")
        return answer

    def match(self, **changed: str) -> Any:
        """Accept the columns as they were guessed, but for what is changed."""
        page = self.browser.get(f"{self.address}/kolom").text
        form = {}
        for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
            chosen = re.search(r'<option value="([^"]*)" selected', body)
            form[name] = chosen[1] if chosen else ""
        return self.post("/kolom", {**form, **changed})

    def post(self, path: str, form: dict[str, Any] | None = None) -> Any:
        """Send one of the forms of the import, and follow."""
        return self.browser.post(self.address + path, form)

    def commit(self) -> Any:
        """Have the rows taken, and wait for the worker."""
        self.post("/masukkan")
        while work_once(self.core.database, self.core.settings):
            pass
        return self.browser.get(self.address)

    def row(self) -> ReferralImport:
        """The import as it is kept."""
        with self.core.database.read() as session:
            found = session.get_one(ReferralImport, self.address.rsplit("/", 1)[-1])
            session.refresh(found, ["sealed_book", "sealed_rows"])
            session.expunge(found)
            return found

    def referrals(self) -> list[Referral]:
        """Every referral there is, by name."""
        with self.core.database.read() as session:
            query = select(Referral).join(Resident).order_by(Resident.name)
            return list(session.scalars(query).unique())


@pytest.fixture
def sender(app: Flask, core: web.Core) -> Sender:
    """An officer of the village Japoh."""
    return Sender(app, core)


def test_a_list_becomes_referrals_that_are_sent(sender: Sender) -> None:
    sender.send("usulan.xlsx", xlsx([HEAD, a_row(1), a_row(2)]))
    page = sender.match()
    assert "Kirim 2 usulan" in page.text
    done = sender.commit()
    assert done.status_code == 200
    found = sender.referrals()
    assert [r.state for r in found] == [ReferralState.SUBMITTED] * 2
    assert {r.village_code for r in found} == {OWN}
    assert found[0].resident.birth_date is not None
    assert found[0].resident.birth_date.year == 1941
    with sender.core.database.read() as session:
        index = sender.core.sealer.nik_index("3314004107410001")
        assert session.scalar(select(func.count(Resident.id)).where(Resident.nik_index == index)) == 1  # fmt: skip
        assert audit.verify_chain(session)[2] is None
        kinds = set(session.scalars(select(ReferralEvent.kind)))
    assert kinds == {"imported"}


def test_sending_twice_and_a_job_that_begins_twice_make_the_same_referrals(sender: Sender) -> None:
    sender.send("usulan.csv", csv_text([HEAD, a_row(1)]).encode())
    sender.match()
    sender.post("/masukkan")
    sender.post("/masukkan")
    sender.commit()
    assert len(sender.referrals()) == 1


def test_a_bad_row_is_listed_with_its_row_column_and_what_to_do_and_the_rest_is_taken(
    sender: Sender,
) -> None:
    rows = [
        HEAD,
        a_row(1),
        a_row(2, nik=3.31400410741e15),
        a_row(3, birth="31 Februari 1941", phone="0812"),
        a_row(4, name=None),
    ]
    sender.send("usulan.xlsx", xlsx(rows))
    page = sender.match().text
    assert "Baris 3" in page
    assert "Kolom B, NIK" in page
    assert "Lembar kerja memotong NIK ini" in page
    assert "Baris 4" in page
    assert "Kolom D" in page
    assert "Kolom N" in page
    assert "Baris 5" in page
    sender.commit()
    assert len(sender.referrals()) == 1


def test_the_marked_copy_keeps_every_digit_and_comes_back_mended(sender: Sender) -> None:
    rows = [HEAD, a_row(1), a_row(2, birth="1941-13-41", note="=1+1"), a_row(3, rt="tiga")]
    sender.send("usulan.xlsx", xlsx(rows))
    sender.match()
    copy = sender.browser.get(f"{sender.address}/salinan")
    sheet = load_workbook(io.BytesIO(copy.data)).active
    assert sheet.cell(2, 2).value == "3314004107410001"
    assert sheet.cell(2, 2).data_type == "s"
    assert sheet.cell(3, 15).data_type == "s", "a formula stays text"
    assert sheet.cell(1, 16).value == "Catatan Sambang"
    assert "Tanggal atau tahun lahir: Tanggal ini tidak ada" in sheet.cell(3, 16).value
    sender.commit()
    assert len(sender.referrals()) == 1
    left = sender.browser.get(f"{sender.address}/salinan")
    book = load_workbook(io.BytesIO(left.data))
    assert [row[2].value for row in book.active.iter_rows(min_row=2)] == [rows[2][2], rows[3][2]]
    book.active.cell(2, 4).value = "1941"
    book.active.cell(3, 7).value = "3"
    target = io.BytesIO()
    book.save(target)
    sender.send("usulan-ditandai.xlsx", target.getvalue())
    sender.match()
    sender.commit()
    assert len(sender.referrals()) == 3


def test_the_same_file_again_is_counted_as_repeats(sender: Sender) -> None:
    data = xlsx([HEAD, a_row(1), a_row(2), a_row(2)])
    sender.send("usulan.xlsx", data)
    sender.match()
    assert sender.row().counts["repeat"] == 1
    sender.commit()
    sender.send("usulan.xlsx", data)
    page = sender.match()
    assert sender.row().counts["repeat"] == 3
    assert "Belum ada baris yang dapat dikirim" in page.text


def test_one_nik_under_two_names_is_shown_to_be_looked_at_and_none_is_dropped(
    sender: Sender,
) -> None:
    nik = "3314004107410001"
    rows = [
        a_row(1, name="Sutinah"),
        a_row(2, nik=nik, name="Paijo Wiryono", birth="1 Juli 1941"),
        a_row(3, nik=nik, name="Bu Sutinah", birth="1 Juli 1941"),
    ]
    sender.send("usulan.xlsx", xlsx([HEAD, *rows]))
    sender.match()
    counts = sender.row().counts
    assert (counts["near"], counts["repeat"]) == (1, 1)
    sender.commit()
    assert [r.resident.name for r in sender.referrals()] == ["Paijo Wiryono", "Sutinah"]


def test_a_nik_of_text_without_a_serial_was_cut(sender: Sender) -> None:
    sender.send("usulan.xlsx", xlsx([HEAD, a_row(1, nik="3314004107410000"), a_row(2)]))
    page = sender.match()
    assert sender.row().counts["mend"] == 1
    assert "Lembar kerja memotong NIK ini" in page.text


def test_only_a_cell_that_says_so_declares_that_there_is_no_phone(sender: Sender) -> None:
    phones = ("", "-", "tidak punya HP", "0812 3456 7890")
    rows = [a_row(number, phone=phone) for number, phone in enumerate(phones, 1)]
    sender.send("usulan.xlsx", xlsx([HEAD, *rows]))
    sender.match()
    sender.commit()
    with sender.core.database.read() as session:
        query = select(Referral.ticked).join(Resident).order_by(Resident.nik_masked)
        ticked = [{"phone", "no_phone"} & set(one or ()) for one in session.scalars(query)]
    assert ticked == [{"phone"}, {"phone"}, {"no_phone"}, set()]


def test_who_may_have_been_referred_before_is_shown_and_can_be_left_out(sender: Sender) -> None:
    with sender.core.database.write() as session:
        a_referral(session, ReferralState.SUBMITTED, name="Mbah Soekijem")
    sender.send("usulan.xlsx", xlsx([HEAD, a_row(1, name="Sukiyem", nik=""), a_row(5577)]))
    sender.match()
    assert sender.row().counts["near"] == 1
    page = sender.browser.get(f"{sender.address}?bagian=near")
    assert "Mbah Soekijem" in page.text
    sender.post("/pilih", {"shown": "2"})
    assert sender.row().left_out == [2]
    sender.post("/pilih", {"shown": "2", "taken": "2"})
    sender.commit()
    with sender.core.database.read() as session:
        assert session.scalar(select(func.count(ReferralPair.id))) == 1


def test_a_village_officer_takes_rows_of_their_own_village_only(sender: Sender) -> None:
    head = (*HEAD, "Desa", "Kecamatan")
    rows = [head, [*a_row(1), "Japoh", "Jenar"], [*a_row(2), "Jenar", "Jenar"]]
    sender.send("usulan.xlsx", xlsx(rows))
    page = sender.match()
    assert "Anda hanya dapat mengusulkan warga desa sendiri" in page.text
    sender.commit()
    assert [r.village_code for r in sender.referrals()] == [OWN]


def test_a_district_officer_takes_their_district_and_is_asked_about_a_name_that_two_villages_bear(
    app: Flask, core: web.Core
) -> None:
    sender = Sender(app, core, Role.DISTRICT)
    head = (*HEAD, "Desa")
    rows = [head, [*a_row(1), "Djapoh"], [*a_row(2), "Banyurip"], [*a_row(3), "Banyurip"]]
    sender.send("usulan.xlsx", xlsx(rows))
    page = sender.match()
    assert "Desa mana “Banyurip” itu?" in page.text
    assert "2 baris menyebutnya" in page.text
    sender.post("/jawaban", {"answer:|banyurip": "33.14.20.2007"})
    sender.commit()
    assert sorted(r.village_code for r in sender.referrals()) == [
        "33.14.20.2001",
        "33.14.20.2007",
        "33.14.20.2007",
    ]


def test_what_a_column_holds_is_remembered_for_the_office(app: Flask, core: web.Core) -> None:
    sender = Sender(app, core)
    head = list(HEAD)
    head[8] = "Tanda"
    sender.send("usulan.xlsx", xlsx([head, a_row(1)]))
    sender.match(**{"column:8": "landmark"})
    with core.database.read() as session:
        kept = session.get_one(ImportHeading, (OWN, "tanda"))
        assert kept.field == "landmark"
    sender.send("usulan.xlsx", xlsx([head, a_row(2)]))
    page = sender.match()
    assert "Kirim 1 usulan" in page.text
    sender.commit()
    assert sender.referrals()[0].landmark == "rumah joglo timur musala"


def test_an_import_can_be_undone_until_somebody_of_it_was_scheduled(sender: Sender) -> None:
    data = xlsx([HEAD, a_row(1), a_row(2)])
    sender.send("usulan.xlsx", data)
    sender.match()
    sender.commit()
    assert "Urungkan" in sender.browser.get(f"{sender.address}/urungkan").text
    sender.post("/urungkan")
    assert {r.state for r in sender.referrals()} == {ReferralState.CLOSED}
    assert sender.row().state is ImportState.UNDONE
    sender.send("usulan.xlsx", data)
    sender.match()
    sender.commit()
    with sender.core.database.write() as session:
        one = session.scalars(select(Referral).where(Referral.state == ReferralState.SUBMITTED)).first()  # fmt: skip
        assert one is not None
        one.state = ReferralState.SCHEDULED
    sender.post("/urungkan")
    assert sender.row().state is ImportState.DONE
    assert sorted(r.state for r in sender.referrals()) == ["closed", "closed", "scheduled", "submitted"]  # fmt: skip


def test_a_hidden_row_is_taken_and_told(sender: Sender) -> None:
    book = Workbook()
    for row in (HEAD, a_row(1, name="Mbah Saminem"), a_row(2, name="- Mbah Paidi")):
        book.active.append(list(row))
    book.active.row_dimensions[3].hidden = True
    sender.send("usulan.xlsx", saved(book))
    sender.match()
    page = sender.browser.get(sender.address).text
    assert page.count("tersembunyi di berkas") == 1
    assert "Mbah Paidi" in page.split("tersembunyi di berkas")[0].rsplit("<tr", 1)[1]


def test_nothing_of_a_file_is_kept_in_the_clear(sender: Sender) -> None:
    sender.send("usulan.csv", csv_text([HEAD, a_row(7), a_row(8, birth="?x")]).encode())
    sender.match()
    sender.commit()
    with sender.core.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in sender.core.settings.instance.rglob("*"):
        if path.is_file():
            assert b"3314004107410007" not in path.read_bytes()
            assert b"3314004107410008" not in path.read_bytes()
    page = sender.browser.get(sender.address).text
    assert "3314004107410008" not in page


def test_the_cells_are_forgotten_when_nothing_is_left_to_mend(sender: Sender) -> None:
    sender.send("usulan.csv", csv_text([HEAD, a_row(1)]).encode())
    sender.match()
    assert sender.row().sealed_book
    sender.commit()
    assert sender.row().sealed_book is None


def test_what_nobody_touches_for_two_weeks_is_forgotten(sender: Sender) -> None:
    sender.send("usulan.csv", csv_text([HEAD, a_row(1)]).encode())
    first = sender.address
    with sender.core.database.write() as session:
        row = session.get_one(ReferralImport, first.rsplit("/", 1)[-1])
        row.changed_at = clock.now().replace(year=2020)
    sender.send("usulan.csv", csv_text([HEAD, a_row(2)]).encode())
    sender.address = first
    row = sender.row()
    assert row.sealed_book is None
    assert row.state is ImportState.DISCARDED


def test_rows_that_lack_answers_stay_drafts_to_be_completed(sender: Sender) -> None:
    sender.send("usulan.csv", csv_text([("Nama", "NIK"), ("Mbah Sukiyem", "")]).encode())
    page = sender.match()
    assert "disimpan sebagai konsep" in page.text
    sender.commit()
    assert [r.state for r in sender.referrals()] == [ReferralState.DRAFT]


def test_the_template_of_a_village_comes_back_as_it_is_filled_in(sender: Sender) -> None:
    book = load_workbook(io.BytesIO(sender.browser.get("/usulan/impor/templat").data))
    sheet = book["Usulan"]
    assert OWN in sheet["A1"].value
    heads = [cell.value for cell in sheet[3]]
    filled = {
        "NIK": "3314004107410001", "Nama lengkap": "Mbah Sukiyem", "Tanggal lahir atau tahun": "1941", "Jenis kelamin": "Perempuan",
        "Dukuh": "Krajan", "RT": "003", "RW": "001", "Patokan": "timur musala", "Kondisi": "Uzur karena usia", "Daya listrik": "900 VA",
        "Narahubung": "Sri", "Hubungan": "Anak", "No HP": "081234567890", "Kebutuhan kunjungan": "", "Lokasi di peta": "-7.30, 111.05",
    }  # fmt: skip
    for heading, value in filled.items():
        sheet.cell(4, heads.index(heading) + 1, value)
    target = io.BytesIO()
    book.save(target)
    sender.send("templat.xlsx", target.getvalue())
    sender.match()
    assert sender.row().counts["mend"] in (0, 1)
    assert set(sender.row().choice["columns"].values()) >= {
        "nik", "name", "birth", "sex", "hamlet", "rt", "rw", "landmark", "house_power", "contact_phone",
        "home", "needs", "coordinates", "note", "condition", "contact_name", "contact_relation",
    }  # fmt: skip


def test_another_village_s_template_is_not_given(sender: Sender) -> None:
    answer = sender.browser.get("/usulan/impor/templat?desa=33.14.01.2001", follow_redirects=True)
    assert "Pilih desa" in answer.text
