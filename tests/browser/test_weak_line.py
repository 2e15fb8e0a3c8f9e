"""A village hall's line and hands: few and light requests, the keyboard alone, drops, and a browser that is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from outreach.accounts.models import User
from outreach.policy import Role
from outreach.referrals.states import ReferralState
from tests.browser.conftest import FLAGS, PHONE, Live, PageMaker
from tests.browser.test_referring import COPIES, STEPS, go_on
from tests.build import a_referral, a_user
from tests.machine import chromium_path

pytestmark = pytest.mark.browser
SignIn = Callable[[Page, User], None]
MOST_BYTES, MOST_REQUESTS = 100_000, 6


def without_cache(page: Page) -> CDPSession:
    """A connection to the browser that loads everything anew, as a first visit does."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return cdp


def test_no_page_of_an_officer_asks_for_much(live: Live, page: PageMaker, sign_in: SignIn) -> None:
    with live.core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)
        draft = a_referral(session, ReferralState.DRAFT, submitted_at=None).id
        sent = a_referral(session, ReferralState.SUBMITTED, landmark="").id
    opened = page(PHONE)
    sign_in(opened, officer)
    cdp = without_cache(opened)
    asked: dict[str, int] = {}
    cdp.on("Network.loadingFinished", lambda it: asked.update({it["requestId"]: it["encodedDataLength"]}))  # fmt: skip
    named: list[str] = []
    opened.on("request", lambda request: named.append(request.url))
    edit = f"/usulan/{draft}/ubah?bagian="
    for address in (
        "/", "/usulan", "/usulan/baru", f"{edit}orang", f"{edit}alamat", f"{edit}keadaan", f"{edit}keluarga",
        f"{edit}semua", f"/usulan/{draft}/kirim", f"/usulan/{draft}", f"/usulan/{sent}/lengkapi", f"/usulan/{sent}/foto",
        f"/usulan/{sent}/terkirim", "/kunjungan",
    ):  # fmt: skip
        asked.clear()
        named.clear()
        if address == "/usulan/baru":  # as people come to it
            opened.goto("/usulan", wait_until="networkidle")
            asked.clear()
            named.clear()
            opened.get_by_role("link", name="Usulkan warga").first.click()
            opened.wait_for_load_state("networkidle")
        else:
            opened.goto(address, wait_until="networkidle")
        weight, requests = sum(asked.values()), len(named)
        assert weight <= MOST_BYTES, f"{address}: {weight} bytes"
        assert requests <= MOST_REQUESTS, f"{address}: {requests} requests: {named}"


def test_a_referral_is_written_with_the_keyboard_alone(
    live: Live, page: PageMaker, sign_in: SignIn
) -> None:
    with live.core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)
    opened = page(PHONE)
    sign_in(opened, officer)
    opened.goto("/usulan/baru", wait_until="networkidle")

    def reach(name: str) -> None:
        for _ in range(60):
            opened.keyboard.press("Tab")
            if opened.evaluate("document.activeElement.name") == name:
                return
        raise AssertionError(f"the keyboard does not reach {name}")

    def tick(name: str) -> None:
        reach(name)
        opened.keyboard.press("Space")

    def write(name: str, words: str) -> None:
        reach(name)
        opened.keyboard.type(words)

    write("name", "Mbah Karso")
    tick("nik_unknown")
    tick("birth_unknown")
    tick("sex")
    opened.keyboard.press("Enter")
    expect(opened.get_by_text("Langkah 2 dari 5", exact=True)).to_be_visible()
    for name in ("units_unknown", "hamlet_unknown", "centre_only", "landmark_unknown"):
        tick(name)
    opened.keyboard.press("Enter")
    expect(opened.get_by_text("Langkah 3 dari 5", exact=True)).to_be_visible()
    write("condition", "Sepuh")
    tick("house_power")
    opened.keyboard.press("Enter")
    expect(opened.get_by_text("Langkah 4 dari 5", exact=True)).to_be_visible()
    tick("contact_unknown")
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("heading", name="Periksa sebelum dikirim")).to_be_visible()


def test_on_a_weak_line_a_page_killed_at_any_step_has_lost_nothing(
    live: Live, page: PageMaker, sign_in: SignIn
) -> None:
    with live.core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)
    opened = page(PHONE)
    sign_in(opened, officer)
    opened.goto("/usulan/baru", wait_until="networkidle")
    for number, fill_in in enumerate(STEPS, 1):
        slow = opened.context.new_cdp_session(opened)
        slow.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000},
        )  # fmt: skip
        expect(opened.get_by_text(f"Langkah {number} dari 5", exact=True)).to_be_visible()
        opened.wait_for_load_state("networkidle")
        opened.context.set_offline(True)  # the line drops
        fill_in(opened)
        opened.wait_for_function(f"({COPIES})().then(copies => copies.length === 1)")
        typed = answers(opened)
        address, context = opened.url, opened.context
        opened.close()  # and the page is killed
        context.set_offline(False)
        opened = context.new_page()
        opened.goto(address, wait_until="networkidle")
        expect(opened.get_by_text("Tersimpan otomatis sebagai konsep.")).to_be_visible()
        assert answers(opened) == typed
        go_on(opened)
    expect(opened.get_by_role("heading", name="Periksa sebelum dikirim")).to_be_visible()
    opened.get_by_role("button", name="Kirim usulan").click()
    expect(opened.get_by_role("heading", name="Usulan sudah dikirim")).to_be_visible()
    opened.goto("/usulan")
    expect(opened.get_by_role("link", name="Mbah Tukiyem Sastro")).to_have_count(1)


def answers(page: Page) -> list[list[str]]:
    """What the form of a page says, without what only the page itself needs."""
    found: list[list[str]] = page.evaluate(
        """() => [...new FormData(document.querySelector("main form"))]
        .filter(([name]) => !["csrf_token", "edit_mark", "seen", "form_token"].includes(name))"""
    )
    return found


def test_a_browser_that_is_killed_outright_gives_back_what_was_typed_offline(
    live: Live, chromium: Browser, sign_in: SignIn, tmp_path: Path
) -> None:
    with live.core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)

    def open_browser() -> Page:
        context = chromium.browser_type.launch_persistent_context(
            tmp_path, executable_path=chromium_path(), args=FLAGS, base_url=live.url, locale="id-ID"
        )
        sign_in(context.pages[0], officer)
        return context.pages[0]

    opened = open_browser()
    opened.goto("/usulan/baru", wait_until="networkidle")
    opened.context.set_offline(True)
    opened.get_by_label("Nama lengkap").fill("Mbah Karso")
    opened.wait_for_function(f"({COPIES})().then(copies => copies.length === 1)")
    for process in processes_of(tmp_path):
        os.kill(process, signal.SIGKILL)
    again = open_browser()
    again.goto("/usulan/baru")
    expect(again.get_by_label("Nama lengkap")).to_have_value("Mbah Karso")
    again.context.close()


def processes_of(profile: Path) -> list[int]:
    """The processes of the browser that runs on this profile, and of no other."""
    found = []
    for told in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"--user-data-dir={profile}" in told.read_text(errors="replace").split("\0"):
                found.append(int(told.parent.name))
        except OSError:  # it has ended meanwhile
            continue
    return found
