"""A file in VROOM's format as a problem, with what the answer repeats of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from routing.fields import LONGEST_S, MOST_POINTS
from routing.formats.reading import Malformed, Reader, built, whole
from routing.formats.vroom.places import Location, Places
from routing.problem import Break, Problem, Shift, Travel, Visit, Window, Wishes

DAY: Final = date(2000, 1, 1)
"""VROOM knows no dates; this one stands for all."""
ALWAYS: Final = 30_000_000
"""The end of a vehicle without working hours: about a year after the first time in the file."""
POINT_S: Final = 10_000
"""The least that one point is worth in seconds of driving: VROOM serves all it can, whatever the driving."""
MOST_ID: Final = 2**64 - 1
MOST_AMOUNT: Final = LONGEST_S
PLAIN_COSTS: Final = {"fixed": 0, "per_hour": 3600, "per_task_hour": 0, "per_km": 0}


@dataclass(frozen=True, slots=True)
class Job:
    """What the answer repeats of a job."""

    id: int
    description: str | None
    location: Location | None
    location_index: int | None
    priority: int
    delivery: tuple[int, ...]
    pickup: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What the answer repeats of a vehicle; `start` and `end` are places of the matrices, None where it has none."""

    id: int
    description: str | None
    start: int | None
    end: int | None
    start_location: Location | None
    end_location: Location | None
    break_ids: tuple[int, ...]
    break_descriptions: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A file that was read: the problem, and what the answer needs beside it. `origin_s` was taken from all times."""

    problem: Problem
    jobs: tuple[Job, ...]
    vehicles: tuple[Vehicle, ...]
    origin_s: int
    has_matrices: bool
    has_distances: bool
    has_amounts: bool


def read(value: object) -> Question:
    """Read a file in VROOM's format. Raises Malformed with one line that names the field."""
    return built(lambda reader: _File(reader).question(), Reader(value, ""))


class _File:
    """A file while it is read: what was seen so far, in its order."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.refuse(reader, "shipments")
        self.places = Places(reader)
        self.origin = _origin(reader)
        self.jobs: list[Job] = []
        self.vehicles: list[Vehicle] = []
        self.shifts: list[Shift] = []
        self.speeds: dict[str, tuple[str, float]] = {}

    def question(self) -> Question:
        """Read everything and put it together."""
        if not self.reader.items("vehicles"):
            raise Malformed("vehicles: at least one is needed")
        self.reader.each("vehicles", self._vehicle)
        visits = self.reader.each("jobs", self._job)
        _once("jobs", [job.id for job in self.jobs])
        _once("vehicles", [vehicle.id for vehicle in self.vehicles])
        travel = [self.places.travel(name, *speed) for name, speed in sorted(self.speeds.items())]
        problem = Problem(
            tuple(replace(v, amounts=load) for v, load in zip(visits, self._loads(), strict=True)),
            tuple(self.shifts),
            tuple(travel),
            wishes=Wishes(point_s=_point_s(travel)),
        )
        return Question(
            problem,
            tuple(self.jobs),
            tuple(self.vehicles),
            self.origin,
            self.places.given,
            self.places.has_distances,
            bool(self.shifts[0].capacity),
        )

    @staticmethod
    def refuse(reader: Reader, *names: str) -> None:
        """Refuse fields that are understood by VROOM and not here, unless they say nothing."""
        for name in names:
            if reader.has(name) and reader.raw(name) not in ([], {}):
                raise Malformed(f"{reader.at(name)}: is not supported")

    # --- jobs ---

    def _job(self, reader: Reader) -> Visit:
        self.refuse(reader, "setup_per_type", "service_per_type")
        number = reader.within("id", 0, MOST_ID)
        place, location = self.places.place(reader, "location", "location_index")
        if place is None:
            missing = "location_index" if self.places.given else "location"
            raise Malformed(f"{reader.at(missing)}: is missing")
        priority = reader.within("priority", 0, 100, 0)
        delivery, pickup = self._amount(reader, "delivery"), self._amount(reader, "pickup")
        if not reader.has("delivery") and not reader.has("pickup"):
            delivery = self._amount(reader, "amount")
        else:
            reader.has("amount")
        windows = tuple(
            Window(*_shifted(*_pair(item, f"{reader.at('time_windows')}[{k}]"), self.origin))
            for k, item in enumerate(reader.items("time_windows"))
        )
        index = place if self.places.given else None
        self.jobs.append(
            Job(number, _description(reader), location, index, priority, delivery, pickup)
        )
        return Visit(
            id=str(len(self.jobs) - 1),
            place=place,
            service_s=reader.within("service", 0, LONGEST_S, 0),
            setup_s=reader.within("setup", 0, LONGEST_S, 0),
            address=f"place {place}",
            windows=tuple(sorted(windows, key=lambda w: (w.start_s, w.end_s))),
            priority=_points(priority, len(self.reader.items("jobs"))),
            skills=_skills(reader),
        )

    def _amount(self, reader: Reader, name: str) -> tuple[int, ...]:
        width = len(self.shifts[0].capacity)
        if not reader.has(name):
            return (0,) * width
        amounts = reader.wholes(name, 0, MOST_AMOUNT)
        if len(amounts) != width:
            raise Malformed(
                f"{reader.at(name)}: {len(amounts)} amounts, but the vehicles' capacity has {width}"
            )
        return amounts

    def _loads(self) -> list[tuple[int, ...]]:
        """Return what each job takes of a capacity: its delivery where none picks up more than it delivers, or its pickup.

        The load of a route is then highest at its start, or at its end, and is the sum of these. Where some jobs
        deliver more and others pick up more of the same, the order decides, and that is refused.
        """
        loads: list[list[int]] = [[] for _ in self.jobs]
        for kind in range(len(self.shifts[0].capacity)):
            pairs = [(job.delivery[kind], job.pickup[kind]) for job in self.jobs]
            more = next((k for k, (down, up) in enumerate(pairs) if down > up), None)
            less = next((k for k, (down, up) in enumerate(pairs) if down < up), None)
            if more is not None and less is not None:
                raise Malformed(
                    f"jobs[{less}].pickup: is not supported beside the larger delivery of jobs[{more}]"
                )
            for load, pair in zip(loads, pairs, strict=True):
                load.append(max(pair))
        return [tuple(load) for load in loads]

    # --- vehicles ---

    def _vehicle(self, reader: Reader) -> Shift:
        self.refuse(reader, "max_distance", "steps")
        if reader.has("costs"):
            costs = reader.inner("costs")
            for name, plain in PLAIN_COSTS.items():
                if costs.has(name) and costs.whole(name) != plain:
                    raise Malformed(f"{costs.at(name)}: is not supported, only {plain}")
            costs.done()
        reader.text("type", "")
        number = reader.within("id", 0, MOST_ID)
        start, start_location = self.places.place(reader, "start", "start_index")
        end, end_location = self.places.place(reader, "end", "end_index")
        if start is None and end is None:
            raise Malformed(f"{reader.at('start')}: start or end is needed")
        begins, ends = 0, ALWAYS
        if reader.has("time_window"):
            pair = _pair(reader.raw("time_window"), reader.at("time_window"))
            begins, ends = _shifted(*pair, self.origin)
        rests = sorted(
            reader.each("breaks", lambda r: self._break(r, ends)), key=lambda rest: rest[0].from_s
        )
        _once(reader.at("breaks"), [rest[1] for rest in rests])
        capacity = reader.wholes("capacity", 0, MOST_AMOUNT)
        if self.shifts and len(capacity) != len(self.shifts[0].capacity):
            raise Malformed(
                f"{reader.at('capacity')}: {len(capacity)} amounts, but vehicles[0] has "
                f"{len(self.shifts[0].capacity)}"
            )
        shift = Shift(
            team=str(len(self.shifts)),
            day=DAY,
            start_s=begins,
            end_s=ends,
            start_place=self.places.anywhere if start is None else start,
            end_place=end,
            breaks=tuple(rest[0] for rest in rests),
            most_visits=_limit(reader, "max_tasks"),
            most_travel_s=_limit(reader, "max_travel_time"),
            skills=_skills(reader),
            capacity=capacity,
            profile=self._profile(reader),
        )
        ids, texts = tuple(rest[1] for rest in rests), tuple(rest[2] for rest in rests)
        self.vehicles.append(
            Vehicle(
                number, _description(reader), start, end, start_location, end_location, ids, texts
            )
        )
        self.shifts.append(shift)
        return shift

    def _profile(self, reader: Reader) -> str:
        """Return the name of the matrices of a vehicle: its profile, with its speed where that is another."""
        speed = reader.number("speed_factor", 1.0)
        if not 0.005 < speed <= 5:
            raise Malformed(f"{reader.at('speed_factor')}: {speed} is not in (0, 5]")
        speed = round(speed, 2)
        profile = reader.text("profile", "car") or "car"
        if not self.places.knows(profile):
            raise Malformed(f"{reader.at('profile')}: matrices has none for {profile!r}")
        name = profile if speed == 1 else f"{profile} x {speed:.2f}"
        self.speeds[name] = (profile, speed)
        return name

    def _break(self, reader: Reader, ends: int) -> tuple[Break, int, str | None]:
        self.refuse(reader, "max_load")
        length = reader.within("service", 0, LONGEST_S, 0)
        windows = reader.items("time_windows")
        if len(windows) > 1:
            raise Malformed(
                f"{reader.at('time_windows')}: several windows of a break are not supported"
            )
        start, end = 0, max(ends - length, 0)
        if windows:
            pair = _pair(windows[0], f"{reader.at('time_windows')}[0]")
            start, end = _shifted(*pair, self.origin)
        if end + length > LONGEST_S:
            raise Malformed(f"{reader.at('service')}: {length} ends too late")
        rest = Break(start, end + length, length, always=True)
        return rest, reader.within("id", 0, MOST_ID), _description(reader)


def _points(priority: int, jobs: int) -> int:
    """Return what a job is worth: any job something, and a step of priority more than all jobs without one."""
    return 1 + priority * min(jobs + 1, (MOST_POINTS - 1) // 100)


def _point_s(travel: Sequence[Travel]) -> int:
    """Return the seconds of a point: more than the longest way to any job and on from it."""
    longest = max(max(part.seconds.cells) for part in travel)
    return min(max(POINT_S, 3 * longest), MOST_POINTS)


def _skills(reader: Reader) -> frozenset[str]:
    return frozenset(str(skill) for skill in reader.wholes("skills", 0, MOST_ID))


def _limit(reader: Reader, name: str) -> int | None:
    return min(reader.within(name, 0, MOST_ID), LONGEST_S) if reader.has(name) else None


def _description(reader: Reader) -> str | None:
    return reader.text("description") if reader.has("description") else None


def _once(what: str, ids: Sequence[int]) -> None:
    seen: set[int] = set()
    for number, one in enumerate(ids):
        if one in seen:
            raise Malformed(f"{what}[{number}].id: {one} is there twice")
        seen.add(one)


def _origin(reader: Reader) -> int:
    """Return the earliest time in the file, or 0 when times are small anyway."""
    times: list[int] = []
    for name, field in (("jobs", "time_windows"), ("vehicles", "time_window")):
        for number, item in enumerate(reader.items(name)):
            found = item.get(field) if isinstance(item, dict) else None
            path = f"{name}[{number}].{field}"
            if found is None:
                continue
            if not isinstance(found, list):
                raise Malformed(f"{path}: need a list")
            if name == "vehicles":
                times.append(_pair(found, path)[0])
            else:
                times += [_pair(window, f"{path}[{k}]")[0] for k, window in enumerate(found)]
    earliest = min(times, default=0)
    return earliest if earliest > LONGEST_S // 4 else 0


def _pair(value: object, path: str) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise Malformed(f"{path}: need [start, end]")
    start, end = whole(value[0], path), whole(value[1], path)
    if start < 0:
        raise Malformed(f"{path}: {start} is before 0")
    if end < start:
        raise Malformed(f"{path}: ends before it starts")
    return start, end


def _shifted(start: int, end: int, origin: int) -> tuple[int, int]:
    return min(max(start - origin, 0), LONGEST_S), min(max(end - origin, 0), LONGEST_S)
