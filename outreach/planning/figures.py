"""The figures of a version: counted once when it is stored, sealed with it, and read back as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from outreach.planning.models import PlanVersion, Route, UnservedReferral


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One date of a version: how many people are visited, and how many the quota allows (None: no quota)."""

    day: date
    people: int
    quota: int | None

    def __post_init__(self) -> None:
        if self.quota is not None and self.people > self.quota:
            raise ValueError(f"{self.people} people on {self.day}, above the quota of {self.quota}")


@dataclass(frozen=True, slots=True)
class Figures:
    """A version in numbers. `oldest_left_days` is the longest wait of those it leaves out."""

    people: int
    stops: int
    routes: int
    travel_s: int
    travel_m: int
    service_s: int
    wait_s: int
    unserved: int
    oldest_left_days: int
    legs: int
    estimated_legs: int
    days: tuple[DayFigures, ...]

    @property
    def quota(self) -> int | None:
        """The most people over all dates, or None where any of them has no quota."""
        quotas = [figures.quota for figures in self.days]
        return None if None in quotas else sum(quota for quota in quotas if quota is not None)


def count(
    routes: Sequence[Route],
    unserved: Sequence[UnservedReferral],
    waiting_days: Mapping[str, int],
    quotas: Mapping[date, int | None],
) -> Figures:
    """Count a version's figures. `waiting_days` is by referral id, `quotas` by date."""
    stops = [stop for route in routes for stop in route.stops]
    return Figures(
        people=sum(route.people for route in routes),
        stops=len(stops),
        routes=len(routes),
        travel_s=sum(route.travel_s for route in routes),
        travel_m=sum(route.travel_m for route in routes),
        service_s=sum(route.service_s for route in routes),
        wait_s=sum(route.wait_s for route in routes),
        unserved=len(unserved),
        oldest_left_days=max((waiting_days.get(row.referral_id, 0) for row in unserved), default=0),
        legs=sum(route.legs for route in routes),
        estimated_legs=sum(route.estimated_legs for route in routes),
        days=tuple(
            DayFigures(day, sum(route.people for route in routes if route.day == day), quota)
            for day, quota in sorted(quotas.items())
        ),
    )


def to_json(figures: Figures) -> dict[str, Any]:
    """Return the figures as they are kept in `PlanVersion.totals`."""
    kept = asdict(figures)
    kept["days"] = [{**day, "day": day["day"].isoformat()} for day in kept["days"]]
    return kept


def figures_of(version: PlanVersion) -> Figures:
    """Return the figures of a stored version."""
    kept = dict(version.totals)
    kept["days"] = tuple(
        DayFigures(date.fromisoformat(day["day"]), day["people"], day["quota"])
        for day in kept["days"]
    )
    return Figures(**kept)
