"""The map on paper shows every stop by its number, in black and white, and says that its lines are no roads."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

from outreach.paperwork.document import Point
from outreach.paperwork.route_map import route_map
from tests.outreach.paperwork.given import START

SIZE = {"width_mm": 191.0, "height_mm": 112.0}
MARK = re.compile(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="3.1"[^>]*/><text[^>]*>(\d+)</text>')


def _stops(count: int, step: float = 0.01) -> list[Point]:
    return [
        Point(START.lat - 0.02 + step * n, START.lon + 0.03 + step * (n % 3)) for n in range(count)
    ]


def test_every_stop_is_drawn_once_with_its_number() -> None:
    svg = str(route_map(START, _stops(9), **SIZE))
    ElementTree.fromstring(svg)
    assert sorted(int(found[2]) for found in MARK.findall(svg)) == list(range(1, 10))


def test_stops_at_one_place_are_moved_apart_so_that_each_can_be_read() -> None:
    marks = MARK.findall(str(route_map(START, _stops(6, step=0.0), **SIZE)))
    places = [(float(x), float(y)) for x, y, _number in marks]
    assert len(places) == 6
    assert all(math.dist(a, b) > 6 for i, a in enumerate(places) for b in places[:i])


def test_without_roads_every_line_is_broken_and_says_that_it_is_no_road() -> None:
    svg = str(route_map(START, _stops(3), **SIZE))
    assert "stroke-dasharray" in svg
    assert "Garis lurus menunjukkan urutan, bukan jalan." in svg
    assert "Kantor" in svg


def _bent(start: Point, end: Point) -> tuple[tuple[float, float], ...]:
    return ((start.lat, start.lon), (start.lat, end.lon), (end.lat, end.lon))


def test_a_leg_along_the_road_is_a_whole_line_and_an_estimate_is_broken() -> None:
    stops = _stops(3)
    ways = [_bent(START, stops[0]), _bent(stops[0], stops[1]), (), _bent(stops[2], START)]
    svg = str(route_map(START, stops, ways=ways, **SIZE))
    ElementTree.fromstring(svg)
    lines = re.findall(r"<polyline [^>]*>", svg)
    assert ["stroke-dasharray" in line for line in lines] == [False, False, True, False]
    assert "perkiraan garis lurus" in svg
    assert "kontributor OpenStreetMap" in svg
    assert "Garis lurus menunjukkan urutan" not in svg


def test_a_road_that_leaves_the_sheet_is_cut_at_its_edge() -> None:
    far = Point(START.lat - 0.4, START.lon)
    stops = _stops(3, step=0.002)
    ways = [_bent(far, stops[0]), (), (), _bent(stops[2], far)]
    svg = str(route_map(far, stops, ways=ways, **SIZE))
    for line in re.findall(r'<polyline points="([^"]*)"', svg):
        for x, y in (map(float, at.split(",")) for at in line.split()):
            assert 0 <= x <= SIZE["width_mm"]
            assert 0 <= y <= SIZE["height_mm"]


def test_the_map_needs_no_colour() -> None:
    colours = set(re.findall(r"#[0-9a-f]{3,6}\b", str(route_map(START, _stops(5), **SIZE))))
    assert all(len(set(colour[1:])) == 1 for colour in colours)


def test_large_roads_lie_lightly_below_the_route_and_are_credited() -> None:
    road = [(START.lat - 0.2, START.lon + 0.01), (START.lat + 0.2, START.lon + 0.01)]
    svg = str(route_map(START, _stops(5), roads=[road], **SIZE))
    assert svg.index('stroke="#bbb"') < svg.index('stroke="#000"')
    assert "OpenStreetMap" in svg
    assert "OpenStreetMap" not in str(route_map(START, _stops(5), **SIZE))


def test_a_village_with_a_hostile_name_is_written_and_not_obeyed() -> None:
    village = Point(START.lat, START.lon + 0.035, "<script>&\u202e")
    svg = str(route_map(START, _stops(3), [village], **SIZE))
    ElementTree.fromstring(svg)
    assert "<script" not in svg


def test_a_map_of_one_stop_or_none_is_still_a_map() -> None:
    for count in (0, 1):
        ElementTree.fromstring(str(route_map(START, _stops(count), **SIZE)))
