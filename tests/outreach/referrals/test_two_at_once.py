"""Two people at one referral: the second is told, keeps what was typed, and decides."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from outreach import web
from outreach.policy import Role
from outreach.referrals import service
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from tests.build import Browser, a_referral, a_user, an_actor, signed_in, token_in

S = ReferralState


@pytest.fixture
def two(app: Flask, core: web.Core) -> tuple[Browser, Browser, str]:
    """A village officer and a district officer, and a draft of the village."""
    with core.database.write() as session:
        village = a_user(session, Role.VILLAGE)
        district = a_user(session, Role.DISTRICT)
        draft = a_referral(session, S.RETURNED, contact_relation="child", house_power="va_900").id
    return signed_in(app, village), signed_in(app, district), f"/usulan/{draft}"


def opened(browser: Browser, address: str) -> dict[str, str]:
    """Open a page, and return the hidden fields of its form."""
    page = browser.get(address).text
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    fields = {}
    for one in hidden:
        name, value = re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)
        if name:
            fields[name[1]] = value[1] if value else ""
    return fields | {"csrf_token": token_in(page)}


def address_of_house(**given: str) -> dict[str, str]:
    return {
        "rt": "1",
        "rw": "2",
        "hamlet": "Ngrejeng",
        "lat": "",
        "lon": "",
        "centre_only": "y",
        **given,
    }


def test_the_second_is_told_in_words_keeps_what_was_typed_and_may_put_it_in_place(
    two: tuple[Browser, Browser, str], core: web.Core
) -> None:
    first, second, referral = two
    step = f"{referral}/ubah?bagian=alamat"
    hers, his = opened(first, step), opened(second, step)
    saved = first.client.post(step, data=hers | address_of_house(landmark="timur musala"))
    assert saved.status_code == 303
    told = second.client.post(step, data=his | address_of_house(landmark="barat sungai"))
    assert told.status_code == 409
    assert "Orang lain sudah mengubahnya" in told.text
    assert "timur musala" in told.text
    assert 'value="barat sungai"' in told.text
    again = dict(re.findall(r'name="(seen|edit_mark)"[^>]*value="([^"]*)"', told.text))
    kept = second.client.post(step, data=his | again | address_of_house(landmark="barat sungai"))
    assert kept.status_code == 303
    with core.database.read() as session:
        row = session.get_one(Referral, referral.rsplit("/", 1)[1])
        assert row.landmark == "barat sungai"


def test_two_who_write_different_steps_do_not_disturb_each_other(
    two: tuple[Browser, Browser, str], core: web.Core
) -> None:
    first, second, referral = two
    here, there = f"{referral}/ubah?bagian=alamat", f"{referral}/ubah?bagian=keadaan"
    hers, his = opened(first, here), opened(second, there)
    first.client.post(here, data=hers | address_of_house(landmark="timur musala"))
    answer = second.client.post(there, data=his | {"condition": "bedridden", "house_power": "none"})
    assert answer.status_code == 303
    with core.database.read() as session:
        row = session.get_one(Referral, referral.rsplit("/", 1)[1])
        assert (row.landmark, row.condition) == ("timur musala", "bedridden")


def test_one_page_that_saves_itself_does_not_overtake_itself(
    two: tuple[Browser, Browser, str],
) -> None:
    first, _second, referral = two
    step = f"{referral}/ubah?bagian=alamat"
    page = opened(first, step)
    by_itself = page | address_of_house(landmark="timur", draft="auto")
    by_itself["edit_mark"] = page["edit_mark"] + ":1"
    assert first.client.post(step, data=by_itself).status_code == 204
    whole = page | address_of_house(landmark="timur musala")
    whole["edit_mark"] = page["edit_mark"] + ":2"
    assert first.client.post(step, data=whole).status_code == 303


def test_who_saves_after_it_was_sent_sees_what_was_not_kept(
    two: tuple[Browser, Browser, str], core: web.Core
) -> None:
    first, second, referral = two
    step = f"{referral}/ubah?bagian=alamat"
    his = opened(second, step)
    with core.database.write() as session:
        row = session.get_one(Referral, referral.rsplit("/", 1)[1])
        officer = an_actor(session, Role.VILLAGE)
        service.answer_and_resubmit(session, officer, row, "Sudah dibetulkan.")
    told = second.client.post(step, data=his | address_of_house(landmark="barat sungai"))
    assert told.status_code == 409
    assert "barat sungai" in told.text
    assert "sudah dikirim" in told.text
    assert first.get(referral).status_code == 200


def test_what_somebody_else_filled_in_meanwhile_stays_and_the_other_answer_is_shown(
    two: tuple[Browser, Browser, str], core: web.Core
) -> None:
    first, second, referral = two
    with core.database.write() as session:
        row = session.get_one(Referral, referral.rsplit("/", 1)[1])
        row.state, row.landmark = S.SUBMITTED, ""
    missing = f"{referral}/lengkapi"
    hers, his = opened(first, missing), opened(second, missing)
    assert first.client.post(missing, data=hers | {"landmark": "timur musala"}).status_code == 303
    told = second.client.post(missing, data=his | {"landmark": "barat sungai"})
    assert told.status_code == 409
    assert "timur musala" in told.text
    assert "barat sungai" in told.text
