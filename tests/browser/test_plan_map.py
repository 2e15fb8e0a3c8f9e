"""The plan's map in a real browser: every sign is there, map and table belong together, the file needs no network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from outreach import clock, web
from outreach.accounts.models import User
from outreach.i18n import in_language
from outreach.planning.map_page import standalone
from outreach.planning.models import Plan
from outreach.teams.calendar import next_working_day
from tests.browser.conftest import DESK, PHONE, Live, PageMaker
from tests.outreach.planning import given

pytestmark = pytest.mark.browser
SignIn = Callable[[Page, User], None]
WIDTHS = pytest.mark.parametrize("width", [PHONE, DESK])


def a_plan(core: web.Core) -> tuple[str, User, int]:
    """A made plan of two teams, its planner, and how many stops it has."""
    office = given.an_office(core, teams=2, referrals=8)
    with core.database.read() as session:
        day = next_working_day(session, clock.today())
    plan_id = given.a_made_plan(core, office.planner, day)
    with core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[0]
        stops = sum(len(route.stops) for route in version.routes)
        return plan_id, session.get_one(User, str(office.planner.id)), stops


def the_frame(opened: Page) -> FrameLocator:
    opened.locator("iframe.plan-map").scroll_into_view_if_needed()
    return opened.frame_locator("iframe.plan-map")


@WIDTHS
def test_every_stop_has_its_sign_and_choosing_one_shows_it_in_the_table(
    live: Live, page: PageMaker, sign_in: SignIn, width: int
) -> None:
    plan_id, planner, stops = a_plan(live.core)
    opened = page(width)
    sign_in(opened, planner)
    opened.goto(f"/rencana/{plan_id}")
    frame = the_frame(opened)
    expect(frame.locator(".leaflet-marker-icon.stop")).to_have_count(stops)
    assert frame.locator("path.leg").count() == stops + opened.locator(".route").count()
    frame.locator(".leaflet-marker-icon.stop").first.press("Enter")
    balloon = frame.locator(".leaflet-popup-content")
    expect(balloon).to_contain_text("titik 1")
    expect(opened.locator("#titik-1-1.chosen")).to_have_count(1)
    balloon.get_by_role("button", name="Lihat di tabel").press("Enter")  # the map still slides
    expect(opened.locator("#titik-1-1")).to_be_focused()


def test_a_stop_chosen_in_the_table_opens_on_the_map(
    live: Live, page: PageMaker, sign_in: SignIn
) -> None:
    plan_id, planner, _stops = a_plan(live.core)
    opened = page(DESK)
    sign_in(opened, planner)
    opened.goto(f"/rencana/{plan_id}")
    opened.locator("a[data-stop]").last.click()
    key = opened.locator("a[data-stop]").last.get_attribute("data-stop") or ""
    team, stop = key.split("-")
    title = opened.locator(f"#tim-{team} h3").inner_text().split("\n")[-1].removeprefix(team)
    balloon = opened.frame_locator("iframe.plan-map").locator(".leaflet-popup-content")
    expect(balloon).to_contain_text(f"{title.strip()}, titik {stop}")


def test_without_script_the_map_is_drawn(live: Live, page: PageMaker, sign_in: SignIn) -> None:
    plan_id, planner, stops = a_plan(live.core)
    opened = page(PHONE, script=False)
    sign_in(opened, planner)
    opened.goto(f"/rencana/{plan_id}")
    drawing = the_frame(opened).locator(".drawing")
    expect(drawing).to_be_visible()
    expect(drawing.locator("g.stop")).to_have_count(stops)


@WIDTHS
def test_the_file_of_a_map_opens_from_the_disk_with_the_network_shut(
    live: Live, chromium: Browser, tmp_path: Path, width: int
) -> None:
    plan_id, _planner, stops = a_plan(live.core)
    file = tmp_path / "map.html"
    with live.core.database.read() as session, in_language("id"):
        version = session.get_one(Plan, plan_id).versions[0]
        file.write_text(standalone(session, version, version.routes[0].day), encoding="utf-8")
    context = chromium.new_context(offline=True, viewport={"width": width, "height": 740})
    asked: list[str] = []
    complaints: list[str] = []
    try:
        opened = context.new_page()
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("console", lambda said: complaints.append(said.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto(file.as_uri())
        expect(opened.locator(".leaflet-marker-icon.stop")).to_have_count(stops)
        expect(opened.locator(".leaflet-marker-icon.office")).to_have_count(1)
        if width == PHONE:
            corner = opened.get_by_role("button", name="Lapisan").bounding_box()
            assert corner is not None
            opened.mouse.move(corner["x"] + 9, corner["y"] + 9)
        names = opened.get_by_label("Nama desa dan kecamatan")
        expect(names).to_be_visible()
        names.evaluate("box => box.click()")
        expect(names).not_to_be_checked()
        expect(opened.locator(".leaflet-marker-icon.name")).to_have_count(0)
        opened.locator(".leaflet-marker-icon.stop").last.press("Enter")
        expect(opened.locator(".leaflet-popup-content")).to_contain_text("titik")
        opened.emulate_media(media="print")
        expect(opened.locator(".drawing g.stop").first).to_be_visible()
        expect(opened.locator(".folium-map")).to_be_hidden()
    finally:
        context.close()
    assert asked == [file.as_uri()]
    assert complaints == []
