"""The places of a file: rows of its matrices, or locations that straight lines are measured between."""

from __future__ import annotations

from typing import Final

from routing.formats.reading import Malformed, Reader, kind, whole
from routing.problem import Place, Travel
from routing.travel import crow
from routing.travel.matrix import Matrix

Location = tuple[float, float]
"""Longitude and latitude, in VROOM's order."""
FARTHEST: Final = 1_000_000_000
"""Longer cells count as this many seconds or metres: nothing that a vehicle could drive."""


class Places:
    """The places of a file, by their rows."""

    def __init__(self, reader: Reader) -> None:
        self.durations: dict[str, list[list[int]]] = {}
        self.distances: dict[str, list[list[int]]] = {}
        self.rows: dict[Location, int] = {}
        self.size = 0
        self.given = reader.has("matrices") or reader.has("matrix")
        if reader.has("matrices"):
            reader.has("matrix")
            self._read(reader.raw("matrices"))
        elif self.given:
            self.durations["car"] = _rows(reader, "matrix")
            self.size = len(self.durations["car"])

    def _read(self, value: object) -> None:
        if not isinstance(value, dict):
            raise Malformed(f"matrices: {kind(value)} where an object is needed")
        for profile in value:
            inner = Reader(value[profile], f"matrices.{profile}")
            if inner.has("costs"):
                raise Malformed(f"{inner.at('costs')}: is not supported")
            self.durations[profile] = _rows(inner, "durations")
            if inner.has("distances"):
                self.distances[profile] = _rows(inner, "distances")
            inner.done()
        sizes = {len(rows) for rows in (*self.durations.values(), *self.distances.values())}
        if len(sizes) != 1:
            raise Malformed("matrices: need the same number of rows, at least one, in all")
        self.size = sizes.pop()

    def knows(self, profile: str) -> bool:
        """Whether travel of this profile can be told: any, where straight lines are measured."""
        return not self.given or profile in self.durations

    @property
    def has_distances(self) -> bool:
        """Whether lengths are known (they are where straight lines are measured)."""
        return not self.given or bool(self.distances)

    def place(
        self, reader: Reader, location: str, index: str
    ) -> tuple[int | None, Location | None]:
        """Return the place and the location of a job or of a vehicle's end."""
        where = _location(reader, location) if reader.has(location) else None
        if not self.given:
            reader.has(index)
            return (None, None) if where is None else (self._row(where), where)
        given = reader.whole_or_none(index)
        if given is None:
            if where is not None:
                raise Malformed(f"{reader.at(index)}: is needed where matrices are given")
            return None, None
        if not 0 <= given < self.size:
            raise Malformed(
                f"{reader.at(index)}: {given} is outside the {self.size} rows of the matrices"
            )
        return given, where

    def _row(self, where: Location) -> int:
        return self.rows.setdefault(where, len(self.rows) + 1)

    def travel(self, name: str, profile: str, speed: float) -> Travel:
        """Return the travel of a profile at a speed; one more place, `anywhere`, is at no distance from all."""
        if self.given:
            seconds = self.durations[profile]
            metres = self.distances.get(profile) or [[0] * self.size for _ in range(self.size)]
        else:
            estimate = crow.travel([Place(lat, lon) for lon, lat in self.rows])
            seconds, metres = estimate.seconds.rows(), estimate.metres.rows()
        seconds = [[min(round(cell / speed), FARTHEST) for cell in row] for row in seconds]
        return Travel(
            Matrix.of(self._and_anywhere(seconds)),
            Matrix.of(self._and_anywhere(metres)),
            name,
            estimated=not self.given,
        )

    @property
    def anywhere(self) -> int:
        """The place at no distance from all others, where a vehicle without a start begins: after the rows given."""
        return self.size if self.given else 0

    def _and_anywhere(self, rows: list[list[int]]) -> list[list[int]]:
        none = [0] * (len(rows) + 1)
        if self.given:
            return [*([*row, 0] for row in rows), none]
        return [none, *([0, *row] for row in rows)]


def _rows(reader: Reader, name: str) -> list[list[int]]:
    rows = reader.items(name) if reader.has(name) else None
    if not rows:
        raise Malformed(f"{reader.at(name)}: is missing")
    answer = []
    for number, row in enumerate(rows):
        path = f"{reader.at(name)}[{number}]"
        if not isinstance(row, list) or len(row) != len(rows):
            raise Malformed(f"{path}: need a list of {len(rows)} numbers")
        cells = [whole(cell, path) for cell in row]
        if min(cells) < 0:
            raise Malformed(f"{path}: a negative number")
        answer.append([min(cell, FARTHEST) for cell in cells])
    return answer


def _location(reader: Reader, name: str) -> Location:
    value = reader.raw(name)
    if (
        not isinstance(value, list)
        or len(value) < 2
        or any(isinstance(part, bool) or not isinstance(part, int | float) for part in value[:2])
    ):
        raise Malformed(f"{reader.at(name)}: need [longitude, latitude]")
    try:
        Place(value[1], value[0])
    except ValueError as error:
        raise Malformed(f"{reader.at(name)}: {error}") from None
    return float(value[0]), float(value[1])
