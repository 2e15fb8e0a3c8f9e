"""A plan in VROOM's format: code, summary, unassigned, and routes with their steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from routing.formats.vroom.places import Location
from routing.formats.vroom.question import Job, Question, Vehicle
from routing.plan import Plan, Route, Stop

Json = dict[str, Any]

BAD_INPUT: Final = 2
"""VROOM's code for an input error, and its exit status."""


def refusal(line: str) -> Json:
    """Return what VROOM would write for bad input: its code and the reason."""
    return {"code": BAD_INPUT, "error": line}


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
    if question.has_amounts:
        for name in ("delivery", "pickup"):
            summary[name] = _sum(question, (route[name] for route in routes))
    summary["violations"] = []
    summary["computing_times"] = {"loading": 0, "solving": round(plan.seconds * 1000)}
    return {"code": 0, "summary": summary, "unassigned": unassigned, "routes": routes}


def _unassigned(job: Job) -> Json:
    where = _where(job.location, job.location_index)
    return {"id": job.id, "type": "job", **where, **_said(job.description)}


def _said(description: str | None) -> Json:
    return {} if description is None else {"description": description}


def _where(location: Location | None, index: int | None) -> Json:
    found: Json = {} if location is None else {"location": list(location)}
    return found if index is None else {**found, "location_index": index}


def _sum(question: Question, amounts: Iterable[Iterable[int]]) -> list[int]:
    total = [0] * len(question.problem.shifts[0].capacity)
    for amount in amounts:
        total = [a + b for a, b in zip(total, amount, strict=True)]
    return total


def _route(question: Question, route: Route) -> Json:
    vehicle = question.vehicles[int(route.team)]
    jobs = [question.jobs[int(stop.visit)] for stop in route.stops]
    steps = _Steps(question, vehicle, route).all()
    answer: Json = {
        "vehicle": vehicle.id,
        **_said(vehicle.description),
        "cost": route.travel_s,
        "setup": sum(stop.setup_s for stop in route.stops),
        "service": sum(step["service"] for step in steps),
        "duration": route.travel_s,
        "waiting_time": sum(step["waiting_time"] for step in steps),
        "priority": sum(job.priority for job in jobs),
        "steps": steps,
        "violations": [],
    }
    if question.has_amounts:
        answer["delivery"] = _sum(question, (job.delivery for job in jobs))
        answer["pickup"] = _sum(question, (job.pickup for job in jobs))
    if question.has_distances:
        answer["distance"] = route.travel_m
    return answer


class _Steps:
    """The steps of a route, written one after the other: the clock, the load and the way so far go along.

    Whenever the team sets off later than it could, it waits where it is going, as in VROOM's answers: the time between
    one step's end and the next one's arrival is driving and nothing else.
    """

    def __init__(self, question: Question, vehicle: Vehicle, route: Route) -> None:
        self.question = question
        self.vehicle = vehicle
        self.route = route
        self.load = _sum(question, (self._job(stop).delivery for stop in route.stops))
        self.driven = self.metres = 0
        self.clock = route.leave_s
        if route.breaks and route.breaks[0].after == 0:
            self.clock = min(self.clock, route.breaks[0].start_s)
        self.steps: list[Json] = []

    def all(self) -> list[Json]:
        """Return the steps in order."""
        vehicle, route = self.vehicle, self.route
        given = self.question.has_matrices
        if vehicle.start is not None:
            index = vehicle.start if given else None
            self._write("start", self.clock, _where(vehicle.start_location, index))
        self._rest(0)
        for number, stop in enumerate(route.stops):
            self._visit(stop)
            self._rest(number + 1)
        if vehicle.end is not None:
            self._drive(route.return_s, route.return_m)
            index = vehicle.end if given else None
            late = route.back_s - self.clock
            self._write(
                "end", self.clock, {**_where(vehicle.end_location, index), "waiting_time": late}
            )
        return self.steps

    def _job(self, stop: Stop) -> Job:
        return self.question.jobs[int(stop.visit)]

    def _drive(self, seconds: int, metres: int) -> None:
        self.clock += seconds
        self.driven += seconds
        self.metres += metres

    def _visit(self, stop: Stop) -> None:
        job = self._job(stop)
        self._drive(stop.travel_s, stop.travel_m)
        self.load = [
            load - down + up
            for load, down, up in zip(self.load, job.delivery, job.pickup, strict=True)
        ]
        done = {"setup": stop.setup_s, "service": stop.service_s}
        self._write(
            "job",
            self.clock,
            {
                "id": job.id,
                "job": job.id,
                **_said(job.description),
                **_where(job.location, job.location_index),
                **done,
                "waiting_time": stop.start_s - self.clock,
            },
        )
        self.clock = stop.depart_s

    def _rest(self, after: int) -> None:
        for number, taken in enumerate(self.route.breaks):
            if taken.after == after:
                said = _said(self.vehicle.break_descriptions[number])
                rest = {"id": self.vehicle.break_ids[number], **said}
                rest["service"] = taken.end_s - taken.start_s
                rest["waiting_time"] = taken.start_s - self.clock
                self._write("break", self.clock, rest)
                self.clock = taken.end_s

    def _write(self, kind: str, arrival: int, more: Json) -> None:
        step: Json = {
            "type": kind,
            "arrival": arrival + self.question.origin_s,
            "duration": self.driven,
            "setup": 0,
            "service": 0,
            "waiting_time": 0,
            "violations": [],
        }
        if self.question.has_amounts:
            step["load"] = list(self.load)
        if self.question.has_distances:
            step["distance"] = self.metres
        self.steps.append({**step, **more})
