"""The tablet in a team's hands: a day in flight mode, a plan that changes, a wrong PIN, a full disk, two tabs."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, Playwright, expect
from sqlalchemy import delete, func, select

from outreach import clock, web
from outreach.fieldwork.models import Outcome
from outreach.fieldwork.tablet.enrolment import revoke_tablet
from outreach.fieldwork.tablet.envelopes import Envelopes
from outreach.fieldwork.tablet.files import read_file
from outreach.fieldwork.tablet.models import EventState, Tablet, TabletEvent
from outreach.fieldwork.tablet.photo_models import PhotoState, VisitPhoto
from outreach.fieldwork.tablet.photos import read_visit_photo
from outreach.places.ground_roads import keep_ground_roads
from outreach.planning.models import Visit
from outreach.policy import Role, command_line
from outreach.referrals.models import Referral
from outreach.referrals.photos import keep_photo, picture_from
from outreach.referrals.states import ReferralState
from outreach.teams.models import Team, TeamMember
from tests.browser import soak
from tests.browser.tablet import (
    PHONE,
    TABLET,
    GivenDay,
    Server,
    TabletBrowser,
    a_day,
    a_tablet_code,
    enrol,
    unlock,
    wait_until_sent,
    waiting,
)
from tests.build import a_referral
from tests.build_plans import an_approved_route
from tests.build_tablet import a_picture

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)
Tablets = Callable[..., TabletBrowser]


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    serving = Server(app)
    yield serving
    serving.close()


@pytest.fixture
def day(server: Server) -> GivenDay:
    return a_day(server.core, 4)


@pytest.fixture
def tablet(playwright: Playwright, server: Server, tmp_path: Path) -> Iterator[Tablets]:
    """A maker of tablets; each is ended and its profile removed."""
    made: list[TabletBrowser] = []

    def make(size: tuple[int, int] = TABLET) -> TabletBrowser:
        browser = TabletBrowser(playwright, tmp_path / f"tablet-{len(made)}", server.url, size)
        browser.start()
        made.append(browser)
        return browser

    yield make
    for browser in made:
        browser.remove()


def let_in(browser: TabletBrowser, server: Server, day: GivenDay) -> Page:
    """A page of a tablet that was just let in, with everything for flight mode kept."""
    page = browser.open()
    enrol(page, a_tablet_code(server.core, day.team_id), day.username)
    expect(page.locator(".checks")).to_contain_text(
        "Aplikasi tersimpan untuk tanpa sinyal", timeout=30_000
    )
    return page


def offline(browser: TabletBrowser, server: Server, off: bool = True) -> None:
    """No signal: neither for the pages nor for the service worker."""
    assert browser.context
    server.network.down = off
    browser.context.set_offline(off)


def back_to_list(page: Page) -> None:
    page.get_by_role("button", name="Kembali ke daftar").click()
    page.wait_for_selector(".stops")


def open_person(page: Page, day: GivenDay, number: int) -> None:
    page.locator(f".stops [data-visit='{day.visits[number]}']").click()
    page.wait_for_selector("h1")


def arrive(page: Page) -> None:
    page.click("[data-do=arrive]")
    page.wait_for_selector(".results")


def small_targets(page: Page) -> list[str]:
    """What a finger would miss: buttons, links and inputs on the screen under 56 px."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('#app button, #app a, #app input, #bar button')]
          .filter((one) => one.checkVisibility() && !one.closest('.leaflet-container') && one.getBoundingClientRect().height < 55.5)
          .map((one) => one.textContent)"""
    )
    return found


def state_of(core: web.Core, referral_id: str) -> ReferralState:
    with core.database.read() as session:
        return session.get_one(Referral, referral_id).state


@pytest.mark.parametrize("size", [TABLET, PHONE])
def test_a_day_in_flight_mode_with_a_dead_battery_reaches_the_office(
    server: Server, tablet: Tablets, day: GivenDay, size: tuple[int, int]
) -> None:
    browser = tablet(size)
    page = let_in(browser, server, day)
    offline(browser, server)
    page.reload()
    unlock(page)
    expect(page.locator(".card.next")).to_contain_text(day.names[0])
    expect(page.locator(".card.next")).to_contain_text("rumah joglo timur musala")
    assert page.locator(".card.next a[href^='geo:']").count() == 1
    assert small_targets(page) == []

    page.locator(".card.next button.primary").click()
    arrive(page)
    page.click("[data-do=identity]")
    nik = day.niks[0]
    expect(page.locator(".identity .code")).to_have_text(
        " ".join(nik[i : i + 4] for i in (0, 4, 8, 12))
    )
    page.get_by_role("button", name="Tutup").click()
    page.click("[data-result=recorded]")
    expect(page.locator(".card.result")).to_contain_text("tersimpan di tablet, menunggu kirim")
    assert small_targets(page) == []
    browser.kill()

    browser.skew_ms = 11 * 60_000  # eleven minutes later
    browser.start()
    offline(browser, server)
    page = browser.open()
    unlock(page)
    expect(page.locator("#bar")).to_contain_text("menunggu kirim (3)")
    expect(page.locator(".stops li.done")).to_contain_text("Terekam lengkap")
    open_person(page, day, 0)
    page.click("[data-do=correct]")
    page.click("[data-result=not_recorded]")
    page.click("[data-reason=too_ill]")
    expect(page.locator(".card.result")).to_contain_text("Semula: Terekam lengkap")
    back_to_list(page)
    open_person(page, day, 1)
    arrive(page)
    page.click("[data-result=partly]")
    for part in range(4):
        page.locator("section").nth(part).locator(
            f"[data-code={'exempt' if part == 2 else 'taken'}]"
        ).click()
    assert small_targets(page) == []
    page.click("[data-do=save]")
    expect(page.locator(".card.result")).to_contain_text("Terekam sebagian")
    page.get_by_role("button", name="Warga lain di rumah ini").click()
    page.fill("[name=name]", "Mbah Sastro Wiyono")
    page.click("[data-code=L]")
    page.click("[data-code=frail]")
    page.click("[data-do=save]")
    back_to_list(page)
    open_person(page, day, 2)
    arrive(page)
    page.click("[data-result=not_recorded]")
    assert page.locator("[data-reason]").count() <= 8
    page.click("[data-reason=not_home]")
    page.get_by_role("button", name="Cocokkan").click()
    page.wait_for_selector(".identity")
    page.get_by_role("button", name="Tutup").click()
    page.click("[data-do=undo]")
    page.click("[data-result=not_recorded]")
    page.click("[data-reason=refused]")
    expect(page.locator(".card.result")).to_contain_text("Tidak bersedia")
    clear = soak.kept_in_the_clear(page, day)
    assert clear == []

    offline(browser, server, False)
    wait_until_sent(page)
    expect(page.locator("#bar")).to_contain_text("semua catatan terkirim")
    expect(page.locator("#bar")).to_contain_text("jam tablet salah 11 menit")
    wanted = [
        ReferralState.ACCEPTED,
        ReferralState.RECORDED,
        ReferralState.ACCEPTED,
        ReferralState.SCHEDULED,
    ]
    assert [state_of(server.core, referral_id) for referral_id in day.referrals] == wanted
    with server.core.database.read() as session:
        rows = session.scalars(select(TabletEvent)).all()
        assert {row.state for row in rows} == {EventState.APPLIED}
        assert sum(row.kind == "identity_viewed" for row in rows) == 2
        extra = [
            r for r in session.scalars(select(Referral)) if r.resident.name == "Mbah Sastro Wiyono"
        ]
        assert [referral.state for referral in extra] == [ReferralState.SUBMITTED]
    browser.kill()
    assert soak.plain_words_in(browser.profile, day) == []


def test_photos_lie_closed_and_follow_their_record(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    core = server.core
    with core.database.write() as session:
        referral = session.get_one(Referral, day.referrals[0])
        keep_photo(
            session, command_line(Role.PLANNER), core.sealer, referral, picture_from(a_picture(320))
        )
    browser = tablet()
    page = let_in(browser, server, day)
    expect(page.locator(".checks")).to_contain_text("Foto rumah: 1 dari 1 tersimpan")
    offline(browser, server)
    page.reload()
    unlock(page)
    house = page.locator(f".card.next img[alt='Foto rumah {day.names[0]}']")
    expect(house).to_be_visible()
    assert house.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    page.locator(".card.next button.primary").click()
    arrive(page)
    page.click("[data-do=photo]")
    page.set_input_files(
        "[name=photo]",
        files=[{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": a_picture(1600)}],
    )
    expect(page.locator("#app img.house")).to_be_visible()
    assert small_targets(page) == []
    page.click("[data-photo=found]")
    expect(page.locator("[data-do=photo]")).to_contain_text("sudah 1")
    expect(page.locator("#bar")).to_contain_text("foto menunggu kirim (1)")
    browser.kill()
    browser.start()
    page = browser.open()
    unlock(page)
    offline(browser, server, False)
    wait_until_sent(page)
    expect(page.locator("#bar")).not_to_contain_text("foto")
    with core.database.read() as session:
        photo = session.scalars(select(VisitPhoto)).one()
        assert photo.state is PhotoState.KEPT
        event = session.scalars(select(TabletEvent).where(TabletEvent.kind == "photo")).one()
        assert (event.event_id, event.visit_id) == (photo.event_id, day.visits[0])
        assert b"JFIF" in read_visit_photo(session, core.sealer, photo.event_id)
    browser.kill()
    raw = [path.read_bytes() for path in browser.profile.rglob("IndexedDB/**/*") if path.is_file()]
    assert not any(b"JFIF" in content for content in raw)


def test_somebody_who_left_the_team_can_no_longer_open_it(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    browser = tablet()
    page = let_in(browser, server, day)
    offline(browser, server)
    page.locator(".card.next button.primary").click()
    arrive(page)
    with server.core.database.write() as session:
        session.execute(delete(TeamMember).where(TeamMember.team_id == day.team_id))
    offline(browser, server, False)
    page.reload()
    expect(page.locator("h1")).to_have_text("Masuk di tablet")
    assert (
        page.evaluate("async () => (await import('/static/tablet/store.js')).count('members')") == 0
    )
    wait_until_sent(page)
    with server.core.database.read() as session:
        assert session.scalars(select(TabletEvent.kind)).all() == ["arrived"]


def test_a_changed_plan_is_told_and_what_was_done_still_counts(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    browser = tablet()
    page = let_in(browser, server, day)
    offline(browser, server)
    page.locator(".card.next button.primary").click()
    arrive(page)
    page.click("[data-result=recorded]")
    page.wait_for_selector(".card.result")
    with server.core.database.write() as session:
        old = session.get_one(Visit, day.visits[0]).stop.route
        team = session.get_one(Team, day.team_id)
        done = session.get_one(Referral, day.referrals[0])
        done.state = ReferralState.ACCEPTED
        stay = [
            session.get_one(Referral, referral_id)
            for referral_id in (day.referrals[2], day.referrals[1])
        ]
        fresh = a_referral(session, ReferralState.SCHEDULED, name="Mbah Baru")
        route = an_approved_route(session, team, clock.today(), [*stay, fresh])
        old.replaced_by = route.version_id
    offline(browser, server, False)
    page.reload()
    unlock(page)
    page.wait_for_selector("text=Rencana berubah", timeout=60_000)
    expect(page.locator(".changes .added")).to_contain_text("Mbah Baru")
    expect(page.locator(".changes .gone").first).to_contain_text(day.names[0])
    page.click("[data-do=accept]")
    expect(page.locator(".card.next")).to_contain_text(day.names[2])
    wait_until_sent(page)
    assert state_of(server.core, day.referrals[0]) is ReferralState.RECORDED
    with server.core.database.read() as session:
        result = session.scalars(select(TabletEvent).where(TabletEvent.kind == "result")).one()
        assert result.problem == "off_plan"


def test_a_guessed_pin_wipes_what_can_be_read_and_keeps_the_outbox(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    browser = tablet()
    page = let_in(browser, server, day)
    offline(browser, server)
    page.locator(".card.next button.primary").click()
    arrive(page)
    page.evaluate(
        "async () => (await import('/static/tablet/store.js')).keep('tries', { count: 2, notBefore: 0 })"
    )
    page.reload()
    unlock(page, "999999")
    expect(page.locator("#app")).to_contain_text("PIN salah. Tunggu sampai")
    page.evaluate(
        "async () => (await import('/static/tablet/store.js')).keep('tries', { count: 7, notBefore: 0 })"
    )
    page.reload()
    unlock(page, "999999")
    expect(page.locator("h1")).to_have_text("Masuk di tablet")
    assert waiting(page) == 1
    kept = page.evaluate("async () => (await import('/static/tablet/store.js')).known('pack')")
    assert kept is None
    offline(browser, server, False)
    wait_until_sent(page)
    with server.core.database.read() as session:
        assert session.scalars(select(TabletEvent.kind)).all() == ["arrived"]


def test_a_tablet_that_was_shut_out_keeps_its_records_for_a_file(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    browser = tablet()
    page = let_in(browser, server, day)
    offline(browser, server)
    page.locator(".card.next button.primary").click()
    arrive(page)
    page.click("[data-result=recorded]")
    page.wait_for_selector(".card.result")
    with server.core.database.write() as session:
        revoke_tablet(session, command_line(Role.ADMIN), session.scalars(select(Tablet)).one())
    offline(browser, server, False)
    page.reload()
    expect(page.locator("h1")).to_have_text("Tablet ini dicabut")
    page.get_by_role("button", name="Daftarkan lagi").click()
    enrol(page, a_tablet_code(server.core, day.team_id), day.username)
    assert waiting(page, send=True) == 2
    files: list[str] = page.evaluate(
        """async () => Promise.all((await (await import('/static/tablet/outbox.js')).exportFiles()).map((file) => file.text()))"""
    )
    assert len(files) == 1
    core = server.core
    for _again in range(2):
        with core.database.write() as session:
            read_file(
                session,
                command_line(Role.PLANNER),
                core.sealer,
                Envelopes(core.keys),
                files[0].encode(),
            )
    assert state_of(core, day.referrals[0]) is ReferralState.RECORDED
    with core.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Outcome)) == 1


def test_a_full_disk_says_that_nothing_was_stored(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    browser = tablet()
    page = let_in(browser, server, day)
    offline(browser, server)
    page.locator(".card.next button.primary").click()
    page.wait_for_selector("[data-do=arrive]")
    page.evaluate(
        """() => { const add = IDBObjectStore.prototype.add;
          IDBObjectStore.prototype.add = function (...given) { this.transaction.abort(); throw new DOMException('full', 'QuotaExceededError'); };
          window.heal = () => { IDBObjectStore.prototype.add = add; }; }"""
    )
    page.click("[data-do=arrive]")
    expect(page.locator("#said")).to_contain_text("BELUM tersimpan")
    assert waiting(page) == 0
    page.evaluate("() => window.heal()")
    arrive(page)
    assert waiting(page) == 1


def test_two_tabs_and_a_bad_network_send_each_record_once(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    browser = tablet()
    first = let_in(browser, server, day)
    server.network.rate = 0.6
    second = browser.open()
    unlock(second)
    second.wait_for_selector(".card")
    for page, number in ((first, 0), (second, 1)):
        page.evaluate(
            """async (visit) => { const { record } = await import('/static/tablet/outbox.js');
              for (let made = 0; made < 20; made += 1) await record('skipped', visit, { reason: 'uji' }); }""",
            day.visits[number],
        )
    wait_until_sent(second)
    with server.core.database.read() as session:
        assert session.scalar(select(func.count()).select_from(TabletEvent)) == 40
        assert sorted(session.scalars(select(TabletEvent.seq))) == list(range(1, 41))
        assert session.scalar(select(func.count()).select_from(Outcome)) == 0


def test_records_survive_killed_tabs_and_browsers(
    server: Server, playwright: Playwright, day: GivenDay, tmp_path: Path
) -> None:
    """The short form of soak.py, with its figures printed."""
    browser = TabletBrowser(playwright, tmp_path / "soaked", server.url)
    try:
        asked = Namespace(records=40, tab_kills=2, browser_kills=2, seed=3, minutes=None)
        verdict, lines = soak.run(server, browser, day, asked)
    finally:
        browser.remove()
    print("\n".join(lines))
    assert verdict.stored >= 40
    assert (verdict.lost, verdict.doubled, verdict.conflicts, verdict.waiting) == (0, 0, 0, 0)


def a_map_of_roads(stops: list[tuple[float, float]]) -> bytes:
    """A through road and a lane by some houses, with a name, as an import of an extract leaves them."""
    lat, lon = stops[0]

    def road(level: int, *points: tuple[float, float]) -> dict[str, Any]:
        line = [[lon + east, lat + north] for north, east in points]
        geometry = {"type": "MultiLineString", "coordinates": [line]}
        return {"type": "Feature", "properties": {"kind": "road", "level": level}, "geometry": geometry}  # fmt: skip

    name = {
        "type": "Feature",
        "properties": {"kind": "place", "rank": 1, "name": "Dukuh Ngrejeng"},
        "geometry": {"type": "Point", "coordinates": [lon + 0.002, lat + 0.002]},
    }
    features = [road(1, (-0.2, 0.001), (0.2, 0.001)), road(3, (0.001, -0.01), (0.001, 0.01)), name]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_the_roads_are_kept_on_wifi_and_shown_below_the_route_without_a_signal(
    server: Server, day: GivenDay, tablet: Tablets
) -> None:
    with server.core.database.read() as session:
        stops = [(one.lat, one.lon) for one in session.scalars(select(Referral))]
    keep_ground_roads(server.core.settings.ground_file, a_map_of_roads(stops))
    browser = tablet(PHONE)
    page = let_in(browser, server, day)
    expect(page.locator(".checks")).to_contain_text("Peta jalan tersimpan")
    offline(browser, server)
    page.get_by_role("button", name="Peta", exact=True).click()
    expect(page.locator(".map")).to_contain_text("Dukuh Ngrejeng")
    expect(page.locator(".map")).to_contain_text("OpenStreetMap")
    drawn = page.evaluate(
        """() => {
          const canvas = document.querySelector('.map canvas');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let found = 0;
          for (let at = 0; at < data.length; at += 4) if (data[at] === 171 && data[at + 1] === 152 && data[at + 2] === 120) found += 1;
          return found;
        }"""
    )
    assert drawn > 500  # the colour of a through road
