"""A day that does not go to plan, in a browser: by keys alone on a desk, and on a phone without script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from outreach import clock
from outreach.accounts.models import User
from tests.browser.conftest import DESK, PHONE, Live, PageMaker
from tests.browser.screen import fits
from tests.browser.test_accessible import what_axe_finds
from tests.outreach.planning.test_day_changes import Day, a_day, longest, rules, standing

pytestmark = pytest.mark.browser


class HeldClock:
    """Answers every request at one moment, as the tests of the services do."""

    def __init__(self, answer: Any, moment: datetime) -> None:
        self.answer, self.moment = answer, moment

    def __call__(self, environ: Any, start: Any) -> Any:
        with clock.frozen(self.moment):
            return self.answer(environ, start)


@pytest.fixture
def day(app: Flask, live: Live) -> Day:
    """A Monday under way, a minute after its longest route began; the server's clock stands at that moment."""
    with clock.frozen(datetime(2026, 11, 20, 1, 0, tzinfo=UTC)):
        made = a_day(live.core)
        rules(live.core, 100, 100)
    app.wsgi_app = HeldClock(app.wsgi_app, made.during(longest(made), 0))  # type: ignore[method-assign]
    return made


def planner(live: Live, day: Day) -> User:
    """The planner of that day."""
    with live.core.database.read() as session:
        return session.get_one(User, str(day.office.planner.id))


def test_a_broken_vehicle_is_answered_and_taken_back_by_keys_alone(
    live: Live, page: PageMaker, sign_in: Callable[[Page, User], None], day: Day
) -> None:
    team = longest(day)
    desk = page(DESK)
    sign_in(desk, planner(live, day))
    desk.goto("/hari-ini")
    fits(desk)
    desk.focus(f"a[href$='kendaraan?tim={team}']")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/kendaraan**")
    fits(desk)
    chosen = desk.locator("input[name=cara]").first
    expect(chosen).to_be_checked()
    chosen.focus()
    desk.keyboard.press("ArrowDown")
    expect(desk.locator("input[name=cara]").nth(1)).to_be_checked()
    desk.locator("button.primary", has_text="Ubah hari ini").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator(".messages .notice", has_text="Perubahan berlaku")).to_be_visible(
        timeout=15_000
    )
    fits(desk)
    after, _starts = standing(live.core)
    assert after[team] == day.routes[team][:1]
    expect(desk.locator("main")).to_contain_text("Berlaku tanpa tanda tangan")
    desk.locator("button", has_text="Urungkan").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator(".messages .notice", has_text="diurungkan")).to_be_visible(timeout=15_000)
    assert standing(live.core) == (day.routes, day.starts)


def test_on_a_phone_without_script_a_visit_overruns(
    live: Live, page: PageMaker, sign_in: Callable[[Page, User], None], day: Day
) -> None:
    team = longest(day)
    now = day.routes[team][0]
    phone = page(script=False)
    sign_in(phone, planner(live, day))
    phone.goto("/hari-ini")
    fits(phone)
    phone.click(f"a[href$='molor?warga={now}']")
    phone.select_option("#menit", "60")
    phone.click("button:has-text('Lihat akibatnya')")
    fits(phone)
    phone.click("button:has-text('Ubah hari ini')")
    expect(phone.locator(".messages .notice", has_text="Perubahan berlaku")).to_be_visible()
    after, starts = standing(live.core)
    assert after[team][0] == now
    assert starts[now] == day.starts[now]
    moved = [v for v in after[team][1:] if v in day.starts and starts[v] > day.starts[v]]
    assert moved


def test_the_pages_of_a_changed_day_have_no_violation(
    live: Live, page: PageMaker, sign_in: Callable[[Page, User], None], day: Day
) -> None:
    team = longest(day)
    phone = page(PHONE, bypass_csp=True)
    sign_in(phone, planner(live, day))
    base = f"/rencana/{day.plan_id}/hari-ini"
    for address in (
        "/hari-ini",
        f"{base}/kendaraan?tim={team}",
        f"{base}/jalan",
        f"{base}/mendesak",
    ):
        phone.goto(address)
        assert what_axe_finds(phone) == [], address
