"""The map in its frame: every stop once, initials instead of names, nothing from anywhere else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from outreach import web
from outreach.planning.map_facts import initials
from outreach.planning.map_page import framed, standalone
from outreach.planning.models import Plan, PlanVersion
from outreach.teams.models import Team
from tests.outreach.planning import given
from tests.outreach.planning.given import MONDAY

LEAFLET = ("/static/leaflet.js", "/static/leaflet.css")
FOREIGN = re.compile(r"https?://(?!www\.w3\.org/|leafletjs\.com)[a-z]")
"""Addresses but for the namespace of SVG and Leaflet's own name in its credits; comments of libraries are cut first."""


def in_frame(session: Session, version: PlanVersion) -> str:
    return framed(session, version, MONDAY, LEAFLET, Path("none"))[0]


def the_map(
    core: web.Core, plan_id: str, draw: Callable[[Session, PlanVersion], str] = in_frame
) -> tuple[str, int, int]:
    """The document of a plan's first version, its routes and its stops."""
    with core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[0]
        stops = sum(len(route.stops) for route in version.routes)
        return draw(session, version), len(version.routes), stops


def test_every_leg_and_every_stop_is_on_the_map_and_on_the_drawing(core: web.Core) -> None:
    office = given.an_office(core, teams=2, referrals=8)
    document, routes, stops = the_map(core, given.a_made_plan(core, office.planner))
    assert document.count("sambangStop(marker_") == document.count('<g class="stop"') == stops > 0
    assert document.count('<polyline class="leg"') == stops + routes
    assert document.count('"className": "leg"') == stops + routes


def test_the_map_names_nobody_and_the_file_asks_nobody(core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=4)
    plan_id = given.a_made_plan(core, office.planner)
    document, *_counts = the_map(
        core, plan_id, lambda session, version: standalone(session, version, MONDAY)
    )
    assert "Mbah" not in document
    assert not FOREIGN.search(re.sub(r"/\*.*?\*/", "", document, flags=re.S))
    assert not re.search(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="', document)
    assert "default-src &#x27;none&#x27;" in document


def test_what_people_wrote_is_text_on_the_map(core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=2)
    hostile = "</script><img src=x onerror=alert(1)>`${alert(1)}"
    with core.database.write() as session:
        session.get_one(Team, office.team_ids[0]).name = hostile
    document, *_counts = the_map(core, given.a_made_plan(core, office.planner))
    assert "<img" not in document
    assert document.count("</script>") == 3
    assert "&lt;img src=x" in document


def test_only_what_carries_the_nonce_of_this_answer_may_run(core: web.Core) -> None:
    office = given.an_office(core, teams=1, referrals=2)
    plan_id = given.a_made_plan(core, office.planner)
    with core.database.read() as session:
        version = session.get_one(Plan, plan_id).versions[0]
        (document, policy), (_other, next_policy) = (
            framed(session, version, MONDAY, LEAFLET, Path("none")) for _time in (1, 2)
        )
    nonce = re.search(r"script-src 'nonce-([^']+)'", policy)
    assert nonce
    assert "sandbox allow-scripts;" in policy
    assert "unsafe" not in policy
    assert policy != next_policy
    tags = re.findall(r"<(?:script|style|link)\b[^>]*>", document)
    assert len(tags) == 5
    assert all(f'nonce="{nonce[1]}"' in tag for tag in tags)
    assert not re.search(r'<[a-z][^>]*\sstyle="', document)


def test_initials_are_of_each_part_of_a_name() -> None:
    assert initials("Mbah  Kromo Wiyono") == "M.K.W."
    assert initials("") == ""
