"""A route as a line of time: travel, waiting, service and break side by side, for drawing without script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import routing

HOUR_S: Final = 3600
WIDTH: Final = 1000
"""Units from the first hour to the last; heights are set in the template."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a day: `kind` is travel, wait, service or break; `x` and `width` in units; `number` of a service."""

    kind: str
    x: float
    width: float
    start_s: int
    end_s: int
    visit: str = ""
    number: int = 0
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """From when to when a drawing reaches, in seconds of the day."""

    from_s: int
    to_s: int

    def x(self, time_s: int) -> float:
        """Return where a time stands."""
        return round(WIDTH * (time_s - self.from_s) / (self.to_s - self.from_s), 1)

    @property
    def hours(self) -> list[tuple[float, int]]:
        """The full hours with their place."""
        first = -(-self.from_s // HOUR_S)
        return [(self.x(h * HOUR_S), h) for h in range(first, self.to_s // HOUR_S + 1)]


def scale_of(shifts: Sequence[routing.Shift], routes: Sequence[routing.Route]) -> Scale:
    """Return a scale on which all these shifts and routes find room."""
    starts = [shift.start_s for shift in shifts] + [route.leave_s for route in routes]
    ends = [shift.end_s for shift in shifts] + [route.back_s for route in routes]
    from_s = min(starts, default=8 * HOUR_S) // HOUR_S * HOUR_S
    to_s = -(-max(ends, default=15 * HOUR_S) // HOUR_S) * HOUR_S
    return Scale(from_s, max(to_s, from_s + HOUR_S))


def pieces(route: routing.Route, scale: Scale, late: frozenset[str] = frozenset()) -> list[Piece]:
    """Return the parts of a route in the order of time. `late`: the visits that break a rule of the clock."""
    return sorted(_pieces(route, scale, late), key=lambda piece: piece.start_s)


def _pieces(route: routing.Route, scale: Scale, late: frozenset[str]) -> Iterator[Piece]:
    def piece(kind: str, start_s: int, end_s: int, visit: str = "", number: int = 0) -> Piece:
        x = scale.x(start_s)
        width = max(round(scale.x(end_s) - x, 1), 0.5)
        return Piece(kind, x, width, start_s, end_s, visit, number, visit in late)

    for number, stop in enumerate(route.stops, start=1):
        if stop.travel_s:
            yield piece("travel", stop.arrive_s - stop.travel_s, stop.arrive_s)
        if stop.wait_s:
            yield piece("wait", stop.arrive_s, stop.start_s)
        yield piece("service", stop.start_s, stop.depart_s, stop.visit, number)
    for rest in route.breaks:
        yield piece("break", rest.start_s, rest.end_s)
    if route.return_s:
        yield piece("travel", route.back_s - route.return_s, route.back_s)
