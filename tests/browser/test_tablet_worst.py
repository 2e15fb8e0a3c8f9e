"""The tablet when everything goes wrong: a wrong PIN, a full disk, two tabs, an old version, killed tabs and browsers."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect
from sqlalchemy import delete, func, select

from outreach.fieldwork.models import Outcome
from outreach.fieldwork.tablet.enrolment import revoke_tablet
from outreach.fieldwork.tablet.envelopes import Envelopes
from outreach.fieldwork.tablet.files import read_file
from outreach.fieldwork.tablet.models import Tablet, TabletEvent
from outreach.policy import Role, command_line
from outreach.referrals.states import ReferralState
from outreach.teams.models import TeamMember
from tests.browser import soak
from tests.browser.tablet import (
    NEXT_VERSION,
    GivenDay,
    Server,
    TabletBrowser,
    a_tablet_code,
    arrive,
    enrol,
    let_in,
    offline,
    open_person,
    state_of,
    unlock,
    wait_until_sent,
    waiting,
)

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)
Tablets = Callable[..., TabletBrowser]
_AS_VERSION_1 = """async () => {
  const done = (asked) => new Promise((found, fail) => { asked.onsuccess = () => found(asked.result); asked.onerror = () => fail(asked.error); });
  const names = ['meta', 'members', 'outbox', 'trail'];
  const now = await done(indexedDB.open('sambang-tablet'));
  const kept = {};
  for (const name of names) {
    const store = now.transaction(name).objectStore(name);
    kept[name] = [await done(store.getAllKeys()), await done(now.transaction(name).objectStore(name).getAll())];
  }
  now.close();
  await done(indexedDB.deleteDatabase('sambang-tablet'));
  const asked = indexedDB.open('sambang-tablet', 1);
  asked.onupgradeneeded = () => {
    for (const name of names) {
      const keyPath = { members: 'id', outbox: 'seq', trail: 'seq' }[name];
      const store = asked.result.createObjectStore(name, keyPath ? { keyPath } : undefined);
      kept[name][1].forEach((value, at) => (keyPath ? store.put(value) : store.put(value, kept[name][0][at])));
    }
  };
  (await done(asked)).close();
  return kept.outbox[0].length;
}"""


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


def test_a_wrong_clock_neither_locks_nor_passes_for_right_and_keeps_place_and_order(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    browser = tablet()
    page = let_in(browser, server, day)
    offline(browser, server)
    found = page.evaluate(
        """async () => {
          const [store, people, clock, place, days] = await Promise.all(['store', 'people', 'clock', 'place', 'day']
            .map((name) => import(`/static/tablet/${name}.js`)));
          const year = 365 * 24 * 3_600_000;
          await store.keep('tries', { count: 3, penalty: 30_000, notBefore: Date.now() + year });
          const wait = await people.waitBeforeTry();
          const right = clock.isWrong();
          await store.keep('clock', { offMs: 0, latest: Date.now() + year });
          await clock.startClock();
          const wrong = clock.isWrong();
          navigator.geolocation.watchPosition = (act) => act({ coords: { latitude: -7, longitude: 110, accuracy: 5 }, timestamp: Date.now() - year });
          place.watchPosition();
          const pack = await days.openKept('pack');
          const order = pack.stops.map((stop) => stop.id).reverse();
          const drawn = (ids) => days.replay({ ...pack, tag: 'fresh' }, [{ kind: 'reordered', data: { plan: pack.tag, order: ids } }]).stops.map((stop) => stop.id);
          return { wait, right, wrong, lat: place.position()?.lat, kept: String(drawn(order)) === String(order),
            fresh: String(drawn(order.slice(1))) === String([...order].reverse()) };
        }"""
    )
    assert found == {
        "wait": 30_000,
        "right": False,
        "wrong": True,
        "lat": -7,
        "kept": True,
        "fresh": True,
    }


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


def test_yesterday_is_forgotten_on_a_tablet_with_no_signal(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    browser = tablet()
    page = let_in(browser, server, day)
    page.locator(".card.next button.primary").click()
    arrive(page)
    wait_until_sent(page)
    offline(browser, server)
    page.click("[data-result=recorded]")
    page.wait_for_selector(".card.result")
    browser.kill()
    browser.skew_ms = 2 * 24 * 3600 * 1000
    browser.start()
    page = browser.open()
    kept = page.evaluate(
        """async () => {
          const { all, count, known } = await import('/static/tablet/store.js');
          const trail = await all('trail');
          return [await known('pack') ?? null, await count('houses'), trail.map((row) => row.status), await count('outbox')];
        }"""
    )
    assert kept == [None, 0, ["waiting"], 1], "what is not sent yet stays, closed"
    unlock(page)
    expect(page.locator("h1")).to_have_text("Belum ada rute hari ini")
    server.network.down = False
    wait_until_sent(page)
    assert state_of(server.core, day.referrals[0]) is ReferralState.RECORDED


def test_the_browser_sends_with_no_page_open_when_it_wakes_the_worker(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    browser = tablet()
    page = let_in(browser, server, day)
    assert browser.context
    blank = browser.context.new_page()
    blank.goto(f"{server.url}/static/tablet/icon.svg")
    server.network.down = True
    page.locator(".card.next button.primary").click()
    arrive(page)
    workers = browser.context.new_cdp_session(blank)
    found: list[str] = []
    workers.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: found.extend(one["registrationId"] for one in said["registrations"]),
    )
    workers.send("ServiceWorker.enable")
    page.close()
    server.network.down = False
    while not found:
        blank.wait_for_timeout(50)
    for _try in range(100):
        wake = {
            "origin": server.url,
            "registrationId": found[0],
            "tag": "send",
            "lastChance": False,
        }
        workers.send("ServiceWorker.dispatchSyncEvent", wake)
        blank.wait_for_timeout(100)
        with server.core.database.read() as session:
            if session.scalars(select(TabletEvent.kind)).all() == ["arrived"]:
                return
    raise AssertionError("the worker sent nothing")


def test_a_full_disk_says_that_nothing_was_stored(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    """With the browser's own quota: what the screen said was stored is sent, what it said was not is not there.

    The right PIN opens and the outbox is sent while the disk is still full.
    """
    browser = tablet()
    page = let_in(browser, server, day)
    usage = page.evaluate("async () => (await navigator.storage.estimate()).usage")
    browser.kill()
    browser.start()
    assert browser.context
    blank = browser.context.pages[0]
    disk = browser.context.new_cdp_session(blank)
    quota = {"origin": server.url, "quotaSize": usage + 3_000_000}
    disk.send("Storage.overrideQuotaForOrigin", quota)
    server.network.down = True
    page = browser.open()
    unlock(page)
    page.locator(".card.next button.primary").click()
    page.wait_for_selector("[data-do=arrive]")
    filled = page.evaluate(
        """async (visit) => {
          const { record } = await import('/static/tablet/outbox.js');
          let made = 0;
          for (const length of [200_000, 10_000, 500]) {
            try {
              for (;;) { await record('skipped', visit, { reason: 'x'.repeat(length) }); made += 1; }
            } catch (error) { if (error.name !== 'QuotaExceededError') throw error; }
          }
          return made;
        }""",
        day.visits[1],
    )
    assert filled > 3
    page.click("[data-do=arrive]")
    expect(page.locator("#said")).to_contain_text("BELUM tersimpan")
    assert waiting(page) == filled
    page.reload()
    page.evaluate(
        """async () => {
          const { keep } = await import('/static/tablet/store.js');
          try { for (let n = 0; ; n += 1) await keep(`full-${n}`, 'x'.repeat(100)); } catch (error) { return error.name; }
        }"""
    )
    unlock(page)
    page.locator(".card.next button.primary").click()
    page.wait_for_selector("[data-do=arrive]")
    server.network.down = False
    wait_until_sent(page)
    disk.send("Storage.overrideQuotaForOrigin", {"origin": server.url})
    arrive(page)
    wait_until_sent(page)
    with server.core.database.read() as session:
        assert session.scalar(select(func.count()).select_from(TabletEvent)) == filled + 1


def test_an_old_version_goes_on_with_a_new_server_until_somebody_takes_the_new_one(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    browser = tablet()
    page = let_in(browser, server, day)
    old = page.get_attribute("html", "data-version")
    server.network.renewed = True
    page.locator(".card.next button.primary").click()
    arrive(page)
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
    expect(page.locator("#update")).to_contain_text("Aplikasi versi baru siap")
    page.click("[data-result=recorded]")
    page.wait_for_selector(".card.result")
    wait_until_sent(page)
    assert state_of(server.core, day.referrals[0]) is ReferralState.RECORDED
    page.reload()
    assert page.get_attribute("html", "data-version") == old
    unlock(page)
    offline(browser, server)
    open_person(page, day, 1)
    arrive(page)
    page.get_by_role("button", name="Pakai sekarang").click()
    page.wait_for_selector(f"html[data-version='{NEXT_VERSION}'][data-ready]", state="attached")
    unlock(page)
    expect(page.locator("#bar")).to_contain_text("menunggu kirim (1)")
    offline(browser, server, False)
    wait_until_sent(page)


def test_what_an_older_version_left_on_the_tablet_is_sent(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    """The stores of the first version hold no photos and cannot be counted by their state."""
    browser = tablet()
    page = let_in(browser, server, day)
    server.network.down = True
    page.locator(".card.next button.primary").click()
    arrive(page)
    assert page.evaluate(_AS_VERSION_1) == 1
    server.network.down = False
    page.goto(f"{server.url}/tablet/")
    page.wait_for_selector("html[data-ready=true]", state="attached")
    wait_until_sent(page)
    with server.core.database.read() as session:
        assert session.scalars(select(TabletEvent.kind)).all() == ["arrived"]


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
