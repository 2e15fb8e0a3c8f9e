"""The table of speeds that an office may change."""

from __future__ import annotations

import pytest

from routing.travel.speeds import USUAL, read_speeds, speeds_text


def test_the_table_is_read_as_it_was_written() -> None:
    assert read_speeds(speeds_text()) == USUAL


def test_a_part_of_the_day_is_read_with_its_factors() -> None:
    text = speeds_text() + '[[parts]]\nfrom = "06:30"\ncar = 1.2\nmotorbike = 1.05\n'
    assert read_speeds(text).parts[1].from_s == 6 * 3600 + 1800
    assert read_speeds(text).parts[1].factor == {"car": 1.2, "motorbike": 1.05}


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("car = 85", "car = 900", "motorway"),
        ("car = 85", 'car = "fast"', "motorway"),
        ("[surfaces]", "[surface]", "surfaces"),
        ('from = "00:00"', 'from = "25:00"', "25:00"),
        ("[classes]", "[classes", "table of speeds"),
    ],
)
def test_a_wrong_entry_is_named(old: str, new: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read_speeds(speeds_text().replace(old, new))
