"""Paper to download: the manifests of a day, and that of one route."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, request

from outreach.errors import NotThere
from outreach.paperwork import closing_letter as closing_letter_sheet
from outreach.paperwork import difference as difference_sheet
from outreach.paperwork import manifest, proofs, service
from outreach.paperwork.document import ManifestPage, Paper
from outreach.paperwork.manifest import PRINT_POLICY
from outreach.paperwork.pdf import PdfFailed, PdfUnavailable, Press
from outreach.planning.models import Plan, PlanVersion, Route
from outreach.planning.service import latest_version
from outreach.referrals.models import Referral
from outreach.referrals.states import CloseReason
from outreach.web import actor, allow, core, endpoint, load, reading, render, writing

bp = Blueprint("paperwork", __name__)


@bp.get("/rencana/<id:plan_id>/daftar-kunjungan/<day>", endpoint="manifest")
@endpoint("manifest.print")
def day_manifest(plan_id: str, day: str) -> Response | tuple[str, int]:
    """Every team's manifest of one date, as one PDF (or as HTML that prints: ?bentuk=html)."""
    with writing() as session:
        plan = load(session, Plan, plan_id)
        allow(plan)
        chosen = _day(day)
        pages = service.print_day(session, actor(), plan, chosen, core().settings.ground_file)
        version = latest_version(plan)
        assert version is not None
    return _answer(version, pages, f"manifest-{chosen}")


@bp.get("/rute/<id:route_id>/daftar-kunjungan", endpoint="route_manifest")
@endpoint("route.print")
def route_manifest(route_id: str) -> Response | tuple[str, int]:
    """One team's manifest, as PDF (or as HTML that prints: ?bentuk=html)."""
    with writing() as session:
        route = load(session, Route, route_id)
        allow(route)
        pages = service.print_route(session, actor(), route, core().settings.ground_file)
        name = f"manifest-{route.day}-{route.team.code}"
        version = route.version
    return _answer(version, pages, name)


@bp.get("/rencana/<id:plan_id>/versi/<int:number>/segel")
@endpoint("plan.export")
def sealed_export(plan_id: str, number: int) -> Response:
    """An approved version as a file that carries its seal, for `sambang plan verify`."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    version = _version(plan, number)
    if not version.hash:
        raise NotThere("a version that was not approved")
    answer = Response(proofs.export(version), mimetype="application/json")
    name = f"rencana-{version.label}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/rencana/<id:plan_id>/versi/<int:number>/beda")
@endpoint("plan.export")
def difference(plan_id: str, number: int) -> Response | tuple[str, int]:
    """What changed against the version before it that was approved or proposed first, as PDF (?bentuk=html: as a page)."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    version = _version(plan, number)
    return _sheet(difference_sheet.as_html(reading(), version), f"beda-{version.label}")


@bp.get("/usulan/<id:referral_id>/surat-penutupan")
@endpoint("letter.print")
def closing_letter(referral_id: str) -> Response | tuple[str, int]:
    """The letter of a referral that was closed after visits in vain, as PDF (?bentuk=html: as a page)."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    if referral.close_reason is not CloseReason.NOT_MET:
        return render("paperwork/no_letter.html", referral=referral), 409
    written = closing_letter_sheet.as_html(reading(), referral)
    return _sheet(written, f"surat-{referral.tracking_code}")


def _sheet(written: str, name: str) -> Response | tuple[str, int]:
    """Answer with a sheet as a page that prints (?bentuk=html), or as the PDF `name`."""
    if request.args.get("bentuk") == "html":
        answer = Response(written, mimetype="text/html")
        answer.headers["Content-Security-Policy"] = PRINT_POLICY
        return answer
    try:
        content = Press().file([written])
    except (PdfUnavailable, PdfFailed) as error:
        return render("paperwork/unavailable.html", reason=error), 503
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _version(plan: Plan, number: int) -> PlanVersion:
    found = next((version for version in plan.versions if version.number == number), None)
    if found is None:
        raise NotThere(f"version {number}")
    return found


def _answer(
    version: PlanVersion, pages: Sequence[ManifestPage], name: str
) -> Response | tuple[str, int]:
    paper = Paper.A4 if request.args.get("kertas") == "A4" else Paper.F4
    if request.args.get("bentuk") == "html":
        page = manifest.as_html(pages, paper)
        _remember(version, page.encode())
        answer = Response(page, mimetype="text/html")
        answer.headers["Content-Security-Policy"] = PRINT_POLICY
        return answer
    try:
        content = manifest.as_pdf(pages, paper)
    except (PdfUnavailable, PdfFailed) as error:
        return render("paperwork/unavailable.html", reason=error), 503
    _remember(version, content)
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _remember(version: PlanVersion, content: bytes) -> None:
    if version.hash:
        with writing() as session:
            proofs.remember(session, load(session, PlanVersion, version.id), content)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotThere(text) from None
