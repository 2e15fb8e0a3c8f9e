"""Routes as a GeoJSON FeatureCollection (RFC 7946): a line for each route, a point for each stop and who is left out."""

from __future__ import annotations

from typing import Any

from routing.formats.reading import Malformed
from routing.plan import Plan
from routing.problem import Problem

Json = dict[str, Any]


def plan_to_geojson(problem: Problem, plan: Plan) -> Json:
    """Return the plan as map features. Raises Malformed when the problem has no coordinates."""
    if not problem.places:
        raise Malformed("places: without coordinates there is no map to draw")
    visits = {visit.id: visit for visit in problem.visits}
    shifts = {(shift.team, shift.day): shift for shift in problem.shifts}
    features: list[Json] = []
    for route in plan.routes:
        shift = shifts[route.team, route.day]
        places = [shift.start_place, *(visits[stop.visit].place for stop in route.stops)]
        if shift.end_place is not None:
            places.append(shift.end_place)
        about: Json = {"team": route.team, "day": route.day.isoformat()}
        features.append(
            _feature(
                "LineString",
                [_position(problem, place) for place in places],
                {**about, "kind": "route", "travel_s": route.travel_s, "travel_m": route.travel_m},
            )
        )
        for number, stop in enumerate(route.stops, 1):
            details = {"kind": "stop", "number": number, "visit": stop.visit}
            times = {"arrive_s": stop.arrive_s, "start_s": stop.start_s, "depart_s": stop.depart_s}
            point = _position(problem, visits[stop.visit].place)
            features.append(_feature("Point", point, {**about, **details, **times}))
    for unserved in plan.unserved:
        point = _position(problem, visits[unserved.visit].place)
        details = {"kind": "unserved", "visit": unserved.visit, "reason": str(unserved.reason)}
        features.append(_feature("Point", point, details))
    return {"type": "FeatureCollection", "features": features}


def _position(problem: Problem, place: int) -> list[float]:
    return [problem.places[place].lon, problem.places[place].lat]


def _feature(kind: str, coordinates: object, properties: Json) -> Json:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": properties}
