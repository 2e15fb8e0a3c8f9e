"""Which village a point lies in: by the outlines the office loaded, else by areas estimated from village centres."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.places.geometry import Area, Point, area_of, beside, cells
from outreach.places.models import Village, VillageOutline

NEAR_M: Final = 300.0
"""A pin further than this outside its village's outline is doubted."""
NEAR_ESTIMATE_M: Final = 1_500.0
"""The same where the outline is estimated: a guessed edge errs by about half a village."""
ESTIMATED_RADIUS_M: Final = 3_500.0
"""No estimated village reaches further: the largest here is about 4 km from end to end."""
_BESIDE_M: Final = 60.0


@dataclass(frozen=True)
class Areas:
    """The area of every village by its code; `estimated` when no outline was loaded for any of them."""

    by_code: Mapping[str, Area]
    estimated: bool

    def village_at(self, point: Point) -> str | None:
        """Return the code of the village that a point (longitude, latitude) lies in."""
        return next((code for code, area in self.by_code.items() if area.contains(point)), None)

    def is_outside(self, point: Point) -> bool:
        """Tell whether a point (longitude, latitude) certainly lies outside the regency."""
        near_m = NEAR_ESTIMATE_M if self.estimated else NEAR_M
        return self.village_at(point) is None and all(
            area.distance_m(point) > near_m for area in self.by_code.values()
        )

    def district_borders(self) -> Iterator[tuple[str, tuple[Point, Point]]]:
        """Give the pieces of the outlines that run between districts or around the regency, by district code.

        Outlines of neighbours seldom agree to the metre, so each piece is asked what lies on either side of it.
        """
        for code, area in self.by_code.items():
            district = code[:8]
            near = Areas(
                {other: one for other, one in self.by_code.items() if area.is_near(one)},
                self.estimated,
            )
            for start, end in area.segments():
                sides = {
                    (found or "")[:8]
                    for found in map(near.village_at, beside(start, end, _BESIDE_M))
                }
                if sides != {district}:
                    yield district, (start, end)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a pin lies, seen from the village it is said to be in. `away_m`: metres outside it, 0 inside.

    `code` names the village it does lie in, None outside all of them.
    """

    away_m: float
    code: str | None
    estimated: bool

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should be asked if this is the right place."""
        return self.away_m > (NEAR_ESTIMATE_M if self.estimated else NEAR_M)


def areas(session: Session) -> Areas:
    """Return the village areas that hold now."""
    outlines = session.execute(
        select(VillageOutline.village_code, VillageOutline.loaded_at).order_by(
            VillageOutline.village_code
        )
    ).all()
    if outlines:
        return _loaded(session, tuple((code, at.isoformat()) for code, at in outlines))
    centres = session.execute(select(Village.code, Village.lat, Village.lon).order_by(Village.code))
    return _estimated(tuple((code, lat, lon) for code, lat, lon in centres))


def whereabouts(session: Session, lat: float, lon: float, village_code: str) -> Whereabouts:
    """Tell where a pin lies, seen from the village that it is said to be in."""
    known = areas(session)
    point = (lon, lat)
    own = known.by_code.get(village_code)
    if own is None or own.contains(point):
        return Whereabouts(0.0, village_code, known.estimated)
    return Whereabouts(own.distance_m(point), known.village_at(point), known.estimated)


_kept: dict[tuple[tuple[str, str], ...], Areas] = {}


def _loaded(session: Session, tag: tuple[tuple[str, str], ...]) -> Areas:
    if tag not in _kept:
        rows = session.scalars(select(VillageOutline).order_by(VillageOutline.village_code))
        found = {row.village_code: outline_area(row.polygons) for row in rows}
        _kept.clear()
        _kept[tag] = Areas(found, estimated=False)
    return _kept[tag]


def outline_area(polygons: list[list[list[list[float]]]]) -> Area:
    """Return the area of GeoJSON MultiPolygon coordinates. Raises ValueError for rings that are none."""
    return area_of(
        tuple(tuple((float(lon), float(lat)) for lon, lat, *_ in ring) for ring in polygon)
        for polygon in polygons
    )


@lru_cache(maxsize=2)
def _estimated(centres: tuple[tuple[str, float, float], ...]) -> Areas:
    found = cells([(lon, lat) for _code, lat, lon in centres], ESTIMATED_RADIUS_M)
    return Areas(
        {code: area for (code, *_), area in zip(centres, found, strict=True)}, estimated=True
    )
