"""Reads the roads of an OpenStreetMap extract: who may go where, which way, and what kind of road it is.

Access, one-way streets, barriers, ferries and turn restrictions are read as the OpenStreetMap wiki describes their tags.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

import osmium

from routing.travel.speeds import FASTEST_KMH, PROFILES

ACCESS_KEYS: Final = {
    "car": ("access", "vehicle", "motor_vehicle", "motorcar"),
    "motorbike": ("access", "vehicle", "motor_vehicle", "motorcycle"),
}
CLOSED_VALUES: Final = frozenset(
    {"no", "agricultural", "forestry", "military", "emergency", "psv", "bus", "use_sidepath", "dismount", "foot",
     "bicycle"}
)  # fmt: skip
VISITORS_VALUES: Final = frozenset(
    {"private", "destination", "delivery", "customers", "residents", "permit"}
)
ON_INVITATION: Final = frozenset({"footway", "cycleway", "pedestrian", "ferry"})
"""Ways that a vehicle may use only where a tag of its own says so."""
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
_LIMIT: Final = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(km/h|kmh|kph|mph|knots)?", re.IGNORECASE)
_KMH: Final = {"mph": 1.609344, "knots": 1.852}
_SLOW_LIMIT_KMH: Final = 6.0
"""What "walk" means as a limit."""

Box = tuple[float, float, float, float]
Progress = Callable[[int], None]
Both = tuple[float, float]


class RoadsUnreadable(ValueError):
    """The extract cannot be used; the message is one line that says why."""


class May(IntEnum):
    """Who may use a way: nobody, everybody, or only whoever begins or ends a drive there."""

    NOBODY = 0
    EVERYBODY = 1
    VISITORS = 2


@dataclass(frozen=True, slots=True)
class Way:
    """A road with its nodes in order.

    `limits` are signed limits in km/h, forward and backward (0: none); `may` says per profile who may go forward and
    backward. `surface` is the surface, or the grade of a track without one; `evenness` is the smoothness; "" where
    nothing is said.
    """

    id: int
    refs: tuple[int, ...]
    lat: tuple[float, ...]
    lon: tuple[float, ...]
    kind: str
    surface: str
    evenness: str
    limits: Both
    may: tuple[tuple[May, May], ...]

    @property
    def for_visitors(self) -> tuple[bool, ...]:
        """Per profile, whether only visitors may use it."""
        return tuple(max(ways) is May.VISITORS for ways in self.may)


@dataclass(frozen=True, slots=True)
class Restriction:
    """From one way over a node, or over other ways, into another: forbidden, or (`only`) the one allowed way on.

    `via` is the node, or None where the turn goes over the ways `over`. `holds`: for each profile.
    """

    origin: int
    via: int | None
    over: tuple[int, ...]
    destination: int
    only: bool
    holds: tuple[bool, ...]


@dataclass(slots=True)
class Extract:
    """What was read. `barriers`: per node, for each profile who may pass. `left_out`: how many, and why."""

    ways: list[Way] = field(default_factory=list)
    barriers: dict[int, tuple[May, ...]] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read_extract(
    file: Path, kinds: Collection[str], bbox: Box | None = None, progress: Progress | None = None
) -> Extract:
    """Read the roads of `file` of these classes (within west, south, east, north; one that touches the box is kept whole).

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
            .with_filter(osmium.filter.KeyFilter("highway", "route", "barrier", "type"))
        )
        thing: Any
        for number, thing in enumerate(objects):
            if progress is not None and number % BEAT == 0:
                progress(number)
            if thing.is_node():
                _read_node(found, thing)
            elif thing.is_way():
                _read_way(found, thing, kinds, bbox)
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
    usual = (kind in OPEN_BARRIERS["car"], kind in OPEN_TO_MOTORBIKES)
    passes = tuple(
        _access(tags, profile, May.EVERYBODY if is_open else May.NOBODY)
        for profile, is_open in zip(PROFILES, usual, strict=True)
    )
    if any(one is not May.EVERYBODY for one in passes):
        found.barriers[node.id] = passes


def _access(
    tags: Mapping[str, str], profile: str, otherwise: May, side: str = "", first: int = 0
) -> May:
    """Tell who may use something: the most particular access tag decides, of those from number `first` on."""
    answer = otherwise
    for key in ACCESS_KEYS[profile][first:]:
        for name in (key, key + side) if side else (key,):
            if name in tags:
                answer = _meaning(tags[name])
    return answer


def _meaning(value: str) -> May:
    if value in CLOSED_VALUES:
        return May.NOBODY
    return May.VISITORS if value in VISITORS_VALUES else May.EVERYBODY


def _read_way(found: Extract, way: Any, kinds: Collection[str], bbox: Box | None) -> None:
    tags = dict(way.tags)
    kind = tags.get("highway") or ("ferry" if tags.get("route") == "ferry" else None)
    if kind is None or tags.get("area") == "yes":
        return
    if kind not in kinds:
        found.left_out[f"class {kind}" if kind in _NOT_DRIVEN else "other classes"] += 1
        return
    if _is_blocked(tags):
        found.left_out["not built yet or impassable"] += 1
        return
    may = tuple(_may(tags, kind, profile) for profile in PROFILES)
    if not any(map(any, may)):
        why = f"class {kind}" if kind in ON_INVITATION else "no access"
        found.left_out[why] += 1
        return
    if any(key.endswith(":conditional") for key in tags):
        found.left_out["rules for certain hours, on roads"] += 1
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
    surface = tags.get("surface") or tags.get("tracktype", "")
    found.ways.append(
        Way(way.id, refs, lats, lons, kind, surface, tags.get("smoothness", ""), _limits(tags), may)
    )


_NOT_DRIVEN: Final = frozenset({"steps", "construction", "proposed", "platform", "corridor"})


def _is_blocked(tags: Mapping[str, str]) -> bool:
    """Tell whether nobody can drive there now."""
    return (
        tags.get("construction", "no") not in {"no", "minor", "widening"}
        or "impassable" in {tags.get("smoothness"), tags.get("status")}
        or tags.get("impassable") == "yes"
    )


def _may(tags: Mapping[str, str], kind: str, profile: str) -> tuple[May, May]:
    """Tell who may go along a way and against it."""
    if profile == "motorbike" and (
        (tags.get("toll") == "yes" and tags.get("toll:motorcycle") != "no")
        or tags.get("motorroad") == "yes"
    ):
        return May.NOBODY, May.NOBODY
    if tags.get("service") == "emergency_access":
        return May.NOBODY, May.NOBODY
    invited = kind in ON_INVITATION
    otherwise, first = (May.NOBODY, 1) if invited else (May.EVERYBODY, 0)
    ahead, back = _directions(tags, kind, profile)
    return (
        _access(tags, profile, otherwise, ":forward", first) if ahead else May.NOBODY,
        _access(tags, profile, otherwise, ":backward", first) if back else May.NOBODY,
    )


def _directions(tags: Mapping[str, str], kind: str, profile: str) -> tuple[bool, bool]:
    keys = [f"oneway:{key}" for key in ACCESS_KEYS[profile][:0:-1]]
    said = next((tags[key] for key in (*keys, "oneway") if key in tags), "")
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


def _limits(tags: Mapping[str, str]) -> Both:
    both = _limit(tags.get("maxspeed", ""))
    return (
        _limit(tags.get("maxspeed:forward", "")) or both,
        _limit(tags.get("maxspeed:backward", "")) or both,
    )


def _limit(text: str) -> float:
    """Return a signed limit in km/h, 0 where none is said or it makes no sense."""
    if text.strip() == "walk":
        return _SLOW_LIMIT_KMH
    number = _LIMIT.fullmatch(text.strip())
    if number is None:
        return 0.0
    kmh = float(number[1]) * _KMH.get((number[2] or "").lower(), 1.0)
    return kmh if 0 < kmh <= FASTEST_KMH else 0.0


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
        if any(key.endswith(":conditional") for key in tags):
            found.left_out["turn restrictions for certain hours"] += 1
        elif rule:
            found.left_out["turn restrictions of other kinds"] += 1
        return
    members = [(member.role, member.type, member.ref) for member in relation.members]
    origins = [ref for role, kind, ref in members if role == "from" and kind == "w"]
    vias = [ref for role, kind, ref in members if role == "via" and kind == "n"]
    over = tuple(ref for role, kind, ref in members if role == "via" and kind == "w")
    goals = [ref for role, kind, ref in members if role == "to" and kind == "w"]
    if not origins or not goals or len(vias) + bool(over) != 1:
        found.left_out["turn restrictions that are not whole"] += 1
        return
    only = rule.startswith("only_")
    via = vias[0] if vias else None
    for origin in origins:
        for goal in goals:
            found.restrictions.append(Restriction(origin, via, over, goal, only, holds))
