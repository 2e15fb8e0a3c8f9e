"""A tablet in a test: its own Chromium with a profile on disk, that can be killed at any moment and started again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Error, Page, Playwright
from waitress.server import create_server

from outreach import clock, web
from outreach.fieldwork.tablet.enrolment import create_tablet
from outreach.fieldwork.tablet.shell import shell
from outreach.policy import Role, command_line
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.settings import PROJECT_ROOT
from outreach.teams.models import Team
from tests.build import PASSWORD, a_nik, a_referral, a_team
from tests.build_plans import an_approved_route, visits_of
from tests.machine import chromium_path

PIN = "271845"
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-dev-shm-usage "
    "--disable-background-networking --disable-component-update --disable-sync --touch-events=enabled "
    "--disable-features=Translate,OptimizationHints --remote-debugging-port=0 --no-default-browser-check"
).split()
NEXT_VERSION = "0123456789ab"
TABLET, PHONE = (800, 1280), (360, 740)


@dataclass
class GivenDay:
    """A team's route of today, and who is on it."""

    team_id: str
    username: str
    names: list[str]
    niks: list[str]
    visits: list[str]
    referrals: list[str]


def a_day(core: web.Core, people: int, team_code: str = "T1", serial: int = 1000) -> GivenDay:
    """A team with an approved route for today, everybody at an address of their own; `serial` begins the numbers in its people's NIK."""
    with core.database.write() as session:
        team = a_team(session, team_code, name=f"Tim {team_code}")
        niks = [a_nik(serial + number) for number in range(people)]
        names = [f"Mbah Wagiyem {number + 1}" for number in range(people)]
        referrals = [
            a_referral(session, ReferralState.SCHEDULED, name=name, sealer=core.sealer, nik=nik,
                       needs=["female_officer"] if number == 0 else [], condition="bedridden",
                       lat=-7.32 - 0.002 * number, lon=111.08)
            for number, (name, nik) in enumerate(zip(names, niks, strict=True))
        ]  # fmt: skip
        visits = visits_of(an_approved_route(session, team, clock.today(), referrals))
        return GivenDay(
            team.id, team.members[0].user.username, names, niks,
            [visit.id for visit in visits], [visit.referral_id for visit in visits],
        )  # fmt: skip


def a_tablet_code(core: web.Core, team_id: str) -> str:
    """A code that lets a device in for a team."""
    with core.database.write() as session:
        team = session.get_one(Team, team_id)
        return create_tablet(session, command_line(Role.ADMIN), "Tablet 7", team)[1]


@dataclass
class BadNetwork:
    """Stands before the application: fails before or after it answered, and loses acknowledgements.

    `rate` is the share of requests to api/kirim that go wrong in one of four ways; 0 lets everything pass. While it is
    `down`, nothing is answered by the application at all: what a service worker asks cannot be cut off in the browser.
    When it is `renewed`, the office has the next version of the application.
    """

    app: Flask
    rate: float = 0.0
    down: bool = False
    renewed: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    faults: dict[str, int] = field(default_factory=dict)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if self.down:
            start("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"no signal"]
        if self.renewed and environ["PATH_INFO"] in {"/tablet/", "/tablet/worker.js"}:
            return self._renewed(environ, start)
        if not environ["PATH_INFO"].endswith("/api/kirim") or self.chance.random() >= self.rate:
            return self.app(environ, start)
        fault = self.chance.choice(("before", "after", "partial", "slow"))
        self.faults[fault] = self.faults.get(fault, 0) + 1
        if fault == "before":
            start("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [b"broken"]
        if fault == "slow":
            time.sleep(0.3)
            return self.app(environ, start)
        said: list[Any] = []
        body = b"".join(
            self.app(environ, lambda status, headers, _info=None: said.extend((status, headers)))
        )
        if fault == "after":
            start("502 Bad Gateway", [("Content-Type", "text/plain")])
            return [b"the answer was lost"]
        return self._partial(said, body, start)

    def _renewed(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Give the application as its next version."""
        said: list[Any] = []
        old = shell(PROJECT_ROOT).version.encode()
        answer = self.app(
            environ, lambda status, headers, _info=None: said.extend((status, headers))
        )
        body = b"".join(answer).replace(old, NEXT_VERSION.encode())
        start(said[0], said[1])
        return [body]

    def _partial(self, said: list[Any], body: bytes, start: Callable[..., Any]) -> Iterable[bytes]:
        """Acknowledge about half of what was taken."""
        import json

        content = json.loads(body)
        if isinstance(content.get("answers"), list):
            content["answers"] = [row for row in content["answers"] if self.chance.random() < 0.5]
        text = json.dumps(content).encode()
        headers = [(name, value) for name, value in said[1] if name.lower() != "content-length"]
        start(said[0], [*headers, ("Content-Length", str(len(text)))])
        return [text]


class Server:
    """The application on a free port, behind a network that can be bad."""

    def __init__(self, app: Flask) -> None:
        self.network = BadNetwork(app)
        self.core: web.Core = app.extensions["sambang"]
        self._server = create_server(self.network, host="127.0.0.1", port=0, threads=4)
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.close()
        self._thread.join(timeout=5)


class TabletBrowser:
    """Chromium with a profile of its own. `kill` ends it as a dead battery would; `start` brings it back."""

    def __init__(
        self, playwright: Playwright, folder: Path, url: str, size: tuple[int, int] = TABLET
    ) -> None:
        self._playwright = playwright
        self.profile = folder
        self.url = url
        self.size = size
        self.skew_ms = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.context: BrowserContext | None = None

    def start(self) -> None:
        """Start it; a machine under load is given three tries."""
        for left in (2, 1, 0):
            try:
                self._start()
                return
            except (RuntimeError, Error):
                if left == 0:
                    raise
                self.kill()

    def _start(self) -> None:
        port_file = self.profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        program = chromium_path()
        assert program
        self._process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self.profile}", f"--window-size={self.size[0]},{self.size[1]}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not (port_file.exists() and "\n" in port_file.read_text()):
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError("Chromium did not start")
            time.sleep(0.02)
        port = port_file.read_text().splitlines()[0]
        browser = self._playwright.chromium.connect_over_cdp(
            f"http://127.0.0.1:{port}", timeout=60_000
        )
        self.context = browser.contexts[0]
        self.context.set_default_timeout(60_000)

    def another(self, name: str) -> TabletBrowser:
        """Another tablet, with a profile beside this one's."""
        folder = self.profile.with_name(f"{self.profile.name}-{name}")
        return TabletBrowser(self._playwright, folder, self.url, self.size)

    def open(self, path: str = "/tablet/") -> Page:
        assert self.context
        page = self.context.new_page()
        page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        if self.skew_ms:
            page.add_init_script(_SKEW % self.skew_ms)
        page.add_init_script(_WATCH)
        page.goto(self.url + path, wait_until="commit")
        page.wait_for_selector("html[data-ready=true]", state="attached")
        return page

    def kill(self) -> None:
        assert self._process
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self.context = None

    def kill_tabs(self) -> None:
        """End every process that runs a page, without a word to any; the browser itself goes on."""
        assert self._process
        for status in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                pid = int(status.parent.name)
                if (
                    os.getpgid(pid) == self._process.pid
                    and b"--type=renderer" in status.read_bytes()
                ):
                    os.kill(pid, signal.SIGKILL)
            except (OSError, ValueError):
                continue  # it ended by itself

    def remove(self) -> None:
        if self._process and self._process.poll() is None:
            self.kill()
        shutil.rmtree(self.profile, ignore_errors=True)


_SKEW = """(() => { const real = Date; const by = %d;
  globalThis.Date = class extends real { constructor(...given) { given.length ? super(...given) : super(real.now() + by); } static now() { return real.now() + by; } };
})();"""
_WATCH = """new MutationObserver((_, watcher) => {
  if (document.documentElement?.dataset.ready === 'true') { window.readyAfterMs = performance.now(); watcher.disconnect(); }
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-ready'] });"""


def enrol(page: Page, code: str, username: str) -> None:
    """Let the device in, and sign its first member in with a PIN."""
    page.fill("[name=code]", code)
    page.get_by_role("button", name="Daftarkan").click()
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=pin]", PIN)
    page.fill("[name=again]", PIN)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_selector(".card.next")


def unlock(page: Page, pin: str = PIN) -> None:
    """Choose the first member and type the PIN."""
    page.click(".people button")
    for digit in pin:
        page.click(f".keypad button:text-is('{digit}')")


def unlock_at_once(page: Page, pin: str = PIN) -> None:
    """Do what `unlock` does in one go, for a day of hundreds of tabs."""
    page.evaluate(
        """async (pin) => {
          document.querySelector('.people button').click();
          const keys = () => [...document.querySelectorAll('.keypad button')];
          while (!keys().length) await new Promise(requestAnimationFrame);
          for (const digit of pin) {
            keys().find((key) => key.textContent === digit).click();
            await 0;
          }
        }""",
        pin,
    )
    page.wait_for_selector(".card")


def wait_until_sent(page: Page, timeout_s: float = 60) -> None:
    """Press send until nothing waits."""
    deadline = time.monotonic() + timeout_s
    while waiting(page, send=True):
        if time.monotonic() > deadline:
            raise AssertionError(f"{waiting(page)} records were not sent in {timeout_s} s")
        page.wait_for_timeout(200)


def waiting(page: Page, *, send: bool = False) -> int:
    """How many records wait on the tablet, after one try to send where asked."""
    found: int = page.evaluate(
        """async (send) => {
          if (send) await (await import('/static/tablet/sending.js')).send();
          const { waiting, photos } = await (await import('/static/tablet/outbox.js')).counts();
          return waiting + photos;
        }""",
        send,
    )
    return found


def let_in(browser: TabletBrowser, server: Server, day: GivenDay) -> Page:
    """A page of a tablet that was just let in, with everything for flight mode kept."""
    page = browser.open()
    enrol(page, a_tablet_code(server.core, day.team_id), day.username)
    page.wait_for_selector(".checks .good:has-text('Aplikasi tersimpan')")
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


def finish(page: Page, visit_id: str, reason: str = "") -> None:
    """Open a visit from the list, arrive, tap its result, and go back to the list."""
    page.locator(f".stops [data-visit='{visit_id}']").click()
    arrive(page)
    if reason:
        page.click("[data-result=not_recorded]")
        page.click(f"[data-reason={reason}]")
    else:
        page.click("[data-result=recorded]")
    page.wait_for_selector(".card.result")
    back_to_list(page)


def small_targets(page: Page) -> list[str]:
    """What a finger would miss: buttons, links and inputs on the screen under 56 px, or beyond its edge."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('#app button, #app a, #app input, #app label.button, #bar button')]
          .filter((one) => one.checkVisibility() && !one.closest('.leaflet-control-attribution'))
          .filter((one) => {
            const { height, right } = one.getBoundingClientRect();
            return height < 55.5 || (right > document.documentElement.clientWidth + 1 && !one.closest('.leaflet-container'));
          })
          .map((one) => one.textContent || one.name)"""
    )
    return found


def state_of(core: web.Core, referral_id: str) -> ReferralState:
    with core.database.read() as session:
        return session.get_one(Referral, referral_id).state
