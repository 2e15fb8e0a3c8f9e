"""A square table of whole numbers between places: compact, read-only, and asymmetric where the roads are."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

UNREACHABLE: Final = -1
"""The cell of a pair without a way from the first place to the second."""

LONGEST: Final = 2_000_000_000
"""The largest cell, so that cells fit 32 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Whole numbers from each of `size` places to each other, row by row; UNREACHABLE where there is no way.

    Make one with `Matrix.of(rows)` or, without copying, from a flat `array("i")` of size * size cells.
    """

    size: int
    cells: array[int]

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"size: a matrix needs at least one place, not {self.size}")
        if self.cells.typecode != "i":
            raise ValueError(f"cells: need array('i'), not array('{self.cells.typecode}')")
        if len(self.cells) != self.size * self.size:
            raise ValueError(f"cells: {len(self.cells)} do not make {self.size} x {self.size}")
        if min(self.cells) < UNREACHABLE:
            raise ValueError("cells: negative travel (only -1, unreachable, is allowed)")
        if max(self.cells) > LONGEST:
            raise ValueError(f"cells: longer than {LONGEST}")

    @classmethod
    def of(cls, rows: Sequence[Iterable[int | None]]) -> Matrix:
        """Make a matrix of rows of whole numbers; None is unreachable. Raises ValueError when not square."""
        cells = array("i")
        for number, row in enumerate(rows):
            values = [_cell(value, number) for value in row]
            if len(values) != len(rows):
                raise ValueError(
                    f"row {number}: {len(values)} cells, but there are {len(rows)} rows"
                )
            cells.extend(values)
        return cls(len(rows), cells)

    @classmethod
    def filled(cls, size: int, value: int) -> Matrix:
        """Make a matrix with one value between any two different places, and 0 on the diagonal."""
        cells = array("i", [value]) * (size * size)
        for place in range(size):
            cells[place * size + place] = 0
        return cls(size, cells)

    def __getitem__(self, pair: tuple[int, int]) -> int:
        """Return the cell from the first place to the second."""
        origin, destination = pair
        if not (0 <= origin < self.size and 0 <= destination < self.size):
            raise IndexError(f"no place {pair} in a matrix of {self.size}")
        return self.cells[origin * self.size + destination]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Matrix):
            return NotImplemented
        return self.size == other.size and self.cells == other.cells

    def __hash__(self) -> int:
        return hash((self.size, self.cells.tobytes()))

    def rows(self) -> list[list[int]]:
        """Return the rows as lists, UNREACHABLE as -1."""
        size = self.size
        return [self.cells[row * size : (row + 1) * size].tolist() for row in range(size)]


def _cell(value: int | None, row: int) -> int:
    if value is None:
        return UNREACHABLE
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"row {row}: {value!r} is not a whole number")
    if not 0 <= value <= LONGEST:
        if value == UNREACHABLE:
            return value
        raise ValueError(f"row {row}: {value} is not between 0 and {LONGEST}")
    return value
