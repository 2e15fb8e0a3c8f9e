"""Phone numbers of families: read as people write them in Indonesia, kept as E.164.

A number belongs to a contact person, seldom to the resident, and may be shared by many.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, Literal

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType
from phonenumbers import ValidationResult as Length

PhoneReason = Literal["empty", "unreadable", "several", "too_short", "too_long"]

REGION: Final = "ID"
_MOBILE: Final = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
# Two numbers in one field: 0812... / 0813..., or joined by "atau" and the like.
_JOINED: Final = re.compile(r"[/;,&|]|\b(?:atau|dan|or|and)\b")
_LETTERS: Final = re.compile(r"[^\W\d_]")
# What people write for "+": 00, as they dial abroad (the parser takes it for two zeros), or nothing
# before 62. An area code such as 0622 is written with its zero.
_INTERNATIONAL: Final = re.compile(r"^[\s(]*(?:0\s*0(?=[\s()\-.]*[1-9])|(?=6\s*2))")


class PhoneError(ValueError):
    """Text that is no phone number; `reason` is a code for the screen to word."""

    def __init__(self, reason: PhoneReason) -> None:
        super().__init__(reason)
        self.reason: PhoneReason = reason


def normalise(text: str) -> str:
    """Return a phone number as E.164 ("+6281234567890").

    Reads 0812, 62812, 812, +62 0812 and 0062812 alike, and a foreign number that says its country.
    A number need only be of a possible length: new ranges open before any table knows them.

    Raises
    ------
    PhoneError
        With reason "empty", "several" (more than one number), "unreadable", "too_short" or
        "too_long".
    """
    cleaned = unicodedata.normalize("NFKC", text).strip().lower()
    if not cleaned:
        raise PhoneError("empty")
    if len(_JOINED.split(cleaned)) > 1:
        raise PhoneError("several")
    if _LETTERS.search(cleaned):
        # Letters would be read as a telephone keypad's: a number typed with O for 0 must not pass.
        raise PhoneError("unreadable")
    try:
        number = phonenumbers.parse(_INTERNATIONAL.sub("+", cleaned), REGION)
    except NumberParseException as refused:
        raise PhoneError(_refusal(refused)) from None
    length = phonenumbers.is_possible_number_with_reason(number)
    if length in (Length.TOO_SHORT, Length.IS_POSSIBLE_LOCAL_ONLY):
        raise PhoneError("too_short")
    if length == Length.TOO_LONG:
        raise PhoneError("too_long")
    if length != Length.IS_POSSIBLE:
        raise PhoneError("unreadable")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def display(e164: str) -> str:
    """Return a number as people here dial it ("0812-3456-7890"), a foreign one with its country."""
    number = _parsed(e164)
    home = number.country_code == phonenumbers.country_code_for_region(REGION)
    style = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def is_mobile(e164: str) -> bool:
    """Tell whether a number is a mobile one, and so may have WhatsApp."""
    return phonenumbers.number_type(_parsed(e164)) in _MOBILE


def is_known(e164: str) -> bool:
    """Tell whether the number lies in a range that is in use; if not, ask whether it is right."""
    return phonenumbers.is_valid_number(_parsed(e164))


def wa_digits(e164: str) -> str:
    """Return the digits that a wa.me link takes: the country code first, without a plus."""
    return phonenumbers.format_number(_parsed(e164), PhoneNumberFormat.E164).removeprefix("+")


@lru_cache(maxsize=1_000)
def _parsed(e164: str) -> PhoneNumber:
    if not e164.startswith("+"):
        raise ValueError("a kept phone number is E.164 and starts with +")
    return phonenumbers.parse(e164)


def _refusal(refused: NumberParseException) -> PhoneReason:
    if refused.error_type == NumberParseException.TOO_LONG:
        return "too_long"
    if refused.error_type in (
        NumberParseException.TOO_SHORT_NSN,
        NumberParseException.TOO_SHORT_AFTER_IDD,
    ):
        return "too_short"
    return "unreadable"
