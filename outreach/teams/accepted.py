"""Which conditions a decree can name as still visited: the package that knows conditions offers them, with their words."""

from __future__ import annotations

from collections.abc import Collection, Mapping

_offered: dict[str, str] = {}


def offer_conditions(labels: Mapping[str, str]) -> None:
    """Offer conditions to decrees: their codes with message ids."""
    _offered.clear()
    _offered.update(labels)


def offered_conditions() -> dict[str, str]:
    """Return the conditions that a decree can name: codes with message ids."""
    return dict(_offered)


def accepts(conditions: Collection[str] | None, condition: str) -> bool:
    """Whether somebody in this condition may be visited where only `conditions` are (None: everybody).

    Somebody whose condition nobody has told yet ("") is visited only where everybody is.
    """
    return conditions is None or condition in conditions
