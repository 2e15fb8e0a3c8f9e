"""The pages of a village's own visits: on the screen, as a notice for the village head, and for a calendar."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, url_for
from sqlalchemy.orm import Session

from outreach import clock
from outreach.fieldwork import calendar_file
from outreach.fieldwork.village_visits import recent_results, waiting_for_visit
from outreach.i18n import format_date, format_date_short, format_time, ngettext, translate
from outreach.i18n import gettext as _
from outreach.planning.expected import Expected, expected_visits
from outreach.policy import Actor, Role
from outreach.referrals.models import Referral
from outreach.referrals.wording import STATE_LABELS
from outreach.web import (
    HomeList,
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
_NAMED = 4
on_navigation(NavItem("village_visits.index", "Visits", 14))


@on_home
def home_of_village(session: Session, person: Actor) -> Iterator[HomeList]:
    """Who is visited when and what to prepare, what came of visits, and who waits."""
    if person.role is not Role.VILLAGE:
        return
    index = url_for("village_visits.index")
    if visits := expected_visits(session, person, "visit.list"):
        number = len(visits)
        told = tuple(Todo(_name(visit.referral), _visit_words(visit), index) for visit in visits[:_NAMED])  # fmt: skip
        more = ngettext("All about %(num)s visit, to print", "All about %(num)s visits, to print", number)  # fmt: skip
        yield HomeList(_("Who is visited"), told, more, index)
    if results := recent_results(session, person):
        told = tuple(
            Todo(_name(one), f"{translate(STATE_LABELS[one.state])}, {format_date_short(one.changed_at)}", _page(one))
            for one in results[:_NAMED]
        )  # fmt: skip
        yield HomeList(_("What came of it"), told, _("All results of the last month"), index)
    waiting, number = waiting_for_visit(session, person, _NAMED)
    if waiting:
        told = tuple(Todo(_name(one), _waiting_words(one), _page(one)) for one in waiting)
        more = ngettext("%(num)s resident waits for a visit", "%(num)s residents wait for a visit", number)  # fmt: skip
        yield HomeList(_("Who is waiting"), told, more, url_for("referrals.index", status="accepted"))  # fmt: skip


def _name(referral: Referral) -> str:
    return referral.resident.name


def _page(referral: Referral) -> str:
    return url_for("referrals.show", referral_id=referral.id)


def _visit_words(visit: Expected) -> str:
    start, end = format_time(visit.from_s), format_time(visit.to_s)
    when = _("%(day)s, between %(start)s and %(end)s.", day=format_date(visit.day), start=start, end=end)  # fmt: skip
    return f"{when} {_('To prepare:')} {'; '.join(visit.prepare)}."


def _waiting_words(referral: Referral) -> str:
    days = ngettext("Waits for %(num)s day", "Waits for %(num)s days", referral.waiting_days(clock.today()))  # fmt: skip
    return f"{referral.hamlet}. {days}." if referral.hamlet else f"{days}."


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
