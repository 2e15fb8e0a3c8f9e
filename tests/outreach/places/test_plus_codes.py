"""Plus codes are read, whole or short, and short links say what to copy instead."""

from __future__ import annotations

import pytest

from outreach.places.coordinates import CoordinateError, distance_m, parse_coordinates
from outreach.places.wording import coordinate_error

OFFICE = (-7.4249, 111.0238)


@pytest.mark.parametrize(
    ("text", "within_m"),
    [
        ("6P4HH2GF+2G", 14),
        ("6P4HH2GF+2GV", 4),
        ("H2GF+2G Sragen, Jawa Tengah", 14),
        ("h2gf+2g", 14),
    ],
)
def test_a_plus_code_gives_the_middle_of_its_box(text: str, within_m: float) -> None:
    assert distance_m(*parse_coordinates(text), *OFFICE) <= within_m


def test_a_plus_code_of_another_country_is_outside() -> None:
    with pytest.raises(CoordinateError) as refused:
        parse_coordinates("8FWC2345+G6")  # in Europe
    assert refused.value.reason == "outside"


@pytest.mark.parametrize(
    "text",
    ["https://maps.app.goo.gl/AbCdEf123", "maps.app.goo.gl/x1?g_st=aw", "https://goo.gl/maps/xyz"],
)
def test_a_short_link_says_what_to_copy_instead(text: str) -> None:
    with pytest.raises(CoordinateError) as refused:
        parse_coordinates(text)
    assert refused.value.reason == "short_link"
    assert "salin kedua angkanya" in coordinate_error(refused.value.reason)
