"""The pages of a route and its visits: one's own, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, web
from outreach.fieldwork.models import Outcome
from outreach.ids import new_id
from outreach.places.models import PlaceQuality
from outreach.planning.models import PlanState, Route
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.teams.decree_models import DecreeLevel
from outreach.teams.decrees import set_decree
from outreach.teams.models import Team
from tests.build import (
    MONDAY,
    MORNING,
    Browser,
    a_nik,
    a_referral,
    a_team,
    a_user,
    an_actor,
    signed_in,
)
from tests.build_plans import a_route, an_approved_route, visits_of

TUESDAY = MONDAY + timedelta(days=1)
NIK = a_nik(4711)


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


class Given:
    """A team with a route today, and a browser in which its first member has signed in."""

    def __init__(self, app: Flask, core: web.Core) -> None:
        self.core = core
        with core.database.write() as session:
            self.team: Team = a_team(session, "T1")
            first = a_referral(
                session, ReferralState.SCHEDULED, sealer=core.sealer, nik=NIK, name="Mbah Karso",
                condition="bedridden", house_power="va_450", needs=["female_officer"],
                place_quality=PlaceQuality.VILLAGE, home_from_s=7 * 3600, home_to_s=12 * 3600,
            )  # fmt: skip
            beside = a_referral(
                session, ReferralState.SCHEDULED, name="Mbah Sarinem", lat=first.lat, lon=first.lon,
                contact_phone="",
            )  # fmt: skip
            self.route: Route = an_approved_route(session, self.team, MONDAY, [first, beside])
            self.visits = [visit.id for visit in visits_of(self.route)]
            self.code = visits_of(self.route)[0].short_code
            self.referral_id = first.id
            member = self.team.members[0].user
        self.browser = signed_in(app, member)

    def record(self, visit_id: str, browser: Browser | None = None, **form: str) -> object:
        """Send the form for an outcome as the page made it."""
        browser = browser or self.browser
        address = f"/rute/kunjungan/{visit_id}/hasil"
        page = browser.get(f"{address}?jenis={form['kind']}")
        assert page.status_code == 200, page.text[:200]
        hidden = dict(re.findall(r'name="(outcome_id|corrects_id)"[^>]*value="([^"]*)"', page.text))
        return browser.post(
            address, {**hidden, **form}, form_page=f"{address}?jenis={form['kind']}"
        )

    def state(self) -> ReferralState:
        with self.core.database.read() as session:
            return session.get_one(Referral, self.referral_id).state


@pytest.fixture
def given(app: Flask, core: web.Core) -> Given:
    return Given(app, core)


def test_a_member_finds_todays_route_on_the_first_page_and_in_the_list(given: Given) -> None:
    address = f"/rute/{given.route.id}"
    assert address in given.browser.get("/").text
    assert address in given.browser.get("/rute").text


def test_the_route_says_what_to_know_before_knocking(given: Given) -> None:
    page = given.browser.get(f"/rute/{given.route.id}").text
    for words in (
        "Mbah Karso", "Mbah Sarinem", "Dukuh Ngrejeng", "RT/RW 001/002", "rumah joglo timur musala",
        "08.30", "07.00 – 12.00", "Tirah baring", "Perlu petugas perempuan", "Genset",
        "Titik di peta bukan letak rumahnya", "Tidak ada telepon", 'href="tel:+6281200000000"',
        'href="https://wa.me/6281200000000"', 'href="geo:', "331400******4711", "1 titik", "2 orang",
    ):  # fmt: skip
        assert words.lower() in page.lower(), words
    assert NIK not in page


def test_the_links_out_of_the_page_carry_nothing_but_the_point(given: Given) -> None:
    page = given.browser.get(f"/rute/{given.route.id}").text
    outside = re.findall(r'href="(https?://[^"]*|geo:[^"]*)"', page)
    assert len(outside) == 3  # navigate, a map in the browser, WhatsApp
    assert not any("Karso" in link or "text=" in link for link in outside)


def _other_team(session: Session, given: Given) -> Route:
    return an_approved_route(
        session, a_team(session), MONDAY, [a_referral(session, name="Mbah Lain")]
    )


def _draft(session: Session, given: Given) -> Route:
    team = session.get_one(Team, given.team.id)
    return a_route(session, team, TUESDAY, [a_referral(session, name="Mbah Lain")], PlanState.SENT)


def _replaced(session: Session, given: Given) -> Route:
    team = session.get_one(Team, given.team.id)
    route = an_approved_route(session, team, TUESDAY, [a_referral(session, name="Mbah Lain")])
    route.replaced_by = route.version_id
    return route


def _later(session: Session, given: Given) -> Route:
    team = session.get_one(Team, given.team.id)
    day = MONDAY + timedelta(days=2)
    return an_approved_route(session, team, day, [a_referral(session, name="Mbah Lain")])


@pytest.mark.parametrize("kind", [_other_team, _draft, _replaced, _later])
def test_other_routes_are_as_absent_as_if_they_were_not_there(given: Given, kind) -> None:  # type: ignore[no-untyped-def]
    with given.core.database.write() as session:
        route = kind(session, given)
        session.flush()
        visit_id = visits_of(route)[0].id
    absent = given.browser.get(f"/rute/{new_id()}")
    for address in (
        f"/rute/{route.id}",
        f"/rute/kunjungan/{visit_id}",
        f"/rute/kunjungan/{visit_id}/hasil?jenis=recorded",
    ):
        answer = given.browser.get(address)
        assert (answer.status_code, absent.status_code) == (404, 404)
        assert "Mbah Lain" not in answer.text
    assert given.browser.post(f"/rute/kunjungan/{visit_id}/hasil").status_code == 404
    listed = given.browser.get("/rute").text
    assert route.id not in listed


def test_the_next_working_day_can_be_read_but_not_recorded(given: Given) -> None:
    with given.core.database.write() as session:
        team = session.get_one(Team, given.team.id)
        route = an_approved_route(
            session, team, TUESDAY, [a_referral(session, "scheduled", name="Mbah Esok")]
        )
        visit_id = visits_of(route)[0].id
    page = given.browser.get(f"/rute/{route.id}")
    assert "Mbah Esok" in page.text
    assert "Isi hasil" not in page.text
    answer = given.record(visit_id, kind="recorded")
    assert answer.status_code == 422  # type: ignore[attr-defined]


def test_a_result_is_saved_and_the_route_says_so(given: Given) -> None:
    answer = given.record(given.visits[0], kind="recorded")
    assert "Tersimpan: Mbah Karso sudah terekam" in answer.text  # type: ignore[attr-defined]
    assert "1 dari 2 selesai" in answer.text  # type: ignore[attr-defined]
    assert given.state() is ReferralState.RECORDED


def test_after_a_recording_there_is_a_message_for_the_family(given: Given) -> None:
    address = f"/rute/kunjungan/{given.visits[0]}"
    given.record(given.visits[0], kind="recorded")
    page = given.browser.get(address).text
    assert "Perekaman KTP-el Mbah Karso pada" in page
    assert "https://wa.me/62" in page
    given.record(given.visits[0], kind="not_recorded", reason="died")
    assert "Perekaman KTP-el Mbah Karso pada" not in given.browser.get(address).text


def test_the_same_form_sent_twice_is_one_result(given: Given) -> None:
    address = f"/rute/kunjungan/{given.visits[0]}/hasil"
    form = {"outcome_id": new_id(), "corrects_id": "", "kind": "not_recorded", "reason": "not_home"}
    for _press in range(2):
        assert given.browser.post(address, form).status_code == 200
    with given.core.database.read() as session:
        assert len(session.scalars(select(Outcome)).all()) == 1


def test_bad_input_keeps_what_was_typed_and_writes_nothing(given: Given) -> None:
    answer = given.record(given.visits[0], kind="not_recorded", reason="no_access", note="")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "Tulis keadaan yang ditemui" in answer.text  # type: ignore[attr-defined]
    assert 'value="no_access" checked' in answer.text  # type: ignore[attr-defined]
    assert given.state() is ReferralState.SCHEDULED


@pytest.mark.parametrize(
    "form", [{}, {"kind": "x"}, {"kind": "recorded", "outcome_id": "1"}, {"kind": "partly", "outcome_id": new_id(), "photo": "x"}]
)  # fmt: skip
def test_a_form_that_was_tampered_with_is_refused_politely(
    given: Given, form: dict[str, str]
) -> None:
    answer = given.browser.post(f"/rute/kunjungan/{given.visits[0]}/hasil", form)
    assert answer.status_code == 422
    assert "Ada yang perlu diperbaiki" in answer.text


def test_a_correction_shows_both_results(given: Given) -> None:
    given.record(given.visits[0], kind="recorded")
    given.record(given.visits[0], kind="not_recorded", reason="refused")
    page = given.browser.get(f"/rute/kunjungan/{given.visits[0]}").text
    assert "Tidak bersedia" in page
    assert "Terekam lengkap" in page
    assert "Sebelum diperbaiki" in page
    assert given.state() is ReferralState.ACCEPTED


def test_a_planner_types_a_result_in_from_paper_by_its_code(app: Flask, given: Given) -> None:
    with given.core.database.write() as session:
        planner = a_user(session, "planner")
    office = signed_in(app, planner)
    found = office.post("/hasil", {"code": given.code.lower()}, form_page="/hasil")
    assert "Mbah Karso" in found.text
    given.record(given.visits[0], office, kind="not_recorded", reason="died")
    waiting = office.get("/hasil").text
    assert "Mbah Karso" in waiting
    assert "Meninggal dunia" in waiting
    decide = f"/hasil/keputusan/{given.referral_id}"
    assert 'value="died" checked' in office.get(decide).text
    office.post(decide, {"close": "1", "close_reason": "died"}, form_page=decide)
    assert given.state() is ReferralState.CLOSED


def test_a_planner_sends_somebody_back_to_the_waiting_list(app: Flask, given: Given) -> None:
    with given.core.database.write() as session:
        planner = a_user(session, "planner")
    office = signed_in(app, planner)
    given.record(given.visits[0], office, kind="not_recorded", reason="moved")
    decide = f"/hasil/keputusan/{given.referral_id}"
    wrong = office.post(decide, {"again": "1", "not_before": "2026-11-01"}, form_page=decide)
    assert wrong.status_code == 422
    office.post(decide, {"again": "1", "not_before": "2026-12-01"}, form_page=decide)
    assert given.state() is ReferralState.ACCEPTED


def test_an_unknown_code_is_answered_at_the_field(app: Flask, given: Given) -> None:
    with given.core.database.write() as session:
        planner = a_user(session, "planner")
    office = signed_in(app, planner)
    assert office.post("/hasil", {"code": "ZZZZZZ"}, form_page="/hasil").status_code == 422
    assert office.post("/hasil", {"code": ""}, form_page="/hasil").status_code == 422


def test_a_team_gets_its_stops_as_a_calendar_without_names_numbers_or_health(given: Given) -> None:
    page = given.browser.get("/rute").text
    assert "/rute/kalender.ics" in page
    answer = given.browser.get("/rute/kalender.ics")
    assert answer.mimetype == "text/calendar"
    lines = answer.text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(given.route.stops)
    assert len({line for line in lines if line.startswith("UID:")}) == len(given.route.stops)
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any(word in answer.text for word in ("Karso", "Sarinem", NIK, "baring", "genset"))


def test_what_a_decree_asks_to_wear_stands_on_the_page_of_the_route(given: Given) -> None:
    with given.core.database.write() as session:
        set_decree(
            session, an_actor(session, "supervisor"), first=MONDAY, last=MONDAY,
            level=DecreeLevel.TIGHTENED, letter_number="440/12/2026", protective=True,
            team_id=given.team.id,
        )  # fmt: skip
    assert "440/12/2026" in given.browser.get(f"/rute/{given.route.id}").text
