"""What anybody learns by a tracking code: a plain stage or a coming team, and nothing about a person."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from outreach import clock, web
from outreach.i18n import set_language
from outreach.public.tracking import STAGES
from outreach.referrals import tracking
from outreach.referrals.conditions import CONDITIONS
from outreach.referrals.states import CloseReason, ReferralState
from tests.build import MONDAY, MORNING, Browser, a_nik, a_referral, a_team
from tests.build_plans import an_approved_route

NIK = a_nik(815)
HEAVIEST_BYTES = 30_000
SECRETS = ("Karso", "Ngrejeng", "joglo", "33142", "6281200000000", "Sri", "Jenar", "sepuh", NIK)


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


def a_case(
    core: web.Core, state: ReferralState = ReferralState.SCHEDULED, days_ahead: int | None = 1
) -> str:
    """A case with a NIK, on a team's approved route in so many days; return its tracking code."""
    code = tracking.make()
    with core.database.write() as session:
        closed = CloseReason.DIED if state is ReferralState.CLOSED else None
        case = a_referral(
            session, state, sealer=core.sealer, nik=NIK, name="Mbah Karso", tracking_code=code,
            condition="psychosocial", close_reason=closed,
        )  # fmt: skip
        if days_ahead is not None:
            team = a_team(session, "T7", vehicle="Avanza AD 9045 E")
            an_approved_route(session, team, MONDAY + timedelta(days=days_ahead), [case])
    return code


def said(html: str) -> str:
    """The main part of a page without what changes by itself (tokens)."""
    return re.sub(r'value="[^"]*"', "", html[html.index("<main") : html.index("</main")])


@pytest.mark.parametrize(
    "state", [state for state in ReferralState if state is not ReferralState.DRAFT]
)
def test_a_family_sees_a_plain_stage_and_nothing_about_the_person(
    app: Flask, core: web.Core, state: ReferralState
) -> None:
    code = a_case(core, state)
    for path in ("/lacak", "/periksa"):
        page = Browser(app).post(path, {"code": code}, form_page=path)
        assert page.status_code == 200
        text = said(page.text)
        for secret in (*SECRETS, code, *(fact.label for fact in CONDITIONS.values())):
            assert secret not in text, secret
        for word in ("meninggal", "ODGJ", "sakit", "disabilitas", "gagal", "ganda"):
            assert word not in text.lower(), word


def test_there_are_five_stages_and_one_of_them_is_now(app: Flask, core: web.Core) -> None:
    page = Browser(app).post("/lacak", {"code": a_case(core)}, form_page="/lacak")
    assert len(STAGES) == 5
    assert page.text.count('aria-current="step"') == 1
    assert "Kunjungan terjadwal" in page.text
    assert "Siapkan Kartu Keluarga" in page.text


@pytest.mark.parametrize("path", ["/lacak", "/periksa"])
def test_unknown_misspelt_empty_and_unsent_codes_are_answered_alike(
    app: Flask, core: web.Core, path: str
) -> None:
    draft = a_case(core, ReferralState.DRAFT, None)
    answers = set()
    for code in (tracking.make(), "SB-0000-0000", "hello", "", "x" * 50, draft, "' OR 1=1 --"):
        answer = Browser(app).post(path, {"code": code}, form_page=path)
        answers.add((answer.status_code, said(answer.text)))
    assert len(answers) == 1


def test_the_code_is_read_as_people_type_it(app: Flask, core: web.Core) -> None:
    code = a_case(core).lower().replace("-", " ")
    assert Browser(app).post("/lacak", {"code": code}, form_page="/lacak").status_code == 200


def test_a_code_never_works_from_an_address(app: Flask, core: web.Core) -> None:
    code = a_case(core)
    for path in ("/lacak", "/periksa"):
        page = Browser(app).get(f"{path}?code={code}")
        assert 'aria-current="step"' not in page.text
        assert "T7" not in page.text
        assert f'value="{code}"' not in page.text


def test_a_genuine_visit_is_known_by_its_day_window_team_and_vehicle(
    app: Flask, core: web.Core
) -> None:
    page = Browser(app).post("/periksa", {"code": a_case(core)}, form_page="/periksa").text
    for words in (
        "Selasa, 24 November 2026",
        "08.00 – 10.00",
        "T7",
        "Avanza AD 9045 E",
        "gratis",
        "surat perintah tugas",
        "NIK, kode OTP, atau uang",
    ):
        assert words in page, words


def test_a_past_visit_and_a_visit_that_was_replaced_are_not_expected(
    app: Flask, core: web.Core
) -> None:
    past = a_case(core, days_ahead=-3)
    none = a_case(core, days_ahead=None)
    for code in (past, none):
        page = Browser(app).post("/periksa", {"code": code}, form_page="/periksa").text
        assert "Tidak ada kunjungan terjadwal" in page
        assert "T7" not in said(page)


def test_walking_through_codes_is_slowed_down(app: Flask) -> None:
    visitor = Browser(app)
    statuses = [
        visitor.post(path, {"code": tracking.make()}, form_page=path).status_code
        for path in ("/lacak", "/periksa") * 16
    ]
    assert statuses[0] == 422
    assert statuses[30:] == [429, 429]


def weight(app: Flask, html: str) -> int:
    """The bytes of a page with every style sheet, script and picture it names, each gzipped."""
    client = app.test_client()
    bodies = [html.encode()]
    for tag in re.findall(r"<(?:link|script|img)[^>]*>", html):
        found = re.search(r'(?:href|src)="([^"]+)"', tag)
        assert found is not None
        if found.group(1).startswith("data:"):
            continue  # it is in the page itself
        with client.get(found.group(1).replace("&amp;", "&")) as answer:
            assert answer.status_code == 200
            bodies.append(answer.data)
    return sum(len(gzip.compress(body)) for body in bodies)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_public_pages_weigh_at_most_30_kb_with_all_they_load(
    app: Flask, core: web.Core, language: str
) -> None:
    visitor = Browser(app)
    visitor.post("/bahasa", {"language": language}, form_page="/lacak")
    code = a_case(core)
    pages = {
        path: visitor.get(path).text
        for path in (
            "/lacak",
            "/periksa",
            "/antre",
            "/antre?hari=2026-11-24",
            "/antre/batal",
            "/masuk",
        )
    }
    pages |= {
        f"{path} answered": visitor.post(path, {"code": code}, form_page=path).text
        for path in ("/lacak", "/periksa")
    }
    weights = {name: weight(app, html) for name, html in pages.items()}
    assert max(weights.values()) <= HEAVIEST_BYTES, weights
    set_language("id")
