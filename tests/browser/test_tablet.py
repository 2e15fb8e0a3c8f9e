"""The tablet in a team's hands: a day in flight mode, a plan that changes, a wrong PIN, a full disk, two tabs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from outreach import clock
from outreach.fieldwork.models import Outcome
from outreach.fieldwork.tablet.models import EventState, TabletEvent
from outreach.fieldwork.tablet.photo_models import PhotoState, VisitPhoto
from outreach.fieldwork.tablet.photos import read_visit_photo
from outreach.places.ground_roads import keep_ground_roads
from outreach.planning.models import Visit
from outreach.policy import Role, command_line
from outreach.referrals.models import Referral
from outreach.referrals.photos import keep_photo, picture_from
from outreach.referrals.states import ReferralState
from outreach.teams.models import Team
from tests.browser import soak
from tests.browser.tablet import (
    PHONE,
    TABLET,
    GivenDay,
    Server,
    TabletBrowser,
    a_day,
    arrive,
    back_to_list,
    finish,
    let_in,
    offline,
    open_person,
    small_targets,
    state_of,
    unlock,
    wait_until_sent,
)
from tests.build import a_referral
from tests.build_plans import an_approved_route, visits_of
from tests.build_tablet import a_picture

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)
Tablets = Callable[..., TabletBrowser]


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
    expect(page.locator("p.bad")).to_have_text("Tulis mengapa dikecualikan.")
    page.fill("textarea", "kelopak mata tidak dapat dibuka")
    page.click("[data-do=save]")
    expect(page.locator(".card.result")).to_contain_text("Terekam sebagian")
    page.get_by_role("button", name="Warga lain di rumah ini").click()
    assert small_targets(page) == []
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
    page.get_by_role("button", name="Nanti, selesaikan").click()
    expect(page.locator(".card.next")).to_contain_text(day.names[1])
    page.click("[data-do=changes]")
    page.click("[data-do=accept]")
    expect(page.locator(".card.next")).to_contain_text(day.names[2])
    wait_until_sent(page)
    assert state_of(server.core, day.referrals[0]) is ReferralState.RECORDED
    with server.core.database.read() as session:
        result = session.scalars(select(TabletEvent).where(TabletEvent.kind == "result")).one()
        assert result.problem == "off_plan"


def test_a_route_that_the_office_called_off_is_told_and_then_gone(
    server: Server, tablet: Tablets, day: GivenDay
) -> None:
    browser = tablet(PHONE)
    page = let_in(browser, server, day)
    offline(browser, server)
    finish(page, day.visits[0])
    with server.core.database.write() as session:
        route = session.get_one(Visit, day.visits[0]).stop.route
        route.replaced_by = route.version_id
    offline(browser, server, False)
    page.reload()
    unlock(page)
    expect(page.locator("#app")).to_contain_text("Kantor membatalkan rute tim ini")
    assert page.locator(".changes .gone").count() == len(day.visits)
    page.click("[data-do=accept]")
    expect(page.locator("h1")).to_have_text("Belum ada rute hari ini")
    wait_until_sent(page)
    assert state_of(server.core, day.referrals[0]) is ReferralState.RECORDED


def test_a_day_of_fifteen_stops_with_failures_an_extra_person_and_a_changed_plan(
    server: Server, tablet: Tablets
) -> None:
    core, day = server.core, a_day(server.core, 15)
    browser = tablet(PHONE)
    page = let_in(browser, server, day)
    offline(browser, server)
    failures = {2: "not_home", 5: "refused"}
    for number in range(6):
        finish(page, day.visits[number], failures.get(number, ""))
    page.locator(f".stops [data-visit='{day.visits[1]}']").click()
    page.get_by_role("button", name="Warga lain di rumah ini").click()
    page.fill("[name=name]", "Mbah Sastro Wiyono")
    page.click("[data-code=P]")
    page.click("[data-code=bedridden]")
    page.click("[data-do=save]")
    back_to_list(page)
    with core.database.write() as session:
        old = session.get_one(Visit, day.visits[0]).stop.route
        stay = [session.get_one(Referral, referral_id) for referral_id in day.referrals[13:5:-1]]
        fresh = a_referral(session, ReferralState.SCHEDULED, name="Mbah Baru")
        session.get_one(Referral, day.referrals[14]).state = ReferralState.ACCEPTED
        team = session.get_one(Team, day.team_id)
        route = an_approved_route(session, team, clock.today(), [*stay, fresh])
        old.replaced_by = route.version_id
        added = visits_of(route)
    offline(browser, server, False)
    page.reload()
    unlock(page)
    expect(page.locator("h1")).to_have_text("Rencana berubah", timeout=60_000)
    expect(page.locator(".changes .added")).to_contain_text("Mbah Baru")
    expect(page.locator(".changes .gone", has_text=day.names[14])).not_to_contain_text("selesai")
    expect(page.locator(".changes .gone", has_text=f"{day.names[3]} (")).to_contain_text("dihitung")
    page.click("[data-do=accept]")
    page.wait_for_selector(".stops")
    offline(browser, server)
    for visit in added:
        finish(page, visit.id, "equipment" if visit.referral_id == day.referrals[9] else "")
    expect(page.locator("h2").first).to_have_text("Semua titik selesai")
    expect(page.locator(".note")).to_contain_text("6 hasil di luar rencana ini")
    offline(browser, server, False)
    wait_until_sent(page)
    with core.database.read() as session:
        outcomes = session.scalars(select(Outcome)).all()
        assert sorted(row.reason for row in outcomes if row.reason) == [
            "equipment", "not_home", "refused",
        ]  # fmt: skip
        assert len(outcomes) == 15
        assert {row.state for row in session.scalars(select(TabletEvent))} == {EventState.APPLIED}
        states = [session.get_one(Referral, referral_id).state for referral_id in day.referrals]
        assert states.count(ReferralState.RECORDED) == 11
        assert session.get_one(Referral, fresh.id).state is ReferralState.RECORDED
        names = [r.resident.name for r in session.scalars(select(Referral))]
        assert names.count("Mbah Sastro Wiyono") == 1


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
    assert small_targets(page) == []
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
