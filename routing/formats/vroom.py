"""VROOM's own JSON, in and out, so that what speaks to VROOM can speak to this.

Follows docs/API.md of VROOM 1.15. Understood: jobs (setup, service, delivery or pickup or amount, skills, priority,
time_windows), vehicles (start and end, capacity, skills, time_window, breaks, speed_factor, max_tasks,
max_travel_time, profile), matrices with durations and distances, and locations. Shipments, costs of their own, times
per vehicle type, given steps, most distances and breaks with several windows are refused, never ignored. Times before
zero do not exist here; absolute timestamps are moved so that the earliest is 0, and moved back in the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from routing.formats.reading import Malformed, Reader, built, kind, whole
from routing.plan import Plan, Route, Stop
from routing.problem import (
    LONGEST_S,
    Break,
    Place,
    Problem,
    Shift,
    Travel,
    Visit,
    Window,
    Wishes,
)
from routing.travel import crow
from routing.travel.matrix import Matrix

Json = dict[str, Any]

DAY: Final = date(2000, 1, 1)
"""VROOM knows no dates; this one stands for all."""
ALWAYS: Final = 30_000_000
"""The end of a vehicle without working hours: about a year after the first time in the file."""
POINT_S: Final = 10_000
"""Seconds of driving for one point: VROOM serves as many and as important tasks as it can, whatever the driving."""
BASE_POINTS: Final = 101
"""What a job of priority 0 is worth, so that two plain jobs are worth more than one of the highest priority."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the answer repeats of a job."""

    id: int
    description: str | None
    location: tuple[float, float] | None
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
    start_location: tuple[float, float] | None
    end_location: tuple[float, float] | None
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


def read(value: object) -> Question:
    """Read a file in VROOM's format. Raises Malformed with one line that names the field."""
    return built(_question, Reader(value, ""))


def _question(reader: Reader) -> Question:
    for name in ("shipments",):
        if reader.items(name):
            raise Malformed(f"{name}: is not supported")
    if reader.has("matrix"):
        raise Malformed("matrix: is deprecated, give matrices.car.durations")
    places = _Places(reader)
    origin = _origin(reader)
    jobs: list[Job] = []
    visits: list[Visit] = []
    for number, item in enumerate(reader.items("jobs")):
        built(lambda r: _job(r, places, origin, jobs, visits), Reader(item, f"jobs[{number}]"))
    vehicles: list[Vehicle] = []
    shifts: list[Shift] = []
    speeds: dict[str, tuple[str, float]] = {}
    items = reader.items("vehicles")
    if not items:
        raise Malformed("vehicles: at least one is needed")
    for number, item in enumerate(items):
        built(
            lambda r: _vehicle(r, places, origin, vehicles, shifts, speeds),
            Reader(item, f"vehicles[{number}]"),
        )
    for what, ids in (("jobs", [j.id for j in jobs]), ("vehicles", [v.id for v in vehicles])):
        for number, one in enumerate(ids):
            if one in ids[:number]:
                raise Malformed(f"{what}[{number}].id: {one} is there twice")
    travel = tuple(places.travel(name, *speed) for name, speed in sorted(speeds.items()))
    problem = Problem(tuple(visits), tuple(shifts), travel, wishes=Wishes(point_s=POINT_S))
    return Question(
        problem, tuple(jobs), tuple(vehicles), origin, places.given, places.has_distances
    )


def _origin(reader: Reader) -> int:
    """Return the earliest time in the file, or 0 when times are small anyway."""
    times: list[int] = []
    for name in ("jobs", "vehicles"):
        for number, item in enumerate(reader.items(name)):
            if not isinstance(item, dict):
                continue
            path = f"{name}[{number}]"
            windows = list(item.get("time_windows") or [])
            windows += [item["time_window"]] if item.get("time_window") else []
            times += [_pair(window, f"{path}.time_windows")[0] for window in windows]
    earliest = min(times, default=0)
    return earliest if earliest < 0 or earliest > LONGEST_S // 4 else 0


def _pair(value: object, path: str) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise Malformed(f"{path}: need [start, end]")
    start, end = whole(value[0], path), whole(value[1], path)
    if end < start:
        raise Malformed(f"{path}: ends before it starts")
    return start, end


def _shifted(start: int, end: int, origin: int) -> tuple[int, int]:
    return max(start - origin, 0), min(max(end - origin, 0), LONGEST_S)


class _Places:
    """The places of a file: rows of its matrices, or locations that straight lines are measured between."""

    def __init__(self, reader: Reader) -> None:
        self.durations: dict[str, list[list[int]]] = {}
        self.distances: dict[str, list[list[int]]] = {}
        self.locations: list[tuple[float, float]] = []
        self.given = reader.has("matrices")
        if self.given:
            value = reader.raw("matrices")
            if not isinstance(value, dict):
                raise Malformed(f"matrices: {kind(value)} where an object is needed")
            for profile in value:
                inner = Reader(value[profile], f"matrices.{profile}")
                if inner.has("costs"):
                    raise Malformed(f"matrices.{profile}.costs: is not supported")
                self.durations[profile] = _rows(inner, "durations")
                if inner.has("distances"):
                    self.distances[profile] = _rows(inner, "distances")
                inner.done()
            sizes = {len(rows) for rows in (*self.durations.values(), *self.distances.values())}
            if len(sizes) != 1:
                raise Malformed("matrices: need the same size for all")
            self.size = sizes.pop()
        else:
            self.size = 0

    @property
    def has_distances(self) -> bool:
        """Whether lengths are known (they are where straight lines are measured)."""
        return not self.given or bool(self.distances)

    def place(
        self, reader: Reader, location: str, index: str
    ) -> tuple[int | None, tuple[float, float] | None]:
        """Return the place and the location of a job or of a vehicle's end."""
        where = _location(reader, location) if reader.has(location) else None
        given = reader.whole_or_none(index)
        if not self.given:
            if where is None:
                return None, None
            if where not in self.locations:
                self.locations.append(where)
            return self.locations.index(where), where
        if given is None:
            if where is not None:
                raise Malformed(f"{reader.at(index)}: is needed where matrices are given")
            return None, None
        if not 0 <= given < self.size:
            raise Malformed(
                f"{reader.at(index)}: {given} is outside the {self.size} rows of the matrices"
            )
        return given, where

    def travel(self, name: str, profile: str, speed: float) -> Travel:
        """Return the travel of a profile at a speed, with one more place from which everywhere is at no distance."""
        if self.given:
            if profile not in self.durations:
                raise Malformed(f"matrices: there is none for profile {profile!r}")
            seconds = self.durations[profile]
            metres = self.distances.get(profile) or [[0] * self.size for _ in range(self.size)]
        else:
            estimate = crow.travel(
                [Place(lat, lon) for lon, lat in self.locations] or [Place(0, 0)]
            )
            seconds, metres = estimate.seconds.rows(), estimate.metres.rows()
        scaled = [[round(cell / speed) for cell in row] + [0] for row in seconds] + [
            [0] * (len(seconds) + 1)
        ]
        lengths = [[*row, 0] for row in metres] + [[0] * (len(metres) + 1)]
        return Travel(Matrix.of(scaled), Matrix.of(lengths), name, estimated=not self.given)

    @property
    def anywhere(self) -> int:
        """The place from which everywhere is at no distance: the start of a vehicle without one."""
        return self.size if self.given else max(len(self.locations), 1)


def _rows(reader: Reader, name: str) -> list[list[int]]:
    rows = reader.items(name) if reader.has(name) else None
    if not rows:
        raise Malformed(f"{reader.at(name)}: is missing")
    answer = []
    for number, row in enumerate(rows):
        path = f"{reader.at(name)}[{number}]"
        if not isinstance(row, list) or len(row) != len(rows):
            raise Malformed(f"{path}: need a list of {len(rows)} numbers")
        cells = [whole(cell, path) for cell in row]
        if min(cells) < 0:
            raise Malformed(f"{path}: a negative number")
        answer.append([min(cell, 1_000_000_000) for cell in cells])
    return answer


def _location(reader: Reader, name: str) -> tuple[float, float]:
    value = reader.raw(name)
    if (
        not isinstance(value, list)
        or len(value) != 2
        or any(isinstance(part, bool) or not isinstance(part, int | float) for part in value)
    ):
        raise Malformed(f"{reader.at(name)}: need [longitude, latitude]")
    try:
        Place(value[1], value[0])
    except ValueError as error:
        raise Malformed(f"{reader.at(name)}: {error}") from None
    return float(value[0]), float(value[1])


def _refuse(reader: Reader, *names: str) -> None:
    for name in names:
        if reader.has(name) and reader.raw(name) not in ([], {}):
            raise Malformed(f"{reader.at(name)}: is not supported")


def _job(
    reader: Reader, places: _Places, origin: int, jobs: list[Job], visits: list[Visit]
) -> Visit:
    _refuse(reader, "setup_per_type", "service_per_type")
    number = reader.whole("id")
    place, location = places.place(reader, "location", "location_index")
    if place is None:
        missing = "location_index" if places.given else "location"
        raise Malformed(f"{reader.at(missing)}: is missing")
    priority = reader.whole("priority", 0)
    if not 0 <= priority <= 100:
        raise Malformed(f"{reader.at('priority')}: {priority} is not between 0 and 100")
    delivery, pickup = reader.wholes("delivery"), reader.wholes("pickup")
    delivery = delivery or reader.wholes("amount")
    if any(delivery) and any(pickup):
        raise Malformed(
            f"{reader.at('pickup')}: a job with both delivery and pickup is not supported"
        )
    if any(pickup) and any(any(job.delivery) for job in jobs):
        raise Malformed(
            f"{reader.at('pickup')}: pickups beside deliveries of other jobs are not supported"
        )
    if any(delivery) and any(any(job.pickup) for job in jobs):
        raise Malformed(
            f"{reader.at('delivery')}: deliveries beside pickups of other jobs are not supported"
        )
    windows = []
    for k, item in enumerate(reader.items("time_windows")):
        windows.append(Window(*_shifted(*_pair(item, f"{reader.at('time_windows')}[{k}]"), origin)))
    visit = Visit(
        id=str(len(visits)),
        place=place,
        service_s=reader.whole("service", 0),
        setup_s=reader.whole("setup", 0),
        address=f"place {place}",
        windows=tuple(sorted(windows, key=lambda w: w.start_s)),
        priority=BASE_POINTS + priority,
        skills=_skills(reader),
        amounts=delivery if any(delivery) else pickup,
    )
    text = reader.text("description") if reader.has("description") else None
    index = place if places.given else None
    jobs.append(Job(number, text, location, index, priority, delivery, pickup))
    visits.append(visit)
    return visit


def _skills(reader: Reader) -> frozenset[str]:
    return frozenset(str(skill) for skill in reader.wholes("skills"))


def _vehicle(
    reader: Reader,
    places: _Places,
    origin: int,
    vehicles: list[Vehicle],
    shifts: list[Shift],
    speeds: dict[str, tuple[str, float]],
) -> Shift:
    _refuse(reader, "costs", "max_distance", "steps")
    reader.has("type")
    number = reader.whole("id")
    start, start_location = places.place(reader, "start", "start_index")
    end, end_location = places.place(reader, "end", "end_index")
    if start is None and end is None:
        raise Malformed(f"{reader.at('start')}: start or end is needed")
    begins, ends = 0, ALWAYS
    if reader.has("time_window"):
        pair = _pair(reader.raw("time_window"), reader.at("time_window"))
        begins, ends = _shifted(*pair, origin)
    speed = reader.number("speed_factor", 1.0)
    if not 0 < speed <= 5:
        raise Malformed(f"{reader.at('speed_factor')}: {speed} is not in (0, 5]")
    profile = reader.text("profile", "car")
    name = profile if speed == 1 else f"{profile} x {speed:.2f}"
    speeds[name] = (profile, speed)
    rests = sorted(
        reader.each("breaks", lambda r: _break(r, origin, ends)), key=lambda rest: rest[0].from_s
    )
    shift = Shift(
        team=str(len(shifts)),
        day=DAY,
        start_s=begins,
        end_s=ends,
        start_place=places.anywhere if start is None else start,
        end_place=end,
        breaks=tuple(rest[0] for rest in rests),
        most_visits=reader.whole_or_none("max_tasks"),
        most_travel_s=reader.whole_or_none("max_travel_time"),
        skills=_skills(reader),
        capacity=reader.wholes("capacity"),
        profile=name,
    )
    text = reader.text("description") if reader.has("description") else None
    ids, texts = tuple(rest[1] for rest in rests), tuple(rest[2] for rest in rests)
    vehicles.append(Vehicle(number, text, start, end, start_location, end_location, ids, texts))
    shifts.append(shift)
    return shift


def _break(reader: Reader, origin: int, ends: int) -> tuple[Break, int, str | None]:
    _refuse(reader, "max_load")
    length = reader.whole("service", 0)
    windows = reader.items("time_windows")
    if len(windows) > 1:
        raise Malformed(
            f"{reader.at('time_windows')}: several windows of a break are not supported"
        )
    start, end = 0, ends
    if windows:
        start, end = _shifted(*_pair(windows[0], f"{reader.at('time_windows')}[0]"), origin)
    text = reader.text("description") if reader.has("description") else None
    return Break(start, min(end + length, LONGEST_S), length), reader.whole("id"), text


# --- the answer ---


def answer(question: Question, plan: Plan) -> Json:
    """Return a plan as VROOM would write it: code, summary, unassigned, and routes with their steps."""
    routes = [_route(question, route) for route in plan.routes]
    unassigned = [_unassigned(question.jobs[int(one.visit)]) for one in plan.unserved]
    summary: Json = {
        "cost": sum(route["cost"] for route in routes),
        "routes": len(routes),
        "unassigned": len(unassigned),
    }
    for name in ("setup", "service", "duration", "waiting_time", "priority"):
        summary[name] = sum(route[name] for route in routes)
    if question.has_distances:
        summary["distance"] = sum(route["distance"] for route in routes)
    for name in ("delivery", "pickup"):
        width = max((len(route[name]) for route in routes), default=0)
        summary[name] = [sum(r[name][k] for r in routes if len(r[name]) > k) for k in range(width)]
    summary["violations"] = []
    summary["computing_times"] = {"loading": 0, "solving": round(plan.seconds * 1000)}
    return {"code": 0, "summary": summary, "unassigned": unassigned, "routes": routes}


def _unassigned(job: Job) -> Json:
    return {
        "id": job.id,
        "type": "job",
        **_where(job.location, job.location_index),
        **_said(job.description),
    }


def _said(description: str | None) -> Json:
    return {} if description is None else {"description": description}


def _where(location: tuple[float, float] | None, index: int | None) -> Json:
    found: Json = {} if location is None else {"location": list(location)}
    return found if index is None else {**found, "location_index": index}


def _route(question: Question, route: Route) -> Json:
    vehicle = question.vehicles[int(route.team)]
    jobs = [question.jobs[int(stop.visit)] for stop in route.stops]
    delivery, pickup = _sum([j.delivery for j in jobs]), _sum([j.pickup for j in jobs])
    steps = _steps(question, vehicle, route)
    answer: Json = {
        "vehicle": vehicle.id,
        **_said(vehicle.description),
        "cost": route.travel_s,
        "delivery": delivery,
        "pickup": pickup,
        "setup": sum(stop.setup_s for stop in route.stops),
        "service": sum(stop.service_s for stop in route.stops)
        + sum(rest.end_s - rest.start_s for rest in route.breaks),
        "duration": route.travel_s,
        "waiting_time": sum(step["waiting_time"] for step in steps),
        "priority": sum(job.priority for job in jobs),
        "steps": steps,
        "violations": [],
    }
    if question.has_distances:
        answer["distance"] = route.travel_m
    return answer


def _sum(amounts: list[tuple[int, ...]]) -> list[int]:
    width = max((len(amount) for amount in amounts), default=0)
    return [sum(amount[k] for amount in amounts if len(amount) > k) for k in range(width)]


def _steps(question: Question, vehicle: Vehicle, route: Route) -> list[Json]:
    """Return the steps in order; waiting before a break is counted at the break, as VROOM does."""
    origin = question.origin_s
    load = _sum([question.jobs[int(stop.visit)].delivery for stop in route.stops])
    driven = metres = 0
    steps: list[Json] = []
    clock = route.leave_s
    if route.breaks and route.breaks[0].after == 0:
        clock = min(clock, route.breaks[0].start_s)

    def step(kind_of: str, arrival: int, extra: Json) -> None:
        written: Json = {"type": kind_of, "arrival": arrival + origin, "duration": driven}
        written |= {
            "setup": 0,
            "service": 0,
            "waiting_time": 0,
            "load": list(load),
            "violations": [],
        }
        if question.has_distances:
            written["distance"] = metres
        steps.append({**written, **extra})

    def rest(after: int) -> None:
        nonlocal clock
        for number, taken in enumerate(route.breaks):
            if taken.after == after:
                more = {
                    "id": vehicle.break_ids[number],
                    **_said(vehicle.break_descriptions[number]),
                }
                more |= {
                    "service": taken.end_s - taken.start_s,
                    "waiting_time": taken.start_s - clock,
                }
                step("break", clock, more)
                clock = taken.end_s

    if vehicle.start is not None:
        index = vehicle.start if question.has_matrices else None
        step("start", clock, _where(vehicle.start_location, index))
    rest(0)
    for number, stop in enumerate(route.stops):
        job = question.jobs[int(stop.visit)]
        driven += stop.travel_s
        metres += stop.travel_m
        load = _after(load, job)
        step("job", stop.arrive_s, _job_step(job, stop))
        clock = stop.depart_s
        rest(number + 1)
    if vehicle.end is not None:
        driven += route.return_s
        metres += route.return_m
        index = vehicle.end if question.has_matrices else None
        step("end", route.back_s, _where(vehicle.end_location, index))
    return steps


def _after(load: list[int], job: Job) -> list[int]:
    width = max(len(load), len(job.pickup), len(job.delivery))
    amounts = [0] * width
    for k in range(width):
        amounts[k] = load[k] if k < len(load) else 0
        amounts[k] -= job.delivery[k] if k < len(job.delivery) else 0
        amounts[k] += job.pickup[k] if k < len(job.pickup) else 0
    return amounts


def _job_step(job: Job, stop: Stop) -> Json:
    return {
        "id": job.id,
        **_said(job.description),
        **_where(job.location, job.location_index),
        "setup": stop.setup_s,
        "service": stop.service_s,
        "waiting_time": stop.wait_s,
    }
