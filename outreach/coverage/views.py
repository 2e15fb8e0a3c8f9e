"""Pages of figures: coverage of the regency, and how the cases stand by district and village."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from outreach import clock, policy
from outreach.coverage.baseline import NATIONAL_TARGET
from outreach.coverage.disclosure import SMALLEST
from outreach.coverage.figures import (
    GROUP_LABELS,
    Group,
    figures_on,
    recorded_this_month,
    worst_first,
)
from outreach.coverage.table import as_csv
from outreach.coverage.unrecorded import silent_villages
from outreach.i18n import format_number, ngettext, translate
from outreach.i18n import gettext as _
from outreach.policy import Actor
from outreach.referrals.conditions import condition_words
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

bp = Blueprint("coverage", __name__)
on_navigation(NavItem("coverage.index", "Coverage", 60))


@on_home
def month(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """How many were recorded this month."""
    if policy.can(person, "coverage.view"):
        count = recorded_this_month(session, clock.today())
        yield HomeCard(
            _("Recorded this month"), format_number(count),
            ngettext("person at home", "people at home", count), url_for("coverage.index"),
        )  # fmt: skip


@bp.get("/cakupan")
@endpoint("coverage.view")
def index() -> str:
    """Show the figures, by district or by the villages of one district."""
    allow()
    figures = figures_on(reading())
    chosen = next((d for d in figures.districts if d.code == request.args.get("kecamatan")), None)
    areas = (
        [area for area in figures.villages if area.code.startswith(f"{chosen.code}.")]
        if chosen
        else list(figures.districts)
    )
    return render(
        "coverage/index.html",
        figures=figures,
        chosen=chosen,
        areas=worst_first(areas),
        most=max((len(area.waits_days) for area in areas), default=0),
        groups=[(group, translate(label), "number") for group, label in GROUP_LABELS.items()],
        Group=Group,
        conditions=[
            (translate(condition_words(code)), count)
            for code, count in figures.by_condition.items()
        ],
        smallest=SMALLEST,
        target=NATIONAL_TARGET,
        percent=lambda share: format_number(share * 100, 2),
        silent=silent_villages(reading(), actor(), clock.today()),
    )


@bp.get("/cakupan.csv")
@endpoint("coverage.view")
def download() -> Response:
    """Give the figures of every village as a table for a spreadsheet."""
    allow()
    name = f"cakupan-{clock.today().isoformat()}.csv"
    return Response(
        as_csv(figures_on(reading())),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
