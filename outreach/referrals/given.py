"""What an officer gives about a resident, and what is still missing before it can be sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from outreach import clock
from outreach.errors import Refused
from outreach.i18n import N_, translate
from outreach.i18n import gettext as _
from outreach.places.models import PlaceQuality
from outreach.referrals.circumstances import DAY_S, RELATIONS
from outreach.referrals.conditions import CONDITIONS, NEEDS, POWER
from outreach.referrals.models import Referral
from outreach.referrals.nik import MAX_AGE, Nik

NIK_IN_TEXT: Final = re.compile(r"(?<!\d)(?:\d[\s.\-]?){15}\d(?!\d)")
_UNIT: Final = re.compile(r"[0-9]{3}")
NOT_KNOWN: Final = "?"
"""The value of a list of the form that says: not known yet."""
TICKS: Final[Mapping[str, str]] = {
    "nik": "nik_unknown",
    "birth": "birth_unknown",
    "sex": "sex",
    "units": "units_unknown",
    "hamlet": "hamlet_unknown",
    "place": "centre_only",
    "landmark": "landmark_unknown",
    "condition": "condition",
    "home": "home",
    "contact": "contact_unknown",
    "phone": "phone_unknown",
    "no_phone": "no_phone",
}
"""What can be said in place of an answer, by its code, with the field of the form that says it (ticked, or "?")."""
_BLANK_IN_A_TABLE: Final = ("nik", "birth", "place", "phone")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the house is, in degrees, and how well that is known."""

    lat: float
    lon: float
    quality: PlaceQuality


@dataclass(frozen=True, slots=True)
class ReferralInput:
    """A referral as an officer gives it; everything but the name and the village may still be empty.

    `nik` None with `keep_nik` leaves the NIK that is on file, without it the NIK is not known. `place` None means
    the centre of the village. `ticked` holds the codes of `TICKS`. `rt` and `rw` have three digits; `home_from_s` and `home_to_s` are seconds since
    midnight, both or neither. Raises ValueError on a code that no table knows or on values that contradict.
    """

    village_code: str
    name: str
    nik: Nik | None = None
    keep_nik: bool = False
    birth_date: date | None = None
    birth_year: int | None = None
    sex: str = ""
    hamlet: str = ""
    rt: str = ""
    rw: str = ""
    place: Place | None = None
    landmark: str = ""
    condition: str = ""
    needs: tuple[str, ...] = ()
    house_power: str = ""
    home_from_s: int | None = None
    home_to_s: int | None = None
    contact_name: str = ""
    contact_relation: str = ""
    contact_phone: str = ""
    note: str = ""
    ticked: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if unknown := set(self.ticked) - set(TICKS):
            raise ValueError(f"unknown ticks {sorted(unknown)}")
        if not self.name.strip():
            raise ValueError("a referral names its resident")
        if self.nik is not None and self.keep_nik:
            raise ValueError("a NIK is either given or kept, not both")
        if self.sex not in ("", "L", "P"):
            raise ValueError(f"sex is L, P or not known, not {self.sex!r}")
        if self.condition and self.condition not in CONDITIONS:
            raise ValueError(f"unknown condition {self.condition!r}")
        if unknown := set(self.needs) - set(NEEDS):
            raise ValueError(f"unknown needs {sorted(unknown)}")
        if self.house_power and self.house_power not in POWER:
            raise ValueError(f"unknown power {self.house_power!r}")
        if any(unit and not _UNIT.fullmatch(unit) for unit in (self.rt, self.rw)):
            raise ValueError("RT and RW have three digits")
        _check_home(self.home_from_s, self.home_to_s)
        _check_birth(self.birth_date, self.birth_year)


def _check_home(from_s: int | None, to_s: int | None) -> None:
    if from_s is None and to_s is None:
        return
    if from_s is None or to_s is None or not 0 <= from_s < to_s <= DAY_S:
        raise ValueError("the time when somebody is home needs a beginning before its end")


def _check_birth(day: date | None, year: int | None) -> None:
    today = clock.today()
    if day is not None and day > today:
        raise ValueError("a birth date lies in the past")
    born = day.year if day else year
    if born is not None and not today.year - MAX_AGE - 1 <= born <= today.year:
        raise ValueError(f"nobody alive was born in {born}")


def given_of(referral: Referral) -> ReferralInput:
    """Return what is on file as an officer would give it, the NIK kept as it is."""
    resident = referral.resident
    known_place = referral.place_quality not in (PlaceQuality.VILLAGE, PlaceQuality.HAMLET)
    given = ReferralInput(
        village_code=referral.village_code,
        name=resident.name,
        keep_nik=resident.nik_index is not None,
        birth_date=resident.birth_date,
        birth_year=resident.birth_year,
        sex=resident.sex,
        hamlet=referral.hamlet,
        rt=referral.rt,
        rw=referral.rw,
        place=Place(referral.lat, referral.lon, referral.place_quality) if known_place else None,
        landmark=referral.landmark,
        condition=referral.condition,
        needs=tuple(referral.needs),
        house_power=referral.house_power,
        home_from_s=referral.home_from_s,
        home_to_s=referral.home_to_s,
        contact_name=referral.contact_name,
        contact_relation=referral.contact_relation,
        contact_phone=referral.contact_phone,
        note=referral.note,
        ticked=tuple(code for code in TICKS if code in referral.ticked),
    )
    return blanks_ticked(given, tuple(TICKS)) if referral.submitted_at else given


def blanks_ticked(
    given: ReferralInput, codes: tuple[str, ...] = _BLANK_IN_A_TABLE
) -> ReferralInput:
    """Return the same with “not known” for each of these questions that has no answer.

    What was sent had its questions answered; a row of a spreadsheet has no boxes to tick.
    """
    found = {code for code in codes if not is_answered(given, code)} - {"no_phone", "home"}
    if {"no_phone", "contact"} & {*given.ticked, *found}:
        found.discard("phone")
    return replace(
        given, ticked=tuple(code for code in TICKS if code in found or code in given.ticked)
    )


def is_answered(given: ReferralInput, code: str) -> bool:
    """Whether the question of a tick has an answer of its own."""
    return all(map(bool, _ANSWERS[code](given)))


_ANSWERS: Final[Mapping[str, Callable[[ReferralInput], tuple[object, ...]]]] = {
    "nik": lambda given: (given.nik or given.keep_nik,),
    "birth": lambda given: (given.birth_date or given.birth_year,),
    "sex": lambda given: (given.sex,),
    "units": lambda given: (given.rt, given.rw),
    "hamlet": lambda given: (given.hamlet,),
    "place": lambda given: (given.place,),
    "landmark": lambda given: (given.landmark,),
    "condition": lambda given: (given.condition,),
    "home": lambda given: (given.home_to_s,),
    "contact": lambda given: (given.contact_name,),
    "phone": lambda given: (given.contact_phone,),
    "no_phone": lambda given: (given.contact_phone,),
}
_REQUIRED: Final[Mapping[str, tuple[str, str]]] = {
    "sex": ("sex", N_("Choose woman or man, or “not known yet”.")),
    "rt": ("units", N_("Fill in the RT, for example 3, or tick “not known”.")),
    "rw": ("units", N_("Fill in the RW, for example 1, or tick “not known”.")),
    "hamlet": ("hamlet", N_("Fill in the hamlet or the street, or tick “not known”.")),
    "landmark": (
        "landmark",
        N_("Write what the house can be recognised by, or tick “not known”."),
    ),
    "condition": (
        "condition",
        N_("Choose the condition that fits best, or “not known yet”."),
    ),
    "house_power": ("", N_("Choose the power at the house. Not known is an answer, too.")),
    "contact_name": (
        "contact",
        N_("Fill in who can be asked about the resident, or tick “not known”."),
    ),
    "contact_relation": ("contact", N_("Choose who this is to the resident.")),
}
"""For each field that sending needs the tick that stands in for it, and the sentence that asks for it."""
_OPEN: Final[Mapping[str, tuple[str, str]]] = {
    "nik": ("nik", N_("Write the NIK, or tick “not known”.")),
    "birth": ("birth", N_("Write the birth date, or only the year, or tick “not known”.")),
    "place": ("lat", N_("Put the pin on the house, or tick that you do not know the place yet.")),
    "phone": ("contact_phone", N_("Write the phone number, or tick “no phone” or “not known”.")),
}
"""The same for questions whose answer is more than a word: the tick, the field and the sentence."""


def missing(value_of: Callable[[str], object], ticked: Collection[str]) -> dict[str, str]:
    """Return what must be filled in before sending: each field with the sentence that asks for it.

    `value_of` gives the value of a field by its name, from a form or from what is on file.
    """
    return {
        name: translate(sentence)
        for name, (tick, sentence) in _REQUIRED.items()
        if not value_of(name) and tick not in ticked
    }


def missing_in(given: ReferralInput) -> dict[str, str]:
    """Return what a referral on file lacks before it can be sent."""
    gaps = missing(lambda name: getattr(given, name), given.ticked)
    for code, (field, sentence) in _OPEN.items():
        stand_ins = {code, "no_phone", "contact"} if code == "phone" else {code}
        if not stand_ins & set(given.ticked) and not is_answered(given, code):
            gaps[field] = translate(sentence)
    return gaps


def plain(text: str | None, field: str, *, longest: int) -> str:
    """Return a text without blanks at its ends. Raises Refused when it is too long or holds a NIK.

    A NIK in a note would be kept in the clear, printed and sent along.
    """
    cleaned = (text or "").strip()
    if len(cleaned) > longest:
        raise Refused(
            _("Keep this under %(longest)s characters.", longest=longest + 1), field=field
        )
    if NIK_IN_TEXT.search(cleaned):
        raise Refused(
            _("This looks like a NIK. Write it only where the form asks for the NIK."), field=field
        )
    return cleaned


def relation_label(code: str) -> str:
    """Return the words for a contact's relation; an unknown one is shown as it was written."""
    return translate(RELATIONS[code].label) if code in RELATIONS else code
