"""Journey 6: an administrator sets teams, shifts, holidays and the quota, moves the pin, and reads the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from outreach import clock
from outreach.accounts.models import User
from outreach.places.service import office
from outreach.policy import Role
from outreach.teams.calendar import holidays_on, next_working_day, quota_on, shift_of
from outreach.teams.models import Team
from tests.browser.conftest import DESK, PHONE, Live, PageMaker
from tests.browser.screen import fits
from tests.build import a_team, a_user

pytestmark = pytest.mark.browser
SignIn = Callable[[Page, User], None]


def send(page: Page) -> None:
    """Press the button of the page's own form, and see that it was taken."""
    page.locator("main form.form button[type=submit].button").first.click()
    expect(page.locator(".notice.success")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_an_administrator_sets_up_the_office_and_finds_it_in_the_log(
    live: Live, page: PageMaker, sign_in: SignIn, width: int, script: bool
) -> None:
    with live.core.database.write() as session:
        admin, team = a_user(session, Role.ADMIN), a_team(session, "T1")
    with live.core.database.read() as session:
        day = next_working_day(session, clock.today() + timedelta(days=7))
    opened = page(width, script=script)
    sign_in(opened, admin)

    opened.goto("/tim/alat/baru")
    opened.fill("[name=code]", "AR-09")
    opened.fill("[name=name]", "Alat rekam cadangan")
    send(opened)

    opened.goto("/kalender/libur/baru")
    opened.fill("[name=day]", day.isoformat())
    opened.locator("main form.form button[type=submit].button").first.click()  # without a name
    expect(opened.locator(".error-summary")).to_be_visible()
    expect(opened.locator("[name=day]")).to_have_value(day.isoformat())
    opened.fill("[name=name]", "Bersih desa")
    send(opened)

    opened.goto("/kalender/kuota/baru")
    opened.fill("[name=people_per_day]", "40")
    opened.fill("[name=letter_number]", "SE-17/2026")
    send(opened)

    opened.goto(f"/tim/{team.id}/jam-tugas/{day.isoformat()}")
    opened.check("[name=kind][value=hours]")
    opened.fill("[name=reason]", "lembur, surat 090/12")
    send(opened)

    opened.goto("/kantor")
    opened.fill("[name=lat]", "-7.430000")
    opened.fill("[name=lon]", "111.020000")
    send(opened)

    for address in ("/tim", "/tim/alat", "/tim/jam-tugas", "/kalender", "/kalender/jam-kerja",
                    "/kalender/kuota", "/kantor", "/akun", "/jejak-audit/periksa", "/jejak-audit"):  # fmt: skip
        answer = opened.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        fits(opened)
    expect(opened.locator("table.data")).to_contain_text("Bersih desa")

    with live.core.database.read() as session:
        assert [holiday.name for holiday in holidays_on(session, day)] == ["Bersih desa"]
        assert quota_on(session, clock.today()) == 40
        assert shift_of(session, session.get_one(Team, team.id), day) is not None
        assert (office(session).lat, office(session).lon) == (-7.43, 111.02)
