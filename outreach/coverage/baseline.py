"""Where the count starts: the one documented place of the regency's figures on the first day.

753,017 residents were obliged to hold a card and 98.37 % of them were recorded when this product's work began
(product.md, first paragraph): about 12,274 were missing. Our own recordings are counted on top of it. When the
office takes over a newer count (the DKB of a half-year), these two numbers change and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Baseline:
    """Obliged residents, and how many of them were recorded, before the first recording of ours.

    `recorded` may exceed `obliged` (early marriages); shares are never clamped.
    """

    obliged: int
    recorded: int

    def __post_init__(self) -> None:
        if self.obliged < 1 or self.recorded < 0:
            raise ValueError("a baseline counts people")

    def share(self, recorded_since: int = 0) -> float:
        """Return the share that is recorded, 1.0 being everybody."""
        return (self.recorded + recorded_since) / self.obliged

    def missing(self, recorded_since: int = 0) -> int:
        """Return how many are not recorded yet; negative where more are recorded than obliged."""
        return self.obliged - self.recorded - recorded_since


FIRST_DAY: Final = Baseline(obliged=753_017, recorded=round(753_017 * 0.9837))
"""98.37 % of 753,017."""

NATIONAL_TARGET: Final = 0.994
"""The ministry's target for recording (2023)."""
