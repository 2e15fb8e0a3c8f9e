"""The document around a plan's map: for the sandboxed frame of a page, or as a file that opens with no network.

It holds folium's map, and the same drawn as SVG, which is seen where no script runs, where one fails, and on paper.
"""

from __future__ import annotations

import secrets
from datetime import date
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from outreach.i18n import current_language
from outreach.i18n import gettext as _
from outreach.planning.map_drawing import drawing
from outreach.planning.map_facts import DayMap, day_map
from outreach.planning.models import PlanVersion
from outreach.security.headers import map_policy
from outreach.settings import PROJECT_ROOT

LEAFLET_JS: Final = "vendor/leaflet/leaflet.js"
LEAFLET_CSS: Final = "vendor/leaflet/leaflet.css"


def framed(
    session: Session, version: PlanVersion, day: date, leaflet: tuple[str, str], ground_file: Path
) -> tuple[str, str]:
    """Return the document for a sandboxed frame, which takes Leaflet's script and style from two addresses, and
    its content policy."""
    leaflet_js, leaflet_css = leaflet
    nonce = secrets.token_urlsafe(16)
    head = (
        f'<link rel="stylesheet" href="{escape(leaflet_css)}" nonce="{nonce}">'
        f'<script src="{escape(leaflet_js)}" nonce="{nonce}"></script>'
    )
    facts = day_map(session, version, day, ground_file)
    return _document(facts, head, nonce), map_policy(nonce)


def standalone(
    session: Session, version: PlanVersion, day: date, ground_file: Path | None = None
) -> str:
    """Return the document as one file that holds Leaflet too, and whose policy forbids every request."""
    nonce = secrets.token_urlsafe(16)
    policy = escape(map_policy(nonce, in_document=True))
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<style nonce="{nonce}">{_static(LEAFLET_CSS)}</style>'
        f'<script nonce="{nonce}">{_static(LEAFLET_JS)}</script>'
    )
    return _document(day_map(session, version, day, ground_file), head, nonce)


def _document(facts: DayMap, head: str, nonce: str) -> str:
    from outreach.planning import map_folium  # folium takes half a second to load, once

    drawn = map_folium.draw(facts)
    note = _("Broken lines are straight-line estimates.") if facts.has_straight_legs else ""
    return (
        f'<!doctype html><html lang="{current_language()}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}'
        f'<style nonce="{nonce}">{_static("css/map-frame.css")}</style>'
        f"<title>{escape(facts.title)}</title></head><body><main>"
        f"{drawn.container}"
        f'<div class="drawing"><h1>{escape(facts.title)}</h1>{drawing(facts)}</div>'
        f'<p class="map-note">{escape(note)}</p></main>'
        f'<script nonce="{nonce}">{_static("js/map-frame.js")}</script>'
        f'<script nonce="{nonce}">{drawn.script}</script></body></html>'
    )


@cache
def _static(name: str) -> str:
    return (PROJECT_ROOT / "static" / name).read_text(encoding="utf-8")
