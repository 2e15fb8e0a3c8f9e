"""What a team can do, and what a kit carries, beyond the usual: the codes that a visit's needs are matched with.

The same codes stand in `referrals/conditions.py`, which this package may not know; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from outreach.i18n import N_

SKILLS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "female_officer": N_("A woman operates the kit"),
        "escort": N_("Can bring an escort"),
        "motorbike": N_("Goes by motorbike"),
        "two_operators": N_("Two operators"),
        "sign_language": N_("Somebody who knows sign language"),
    }
)
EQUIPMENT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "portable_iris": N_("Portable iris scanner"),
        "portable_kit": N_("Portable kit that one person can carry"),
        "generator": N_("Generator set"),
    }
)
DUTIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "leader": N_("Team leader"),
        "operator": N_("Operator"),
        "driver": N_("Driver"),
    }
)
