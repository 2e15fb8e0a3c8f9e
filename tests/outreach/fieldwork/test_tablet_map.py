"""A tablet fetches the map of the roads once, and again only when another was imported."""

from __future__ import annotations

import json

from flask import Flask

from outreach import clock, web
from outreach.places.ground_roads import keep_ground_roads
from tests.build import MORNING, a_team
from tests.build_tablet import a_device


def a_map(name: str) -> bytes:
    place = {
        "type": "Feature",
        "properties": {"kind": "place", "rank": 2, "name": name},
        "geometry": {"type": "Point", "coordinates": [111.02, -7.42]},
    }
    return json.dumps({"type": "FeatureCollection", "features": [place]}).encode()


def test_the_roads_are_given_once_and_again_after_another_import(
    app: Flask, core: web.Core
) -> None:
    with clock.frozen(MORNING):
        with core.database.write() as session:
            team = a_team(session, "T1", members=1)
        device = a_device(app, core, team)

        def ask(tag: str = "") -> tuple[int, str]:
            answer = device.client.get(f"/tablet/api/jalan?punya={tag}", headers=device.headers)
            return answer.status_code, answer.headers.get("Sambang-Tag", "")

        assert ask() == (204, "")
        keep_ground_roads(core.settings.ground_file, a_map("Katelan"))
        status, tag = ask()
        assert (status, ask(tag)) == (200, (204, tag))
        keep_ground_roads(core.settings.ground_file, a_map("Tangen"))
        assert ask(tag)[0] == 200
        assert device.client.get("/tablet/api/jalan").status_code == 410
