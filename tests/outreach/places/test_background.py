"""The ground of every map: names of districts and villages, small and kept by the browser."""

from __future__ import annotations

from flask import Flask

from outreach.db import Database
from outreach.policy import Role
from tests.build import Browser, a_user, signed_in


def test_the_map_knows_every_district_and_village_by_name(app: Flask, database: Database) -> None:
    with database.write() as session:
        officer = a_user(session, Role.VILLAGE)
    features = signed_in(app, officer).get("/peta/latar.json").get_json(force=True)["features"]
    kinds = [feature["properties"]["kind"] for feature in features]
    assert (kinds.count("district"), kinds.count("village")) == (20, 208)
    names = {feature["properties"]["name"] for feature in features}
    assert {"Jenar", "Krikilan"} <= names


def test_a_map_that_was_seen_before_costs_almost_nothing(app: Flask, database: Database) -> None:
    with database.write() as session:
        officer = a_user(session, Role.VILLAGE)
    browser = signed_in(app, officer)
    first = browser.get("/peta/latar.json")
    assert len(first.data) < 30_000
    assert "no-store" not in first.headers["Cache-Control"]
    again = browser.get("/peta/latar.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_stranger_gets_no_map(app: Flask) -> None:
    assert Browser(app).get("/peta/latar.json").status_code == 303
