"""What stands on a printed manifest: plain values, gathered before anything is drawn.

Times of day are seconds since local midnight (`_s`), lengths metres (`_m`). Words that a person chose from a list
(condition, relation, power) come in already translated. A NIK comes masked: an unmasked one is refused here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LatLon = tuple[float, float]
Window = tuple[int, int]
"""From when to when, in seconds of the day."""

DAY_S: Final = 24 * 3600
_MASKED_NIK: Final = re.compile(r"\d{6}\*{4,}\d{4}")


class Paper(StrEnum):
    """The sizes that a manifest is printed on."""

    F4 = "F4"
    A4 = "A4"

    @property
    def size_mm(self) -> tuple[int, int]:
        """Width and height of the sheet in millimetres. F4 (folio) is the usual paper of offices in Indonesia."""
        return (215, 330) if self is Paper.F4 else (210, 297)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs for the office. The title may have lines and begin with Plt., Plh. or a.n.; the NIP has 18 digits."""

    title: str
    name: str
    rank: str = ""
    nip: str = ""

    def __post_init__(self) -> None:
        digits = self.nip.replace(" ", "")
        if digits and not re.fullmatch(r"[0-9]{18}", digits):
            raise ValueError("a NIP has 18 digits")


@dataclass(frozen=True, slots=True)
class OfficeHeader:
    """The head of every paper of the office: the lines of its name, from the government down, and its address."""

    name_lines: tuple[str, ...]
    address: str
    signer: Signer
    place: str = ""
    phone: str = ""

    def __post_init__(self) -> None:
        if not self.name_lines:
            raise ValueError("the head of a paper needs the name of the office")


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a team, with their duty in words."""

    name: str
    duty: str


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the earth in degrees (WGS 84), with the name that a map shows."""

    lat: float
    lon: float
    name: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat) and math.isfinite(self.lon)):
            raise ValueError("a place needs coordinates that are numbers")
        if not (-85 <= self.lat <= 85 and -180 <= self.lon <= 180):
            raise ValueError(f"{self.lat}, {self.lon} is no place that a map can show")


@dataclass(frozen=True, slots=True)
class Block:
    """One resident on the manifest.

    `start_s` is when their recording begins, `service_s` how long it takes; `window` is when someone is home or
    expects the team. `nik_masked` is empty where no NIK is known; `bring` has a line for each thing; `short_code`
    is what a result is written back by. `done` is what came of the visit where that is known already: the day was
    changed after it.
    """

    name: str
    short_code: str
    start_s: int
    service_s: int
    village: str
    district: str
    nik_masked: str = ""
    age: int | None = None
    sex: str = ""
    hamlet: str = ""
    rt: str = ""
    rw: str = ""
    landmark: str = ""
    contact_name: str = ""
    contact_relation: str = ""
    contact_phone: str = ""
    condition: str = ""
    power: str = ""
    bring: tuple[str, ...] = ()
    window: Window | None = None
    note: str = ""
    tracking_code: str = ""
    done: str = ""

    def __post_init__(self) -> None:
        if self.nik_masked and not _MASKED_NIK.fullmatch(self.nik_masked):
            raise ValueError("a NIK on paper is masked (331410******0001) or left out")
        if self.sex not in {"L", "P", ""}:
            raise ValueError("sex is L, P or not known")
        _need_time("the recording", self.start_s)
        _need_window(self.window)


@dataclass(frozen=True, slots=True)
class ManifestStop:
    """One address of a route: when the team is there, how far it came, and everybody it records there.

    `pin_note` says in words where the point can be trusted only so far ("the middle of the village"); empty for a pin.
    """

    position: int
    place: Point
    arrive_s: int
    travel_s: int
    travel_m: int
    blocks: tuple[Block, ...]
    window: Window | None = None
    pin_note: str = ""
    is_estimate: bool = False

    def __post_init__(self) -> None:
        if self.position < 1:
            raise ValueError("stops are counted from 1")
        if not self.blocks:
            raise ValueError(f"stop {self.position} has nobody to visit")
        if self.travel_s < 0 or self.travel_m < 0:
            raise ValueError(f"the way to stop {self.position} cannot be negative")
        _need_time(f"stop {self.position}", self.arrive_s)
        _need_window(self.window)


@dataclass(frozen=True, slots=True)
class ManifestPage:
    """One team's day on paper.

    `date_text` is the date in words ("Senin Wage, 23 November 2026"). `content_hash` is the seal of the approved
    version, empty where nobody has approved it yet: the paper then says that it is a draft. `copy` counts the
    printings. `estimated_text` says how many legs are
    straight-line estimates, empty for none; where only some are, they are marked. `ways` holds the points of each
    leg along the roads, the way back last, empty for one that is drawn straight. `roads` are the large roads and
    `villages` the villages around, drawn and named on the map. `printed_text` says when and by whom it was printed.
    """

    office: OfficeHeader
    start: Point
    team: str
    members: tuple[Member, ...]
    date_text: str
    plan_number: int
    version: int
    copy: int
    leave_s: int
    back_s: int
    stops: tuple[ManifestStop, ...]
    return_s: int = 0
    return_m: int = 0
    vehicle: str = ""
    kits: tuple[str, ...] = ()
    pause: Window | None = None
    content_hash: str = ""
    estimated_text: str = ""
    return_is_estimate: bool = False
    ways: tuple[tuple[LatLon, ...], ...] = ()
    villages: tuple[Point, ...] = ()
    roads: tuple[Sequence[LatLon], ...] = ()
    always_bring: tuple[str, ...] = ()
    printed_text: str = ""

    def __post_init__(self) -> None:
        if self.copy < 1:
            raise ValueError("copies are counted from 1")
        if [stop.position for stop in self.stops] != list(range(1, len(self.stops) + 1)):
            raise ValueError("the stops of a manifest are numbered 1, 2, 3 in their order")
        if self.content_hash and not re.fullmatch(r"[0-9a-f]{64}", self.content_hash):
            raise ValueError("a seal is a SHA-256 in hexadecimal digits")
        _need_time("leaving", self.leave_s)
        _need_time("coming back", self.back_s)
        if self.back_s < self.leave_s:
            raise ValueError("a team cannot be back before it leaves")
        _need_window(self.pause)

    @property
    def label(self) -> str:
        """Plan and version as people write them: "12.3"."""
        return f"{self.plan_number}.{self.version}"

    @property
    def is_approved(self) -> bool:
        """Whether the paper shows a sealed version."""
        return bool(self.content_hash)

    @property
    def people(self) -> int:
        """How many residents are on it."""
        return sum(len(stop.blocks) for stop in self.stops)

    @property
    def travel_s(self) -> int:
        """Driving time of the day, the way back included."""
        return sum(stop.travel_s for stop in self.stops) + self.return_s

    @property
    def travel_m(self) -> int:
        """Length of the day's way, the way back included."""
        return sum(stop.travel_m for stop in self.stops) + self.return_m


def _need_time(what: str, second_of_day: int) -> None:
    if not 0 <= second_of_day <= DAY_S:
        raise ValueError(f"{what}: {second_of_day} s is not a time of day")


def _need_window(window: Window | None) -> None:
    if window is not None and not 0 <= window[0] < window[1] <= DAY_S:
        raise ValueError(f"{window} is not a span of the day")
