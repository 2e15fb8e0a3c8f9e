"""The page of what teams' drives teach: the error before and after, and the switch."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash
from werkzeug.wrappers import Response

from outreach.errors import Refused
from outreach.fieldwork import learning
from outreach.i18n import gettext as _
from outreach.planning.local import learned_in_use
from outreach.web import actor, allow, endpoint, go, reading, render, writing

bp = Blueprint("pace", __name__)


@bp.get("/waktu-tempuh")
@endpoint("pace.manage")
def index() -> str:
    """Show what the drives teach now, and what plans use."""
    allow()
    return render(
        "fieldwork/pace.html",
        lesson=learning.lesson(reading()),
        enough=learning.ENOUGH,
        in_use=learned_in_use(reading()),
        rows=learning.history(reading()),
    )


@bp.post("/waktu-tempuh/pakai")
@endpoint("pace.manage")
def switch_on() -> Response:
    """Let plans use what the drives teach now."""
    allow()
    return _done(_switched_on, _("New plans count with the minutes that the teams really needed."))


@bp.post("/waktu-tempuh/hentikan")
@endpoint("pace.manage")
def switch_off() -> Response:
    """Let plans count with the table's own minutes again."""
    allow()
    return _done(_switched_off, _("New plans count with the plain minutes again."))


def _switched_on() -> None:
    with writing() as session:
        learning.switch_on(session, actor())


def _switched_off() -> None:
    with writing() as session:
        learning.switch_off(session, actor())


def _done(act: Callable[[], None], said: str) -> Response:
    try:
        act()
    except Refused as refusal:
        flash(refusal.message, "error")
    else:
        flash(said, "success")
    return go("pace.index")
