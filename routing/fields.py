"""What a field may hold: every refusal is a ValueError whose message starts with the name of the field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

LONGEST_S: Final = 100_000_000
"""The longest duration or latest time that is accepted (three years), so that sums fit 32 bits safely."""

MOST_POINTS: Final = 1_000_000
"""The most that one visit, or one wish, may be worth."""


def whole(field: str, value: object, least: int, most: int) -> None:
    """Refuse what is not a whole number between `least` and `most`, both included."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{field}: {_short(value)} is not a whole number")
    if not least <= value <= most:
        raise ValueError(f"{field}: {_short(value)} is not between {least} and {most}")


def flag(field: str, value: object) -> None:
    """Refuse what is neither true nor false."""
    if not isinstance(value, bool):
        raise ValueError(f"{field}: {_short(value)} is not true or false")


def text(field: str, value: object) -> None:
    """Refuse what is not text."""
    if not isinstance(value, str):
        raise ValueError(f"{field}: {_short(value)} is not text")


def name(field: str, value: object, optional: bool = False) -> None:
    """Refuse what is not text of at least one letter."""
    if optional and value is None:
        return
    text(field, value)
    if not value:
        raise ValueError(f"{field}: must not be empty")


def names(field: str, values: object) -> None:
    """Refuse what is not a frozenset of names."""
    if not isinstance(values, frozenset):
        raise ValueError(f"{field}: need a frozenset of names, not {type(values).__name__}")
    for value in values:
        name(field, value)


def day(field: str, value: object, optional: bool = False) -> None:
    """Refuse what is not a date (a datetime is none)."""
    if optional and value is None:
        return
    if type(value) is not date:
        raise ValueError(f"{field}: {_short(value)} is not a date")


def each(field: str, values: object, kind: type) -> None:
    """Refuse what is not a tuple of one kind."""
    if not isinstance(values, tuple):
        raise ValueError(f"{field}: need a tuple, not {type(values).__name__}")
    for value in values:
        if not isinstance(value, kind):
            raise ValueError(f"{field}: {type(value).__name__} where a {kind.__name__} is needed")


def amounts(field: str, values: object) -> None:
    """Refuse what is not a tuple of whole numbers."""
    if not isinstance(values, tuple):
        raise ValueError(f"{field}: need a tuple of whole numbers, not {type(values).__name__}")
    for value in values:
        whole(field, value, 0, LONGEST_S)


def once(message: str, keys: Iterable[str]) -> None:
    """Refuse keys that are there twice."""
    for key, count in Counter(keys).items():
        if count > 1:
            raise ValueError(f"{message} {key}")


def _short(value: object) -> str:
    if isinstance(value, int) and abs(value) >= 10**40:
        return "a number of more than 40 digits"
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:57]}..."
