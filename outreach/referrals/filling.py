"""The form of a referral with its lists, filled from what is on file and from what one step has sent."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import time
from typing import Any

from flask import request
from wtforms.fields.choices import SelectChoice

from outreach.i18n import gettext as _
from outreach.places.models import Village
from outreach.referrals import phones
from outreach.referrals.circumstances import RELATIONS, TIME_WISHES
from outreach.referrals.conditions import CONDITIONS, NEEDS, POWER
from outreach.referrals.fields import Birth, choices
from outreach.referrals.forms import ReferralForm, place_mark
from outreach.referrals.given import NOT_KNOWN, given_of
from outreach.referrals.models import Referral
from outreach.referrals.service import is_edit_mark, is_form_token, new_form_token
from outreach.referrals.steps import Step
from outreach.referrals.wording import wish_code

_OF_THE_PAGE = ("form_token", "edit_mark", "seen")


def referral_form(
    villages: Sequence[Village],
    referral: Referral | None = None,
    step: Step | None = None,
    *,
    form_token: str | None = None,
) -> ReferralForm:
    """Return the form with its lists, filled from a referral where there is one.

    With a `step`, only the answers of that step are read from what was sent; all others stay as they are on file.
    """
    known = _filled(referral) if referral else {}
    form = ReferralForm(formdata=None, **known) if step else ReferralForm(**known)
    if step:
        form.asked = step.fields
        if request.method == "POST":
            for name in (*_OF_THE_PAGE, *step.fields):
                form[name].process(request.form, known.get(name, form[name].default))
    several = len({village.district_code for village in villages}) > 1
    form.village_code.choices = [
        *([SelectChoice("", _("Choose the village"))] if len(villages) > 1 else []),
        *(
            SelectChoice(
                v.code, v.label, optgroup=f"Kecamatan {v.district.name}" if several else None
            )
            for v in villages
        ),
    ]
    if len(villages) == 1:
        form.village_code.data = villages[0].code
    form.sex.choices = [
        SelectChoice("P", _("Woman")),
        SelectChoice("L", _("Man")),
        SelectChoice(NOT_KNOWN, _("Not known yet")),
    ]
    form.condition.choices = [
        *choices(((c.code, c.label) for c in CONDITIONS.values()), empty=_("Choose the condition")),
        SelectChoice(NOT_KNOWN, _("Not known yet")),
    ]
    form.needs.choices = choices((n.code, n.label) for n in NEEDS.values())
    form.house_power.choices = choices((p.code, p.label) for p in POWER.values())
    form.home.choices = [
        *choices((w.code, w.label) for w in TIME_WISHES.values()),
        SelectChoice("custom", _("At other times")),
        SelectChoice(NOT_KNOWN, _("Not known yet")),
    ]
    form.contact_relation.choices = choices(
        ((r.code, r.label) for r in RELATIONS.values()), empty=_("Choose")
    )
    if not is_form_token(form.form_token.data):
        form.form_token.data = referral.form_token if referral else form_token or new_form_token()
    if request.method == "GET" or not is_edit_mark(form.edit_mark.data):
        form.edit_mark.data = new_form_token()
    if referral and request.method == "GET":
        form.seen.data = fingerprint(referral, form.asked)
    form.has_nik_on_file = referral is not None and referral.resident.nik_index is not None
    return form


def fingerprint(referral: Referral, fields: Collection[str] | None) -> str:
    """Return what tells whether the answers of some fields (None: of all) are still those that a page has shown."""
    known = _filled(referral) | {"nik": referral.resident.nik_index}
    shown = [(name, str(known[name])) for name in sorted(known) if fields is None or name in fields]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def is_overtaken(referral: Referral, form: ReferralForm) -> bool:
    """Whether somebody else has changed the answers of this page since it was shown."""
    page = (form.edit_mark.data or "").partition(":")[0]
    if not form.seen.data or referral.edit_mark.partition(":")[0] == page:
        return False
    return fingerprint(referral, form.asked) != str(form.seen.data)


def _filled(referral: Referral) -> dict[str, Any]:
    given = given_of(referral)
    wish = wish_code(given.home_from_s, given.home_to_s)
    return {
        "village_code": given.village_code,
        "name": given.name,
        "nik_unknown": "nik" in given.ticked,
        "birth": Birth(given.birth_date, given.birth_year),
        "birth_unknown": "birth" in given.ticked,
        "sex": NOT_KNOWN if "sex" in given.ticked else given.sex,
        "rt": given.rt,
        "rw": given.rw,
        "units_unknown": "units" in given.ticked,
        "hamlet": given.hamlet,
        "hamlet_unknown": "hamlet" in given.ticked,
        "lat": f"{given.place.lat:.6f}" if given.place else "",
        "lon": f"{given.place.lon:.6f}" if given.place else "",
        "place_from": place_mark(given.place.quality, given.place.lat, given.place.lon)
        if given.place
        else "",
        "centre_only": "place" in given.ticked,
        "landmark": given.landmark,
        "landmark_unknown": "landmark" in given.ticked,
        "condition": NOT_KNOWN if "condition" in given.ticked else given.condition,
        "needs": list(given.needs),
        "house_power": given.house_power,
        "home": NOT_KNOWN if "home" in given.ticked else wish,
        "home_from": _clock(given.home_from_s) if wish == "custom" else None,
        "home_to": _clock(given.home_to_s) if wish == "custom" else None,
        "contact_name": given.contact_name,
        "contact_relation": given.contact_relation,
        "contact_unknown": "contact" in given.ticked,
        "phone_unknown": "phone" in given.ticked,
        "contact_phone": phones.display(given.contact_phone) if given.contact_phone else "",
        "no_phone": "no_phone" in given.ticked,
        "note": given.note,
    }


def _clock(second: int | None) -> time | None:
    return None if second is None else time(second // 3600 % 24, second % 3600 // 60)
