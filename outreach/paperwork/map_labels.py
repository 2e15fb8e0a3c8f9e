"""Where the marks and names of a printed map go, so that none covers another. All lengths are millimetres."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

XY = tuple[float, float]

_ROUNDS: Final = 300


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that something fills."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Tell whether two rectangles overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def within(self, width: float, height: float) -> bool:
        """Tell whether the rectangle lies on the sheet."""
        return self.left >= 0 and self.top >= 0 and self.right <= width and self.bottom <= height


def box_around(at: XY, half: float) -> Box:
    """Return the square around a place."""
    return Box(at[0] - half, at[1] - half, at[0] + half, at[1] + half)


def spread(places: Sequence[XY], apart: float, width: float, height: float) -> list[XY]:
    """Move marks until no two are nearer than `apart`, each as little as that needs, all on the sheet.

    Marks at one and the same place leave it in different directions. The first one drawn near a place stays nearest.
    """
    moved = list(places)
    edge = apart / 2
    for _round in range(_ROUNDS):
        still = True
        for i in range(len(moved)):
            for j in range(i):
                dx, dy = moved[i][0] - moved[j][0], moved[i][1] - moved[j][1]
                distance = math.hypot(dx, dy)
                if distance >= apart - 0.01:
                    continue
                still = False
                if distance < 1e-6:
                    dx, dy, distance = math.cos(i * 2.4), math.sin(i * 2.4), 1.0
                push = (apart - min(distance, apart)) / 2 or apart / 2
                step = (dx / distance * push, dy / distance * push)
                moved[i] = _held(moved[i][0] + step[0], moved[i][1] + step[1], edge, width, height)
                moved[j] = _held(moved[j][0] - step[0], moved[j][1] - step[1], edge, width, height)
        if still:
            break
    return moved


def name_box(
    at: XY, text: str, taken: Sequence[Box], size: float, width: float, height: float
) -> Box | None:
    """Return the free rectangle beside a place that its name fits in, or None; `size` is the height of the letters.

    Letters are reckoned 0.56 of their height wide: Atkinson Hyperlegible's mean, a little rounded up.
    """
    length, half = len(text) * size * 0.56, size * 0.62
    gap = size * 0.5
    for dx, dy in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)):
        middle = (
            at[0] + dx * (gap + length / 2) * (1.0 if dy == 0 else 0.9),
            at[1] + dy * (gap + half),
        )
        box = Box(
            middle[0] - length / 2, middle[1] - half, middle[0] + length / 2, middle[1] + half
        )
        if box.within(width, height) and not any(box.meets(other) for other in taken):
            return box
    return None


def line_boxes(start: XY, end: XY, thickness: float) -> list[Box]:
    """Return small squares along a line, for names to keep off it."""
    length = math.dist(start, end)
    steps = max(int(length / thickness), 1)
    return [
        box_around(
            (
                start[0] + (end[0] - start[0]) * step / steps,
                start[1] + (end[1] - start[1]) * step / steps,
            ),
            thickness / 2,
        )
        for step in range(steps + 1)
    ]


def _held(x: float, y: float, edge: float, width: float, height: float) -> XY:
    return min(max(x, edge), width - edge), min(max(y, edge), height - edge)
