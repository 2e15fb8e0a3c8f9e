"""A visit on which the team stood at the pin makes the pin a surveyed one, from a tablet and from a page."""

from __future__ import annotations

import pytest
from flask import Flask

from outreach import clock, web
from outreach.fieldwork.outcomes import latest_outcome
from outreach.ids import new_id
from outreach.places.models import PlaceQuality
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from tests.build import MONDAY, MORNING, a_nik, a_referral, a_team, signed_in
from tests.build_plans import an_approved_route, visits_of
from tests.build_tablet import a_device


@pytest.mark.parametrize(
    ("arrived", "result", "quality"),
    [
        ({"distance_m": 25}, {"kind": "recorded"}, PlaceQuality.SURVEYED),
        ({"distance_m": 800}, {"kind": "recorded"}, PlaceQuality.PIN),
        ({}, {"kind": "recorded"}, PlaceQuality.PIN),
        ({"distance_m": 25}, {"kind": "not_recorded", "reason": "not_home"}, PlaceQuality.PIN),
    ],
)
def test_a_recording_at_the_pin_confirms_it(
    app: Flask, core: web.Core, arrived: dict[str, int], result: dict[str, str], quality: str
) -> None:
    with clock.frozen(MORNING):
        with core.database.write() as session:
            team = a_team(session, "T1", members=2)
            person = a_referral(
                session, ReferralState.SCHEDULED, sealer=core.sealer, nik=a_nik(), place_quality=PlaceQuality.PIN
            )  # fmt: skip
            (visit,) = visits_of(an_approved_route(session, team, MONDAY, [person]))
            visit_id, referral_id = visit.id, person.id
        device = a_device(app, core, team)
        device.pack()
        device.take(device.event("arrived", visit_id, arrived), device.event("result", visit_id, result))  # fmt: skip
        with core.database.read() as session:
            assert session.get_one(Referral, referral_id).place_quality is quality


@pytest.mark.parametrize(
    ("given", "form", "expected", "quality"),
    [
        (PlaceQuality.PIN, {"at_pin": "y"}, None, PlaceQuality.SURVEYED),
        (PlaceQuality.PIN, {}, None, PlaceQuality.PIN),
        (PlaceQuality.VILLAGE, {"at_pin": "y"}, None, PlaceQuality.VILLAGE),
        (PlaceQuality.VILLAGE, {"lat": "-7,3350", "lon": "111,0430"}, (-7.335, 111.043), PlaceQuality.SURVEYED),
        (PlaceQuality.PIN, {"lat": "https://maps.google.com/?q=-7.335,111.043"}, (-7.335, 111.043), PlaceQuality.SURVEYED),
        (PlaceQuality.PIN, {"kind": "not_recorded", "reason": "not_home", "at_pin": "y"}, None, PlaceQuality.PIN),
    ],
)  # fmt: skip
def test_a_result_on_a_page_confirms_or_mends_the_pin_and_its_hamlet_learns(
    app: Flask, core: web.Core, given: PlaceQuality, form: dict[str, str],
    expected: tuple[float, float] | None, quality: PlaceQuality,
) -> None:  # fmt: skip
    with clock.frozen(MORNING):
        with core.database.write() as session:
            team = a_team(session, "T1", members=2)
            person = a_referral(session, ReferralState.SCHEDULED, place_quality=given, hamlet="Ngrejeng")  # fmt: skip
            beside = a_referral(session, place_quality=PlaceQuality.VILLAGE, hamlet="Dk. Ngrejeng")
            (visit,) = visits_of(an_approved_route(session, team, MONDAY, [person]))
            known = (person.lat, person.lon)
            ids = (visit.id, person.id, beside.id)
            member = team.members[0].user
        browser = signed_in(app, member)
        address = f"/rute/kunjungan/{ids[0]}/hasil"
        sent = {"kind": "recorded", "outcome_id": new_id(), **form}
        browser.post(address, sent, form_page=f"{address}?jenis={sent['kind']}")
        with core.database.read() as session:
            found, other = (session.get_one(Referral, one) for one in ids[1:])
            assert found.place_quality is quality
            assert (found.lat, found.lon) == (expected or known)
            learned = quality is PlaceQuality.SURVEYED
            assert (other.place_quality is PlaceQuality.HAMLET) is learned


def test_a_house_outside_the_regency_is_refused_and_no_result_is_kept(
    app: Flask, core: web.Core
) -> None:
    with clock.frozen(MORNING):
        with core.database.write() as session:
            team = a_team(session, "T1", members=2)
            person = a_referral(session, ReferralState.SCHEDULED)
            (visit,) = visits_of(an_approved_route(session, team, MONDAY, [person]))
            visit_id, member = visit.id, team.members[0].user
        browser = signed_in(app, member)
        address = f"/rute/kunjungan/{visit_id}/hasil"
        for lat, lon in (
            ("-7.53", "110.77"),
            ("-6.2", "106.8"),
        ):  # in the box around the regency, and far away
            sent = {"kind": "recorded", "outcome_id": new_id(), "lat": lat, "lon": lon}
            answer = browser.post(address, sent, form_page=f"{address}?jenis=recorded")
            assert answer.status_code == 422
            assert "di luar Sragen" in answer.text
        with core.database.read() as session:
            assert latest_outcome(session, visit_id) is None
