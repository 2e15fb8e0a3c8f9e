"""Journey 1: a village officer refers a resident on a phone, and finds the referral with its state."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from outreach.accounts.models import User
from outreach.policy import Role
from outreach.referrals.states import ReferralState
from tests.browser.conftest import DESK, PHONE, Live, PageMaker
from tests.build import a_referral, a_user

pytestmark = pytest.mark.browser
SignIn = Callable[[Page, User], None]
WITH_AND_WITHOUT_SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


COPIES = """async () => {
    const database = await new Promise((done) => {
        const asked = indexedDB.open("sambang-drafts", 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore("copies");
        asked.onsuccess = () => done(asked.result);
    });
    const asked = database.transaction("copies").objectStore("copies").getAll();
    await new Promise((done) => (asked.onsuccess = done));
    database.close();
    return asked.result;
}"""
"""Gives what the device holds of forms, for a page to evaluate."""


def an_officer(live: Live) -> User:
    with live.core.database.write() as session:
        return a_user(session, Role.VILLAGE)


def fits(page: Page) -> bool:
    """Whether nothing of the page must be scrolled to sideways."""
    page.wait_for_load_state()
    answer: bool = page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return answer


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Lanjut", exact=True).click()


def fill_in_person(page: Page) -> None:
    """The first step: a resident whose NIK is not known."""
    page.get_by_label("Nama lengkap").fill("Mbah Tukiyem Sastro")
    page.get_by_label("NIK belum diketahui").check()
    page.get_by_label("Tahun", exact=True).fill("1941")
    page.get_by_label("Perempuan", exact=True).check()


def fill_in_address(page: Page) -> None:
    """The second step: a house that is not on the map."""
    page.get_by_label("RT", exact=True).fill("3")
    page.get_by_label("RW", exact=True).fill("1")
    page.get_by_role("textbox", name="Dukuh/Dusun").fill("Ngrejeng")
    page.get_by_label("Letak rumah belum diketahui").check()
    page.get_by_label("Patokan", exact=True).fill("rumah joglo timur musala")


def fill_in_condition(page: Page) -> None:
    """The third step."""
    page.get_by_label("Kondisi").select_option("bedridden")
    page.get_by_label("900 VA", exact=True).check()


def fill_in_family(page: Page) -> None:
    """The fourth step: a contact without a phone."""
    page.get_by_label("Nama narahubung").fill("Sri")
    page.get_by_label("Hubungannya dengan warga").select_option("child")
    page.get_by_label("Tidak punya telepon").check()


STEPS = (fill_in_person, fill_in_address, fill_in_condition, fill_in_family)


@WITH_AND_WITHOUT_SCRIPT
def test_a_resident_is_referred_on_a_phone_seen_before_sending_and_found_with_its_state(
    live: Live, page: PageMaker, sign_in: SignIn, script: bool
) -> None:
    opened = page(PHONE, script=script)
    sign_in(opened, an_officer(live))
    opened.get_by_role("link", name="Usulkan warga").first.click()
    for number, fill_in in enumerate(STEPS, 1):
        expect(opened.get_by_text(f"Langkah {number} dari 5", exact=True)).to_be_visible()
        assert fits(opened)
        fill_in(opened)
        go_on(opened)
    expect(opened.get_by_role("heading", name="Periksa sebelum dikirim")).to_be_visible()
    expect(opened.get_by_text("Mbah Tukiyem Sastro")).to_be_visible()
    expect(opened.get_by_text("Tirah baring (hanya berbaring)")).to_be_visible()
    assert fits(opened)
    opened.get_by_role("link", name="Ubah Patokan").click()
    opened.get_by_label("Patokan", exact=True).fill("rumah limasan timur musala")
    opened.get_by_role("button", name="Simpan dan lihat ringkasan").click()
    expect(opened.get_by_text("rumah limasan timur musala")).to_be_visible()
    opened.get_by_role("button", name="Kirim usulan").click()
    expect(opened.get_by_role("heading", name="Usulan sudah dikirim")).to_be_visible()
    code = re.search(r"SB-[0-9A-Z-]+", opened.inner_text("#main") or "")
    assert code is not None
    assert fits(opened)
    opened.get_by_role("link", name="Ke daftar").click()
    row = opened.get_by_role("row").filter(has_text=code.group())
    expect(row).to_contain_text("Mbah Tukiyem Sastro")
    expect(row).to_contain_text("Diajukan")
    assert fits(opened)


@WITH_AND_WITHOUT_SCRIPT
def test_bad_input_is_summed_up_with_a_link_to_each_field_and_nothing_typed_is_lost(
    live: Live, page: PageMaker, sign_in: SignIn, script: bool
) -> None:
    opened = page(PHONE, script=script)
    sign_in(opened, an_officer(live))
    opened.goto("/usulan/baru?bagian=semua")
    for fill_in in STEPS:
        fill_in(opened)
    opened.get_by_label("NIK belum diketahui").uncheck()
    opened.get_by_label("NIK", exact=True).fill("3314 0041 0741 00")
    opened.get_by_label("RT", exact=True).fill("tiga")
    opened.get_by_label("Bulan (1-12)").fill("13")
    opened.get_by_role("button", name="Simpan dan lihat ringkasan").click()
    summary = opened.get_by_role("alert")
    links = summary.get_by_role("link")
    expect(links).to_have_count(3)
    if script:
        expect(summary).to_be_focused()
    for link in links.all():
        target = opened.locator(link.get_attribute("href") or "#none")
        expect(target).to_have_count(1)
        link.click()
        expect(target).to_be_focused()
    assert opened.get_by_label("NIK", exact=True).input_value().replace(" ", "") == "33140041074100"
    expect(opened.get_by_label("RT", exact=True)).to_have_value("tiga")
    expect(opened.get_by_label("Bulan (1-12)")).to_have_value("13")
    expect(opened.get_by_label("Nama lengkap")).to_have_value("Mbah Tukiyem Sastro")
    expect(opened.get_by_label("Patokan", exact=True)).to_have_value("rumah joglo timur musala")
    expect(opened.get_by_label("900 VA", exact=True)).to_be_checked()


@WITH_AND_WITHOUT_SCRIPT
def test_going_back_keeps_what_was_typed_by_the_forms_button_and_by_the_browsers(
    live: Live, page: PageMaker, sign_in: SignIn, script: bool
) -> None:
    opened = page(PHONE, script=script)
    sign_in(opened, an_officer(live))
    opened.goto("/usulan/baru")
    fill_in_person(opened)
    go_on(opened)
    opened.get_by_label("RT", exact=True).fill("3")
    opened.get_by_role("button", name="Kembali").click()
    expect(opened.get_by_label("Nama lengkap")).to_have_value("Mbah Tukiyem Sastro")
    expect(opened.get_by_label("NIK belum diketahui")).to_be_checked()
    go_on(opened)
    expect(opened.get_by_label("RT", exact=True)).to_have_value("003")
    fill_in_address(opened)
    go_on(opened)
    expect(opened.get_by_text("Langkah 3 dari 5", exact=True)).to_be_visible()
    opened.go_back()
    expect(opened.get_by_label("Patokan", exact=True)).to_have_value("rumah joglo timur musala")
    expect(opened.get_by_label("Letak rumah belum diketahui")).to_be_checked()
    opened.goto("/usulan?status=draft")
    expect(opened.get_by_role("link", name="Mbah Tukiyem Sastro")).to_have_count(1)


def test_another_villages_referral_is_not_there(
    live: Live, page: PageMaker, sign_in: SignIn
) -> None:
    with live.core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)
        foreign = a_referral(session, ReferralState.SUBMITTED, village_code="33.14.01.2001").id
    opened = page(PHONE)
    sign_in(opened, officer)
    for ending in ("", "/ubah", "/kirim", "/terkirim", "/jawab", "/tutup", "/nik"):
        answer = opened.goto(f"/usulan/{foreign}{ending}")
        assert answer is not None
        assert answer.status == 404, ending
    expect(opened.get_by_role("heading", name="Halaman tidak ditemukan")).to_be_visible()


def test_a_planner_accepts_what_a_village_sent(
    live: Live, page: PageMaker, sign_in: SignIn
) -> None:
    with live.core.database.write() as session:
        planner = a_user(session, Role.PLANNER)
        kept = a_referral(session, ReferralState.SUBMITTED, name="Mbah Karto").id
    opened = page(DESK)
    sign_in(opened, planner)
    opened.goto(f"/triase/{kept}")
    expect(opened.get_by_role("heading", name="Mbah Karto")).to_be_visible()
    assert fits(opened)
    opened.get_by_role("button", name="Terima, masukkan daftar tunggu").click()
    expect(opened.get_by_text("diterima dan menunggu kunjungan")).to_be_visible()
    opened.goto(f"/usulan/{kept}")
    expect(opened.get_by_text("Diterima", exact=True).first).to_be_visible()


def test_what_is_typed_is_a_draft_by_itself_and_a_lost_connection_loses_nothing(
    live: Live, page: PageMaker, sign_in: SignIn
) -> None:
    opened = page(PHONE)
    sign_in(opened, an_officer(live))
    opened.goto("/usulan/baru", wait_until="networkidle")
    opened.context.set_offline(True)
    opened.get_by_label("Nama lengkap").fill("Mbah Tukiyem Sastro")
    opened.get_by_label("NIK", exact=True).fill("3314 0041 0741 0001")
    opened.get_by_label("Perempuan", exact=True).check()
    expect(opened.get_by_text("tersimpan di perangkat ini, tanpa NIK")).to_be_visible()
    assert "3314" not in str(opened.evaluate(COPIES)).replace(" ", "")
    again = opened.context.new_page()  # the first one was killed
    opened.close()
    again.context.set_offline(False)
    again.goto("/usulan/baru")
    expect(again.get_by_label("Nama lengkap")).to_have_value("Mbah Tukiyem Sastro")
    expect(again.get_by_label("Perempuan", exact=True)).to_be_checked()
    expect(again.get_by_text("Tersimpan otomatis sebagai konsep.")).to_be_visible()
    again.wait_for_function(f"({COPIES})().then(copies => copies.length === 0)")
    fill_in_person(again)
    go_on(again)
    with again.expect_response(lambda answer: answer.status == 204):
        again.get_by_label("Patokan", exact=True).fill("timur musala")
    again.get_by_label("Patokan", exact=True).fill("timur musala, pagar hijau")
    again.get_by_role("button", name="Simpan konsep").click()
    expect(again.get_by_text("timur musala, pagar hijau")).to_be_visible()
    again.wait_for_function(f"({COPIES})().then(copies => copies.length === 0)")
    again.goto("/usulan?status=draft")
    expect(again.get_by_role("link", name="Mbah Tukiyem Sastro")).to_have_count(1)


def test_who_signs_out_leaves_nothing_on_a_shared_telephone_and_is_asked_where_something_has_not_arrived(
    live: Live, page: PageMaker, sign_in: SignIn
) -> None:
    with live.core.database.write() as session:
        first, second = a_user(session, Role.VILLAGE), a_user(session, Role.VILLAGE)
    opened = page(DESK)
    sign_in(opened, first)
    opened.route(
        "**/usulan/baru",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    opened.goto("/usulan/baru", wait_until="networkidle")
    opened.get_by_label("Nama lengkap").fill("Mbah Tukiyem Sastro")
    expect(opened.get_by_text("tersimpan di perangkat ini, tanpa NIK")).to_be_visible()
    asked = []
    opened.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    opened.get_by_role("button", name="Keluar").click()
    expect(opened.locator("[data-sign-out][data-sent]")).to_have_count(0)
    assert "belum sampai ke server" in asked[0]
    assert "Tukiyem" in str(opened.evaluate(COPIES))
    opened.once("dialog", lambda dialog: dialog.accept())
    opened.get_by_role("button", name="Keluar").click()
    expect(opened.get_by_text("sudah keluar")).to_be_visible()
    assert opened.evaluate(COPIES) == []
    sign_in(opened, second)
    opened.goto("/usulan/baru", wait_until="networkidle")
    expect(opened.get_by_label("Nama lengkap")).to_have_value("")


def test_a_nik_is_grouped_and_read_aloud_while_it_is_typed_and_a_difference_stops_nobody(
    live: Live, page: PageMaker, sign_in: SignIn
) -> None:
    opened = page(PHONE)
    sign_in(opened, an_officer(live))
    opened.goto("/usulan/baru", wait_until="networkidle")
    number = opened.get_by_label("NIK", exact=True)
    number.press_sequentially("33141047024")
    expect(number).to_have_value("3314 1047 024")
    expect(opened.get_by_text("Baru 11 dari 16 angka.")).to_be_visible()
    number.press_sequentially("10001")
    expect(opened.get_by_text("lahir 07-02-1941, perempuan")).to_be_visible()
    opened.get_by_label("Laki-laki", exact=True).check()
    expect(opened.get_by_text("Jenis kelamin di halaman ini berbeda")).to_be_visible()
    number.fill("3314101502050003")
    expect(opened.get_by_text("lahir 15-02-1905 atau 15-02-2005")).to_be_visible()
    number.fill("3372 0117 0845 0001")
    expect(opened.get_by_text("terbit di luar Sragen")).to_be_visible()
    opened.get_by_label("Nama lengkap").fill("Mbah Karso")
    opened.get_by_label("Tahun", exact=True).fill("1945")
    opened.get_by_label("Perempuan", exact=True).check()
    go_on(opened)
    expect(opened.get_by_text("Langkah 2 dari 5", exact=True)).to_be_visible()


def test_a_photo_is_made_small_on_the_device_before_it_is_sent(
    live: Live, page: PageMaker, sign_in: SignIn
) -> None:
    with live.core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)
        kept = a_referral(session, ReferralState.SUBMITTED).id
    taken = io.BytesIO()
    Image.effect_noise((1800, 1200), 60).save(taken, "JPEG", quality=90)
    assert len(taken.getvalue()) > 500_000
    opened = page(PHONE)
    sign_in(opened, officer)
    opened.goto(f"/usulan/{kept}/foto", wait_until="networkidle")
    camera = FilePayload(name="IMG_0001.jpg", mimeType="image/jpeg", buffer=taken.getvalue())
    opened.get_by_label("Foto rumah").set_input_files(camera)
    expect(opened.get_by_text("Foto diperkecil menjadi")).to_be_visible()
    assert opened.evaluate("document.querySelector('#photo').files[0].size") <= 150_000
    opened.get_by_role("button", name="Simpan foto").click()
    shown = opened.get_by_role("img", name="Foto rumah Mbah Tukiyem")
    expect(shown).to_be_visible()
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    expect(shown).not_to_have_js_property("naturalWidth", 0)
    assert fits(opened)
