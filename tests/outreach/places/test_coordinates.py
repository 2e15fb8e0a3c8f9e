"""Distances, bounds, and coordinates as people paste them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.places.coordinates import (
    REGENCY_BOUNDS,
    Bounds,
    CoordinateError,
    distance_m,
    parse_coordinates,
)

HERE = (-7.4249, 111.0238)


@pytest.mark.parametrize(
    "text",
    [
        "-7.4249, 111.0238",
        "-7.4249,111.0238",
        "-7.4249 111.0238",
        "(-7.4249; 111.0238)",
        "-7,4249, 111,0238",
        "-7,4249,111,0238",
        "-7,4249; 111,0238",
        "-7,4249 111,0238",
        "111.0238, -7.4249",
        "111,0238 ; -7,4249",
        "\u22127.4249, 111.0238",
        "7.4249, 111.0238",
        "7.4249 S, 111.0238 E",
        "S 7.4249 E 111.0238",
        "111.0238E 7.4249S",
        "7,4249\u00b0 LS 111,0238\u00b0 BT",
        "lat: -7.4249 long: 111.0238",
        "Lintang -7,4249 / Bujur 111,0238",
        "geo:-7.4249,111.0238?z=17",
        "https://www.google.com/maps?q=-7.4249,111.0238&z=17",
        "https://www.google.com/maps/place/x/@-7.4000,111.0000,17z/data=!3d-7.4249!4d111.0238",
        "https://www.google.com/maps/@-7.4249,111.0238,17z",
        "https://www.google.com/maps/search/?api=1&query=-7.4249%2C111.0238",
        "https://www.google.com/maps/dir//-7.4249,111.0238",
        "https://www.google.com/maps/dir/Sragen/-7.4249,+111.0238/@-7.4000,111.0000,14z",
        "https://www.google.com/maps/search/-7.4249,+111.0238",
        "https://www.openstreetmap.org/?mlat=-7.4249&mlon=111.0238#map=15/-7.4000/111.0000",
        "https://www.openstreetmap.org/#map=17/-7.4249/111.0238",
        "  koordinat = -7.4249 , 111.0238\n",
    ],
)
def test_the_usual_writings_of_a_point_are_all_read_as_the_same_point(text: str) -> None:
    assert parse_coordinates(text) == HERE


@pytest.mark.parametrize(
    "text",
    [
        "7 25 29.6 LS 111 01 25.7 BT",
        "7 derajat 25 menit 29,6 detik LS, 111 derajat 1 menit 25,7 detik BT",
        "7\u00b025'29.6\"S 111\u00b001'25.7\"E",
        "S7\u00b0 25\u2032 29,6\u2033 E111\u00b0 1' 25,7''",
    ],
)
def test_degrees_minutes_and_seconds_are_read(text: str) -> None:
    lat, lon = parse_coordinates(text)

    assert lat == pytest.approx(-7.424889, abs=1e-6)
    assert lon == pytest.approx(111.023806, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("dekat musala", "unreadable"),
        ("-7.4249", "unreadable"),
        ("-7.4249, 111.0238, 17", "unreadable"),
        ("-7.4249, 111.0238 rumah 3", "unreadable"),
        ("0812-3456-7890", "unreadable"),
        ("RT 003 RW 001", "unreadable"),
        ("-7, 111", "outside"),
        ("0, 0", "outside"),
        ("-6.2, 106.8", "outside"),
        ("7.4249 N, 111.0238 E", "outside"),
        ("-7.4249, -111.0238", "outside"),
        ("200, 300", "not_on_earth"),
    ],
)
def test_text_that_is_no_point_of_the_regency_is_refused_with_its_reason(
    text: str, reason: str
) -> None:
    with pytest.raises(CoordinateError) as refused:
        parse_coordinates(text)

    assert refused.value.reason == reason


@settings(max_examples=60, deadline=None)
@given(
    lat=st.floats(REGENCY_BOUNDS.south, REGENCY_BOUNDS.north),
    lon=st.floats(REGENCY_BOUNDS.west, REGENCY_BOUNDS.east),
    swapped=st.booleans(),
    comma=st.booleans(),
)
def test_any_point_of_the_regency_survives_being_written_and_pasted(
    lat: float, lon: float, swapped: bool, comma: bool
) -> None:
    first, second = (f"{value:.6f}" for value in ((lon, lat) if swapped else (lat, lon)))
    text = f"{first}, {second}"

    read = parse_coordinates(text.replace(".", ",") if comma else text)

    assert read == (round(lat, 6), round(lon, 6))


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789.,-+ \u00b0'\"SENWlsbt:", max_size=40))
def test_whatever_is_pasted_gives_a_point_near_the_regency_or_a_reason(text: str) -> None:
    try:
        point = parse_coordinates(text)
    except CoordinateError:
        return

    assert REGENCY_BOUNDS.contains(*point, margin_m=2_000)


def test_distances_are_in_metres_the_same_both_ways_and_nothing_to_itself() -> None:
    # A degree of latitude on a sphere of mean radius is 111.195 km.
    assert distance_m(-7.0, 111.0, -8.0, 111.0) == pytest.approx(111_195, abs=5)
    assert distance_m(*HERE, -7.3, 110.9) == pytest.approx(distance_m(-7.3, 110.9, *HERE))
    assert distance_m(*HERE, *HERE) == 0
    assert distance_m(0, 0, 0, 180) == pytest.approx(20_015_114, abs=1_000)


def test_bounds_can_be_widened_by_metres() -> None:
    box = Bounds(south=-8, west=110, north=-7, east=111)

    assert box.contains(-7.5, 110.5)
    assert not box.contains(-6.995, 110.5)
    assert box.contains(-6.995, 110.5, margin_m=600)
    assert box.contains(-7.5, 111.005, margin_m=600)
    assert not box.contains(-7.5, 111.005, margin_m=400)


def test_bounds_that_are_upside_down_are_refused() -> None:
    with pytest.raises(ValueError, match="south-west"):
        Bounds(south=-7, west=110, north=-8, east=111)
