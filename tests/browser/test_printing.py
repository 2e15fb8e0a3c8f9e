"""Journeys 4 and 5: the paper of a route, and a team that sees its own route and no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from outreach import clock
from outreach.accounts.models import User
from outreach.policy import Role
from outreach.referrals.states import ReferralState
from outreach.teams.calendar import next_working_day
from tests.browser.conftest import DESK, PHONE, Live, PageMaker
from tests.browser.screen import fits
from tests.build import a_nik, a_referral, a_team, a_user
from tests.build_plans import an_approved_route
from tests.machine import needs

pytestmark = pytest.mark.browser
SignIn = Callable[[Page, User], None]
WIDTHS = pytest.mark.parametrize("width", [PHONE, DESK])
NIK = a_nik(2718)


@dataclass
class Given:
    """An office with a team's routes of today, the next working day and the week after, and another team's."""

    member: User
    planner: User
    today: str
    next_day: str
    later: str
    foreign: str
    plan_id: str
    day: date


def _given(live: Live) -> Given:
    with live.core.database.write() as session:
        day = next_working_day(session, clock.today())
        own, other = a_team(session, "T1"), a_team(session, "T2")

        def route(team: object, on: date, name: str) -> tuple[str, str]:
            person = a_referral(
                session, ReferralState.SCHEDULED, sealer=live.core.sealer, nik=NIK, name=name
            )
            made = an_approved_route(session, team, on, [person])  # type: ignore[arg-type]
            return made.id, made.version.plan_id

        today, _plan = route(own, clock.today(), "Mbah Hari Ini")
        next_day, plan_id = route(own, day, "Mbah Besok")
        later, _plan = route(own, day + timedelta(days=7), "Mbah Minggu Depan")
        foreign, _plan = route(other, clock.today(), "Mbah Tim Lain")
        return Given(
            own.members[0].user, a_user(session, Role.PLANNER), today, next_day, later, foreign, plan_id, day
        )  # fmt: skip


@WIDTHS
def test_a_team_member_sees_only_their_own_routes_with_call_and_navigate_buttons(
    live: Live, page: PageMaker, sign_in: SignIn, width: int
) -> None:
    office = _given(live)
    opened = page(width, script=False)
    sign_in(opened, office.member)
    opened.goto("/rute")
    links = opened.locator("main a[href^='/rute/']").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    shown = {link.split("/")[2].split("#")[0].split("?")[0] for link in links}
    assert {office.today, office.next_day} <= shown
    assert not {office.later, office.foreign} & shown
    opened.goto(f"/rute/{office.today}")
    expect(opened.get_by_role("heading", name="Mbah Hari Ini")).to_be_visible()
    call = opened.locator("main a[href^='tel:']").first
    expect(call).to_be_visible()
    assert call.get_attribute("href") == "tel:+6281200000000"
    navigate = opened.locator("main a[href^='geo:']").first
    expect(navigate).to_be_visible()
    assert re.fullmatch(r"geo:-?[\d.]+,[\d.]+(\?q=[-\d.,]+)?", navigate.get_attribute("href") or "")
    assert NIK not in opened.content()
    fits(opened)
    for hidden in (office.later, office.foreign):
        for address in (f"/rute/{hidden}", f"/rute/{hidden}/daftar-kunjungan"):
            answer = opened.goto(address)
            assert answer is not None
            assert answer.status == 404


@WIDTHS
def test_whoever_is_entitled_prints_the_route_and_the_day(
    live: Live, page: PageMaker, sign_in: SignIn, width: int
) -> None:
    needs("pango")
    office = _given(live)
    opened = page(width)
    sign_in(opened, office.member)
    opened.goto(f"/rute/{office.next_day}")
    link = opened.get_by_role("link", name="Daftar kunjungan (PDF)")
    expect(link).to_be_visible()
    answer = opened.request.get(link.get_attribute("href") or "", timeout=90_000)
    assert answer.body().startswith(b"%PDF")
    answer = opened.goto(f"/rute/{office.next_day}/daftar-kunjungan?bentuk=html")
    assert answer is not None
    expect(opened.get_by_role("heading", name="Mbah Besok")).to_be_visible()
    expect(opened.get_by_text("GRATIS")).to_be_visible()
    assert NIK not in opened.content()

    planner = page(width)
    sign_in(planner, office.planner)
    answer = planner.goto(f"/rencana/{office.plan_id}/daftar-kunjungan/{office.day}?bentuk=html")
    assert answer is not None
    assert answer.status == 200
    expect(planner.get_by_role("heading", name="Mbah Besok")).to_be_visible()
