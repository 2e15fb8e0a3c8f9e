"""Pages of the office, and the ground of every map."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from outreach.places.background import map_background
from outreach.web import allow, endpoint, reading

bp = Blueprint("places", __name__)
_DAY_S = 24 * 3600


@bp.get("/peta/latar.json")
@endpoint("places.read")
def background() -> Response:
    """Give the districts and villages as GeoJSON, to be kept for a day and then asked about by its tag."""
    allow()
    found = map_background(reading())
    answer = Response(found.body, mimetype="application/geo+json")
    answer.set_etag(found.tag)
    answer.cache_control.private = True
    answer.cache_control.max_age = _DAY_S
    return answer.make_conditional(request.environ)
