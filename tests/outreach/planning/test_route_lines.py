"""The lines along the roads are found when a plan is made, kept with it, and drawn; an estimate stays a straight line."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.places.coordinates import distance_m
from outreach.places.service import office as the_office
from outreach.planning.guard import VersionIsFixed
from outreach.planning.guide import guide_of
from outreach.planning.map_page import standalone
from outreach.planning.models import Plan, Route
from outreach.planning.route_lines import legs_of
from outreach.referrals.models import Referral
from outreach.web import Core
from routing.travel import network
from tests.outreach.planning import given
from tests.routing.travel.small_roads import Roads
from tests.routing.travel.test_remote import a_server
from tests.routing.travel.test_remote import osrm as osrm_table
from tests.routing.travel.test_remote_lines import osrm as osrm_route

BEND = 0.004


def a_plan_on_roads(core: Core, folder: Path) -> str:
    """A made plan of an office whose roads lead from every house to the next with a bend, but not to one far off."""
    office = given.an_office(core, teams=1, referrals=6)
    with core.database.write() as session:
        start = the_office(session)
        people = sorted(session.scalars(select(Referral)), key=lambda one: (one.lat, one.lon))
        people[-1].lat += 0.05
        places = [(start.lat, start.lon), *((one.lat, one.lon) for one in people[:-1])]
    roads = Roads()
    for number, (lat, lon) in enumerate(places):
        roads.nodes[2 * number + 1] = (lon, lat, {})
    for number, (one, other) in enumerate(pairwise(places)):
        middle = ((one[1] + other[1]) / 2 + BEND, (one[0] + other[0]) / 2, {})
        roads.nodes[2 * number + 2] = middle
        roads.way(number + 1, [2 * number + 1, 2 * number + 2, 2 * number + 3])
    network.build(roads.write(folder / "r.osm.pbf")).save(core.settings.roads_file)
    plan_id = given.a_requested_plan(core, office.planner)
    given.make(core, guide=guide_of(core.settings))
    return plan_id


def route_of(session: Session, plan_id: str) -> Route:
    return session.get_one(Plan, plan_id).versions[0].routes[0]


def test_the_legs_of_a_plan_follow_the_roads_and_estimates_are_straight(
    core: Core, tmp_path: Path
) -> None:
    plan_id = a_plan_on_roads(core, tmp_path)
    core.settings.roads_file.unlink()  # kept with the plan: no road is asked again
    with core.database.read() as session:
        route = route_of(session, plan_id)
        start = the_office(session)
        legs = legs_of(route, (start.lat, start.lon))
        guessed = [*(stop.is_estimate for stop in route.stops), route.return_is_estimate]
        assert [leg.is_straight for leg in legs] == guessed
        assert 0 < sum(guessed) < len(guessed)
        driven = [*(stop.travel_m for stop in route.stops), route.return_m]
        for leg, metres in zip(legs, driven, strict=True):
            if leg.is_straight:
                assert len(leg.points) == 2
            else:
                drawn = sum(distance_m(*one, *other) for one, other in pairwise(leg.points))
                assert drawn == pytest.approx(metres, rel=0.02, abs=20)
        document = standalone(session, route.version, route.day)
    assert document.count("Garis putus-putus: perkiraan garis lurus.") == 1
    assert document.count('"dashArray": null') >= len(guessed) - sum(guessed)


def test_a_line_that_is_kept_does_not_change(core: Core, tmp_path: Path) -> None:
    plan_id = a_plan_on_roads(core, tmp_path)
    with pytest.raises(VersionIsFixed), core.database.write() as session:
        line = route_of(session, plan_id).line
        assert line is not None
        line.legs = []


def test_a_plan_on_a_servers_minutes_has_the_servers_lines_and_stands_without_them(
    core: Core,
) -> None:
    office = given.an_office(core, teams=1, referrals=4)

    def answer(path: str, body: bytes) -> tuple[int, bytes]:
        return osrm_table(path, body) if "/table/" in path else osrm_route(path, body)

    def table_only(path: str, body: bytes) -> tuple[int, bytes]:
        return osrm_table(path, body) if "/table/" in path else (400, b"")

    for server, has_lines in ((answer, True), (table_only, False)):
        with a_server(server) as (address, _asked):
            settings = replace(core.settings, router=f"osrm:{address}")
            plan_id = given.a_requested_plan(core, office.planner)
            given.make(core, guide=guide_of(settings), settings=settings)
        with core.database.read() as session:
            legs = legs_of(route_of(session, plan_id), (0.0, 0.0))
            assert all(leg.is_straight is not has_lines for leg in legs)
