"""Paper to download: the manifests of a day, and that of one route."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, request

from outreach.errors import NotThere
from outreach.paperwork import manifest, service
from outreach.paperwork.document import ManifestPage, Paper
from outreach.paperwork.manifest import PRINT_POLICY
from outreach.paperwork.pdf import PdfFailed, PdfUnavailable
from outreach.planning.models import Plan, Route
from outreach.web import actor, allow, endpoint, load, render, writing

bp = Blueprint("paperwork", __name__)


@bp.get("/rencana/<id:plan_id>/daftar-kunjungan/<day>", endpoint="manifest")
@endpoint("manifest.print")
def day_manifest(plan_id: str, day: str) -> Response | tuple[str, int]:
    """Every team's manifest of one date, as one PDF (or as HTML that prints: ?bentuk=html)."""
    with writing() as session:
        plan = load(session, Plan, plan_id)
        allow(plan)
        chosen = _day(day)
        pages = service.print_day(session, actor(), plan, chosen)
    return _answer(pages, f"manifest-{chosen}")


@bp.get("/rute/<id:route_id>/daftar-kunjungan", endpoint="route_manifest")
@endpoint("route.print")
def route_manifest(route_id: str) -> Response | tuple[str, int]:
    """One team's manifest, as PDF (or as HTML that prints: ?bentuk=html)."""
    with writing() as session:
        route = load(session, Route, route_id)
        allow(route)
        pages = service.print_route(session, actor(), route)
        name = f"manifest-{route.day}-{route.team.code}"
    return _answer(pages, name)


def _answer(pages: Sequence[ManifestPage], name: str) -> Response | tuple[str, int]:
    paper = Paper.A4 if request.args.get("kertas") == "A4" else Paper.F4
    if request.args.get("bentuk") == "html":
        answer = Response(manifest.as_html(pages, paper), mimetype="text/html")
        answer.headers["Content-Security-Policy"] = PRINT_POLICY
        return answer
    try:
        content = manifest.as_pdf(pages, paper)
    except (PdfUnavailable, PdfFailed) as error:
        return render("paperwork/unavailable.html", reason=error), 503
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotThere(text) from None
