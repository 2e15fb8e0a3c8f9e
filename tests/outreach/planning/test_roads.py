"""Plans are made on the office's own roads as soon as it has some."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from rich.console import Console

import routing
from outreach.errors import ConfigurationError
from outreach.jobs.queue import Cancelled
from outreach.planning import guide
from outreach.planning.figures import figures_of
from outreach.planning.jobs import while_beating
from outreach.planning.models import Plan
from outreach.planning.roads import box_of, import_roads
from outreach.sample.results import plan_of_day
from outreach.settings import Settings
from outreach.web import Core
from tests.outreach.planning import given
from tests.outreach.planning.test_pages import browser, words
from tests.routing.travel.small_roads import a_square, at

QUIET = Console(quiet=True)


@pytest.fixture
def office(tmp_path: Path) -> Settings:
    return Settings(instance=tmp_path)


def imported(office: Settings, file: Path) -> None:
    from routing.travel import network

    network.build(file).save(office.roads_file)


def test_without_roads_every_leg_is_an_estimate(office: Settings) -> None:
    (travel,), _places = guide.guide_of(office)([at(0, 0), at(1, 1)], ["car"])
    assert travel.estimated


def test_with_roads_a_leg_has_their_length_and_only_far_places_are_estimated(
    office: Settings, tmp_path: Path
) -> None:
    imported(office, a_square().write(tmp_path / "r.osm.pbf"))
    points = [at(0, 0), at(1, 1), at(0.5, -0.5), at(0, -9)]
    (travel,), places = guide.guide_of(office)(points, ["car"])
    assert travel.metres[0, 1] == pytest.approx(2000, abs=20)
    assert travel.estimates == {3}
    assert travel.is_estimate(0, 3)
    assert not travel.is_estimate(0, 2)
    assert travel.metres[0, 3] > 9000
    assert places[2].snap_m == pytest.approx(500, abs=5)
    problem = {"places": [{"lat": place.lat, "lon": place.lon, "snap_m": place.snap_m} for place in places]}  # fmt: skip
    assert sorted(guide.far_from_roads(problem).values()) == pytest.approx([500, 9000], abs=10)


def test_the_estimates_and_distances_are_kept_with_the_plan(
    office: Settings, tmp_path: Path
) -> None:
    imported(office, a_square().write(tmp_path / "r.osm.pbf"))
    travel, places = guide.guide_of(office)([at(0, 0), at(1, 1), at(0, -9)], ["car"])
    problem = routing.Problem(visits=(), shifts=(), travel=travel, places=places)
    again = routing.problem_from_json(routing.problem_to_json(problem))
    assert again == problem
    assert again.travel[0].estimates == {2}


def test_a_routing_server_that_is_not_there_gives_way_to_the_roads_and_is_told_of(
    office: Settings, tmp_path: Path
) -> None:
    imported(office, a_square().write(tmp_path / "r.osm.pbf"))
    given = replace(office, router="osrm:http://127.0.0.1:9")
    (travel,), _places = guide.guide_of(given)([at(0, 0), at(1, 1)], ["car"])
    assert travel.metres[0, 1] == pytest.approx(2000, abs=20)
    assert guide.left_out({"travel": [{"source": travel.source}]}) == {guide.SERVER}


def test_a_damaged_network_gives_way_to_the_straight_line_and_is_told_of(office: Settings) -> None:
    office.roads_file.parent.mkdir(parents=True)
    office.roads_file.write_bytes(b"no network")
    (travel,), _places = guide.guide_of(office)([at(0, 0), at(1, 1)], ["car"])
    assert travel.estimated
    assert guide.left_out({"travel": [{"source": travel.source}]}) == {guide.ROADS}


def test_roads_that_nobody_may_drive_give_way_to_the_straight_line(
    office: Settings, tmp_path: Path
) -> None:
    from routing.travel import network

    made = network.build(a_square().write(tmp_path / "r.osm.pbf"))
    closed = {**made.arrays, "car_ticks": made.arrays["car_ticks"] * 0}
    network.Network(closed, made.about, made.speeds).save(office.roads_file)
    (travel,), _places = guide.guide_of(office)([at(0, 0), at(1, 1)], ["car"])
    assert travel.estimated
    assert guide.left_out({"travel": [{"source": travel.source}]}) == {guide.ROADS}
    way = [(place.lat, place.lon) for place in (at(0, 0), at(1, 1), at(0, 0))]
    assert guide.way_points(office, way) == [None, None]


def test_the_way_of_a_route_follows_the_roads(office: Settings, tmp_path: Path) -> None:
    imported(office, a_square().write(tmp_path / "r.osm.pbf"))
    way = [(place.lat, place.lon) for place in (at(0.5, 0), at(1, 0.5), at(0, -9))]
    road, none = guide.way_points(office, way)
    assert road is not None
    assert len(road) >= 3
    assert none is None


def test_an_import_that_fails_leaves_the_old_roads_in_use(core: Core, tmp_path: Path) -> None:
    import_roads(core, a_square().write(tmp_path / "r.osm.pbf"), None, QUIET)
    before = core.settings.roads_file.read_bytes()
    (tmp_path / "bad.osm.pbf").write_bytes(b"no extract")
    with pytest.raises(ConfigurationError, match="stay in use"):
        import_roads(core, tmp_path / "bad.osm.pbf", None, QUIET)
    assert core.settings.roads_file.read_bytes() == before


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "111,-7,110,-8", "110,-95,111,0"])
def test_a_senseless_box_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="bbox"):
        box_of(text)


def only_ways_back_are_estimates(places: Any, profiles: Any) -> guide.Answer:
    """Roads on which only the ways back to the office are unknown, with a pin 400 m beside them."""
    made, known = guide.STRAIGHT(places, profiles)
    back = frozenset((place, 0) for place in range(1, len(places)))
    travel = tuple(replace(one, estimated=False, estimated_pairs=back) for one in made)
    return travel, tuple(replace(place, snap_m=400) for place in known)


def test_a_plan_says_how_many_legs_are_estimates_and_which(app: Flask, core: Core) -> None:
    office = given.an_office(core, teams=1, referrals=3)
    plan_id = given.a_requested_plan(core, office.planner)
    given.make(core, guide=only_ways_back_are_estimates)
    with core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[0]
        (route,) = version.routes
        figures = figures_of(version)
        assert not any(stop.is_estimate for stop in route.stops)
        assert (route.estimated_legs, figures.estimated_legs) == (1, 1)
        file = plan_of_day(session, version, route.day)
        assert (file["estimated_legs"], file["legs"]) == (1, figures.legs)
    page = words(browser(app, core, office.planner).get(f"/rencana/{plan_id}"))
    assert f"1 dari {figures.legs} perjalanan berupa perkiraan garis lurus" in page
    assert "0,4 km dari jalan terdekat" in page
    assert "300 m dari jalan" in page


def test_a_job_gives_signs_of_life_while_a_routing_server_hangs() -> None:
    answered, beats = threading.Event(), []

    def hanging(places: Any, profiles: Any) -> guide.Answer:
        assert answered.wait(30)
        return guide.STRAIGHT(places, profiles)

    def beat() -> None:
        beats.append(1)
        if len(beats) == 2:
            answered.set()

    (travel,), _places = while_beating(hanging, beat)([at(0, 0), at(1, 1)], ["car"])
    assert travel.estimated
    assert len(beats) >= 2


def test_a_plan_is_cancelled_while_a_routing_server_hangs() -> None:
    answered = threading.Event()

    def hanging(places: Any, profiles: Any) -> guide.Answer:
        answered.wait(30)
        return guide.STRAIGHT(places, profiles)

    def cancelled() -> None:
        raise Cancelled("a job")

    with pytest.raises(Cancelled):
        while_beating(hanging, cancelled)([at(0, 0)], ["car"])
    assert not answered.is_set()
    answered.set()
