"""The regency's own table of districts and villages."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from outreach.places.gazetteer import OFFICE_DEFAULT, REGENCY_BOUNDS, distance_m, read_gazetteer


def test_the_regency_has_20_districts_and_208_villages_with_unique_codes() -> None:
    gazetteer = read_gazetteer()
    kinds = Counter(village.kind for village in gazetteer.villages)

    assert len(gazetteer.districts) == len({d.code for d in gazetteer.districts}) == 20
    assert len({v.code for v in gazetteer.villages}) == 208
    assert kinds == {"desa": 196, "kelurahan": 12}
    assert [d.code for d in gazetteer.districts] == [f"33.14.{n:02d}" for n in range(1, 21)]


def test_twelve_village_names_occur_twice_and_are_told_apart_by_their_full_name() -> None:
    villages = read_gazetteer().villages
    names = Counter(village.name for village in villages)

    assert sum(count > 1 for count in names.values()) == 12
    assert len({village.full_name for village in villages}) == 208


def test_a_village_is_shown_with_its_kind_and_its_district() -> None:
    gazetteer = read_gazetteer()

    village = gazetteer.village("33.14.10.1003")

    assert village.full_name == "Kelurahan Sragen Tengah, Kec. Sragen"
    assert gazetteer.districts[9].full_name == "Kecamatan Sragen"


def test_every_village_is_found_in_its_own_district() -> None:
    gazetteer = read_gazetteer()

    found = [v for d in gazetteer.districts for v in gazetteer.villages_in(d.code)]

    assert sorted(v.code for v in found) == sorted(v.code for v in gazetteer.villages)


def test_an_unknown_village_code_is_refused() -> None:
    with pytest.raises(KeyError):
        read_gazetteer().village("33.14.99.2001")


def test_a_village_cannot_lie_in_another_district_or_outside_the_regency() -> None:
    village = read_gazetteer().villages[0]

    with pytest.raises(ValueError, match="does not lie in district"):
        replace(village, district_code="33.14.02")
    with pytest.raises(ValueError, match="outside the regency"):
        replace(village, lat=-6.2)


def test_the_office_lies_in_the_regency_near_its_kelurahan_and_waits_to_be_confirmed() -> None:
    kelurahan = read_gazetteer().village("33.14.10.1003")

    assert OFFICE_DEFAULT.unconfirmed
    assert REGENCY_BOUNDS.contains(OFFICE_DEFAULT.lat, OFFICE_DEFAULT.lon)
    assert distance_m(kelurahan.lat, kelurahan.lon, OFFICE_DEFAULT.lat, OFFICE_DEFAULT.lon) < 500
