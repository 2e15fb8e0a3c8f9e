"""The audit log, for the administrator: who did what, when, and whether the chain holds."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, request
from werkzeug.wrappers import Response

from outreach import clock
from outreach.audit.log import verify_chain
from outreach.audit.search import Wanted, actions_seen, export, find_entries
from outreach.audit.wording import action_words, detail_words
from outreach.web import (
    NavItem,
    actor,
    allow,
    endpoint,
    on_navigation,
    reading,
    render,
    writing,
)

bp = Blueprint("audit", __name__, url_prefix="/jejak-audit")
on_navigation(NavItem("audit.index", "Audit log", 90))


@bp.get("")
@endpoint("audit.view")
def index() -> str:
    """Show the log, found by day, person, action and object."""
    allow()
    wanted = _wanted()
    listing = find_entries(reading(), actor(), wanted, request.args.get("page", 1, type=int))
    asked = {
        "dari": wanted.first.isoformat() if wanted.first else "",
        "sampai": wanted.last.isoformat() if wanted.last else "",
        "orang": wanted.person,
        "tindakan": wanted.action,
        "objek": wanted.object_id,
    }
    return render(
        "audit/index.html",
        listing=listing,
        asked=asked,
        actions=sorted((action_words(code), code) for code in actions_seen(reading())),
        words=action_words,
        details=detail_words,
    )


@bp.get("/periksa")
@endpoint("audit.view")
def check() -> str:
    """Walk the whole chain and say whether it holds."""
    allow()
    count, head, broken = verify_chain(reading())
    return render("audit/check.html", count=count, head=head, broken=broken)


@bp.get("/unduh")
@endpoint("audit.view")
def download() -> Response:
    """Give what was found as CSV."""
    allow()
    with writing() as session:
        text = export(session, actor(), _wanted())
    answer = Response("\ufeff" + text, mimetype="text/csv")
    name = f"jejak-audit-{clock.today().isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _wanted() -> Wanted:
    asked = request.args
    return Wanted(
        first=_day(asked.get("dari", "")),
        last=_day(asked.get("sampai", "")),
        person=asked.get("orang", "").strip()[:80],
        action=asked.get("tindakan", "").strip()[:64],
        object_id=asked.get("objek", "").strip()[:40],
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 9000 else None
