"""The roads and names under every map, as the import of an extract left them beside the road network."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import floor
from pathlib import Path
from typing import Any, Final

LatLon = tuple[float, float]
_Square = tuple[dict[int, list[list[list[float]]]], list[dict[str, Any]]]
"""The lines by level and the named points of a square."""
SQUARE: Final = 0.02
"""Degrees along the side of a square: some 2.2 km."""


@dataclass(frozen=True, slots=True)
class GroundRoads:
    """The map as gzipped GeoJSON, and a tag that changes with it."""

    packed: bytes
    tag: str


def keep_ground_roads(file: Path, content: bytes) -> None:
    """Put a new map in use in one step: whoever reads sees the old one or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".map-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(gzip.compress(content, mtime=0))
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def ground_roads(file: Path) -> GroundRoads | None:
    """Return the map, or None where no extract was imported."""
    try:
        facts = file.stat()
    except OSError:
        return None
    return _read(file, facts.st_mtime_ns, facts.st_size)


def road_lines(ground: GroundRoads, largest: int) -> list[list[LatLon]]:
    """Return the lines of the roads of level 1 (through roads) to `largest`. Takes a moment: keep what comes of it."""
    content: dict[str, Any] = json.loads(gzip.decompress(ground.packed))
    return [
        [(lat, lon) for lon, lat in line]
        for feature in content["features"]
        if feature["properties"].get("level", largest + 1) <= largest
        for line in feature["geometry"]["coordinates"]
    ]


def square_of(ground: GroundRoads, row: int, column: int) -> bytes:
    """Return the map of one square as gzipped GeoJSON: row and column count SQUARE degrees from the equator and Greenwich.

    Lines are whole where they touch it. A phone fetches the few squares that it shows.
    """
    lines, points = _squares(ground).get((row, column), ({}, []))
    features = [
        {
            "type": "Feature",
            "properties": {"kind": "road", "level": level},
            "geometry": {"type": "MultiLineString", "coordinates": some},
        }
        for level, some in sorted(lines.items())
    ]
    content = {"type": "FeatureCollection", "features": [*features, *points]}
    return gzip.compress(json.dumps(content, separators=(",", ":")).encode(), mtime=0)


@lru_cache(maxsize=1)
def _squares(ground: GroundRoads) -> dict[tuple[int, int], _Square]:
    found: dict[tuple[int, int], _Square] = defaultdict(lambda: (defaultdict(list), []))
    for feature in json.loads(gzip.decompress(ground.packed))["features"]:
        geometry, level = feature["geometry"], feature["properties"].get("level")
        if geometry["type"] == "Point":
            found[_square(geometry["coordinates"])][1].append(feature)
        elif level:
            for line in geometry["coordinates"]:
                for square in {_square(point) for point in line}:
                    found[square][0][level].append(line)
    return dict(found)


def _square(point: Sequence[float]) -> tuple[int, int]:
    return floor(point[1] / SQUARE), floor(point[0] / SQUARE)


@lru_cache(maxsize=1)
def _read(file: Path, _changed: int, _size: int) -> GroundRoads:
    packed = file.read_bytes()
    return GroundRoads(packed, hashlib.sha256(packed).hexdigest()[:16])
