"""The map of an extract holds its roads by weight and its names, and stays under a size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from routing.travel.basemap import read_basemap
from routing.travel.osm import RoadsUnreadable
from tests.routing.travel.small_roads import LAT0, LON0, Roads, a_square


def a_town() -> Roads:
    """The square of 1 km with a main road in the south, a path, and a village in the middle."""
    roads = a_square(highway="primary", name="Jalan Raya")
    roads.node(9, 0.5, 0.5, place="village", name="Katelan")
    roads.way(99, [1, 3], "path")
    return roads


def features(content: bytes) -> list[dict[str, Any]]:
    return list(json.loads(content)["features"])


def test_roads_come_by_their_weight_and_places_by_their_names(tmp_path: Path) -> None:
    found = features(read_basemap(a_town().write(tmp_path / "r.osm.pbf")))
    roads = {
        one["properties"]["level"]: one for one in found if one["properties"]["kind"] == "road"
    }
    assert {level: len(one["geometry"]["coordinates"]) for level, one in roads.items()} == {
        1: 1,
        3: 3,
        4: 1,
    }
    assert roads[1]["geometry"]["coordinates"][0][0] == [round(LON0, 5), round(LAT0, 5)]
    names = {one["properties"].get("name"): one["properties"]["kind"] for one in found}
    assert names["Katelan"] == "place"
    assert names["Jalan Raya"] == "street"


def test_small_roads_give_way_where_the_map_would_be_too_large(tmp_path: Path) -> None:
    file = a_town().write(tmp_path / "r.osm.pbf")
    whole = read_basemap(file)
    smaller = read_basemap(file, most_bytes=len(whole) - 1)
    assert len(smaller) < len(whole)
    levels = {one["properties"].get("level") for one in features(smaller)}
    assert 1 in levels
    assert 4 not in levels
    with pytest.raises(RoadsUnreadable, match="bbox"):
        read_basemap(file, most_bytes=100)


def test_what_lies_outside_a_box_is_left_out(tmp_path: Path) -> None:
    file = a_town().write(tmp_path / "r.osm.pbf")
    assert features(read_basemap(file, (100.0, 1.0, 101.0, 2.0))) == []
