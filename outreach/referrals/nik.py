"""The NIK, the number that every resident is registered under: read, doubted, masked, written.

Sixteen digits: region of first registration (6), date of birth as DDMMYY with 40 added to a
woman's day (6), serial (4); PP 37/2007 article 37. It has no check digit, it stays when a person
moves or a birth date is corrected (PP 40/2019 article 30), so nothing but its form can be wrong:
every disagreement is a note to a person, never a refusal.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from outreach.places.gazetteer import REGENCY_CODE

NikReason = Literal["length", "digits", "zeros"]
NoteCode = Literal["region_elsewhere", "impossible_date", "birth_date_differs", "sex_differs"]
Severity = Literal["info", "warning"]
Sex = Literal["L", "P"]  # laki-laki, perempuan: as on the card

LENGTH: Final = 16
MIN_AGE: Final = 17  # obliged to hold a card: UU 24/2013 article 63; younger only when married
MAX_AGE: Final = 125  # older than anyone on record
HOME_REGION: Final = REGENCY_CODE.replace(".", "")
_WOMAN: Final = 40  # added to a woman's day of birth
_CENTURIES: Final = (1800, 1900, 2000)
# People group the digits with blanks, dots or any of the dashes; a paste may bring invisible ones.
_FILLING: Final = re.compile(r"[\s.\-\u2010-\u2015\u2212\u200b-\u200d\ufeff]")


class NikError(ValueError):
    """Text that cannot be a NIK; `reason` is a code for the screen, the text itself is not kept."""

    def __init__(self, reason: NikReason) -> None:
        super().__init__(reason)
        self.reason: NikReason = reason


@dataclass(frozen=True, slots=True)
class NikNote:
    """Something a person should look at; none of them blocks a referral."""

    code: NoteCode
    severity: Severity


@dataclass(frozen=True, slots=True, repr=False)
class Nik:
    """A NIK of the right form. Printed or logged by accident, it shows itself masked."""

    digits: str

    def __post_init__(self) -> None:
        if self.digits and not (self.digits.isascii() and self.digits.isdigit()):
            raise NikError("digits")
        if len(self.digits) != LENGTH:
            raise NikError("length")
        if not self.digits.strip("0"):
            raise NikError("zeros")

    def __repr__(self) -> str:
        return f"Nik({self.masked})"

    __str__ = __repr__

    @property
    def masked(self) -> str:
        """The form for lists, screens and paper: region and serial, no date of birth."""
        return f"{self.digits[:6]}******{self.digits[12:]}"

    @property
    def region(self) -> str:
        """The six digits of the district of first registration: "331410"."""
        return self.digits[:6]

    @property
    def sex(self) -> Sex | None:
        """The sex that the day of birth encodes, or None where the day is impossible."""
        day = int(self.digits[6:8])
        if 1 <= day <= 31:
            return "L"
        return "P" if _WOMAN + 1 <= day <= _WOMAN + 31 else None

    @property
    def possible_birth_dates(self) -> tuple[date, ...]:
        """Every date of the centuries since 1800 that the digits fit; empty when impossible."""
        day = int(self.digits[6:8])
        month, year = int(self.digits[8:10]), int(self.digits[10:12])
        day -= _WOMAN if day > _WOMAN else 0
        return tuple(
            found
            for century in _CENTURIES
            if (found := _date_or_none(century + year, month, day)) is not None
        )


def normalise(text: str) -> str:
    """Return the sixteen digits of a NIK typed with blanks, dots or dashes.

    Raises
    ------
    NikError
        With reason "digits" (anything else is in it), "length" (not sixteen) or "zeros".
    """
    return parse(text).digits


def parse(text: str) -> Nik:
    """Read a NIK as people type it; raises like `normalise`."""
    return Nik(_FILLING.sub("", unicodedata.normalize("NFKC", text)))


def age_on(birth_date: date, day: date) -> int:
    """Return the completed years of life on a day; negative before birth."""
    before_birthday = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before_birthday


def birth_date_candidates(nik: Nik, today: date, min_age: int = MIN_AGE) -> tuple[date, ...]:
    """Return the birth dates a NIK may mean, oldest first.

    One can be filled in, of two the person is asked, and what an officer types always wins. Dates
    under `min_age` years ago or over 125 years ago are left out: two digits of a year tell 1920
    from 2020 only by age.
    """
    return tuple(
        found
        for found in nik.possible_birth_dates
        if found <= today and min_age <= age_on(found, today) <= MAX_AGE
    )


def notes(
    nik: Nik, *, birth_date: date | None = None, sex: str | None = None
) -> tuple[NikNote, ...]:
    """Compare a NIK with what a form says, and return what a person should look at.

    A date or sex that differs is lawful (a corrected birth date leaves the NIK as it was), and so
    is a region other than Sragen (the NIK was issued before the person moved here). `sex` is "L" or
    "P"; what the form left empty is not compared.
    """
    found: list[NikNote] = []
    if not nik.region.startswith(HOME_REGION):
        found.append(NikNote("region_elsewhere", "info"))
    possible = nik.possible_birth_dates
    if not possible:
        found.append(NikNote("impossible_date", "warning"))
    elif birth_date is not None and not _same_digits(possible[0], birth_date):
        found.append(NikNote("birth_date_differs", "warning"))
    if sex and nik.sex and nik.sex != sex:
        found.append(NikNote("sex_differs", "warning"))
    return tuple(found)


def mask(nik: str) -> str:
    """Return a NIK as "331410******0001", for screens and paper; raises like `normalise`."""
    return parse(nik).masked


def group(nik: str) -> str:
    """Return a NIK in fours, "3314 1047 0241 0001", for reading aloud; raises like `normalise`."""
    digits = normalise(nik)
    return " ".join(digits[start : start + 4] for start in range(0, LENGTH, 4))


def _same_digits(encoded: date, stated: date) -> bool:
    return (encoded.day, encoded.month, encoded.year % 100) == (
        stated.day,
        stated.month,
        stated.year % 100,
    )


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
