"""What the office itself knows about getting from place to place, beside the roads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.places.rivers import rivers
from outreach.planning.pace_models import LearnedPace
from routing import Place
from routing.travel.barriers import Barrier
from routing.travel.pace import Pace


def barriers(session: Session) -> tuple[Barrier, ...]:
    """Return the rivers that were drawn, as the straight-line model takes them."""
    return tuple(
        Barrier(tuple(_places(river.line)), tuple(_places(river.bridges)))
        for river in rivers(session)
    )


def _places(points: Iterable[Iterable[float]]) -> Iterable[Place]:
    return (Place(lat, lon) for lat, lon in points)


@dataclass(frozen=True, slots=True)
class Learned:
    """A pace that plans use: its number, and how many times as long each profile takes from each time of day on."""

    number: int
    paces: Mapping[str, tuple[Pace, ...]]


def learned_in_use(session: Session) -> LearnedPace | None:
    """Return the learned pace that is switched on, or None."""
    query = select(LearnedPace).where(LearnedPace.off_at.is_(None))
    return session.scalars(query.order_by(LearnedPace.number.desc())).first()


def learned(session: Session) -> Learned | None:
    """Return the learned pace that is switched on as the guide takes it, or None."""
    row = learned_in_use(session)
    return None if row is None else Learned(row.number, paces_of(row.factors))


def paces_of(factors: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Pace, ...]]:
    """Return the paces of each profile from rows of learned factors."""
    found: dict[str, tuple[Pace, ...]] = {}
    for profile in sorted({row["profile"] for row in factors}):
        starts = sorted({0} | {row["from_s"] for row in factors if row["profile"] == profile})
        found[profile] = tuple(
            Pace(
                from_s,
                factor_at(factors, "road", profile, from_s),
                factor_at(factors, "line", profile, from_s),
            )
            for from_s in starts
        )
    return found


def factor_at(
    factors: Sequence[Mapping[str, Any]], basis: str, profile: str, second_of_day: int
) -> float:
    """Return the factor that counts for a leg that starts at a time of day; 1 where nothing was learned."""
    rows = [
        row for row in factors
        if (row["basis"], row["profile"]) == (basis, profile) and row["from_s"] <= second_of_day
    ]  # fmt: skip
    return float(max(rows, key=lambda row: row["from_s"])["factor"]) if rows else 1.0
