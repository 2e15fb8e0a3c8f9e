"""Journey 2: a planner asks for a plan, watches it being made, and reads the routes and who is left out."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from outreach import clock, web
from outreach.accounts.models import User
from outreach.i18n import format_date
from outreach.jobs import work_once
from outreach.planning.models import Plan, PlanState
from outreach.policy import Role
from outreach.teams.calendar import next_working_day
from tests import build
from tests.browser.conftest import DESK, PHONE, Live, PageMaker
from tests.browser.screen import fits
from tests.outreach.planning.processes import descendants

pytestmark = pytest.mark.browser
SignIn = Callable[[Page, User], None]


@pytest.fixture
def worker(live: Live) -> Iterator[Callable[[int], None]]:
    """A worker at the side of the server: worker(seconds) begins, searching so long for each day."""
    stopping = threading.Event()
    threads: list[threading.Thread] = []

    def begin(seconds: int) -> None:
        settings = replace(live.core.settings, plan_time_limit_s=seconds)

        def work() -> None:
            while not stopping.is_set():
                if not work_once(live.core.database, settings):
                    stopping.wait(0.1)

        threads.append(threading.Thread(target=work, daemon=True))
        threads[-1].start()

    yield begin
    stopping.set()
    for thread in threads:
        thread.join(timeout=20)


def a_planner_with_work(core: web.Core) -> User:
    """A planner of an office with two teams, eight people who can be visited and two who cannot."""
    with core.database.write() as session:
        for number in (1, 2):
            build.a_team(session, f"T{number}", name=f"Tim {number}")
        for number in range(8):
            build.a_referral(session, name=f"Mbah Kromo {number}")
        build.a_referral(session, name="Mbah Pengawal", needs=["escort"])
        later = clock.today() + timedelta(days=90)
        build.a_referral(session, name="Mbah Nanti", not_before=later)
        return build.a_user(session, Role.PLANNER, name="Laras")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_planner_asks_for_a_plan_watches_it_and_reads_it(
    live: Live, page: PageMaker, sign_in: SignIn, worker: Callable[[int], None], width: int
) -> None:
    opened = page(width)
    sign_in(opened, a_planner_with_work(live.core))
    with live.core.database.read() as session:
        day = format_date(next_working_day(session, clock.today()))
    opened.get_by_role("link", name=f"Belum ada rencana untuk {day}").click()
    expect(opened.get_by_text("10 orang menunggu dikunjungi")).to_be_visible()
    fits(opened)
    opened.get_by_text("Cepat: 5 detik per hari").click()
    opened.get_by_role("button", name="Susun rute").click()
    expect(opened.get_by_role("heading", name=re.compile("sedang disusun"))).to_be_visible()
    expect(opened.get_by_text("Menunggu giliran")).to_be_visible()
    opened.reload()
    expect(opened.get_by_text("Menunggu giliran")).to_be_visible()
    fits(opened)
    worker(1)
    expect(opened.get_by_role("heading", name="Rencana 1.1")).to_be_visible(timeout=30_000)
    fits(opened)
    expect(opened.get_by_text("8 dari 50 orang")).to_be_visible()
    expect(opened.get_by_text("perkiraan garis lurus").first).to_be_visible()
    expect(opened.get_by_role("heading", name=re.compile("Tim [12]")).first).to_be_visible()
    for number in range(8):
        assert (
            opened.get_by_role("link", name=f"Mbah Kromo {number}")
            .or_(opened.get_by_text(f"Mbah Kromo {number}"))
            .count()
        )
    frame = opened.frame_locator("iframe.plan-map")
    opened.locator("iframe.plan-map").scroll_into_view_if_needed()
    expect(frame.locator("body")).not_to_be_empty()


def test_a_planner_reads_in_words_why_somebody_is_left_out(
    live: Live, page: PageMaker, sign_in: SignIn, worker: Callable[[int], None]
) -> None:
    opened = page(PHONE)
    sign_in(opened, a_planner_with_work(live.core))
    opened.goto("/rencana/baru")
    opened.get_by_role("button", name="Susun rute").click()
    worker(1)
    expect(opened.get_by_role("heading", name="Rencana 1.1")).to_be_visible(timeout=30_000)
    opened.get_by_label("Alasan").select_option(label="Belum boleh dikunjungi (1)")
    opened.get_by_role("button", name="Terapkan").click()
    expect(opened.get_by_text("Mbah Nanti")).to_be_visible()
    expect(opened.get_by_text(re.compile("Boleh dikunjungi mulai"))).to_be_visible()
    expect(opened.get_by_text("Mbah Pengawal")).to_have_count(0)
    opened.locator("details.points summary").first.click()
    expect(opened.get_by_text("Setiap orang di daftar tunggu: 100 poin.")).to_be_visible()


def test_a_planner_stops_a_plan_that_is_being_made(
    live: Live, page: PageMaker, sign_in: SignIn, worker: Callable[[int], None]
) -> None:
    opened = page(DESK)
    sign_in(opened, a_planner_with_work(live.core))
    opened.goto("/rencana/baru")
    opened.get_by_text("Biasa", exact=True).click()
    opened.get_by_role("button", name="Susun rute").click()
    worker(600)
    expect(opened.get_by_text(re.compile("Mencari rute"))).to_be_visible(timeout=20_000)
    opened.get_by_role("button", name="Hentikan penyusunan").click()
    expect(opened.get_by_text("Tidak ada yang disimpan")).to_be_visible(timeout=15_000)
    opened.get_by_role("button", name="Susun ulang").click()
    expect(opened.get_by_role("heading", name=re.compile("sedang disusun"))).to_be_visible()
    opened.get_by_role("button", name="Hentikan penyusunan").click()
    expect(opened.get_by_text("Tidak ada yang disimpan")).to_be_visible(timeout=15_000)


def test_without_script_the_page_comes_to_the_plan_by_itself(
    live: Live, page: PageMaker, sign_in: SignIn, worker: Callable[[int], None]
) -> None:
    opened = page(PHONE, script=False)
    sign_in(opened, a_planner_with_work(live.core))
    opened.goto("/rencana/baru")
    opened.get_by_role("button", name="Susun rute").click()
    expect(opened.get_by_text("Menunggu giliran")).to_be_visible()
    worker(1)
    expect(opened.get_by_role("heading", name="Rencana 1.1")).to_be_visible(timeout=30_000)
    fits(opened)


def test_the_site_answers_while_a_plan_is_being_made(
    live: Live, page: PageMaker, sign_in: SignIn, worker: Callable[[int], None]
) -> None:
    opened = page(DESK)
    sign_in(opened, a_planner_with_work(live.core))
    opened.goto("/rencana/baru")
    opened.get_by_role("button", name="Susun rute").click()
    worker(600)
    expect(opened.get_by_text(re.compile("Mencari rute"))).to_be_visible(timeout=20_000)
    assert descendants(os.getpid())
    for path in ("/", "/rencana", "/sehat"):
        answer = opened.request.get(path)
        assert answer.ok
    with live.core.database.read() as session:
        plan = session.query(Plan).one()
        assert plan.state is PlanState.MAKING
    opened.go_back()
    opened.goto(f"/rencana/{plan.id}")
    opened.get_by_role("button", name="Hentikan penyusunan").click()
    expect(opened.get_by_text("Tidak ada yang disimpan")).to_be_visible(timeout=15_000)
