"""How many times as long driving takes as on empty roads: by the time of day, and by what teams really needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.travel.speeds import Part


@dataclass(frozen=True, slots=True)
class Pace:
    """From a time of day on: how many times as long a leg takes by road, and one that is a straight-line estimate."""

    from_s: int = 0
    by_road: float = 1.0
    by_line: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.from_s < 86_400:
            raise ValueError(f"from_s: {self.from_s} is no time of day")
        if not (0.1 <= self.by_road <= 10 and 0.1 <= self.by_line <= 10):
            raise ValueError(f"by_road, by_line: {self.by_road}, {self.by_line} are not sensible")


PLAIN = (Pace(),)


def together(parts: Sequence[Part], learned: Sequence[Pace], profile: str) -> tuple[Pace, ...]:
    """Return the paces of a profile: the table's parts of the day times what was learned, each from its own time on."""
    starts = sorted({part.from_s for part in parts} | {pace.from_s for pace in learned} | {0})
    made: list[Pace] = []
    for from_s in starts:
        part = max((one for one in parts if one.from_s <= from_s), key=lambda one: one.from_s)
        pace = max(
            (one for one in (*learned, *PLAIN) if one.from_s <= from_s), key=lambda one: one.from_s
        )
        found = Pace(from_s, part.factor[profile] * pace.by_road, pace.by_line)
        if not made or (made[-1].by_road, made[-1].by_line) != (found.by_road, found.by_line):
            made.append(found)
    return tuple(made)
