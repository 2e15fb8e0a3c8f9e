"""Short codes of visits: what a team writes or scans from paper to say which visit an outcome is of.

Five random characters and a check character of the alphabet of tracking codes: "7KQ4M9". Shown in two halves.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from typing import Final

from outreach.referrals.tracking import ALPHABET

LENGTH: Final = 6
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_CHECK_INVERSE: Final = pow(LENGTH, -1, len(ALPHABET))


def make(taken: Collection[str] = (), source: random.Random | None = None) -> str:
    """Return a code that is not in `taken`; from the operating system's randomness unless told otherwise."""
    source = source or random.SystemRandom()
    while True:
        body = "".join(source.choices(ALPHABET, k=LENGTH - 1))
        code = body + ALPHABET[-_weighted(body) * _CHECK_INVERSE % len(ALPHABET)]
        if code not in taken:
            return code


def normalise(text: str) -> str | None:
    """Return the code that a person typed or scanned, or None when it is none (a typing error included)."""
    body = "".join(text.split()).replace("-", "").upper()
    if len(body) != LENGTH or any(character not in _VALUE for character in body):
        return None
    return None if _weighted(body) % len(ALPHABET) else body


def written(code: str) -> str:
    """Return a code as it is shown: "7KQ 4M9"."""
    return f"{code[:3]} {code[3:]}"


def _weighted(body: str) -> int:
    return sum(position * _VALUE[character] for position, character in enumerate(body, start=1))
