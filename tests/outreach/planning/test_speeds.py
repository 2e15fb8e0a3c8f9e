"""An administrator changes the table of speeds, and new minutes follow without another import."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from rich.console import Console
from sqlalchemy import select

from outreach.audit.models import AuditEntry
from outreach.errors import Invalid, Refused
from outreach.planning import guide, speeds
from outreach.planning.roads import import_roads
from outreach.web import Core
from routing.travel.speeds import USUAL
from tests.build import Browser, a_user, an_actor, signed_in
from tests.routing.travel.small_roads import a_square, at

SIDE = [at(0.1, 0), at(0.9, 0)]


@pytest.fixture
def admin(app: Flask, core: Core, tmp_path: Path) -> Browser:
    """An administrator's browser, at an office with the roads of a square of main roads."""
    roads = a_square(highway="primary").write(tmp_path / "r.osm.pbf")
    import_roads(core, roads, None, Console(quiet=True))
    roads.unlink()
    with core.database.write() as session:
        person = a_user(session, "admin")
    return signed_in(app, person)


def seconds(core: Core) -> int:
    (travel,), _places = guide.guide_of(core.settings)(SIDE, ["car"])
    return travel.seconds[0, 1]


def changed(**fields: str) -> dict[str, str]:
    return {**speeds.typed_of(USUAL), **{name.replace("_", "-"): text for name, text in fields.items()}}  # fmt: skip


def test_a_change_counts_at_once_is_kept_in_the_log_and_can_be_taken_back(
    admin: Browser, core: Core
) -> None:
    before = seconds(core)
    usual = guide.roads_of(core.settings.roads_file).version
    typed = changed(car_primary="24", note="jalan rusak")
    assert "Tabel tersimpan" in admin.post("/kecepatan", typed, form_page="/kecepatan").text
    assert seconds(core) == pytest.approx(2 * before, abs=2)
    assert guide.roads_of(core.settings.roads_file).version != usual
    page = unescape(admin.get("/kecepatan").text)
    assert "jalan rusak" in page
    assert "Mobil, Jalan provinsi: 48 → 24" in page
    assert 'value="24"' in page
    with core.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "speeds.set")).one()
        assert entry.detail["changed"] == ["car-primary 48 > 24"]
    admin.post("/kecepatan/kembali", {"row": ""}, form_page="/kecepatan")
    assert seconds(core) == before
    assert guide.roads_of(core.settings.roads_file).version == usual
    with core.database.read() as session:
        first = speeds.speeds_set(session)[-1].id
    admin.post("/kecepatan/kembali", {"row": first}, form_page="/kecepatan")
    assert seconds(core) == pytest.approx(2 * before, abs=2)


def test_an_import_takes_the_table_that_was_set(core: Core, tmp_path: Path) -> None:
    with core.database.write() as session:
        table = speeds.read_typed(changed(car_primary="24", part_2_from="06.30", part_2_car="1,5", part_2_motorbike="1"))  # fmt: skip
        speeds.set_speeds(session, an_actor(session, "admin"), table)
    roads = a_square(highway="primary").write(tmp_path / "r.osm.pbf")
    import_roads(core, roads, None, Console(quiet=True))
    travel, _places = guide.guide_of(core.settings)(SIDE, ["car"])
    assert [one.from_s for one in travel] == [0, 6 * 3600 + 1800]
    assert travel[0].seconds[0, 1] == pytest.approx(800 / 24 * 3.6, abs=2)
    assert travel[1].seconds[0, 1] == pytest.approx(1.5 * travel[0].seconds[0, 1], abs=1)


def test_what_was_typed_wrong_stays_and_is_named_and_nothing_changes(
    admin: Browser, core: Core
) -> None:
    before = seconds(core)
    typed = changed(car_primary="cepat", surface_mud="0", part_2_from="25:00", part_2_car="1", part_2_motorbike="1")  # fmt: skip
    answer = admin.post("/kecepatan", typed, form_page="/kecepatan")
    page = unescape(answer.text)
    assert answer.status_code == 422
    for field in ("car-primary", "surface-mud", "part-2-from"):
        assert f'href="#s-{field}"' in page
    assert "Mobil, Jalan provinsi: Tulis angka" in page
    assert 'value="cepat"' in page
    closed = {f"{profile}-{kind}": "0" for kind in USUAL.classes for profile in ("car", "motorbike")}  # fmt: skip
    refused = admin.post("/kecepatan", {**changed(), **closed}, form_page="/kecepatan")
    assert refused.status_code == 422
    assert "tidak ada jalan yang bisa dilalui" in unescape(refused.text)
    assert seconds(core) == before


def test_each_part_of_the_day_begins_later_and_the_first_at_midnight() -> None:
    late = changed(part_1_from="06:00")
    again = changed(part_2_from="00:00", part_2_car="1", part_2_motorbike="1")
    for typed, field in ((late, "part-1-from"), (again, "part-2-from")):
        with pytest.raises(Invalid) as refused:
            speeds.read_typed(typed)
        assert set(refused.value.errors) == {field}


def test_the_same_table_is_not_set_twice(core: Core) -> None:
    with core.database.write() as session, pytest.raises(Refused):
        speeds.set_speeds(session, an_actor(session, "admin"), USUAL)
