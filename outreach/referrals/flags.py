"""Marks of a referral by which queues are narrowed; most of them travel to the field.

Each is one bit of `referrals.flags`, so that 50,000 rows are counted in one pass. A bit is never given to another mark.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from outreach.i18n import N_
from outreach.places.models import PlaceQuality
from outreach.referrals.conditions import NEEDS, POWER
from outreach.referrals.models import Referral

FLAG_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "power": N_("Too little power at the house"),
        "power_unknown": N_("Power not known"),
        **{code: need.label for code, need in NEEDS.items()},
        "no_place": N_("The house is not on the map yet"),
        "no_phone": N_("No phone"),
        "incomplete": N_("Not complete yet"),
    }
)
"""Every mark with its words, in the order in which it is shown."""
_BITS: Final[Mapping[str, int]] = MappingProxyType(
    {
        code: 1 << position
        for position, code in enumerate(
            (
                "power", "power_unknown", "escort", "motorbike", "portable_iris", "female_officer", "two_operators",
                "no_place", "no_phone", "portable_kit", "sign_language", "guide", "incomplete",
            )
        )
    }
)  # fmt: skip


def bit(code: str) -> int:
    """Return the bit of a mark. Raises KeyError for one that no table knows."""
    return _BITS[code]


def flags_of(referral: Referral) -> tuple[str, ...]:
    """Return the marks of a referral, as they are shown."""
    return tuple(code for code in FLAG_LABELS if (referral.flags or 0) & _BITS[code])


def bits_of(
    needs: Collection[str] | None,
    house_power: str | None,
    place: PlaceQuality,
    phone: str | None,
    *,
    incomplete: bool = False,
) -> int:
    """Return the marks of what is on file as bits; `incomplete`: it has open questions."""
    codes = {need for need in needs or () if need in _BITS}
    power = POWER.get(house_power or "")
    if power is not None and power.supply == "short":
        codes.add("power")
    if power is not None and power.supply == "unknown":
        codes.add("power_unknown")
    if place is PlaceQuality.VILLAGE:
        codes.add("no_place")
    if not phone:
        codes.add("no_phone")
    if incomplete:
        codes.add("incomplete")
    return sum(_BITS[code] for code in codes)
