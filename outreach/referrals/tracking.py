"""Tracking codes, the number by which a family follows a case: "SB-7KQ4-2MXF".

Seven random characters of 29 make 17 thousand million codes: with 12,000 cases on file one guess in
1.4 million meets a case, and the page that takes guesses is throttled. The eighth character makes
the sum of value times position divisible by 29. As 29 is prime and the positions are all different,
any one wrong character and any two that changed places are noticed.
"""

from __future__ import annotations

import random
import re
import unicodedata
from typing import Final, Literal

TrackingReason = Literal["empty", "length", "characters", "check"]

PREFIX: Final = "SB"
# Without 0 and O, 1 and I and L, which look alike; and without A and U, so that no code spells one
# of the words a family should not find on a letter from an office.
ALPHABET: Final = "23456789BCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 8
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_FILLING: Final = re.compile(r"[\s.\-_/:\u2010-\u2015\u2212\u200b-\u200d\ufeff]")
_CHECK_INVERSE: Final = pow(LENGTH, -1, len(ALPHABET))


class TrackingError(ValueError):
    """Text that is no tracking code; `reason` is a code for the screen to word."""

    def __init__(self, reason: TrackingReason) -> None:
        super().__init__(reason)
        self.reason: TrackingReason = reason


def make(source: random.Random | None = None) -> str:
    """Return a new tracking code; from the operating system's randomness unless told otherwise."""
    body = "".join((source or random.SystemRandom()).choices(ALPHABET, k=LENGTH - 1))
    return _written(body + ALPHABET[-_weighted(body) * _CHECK_INVERSE % len(ALPHABET)])


def normalise(text: str) -> str:
    """Return a code as it is kept and shown, from what a person typed or read out.

    Small letters, missing or other dashes and a missing "SB" do not matter.

    Raises
    ------
    TrackingError
        With reason "empty", "characters" (one that no code has), "length" or "check" (a typing
        error somewhere).
    """
    body = _FILLING.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not body:
        raise TrackingError("empty")
    if len(body) == LENGTH + len(PREFIX):
        body = body.removeprefix(PREFIX)
    if any(character not in _VALUE for character in body):
        raise TrackingError("characters")
    if len(body) != LENGTH:
        raise TrackingError("length")
    if _weighted(body) % len(ALPHABET):
        raise TrackingError("check")
    return _written(body)


def is_valid(text: str) -> bool:
    """Tell whether a text is a tracking code that could have been given out."""
    try:
        normalise(text)
    except TrackingError:
        return False
    return True


def _weighted(body: str) -> int:
    return sum(position * _VALUE[character] for position, character in enumerate(body, start=1))


def _written(body: str) -> str:
    return f"{PREFIX}-{body[:4]}-{body[4:]}"
