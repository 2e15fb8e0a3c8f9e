"""The document in the map's frame: the routes of one date of a version."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from outreach.planning.models import PlanVersion


def html(session: Session, version: PlanVersion, day: date) -> str:
    """Return the document."""
    return ""
