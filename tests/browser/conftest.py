"""A running server and a real browser, cut off from every other origin."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, Route, sync_playwright
from waitress.server import create_server

from outreach import web
from outreach.accounts.models import User
from tests.browser.tablet import TABLET, GivenDay, Server, TabletBrowser, a_day
from tests.build import PASSWORD
from tests.machine import chromium_path, needs

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-dev-shm-usage "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
PHONE, DESK = 360, 1280


@dataclass(frozen=True)
class Live:
    """A server that answers on this machine, and the core behind it."""

    url: str
    core: web.Core


@dataclass(frozen=True)
class Foreign:
    """What a page asked of other origins; must stay empty."""

    requests: list[str]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers; a process can have it once only."""
    needs("chromium")
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests of this process."""
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def live(app: Flask) -> Iterator[Live]:
    """The application, served by the server that production uses, on a free port."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Live(f"http://127.0.0.1:{server.effective_port}", app.extensions["sambang"])
    server.close()
    thread.join(timeout=5)


PageMaker = Callable[..., Page]


@pytest.fixture
def page(chromium: Browser, live: Live) -> Iterator[PageMaker]:
    """A maker of pages: page(width=360, script=True). The test fails if any page asks another origin."""
    foreign = Foreign([])
    problems: list[str] = []
    contexts = []

    def make(width: int = PHONE, *, script: bool = True, bypass_csp: bool = False) -> Page:
        context = chromium.new_context(
            base_url=live.url,
            viewport={"width": width, "height": 740 if width < 800 else 900},
            java_script_enabled=script,
            bypass_csp=bypass_csp,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            has_touch=width < 800,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)

        def guard(route: Route) -> None:
            if urlsplit(route.request.url).hostname == "127.0.0.1":
                route.continue_()
            else:
                foreign.requests.append(route.request.url)
                route.abort()

        context.route("**/*", guard)
        opened = context.new_page()
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on(
            "console",
            lambda said: (
                problems.append(said.text)
                if said.type == "error" and "Content Security Policy" in said.text
                else None
            ),
        )
        return opened

    yield make
    for context in contexts:
        context.close()
    assert foreign.requests == [], f"pages asked other origins: {foreign.requests}"
    assert problems == [], f"scripts failed: {problems}"


@pytest.fixture
def sign_in() -> Callable[[Page, User], None]:
    """Sign a person in through the sign-in page."""

    def do(page: Page, user: User) -> None:
        page.goto("/masuk")
        page.fill("[name=username]", user.username)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
        page.wait_for_url(lambda url: "/masuk" not in url)

    return do


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    serving = Server(app)
    yield serving
    serving.close()


@pytest.fixture
def day(server: Server) -> GivenDay:
    return a_day(server.core, 4)


@pytest.fixture
def tablet(
    playwright: Playwright, server: Server, tmp_path: Path
) -> Iterator[Callable[..., TabletBrowser]]:
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
