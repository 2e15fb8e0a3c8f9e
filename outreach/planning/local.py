"""What the office itself knows about getting from place to place, beside the roads."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from outreach.places.rivers import rivers
from routing import Place
from routing.travel.barriers import Barrier


def barriers(session: Session) -> tuple[Barrier, ...]:
    """Return the rivers that were drawn, as the straight-line model takes them."""
    return tuple(
        Barrier(tuple(_places(river.line)), tuple(_places(river.bridges)))
        for river in rivers(session)
    )


def _places(points: Iterable[Iterable[float]]) -> Iterable[Place]:
    return (Place(lat, lon) for lat, lon in points)
