"""Two planners and a supervisor at once, in three browsers: each sees the others, and nothing is written over."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from outreach import clock
from outreach.accounts.models import User
from outreach.planning.models import Plan, PlanState
from outreach.policy import Role
from outreach.referrals.models import Referral
from outreach.teams.calendar import next_working_day
from tests import build
from tests.browser.conftest import DESK, PHONE, Live, PageMaker
from tests.browser.test_board import order
from tests.outreach.planning import given

pytestmark = pytest.mark.browser
SLOW_MS = 20_000
"""How long a busy machine may take to show a page."""
SignIn = Callable[[Page, User], None]


def test_two_planners_and_a_supervisor_work_on_one_plan_at_once(
    live: Live, page: PageMaker, sign_in: SignIn
) -> None:
    office = given.an_office(live.core, teams=2, referrals=5)
    with live.core.database.write() as session:
        second = build.a_user(session, Role.PLANNER, name="Sari")
        day = next_working_day(session, clock.today())
    plan_id = given.a_made_plan(live.core, office.planner, day)
    with live.core.database.read() as session:
        first = session.get_one(User, str(office.planner.id))
        signs = session.get_one(User, str(office.supervisor.id))
    one, two, three = page(DESK), page(DESK), page(PHONE)
    for opened, person in ((one, first), (two, second), (three, signs)):
        sign_in(opened, person)
    board = f"/rencana/{plan_id}/papan"
    for opened in (one, two):
        opened.goto(board)
        expect(opened.locator(".board-map .board-stop").first).to_be_visible(timeout=SLOW_MS)

    # Sari takes somebody off; the first planner is told within seconds, and cannot write over it.
    before = order(live, plan_id)
    team = next(team for team, visits in before.items() if len(visits) > 1)
    gone, kept = before[team][:2]
    two.click(f"li.person[data-visit='{gone}'] a")
    two.get_by_role("button", name="Keluarkan dari rencana").click()
    expect(two.locator(".messages .notice", has_text="Jalan:")).to_be_visible(timeout=SLOW_MS)
    expect(one.locator("[data-board-news]")).to_contain_text(
        "Sari mengubah papan ini", timeout=SLOW_MS
    )
    one.get_by_role("button", name="Kunci rute").first.click()
    expect(one.locator(".messages .notice")).to_contain_text(
        "Sari mengubah papan ini", timeout=SLOW_MS
    )
    now = order(live, plan_id)
    assert gone not in now[team]
    assert one.get_by_role("button", name="Buka kunci rute").count() == 0
    expect(one.get_by_text("Sari juga sedang mengubah papan ini")).to_be_visible(timeout=SLOW_MS)

    # As it is now, the first planner pins somebody, keeps the version and sends it.
    one.click(f"li.person[data-visit='{kept}'] a")
    one.get_by_role("button", name="Sematkan").click()
    expect(one.locator(f"li.person[data-visit='{kept}'] .badge")).to_contain_text(
        "Disematkan", timeout=SLOW_MS
    )
    one.get_by_role("button", name="Simpan sebagai versi baru").click()
    one.get_by_role("button", name="Kirim untuk disetujui").click()
    expect(one.get_by_text("Rencana dikirim.")).to_be_visible(timeout=SLOW_MS)

    # What Sari still has open is of an older version, and is not written either.
    two.get_by_role("button", name="Urungkan").click()
    expect(two.locator(".messages .notice", has_text="tidak dapat diubah")).to_be_visible(
        timeout=SLOW_MS
    )

    # The supervisor sees on a phone who was dropped, and approves.
    three.goto("/")
    three.get_by_role("link", name="Rencana 1 menunggu persetujuan").click()
    with live.core.database.read() as session:
        name = session.get_one(Referral, gone).resident.name
    expect(three.get_by_text("1 orang tidak jadi")).to_be_visible(timeout=SLOW_MS)
    expect(three.locator(".changed-list").get_by_text(name)).to_be_visible(timeout=SLOW_MS)
    three.get_by_role("button", name="Setujui").click()
    expect(three.get_by_text("Rencana 1.2 disetujui.")).to_be_visible(timeout=SLOW_MS)
    assert given.state_of(live.core, plan_id) is PlanState.APPROVED
    with live.core.database.read() as session:
        assert len(session.get_one(Plan, plan_id).versions) == 2
