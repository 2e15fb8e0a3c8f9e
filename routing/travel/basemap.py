"""Roads, rivers and names of an OpenStreetMap extract as compact GeoJSON, to be drawn under routes with no network.

The whole stays under a size: small roads are left out before large ones, and bends before roads.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import osmium

from routing.travel.osm import Box, RoadsUnreadable
from routing.travel.simplify import simplified

MOST_BYTES: Final = 10_000_000
LEVELS: Final[Mapping[str, int]] = {
    "motorway": 1, "trunk": 1, "primary": 1, "secondary": 1,
    "motorway_link": 1, "trunk_link": 1, "primary_link": 1, "secondary_link": 1,
    "tertiary": 2, "tertiary_link": 2, "unclassified": 2,
    "residential": 3, "living_street": 3, "road": 3,
    "service": 4, "track": 4, "path": 4, "footway": 4, "pedestrian": 4, "cycleway": 4, "bridleway": 4,
}  # fmt: skip
"""How much a road matters on a map: 1 through roads, 2 between villages, 3 within them, 4 the rest."""
RANKS: Final[Mapping[str, int]] = {
    "city": 1, "town": 1, "suburb": 2, "village": 2, "quarter": 3, "neighbourhood": 3, "hamlet": 3,
    "isolated_dwelling": 3, "locality": 3,
}  # fmt: skip
RIVERS: Final = frozenset({"river", "canal"})
_TRIES: Final = ((4, 3.0), (4, 8.0), (3, 8.0), (3, 20.0), (2, 20.0), (1, 50.0))
"""The smallest roads kept, and the metres within which bends are lost, from the richest map to the poorest."""
_DIGITS: Final = 5  # about 1 m
_LONGEST_NAME: Final = 60

Line = list[tuple[float, float]]


@dataclass(slots=True)
class _Read:
    roads: dict[int, list[Line]] = field(default_factory=lambda: defaultdict(list))
    streets: dict[str, Line] = field(default_factory=dict)
    rivers: list[Line] = field(default_factory=list)
    places: list[tuple[int, str, float, float]] = field(default_factory=list)


def read_basemap(file: Path, bbox: Box | None = None, most_bytes: int = MOST_BYTES) -> bytes:
    """Return the map of an extract (within west, south, east, north) as GeoJSON in UTF-8.

    Lines carry `kind` ("road" with `level`, "river"), points `kind` ("place" with `rank`, "street") and `name`.
    Raises RoadsUnreadable when the file is no whole extract, or its largest roads alone are too much.
    """
    found = _Read()
    try:
        objects = (
            osmium.FileProcessor(str(file))
            .with_locations()
            .with_filter(osmium.filter.KeyFilter("highway", "place", "waterway"))
        )
        thing: Any
        for thing in objects:
            if thing.is_node():
                _read_place(found, thing, bbox)
            elif thing.is_way():
                _read_line(found, thing, bbox)
    except RuntimeError as error:
        raise RoadsUnreadable(
            f"{file}: this is no whole OpenStreetMap extract ({error})."
        ) from None
    for level, near_m in _TRIES:
        made = _written(found, level, near_m)
        if len(made) <= most_bytes:
            return made
    raise RoadsUnreadable(
        f"{file}: its roads make a map of more than {most_bytes:,} bytes. Name a smaller --bbox."
    )


def _read_place(found: _Read, node: Any, bbox: Box | None) -> None:
    rank = RANKS.get(node.tags.get("place", ""))
    name = node.tags.get("name", "").strip()
    if rank and name and _within(bbox, [(node.lat, node.lon)]):
        found.places.append((rank, name[:_LONGEST_NAME], node.lat, node.lon))


def _read_line(found: _Read, way: Any, bbox: Box | None) -> None:
    level = LEVELS.get(way.tags.get("highway", ""))
    is_river = way.tags.get("waterway") in RIVERS
    if level is None and not is_river:
        return
    line = [(node.lat, node.lon) for node in way.nodes if node.location.valid()]
    if len(line) < 2 or not _within(bbox, line):
        return
    if level is None:
        found.rivers.append(line)
        return
    found.roads[level].append(line)
    name = way.tags.get("name", "").strip()[:_LONGEST_NAME]
    if name and level <= 3 and len(line) > len(found.streets.get(name, ())):
        found.streets[name] = line


def _within(bbox: Box | None, line: Iterable[tuple[float, float]]) -> bool:
    if bbox is None:
        return True
    west, south, east, north = bbox
    return any(west <= lon <= east and south <= lat <= north for lat, lon in line)


def _written(found: _Read, smallest: int, near_m: float) -> bytes:
    features = [
        _feature("MultiLineString", _lines(lines, near_m), kind="road", level=level)
        for level, lines in sorted(found.roads.items())
        if level <= smallest
    ]
    if found.rivers:
        features.append(_feature("MultiLineString", _lines(found.rivers, near_m), kind="river"))
    for rank, name, lat, lon in sorted(found.places):
        features.append(_feature("Point", _point(lat, lon), kind="place", rank=rank, name=name))
    for name, line in sorted(found.streets.items()):
        features.append(_feature("Point", _point(*line[len(line) // 2]), kind="street", name=name))
    collection = {
        "type": "FeatureCollection",
        "credit": "© OpenStreetMap",
        "features": features,
    }
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()


def _lines(lines: Sequence[Line], near_m: float) -> list[list[list[float]]]:
    return [[_point(*at) for at in simplified(line, near_m)] for line in lines]


def _point(lat: float, lon: float) -> list[float]:
    return [round(lon, _DIGITS), round(lat, _DIGITS)]


def _feature(kind_of_geometry: str, coordinates: object, **properties: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind_of_geometry, "coordinates": coordinates},
    }
