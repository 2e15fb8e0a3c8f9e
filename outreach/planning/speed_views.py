"""The page of the table of speeds: look at it, change it, and go back to an earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Final

import numpy as np
from flask import Blueprint, flash, request
from werkzeug.wrappers import Response

from outreach.errors import Invalid, Refused
from outreach.i18n import gettext as _
from outreach.i18n import translate
from outreach.planning import speeds
from outreach.planning.guide import roads_of
from outreach.planning.speed_models import RoadSpeeds
from outreach.planning.speed_words import CLASS_LABELS, SURFACE_LABELS
from outreach.web import actor, allow, core, endpoint, go, load, reading, render, writing
from routing.travel.speeds import USUAL, Speeds, read_speeds

bp = Blueprint("speeds", __name__)
MOST_SHOWN: Final = 6
"""Changes of a table that are named one by one."""


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
        names=_names(),
        rows=_history(speeds.speeds_set(reading())),
    )


def _names() -> dict[str, str]:
    """Return what each field of the table is called."""
    vehicles = {"car": _("Car"), "motorbike": _("Motorbike")}
    found = {
        f"{profile}-{kind}": f"{vehicle}, {translate(label)}"
        for profile, vehicle in vehicles.items()
        for kind, label in CLASS_LABELS.items()
    }
    found |= {f"surface-{name}": translate(label) for name, label in SURFACE_LABELS.items()}
    for part in range(1, speeds.MOST_PARTS + 1):
        found[f"part-{part}-from"] = _("Part %(number)s: from", number=part)
        found[f"part-{part}-car"] = _("Part %(number)s: car", number=part)
        found[f"part-{part}-motorbike"] = _("Part %(number)s: motorbike", number=part)
    return found


def _history(rows: list[RoadSpeeds]) -> list[tuple[RoadSpeeds, list[str], int]]:
    """Return each table that was set, with the first things that it changed in words, and how many more."""
    names = _names()
    found = []
    for row, earlier in zip_longest(rows, rows[1:]):
        before = USUAL if earlier is None else read_speeds(earlier.content)
        changed = speeds.changes(before, read_speeds(row.content))
        said = [f"{names.get(one.code, one.code)}: {one.before} → {one.after}" for one in changed]
        found.append((row, said[:MOST_SHOWN], max(len(said) - MOST_SHOWN, 0)))
    return found


def _kilometres(roads: object) -> dict[str, float]:
    """Return how many kilometres of each class and surface the office's roads hold."""
    arrays, about = roads.arrays, roads.about  # type: ignore[attr-defined]
    found: dict[str, float] = {}
    for array, names in (("segment_kind", about["kinds"]), ("segment_surface", about["surfaces"]), ("segment_evenness", about["surfaces"])):  # fmt: skip
        metres = np.bincount(arrays[array], weights=arrays["segment_dm"] / 10, minlength=256)
        found |= {name: metres[number] / 1000 for number, name in enumerate(names) if metres[number] > 0}  # fmt: skip
    return found
