"""A referral goes back with a question, stands on the officer's first page, and comes back to whoever asked."""

from __future__ import annotations

from flask import Flask

from outreach import web
from outreach.policy import Role
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from tests.build import a_referral, a_user, signed_in

S = ReferralState


def test_a_question_is_on_the_first_page_until_it_is_answered_and_then_on_the_askers(
    app: Flask, core: web.Core
) -> None:
    with core.database.write() as session:
        officer, asker = a_user(session, Role.VILLAGE), a_user(session, Role.DISTRICT)
        neighbour = a_user(session, Role.VILLAGE, village_code="33.14.20.2002")
        kept = a_referral(session, S.SUBMITTED, name="Mbah Karso", house_power="va_900").id
    asking, answering = signed_in(app, asker), signed_in(app, officer)
    refused = asking.post(f"/triase/{kept}/kembalikan", {"reason": "place", "question": ""})
    assert refused.status_code == 422
    asking.post(
        f"/triase/{kept}/kembalikan", {"reason": "place", "question": "Sebelah mana musala?"}
    )
    first_page = answering.get("/").text
    assert "Jawab tentang Mbah Karso" in first_page
    assert "Sebelah mana musala?" in first_page
    assert f"/usulan/{kept}/jawab" in first_page
    assert "Mbah Karso" not in signed_in(app, neighbour).get("/").text
    answering.post(f"/usulan/{kept}/jawab", {"answer": "Di timur musala."})
    assert "Jawab tentang" not in answering.get("/").text
    assert "Mbah Karso" in asking.get("/").text
    with core.database.read() as session:
        assert session.get_one(Referral, kept).state is S.SUBMITTED
    assert "Di timur musala." in asking.get(f"/triase/{kept}").text
