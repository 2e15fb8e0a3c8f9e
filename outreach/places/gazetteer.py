"""The regency's own facts: its 20 districts, its 208 villages, its bounds and its office.

Codes and names follow Kepmendagri 300.2.2-2430/2025; the coordinates are centroids of our own,
inside the village and about a kilometre from any one house.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from outreach.places.coordinates import (
    REGENCY_BOUNDS,
    Bounds,
    CoordinateError,
    distance_m,
    parse_coordinates,
)

__all__ = [
    "OFFICE_DEFAULT",
    "REGENCY_BOUNDS",
    "REGENCY_CODE",
    "REGENCY_NAME",
    "Bounds",
    "CoordinateError",
    "DistrictFact",
    "Gazetteer",
    "OfficeFact",
    "VillageFact",
    "distance_m",
    "parse_coordinates",
    "read_gazetteer",
]

VillageKind = Literal["desa", "kelurahan"]

VILLAGES_FILE: Final = Path(__file__).parent / "data" / "villages.csv"
REGENCY_CODE: Final = "33.14"
REGENCY_NAME: Final = "Sragen"


@dataclass(frozen=True, slots=True)
class VillageFact:
    """A rural (desa) or urban (kelurahan) village; its code is the key: 12 names occur twice."""

    code: str
    name: str
    kind: VillageKind
    district_code: str
    district_name: str
    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not self.code.startswith(f"{self.district_code}."):
            raise ValueError(f"village {self.code} does not lie in district {self.district_code}")
        if self.kind not in ("desa", "kelurahan"):
            raise ValueError(f"village {self.code} is neither desa nor kelurahan: {self.kind!r}")
        if not REGENCY_BOUNDS.contains(self.lat, self.lon):
            raise ValueError(f"village {self.code} lies outside the regency's bounds")

    @property
    def full_name(self) -> str:
        """The name as people are always shown it: "Desa Jati, Kec. Masaran"."""
        return f"{self.kind.capitalize()} {self.name}, Kec. {self.district_name}"


@dataclass(frozen=True, slots=True)
class DistrictFact:
    """A district (kecamatan); its point is the mean of its villages' points."""

    code: str
    name: str
    lat: float
    lon: float

    @property
    def full_name(self) -> str:
        """The name as people are shown it: "Kecamatan Masaran"."""
        return f"Kecamatan {self.name}"


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Every district and village, in the order of their codes."""

    districts: tuple[DistrictFact, ...]
    villages: tuple[VillageFact, ...]

    def villages_in(self, district_code: str) -> tuple[VillageFact, ...]:
        """Return the villages of a district, in the order of their codes."""
        return tuple(v for v in self.villages if v.district_code == district_code)

    def village(self, code: str) -> VillageFact:
        """Return the village of a code ("33.14.10.1003"); raises KeyError when there is none."""
        for village in self.villages:
            if village.code == code:
                return village
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class OfficeFact:
    """Where teams start from; `unconfirmed` until an administrator has put the pin right."""

    name: str
    lat: float
    lon: float
    unconfirmed: bool


# Jalan Diponegoro, Kelurahan Sragen Tengah; not surveyed: this is the kelurahan's centroid.
OFFICE_DEFAULT: Final = OfficeFact(
    name="Dispendukcapil Kabupaten Sragen", lat=-7.4249, lon=111.0238, unconfirmed=True
)


@cache
def read_gazetteer() -> Gazetteer:
    """Read the product's own table of the regency's districts and villages."""
    with VILLAGES_FILE.open(encoding="utf-8", newline="") as file:
        villages = tuple(sorted((_village(row) for row in csv.DictReader(file)), key=_code))
    by_district: dict[str, list[VillageFact]] = {}
    for village in villages:
        by_district.setdefault(village.district_code, []).append(village)
    districts = tuple(_district(members) for members in by_district.values())
    return Gazetteer(districts=districts, villages=villages)


def _code(village: VillageFact) -> str:
    return village.code


def _village(row: dict[str, str]) -> VillageFact:
    kind: VillageKind = "kelurahan" if row["type"] == "kelurahan" else "desa"
    if row["type"] != kind:
        raise ValueError(f"village {row['code']} is neither desa nor kelurahan: {row['type']!r}")
    return VillageFact(
        code=row["code"],
        name=row["name"],
        kind=kind,
        district_code=row["kecamatan_code"],
        district_name=row["kecamatan"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
    )


def _district(members: list[VillageFact]) -> DistrictFact:
    return DistrictFact(
        code=members[0].district_code,
        name=members[0].district_name,
        lat=round(sum(v.lat for v in members) / len(members), 6),
        lon=round(sum(v.lon for v in members) / len(members), 6),
    )
