"""Records made offline while tabs and browsers are killed and the network fails: what was tapped against what arrived.

    python -m tests.browser.soak --records 10000 --tab-kills 500 --browser-kills 300

Prints the counts and the figures; ends with 1 when anything was lost or doubled. `./run test` runs a short form.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Error, Page, sync_playwright
from sqlalchemy import select

from outreach import create_app, web
from outreach.db import Database
from outreach.fieldwork.models import Outcome
from outreach.fieldwork.tablet.models import EventState, TabletEvent
from outreach.places.service import load_gazetteer
from outreach.schema import migrate
from outreach.security.keys import create_keys
from outreach.settings import Settings
from tests.browser.tablet import (
    GivenDay,
    Server,
    TabletBrowser,
    a_day,
    a_tablet_code,
    enrol,
    unlock,
    unlock_at_once,
    wait_until_sent,
)

HEALTH_WORDS = ("Tirah baring", "bedridden", "Jompo")
_BURST = """async ({ visits, count, seed }) => {
  const { record } = await import('/static/tablet/outbox.js');
  let state = seed;
  const chance = () => { state = (state * 1103515245 + 12345) % 2147483648; return state / 2147483648; };
  for (let made = 0; made < count; made += 1) {
    const visit = visits[Math.floor(chance() * visits.length)];
    const kind = ['arrived', 'skipped', 'result', 'proposal', 'signature'][Math.floor(chance() * 5)];
    const data = { arrived: { lat: -7.4, lon: 111 }, skipped: { reason: 'uji' }, proposal: { field: 'landmark', value: 'uji' },
      signature: { strokes: [[[1, 2], [3, 4]]] }, result: { kind: 'not_recorded', reason: 'refused' } }[kind];
    const began = performance.now();
    const event = await record(kind, visit, data);
    await window.tapped(JSON.stringify([event.id, kind, performance.now() - began]));
  }
}"""


_A_DAY_PASSES = """async () => {
  const { all, write } = await import('/static/tablet/store.js');
  const { forgetOld } = await import('/static/tablet/day.js');
  const sent = (await all('trail')).filter((row) => row.sentAt);
  await write(['trail'], ({ trail }) => sent.forEach((row) => trail.put({ ...row, sentAt: row.sentAt - 25 * 3600 * 1000 })));
  await forgetOld();
}"""
BROWSERS_A_DAY = 10


@dataclass
class Tally:
    """What the screen said was stored, by id, and how long each took to be stored (ms).

    `stillborn` tabs were opened into a process that had just been killed: the browser's own, not a fault.
    """

    stored: dict[str, str] = field(default_factory=dict)
    took_ms: list[float] = field(default_factory=list)
    tab_kills: int = 0
    browser_kills: int = 0
    skews: int = 0
    stillborn: int = 0

    def tapped(self, text: str) -> None:
        event_id, kind, took_ms = json.loads(text)
        self.stored[event_id] = kind
        self.took_ms.append(took_ms)


@dataclass
class Verdict:
    """What arrived: `lost` were stored on the tablet and are not here, `doubled` are here more than once."""

    stored: int
    arrived: int
    lost: int
    doubled: int
    conflicts: int
    waiting: int


def soak(
    server: Server,
    browser: TabletBrowser,
    day: GivenDay,
    *,
    records: int,
    tab_kills: int,
    browser_kills: int,
    seed: int = 7,
    minutes: float | None = None,
) -> Tally:
    """Make records and kill tabs and browsers until all three counts are reached, then let everything be sent.

    With `minutes`, stop after that time with what was reached.
    """
    began = time.monotonic()
    ends = began + minutes * 60 if minutes else float("inf")
    chance = random.Random(seed)
    tally = Tally()
    server.network.chance = random.Random(seed)
    server.network.rate = 0.5
    while (
        len(tally.stored) < records
        or tally.tab_kills < tab_kills
        or tally.browser_kills < browser_kills
    ):
        if time.monotonic() > ends:
            break
        browser.skew_ms = chance.choice((0, 0, -365, 365, 1)) * 24 * 3600 * 1000
        tally.skews += browser.skew_ms != 0
        browser.start()
        left = tab_kills - tally.tab_kills
        tabs = max(1, -(-left // max(browser_kills - tally.browser_kills, 1)))
        for tab in range(tabs + 1):
            passes = tab == 0 and tally.browser_kills % BROWSERS_A_DAY == BROWSERS_A_DAY - 1
            page = _tap(server, browser, day, tally, chance, a_day_passes=passes)
            if page is None:
                break
            if tab < tabs:
                browser.kill_tabs()
                page.close()
                tally.tab_kills += 1
        browser.kill()  # while the last tab is tapping
        tally.browser_kills += 1
        if tally.browser_kills % 20 == 0:
            print(
                f"  {time.monotonic() - began:5.0f} s: {len(tally.stored)} records, "
                f"{tally.tab_kills} tab kills, {tally.browser_kills} browser kills",
                flush=True,
            )
    server.network.rate, server.network.down = 0.0, False
    browser.skew_ms = 0
    browser.start()
    page = browser.open()
    unlock(page)
    page.wait_for_selector(".card")
    wait_until_sent(page, 600)
    return tally


def _tap(
    server: Server,
    browser: TabletBrowser,
    day: GivenDay,
    tally: Tally,
    chance: random.Random,
    *,
    a_day_passes: bool,
) -> Page | None:
    """Open a tab, with a signal or without, and begin to tap in it, for a moment. None when it did not open.

    When `a_day_passes`, what was sent before is as old as the tablet lets it grow.
    """
    server.network.down = chance.random() < 0.5
    try:
        page = browser.open()
        page.expose_function("tapped", tally.tapped)
        unlock_at_once(page)
        if a_day_passes:
            page.evaluate(_A_DAY_PASSES)
        page.evaluate(
            f"args => {{ window.burst = ({_BURST})(args).catch(() => {{}}); }}",
            {
                "visits": day.visits,
                "count": chance.randrange(10, 90),
                "seed": chance.randrange(2**30),
            },
        )
        page.wait_for_timeout(chance.uniform(20, 700))
        return page
    except Error as error:
        tally.stillborn += 1
        if tally.stillborn > 5 + tally.browser_kills:
            raise RuntimeError("tabs do not open any more") from error
        return None


def judge(core: web.Core, tally: Tally) -> Verdict:
    """Count what the server has against what the screen said was stored."""
    with core.database.read() as session:
        rows = session.scalars(select(TabletEvent)).all()
        outcomes = set(session.scalars(select(Outcome.id)))
    times = Counter(row.event_id for row in rows)
    lost = [event_id for event_id in tally.stored if event_id not in times]
    counted = [row for row in rows if row.kind == "result" and row.state is EventState.APPLIED]
    missing = [row for row in counted if row.event_id not in outcomes]
    return Verdict(
        stored=len(tally.stored),
        arrived=len(times),
        lost=len(lost) + len(missing),
        doubled=sum(count > 1 for count in times.values()) + (len(outcomes) - len(counted)),
        conflicts=sum(row.state is EventState.CONFLICT for row in rows),
        waiting=sum(row.state is EventState.WAITING for row in rows),
    )


# --- figures -------------------------------------------------------------------------------------


def p95(values: list[float]) -> float:
    """The value that 95 % stay under."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else (values or [0.0])[0]


def cold_start_ms(browser: TabletBrowser, times: int = 5) -> float:
    """Start the browser anew, offline, its processor slowed four times: until the first screen stands (median)."""
    found = []
    for _time in range(times):
        browser.start()
        assert browser.context
        browser.context.set_offline(True)
        page = browser.context.new_page()
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.add_init_script(
            "new MutationObserver((_, watcher) => { if (document.documentElement?.dataset.ready === 'true') "
            "{ window.readyAfterMs = performance.now(); watcher.disconnect(); } })"
            ".observe(document, { subtree: true, childList: true, attributes: true });"
        )
        page.goto(browser.url + "/tablet/", wait_until="commit")
        page.wait_for_selector("html[data-ready=true]", state="attached")
        found.append(float(page.evaluate("window.readyAfterMs")))
        browser.kill()
    return statistics.median(found)


def send_ms(
    server: Server, browser: TabletBrowser, day: GivenDay, *, slow: bool
) -> tuple[float, list[float]]:
    """Tap a result for everybody of a day offline, then send them; `slow` at 400 kbit/s and 400 ms.

    Returns how long sending took until nothing waited, and how long each result took to be stored (ms).
    """
    server.network.down = True
    page = browser.open()
    unlock_at_once(page)
    stored_ms: list[float] = page.evaluate(
        """async (visits) => {
          const { record } = await import('/static/tablet/outbox.js');
          const took = [];
          for (const visit of visits) {
            await new Promise((done) => setTimeout(done, 30));
            const began = performance.now();
            await record('result', visit, { kind: 'recorded' });
            took.push(performance.now() - began);
          }
          return took;
        }""",
        day.visits,
    )
    if slow:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        line = {"latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
        session.send("Network.emulateNetworkConditions", {"offline": False, **line})
    server.network.down = False
    took: float = page.evaluate(
        """async () => {
          const { send } = await import('/static/tablet/sending.js');
          const { counts } = await import('/static/tablet/outbox.js');
          const began = performance.now();
          while ((await counts()).waiting) {
            if (!(await send())) await new Promise((done) => setTimeout(done, 10)); // the service worker may be at it
          }
          return performance.now() - began;
        }"""
    )
    page.close()
    return took, stored_ms


def plain_words_in(profile: Path, day: GivenDay) -> list[str]:
    """Return which names, NIK and health words can be read in the bytes of the profile."""
    wanted = [*day.names, *day.niks, *HEALTH_WORDS]
    spelled = [(word, word.encode(coding)) for word in wanted for coding in ("utf-8", "utf-16-le")]
    found = set()
    for path in profile.rglob("*"):
        if path.is_file() and any(
            part in {"IndexedDB", "Service Worker", "Local Storage", "Cache", "Session Storage"}
            for part in path.parts
        ):
            content = path.read_bytes()
            found |= {word for word, text in spelled if text in content}
    return sorted(found)


def kept_in_the_clear(page: Page, day: GivenDay) -> list[str]:
    """Return which names, NIK and health words stand in what IndexedDB gives back, whatever its files look like."""
    text: str = page.evaluate(
        """async () => {
          const database = await new Promise((done) => { const asked = indexedDB.open('sambang-tablet'); asked.onsuccess = () => done(asked.result); });
          const kept = [];
          for (const name of database.objectStoreNames) kept.push(await new Promise((done) => { const asked = database.transaction(name).objectStore(name).getAll(); asked.onsuccess = () => done(asked.result); }));
          return JSON.stringify(kept, (_key, value) => (value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value));
        }"""
    )
    return [word for word in [*day.names, *day.niks, *HEALTH_WORDS] if word in text]


# --- running it ----------------------------------------------------------------------------------


def an_office(folder: Path) -> Flask:
    """An application on a database of its own, with the places in it."""
    settings = Settings(instance=folder)
    create_keys(settings.keys_file)
    database = Database(settings.database_url)
    migrate(database)
    with database.write() as session:
        load_gazetteer(session)
    database.close()
    return create_app(settings)


def main(arguments: list[str] | None = None) -> int:
    """Run it as told and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--tab-kills", type=int, default=500)
    parser.add_argument("--browser-kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--minutes", type=float, help="stop after so long, with what was reached")
    asked = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="sambang-soak-") as folder,
        sync_playwright() as playwright,
    ):
        app = an_office(Path(folder, "office"))
        server = Server(app)
        day = a_day(server.core, 15)
        browser = TabletBrowser(playwright, Path(folder, "tablet"), server.url)
        try:
            verdict, lines = run(server, browser, day, asked)
        finally:
            browser.remove()
            server.close()
    print("\n".join(lines))
    return 1 if verdict.lost or verdict.doubled else 0


def run(
    server: Server, browser: TabletBrowser, day: GivenDay, asked: Any
) -> tuple[Verdict, list[str]]:
    """Do the whole of it; return the verdict and the lines to print."""
    began = time.monotonic()
    _begin(server, browser, day)
    browser.kill()
    tally = soak(
        server, browser, day, records=asked.records, tab_kills=asked.tab_kills,
        browser_kills=asked.browser_kills, seed=asked.seed, minutes=asked.minutes,
    )  # fmt: skip
    verdict = judge(server.core, tally)
    assert browser.context
    clear = kept_in_the_clear(browser.context.pages[-1], day)
    browser.kill()
    readable = sorted({*clear, *plain_words_in(browser.profile, day)})
    cold = cold_start_ms(browser)
    sent = {slow: _sent(server, browser, slow=slow) for slow in (False, True)}
    stored_ms = sent[False][1] + sent[True][1]
    lines = [
        f"records stored on the tablet                {verdict.stored:>8,}",
        f"tab kills                                   {tally.tab_kills:>8,}",
        f"browser kills                               {tally.browser_kills:>8,}",
        f"starts with the clock a day or a year off   {tally.skews:>8,}",
        f"faults of the network                       {sum(server.network.faults.values()):>8,}  {server.network.faults}",
        f"arrived                                     {verdict.arrived:>8,}",
        f"lost                                        {verdict.lost:>8,}",
        f"doubled                                     {verdict.doubled:>8,}",
        f"conflicts                                   {verdict.conflicts:>8,}",
        f"save a result, p95                          {p95(stored_ms):>8.0f} ms",
        f"save anything, p95, while the soak goes on  {p95(tally.took_ms):>8.0f} ms",
        f"first screen, cold, offline, processor / 4  {cold:>8.0f} ms",
        f"send 50 results, loopback                   {sent[False][0]:>8.0f} ms",
        f"send 50 results, 400 kbit/s and 400 ms      {sent[True][0]:>8.0f} ms",
        f"names, NIK or health words readable         {len(readable):>8,}  {readable[:3]}",
        f"took                                        {time.monotonic() - began:>8.0f} s",
    ]
    return verdict, lines


def _begin(server: Server, browser: TabletBrowser, day: GivenDay) -> None:
    """Let a tablet in, and wait until it keeps the application."""
    browser.start()
    page = browser.open()
    enrol(page, a_tablet_code(server.core, day.team_id), day.username)
    page.wait_for_selector(".checks .good:has-text('Aplikasi tersimpan')")


def _sent(server: Server, soaked: TabletBrowser, *, slow: bool) -> tuple[float, list[float]]:
    """What `send_ms` measures, on a tablet and a day of its own: fifty people, each with one result."""
    name, serial = ("LAMBAT", 2000) if slow else ("CEPAT", 3000)
    day = a_day(server.core, 50, name, serial)
    browser = soaked.another(name.lower())
    try:
        _begin(server, browser, day)
        return send_ms(server, browser, day, slow=slow)
    finally:
        browser.remove()


if __name__ == "__main__":
    sys.exit(main())
