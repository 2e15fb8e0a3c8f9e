"""“Not known yet” is an answer to everything but name and village, and is chased until it is known."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from outreach import web
from outreach.errors import Invalid, Refused
from outreach.planning.problem_builder import visit_of
from outreach.policy import Role
from outreach.referrals import nik, service
from outreach.referrals.conditions import CONDITIONS
from outreach.referrals.given import ReferralInput, given_of
from outreach.referrals.models import Referral, ReferralEvent
from outreach.referrals.open_questions import QUESTIONS, incomplete_referrals, open_questions
from outreach.referrals.service import new_form_token
from outreach.referrals.states import ReferralState
from tests.build import Browser, a_nik, a_referral, a_user, an_actor, signed_in
from tests.outreach.referrals.given import OWN, an_input

S = ReferralState
NOTHING_KNOWN = (
    {"village_code": OWN, "name": "Mbah Karso", "nik_unknown": "y", "birth_unknown": "y", "sex": "?"},
    {"units_unknown": "y", "hamlet_unknown": "y", "centre_only": "y", "landmark_unknown": "y"},
    {"condition": "?", "house_power": "unknown"},
    {"home": "?", "contact_unknown": "y", "phone_unknown": "y"},
)  # fmt: skip
CODES = ("orang", "alamat", "keadaan", "keluarga")


def send_with_nothing_known(browser: Browser) -> str:
    """Go through the form as somebody who knows a name and no more; return the address of what was sent."""
    page = browser.client.get("/usulan/baru", follow_redirects=True)
    for code, answers in zip(CODES, NOTHING_KNOWN, strict=True):
        page = browser.post(page.request.full_path, {"bagian": code, **answers})
        assert page.status_code == 200, page.text
    return str(page.request.path)


def test_a_referral_is_sent_with_a_name_and_a_village_alone_and_waits_in_a_queue_of_its_own(
    app: Flask, core: web.Core
) -> None:
    with core.database.write() as session:
        officer, district = a_user(session, Role.VILLAGE), a_user(session, Role.DISTRICT)
    browser = signed_in(app, officer)
    sent = browser.post(send_with_nothing_known(browser))
    assert sent.request.path.endswith("/terkirim"), sent.text
    with core.database.read() as session:
        kept = session.scalars(select(Referral)).one()
        assert kept.state is S.SUBMITTED
        assert open_questions(kept, kept.resident) == tuple(QUESTIONS)
    for person in (officer, district):
        his = signed_in(app, person)
        assert "1 usulan belum lengkap" in his.get("/").text
        listed = his.get("/usulan?status=incomplete").text
        assert "Mbah Karso" in listed
        assert "patokan" in listed
    assert "Belum diketahui" in browser.get(f"/usulan/{kept.id}").text


def test_what_was_not_known_is_filled_in_later_and_the_rest_stays_open(
    app: Flask, core: web.Core
) -> None:
    with core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)
        kept = a_referral(
            session, S.SUBMITTED, landmark="", condition="", contact_phone="", ticked=["no_phone"]
        )
    address = f"/usulan/{kept.id}/lengkapi"
    browser = signed_in(app, officer)
    asked = browser.get(address).text
    assert 'name="landmark"' in asked
    assert 'name="hamlet"' not in asked  # it is known already
    answer = browser.post(address, {"landmark": "timur musala", "condition": "?", "hamlet": "Lain"})
    assert answer.status_code == 200, answer.text
    with core.database.read() as session:
        after = session.get_one(Referral, kept.id)
        assert (after.landmark, after.hamlet) == ("timur musala", "Dukuh Ngrejeng")
        assert "condition" in open_questions(after, after.resident)
        event = session.scalars(select(ReferralEvent)).one()
        assert (event.kind, event.detail["fields"]) == ("completed", ["landmark"])


def test_a_nik_is_filled_in_without_taking_back_that_it_was_unknown(
    app: Flask, core: web.Core
) -> None:
    with core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)
        kept = a_referral(session, S.SUBMITTED, ticked=["nik"], contact_relation="child")
    browser = signed_in(app, officer)
    answer = browser.post(f"/usulan/{kept.id}/lengkapi", {"nik": a_nik(5), "codes": "nik power"})
    assert answer.status_code == 200, answer.text
    with core.database.read() as session:
        after = session.get_one(Referral, kept.id)
        assert open_questions(after, after.resident) == ("power",)


def test_nothing_is_filled_in_once_the_visit_is_planned(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = a_referral(session, S.SCHEDULED, landmark="")
        with pytest.raises(Refused):
            service.complete_referral(session, officer, core.sealer, kept, given_of(kept))


def test_a_referral_leaves_the_queue_when_everything_is_known(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = service.save_draft(session, officer, core.sealer, new_form_token(), an_input())
        service.submit_referral(session, officer, kept)
        session.flush()
        assert incomplete_referrals(session, officer, 3) == (1, [kept])
        told = an_input(nik=nik.parse(a_nik(3)))
        service.complete_referral(session, officer, core.sealer, kept, told)
        session.flush()
        assert incomplete_referrals(session, officer, 3) == (0, [])


def test_an_unknown_condition_is_planned_with_the_longest_time(core: web.Core) -> None:
    with core.database.write() as session:
        kept = a_referral(session, S.ACCEPTED, condition="")
        day = date(2026, 11, 24)
        visit = visit_of(kept, 1, day, day)
        assert visit.service_s == max(fact.service_s for fact in CONDITIONS.values())


def test_no_phone_is_known_and_a_phone_nobody_knows_is_not(core: web.Core) -> None:
    with core.database.write() as session:
        none = a_referral(session, S.SUBMITTED, contact_phone="", ticked=["no_phone"])
        unknown = a_referral(session, S.SUBMITTED, contact_phone="", ticked=["phone"])
        assert "phone" not in open_questions(none, none.resident)
        assert "phone" in open_questions(unknown, unknown.resident)


def test_whom_to_ask_may_be_unknown_but_not_half_known(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        given = an_input(contact_name="", contact_relation="", contact_phone="", ticked=("nik",))
        kept = service.save_draft(session, officer, core.sealer, new_form_token(), given)
        with pytest.raises(Invalid) as refused:
            service.submit_referral(session, officer, kept)
        assert {"contact_name", "contact_phone"} <= set(refused.value.errors)
        said = an_input(
            contact_name="", contact_relation="", contact_phone="", ticked=("nik", "contact")
        )
        service.edit_referral(session, officer, core.sealer, kept, said)
        assert service.submit_referral(session, officer, kept).state is S.SUBMITTED


def test_an_input_takes_only_ticks_that_a_form_has() -> None:
    with pytest.raises(ValueError, match="ticks"):
        ReferralInput(village_code=OWN, name="Karso", ticked=("mood",))
