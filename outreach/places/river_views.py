"""Pages of the rivers: what is drawn, drawing one, and taking one away."""

from __future__ import annotations

from flask import Blueprint, flash
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach.errors import Invalid
from outreach.i18n import gettext as _
from outreach.places import rivers
from outreach.places.forms import RiverForm
from outreach.places.models import River
from outreach.web import actor, allow, endpoint, go, load, reading, render, writing

bp = Blueprint("rivers", __name__)


@bp.route("/sungai", methods=["GET", "POST"])
@endpoint("river.manage")
def index() -> Response | str | tuple[str, int]:
    """List the rivers, and draw another."""
    allow()
    return _page(RiverForm(), None)


@bp.route("/sungai/<river_id>", methods=["GET", "POST"])
@endpoint("river.manage")
def edit(river_id: str) -> Response | str | tuple[str, int]:
    """Show a river, and change it."""
    river = load(reading(), River, river_id)
    allow(river)
    known = {
        "name": river.name,
        "line": rivers.written(river.line),
        "bridges": rivers.written(river.bridges),
    }
    return _page(RiverForm(data=known), river)


@bp.post("/sungai/<river_id>/hapus")
@endpoint("river.manage")
def remove(river_id: str) -> Response:
    """Take a river away."""
    with writing() as session:
        river = load(session, River, river_id)
        allow(river)
        rivers.remove_river(session, actor(), river)
    flash(_("The river is taken away."), "success")
    return go("rivers.index")


def _page(form: RiverForm, river: River | None) -> Response | str | tuple[str, int]:
    if form.validate_on_submit():
        try:
            with writing() as session:
                _save(session, form, river)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            flash(_("The river is saved. New plans go round by its bridges."), "success")
            return go("rivers.index")
    page = render("places/rivers.html", form=form, river=river, rivers=rivers.rivers(reading()))
    return (page, 422) if form.is_submitted() else page


def _save(session: Session, form: RiverForm, river: River | None) -> None:
    changed = None if river is None else load(session, River, river.id)
    texts = (form.name.data or "", form.line.data or "", form.bridges.data or "")
    rivers.save_river(session, actor(), changed, *texts)
