"""What a road network makes of an extract: who may go where, how long it takes, and by which way."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from routing.problem import Place
from routing.travel import network
from routing.travel.osm import RoadsUnreadable
from tests.routing.travel.small_roads import Roads, a_square, at

EXTRACT = Path(__file__).resolve().parents[4] / "shared" / "data" / "heidelberg_roads.osm.pbf"


def metres(roads: Roads, folder: Path, origin: Place, goal: Place, profile: str = "car") -> float:
    made = network.build(roads.write(folder / "r.osm.pbf"))
    fast = made.block([origin], [goal], profile)
    reference = made.block([origin], [goal], profile, fast=False)
    assert np.array_equal(fast.seconds, reference.seconds, equal_nan=True)
    found = float(fast.metres[0, 0])
    leg = made.leg(origin, goal, profile)
    assert leg is not None
    assert leg.metres == pytest.approx(found, abs=2)
    return found


def test_the_shorter_way_round_is_taken(tmp_path: Path) -> None:
    assert metres(a_square(), tmp_path, at(0.2, 0), at(0.8, 0)) == pytest.approx(600, abs=8)


def test_a_one_way_street_is_driven_one_way_only(tmp_path: Path) -> None:
    roads = a_square(oneway="yes")
    assert metres(roads, tmp_path, at(0.2, 0), at(0.8, 0)) == pytest.approx(600, abs=8)
    assert metres(roads, tmp_path, at(0.8, 0), at(0.2, 0)) == pytest.approx(3400, abs=40)


def test_a_roundabout_is_driven_in_its_own_direction(tmp_path: Path) -> None:
    roads = Roads()
    for ref, place in enumerate([(0, 0), (1, 0), (1, 1), (0, 1)], start=1):
        roads.node(ref, *place)
    roads.way(1, [1, 2, 3, 4, 1], junction="roundabout")
    assert metres(roads, tmp_path, at(0.2, 0), at(0, 0.2)) == pytest.approx(3600, abs=40)
    assert metres(roads, tmp_path, at(0, 0.2), at(0.2, 0)) == pytest.approx(400, abs=8)


def test_a_bollard_stops_a_car_and_lets_a_motorbike_pass(tmp_path: Path) -> None:
    roads = a_square()
    roads.node(9, 0.5, 0, barrier="bollard")
    roads.ways[0] = (12, [1, 9, 2], {"highway": "residential"})
    assert metres(roads, tmp_path, at(0.2, 0), at(0.8, 0)) == pytest.approx(3400, abs=40)
    assert metres(roads, tmp_path, at(0.2, 0), at(0.8, 0), "motorbike") == pytest.approx(600, abs=8)


def test_a_private_road_is_not_used(tmp_path: Path) -> None:
    roads = a_square(access="private")
    assert metres(roads, tmp_path, at(0, 0.1), at(1, 0.1)) == pytest.approx(2800, abs=30)


def test_a_motorbike_may_use_a_path_and_no_toll_road(tmp_path: Path) -> None:
    path = a_square()
    path.ways[0] = (12, [1, 2], {"highway": "path"})
    assert metres(path, tmp_path, at(0, 0.1), at(1, 0.1)) == pytest.approx(2800, abs=30)
    assert metres(path, tmp_path, at(0, 0.1), at(1, 0.1), "motorbike") == pytest.approx(
        1200, abs=15
    )
    toll = a_square(toll="yes")
    assert metres(toll, tmp_path, at(0, 0.1), at(1, 0.1)) == pytest.approx(1200, abs=15)
    assert metres(toll, tmp_path, at(0, 0.1), at(1, 0.1), "motorbike") == pytest.approx(
        2800, abs=30
    )


@pytest.mark.parametrize("rule", ["no_right_turn", "only_straight_on"])
def test_a_forbidden_turn_is_driven_round(tmp_path: Path, rule: str) -> None:
    roads = a_square()
    roads.node(5, 2, 0)
    roads.node(6, 2, 1)
    roads.way(25, [2, 5])
    roads.way(56, [5, 6])
    roads.way(63, [6, 3])
    assert metres(roads, tmp_path, at(0.8, 0), at(1, 0.2)) == pytest.approx(400, abs=8)
    roads.turn(1, rule, 12, 2, 23 if rule.startswith("no") else 25)
    round_about = metres(roads, tmp_path, at(0.8, 0), at(1, 0.2))
    assert round_about > 2000
    assert metres(roads, tmp_path, at(1, 0.2), at(0.8, 0)) == pytest.approx(400, abs=8)


def test_a_turn_restriction_spares_whom_it_names(tmp_path: Path) -> None:
    roads = a_square()
    roads.turn(1, "no_left_turn", 12, 2, 23, **{"except": "motorcycle"})
    origin, goal = at(0.8, 0), at(1, 0.2)
    assert metres(roads, tmp_path, origin, goal, "motorbike") == pytest.approx(400, abs=8)


def test_a_point_snaps_to_the_middle_of_an_edge_and_its_distance_is_kept(tmp_path: Path) -> None:
    made = network.build(a_square().write(tmp_path / "r.osm.pbf"))
    snapped = made.snap([at(0.5, -0.4), at(0.5, 0.1)])
    assert snapped.metres == pytest.approx([400, 100], abs=5)
    assert snapped.share == pytest.approx([0.5, 0.5], abs=0.01)


def test_a_place_two_kilometres_off_or_in_the_sea_has_no_way(tmp_path: Path) -> None:
    made = network.build(a_square().write(tmp_path / "r.osm.pbf"))
    block = made.block([at(0, 0), at(0, -2.3)], [at(1, 1), Place(-5.5, 111.0)])
    assert np.isfinite(block.seconds[0, 0])
    assert np.isnan(block.seconds[1]).all()
    assert np.isnan(block.seconds[:, 1]).all()
    assert made.leg(at(0, -2.3), at(0, 0)) is None


def test_an_island_of_road_is_not_snapped_to(tmp_path: Path) -> None:
    roads = a_square()
    roads.node(8, 0.5, 0.5)
    roads.node(9, 0.6, 0.5)
    roads.way(89, [8, 9])
    made = network.build(roads.write(tmp_path / "r.osm.pbf"))
    assert made.snap([at(0.55, 0.5)]).metres[0] > 400
    assert made.about["largest_part_car"] == pytest.approx(4 / 4.1, abs=0.01)


def test_the_way_of_a_leg_follows_the_bends(tmp_path: Path) -> None:
    leg = network.build(a_square().write(tmp_path / "r.osm.pbf")).leg(at(0.5, 0), at(1, 0.5))
    assert leg is not None
    corner = at(1, 0)
    assert len(leg.points) == 3
    assert leg.points[1] == pytest.approx((corner.lat, corner.lon), abs=1e-6)
    assert leg.metres == pytest.approx(1000, abs=10)


def test_a_kept_network_answers_like_the_one_that_was_built(tmp_path: Path) -> None:
    made = network.build(a_square().write(tmp_path / "r.osm.pbf"))
    made.save(tmp_path / "roads.npz")
    opened = network.load(tmp_path / "roads.npz")
    assert opened.version == made.version
    places = [at(0.1, 0), at(1, 0.7), at(0.3, 1)]
    assert np.array_equal(opened.block(places, places).seconds, made.block(places, places).seconds)
    assert [file.name for file in tmp_path.glob("*.part")] == []


def test_a_damaged_network_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "roads.npz"
    network.build(a_square().write(tmp_path / "r.osm.pbf")).save(file)
    file.write_bytes(file.read_bytes()[:-400])
    with pytest.raises(RoadsUnreadable) as refused:
        network.load(file)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"hello, these are no roads", b"\x89PNG\r\n\x1a\n" * 40])
def test_an_unreadable_extract_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    for name in ("roads.osm.pbf", "roads.osm", "roads.txt"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(RoadsUnreadable) as refused:
            network.build(tmp_path / name)
        assert "\n" not in str(refused.value)


def test_a_network_whose_arrays_do_not_fit_each_other_is_refused(tmp_path: Path) -> None:
    made = network.build(a_square().write(tmp_path / "r.osm.pbf"))
    for name, wrong in (
        ("segment_to", made.arrays["segment_to"] + 90),
        ("car_ticks", made.arrays["car_ticks"][:-1]),
        ("shape_at", made.arrays["shape_at"][::-1]),
        ("car_order", made.arrays["car_order"] * 0),
        ("vertex_lat", made.arrays["vertex_lat"] * np.nan),
    ):
        arrays = {**made.arrays, name: wrong}
        network.Network(arrays, made.about, made.speeds).save(tmp_path / "n.npz")
        with pytest.raises(RoadsUnreadable, match="damaged"):
            network.load(tmp_path / "n.npz")
    made.save(tmp_path / "n.npz")
    with np.load(tmp_path / "n.npz") as kept:
        np.savez(tmp_path / "n.npz", about=kept["about"])
    with pytest.raises(RoadsUnreadable):
        network.load(tmp_path / "n.npz")


@pytest.mark.parametrize(("old", "new"), [(b'lat="-7.42', b'lat="x7.42'), (b'id="1"', b'id="1e"')])
def test_an_extract_with_a_senseless_place_or_number_is_refused_in_one_line(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    file = a_square().write(tmp_path / "r.osm")
    assert old in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old, new))
    with pytest.raises(RoadsUnreadable) as refused:
        network.build(file)
    assert "\n" not in str(refused.value)


def test_a_cut_off_extract_and_one_without_roads_are_refused(tmp_path: Path) -> None:
    file = a_square().write(tmp_path / "r.osm.pbf")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(RoadsUnreadable):
        network.build(file)
    nothing = Roads()
    nothing.node(1, 0, 0)
    with pytest.raises(RoadsUnreadable, match="no road"):
        network.build(nothing.write(tmp_path / "n.osm.pbf"))
    with pytest.raises(RoadsUnreadable, match="no such file"):
        network.build(tmp_path / "absent.osm.pbf")


def test_a_box_keeps_the_roads_that_touch_it(tmp_path: Path) -> None:
    roads = a_square()
    for ref, east in ((101, 30), (102, 31)):
        roads.node(ref, east, 0)
    roads.way(900, [101, 102])
    corner, far = at(-1, -1), at(2, 2)
    made = network.build(
        roads.write(tmp_path / "r.osm.pbf"), bbox=(corner.lon, corner.lat, far.lon, far.lat)
    )
    assert made.about["read"]["roads"] == 4
    assert made.about["left_out"]["outside the box"] == 1


def a_town(folder: Path) -> network.Network:
    """A lattice of 12 x 12 junctions with one-way streets and forbidden turns drawn by lot."""
    lot, roads = random.Random(4), Roads()
    for x in range(12):
        for y in range(12):
            roads.node(100 * x + y + 1, x * 0.3 + lot.uniform(0, 0.1), y * 0.3)
    ways = [((x, y), (x + dx, y + dy)) for x in range(12) for y in range(12)
            for dx, dy in ((1, 0), (0, 1)) if x + dx < 12 and y + dy < 12]  # fmt: skip
    for number, (a, b) in enumerate(ways, start=1):
        tags = {"oneway": "yes"} if lot.random() < 0.25 else {}
        kind = lot.choice(["primary", "residential", "tertiary"])
        roads.way(number, [100 * a[0] + a[1] + 1, 100 * b[0] + b[1] + 1], kind, **tags)
    for number in range(60):
        x, y = lot.randrange(1, 11), lot.randrange(1, 11)
        meeting = [i for i, way in enumerate(ways, start=1) if (x, y) in way]
        origin, goal = lot.sample(meeting, 2)
        roads.turn(number + 1, "no_left_turn", origin, 100 * x + y + 1, goal)
    return network.build(roads.write(folder / "town.osm.pbf"))


def test_the_fast_path_gives_the_references_numbers_on_every_pair(tmp_path: Path) -> None:
    made, lot = a_town(tmp_path), random.Random(5)
    assert made.about["read"]["turn_restrictions"] > 40
    places = [at(lot.uniform(0, 3.4), lot.uniform(0, 3.3)) for _ in range(40)]
    for profile in ("car", "motorbike"):
        fast = made.block(places, places, profile)
        reference = made.block(places, places, profile, fast=False)
        assert np.array_equal(fast.seconds, reference.seconds, equal_nan=True)
        assert np.isfinite(fast.seconds).all()
        for i in range(0, 40, 3):
            leg = made.leg(places[i], places[i - 1], profile)
            assert leg is not None
            assert leg.seconds == pytest.approx(fast.seconds[i, i - 1], abs=0.01)


def test_threads_share_a_network(tmp_path: Path) -> None:
    made = a_town(tmp_path)
    pair = [at(0.1, 0.1), at(3.2, 3.1)]

    def asked(_number: int) -> tuple[float, float]:
        leg = made.leg(*pair)
        assert leg is not None
        return leg.seconds, float(made.block(pair, pair).seconds[0, 1])

    here = asked(0)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(asked, range(20))) == {here}


def test_a_real_extract_gives_the_references_numbers() -> None:
    if not EXTRACT.is_file():
        return  # the made-up town above proves the same on every machine
    made, lot = network.build(EXTRACT), random.Random(6)
    lat, lon = made.arrays["vertex_lat"], made.arrays["vertex_lon"]
    places = [Place(float(lat[i]), float(lon[i])) for i in lot.sample(range(len(lat)), 25)]
    fast = made.block(places, places)
    reference = made.block(places, places, fast=False)
    assert np.array_equal(fast.seconds, reference.seconds, equal_nan=True)
