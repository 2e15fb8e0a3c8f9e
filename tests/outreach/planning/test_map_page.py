"""The map in its frame: every stop once, initials instead of names, nothing from anywhere else."""

from __future__ import annotations

import re

from outreach import web
from outreach.planning.map_page import html, initials
from outreach.planning.models import Plan
from outreach.teams.models import Team
from tests.outreach.planning import given
from tests.outreach.planning.given import MONDAY


def the_map(core: web.Core, plan_id: str) -> tuple[str, int, int]:
    """The document of a plan's first version, its routes and its stops."""
    with core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[0]
        stops = sum(len(route.stops) for route in version.routes)
        return html(session, version, MONDAY), len(version.routes), stops


def test_every_route_and_every_stop_is_drawn_once(core: web.Core) -> None:
    office = given.an_office(core, teams=2, referrals=8)
    document, routes, stops = the_map(core, given.a_made_plan(core, office.planner))
    assert document.count("<polyline") == routes
    assert document.count("<circle") == stops > 0


def test_the_map_names_nobody_and_loads_nothing(core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=4)
    document, _routes, _stops = the_map(core, given.a_made_plan(core, office.planner))
    assert "Mbah" not in document
    assert not re.search(r"https?://|src=|href=|<script", document)


def test_what_people_wrote_is_text_on_the_map(core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=2)
    with core.database.write() as session:
        session.get_one(Team, office.team_ids[0]).name = "<script>alert(1)</script>"
    document, _routes, _stops = the_map(core, given.a_made_plan(core, office.planner))
    assert "<script" not in document
    assert "&lt;script&gt;" in document


def test_initials_are_of_each_part_of_a_name() -> None:
    assert initials("Mbah  Kromo Wiyono") == "M.K.W."
    assert initials("") == ""
