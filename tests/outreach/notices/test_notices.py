"""A family is told its hours, told again when they change, and never told of what is not its own."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, update

from outreach import clock, web
from outreach.audit.models import AuditEntry
from outreach.notices.models import FamilyNotice
from outreach.planning.models import Plan, PlanState
from outreach.policy import Role
from outreach.referrals.models import Referral
from outreach.referrals.states import CloseReason, ReferralState
from outreach.teams.models import Team
from tests.build import MONDAY, MORNING, Browser, a_nik, a_referral, a_team, a_user, signed_in
from tests.world import FOREIGN_VILLAGE, a_plan

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def officer(app: Flask, core: web.Core) -> Browser:
    """An officer of a village with Mbah Karso's visit tomorrow; another village has one too."""
    with core.database.write() as session:
        own = a_referral(
            session, ReferralState.SCHEDULED, name="Mbah Karso", condition="bedridden",
            contact_name="Bu Sri", contact_phone="+6281200000012", sealer=core.sealer, nik=a_nik(77),
        )  # fmt: skip
        foreign = a_referral(
            session, ReferralState.SCHEDULED, name="Mbah Asing", village_code=FOREIGN_VILLAGE
        )
        a_plan(session, TUESDAY, {a_team(session, "T1"): [own, foreign]}, state=PlanState.APPROVED)
        person = a_user(session, Role.VILLAGE)
    return signed_in(app, person)


def _referral(core: web.Core, name: str) -> Referral:
    with core.database.read() as session:
        return next(r for r in session.scalars(select(Referral)) if r.resident.name == name)


def _address(core: web.Core) -> str:
    return f"/kabar/{_referral(core, 'Mbah Karso').id}"


def _seen(officer: Browser, address: str) -> str:
    """What the page of one family showed: the visit as its form carries it."""
    field = re.search(r'name="seen"[^>]*value="([^"]*)"', officer.get(address).text)
    assert field
    return field.group(1)


def _tell(officer: Browser, address: str, channel: str = "whatsapp") -> str:
    answer = officer.post(address, {"seen": _seen(officer, address), "channel": channel})
    return str(answer.text)


def _replan(core: web.Core, names: Sequence[str]) -> None:
    """Take the plan's place with a new one that visits these people in this order, an hour apart."""
    with core.database.write() as session:
        for plan in session.scalars(select(Plan)):
            for version in plan.versions:
                if version.state is PlanState.APPROVED:
                    version.state = PlanState.SUPERSEDED
        people = {r.resident.name: r for r in session.scalars(select(Referral))}
        for name, referral in people.items():
            referral.state = ReferralState.SCHEDULED if name in names else ReferralState.ACCEPTED
        if names:
            team = session.scalars(select(Team)).one()
            a_plan(session, TUESDAY, {team: [people[name] for name in names]})


def test_the_first_page_and_the_list_name_whom_to_tell_of_the_own_village_only(
    officer: Browser,
) -> None:
    assert "1 keluarga belum tahu kapan tim datang" in officer.get("/").text
    page = officer.get("/kabar").text
    assert "Mbah Karso" in page
    assert "Selasa, 24 November 2026, antara pukul 08.00 dan 10.00" in page
    assert "Mbah Asing" not in page


def test_the_text_is_polite_and_says_nothing_private(officer: Browser, core: web.Core) -> None:
    page = officer.get(_address(core)).text
    links = [html.unescape(link) for link in re.findall(r'href="(https://wa.me/[^"]+)"', page)]
    assert len(links) == 2
    assert all(urlsplit(link).path == "/6281200000012" for link in links)
    indonesian, krama = (parse_qs(urlsplit(link).query)["text"][0] for link in links)
    assert "Bapak/Ibu Sri." in indonesian
    assert "antara pukul 08.00 dan 10.00" in indonesian
    assert "GRATIS" in indonesian
    assert "dalemipun Mbah Karso" in krama
    for text in (indonesian, krama):
        assert "http" not in text
        assert "3314" not in text
        assert "baring" not in text.lower()


def test_what_was_told_is_kept_with_who_and_how(officer: Browser, core: web.Core) -> None:
    assert "keluarga Mbah Karso sudah tahu" in _tell(officer, _address(core), "hamlet_head")
    with core.database.read() as session:
        notice = session.scalars(select(FamilyNotice)).one()
        assert (notice.day, notice.from_s, notice.to_s) == (TUESDAY, 8 * 3600, 10 * 3600)
        assert notice.channel == "hamlet_head"
        assert notice.told_by_name
        assert "notice.recorded" in set(session.scalars(select(AuditEntry.action)))
    assert "Semua keluarga sudah tahu" in officer.get("/kabar").text
    assert "Lewat Kadus atau RT" in officer.get("/kabar?lihat=sudah").text


def test_a_family_is_told_again_when_its_hours_change(officer: Browser, core: web.Core) -> None:
    _tell(officer, _address(core))
    _replan(core, ["Mbah Karso"])
    assert "Semua keluarga sudah tahu" in officer.get("/kabar").text, "same day, same hours"
    _replan(core, ["Mbah Asing", "Mbah Karso"])
    assert "Berubah: kabari lagi" in officer.get("/kabar").text
    page = officer.get(_address(core)).text
    assert "masih menunggu Selasa, 24 November 2026, antara pukul 08.00" in page
    assert "Semula Selasa, 24 November 2026 antara pukul 08.00 dan 10.00" in page
    assert "gantos wekdal. Benjing dinten Selasa Kliwon, 24 November 2026" in page
    _tell(officer, _address(core), "call")
    assert "Semua keluarga sudah tahu" in officer.get("/kabar").text
    before = officer.get(_address(core)).text.split("Yang sudah dikabarkan")[1]
    assert before.index("Telepon") < before.index("WhatsApp"), "the last telling comes first"


def test_nobody_is_noted_as_told_of_hours_that_changed_while_the_page_was_open(
    officer: Browser, core: web.Core
) -> None:
    address = _address(core)
    seen = _seen(officer, address)
    _replan(core, ["Mbah Asing", "Mbah Karso"])
    answer = officer.post(address, {"seen": seen, "channel": "call"}).text
    assert "baru saja berubah" in answer
    with core.database.read() as session:
        assert session.scalars(select(FamilyNotice)).all() == []


def test_a_family_that_was_told_hears_when_the_visit_is_called_off(
    officer: Browser, core: web.Core
) -> None:
    _tell(officer, _address(core))
    _replan(core, [])
    assert "Batal: kabari" in officer.get("/kabar").text
    assert "belum dapat kami laksanakan" in officer.get(_address(core)).text
    _tell(officer, _address(core), "call")
    assert "Semua keluarga sudah tahu" in officer.get("/kabar").text


def test_a_family_in_mourning_is_not_written_to(officer: Browser, core: web.Core) -> None:
    _tell(officer, _address(core))
    with core.database.write() as session:
        session.execute(
            update(Referral).values(state=ReferralState.CLOSED, close_reason=CloseReason.DIED)
        )
    assert "Semua keluarga sudah tahu" in officer.get("/kabar").text
    assert "Mbah Karso" not in officer.get("/kabar?lihat=sudah").text


def test_how_it_was_told_must_be_said(officer: Browser, core: web.Core) -> None:
    answer = officer.post(_address(core), {"seen": "", "channel": ""})
    assert answer.status_code == 422
    assert "Pilih cara keluarga dikabari" in answer.text


def test_a_foreign_family_is_not_there(officer: Browser, core: web.Core) -> None:
    assert officer.get(f"/kabar/{_referral(core, 'Mbah Asing').id}").status_code == 404
