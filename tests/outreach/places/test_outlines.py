"""Outlines are loaded all or none, and tell which village a pin lies in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.db import Database
from outreach.errors import Forbidden, Refused
from outreach.places.areas import areas, whereabouts
from outreach.places.gazetteer import read_gazetteer
from outreach.places.models import VillageOutline
from outreach.places.outlines import OutlinesRefused, load_outlines
from outreach.policy import Role, command_line
from outreach.settings import PROJECT_ROOT

ADMIN = command_line(Role.ADMIN)
VILLAGES = read_gazetteer().villages
HALF = 0.002  # degrees: squares of some 440 m


def a_square(lat: float, lon: float) -> list[list[float]]:
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    return [[lon + x * HALF, lat + y * HALF] for x, y in corners]


def features(code_as: str = "code") -> list[dict[str, Any]]:
    """One square a village."""
    return [
        {
            "type": "Feature",
            "properties": {code_as: village.code},
            "geometry": {"type": "Polygon", "coordinates": [a_square(village.lat, village.lon)]},
        }
        for village in VILLAGES
    ]


def a_file(folder: Path, found: Any) -> Path:
    path = folder / "batas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": found}))
    return path


def outlines(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(VillageOutline)) or 0


def test_every_village_is_matched_by_its_code(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        assert load_outlines(session, ADMIN, a_file(tmp_path, features("KODE_DESA"))) == 208
        assert not areas(session).estimated
        village = VILLAGES[0]
        assert whereabouts(session, village.lat, village.lon, village.code).away_m == 0


def test_loading_again_replaces_the_outlines(database: Database, tmp_path: Path) -> None:
    path = a_file(tmp_path, features())
    with database.write() as session:
        load_outlines(session, ADMIN, path)
        load_outlines(session, ADMIN, path)
        assert outlines(session) == 208


def test_one_missing_village_keeps_everything_out_and_is_named(
    database: Database, tmp_path: Path
) -> None:
    found = features()[1:]
    found[0]["properties"]["code"] = "99.99.99.9999"
    with pytest.raises(OutlinesRefused) as refused, database.write() as session:
        load_outlines(session, ADMIN, a_file(tmp_path, found))
    said = " ".join(mismatch.text for mismatch in refused.value.mismatches)
    assert VILLAGES[0].code in said
    assert VILLAGES[1].code in said
    assert "99.99.99.9999" in said
    with database.read() as session:
        assert outlines(session) == 0
        assert areas(session).estimated


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "Polygon", "coordinates": [[[111.0, -7.4]]]},
        {"type": "Polygon", "coordinates": [[["a", "b"]] * 4]},
        {"type": "Polygon", "coordinates": [a_square(-6.2, 106.8)]},
        {"type": "Polygon"},
        {"type": "Point", "coordinates": [111.0, -7.4]},
        None,
    ],
)
def test_a_broken_outline_is_told_with_its_village(
    database: Database, tmp_path: Path, broken: Any
) -> None:
    found = features()
    found[5]["geometry"] = broken
    with pytest.raises(OutlinesRefused) as refused, database.write() as session:
        load_outlines(session, ADMIN, a_file(tmp_path, found))
    assert any(
        mismatch.feature == 6 and VILLAGES[5].name in mismatch.text
        for mismatch in refused.value.mismatches
    )


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", '{"type": "Point"}', "\x00\x01"])
def test_what_is_no_geojson_is_refused_in_a_line(
    database: Database, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "batas.geojson"
    path.write_text(content)
    with pytest.raises(Refused, match="GeoJSON"), database.write() as session:
        load_outlines(session, ADMIN, path)


def test_only_an_administrator_loads_outlines(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Forbidden), database.write() as session:
        load_outlines(session, command_line(Role.PLANNER), a_file(tmp_path, features()))


def test_a_pin_in_another_village_is_doubted_and_the_village_named(
    database: Database, tmp_path: Path
) -> None:
    one, other = VILLAGES[0], VILLAGES[-1]
    with database.write() as session:
        load_outlines(session, ADMIN, a_file(tmp_path, features()))
        found = whereabouts(session, other.lat, other.lon, one.code)
        assert found.is_doubtful
        assert found.code == other.code
        just_outside = whereabouts(session, one.lat + HALF + 0.002, one.lon, one.code)
        assert not just_outside.is_doubtful
        assert 150 < just_outside.away_m < 300


def test_without_outlines_the_nearest_middle_decides_and_small_errors_are_forgiven(
    database: Database,
) -> None:
    one, other = VILLAGES[0], VILLAGES[-1]
    with database.read() as session:
        for village in VILLAGES:
            assert whereabouts(session, village.lat, village.lon, village.code).away_m == 0
        found = whereabouts(session, other.lat, other.lon, one.code)
        assert (found.is_doubtful, found.code, found.estimated) == (True, other.code, True)


def test_the_regencys_real_outlines_load_where_they_are_at_hand(database: Database) -> None:
    path = PROJECT_ROOT.parent / "shared" / "data" / "sragen_village_boundaries.geojson"
    if not path.exists():
        return  # other people's geometry: never part of the product, only tried where it lies
    with database.write() as session:
        assert load_outlines(session, ADMIN, path) == 208
        known = areas(session)
        inside = sum(known.village_at((v.lon, v.lat)) == v.code for v in VILLAGES)
        assert inside >= 200
