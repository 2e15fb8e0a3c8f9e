"""A road network in plain arrays: opened from its file, asked for matrices and for the way of a leg.

Segments run between junctions; arc 2 s goes along segment s and 2 s + 1 against it. Times are whole ticks (0.1 ms),
lengths whole decimetres. A turn restriction gives the arc that it begins on a junction of its own, from which the
forbidden arcs do not start. Class, surface, limits and access of every segment are kept beside the times, so that
another table of speeds makes other times without the extract. Points are put on the nearest segment of the largest part in which every place reaches
every other, never on a motorway. Metres are those of the fastest way: the cost of time alone is taken from the cost
of time plus 1 s a km, which lies between the lengths of the two fastest ways.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from routing.problem import Place
from routing.travel.block import FARTHEST_M, Block
from routing.travel.build import TICKS, Arrays, build_arrays, ticks_of
from routing.travel.osm import Box, Progress, RoadsUnreadable, read_extract
from routing.travel.paths import Graph, fast_order
from routing.travel.snapping import Snapped, Snapper
from routing.travel.speeds import PROFILES, USUAL, Speeds, read_speeds, speeds_text

FORMAT: Final = 2
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Leg:
    """The way of one leg: its points (lat, lon) from door to door, seconds and metres."""

    points: tuple[tuple[float, float], ...]
    seconds: float
    metres: float


class Network:
    """The roads of a region. Make one with `build` or `load`."""

    def __init__(self, arrays: Arrays, about: Mapping[str, Any], speeds: Speeds) -> None:
        self.arrays = arrays
        self.about = about
        self.speeds = speeds
        self.version = str(about["version"])
        self._graphs: dict[tuple[str, bool], Graph] = {}
        self._snappers: dict[str, Snapper] = {}

    def graph(self, profile: str, fast: bool = True) -> Graph:
        """Return what the ways of a profile are searched in; `fast` False is the reference."""
        key = (_known(profile), fast)
        if key not in self._graphs:
            self._graphs[key] = Graph(self.arrays, profile, fast)
        return self._graphs[key]

    def snap(self, places: Sequence[Place], profile: str = "car") -> Snapped:
        """Put places on the nearest segment that a profile may use; `metres` says how far that is."""
        if profile not in self._snappers:
            self._snappers[_known(profile)] = Snapper(
                self.arrays, self.graph(profile).open_segments()
            )
        return self._snappers[profile].snap(places)

    def block(
        self,
        origins: Sequence[Place],
        destinations: Sequence[Place],
        profile: str = "car",
        *,
        fast: bool = True,
    ) -> Block:
        """Return seconds and metres between places; NaN for a place more than FARTHEST_M off the roads."""
        starts, ends = self.snap(origins, profile), self.snap(destinations, profile)
        ticks, mixed = self.graph(profile, fast).sweep(starts, ends)
        lost = (starts.metres > FARTHEST_M)[:, None] | (ends.metres > FARTHEST_M)[None, :]
        ticks[lost] = np.nan
        return Block(ticks / TICKS, (mixed - ticks) / 10, starts.metres)

    def leg(self, origin: Place, destination: Place, profile: str = "car") -> Leg | None:
        """Return the way from one place to another, or None where there is none."""
        ends = self.snap((origin, destination), profile)
        if (ends.metres > FARTHEST_M).any():
            return None
        found = self.graph(profile).way(ends)
        if found is None:
            return None
        points, ticks, decimetres = found
        return Leg(points, ticks / TICKS, decimetres / 10)

    def save(self, file: Path) -> None:
        """Write the network in one step: a reader sees the old file or the new one."""
        file.parent.mkdir(parents=True, exist_ok=True)
        about = {**self.about, "format": FORMAT, "speeds": speeds_text(self.speeds)}
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".roads-", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                said = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
                np.savez(stream, about=said, **self.arrays)  # type: ignore[arg-type]
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def to_bytes(self) -> int:
        """Return how many bytes the arrays take."""
        return sum(array.nbytes for array in self.arrays.values())


def build(
    file: Path, speeds: Speeds = USUAL, bbox: Box | None = None, progress: Progress | None = None
) -> Network:
    """Read an extract and make its network. Raises RoadsUnreadable with one line that says why not."""
    kinds, surfaces = list(speeds.classes), ["", *speeds.surfaces]
    extract = read_extract(file, kinds, bbox, progress)
    arrays, counted = build_arrays(extract, kinds, surfaces)
    about: dict[str, Any] = {
        "source": file.name,
        "read": dict(counted),
        "left_out": dict(sorted(extract.left_out.items())),
        "kinds": kinds,
        "surfaces": surfaces,
        "box": [float(f(arrays[name])) for f, name in (
            (np.min, "vertex_lon"), (np.min, "vertex_lat"), (np.max, "vertex_lon"), (np.max, "vertex_lat"))],
    }  # fmt: skip
    return _timed(arrays, about, speeds)


def with_speeds(roads: Network, speeds: Speeds) -> Network:
    """Return the same roads with the times of another table: a version of its own.

    Raises RoadsUnreadable where that table leaves a profile no connected road.
    """
    return _timed(roads.arrays, roads.about, speeds)


def _timed(arrays: Arrays, about: Mapping[str, Any], speeds: Speeds) -> Network:
    made = {**arrays, **ticks_of(arrays, about["kinds"], about["surfaces"], speeds)}
    said = dict(about)
    for profile in PROFILES:
        made[f"{profile}_order"] = fast_order(made, profile)
        graph = Graph(made, profile, fast=False)
        said[f"largest_part_{profile}"] = graph.largest_share()
        if not graph.open_segments().any():
            raise RoadsUnreadable(
                f"{about['source']}: no connected road that a {profile} may use was found."
            )
    digest = hashlib.sha256()
    for name in sorted(made):
        digest.update(name.encode() + made[name].tobytes())
    said["version"] = digest.hexdigest()[:16]
    return Network(made, said, speeds)


def load(file: Path) -> Network:
    """Open a network's file. Raises RoadsUnreadable when it is damaged or of another version."""
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        about = json.loads(arrays.pop("about").tobytes())
        speeds = read_speeds(about.pop("speeds"))
        made_by = about.pop("format")
        whole = made_by != FORMAT or _is_whole(arrays)
    except _DAMAGED as error:
        raise RoadsUnreadable(f"{file}: the road network cannot be opened ({error}).") from None
    if made_by != FORMAT:
        raise RoadsUnreadable(f"{file}: made by another version. Import the roads again.")
    if not whole:
        raise RoadsUnreadable(f"{file}: the road network is damaged. Import the roads again.")
    return Network(arrays, about, speeds)


_DAMAGED: Final = (
    OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, OverflowError, MemoryError,
    RuntimeError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What opening something else than a network of ours raises (zipfile and NumPy between them)."""


def _is_whole(arrays: Arrays) -> bool:
    """Tell whether the arrays fit each other, so that nothing in them points outside. Raises KeyError for one missing."""
    segments, vertices = len(arrays["segment_dm"]), len(arrays["vertex_lat"])
    at, points = arrays["shape_at"], len(arrays["shape_lat"])
    fits = [
        len(arrays["vertex_lon"]) == vertices,
        len(arrays["shape_lon"]) == points,
        len(at) == segments + 1,
        bool(at[0] == 0 and at[-1] == points and (np.diff(at) >= 2).all()),
        *(len(arrays[f"segment_{name}"]) == segments for name in ("kind", "surface", "evenness", "no_door")),
        arrays["segment_limit"].shape == (segments, 2),
        arrays["segment_may"].shape == (segments, 2 * len(PROFILES)),
        *(bool(np.isfinite(arrays[name]).all()) for name in ("vertex_lat", "vertex_lon", "shape_lat", "shape_lon")),
    ]  # fmt: skip
    for name in ("segment_from", "segment_to"):
        ends = arrays[name]
        fits.append(len(ends) == segments and bool(((ends >= 0) & (ends < vertices)).all()))
    for profile in PROFILES:
        turns = arrays[f"{profile}_forbidden"]
        fits.append(len(arrays[f"{profile}_ticks"]) == 2 * segments)
        fits.append(turns.ndim == 2 and bool(((turns >= -1) & (turns < 2 * segments)).all()))
        order = np.sort(arrays[f"{profile}_order"])
        fits.append(bool((order == np.arange(len(order))).all()))
    return all(fits)


def _known(profile: str) -> str:
    if profile not in PROFILES:
        raise ValueError(f"profile: {profile!r} is none of {', '.join(PROFILES)}")
    return profile
