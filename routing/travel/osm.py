"""Reads the roads of an OpenStreetMap extract: who may go where, which way, and how fast.

Access, one-way streets, barriers and turn restrictions are read as the OpenStreetMap wiki describes their tags.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import osmium

from routing.travel.speeds import FASTEST_KMH, LIMIT_SHARE, PROFILES, Speeds

ACCESS_KEYS: Final = {
    "car": ("access", "vehicle", "motor_vehicle", "motorcar"),
    "motorbike": ("access", "vehicle", "motor_vehicle", "motorcycle"),
}
CLOSED: Final = frozenset(
    {"no", "private", "agricultural", "forestry", "delivery", "military", "emergency", "psv", "bus",
     "use_sidepath", "dismount"}
)  # fmt: skip
OPEN_BARRIERS: Final = {
    "car": frozenset({"gate", "lift_gate", "swing_gate", "cattle_grid", "border_control", "toll_booth", "sally_port",
                      "no", "entrance", "height_restrictor", "kerb", "speed_bump"}),
}  # fmt: skip
OPEN_TO_MOTORBIKES: Final = OPEN_BARRIERS["car"] | {"bollard", "block", "width_restrictor"}
RESTRICTION_KEYS: Final = {
    "car": ("restriction", "restriction:motor_vehicle", "restriction:motorcar"),
    "motorbike": ("restriction", "restriction:motor_vehicle", "restriction:motorcycle"),
}
EXCEPT: Final = {
    "car": frozenset({"motorcar", "motor_vehicle"}),
    "motorbike": frozenset({"motorcycle", "motor_vehicle"}),
}
BEAT: Final = 20_000
"""Objects between two words of progress."""

Box = tuple[float, float, float, float]
Progress = Callable[[int], None]


class RoadsUnreadable(ValueError):
    """The extract cannot be used; the message is one line that says why."""


@dataclass(frozen=True, slots=True)
class Way:
    """A road with its nodes in order and, per profile, km/h forward and backward (0: closed that way)."""

    id: int
    refs: tuple[int, ...]
    lat: tuple[float, ...]
    lon: tuple[float, ...]
    forward: tuple[float, ...]
    backward: tuple[float, ...]
    motorway: bool


@dataclass(frozen=True, slots=True)
class Restriction:
    """From one way over a node into another: forbidden, or (`only`) the one allowed way on. Per profile, whether it holds."""

    origin: int
    via: int
    destination: int
    only: bool
    holds: tuple[bool, ...]


@dataclass(slots=True)
class Extract:
    """What was read. `barriers`: per closed node, for each profile whether it may pass. `left_out`: how many, and why."""

    ways: list[Way] = field(default_factory=list)
    barriers: dict[int, tuple[bool, ...]] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read_extract(
    file: Path, speeds: Speeds, bbox: Box | None = None, progress: Progress | None = None
) -> Extract:
    """Read the roads of `file` (within west, south, east, north; a road that touches the box is kept whole).

    Raises RoadsUnreadable when the file is missing, empty, cut off, of another type, or without roads.
    """
    if not file.is_file():
        raise RoadsUnreadable(f"{file}: there is no such file.")
    if file.stat().st_size == 0:
        raise RoadsUnreadable(f"{file}: the file is empty.")
    found = Extract()
    try:
        objects = (
            osmium.FileProcessor(str(file))
            .with_locations()
            .with_filter(osmium.filter.KeyFilter("highway", "barrier", "type"))
        )
        thing: Any
        for number, thing in enumerate(objects):
            if progress is not None and number % BEAT == 0:
                progress(number)
            if thing.is_node():
                _read_node(found, thing)
            elif thing.is_way():
                _read_way(found, thing, speeds, bbox)
            elif thing.is_relation():
                _read_relation(found, thing)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        reason = " ".join(str(error).split())
        raise RoadsUnreadable(
            f"{file}: this is no whole OpenStreetMap extract ({reason}). Download the .osm.pbf file again."
        ) from None
    if not found.ways:
        where = "" if bbox is None else " in this box"
        raise RoadsUnreadable(f"{file}: no road{where} that a car or motorbike may use was found.")
    return found


def _read_node(found: Extract, node: Any) -> None:
    kind = node.tags.get("barrier")
    if kind is None:
        return
    tags = dict(node.tags)
    passes = (
        _may(tags, "car", kind in OPEN_BARRIERS["car"]),
        _may(tags, "motorbike", kind in OPEN_TO_MOTORBIKES),
    )
    if not all(passes):
        found.barriers[node.id] = passes


def _may(tags: Mapping[str, str], profile: str, otherwise: bool) -> bool:
    """Tell whether a profile may use something: the most particular access tag decides."""
    answer = otherwise
    for key in ACCESS_KEYS[profile]:
        if key in tags:
            answer = tags[key] not in CLOSED
    return answer


def _read_way(found: Extract, way: Any, speeds: Speeds, bbox: Box | None) -> None:
    tags = dict(way.tags)
    kind = tags.get("highway")
    if kind is None or tags.get("area") == "yes":
        return
    pace = speeds.classes.get(kind)
    if pace is None:
        found.left_out[f"class {kind}" if kind in _NOT_DRIVEN else "other classes"] += 1
        return
    kmh = [_speed(tags, profile, pace[i], speeds) for i, profile in enumerate(PROFILES)]
    if not any(kmh):
        found.left_out["no access"] += 1
        return
    ahead, back = _directions(tags, kind)
    if not (ahead or back):
        found.left_out["reversible lanes"] += 1
        return
    nodes = [(n.ref, n.lat, n.lon) for n in way.nodes if n.location.valid()]
    if len(nodes) < len(way.nodes):
        found.left_out["nodes outside the extract"] += len(way.nodes) - len(nodes)
    nodes = [node for i, node in enumerate(nodes) if i == 0 or node[0] != nodes[i - 1][0]]
    if len(nodes) < 2:
        found.left_out["too short"] += 1
        return
    if bbox is not None and not any(
        bbox[0] <= lon <= bbox[2] and bbox[1] <= lat <= bbox[3] for _ref, lat, lon in nodes
    ):
        found.left_out["outside the box"] += 1
        return
    refs, lats, lons = zip(*nodes, strict=True)
    found.ways.append(
        Way(
            way.id, refs, lats, lons,
            tuple(kmh) if ahead else (0.0,) * len(kmh),
            tuple(kmh) if back else (0.0,) * len(kmh),
            kind.startswith("motorway"),
        )
    )  # fmt: skip


_NOT_DRIVEN: Final = frozenset(
    {"footway", "cycleway", "steps", "pedestrian", "construction", "proposed", "platform"}
)


def _speed(tags: Mapping[str, str], profile: str, kmh: float, speeds: Speeds) -> float:
    if kmh <= 0 or not _may(tags, profile, True):
        return 0.0
    if profile == "motorbike" and (tags.get("toll") == "yes" or tags.get("motorroad") == "yes"):
        return 0.0
    limit = _limit(tags.get("maxspeed", ""))
    if limit:
        kmh = min(kmh, limit * LIMIT_SHARE)
    surface = speeds.surfaces.get(tags.get("surface", ""))
    return kmh if surface is None else min(kmh, surface)


def _limit(text: str) -> float | None:
    number, _blank, unit = text.strip().partition(" ")
    if not number.isdigit() or not 0 < int(number) <= FASTEST_KMH:
        return None
    return float(number) * (1.609344 if unit == "mph" else 1.0)


def _directions(tags: Mapping[str, str], kind: str) -> tuple[bool, bool]:
    said = tags.get("oneway:motor_vehicle", tags.get("oneway", ""))
    if said in {"yes", "true", "1"}:
        return True, False
    if said in {"-1", "reverse"}:
        return False, True
    if said in {"reversible", "alternating"}:
        return False, False
    round_about = tags.get("junction") in {"roundabout", "circular"}
    if said != "no" and (round_about or kind in {"motorway", "motorway_link"}):
        return True, False
    return True, True


def _read_relation(found: Extract, relation: Any) -> None:
    tags = dict(relation.tags)
    if tags.get("type") != "restriction":
        return
    rules = [
        next((tags[key] for key in reversed(RESTRICTION_KEYS[profile]) if key in tags), "")
        for profile in PROFILES
    ]
    rule = next((one for one in rules if one), "")
    spared = set(tags.get("except", "").split(";"))
    holds = tuple(
        bool(one) and not spared & EXCEPT[profile]
        for one, profile in zip(rules, PROFILES, strict=True)
    )
    if not rule.startswith(("no_", "only_")) or not any(holds):
        if rule or any("conditional" in key for key in tags):
            found.left_out["turn restrictions of other kinds"] += 1
        return
    members = [(member.role, member.type, member.ref) for member in relation.members]
    origins = [ref for role, kind, ref in members if role == "from" and kind == "w"]
    vias = [ref for role, kind, ref in members if role == "via" and kind == "n"]
    goals = [ref for role, kind, ref in members if role == "to" and kind == "w"]
    if len(vias) != 1 or not origins or not goals:
        found.left_out["turn restrictions over ways"] += 1
        return
    only = rule.startswith("only_")
    for origin in origins:
        for goal in goals:
            found.restrictions.append(Restriction(origin, vias[0], goal, only, holds))
