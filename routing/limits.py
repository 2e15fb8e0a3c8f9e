"""How long a search may take, and how it tells how far it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to search: seconds for everything, or iterations for an answer that is always the same.

    With `iterations` (of each worker) the answer depends on nothing but problem, seed and workers. `workers` 0: as
    many as there are cores. `bound`: prove how much better a plan could be.
    """

    seconds: float | None = 10.0
    iterations: int | None = None
    workers: int = 0
    seed: int = 1
    bound: bool = True

    def __post_init__(self) -> None:
        if self.seconds is None and self.iterations is None:
            raise ValueError("seconds: a limit in seconds or in iterations is needed")
        if self.seconds is not None and not 0 <= self.seconds <= 1_000_000:
            raise ValueError(f"seconds: {self.seconds} is not between 0 and 1000000")
        if self.iterations is not None and not 0 <= self.iterations <= 1_000_000_000:
            raise ValueError(f"iterations: {self.iterations} is not between 0 and 1000000000")
        if not 0 <= self.workers <= 1024:
            raise ValueError(f"workers: {self.workers} is not between 0 and 1024")
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"seed: {self.seed} is not between 0 and 2147483647")

    @property
    def cores(self) -> int:
        """How many workers there are."""
        if self.workers:
            return self.workers
        able = getattr(os, "sched_getaffinity", None)
        return len(able(0)) if able is not None else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is: what the best plan so far has, and what is left of the time."""

    phase: str
    fraction: float
    visits: int = 0
    people: int = 0
    points: int = 0
    value_s: int = 0
    bound_s: int | None = None
    seconds: float = 0.0
    left_s: float | None = None


OnProgress = Callable[[Progress], None]
