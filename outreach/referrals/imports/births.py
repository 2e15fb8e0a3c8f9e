"""Birth dates as lists here hold them: "1 Juli 1941", "01-07-41", "Sragen, 1 Jul 1941", a serial number, a year.

Day before month, as everywhere in Indonesia; only where that cannot be (07/13/1941) the other way round. Two digits
of a year mean the century in which the person is of an age for a card; where both are, the person is asked.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import Final

from outreach.referrals.fields import Birth
from outreach.referrals.imports.reading import Cell, kind_of, text_of
from outreach.referrals.nik import MAX_AGE, MIN_AGE

_MONTHS: Final = {
    **dict.fromkeys(("jan", "januari", "january", "i"), 1),
    **dict.fromkeys(("feb", "peb", "febr", "pebr", "februari", "pebruari", "february", "ii"), 2),
    **dict.fromkeys(("mar", "mrt", "maret", "march", "iii"), 3),
    **dict.fromkeys(("apr", "april", "iv"), 4),
    **dict.fromkeys(("mei", "may", "v"), 5),
    **dict.fromkeys(("jun", "juni", "june", "vi"), 6),
    **dict.fromkeys(("jul", "juli", "july", "vii"), 7),
    **dict.fromkeys(("agu", "ags", "agt", "agst", "agus", "agust", "agustus", "aug", "august", "viii"), 8),
    **dict.fromkeys(("sep", "sept", "september", "ix"), 9),
    **dict.fromkeys(("okt", "oct", "oktober", "october", "x"), 10),
    **dict.fromkeys(("nov", "nop", "november", "nopember", "xi"), 11),
    **dict.fromkeys(("des", "dec", "desember", "december", "xii"), 12),
}  # fmt: skip
_WORDED: Final = re.compile(r"(?<![\d])(\d{1,2})[\s.\-/,]*([a-z]+)[\s.\-/,]*(\d{2,4})(?!\d)")
_WORDED_US: Final = re.compile(r"([a-z]{3,})[\s.]*(\d{1,2})[\s,]+(\d{4})(?!\d)")
_NUMBERS: Final = re.compile(
    r"(?<!\d)(\d{1,4})\s*[-/.\s\\]\s*(\d{1,2})\s*[-/.\s\\]\s*(\d{1,4})(?!\d)"
)
_YEAR: Final = re.compile(r"(?:tahun|thn|th|kira kira|sekitar|kurang lebih|kl|lahir|born|year|\W|_)*((?:18|19|20)\d\d)(?:\s*an)?\W*")  # fmt: skip
_CLOCK: Final = re.compile(r"[t\s]\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\.\d+)?(?:z|\s*wib)?$")
_ZERO_DAY: Final = date(1899, 12, 30)  # day 0 of the serial numbers of spreadsheet programs


class BirthError(ValueError):
    """Text that is no birth date; `reason` is a code: "unreadable", "no_such_date", "century", "future", "too_old"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_birth(cell: Cell, today: date) -> Birth:
    """Return the birth that a cell tells, a date or a year. Raises BirthError."""
    birth = _read(cell, today)
    born = birth.day.year if birth.day else birth.year
    if born is None:
        raise BirthError("unreadable")
    if born > today.year or (birth.day is not None and birth.day > today):
        raise BirthError("future")
    if born < today.year - MAX_AGE:
        raise BirthError("too_old")
    return birth


def _read(cell: Cell, today: date) -> Birth:
    text = unicodedata.normalize("NFKC", text_of(cell)).strip().strip("'").lower()
    match kind_of(cell):
        case "d":
            return Birth(day=date.fromisoformat(text))
        case "n":
            return _from_number(text, today)
        case "":
            return _from_text(_CLOCK.sub("", text), today)
    raise BirthError("unreadable")


def _from_number(text: str, today: date) -> Birth:
    number = float(text)
    if not number.is_integer():
        number = float(int(number)) if number > 2200 else number  # a date with a time of day
    if not number.is_integer() or number < 0:
        raise BirthError("unreadable")
    whole = int(number)
    if today.year - MAX_AGE <= whole <= today.year:
        return Birth(year=whole)
    if 2200 < whole <= (today - _ZERO_DAY).days:
        return Birth(day=_ZERO_DAY + timedelta(days=whole))
    return _from_digits(str(whole), today)


def _from_digits(text: str, today: date) -> Birth:
    if len(text) == 7:
        text = "0" + text  # a number loses its leading zero
    if len(text) != 8:
        raise BirthError("unreadable")
    if 1850 <= int(text[4:]) <= today.year:
        return Birth(day=_day(int(text[4:]), int(text[2:4]), int(text[:2])))
    return Birth(day=_day(int(text[:4]), int(text[4:6]), int(text[6:])))


def _from_text(text: str, today: date) -> Birth:
    if whole := _YEAR.fullmatch(text):
        return Birth(year=int(whole[1]))
    if text.isdecimal() and text.isascii():
        if len(text) in (7, 8):
            return _from_digits(text, today)
        return _from_number(text, today)
    # "7 Mei '41": the mark stands for the century.
    text = re.sub(r"['`’](\d\d)\b", r"\1", text)
    for found in _WORDED.finditer(text):
        if found[2] in _MONTHS:
            return _with_year(found[3], _MONTHS[found[2]], int(found[1]), today)
    if (american := _WORDED_US.search(text)) and american[1] in _MONTHS:
        return _with_year(american[3], _MONTHS[american[1]], int(american[2]), today)
    if numbers := _NUMBERS.search(text):
        return _from_numbers(numbers[1], numbers[2], numbers[3], today)
    raise BirthError("unreadable")


def _from_numbers(first: str, second: str, third: str, today: date) -> Birth:
    if len(first) == 4:
        year, month, day = first, int(second), int(third)
    elif len(first) <= 2 and len(third) in (2, 4):
        year, month, day = third, int(second), int(first)
    else:
        raise BirthError("unreadable")
    if month > 12 >= day > 0:
        day, month = month, day
    if day == 0 and month == 0 and len(year) == 4:
        return Birth(year=int(year))  # 00-00-1941: only the year is known
    return _with_year(year, month, day, today)


def _with_year(year: str, month: int, day: int, today: date) -> Birth:
    if len(year) == 4:
        return Birth(day=_day(int(year), month, day))
    if len(year) != 2:
        raise BirthError("unreadable")
    fitting = [
        full
        for full in (1900 + int(year), 2000 + int(year))
        if MIN_AGE <= today.year - full <= MAX_AGE
    ]
    if not fitting:
        raise BirthError("future")
    if len(fitting) > 1:
        raise BirthError("century")
    return Birth(day=_day(fitting[0], month, day))


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BirthError("no_such_date") from None
