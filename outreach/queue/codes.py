"""Codes of office slots: "A7K-Q4M", told at the counter and needed to cancel.

Five random characters and a check character of the alphabet of tracking codes: 20 million codes against a few
hundred bookings, and the pages that take them are throttled.
"""

from __future__ import annotations

import random
from typing import Final

from outreach.referrals.tracking import ALPHABET

LENGTH: Final = 6
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_CHECK_INVERSE: Final = pow(LENGTH, -1, len(ALPHABET))


def make(source: random.Random | None = None) -> str:
    """Return a new code; from the operating system's randomness unless told otherwise."""
    body = "".join((source or random.SystemRandom()).choices(ALPHABET, k=LENGTH - 1))
    return _written(body + ALPHABET[-_weighted(body) * _CHECK_INVERSE % len(ALPHABET)])


def normalise(text: str) -> str | None:
    """Return the code that a person typed, or None when it is none."""
    body = "".join(character for character in text.upper() if character.isalnum())
    if len(body) != LENGTH or any(character not in _VALUE for character in body):
        return None
    return None if _weighted(body) % len(ALPHABET) else _written(body)


def _weighted(body: str) -> int:
    return sum(position * _VALUE[character] for position, character in enumerate(body, start=1))


def _written(body: str) -> str:
    return f"{body[:3]}-{body[3:]}"
