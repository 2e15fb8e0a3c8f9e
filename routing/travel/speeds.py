"""How fast each vehicle goes on each class of road and surface: one table that an office may change.

The speeds are what a careful driver keeps over a whole road of that class, bends, junctions and villages included,
so they lie below the limits. 0 closes a class to a vehicle. Footways, cycleways, pedestrian streets and ferries are
used only where a sign lets the vehicle in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

PROFILES: Final = ("car", "motorbike")
FASTEST_KMH: Final = 150.0
LIMIT_SHARE: Final = 0.85
"""What share of a signed limit is kept over the whole road."""

_CLASSES: Final[Mapping[str, tuple[float, float]]] = {
    "motorway": (85, 0),
    "motorway_link": (45, 0),
    "trunk": (60, 50),
    "trunk_link": (35, 35),
    "primary": (48, 45),
    "primary_link": (30, 30),
    "secondary": (42, 40),
    "secondary_link": (28, 28),
    "tertiary": (36, 36),
    "tertiary_link": (25, 25),
    "unclassified": (28, 30),
    "residential": (22, 24),
    "living_street": (10, 12),
    "service": (13, 14),
    "road": (22, 24),
    "track": (0, 15),
    "path": (0, 12),
    "bridleway": (0, 10),
    "footway": (0, 10),
    "cycleway": (0, 10),
    "pedestrian": (8, 8),
    "ferry": (6, 6),
}
_SURFACES: Final[Mapping[str, float]] = {
    "asphalt": 150, "paved": 150, "concrete": 150, "concrete:plates": 60, "concrete:lanes": 40,
    "paving_stones": 40, "sett": 35, "cobblestone": 25, "unhewn_cobblestone": 20, "metal": 40,
    "wood": 25, "compacted": 35, "fine_gravel": 30, "gravel": 22, "pebblestone": 20,
    "unpaved": 22, "dirt": 16, "earth": 16, "ground": 16, "grass": 10, "grass_paver": 15,
    "mud": 6, "sand": 8, "rock": 8,
    "grade1": 40, "grade2": 28, "grade3": 20, "grade4": 14, "grade5": 9,
    "bad": 30, "very_bad": 16, "horrible": 8, "very_horrible": 5,
}  # fmt: skip
"""Surfaces, then the grades of a track of which no surface is known, then what is said of the evenness of a road."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day from `from_s` on: driving takes `factor` times as long, per profile."""

    from_s: int
    factor: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Speeds:
    """Kilometres an hour by road class (car, motorbike), the most on each surface, and the parts of the day."""

    classes: Mapping[str, tuple[float, float]]
    surfaces: Mapping[str, float]
    parts: tuple[Part, ...] = (Part(0, {"car": 1.0, "motorbike": 1.0}),)

    def __post_init__(self) -> None:
        for name, pair in self.classes.items():
            if not all(0 <= speed <= FASTEST_KMH for speed in pair):
                raise ValueError(f"classes.{name}: speeds lie between 0 and {FASTEST_KMH:g} km/h")
        for name, speed in self.surfaces.items():
            if not 0 < speed <= FASTEST_KMH:
                raise ValueError(f"surfaces.{name}: {speed} is not between 0 and {FASTEST_KMH:g}")
        if not self.parts or self.parts[0].from_s != 0:
            raise ValueError('parts: the first must begin at "00:00"')
        for earlier, later in zip(self.parts, self.parts[1:], strict=False):
            if later.from_s <= earlier.from_s:
                raise ValueError("parts: must be in order of their times")
        for part in self.parts:
            for profile in PROFILES:
                if not 0.2 <= part.factor.get(profile, 0) <= 5:
                    raise ValueError(f"parts: the factor of {profile} must lie between 0.2 and 5")


USUAL: Final = Speeds(_CLASSES, _SURFACES)


def read_speeds(text: str) -> Speeds:
    """Read a table as `speeds_text` writes it. Raises ValueError that names the entry."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"not a table of speeds: {error}") from None
    classes = {
        name: (_number(f"classes.{name}", row, "car"), _number(f"classes.{name}", row, "motorbike"))
        for name, row in _rows(found, "classes").items()
    }
    surfaces = {
        name: _number("surfaces", {name: value}, name)
        for name, value in _rows(found, "surfaces").items()
    }
    given = found.get("parts", [])
    if not isinstance(given, list):
        raise ValueError("parts: must be written as [[parts]]")
    parts = tuple(
        Part(_seconds(row), {profile: _number("parts", row, profile) for profile in PROFILES})
        for row in given
    )
    return Speeds(classes, surfaces, parts or USUAL.parts)


def speeds_text(speeds: Speeds = USUAL) -> str:
    """Write a table as TOML: km/h by class (0 closes it), the most on each surface, and the parts of the day."""
    lines = ["[classes]"]
    for name, (car, motorbike) in speeds.classes.items():
        lines.append(f'"{name}" = {{ car = {car:g}, motorbike = {motorbike:g} }}')
    lines += ["", "[surfaces]"]
    lines += [f'"{name}" = {most:g}' for name, most in speeds.surfaces.items()]
    for part in speeds.parts:
        hours, minutes = divmod(part.from_s // 60, 60)
        lines += ["", "[[parts]]", f'from = "{hours:02}:{minutes:02}"']
        lines += [f"{profile} = {part.factor[profile]:g}" for profile in PROFILES]
    return "\n".join(lines) + "\n"


def _rows(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    rows = found.get(name)
    if not isinstance(rows, dict) or not rows:
        raise ValueError(f"{name}: the table is missing")
    return rows


def _number(name: str, row: Any, key: str) -> float:
    value = row.get(key) if isinstance(row, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name}: {key} must be a number")
    return float(value)


def _seconds(row: Any) -> int:
    text = row.get("from") if isinstance(row, dict) else None
    hours, _colon, minutes = str(text).partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        raise ValueError(f"parts: from = {text!r} is not a time such as 07:30")
    return int(hours) * 3600 + int(minutes) * 60
