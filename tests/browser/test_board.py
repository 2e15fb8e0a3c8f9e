"""The planner's board in a browser: changed and undone by a key on a desk, by plain forms on a phone without script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from outreach import clock
from outreach.accounts.models import User
from outreach.planning import drafts
from outreach.planning.models import Plan
from outreach.teams.calendar import next_working_day
from tests.browser.conftest import DESK, Live, PageMaker
from tests.browser.screen import fits
from tests.outreach.planning import given

pytestmark = pytest.mark.browser


def a_plan(live: Live) -> tuple[str, User]:
    """A made plan of two teams, and its planner."""
    office = given.an_office(live.core, teams=2, referrals=5)
    with live.core.database.read() as session:
        day = next_working_day(session, clock.today())
    plan_id = given.a_made_plan(live.core, office.planner, day)
    with live.core.database.read() as session:
        return plan_id, session.get_one(User, str(office.planner.id))


def order(live: Live, plan_id: str) -> dict[str, tuple[str, ...]]:
    """Who is on each team's route, by the team."""
    with live.core.database.read() as session:
        board = drafts.desk_of(session, session.get_one(Plan, plan_id)).now.board
        return {team: visits for (team, _day), visits in board.orders.items()}


def test_a_person_moves_to_another_team_and_back_by_a_key(
    live: Live, page: PageMaker, sign_in: Callable[[Page, User], None]
) -> None:
    plan_id, planner = a_plan(live)
    before = order(live, plan_id)
    team = next(team for team, visits in before.items() if visits)
    other = next(one for one in before if one != team)
    visit = before[team][0]
    desk = page(DESK)
    sign_in(desk, planner)
    desk.goto(f"/rencana/{plan_id}/papan")
    fits(desk)
    house = desk.locator(f".board-map [data-visits~='{visit}']")
    expect(house).to_be_visible()
    desk.focus(f"li.person[data-visit='{visit}'] a")
    expect(house).to_have_class(re.compile("is-chosen"))
    expect(desk.locator(f"g.t-stop[data-visit='{visit}']")).to_have_class(re.compile("is-chosen"))
    desk.click(f"li.person[data-visit='{visit}'] a")
    desk.select_option("#where", index=[one[0] for one in _routes(desk)].index(other))
    desk.click("form:has(#where) button")
    expect(desk.locator(".messages .notice", has_text="Jalan:")).to_be_visible(timeout=15_000)
    assert visit in order(live, plan_id)[other]
    desk.wait_for_load_state("networkidle")  # the page's own script is there
    desk.keyboard.press("Control+z")
    expect(desk.locator("button[data-undo]")).to_be_disabled(timeout=15_000)
    assert order(live, plan_id) == before


def test_on_a_phone_without_script_a_person_is_moved_by_forms(
    live: Live, page: PageMaker, sign_in: Callable[[Page, User], None]
) -> None:
    plan_id, planner = a_plan(live)
    before = order(live, plan_id)
    team = next(team for team, visits in before.items() if visits)
    other = next(one for one in before if one != team)
    phone = page(script=False)
    sign_in(phone, planner)
    phone.goto(f"/rencana/{plan_id}/papan")
    fits(phone)
    phone.click(f"li.person[data-visit='{before[team][0]}'] a")
    phone.select_option("#where", index=[one[0] for one in _routes(phone)].index(other))
    phone.click("form:has(#where) button")
    assert before[team][0] in order(live, plan_id)[other]


def _routes(phone: Page) -> list[list[str]]:
    return [
        str(option.get_attribute("value")).split("/")
        for option in phone.locator("#where option").all()
    ]
