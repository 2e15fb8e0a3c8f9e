"""The first page of each role, and the sign of life for whoever watches the server."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text

from outreach.web import (
    HomeCard,
    HomeList,
    NavItem,
    Todo,
    actor,
    allow,
    endpoint,
    home_parts,
    on_navigation,
    reading,
    render,
)

bp = Blueprint("home", __name__)
on_navigation(NavItem("home.index", "Home", 0))


@bp.get("/")
@endpoint("home.view")
def index() -> str:
    """Show what waits for this person, and their figures."""
    allow()
    parts = [shown for part in home_parts() for shown in part(reading(), actor())]
    return render(
        "home/index.html",
        cards=[part for part in parts if isinstance(part, HomeCard)],
        todo=[part for part in parts if isinstance(part, Todo)],
        lists=[part for part in parts if isinstance(part, HomeList)],
    )


@bp.get("/sehat")
@endpoint("health.read")
def health() -> Response:
    """Answer "ok" when the database answers."""
    allow()
    reading().execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")
