"""Pages of the office, and the ground of every map."""

from __future__ import annotations

import gzip
import re

from flask import Blueprint, abort, flash, request
from werkzeug.wrappers import Response

from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.places import service
from outreach.places.background import map_background
from outreach.places.forms import office_form
from outreach.places.ground_roads import ground_roads as read_ground_roads
from outreach.places.ground_roads import square_of
from outreach.web import (
    NavItem,
    actor,
    allow,
    core,
    endpoint,
    go,
    on_navigation,
    reading,
    render,
    writing,
)

bp = Blueprint("places", __name__)
on_navigation(NavItem("places.office", "Office", 64))
_SQUARE = re.compile(r"(-?\d{1,5}),(-?\d{1,5})")
_DAY_S = 24 * 3600


@bp.route("/kantor", methods=["GET", "POST"])
@endpoint("office.manage")
def office() -> Response | str | tuple[str, int]:
    """Show where every team sets out, and move the pin."""
    allow()
    place = service.office(reading())
    form = office_form(place)
    if form.validate_on_submit() and (point := form.point()) is not None:
        try:
            with writing() as session:
                service.move_office(session, actor(), *point)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("The office's pin is saved. New plans set out from there."), "success")
            return go("places.office")
    page = render("places/office.html", form=form, office=place)
    return (page, 422) if form.is_submitted() else page


@bp.get("/peta/latar.json")
@endpoint("places.read")
def background() -> Response:
    """Give the districts and villages as GeoJSON, to be kept for a day and then asked about by its tag."""
    allow()
    found = map_background(reading())
    return _kept(found.packed, found.tag)


@bp.get("/peta/jalan.json")
@endpoint("places.read")
def ground_roads() -> Response:
    """Give the roads and names of the imported extract as GeoJSON; no content (204) where none was imported.

    With `kotak=ROW,COLUMN` only those of a square of 0.02 degrees.
    """
    allow()
    found = read_ground_roads(core().settings.ground_file)
    if found is None:
        return Response(status=204, headers={"Cache-Control": "no-store"})
    packed, tag = found.packed, found.tag
    if (asked := request.args.get("kotak")) is not None:
        square = _SQUARE.fullmatch(asked)
        if square is None:
            abort(404)
        packed = square_of(found, int(square[1]), int(square[2]))
        tag = f"{tag}-{asked}"
    return _kept(packed, tag)


def _kept(packed: bytes, tag: str) -> Response:
    """Answer with gzipped GeoJSON that the browser keeps for a day, and asks about by its tag afterwards."""
    takes_gzip = request.accept_encodings["gzip"] > 0
    answer = Response(
        packed if takes_gzip else gzip.decompress(packed), mimetype="application/geo+json"
    )
    if takes_gzip:
        answer.content_encoding = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.set_etag(f"{tag}-gz" if takes_gzip else tag)
    answer.cache_control.private = True
    answer.cache_control.max_age = _DAY_S
    return answer.make_conditional(request.environ)
