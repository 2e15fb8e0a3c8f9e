"""Who may drive where: visitors' roads, ferries, signs for one vehicle or one direction, and turns over ways."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from routing.travel import network
from routing.travel.osm import RoadsUnreadable, read_extract
from routing.travel.speeds import USUAL, Part, Speeds
from tests.routing.travel.small_roads import Roads, a_square, at
from tests.routing.travel.test_network import metres

OVER_THE_SOUTH, ROUND_BY_THE_NORTH = 1200, 2800
WEST, EAST = at(0, 0.1), at(1, 0.1)


@pytest.mark.parametrize("access", ["private", "destination"])
def test_a_road_for_visitors_is_driven_to_its_houses_and_never_through(
    tmp_path: Path, access: str
) -> None:
    roads = a_square(access=access)
    assert metres(roads, tmp_path, WEST, EAST) == pytest.approx(ROUND_BY_THE_NORTH, abs=30)
    assert metres(roads, tmp_path, WEST, at(0.4, 0)) == pytest.approx(500, abs=8)
    assert metres(roads, tmp_path, at(0.4, 0), EAST) == pytest.approx(700, abs=8)
    assert metres(roads, tmp_path, at(0.2, 0), at(0.8, 0)) == pytest.approx(600, abs=8)


def test_minutes_over_a_visitors_road_are_those_of_the_road(tmp_path: Path) -> None:
    open_road = network.build(a_square().write(tmp_path / "a.osm.pbf"))
    visitors = network.build(a_square(access="private").write(tmp_path / "b.osm.pbf"))
    pair = ([WEST], [at(0.4, 0)])
    expected = open_road.block(*pair).seconds[0, 0]
    assert visitors.block(*pair).seconds[0, 0] == pytest.approx(expected, abs=0.01)
    leg = visitors.leg(WEST, at(0.4, 0))
    assert leg is not None
    assert leg.seconds == pytest.approx(expected, abs=0.01)


def test_a_private_gate_is_passed_only_where_there_is_no_other_way(tmp_path: Path) -> None:
    roads = a_square()
    roads.node(9, 0.5, 0, barrier="gate", access="private")
    roads.ways[0] = (12, [1, 9, 2], {"highway": "residential"})
    assert metres(roads, tmp_path, at(0.2, 0), at(0.8, 0)) == pytest.approx(3400, abs=40)
    closed = a_square()
    closed.node(9, 0.5, 0, barrier="gate", access="private")
    closed.ways = [(12, [1, 9, 2], {"highway": "residential"})]
    assert metres(closed, tmp_path, at(0.2, 0), at(0.8, 0)) == pytest.approx(600, abs=8)


@pytest.mark.parametrize(
    ("tags", "car", "motorbike"),
    [
        ({"motor_vehicle": "no"}, ROUND_BY_THE_NORTH, ROUND_BY_THE_NORTH),
        ({"motor_vehicle": "no", "motorcycle": "yes"}, ROUND_BY_THE_NORTH, OVER_THE_SOUTH),
        ({"oneway": "-1"}, ROUND_BY_THE_NORTH, ROUND_BY_THE_NORTH),
        ({"oneway": "-1", "oneway:motorcycle": "no"}, ROUND_BY_THE_NORTH, OVER_THE_SOUTH),
        ({"oneway": "-1", "oneway:bicycle": "no"}, ROUND_BY_THE_NORTH, ROUND_BY_THE_NORTH),
        ({"motor_vehicle:forward": "no"}, ROUND_BY_THE_NORTH, ROUND_BY_THE_NORTH),
        ({"motor_vehicle:backward": "no"}, OVER_THE_SOUTH, OVER_THE_SOUTH),
        ({"highway": "footway"}, ROUND_BY_THE_NORTH, ROUND_BY_THE_NORTH),
        ({"highway": "footway", "motorcycle": "yes"}, ROUND_BY_THE_NORTH, OVER_THE_SOUTH),
        ({"toll": "yes"}, OVER_THE_SOUTH, ROUND_BY_THE_NORTH),
        ({"toll": "yes", "toll:motorcycle": "no"}, OVER_THE_SOUTH, OVER_THE_SOUTH),
        ({"smoothness": "impassable"}, ROUND_BY_THE_NORTH, ROUND_BY_THE_NORTH),
        ({"construction": "primary"}, ROUND_BY_THE_NORTH, ROUND_BY_THE_NORTH),
    ],
)
def test_a_sign_counts_for_whom_it_names(
    tmp_path: Path, tags: dict[str, str], car: int, motorbike: int
) -> None:
    roads = a_square(**tags)
    assert metres(roads, tmp_path, WEST, EAST) == pytest.approx(car, abs=30)
    assert metres(roads, tmp_path, WEST, EAST, "motorbike") == pytest.approx(motorbike, abs=30)


def test_a_ferry_is_taken_where_vehicles_are_let_on_and_no_house_lies_on_it(tmp_path: Path) -> None:
    for tags, reached in (({"motorcycle": "yes"}, True), ({}, False)):
        roads = a_square()
        for ref, east in ((5, 2.0), (6, 3.0)):
            roads.node(ref, east, 0)
        roads.ways.append((25, [2, 5], {"route": "ferry", **tags}))
        roads.way(56, [5, 6])
        made = network.build(roads.write(tmp_path / "r.osm.pbf"))
        off = made.snap([at(2.6, 0), at(1.4, 0)], "motorbike").metres
        assert bool(off[0] < 5) is reached
        assert off[1] > 300  # on the water: the nearest bank
        assert np.isfinite(made.block([at(0, 0)], [at(2.6, 0)], "motorbike").seconds[0, 0])


@pytest.mark.parametrize(
    ("tag", "kmh"),
    [("30", 30.0), ("20 mph", 32.2), ("20mph", 32.2), ("50 km/h", 50.0), ("walk", 6.0), ("none", 0.0), ("999", 0.0)],
)  # fmt: skip
def test_a_limit_is_read_in_its_unit(tmp_path: Path, tag: str, kmh: float) -> None:
    file = a_square(maxspeed=tag, **{"maxspeed:backward": "10"}).write(tmp_path / "r.osm.pbf")
    way = next(way for way in read_extract(file, USUAL.classes).ways if way.id == 12)
    assert way.limits == pytest.approx((kmh, 10), abs=0.1)


def test_a_track_without_a_surface_has_that_of_its_grade(tmp_path: Path) -> None:
    def minutes(**tags: str) -> float:
        made = network.build(a_square(highway="track", **tags).write(tmp_path / "r.osm.pbf"))
        return float(made.block([at(0.1, 0)], [at(0.9, 0)], "motorbike").seconds[0, 0])

    assert minutes(tracktype="grade5") == pytest.approx(800 / 9 * 3.6, rel=0.01)
    assert minutes(tracktype="grade5", surface="asphalt") == minutes() < minutes(tracktype="grade5")


def test_a_car_is_put_beside_a_track_and_a_motorbike_on_it(tmp_path: Path) -> None:
    """As OSRM's car does: whoever lets cars on tracks sets a speed for them."""
    made = network.build(a_square(highway="track").write(tmp_path / "r.osm.pbf"))
    middle = [at(0.5, 0)]
    assert made.snap(middle, "car").metres[0] == pytest.approx(500, abs=5)
    assert made.snap(middle, "motorbike").metres[0] == pytest.approx(0, abs=1)


@pytest.mark.parametrize("rule", ["no_u_turn", "only_straight_on"])
def test_a_turn_over_a_way_is_driven_round(tmp_path: Path, rule: str) -> None:
    """Two carriageways, joined by a short way at each end: turning back over the first one is forbidden."""
    roads = Roads()
    for ref, place in enumerate(
        [(0, 0), (1, 0), (2, 0), (2, 0.1), (1, 0.1), (0, 0.1), (1, 0.5)], start=1
    ):
        roads.node(ref, *place)
    for ref, nodes in ((12, [1, 2]), (23, [2, 3]), (34, [3, 4]), (45, [4, 5]), (56, [5, 6])):
        roads.way(ref, nodes, oneway="yes")
    for ref, nodes in ((25, [2, 5]), (61, [6, 1]), (57, [5, 7])):
        roads.way(ref, nodes)
    origin, goal = at(0.9, 0), at(0.9, 0.1)
    assert metres(roads, tmp_path, origin, goal) == pytest.approx(300, abs=8)
    goal_way = 56 if rule == "no_u_turn" else 57
    members = [("w", 12, "from"), ("w", 25, "via"), ("w", goal_way, "to")]
    roads.rules.append((1, members, {"type": "restriction", "restriction": rule}))
    made = network.build(roads.write(tmp_path / "r.osm.pbf"))
    assert made.about["read"]["turn_restrictions"] == 1
    assert metres(roads, tmp_path, origin, goal) > 1000
    assert metres(roads, tmp_path, origin, at(1, 0.3)) == pytest.approx(400, abs=8)


def test_what_holds_at_certain_hours_only_is_left_out_and_counted(tmp_path: Path) -> None:
    roads = a_square(**{"access:conditional": "no @ (07:00-09:00)"})
    roads.rules.append((1, [("w", 12, "from"), ("n", 2, "via"), ("w", 23, "to")],
                        {"type": "restriction", "restriction:conditional": "no_left_turn @ (07:00-09:00)"}))  # fmt: skip
    left = network.build(roads.write(tmp_path / "r.osm.pbf")).about["left_out"]
    assert left == {
        "rules for certain hours, on roads": 1,
        "turn restrictions for certain hours": 1,
    }


def test_another_table_of_speeds_changes_the_minutes_without_the_extract(tmp_path: Path) -> None:
    made = network.build(a_square(highway="primary", surface="gravel").write(tmp_path / "r.osm.pbf"))  # fmt: skip
    (tmp_path / "r.osm.pbf").unlink()
    pair = ([at(0.1, 0)], [at(0.9, 0)])
    before = made.block(*pair)
    faster = Speeds(USUAL.classes, {**USUAL.surfaces, "gravel": 44}, (Part(0, {"car": 1.0, "motorbike": 1.0}),))  # fmt: skip
    after = network.with_speeds(made, faster)
    assert after.block(*pair).seconds[0, 0] == pytest.approx(before.seconds[0, 0] / 2, rel=0.01)
    assert after.block(*pair).metres[0, 0] == before.metres[0, 0]
    assert after.version != made.version
    assert network.with_speeds(after, USUAL).version == made.version
    closed = {**USUAL.classes, "primary": (0.0, 0.0)}
    over = network.with_speeds(made, Speeds(closed, USUAL.surfaces))
    assert over.block([WEST], [EAST]).metres[0, 0] == pytest.approx(ROUND_BY_THE_NORTH, abs=30)
    nothing = dict.fromkeys(USUAL.classes, (0.0, 0.0))
    with pytest.raises(RoadsUnreadable):
        network.with_speeds(made, Speeds(nothing, USUAL.surfaces))
