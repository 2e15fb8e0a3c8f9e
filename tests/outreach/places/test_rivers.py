"""An administrator draws a river and its bridges, as text or on the map, and estimates go by the bridges."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.audit import AuditEntry
from outreach.db import Database
from outreach.places.models import River
from outreach.planning.guide import guide_of
from outreach.planning.local import barriers
from outreach.policy import Role
from outreach.settings import Settings
from routing import Place
from tests.build import Browser, a_user, signed_in

TYPED = {
    "name": "Bengawan  Solo",
    "line": "-7.40, 110.80\n\n7,39 LS 111,00 BT\nhttps://www.google.com/maps?q=-7.40,111.15\n",
    "bridges": "111.10, -7.395",
}
NORTH, SOUTH = Place(-7.36, 110.95), Place(-7.44, 110.95)


@pytest.fixture
def admin(app: Flask, database: Database) -> Browser:
    with database.write() as session:
        user = a_user(session, Role.ADMIN)
    return signed_in(app, user)


def the_rivers(database: Database) -> list[River]:
    with database.read() as session:
        return list(session.scalars(select(River)))


def test_a_river_is_typed_without_script_and_its_bridge_lengthens_estimates(
    admin: Browser, database: Database, tmp_path: Path
) -> None:
    page = admin.post("/sungai", TYPED, form_page="/sungai")
    assert "Bengawan Solo" in page.text
    (river,) = the_rivers(database)
    assert river.line == [[-7.4, 110.8], [-7.39, 111.0], [-7.4, 111.15]]
    assert river.bridges == [[-7.395, 111.1]]
    with database.read() as session:
        drawn = barriers(session)
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "river.drawn"))
    assert entry is not None
    office = Settings(instance=tmp_path)
    (barred,), _places = guide_of(office, drawn)([NORTH, SOUTH], ["car"])
    (free,), _places = guide_of(office)([NORTH, SOUTH], ["car"])
    assert free.metres[0, 1] < 20_000 < barred.metres[0, 1]
    assert barred.estimated


def test_a_river_is_changed_and_taken_away(admin: Browser, database: Database) -> None:
    admin.post("/sungai", TYPED, form_page="/sungai")
    (river,) = the_rivers(database)
    address = f"/sungai/{river.id}"
    assert "-7.390000, 111.000000" in admin.get(address).text
    admin.post(address, {**TYPED, "bridges": "-7.39, 111.0\n-7.395, 111.1"}, form_page=address)
    (changed,) = the_rivers(database)
    assert len(changed.bridges) == 2
    admin.post(f"{address}/hapus", {}, form_page=address)
    assert the_rivers(database) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"line": "-7.40, 110.80"}, "line"),
        ({"line": "-7.40, 110.80\nsungai"}, "line"),
        ({"line": "-7.40, 110.80\n" * 501}, "line"),
        ({"bridges": ""}, "bridges"),
        ({"bridges": "-6.2, 106.8"}, "bridges"),
    ],
)
def test_what_is_no_river_is_refused_at_its_field_and_stays_in_the_form(
    admin: Browser, database: Database, wrong: dict[str, str], field: str
) -> None:
    page = admin.post("/sungai", {**TYPED, **wrong}, form_page="/sungai")
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "7,39 LS" in page.text or field == "line"
    assert the_rivers(database) == []
