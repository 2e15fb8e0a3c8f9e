"""What a source of travel answers: seconds and metres from some places to others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from routing.problem import Place

FARTHEST_M: Final = 2_000.0
"""A place farther than this from any road is not on the roads."""


@dataclass(frozen=True, slots=True)
class Block:
    """Seconds and metres from origins to destinations, shape (origins, destinations); NaN where there is no way.

    `off_m` is how far each origin lies from the road that it was put on, in metres; NaN where that is not known.
    """

    seconds: np.ndarray[Any, Any]
    metres: np.ndarray[Any, Any]
    off_m: np.ndarray[Any, Any]


Ask = Callable[[Sequence[Place], Sequence[Place], str], Block]
"""Asks for the block from origins to destinations for a profile, on empty roads."""
