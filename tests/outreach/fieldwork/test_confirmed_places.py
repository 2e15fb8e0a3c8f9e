"""A visit on which the tablet stood at the pin makes the pin a surveyed one; one from afar does not."""

from __future__ import annotations

import pytest
from flask import Flask

from outreach import clock, web
from outreach.places.models import PlaceQuality
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from tests.build import MONDAY, MORNING, a_nik, a_referral, a_team
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
