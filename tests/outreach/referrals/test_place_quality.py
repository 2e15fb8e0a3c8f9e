"""How a point was found is kept with it, until somebody sets another point."""

from __future__ import annotations

import pytest
from flask import Flask

from outreach.places.models import PlaceQuality
from outreach.referrals.forms import ReferralForm, place_mark

HOUSE = (-7.3349, 111.0425)
DEVICE = place_mark(PlaceQuality.DEVICE, *HOUSE)


@pytest.mark.parametrize(
    ("lat", "lon", "place_from", "quality"),
    [
        ("-7.334900", "111.042500", DEVICE, PlaceQuality.DEVICE),
        ("-7.334900", "111.042500", "", PlaceQuality.PIN),
        ("-7.334900", "111.042500", place_mark(PlaceQuality.SURVEYED, *HOUSE), PlaceQuality.PIN),
        ("-7.335000", "111.042500", DEVICE, PlaceQuality.PIN),
        ("-7.3349, 111.0425", "", DEVICE, PlaceQuality.PASTED),
        ("-7.334900", "111.042500", place_mark(PlaceQuality.PASTED, *HOUSE), PlaceQuality.PASTED),
    ],
)
def test_a_point_is_as_good_as_it_was_found(
    app: Flask, lat: str, lon: str, place_from: str, quality: PlaceQuality
) -> None:
    typed = {"lat": lat, "lon": lon, "place_from": place_from}
    with app.test_request_context("/", method="POST", data=typed):
        form = ReferralForm()
        form._read_place()
        assert form.found_place is not None
        assert form.found_place.quality is quality
