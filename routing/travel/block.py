"""What a source of travel answers: seconds and metres from some places to others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from routing.problem import Place


@dataclass(frozen=True, slots=True)
class Block:
    """Seconds and metres from origins to destinations, shape (origins, destinations); NaN where there is no way."""

    seconds: np.ndarray[Any, Any]
    metres: np.ndarray[Any, Any]


Ask = Callable[[Sequence[Place], Sequence[Place], str], Block]
"""Asks for the block from origins to destinations for a profile, on empty roads."""
