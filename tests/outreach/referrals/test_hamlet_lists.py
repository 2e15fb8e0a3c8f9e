"""A village keeps the list of its hamlets, and it is offered beside what its referrals say."""

from __future__ import annotations

from flask import Flask

from outreach import web
from outreach.policy import Role
from outreach.referrals.hamlet_lists import hamlets_of
from outreach.referrals.states import ReferralState
from tests.build import a_nik, a_referral, a_user, signed_in
from tests.outreach.referrals.given import NEIGHBOUR, OWN


def test_a_villages_own_list_wins_over_how_its_referrals_spell(app: Flask, core: web.Core) -> None:
    with core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)
        draft = a_referral(session, ReferralState.DRAFT, submitted_at=None, hamlet="NGREJENG").id
        a_referral(session, ReferralState.SUBMITTED, hamlet="Kedung")
        a_referral(session, ReferralState.SUBMITTED, hamlet="Lor", village_code=NEIGHBOUR)
    browser = signed_in(app, officer)
    browser.post("/usulan/dukuh", {"names": "Ngrejeng\n  Tegal   Sari \n\nngrejeng"})
    with core.database.read() as session:
        assert hamlets_of(session, OWN) == ["Kedung", "ngrejeng", "Tegal Sari"]
    step = browser.get(f"/usulan/{draft}/ubah?bagian=alamat").text
    assert '<option value="Tegal Sari">' in step
    assert "Lor" not in step.split("<datalist", 1)[1].split("</datalist>", 1)[0]


def test_a_list_of_hamlets_holds_no_nik(app: Flask, core: web.Core) -> None:
    with core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)
    refused = signed_in(app, officer).post("/usulan/dukuh", {"names": f"Ngrejeng\n{a_nik()}"})
    assert refused.status_code == 422
    with core.database.read() as session:
        assert hamlets_of(session, OWN) == []
