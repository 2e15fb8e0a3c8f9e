"""Who is entitled prints, each copy is numbered, and nobody prints a route that is not theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import clock, web
from outreach.audit.models import AuditEntry
from outreach.planning.models import PlanState, Route
from outreach.policy import Role
from outreach.referrals.states import ReferralState
from tests.build import MONDAY, MORNING, a_nik, a_referral, a_team, a_user, signed_in
from tests.build_plans import a_route
from tests.machine import needs

NIK = a_nik(815)


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


def _route(core: web.Core, state: PlanState = PlanState.APPROVED, code: str = "T1") -> Route:
    with core.database.write() as session:
        person = a_referral(
            session, ReferralState.SCHEDULED, sealer=core.sealer, nik=NIK, name="Mbah Karso"
        )
        route = a_route(session, a_team(session, code), MONDAY, [person], state)
        _ = [member.user.username for member in route.team.members], route.version.plan.id
        return route


def _address(route: Route) -> str:
    return f"/rute/{route.id}/daftar-kunjungan"


def test_each_copy_is_numbered_and_kept_in_the_audit_log(app: Flask, core: web.Core) -> None:
    route = _route(core)
    with core.database.write() as session:
        planner = a_user(session, Role.PLANNER)
    browser = signed_in(app, planner)
    for copy in (1, 2):
        page = browser.get(_address(route) + "?bentuk=html")
        assert f"Cetakan ke-{copy}" in page.text
        assert "Mbah Karso" in page.text
        assert NIK not in page.text
        assert "'unsafe-inline'" in page.headers["Content-Security-Policy"]
        assert "script-src" not in page.headers["Content-Security-Policy"]
    with core.database.read() as session:
        kinds = session.scalars(select(AuditEntry.action)).all()
    assert kinds.count("manifest.printed") == 2


def test_a_planner_prints_a_day_of_all_teams_as_pdf(app: Flask, core: web.Core) -> None:
    needs("pango")
    route = _route(core)
    with core.database.write() as session:
        planner = a_user(session, Role.PLANNER)
    browser = signed_in(app, planner)
    address = f"/rencana/{route.version.plan_id}/daftar-kunjungan"
    answer = browser.get(f"{address}/{MONDAY}?kertas=A4")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    for absent in (MONDAY + timedelta(days=1), "kemarin"):
        assert browser.get(f"{address}/{absent}").status_code == 404


def test_a_team_prints_its_own_route_and_finds_no_other(app: Flask, core: web.Core) -> None:
    own, foreign = _route(core), _route(core, code="T2")
    browser = signed_in(app, own.team.members[0].user)
    assert browser.get(_address(own) + "?bentuk=html").status_code == 200
    assert browser.get(_address(foreign) + "?bentuk=html").status_code == 404


def test_a_planner_sees_on_the_paper_that_nobody_approved_it(app: Flask, core: web.Core) -> None:
    route = _route(core, PlanState.MADE)
    with core.database.write() as session:
        planner = a_user(session, Role.PLANNER)
    assert "KONSEP" in signed_in(app, planner).get(_address(route) + "?bentuk=html").text
