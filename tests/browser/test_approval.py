"""Journey 3: a supervisor reads what they sign, and approves it or returns it with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from outreach import clock, web
from outreach.accounts.models import User
from outreach.planning.models import Plan, PlanState
from outreach.planning.seal import short_hash
from outreach.planning.service import request_again, send_plan
from outreach.policy import Role
from outreach.teams.calendar import next_working_day
from tests.browser.conftest import DESK, PHONE, Live, PageMaker
from tests.browser.screen import fits
from tests.outreach.planning import given

pytestmark = pytest.mark.browser
SignIn = Callable[[Page, User], None]
WIDTHS = pytest.mark.parametrize("width", [PHONE, DESK])


def people(core: web.Core, office: given.Office) -> tuple[User, User]:
    """The planner and the supervisor of an office."""
    with core.database.read() as session:
        return (
            session.get_one(User, str(office.planner.id)),
            session.get_one(User, str(office.supervisor.id)),
        )


def a_sent_plan(core: web.Core, office: given.Office) -> str:
    """A plan for the next working day that waits for approval."""
    with core.database.read() as session:
        day = next_working_day(session, clock.today())
    return given.a_sent_plan(core, office.planner, day)


@WIDTHS
def test_a_supervisor_approves_a_plan_after_reading_what_they_sign(
    live: Live, page: PageMaker, sign_in: SignIn, width: int
) -> None:
    office = given.an_office(live.core, teams=2, referrals=6)
    plan_id = a_sent_plan(live.core, office)
    opened = page(width)
    sign_in(opened, people(live.core, office)[1])
    opened.get_by_role("link", name="Rencana 1 menunggu persetujuan").click()
    expect(opened.get_by_role("heading", name="Yang Anda setujui")).to_be_visible()
    expect(opened.get_by_text(re.compile(r"\d tim mengunjungi 6 orang"))).to_be_visible()
    expect(
        opened.get_by_text("Semua jarak dan waktu tempuh adalah perkiraan garis lurus.")
    ).to_be_visible()
    fits(opened)
    opened.get_by_role("button", name="Setujui").click()
    expect(opened.get_by_text("Rencana 1.1 disetujui.")).to_be_visible()
    with live.core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[0]
        assert version.state is PlanState.APPROVED
    expect(opened.get_by_text(short_hash(version.hash))).to_be_visible()
    expect(opened.get_by_role("button", name="Setujui")).to_have_count(0)


@WIDTHS
def test_a_plan_is_returned_only_with_a_reason_and_comes_back_to_its_maker(
    live: Live, page: PageMaker, sign_in: SignIn, width: int
) -> None:
    office = given.an_office(live.core, teams=1, referrals=4)
    plan_id = a_sent_plan(live.core, office)
    planner, supervisor = people(live.core, office)
    opened = page(width)
    sign_in(opened, supervisor)
    opened.goto(f"/rencana/{plan_id}/keputusan")
    opened.get_by_role("button", name="Kembalikan (wajib alasan)").click()
    summary = opened.get_by_role("alert")
    expect(summary).to_contain_text("Tulis apa yang perlu diubah")
    summary.get_by_role("link").click()
    expect(opened.get_by_label("Apa yang perlu diubah?")).to_be_focused()
    opened.get_by_label("Apa yang perlu diubah?").fill("Tim 1 sedang rapat pagi")
    opened.get_by_role("button", name="Kembalikan (wajib alasan)").click()
    expect(opened.get_by_text("Rencana dikembalikan kepada penyusunnya")).to_be_visible()

    maker = page(width)
    sign_in(maker, planner)
    expect(maker.get_by_text("Tim 1 sedang rapat pagi")).to_be_visible()
    maker.get_by_role("link", name="Rencana 1 dikembalikan").click()
    expect(maker.get_by_text("Tim 1 sedang rapat pagi")).to_be_visible()
    maker.get_by_role("button", name="Susun ulang").click()
    expect(maker.get_by_role("heading", name=re.compile("sedang disusun"))).to_be_visible()
    given.make(live.core)
    expect(maker.get_by_role("heading", name="Rencana 1.2")).to_be_visible(timeout=15_000)
    maker.get_by_role("button", name="Kirim untuk disetujui").click()
    expect(maker.get_by_text("Rencana dikirim.")).to_be_visible()


def test_who_made_a_plan_finds_no_way_to_approve_it(
    live: Live, page: PageMaker, sign_in: SignIn
) -> None:
    office = given.an_office(live.core, teams=1, referrals=4)
    plan_id = a_sent_plan(live.core, office)
    planner = people(live.core, office)[0]
    opened = page(DESK)
    sign_in(opened, planner)
    opened.goto(f"/rencana/{plan_id}")
    expect(opened.get_by_text("Menunggu penyetuju yang bukan penyusunnya")).to_be_visible()
    expect(opened.get_by_role("button", name="Setujui")).to_have_count(0)
    answer = opened.goto(f"/rencana/{plan_id}/keputusan")
    assert answer is not None
    assert answer.status == 403
    with live.core.database.write() as session:  # even if they become a supervisor meanwhile
        session.get_one(User, planner.id).role = Role.SUPERVISOR
    opened.goto(f"/rencana/{plan_id}/keputusan")
    expect(opened.get_by_text("Rencana ini Anda sendiri yang menyusun")).to_be_visible()
    expect(opened.get_by_role("button", name="Setujui")).to_have_count(0)


def test_a_supervisor_who_reads_an_older_version_does_not_approve_the_newer_one_unseen(
    live: Live, page: PageMaker, sign_in: SignIn
) -> None:
    office = given.an_office(live.core, teams=1, referrals=4)
    plan_id = a_sent_plan(live.core, office)
    supervisor = people(live.core, office)[1]
    reading, deciding = page(DESK), page(DESK)
    for opened in (reading, deciding):
        sign_in(opened, supervisor)
        opened.goto(f"/rencana/{plan_id}/keputusan")
    deciding.get_by_label("Apa yang perlu diubah?").fill("Tim 1 sedang rapat pagi")
    deciding.get_by_role("button", name="Kembalikan (wajib alasan)").click()
    expect(deciding.get_by_text("Rencana dikembalikan kepada penyusunnya")).to_be_visible()
    with live.core.database.write() as session:
        request_again(session, office.planner, session.get_one(Plan, plan_id))
    given.make(live.core)
    with live.core.database.write() as session:
        send_plan(session, office.planner, session.get_one(Plan, plan_id))
    reading.get_by_role("button", name="Setujui").click()
    expect(reading.get_by_text("Sementara itu ada versi lebih baru yang dikirim")).to_be_visible()
    assert given.state_of(live.core, plan_id) is PlanState.SENT
