"""The ground of every map: districts and villages by name, as GeoJSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.places.models import District, Village

_DIGITS = 4  # about 11 m: the points are centres of villages, good to a kilometre


@dataclass(frozen=True)
class Background:
    """GeoJSON (RFC 7946) in bytes, and a tag that changes with it."""

    body: bytes
    tag: str


def map_background(session: Session) -> Background:
    """Return a point for every district and village, with `name` and `kind` ("district" or "village")."""
    features = [
        _point(name, "district", lat, lon)
        for name, lat, lon in session.execute(
            select(District.name, func.avg(Village.lat), func.avg(Village.lon))
            .join(Village, Village.district_code == District.code)
            .group_by(District.code, District.name)
            .order_by(District.code)
        )
    ]
    features += [
        _point(name, "village", lat, lon)
        for name, lat, lon in session.execute(
            select(Village.name, Village.lat, Village.lon).order_by(Village.code)
        )
    ]
    collection = {"type": "FeatureCollection", "features": features}
    body = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
    return Background(body, hashlib.sha256(body).hexdigest()[:16])


def _point(name: str, kind: str, lat: float, lon: float) -> dict[str, object]:
    place = [round(lon, _DIGITS), round(lat, _DIGITS)]
    return {
        "type": "Feature",
        "properties": {"name": name, "kind": kind},
        "geometry": {"type": "Point", "coordinates": place},
    }
