"""The roads and names under every map, as the import of an extract left them beside the road network.

One ZIP file holds the whole map, each square of it, and the large roads with few bends: whatever a page asks for is
ready, also for the first one after a start.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import floor
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

LatLon = tuple[float, float]
Thin = Callable[[Sequence[LatLon]], list[LatLon]]
_Square = tuple[dict[str, list[list[list[float]]]], list[dict[str, Any]]]
"""The lines by level ("river" for those) and the named points of a square."""
_WHOLE: Final = "map"
_LARGE: Final = "large"
LARGEST: Final = 2
"""Through roads (1) and roads between villages (2) are the large ones."""
_AROUND: Final = 0.05
"""Degrees around places in which large roads are drawn, at least."""
SQUARE: Final = 0.02
"""Degrees along the side of a square: some 2.2 km."""


@dataclass(frozen=True, slots=True)
class GroundRoads:
    """The map as gzipped GeoJSON, a tag that changes with it, and its parts by name."""

    packed: bytes
    tag: str
    parts: MappingProxyType[str, bytes]


def keep_ground_roads(file: Path, content: bytes, thin: Thin = list) -> None:
    """Put a new map in use in one step: whoever reads sees the old one or the new one.

    `thin` takes the bends out of a line that no map of a whole day shows.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".map-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as parts:
                for part, packed in _parts(content, thin).items():
                    parts.writestr(zipfile.ZipInfo(part), packed)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def ground_roads(file: Path) -> GroundRoads | None:
    """Return the map, or None where no extract was imported or the file is none of ours."""
    try:
        facts = file.stat()
        return _read(file, facts.st_mtime_ns, facts.st_size)
    except (OSError, zipfile.BadZipFile, KeyError):
        return None


def large_roads(file: Path | None, places: Sequence[LatLon]) -> tuple[list[LatLon], ...]:
    """Return the lines of the large roads around some places; none where no extract was imported."""
    ground = ground_roads(file) if file else None
    if ground is None or not places:
        return ()
    lats, lons = zip(*places, strict=True)
    around = max(_AROUND, max(lats) - min(lats), max(lons) - min(lons))
    south, north, west, east = min(lats) - around, max(lats) + around, min(lons) - around, max(lons) + around  # fmt: skip
    return tuple(
        line
        for line in _large(ground.tag, ground.parts[_LARGE])
        if any(south <= lat <= north and west <= lon <= east for lat, lon in line)
    )


def square_of(ground: GroundRoads, row: int, column: int) -> bytes:
    """Return the map of one square as gzipped GeoJSON: row and column count SQUARE degrees from the equator and Greenwich.

    Lines are whole where they touch it. A phone fetches the few squares that it shows.
    """
    return ground.parts.get(f"{row},{column}", _EMPTY)


def _parts(content: bytes, thin: Thin) -> dict[str, bytes]:
    """Return the parts of a map's file by their names."""
    features = json.loads(content)["features"]
    large = [
        [[round(x, 5) for x in point] for point in thin([(lat, lon) for lon, lat in line])]
        for feature in features
        if feature["properties"].get("level", LARGEST + 1) <= LARGEST
        for line in feature["geometry"]["coordinates"]
    ]
    squares = {
        f"{row},{column}": gzip.compress(_collection(lines, points), mtime=0)
        for (row, column), (lines, points) in _squares(features).items()
    }
    packed = {_WHOLE: content, _LARGE: json.dumps(large, separators=(",", ":")).encode()}
    return {**{name: gzip.compress(part, mtime=0) for name, part in packed.items()}, **squares}


def _collection(lines: dict[str, list[list[list[float]]]], points: list[dict[str, Any]]) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"kind": "river"} if level == "river" else {"kind": "road", "level": int(level)},
            "geometry": {"type": "MultiLineString", "coordinates": some},
        }
        for level, some in sorted(lines.items(), reverse=True)
    ]  # fmt: skip
    content = {"type": "FeatureCollection", "features": [*features, *points]}
    return json.dumps(content, separators=(",", ":")).encode()


_EMPTY: Final = gzip.compress(_collection({}, []), mtime=0)


def _squares(features: list[dict[str, Any]]) -> dict[tuple[int, int], _Square]:
    found: dict[tuple[int, int], _Square] = defaultdict(lambda: (defaultdict(list), []))
    for feature in features:
        geometry, facts = feature["geometry"], feature["properties"]
        if geometry["type"] == "Point":
            found[_square(geometry["coordinates"])][1].append(feature)
            continue
        level = "river" if facts["kind"] == "river" else str(facts["level"])
        for line in geometry["coordinates"]:
            for square in {_square(point) for point in line}:
                found[square][0][level].append(line)
    return dict(found)


def _square(point: Sequence[float]) -> tuple[int, int]:
    return floor(point[1] / SQUARE), floor(point[0] / SQUARE)


@lru_cache(maxsize=1)
def _large(_tag: str, packed: bytes) -> list[list[LatLon]]:
    return [[(lat, lon) for lat, lon in line] for line in json.loads(gzip.decompress(packed))]


@lru_cache(maxsize=1)
def _read(file: Path, _changed: int, _size: int) -> GroundRoads:
    with zipfile.ZipFile(file) as kept:
        parts = {name: kept.read(name) for name in kept.namelist()}
    packed = parts.pop(_WHOLE)
    return GroundRoads(packed, hashlib.sha256(packed).hexdigest()[:16], MappingProxyType(parts))
