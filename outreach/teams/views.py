"""Pages of the teams package."""

from __future__ import annotations

from flask import Blueprint

from outreach.teams import service  # noqa: F401 - registers what an actor's teams are

bp = Blueprint("teams", __name__)
