"""The ground of every map: names of districts and villages, small and kept by the browser."""

from __future__ import annotations

import gzip
import json

from flask import Flask

from outreach.db import Database
from outreach.places.ground_roads import keep_ground_roads
from outreach.policy import Role
from outreach.web import Core
from tests.build import Browser, a_user, signed_in


def test_the_map_knows_every_district_and_village_by_name(app: Flask, database: Database) -> None:
    with database.write() as session:
        officer = a_user(session, Role.VILLAGE)
    features = signed_in(app, officer).get("/peta/latar.json").get_json(force=True)["features"]
    points = [feature for feature in features if feature["geometry"]["type"] == "Point"]
    kinds = [feature["properties"]["kind"] for feature in points]
    assert (kinds.count("district"), kinds.count("village")) == (20, 208)
    names = {feature["properties"]["name"] for feature in points}
    assert {"Jenar", "Krikilan"} <= names


def test_a_map_that_was_seen_before_costs_almost_nothing(app: Flask, database: Database) -> None:
    with database.write() as session:
        officer = a_user(session, Role.VILLAGE)
    browser = signed_in(app, officer)
    first = browser.get("/peta/latar.json")
    assert len(gzip.compress(first.data)) < 15_000
    assert "no-store" not in first.headers["Cache-Control"]
    again = browser.get("/peta/latar.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_outlines_are_called_estimates_until_the_office_loads_its_own(
    app: Flask, database: Database
) -> None:
    with database.write() as session:
        officer = a_user(session, Role.VILLAGE)
    browser = signed_in(app, officer)
    answer = browser.get("/peta/latar.json").get_json(force=True)
    assert answer["estimated"] is True
    lines = {
        feature["properties"]["kind"]: len(feature["geometry"]["coordinates"])
        for feature in answer["features"]
        if feature["geometry"]["type"] == "MultiLineString"
    }
    assert lines["village"] == 208
    assert lines["district"] > 20


def test_the_roads_of_an_import_are_fetched_once_and_there_are_none_before(
    app: Flask, core: Core
) -> None:
    with core.database.write() as session:
        officer = a_user(session, Role.TEAM)
    browser = signed_in(app, officer)
    assert browser.get("/peta/jalan.json").status_code == 204
    content = b'{"type":"FeatureCollection","features":[]}'
    keep_ground_roads(core.settings.ground_file, content)
    packed = browser.get("/peta/jalan.json", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == browser.get("/peta/jalan.json").data == content
    assert "no-store" not in packed.headers["Cache-Control"]
    tag = {"If-None-Match": packed.headers["ETag"], "Accept-Encoding": "gzip"}
    assert browser.get("/peta/jalan.json", headers=tag).status_code == 304
    keep_ground_roads(core.settings.ground_file, content + b" ")
    assert browser.get("/peta/jalan.json", headers=tag).status_code == 200


def test_a_phone_fetches_only_the_squares_that_it_shows(app: Flask, core: Core) -> None:
    with core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)
    browser = signed_in(app, officer)
    line = [[111.021, -7.421], [111.045, -7.421]]
    road = {
        "type": "Feature",
        "properties": {"kind": "road", "level": 3},
        "geometry": {"type": "MultiLineString", "coordinates": [line]},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [road]}).encode()
    keep_ground_roads(core.settings.ground_file, content)
    counts = {}
    for square in ("-372,5551", "-372,5552", "-372,5553"):
        answer = browser.get(f"/peta/jalan.json?kotak={square}").get_json(force=True)
        counts[square] = len(answer["features"])
    assert counts == {"-372,5551": 1, "-372,5552": 1, "-372,5553": 0}
    assert browser.get("/peta/jalan.json?kotak=x").status_code == 404


def test_a_stranger_gets_no_map(app: Flask) -> None:
    assert Browser(app).get("/peta/latar.json").status_code == 303
