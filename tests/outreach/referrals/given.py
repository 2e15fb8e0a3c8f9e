"""What an officer types: a whole form as a browser sends it, and the same as a service takes it."""

from __future__ import annotations

from datetime import date
from typing import Any

from outreach.places.models import PlaceQuality
from outreach.referrals.given import Place, ReferralInput
from outreach.referrals.service import new_form_token

OWN, NEIGHBOUR = "33.14.20.2001", "33.14.20.2002"
"""The village of the officers of tests/build.py, and another of the same district."""


def an_input(**given: Any) -> ReferralInput:
    """A complete referral as a service takes it, its NIK not known unless one is given."""
    return ReferralInput(
        **{
            "village_code": OWN,
            "name": "Mbah Tukiyem",
            "birth_date": date(1941, 7, 1),
            "sex": "P",
            "hamlet": "Ngrejeng",
            "rt": "001",
            "rw": "002",
            "place": Place(-7.3291, 111.0766, PlaceQuality.PIN),
            "landmark": "rumah joglo timur musala",
            "condition": "frail",
            "house_power": "va_900",
            "contact_name": "Sri",
            "contact_relation": "child",
            "contact_phone": "+6281234567890",
            "ticked": () if "nik" in given else ("nik",),
            **given,
        }
    )


def a_form(**given: Any) -> dict[str, Any]:
    """A complete referral as the form sends it."""
    return {
        "form_token": new_form_token(),
        "village_code": OWN,
        "name": "Mbah Tukiyem",
        "nik": "",
        "nik_unknown": "y",
        "birth": ["1", "7", "1941"],
        "sex": "P",
        "rt": "1",
        "rw": "2",
        "hamlet": "Ngrejeng",
        "lat": "",
        "lon": "",
        "centre_only": "y",
        "landmark": "rumah joglo timur musala",
        "condition": "frail",
        "house_power": "va_900",
        "home": "any",
        "contact_name": "Sri",
        "contact_relation": "child",
        "contact_phone": "0812 3456 7890",
        "note": "",
        **given,
    }
