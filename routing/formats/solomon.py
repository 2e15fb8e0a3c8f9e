"""Solomon's files of vehicle routing with time windows (1987), as their text: everybody must be visited.

Times are scaled by 10 and distances truncated to a tenth, the usual way to make them whole numbers (seconds here).
"""

from __future__ import annotations

from datetime import date
from math import floor, hypot
from typing import Final

from routing.formats.reading import Malformed
from routing.problem import Problem, Shift, Travel, Visit, Window
from routing.travel.matrix import Matrix

SCALE: Final = 10
DAY: Final = date(2000, 1, 1)
"""The files know no dates; this one stands for all."""


def problem_from_text(text: str) -> Problem:
    """Read a file. Raises Malformed with the line that is wrong."""
    vehicles, capacity, rows = _rows(text)
    size = len(rows)
    cells = [[floor(SCALE * hypot(a[1] - b[1], a[2] - b[2])) for b in rows] for a in rows]
    matrix = Matrix.of(cells)
    _, _, _, _, opens, closes, _ = rows[0]
    try:
        visits = tuple(
            Visit(
                id=f"{rows[k][0]:g}",
                place=k,
                service_s=round(SCALE * rows[k][6]),
                windows=(Window(round(SCALE * rows[k][4]), round(SCALE * rows[k][5])),),
                priority=100_000,
                amounts=(round(rows[k][3]),),
            )
            for k in range(1, size)
        )
        shifts = tuple(
            Shift(
                team=str(k + 1),
                day=DAY,
                start_s=round(SCALE * opens),
                end_s=round(SCALE * closes),
                start_place=0,
                end_place=0,
                capacity=(capacity,),
            )
            for k in range(vehicles)
        )
        return Problem(visits, shifts, (Travel(matrix, matrix),))
    except ValueError as error:
        raise Malformed(f"CUSTOMER.{error}") from None


Row = tuple[float, float, float, float, float, float, float]


def _rows(text: str) -> tuple[int, int, list[Row]]:
    vehicles: tuple[int, int] | None = None
    rows: list[Row] = []
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        if words[0].upper() in ("VEHICLE", "CUSTOMER"):
            section = words[0].upper()
            continue
        if not section or words[0].upper() in ("NUMBER", "CUST"):
            continue
        values = _numbers(words, number)
        if section == "VEHICLE":
            if len(values) != 2:
                raise Malformed(f"line {number}: VEHICLE needs a number and a capacity")
            vehicles = (int(values[0]), int(values[1]))
        elif len(values) != 7:
            raise Malformed(f"line {number}: CUSTOMER needs 7 numbers, not {len(values)}")
        else:
            rows.append(
                (values[0], values[1], values[2], values[3], values[4], values[5], values[6])
            )
    if vehicles is None:
        raise Malformed("VEHICLE: is missing")
    if not 0 < vehicles[0] <= 10_000:
        raise Malformed(f"VEHICLE: {vehicles[0]} is not a number of vehicles")
    if not rows:
        raise Malformed("CUSTOMER: is missing")
    return vehicles[0], vehicles[1], rows


def _numbers(words: list[str], line: int) -> list[float]:
    try:
        values = [float(word) for word in words]
    except ValueError:
        raise Malformed(f"line {line}: {' '.join(words)[:40]!r} is not a row of numbers") from None
    if any(not abs(value) < 1e7 for value in values):
        raise Malformed(f"line {line}: a number is too large")
    return values
