"""The roads and names under every map, as the import of an extract left them beside the road network."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

LatLon = tuple[float, float]


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


@lru_cache(maxsize=1)
def _read(file: Path, _changed: int, _size: int) -> GroundRoads:
    packed = file.read_bytes()
    return GroundRoads(packed, hashlib.sha256(packed).hexdigest()[:16])
