"""Whether two referrals may be about one person: points for what agrees, points off for what does not, each shown.

Nothing here decides. From `ASK` points on, a person is worth asking; people say whether they are the same. The points
were set on generated pairs (`benchmarks/duplicates.py` prints how well they part them). What is not known weighs
nothing, and a birth on 1 January, 1 July or 31 December weighs less: it is what offices write when nobody knows.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeGuard

from outreach.i18n import N_, translate
from outreach.places.coordinates import distance_m
from outreach.referrals import names

ASK: Final = 40
"""Points from which two referrals are worth a person's look."""
MOST: Final = 100
"""Points are shown up to this."""
_MOST_OF_NAMES: Final = 55 + 10 + 8 + 8
"""Points for the same name, father, contact person and telephone."""
SAME_HOUSE_M: Final = 60
_PLACEHOLDERS: Final = frozenset({(1, 1), (7, 1), (12, 31)})

PART_LABELS: Final = {
    "nik_same": N_("The same NIK"),
    "nik_near": N_("The NIK differs in a few digits"),
    "nik_differs": N_("Another NIK"),
    "name_same": N_("The same name"),
    "name_spelling": N_("The same name, spelt in another way"),
    "name_near": N_("Nearly the same name"),
    "name_close": N_("Two names, one letter apart"),
    "name_differs": N_("Another name"),
    "father_same": N_("The same father's name"),
    "father_differs": N_("Another father's name"),
    "sex_differs": N_("Another sex"),
    "birth_same": N_("The same birth date"),
    "birth_placeholder": N_("The same birth date, of the kind that stands for “not known”"),
    "birth_slip": N_("Nearly the same birth date"),
    "birth_year": N_("Born in the same year"),
    "birth_near": N_("Born at about the same time"),
    "birth_differs": N_("Born some years apart"),
    "birth_far": N_("Born in another generation"),
    "village_same": N_("The same village"),
    "village_near": N_("Another village of the same district"),
    "village_differs": N_("Another district"),
    "unit_same": N_("The same hamlet or RT"),
    "house_same": N_("The same house"),
    "contact_same": N_("The same contact person"),
    "phone_same": N_("The same phone number"),
}


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a referral. Everything but the name may be unknown ("" or None).

    `nik_index` is the blind index, `nik_masked` the shown form; `sex` is L or P; `lat` and `lon` are degrees and given
    only where the house itself is known.
    """

    name: str
    nik_index: str | None = None
    nik_masked: str = ""
    sex: str = ""
    birth_date: date | None = None
    birth_year: int | None = None
    village_code: str = ""
    hamlet: str = ""
    rt: str = ""
    rw: str = ""
    lat: float | None = None
    lon: float | None = None
    contact_name: str = ""
    contact_phone: str = ""

    @property
    def year(self) -> int | None:
        """The year of birth, as far as it is known."""
        return self.birth_date.year if self.birth_date else self.birth_year


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that speaks for (points above 0) or against one person."""

    code: str
    points: int

    @property
    def label(self) -> str:
        """What it is, in the reader's language."""
        return translate(PART_LABELS[self.code])


@dataclass(frozen=True, slots=True)
class Score:
    """How much speaks for one person, and why."""

    parts: tuple[Part, ...]

    @property
    def points(self) -> int:
        """The sum of the parts, between 0 and 100."""
        return max(0, min(MOST, sum(part.points for part in self.parts)))

    @property
    def worth_asking(self) -> bool:
        """Whether a person should look at the two."""
        return self.points >= ASK

    @property
    def may_be_twins(self) -> bool:
        """Whether the two look like twins: one birth, one house, two names."""
        codes = {part.code for part in self.parts}
        return bool(codes & {"birth_same"}) and bool(codes & {"house_same", "unit_same"}) and bool(codes & {"name_near", "name_differs"})  # fmt: skip


def could_be_asked(one: Traits, other: Traits) -> bool:
    """Tell whether two would be worth asking about if their names and contacts were the same: no name is read.

    Most of those whom `compare` finds to be two people are told apart by this in a quarter of the time.
    """
    parts = (*_nik(one, other), *_sex(one, other), *_birth(one, other), *_place(one, other))
    return sum(part.points for part in parts) + _MOST_OF_NAMES >= ASK


def compare(one: Traits, other: Traits) -> Score:
    """Compare what two referrals say of their residents."""
    parts = [
        *_nik(one, other),
        *_name(one, other),
        *_sex(one, other),
        *_birth(one, other),
        *_place(one, other),
        *_contact(one, other),
    ]
    if any(part.code == "name_differs" for part in parts) and parts[0].code != "nik_same":
        # A house, a telephone and a birthday are shared by families: without the name they make nobody the same.
        parts = [part for part in parts if part.points <= 0 or part.code.startswith("birth")]
    return Score(tuple(part for part in parts if part.points))


def _nik(one: Traits, other: Traits) -> list[Part]:
    if not one.nik_index or not other.nik_index:
        return []
    if one.nik_index == other.nik_index:
        return [Part("nik_same", 100)]
    same_ends = one.nik_masked and one.nik_masked == other.nik_masked
    slips = sum(map(operator.ne, one.nik_masked, other.nik_masked))
    if same_ends or (one.nik_masked and slips == 1 and _one_birth(one, other)):
        return [Part("nik_near", -5)]
    return [Part("nik_differs", -45)]


def _one_birth(one: Traits, other: Traits) -> bool:
    return one.birth_date is not None and one.birth_date == other.birth_date


def _name(one: Traits, other: Traits) -> list[Part]:
    mine, theirs = names.read(one.name), names.read(other.name)
    alike = names.best_likeness(mine, theirs)
    found = []
    if alike >= 0.995:
        found.append(Part("name_same", 55))
    elif alike >= 0.95:
        found.append(Part("name_spelling", 52))
    elif alike >= names.ALIKE:
        found.append(Part("name_near", 42 + round((alike - names.ALIKE) * 70)))
    elif alike >= 0.76:
        found.append(Part("name_near", 12 + round((alike - 0.76) * 200)))
    elif alike >= names.CLOSE:
        found.append(Part("name_close", 3))
    else:
        return [Part("name_differs", -40)]
    return found + _father(mine, theirs)


def _father(mine: tuple[names.Name, ...], theirs: tuple[names.Name, ...]) -> list[Part]:
    first = next((name.father for name in mine if name.father), ())
    second = next((name.father for name in theirs if name.father), ())
    if not first or not second:
        return []
    alike = names.likeness(names.Name(first), names.Name(second))
    return [Part("father_same", 10)] if alike >= 0.8 else [Part("father_differs", -30)]


def _sex(one: Traits, other: Traits) -> list[Part]:
    return [Part("sex_differs", -25)] if one.sex and other.sex and one.sex != other.sex else []


def _birth(one: Traits, other: Traits) -> list[Part]:
    if one.birth_date and other.birth_date:
        if one.birth_date == other.birth_date:
            unsure = (one.birth_date.month, one.birth_date.day) in _PLACEHOLDERS
            return [Part("birth_placeholder", 12) if unsure else Part("birth_same", 25)]
        if _slipped(one.birth_date, other.birth_date):
            return [Part("birth_slip", 15)]
    mine, theirs = one.year, other.year
    if mine is None or theirs is None:
        return []
    apart = abs(mine - theirs)
    if apart == 0:
        return [Part("birth_year", 6)]
    if apart <= 2:
        return [Part("birth_near", -2)]
    if apart <= 5 and _guessed(one, other):
        return [Part("birth_differs", -6)]
    if apart <= 10:
        return [Part("birth_differs", -24)]
    return [Part("birth_far", -45)]


def _guessed(one: Traits, other: Traits) -> bool:
    """Whether one of the births is only an estimate."""
    days = (one.birth_date, other.birth_date)
    return any(day is None or (day.month, day.day) in _PLACEHOLDERS for day in days)


def _slipped(one: date, other: date) -> bool:
    """Tell whether two dates differ by day and month swapped, or by one digit."""
    if one.year == other.year and (one.day, one.month) == (other.month, other.day):
        return True
    return sum(a != b for a, b in zip(f"{one:%d%m%Y}", f"{other:%d%m%Y}", strict=True)) == 1


def _place(one: Traits, other: Traits) -> list[Part]:
    found = []
    if one.village_code and other.village_code:
        if one.village_code == other.village_code:
            found.append(Part("village_same", 6))
            found += _house(one, other)
        elif one.village_code[:8] == other.village_code[:8]:
            found.append(Part("village_near", -8))
        else:
            found.append(Part("village_differs", -16))
    return found


def _house(one: Traits, other: Traits) -> list[Part]:
    here, there = (one.lat, one.lon), (other.lat, other.lon)
    if _is_point(here) and _is_point(there) and distance_m(*here, *there) <= SAME_HOUSE_M:
        return [Part("house_same", 10)]
    same_unit = bool(one.rt and (one.rt, one.rw) == (other.rt, other.rw))
    same_hamlet = bool(one.hamlet and one.hamlet.casefold() == other.hamlet.casefold())
    return [Part("unit_same", 6)] if same_unit or same_hamlet else []


def _is_point(point: tuple[float | None, float | None]) -> TypeGuard[tuple[float, float]]:
    return None not in point


def _contact(one: Traits, other: Traits) -> list[Part]:
    found = []
    if one.contact_phone and one.contact_phone == other.contact_phone:
        found.append(Part("phone_same", 8))
    if one.contact_name and other.contact_name:
        alike = names.best_likeness(names.read(one.contact_name), names.read(other.contact_name))
        if alike >= 0.9:
            found.append(Part("contact_same", 8))
    return found
