"""The pages of a village's own visits: on the screen, as a notice for the village head, and for a calendar."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, url_for
from sqlalchemy.orm import Session

from outreach.fieldwork import calendar_file
from outreach.fieldwork.village_visits import recent_results
from outreach.i18n import format_date, format_time, ngettext
from outreach.i18n import gettext as _
from outreach.planning.expected import expected_visits
from outreach.policy import Actor, Role
from outreach.web import (
    HomeCard,
    NavItem,
    Todo,
    actor,
    allow,
    endpoint,
    on_home,
    on_navigation,
    reading,
    render,
)

bp = Blueprint("village_visits", __name__)
on_navigation(NavItem("village_visits.index", "Visits", 14))


@on_home
def next_visit(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """When the village is visited next, and what to prepare."""
    if person.role is not Role.VILLAGE:
        return
    visits = expected_visits(session, person, "visit.list")
    if not visits:
        return
    first = visits[0]
    people = sum(visit.day == first.day for visit in visits)
    yield Todo(
        ngettext(
            "%(num)s resident is visited on %(day)s",
            "%(num)s residents are visited on %(day)s",
            people,
            day=format_date(first.day),
        ),
        _("The first from %(time)s. See what to prepare.", time=format_time(first.from_s)),
        url_for("village_visits.index"),
    )


@bp.get("/kunjungan")
@endpoint("visit.list")
def index() -> str:
    """Show who is visited when, what to prepare, and what came of it; prints as a notice."""
    allow()
    return render(
        "fieldwork/village.html",
        visits=expected_visits(reading(), actor(), "visit.list"),
        results=recent_results(reading(), actor()),
    )


@bp.get("/kunjungan/kalender.ics")
@endpoint("visit.list")
def calendar() -> Response:
    """Give the visits as a calendar file."""
    allow()
    return Response(
        calendar_file.of_village(expected_visits(reading(), actor(), "visit.list")),
        mimetype="text/calendar",
        headers={"Content-Disposition": 'attachment; filename="kunjungan.ics"'},
    )
