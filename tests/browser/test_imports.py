"""A village officer refers by spreadsheet: sends a list, matches its columns, mends, sends, and takes it back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from outreach.accounts.models import User
from outreach.jobs import work_once
from outreach.policy import Role
from tests.browser.conftest import DESK, PHONE, Live, PageMaker
from tests.browser.screen import fits
from tests.build import a_user
from tests.outreach.referrals.imports.sheets import HEAD, a_row, xlsx

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "script"), [(PHONE, False), (DESK, True)])
def test_a_list_is_sent_looked_at_taken_and_taken_back(
    live: Live, page: PageMaker, sign_in: Callable[[Page, User], None], width: int, script: bool
) -> None:
    with live.core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)
    opened = page(width, script=script)
    sign_in(opened, officer)
    opened.goto("/usulan/impor")
    fits(opened)
    data = xlsx(
        [HEAD, a_row(1), a_row(1234, condition="bisu sejak lahir"), a_row(5577, birth="31-02-1941")]
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    opened.set_input_files("[name=file]", {"name": "usulan.xlsx", "mimeType": kind, "buffer": data})
    opened.get_by_role("button", name="Baca berkas").click()
    expect(opened.get_by_role("heading", name="Kolom mana berisi apa?")).to_be_visible()
    fits(opened)
    opened.get_by_role("button", name="Periksa baris").click()
    expect(opened.get_by_role("heading", name="Kirim 1 usulan")).to_be_visible()
    expect(opened.get_by_text("Tanggal ini tidak ada")).to_be_visible()
    fits(opened)
    opened.get_by_label("Apa arti “bisu sejak lahir”?").select_option("deaf")
    opened.get_by_role("button", name="Simpan jawaban").click()
    expect(opened.get_by_role("heading", name="Kirim 2 usulan")).to_be_visible()
    opened.get_by_role("button", name="Kirim usulan ini").click()
    expect(opened.get_by_text("Baris sedang dimasukkan").first).to_be_visible()
    while work_once(live.core.database, live.core.settings):
        pass
    if not script:
        opened.reload()
    expect(opened.get_by_role("heading", name="Usulan dari berkas ini")).to_be_visible()
    expect(opened.get_by_role("heading", name="1 baris masih perlu diperbaiki")).to_be_visible()
    fits(opened)
    opened.get_by_role("link", name="Urungkan impor ini").click()
    opened.get_by_role("button", name="Ya, tarik semuanya").click()
    expect(opened.get_by_text(re.compile("2 usulan ditarik kembali"))).to_be_visible()
