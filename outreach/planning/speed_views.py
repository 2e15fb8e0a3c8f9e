"""The page of the table of speeds: look at it, change it, and go back to an earlier one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from flask import Blueprint, flash, request
from werkzeug.wrappers import Response

from outreach.errors import Invalid, Refused
from outreach.i18n import gettext as _
from outreach.planning import speeds
from outreach.planning.guide import roads_of
from outreach.planning.speed_models import RoadSpeeds
from outreach.planning.speed_words import CLASS_LABELS, SURFACE_LABELS
from outreach.web import actor, allow, core, endpoint, go, load, reading, render, writing
from routing.travel.speeds import USUAL, Speeds, read_speeds

bp = Blueprint("speeds", __name__)


@bp.get("/kecepatan")
@endpoint("speeds.manage")
def index() -> str:
    """Show the table that counts, and every one before."""
    allow()
    return _page(speeds.typed_of(speeds.speeds_in_use(reading())))


@bp.post("/kecepatan")
@endpoint("speeds.manage")
def set_speeds() -> str | Response | tuple[str, int]:
    """Keep the table as it is typed, and put it on the roads."""
    allow()
    try:
        wanted = speeds.read_typed(request.form)
        _set(wanted, request.form.get("note", ""))
    except Invalid as refusal:
        return _page(request.form, refusal.errors), 422
    except Refused as refusal:
        return _page(request.form, {refusal.field or "": refusal.message}), 422
    return go("speeds.index")


@bp.post("/kecepatan/kembali")
@endpoint("speeds.manage")
def go_back() -> Response:
    """Set an earlier table again, or the usual one."""
    allow()
    row = request.form.get("row", "")
    wanted = read_speeds(load(reading(), RoadSpeeds, row).content) if row else USUAL
    try:
        _set(wanted, _("An earlier table again") if row else _("The usual table again"))
    except Refused as refusal:
        flash(refusal.message, "error")
    return go("speeds.index")


def _set(wanted: Speeds, note: str) -> None:
    """Keep a table, and put the roads with its times in use in the same step."""
    settings = core().settings
    roads = speeds.on_the_roads(settings, wanted)
    with writing() as session:
        speeds.set_speeds(session, actor(), wanted, note, roads)
        if roads is not None:
            roads.save(settings.roads_file)
    if roads is None:
        flash(_("The table is saved. It counts as soon as roads are imported."), "success")
    else:
        flash(_("The table is saved. New plans count with it; plans that were made keep their minutes."), "success")  # fmt: skip


def _page(typed: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    roads = roads_of(core().settings.roads_file)
    in_use = speeds.speeds_in_use(reading())
    return render(
        "planning/speeds.html",
        typed=typed,
        errors=errors or {},
        usual=speeds.typed_of(USUAL),
        is_usual=not speeds.changes(in_use, USUAL),
        classes=CLASS_LABELS,
        surfaces=SURFACE_LABELS,
        kilometres=_kilometres(roads) if roads else {},
        roads=roads,
        is_on_roads=roads is None or not speeds.changes(roads.speeds, in_use),
        parts=range(1, speeds.MOST_PARTS + 1),
        rows=speeds.speeds_set(reading()),
    )


def _kilometres(roads: object) -> dict[str, float]:
    """Return how many kilometres of each class and surface the office's roads hold."""
    arrays, about = roads.arrays, roads.about  # type: ignore[attr-defined]
    found: dict[str, float] = {}
    for array, names in (("segment_kind", about["kinds"]), ("segment_surface", about["surfaces"]), ("segment_evenness", about["surfaces"])):  # fmt: skip
        metres = np.bincount(arrays[array], weights=arrays["segment_dm"] / 10, minlength=256)
        found |= {name: metres[number] / 1000 for number, name in enumerate(names) if metres[number] > 0}  # fmt: skip
    return found
