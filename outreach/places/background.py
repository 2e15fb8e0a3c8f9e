"""The ground of every map: outlines and names of districts and villages, as GeoJSON."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.places.areas import Areas, areas
from outreach.places.geometry import Point
from outreach.places.models import District, Village

_DIGITS = 4  # about 11 m: enough for a line on a map


@dataclass(frozen=True)
class Background:
    """GeoJSON (RFC 7946) as values and gzipped, and a tag that changes with it."""

    content: dict[str, Any]
    packed: bytes
    tag: str


_last: tuple[Areas, Background] | None = None


def map_background(session: Session) -> Background:
    """Return names and outlines of every district and village.

    Points carry `name` and `kind` ("district" or "village"); lines carry `kind` ("village" or "district").
    `estimated` on the whole tells that the outlines are guessed from the middles of the villages.
    """
    global _last
    known = areas(session)
    if _last is None or _last[0] is not known:
        _last = (known, _made(session, known))
    return _last[1]


def _made(session: Session, known: Areas) -> Background:
    features = [*_outlines(known), *_names(session)]
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "estimated": known.estimated,
        "features": features,
    }
    body = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
    packed = gzip.compress(body, mtime=0)
    return Background(collection, packed, hashlib.sha256(body).hexdigest()[:16])


def _names(session: Session) -> list[dict[str, object]]:
    districts = session.execute(
        select(District.name, func.avg(Village.lat), func.avg(Village.lon))
        .join(Village, Village.district_code == District.code)
        .group_by(District.code, District.name)
        .order_by(District.code)
    )
    villages = session.execute(
        select(Village.name, Village.lat, Village.lon).order_by(Village.code)
    )
    return [
        *(_feature("Point", _rounded((x, y)), kind="district", name=n) for n, y, x in districts),
        *(_feature("Point", _rounded((x, y)), kind="village", name=n) for n, y, x in villages),
    ]


def _outlines(known: Areas) -> list[dict[str, object]]:
    rings = [
        _line(ring)
        for area in known.by_code.values()
        for polygon in area.polygons
        for ring in polygon
    ]
    borders: dict[str, list[list[list[float]]]] = defaultdict(list)
    for district, (start, end) in known.district_borders():
        lines = borders[district]
        if lines and lines[-1][-1] == _rounded(start):
            lines[-1].append(_rounded(end))
        else:
            lines.append([_rounded(start), _rounded(end)])
    every = [line for _code, lines in sorted(borders.items()) for line in lines]
    return [
        _feature("MultiLineString", rings, kind="village"),
        _feature("MultiLineString", every, kind="district"),
    ]


def _line(points: tuple[Point, ...]) -> list[list[float]]:
    kept = [_rounded(points[0])]
    for point in points[1:]:
        if (place := _rounded(point)) != kept[-1]:
            kept.append(place)
    return kept


def _rounded(point: Point) -> list[float]:
    return [round(point[0], _DIGITS), round(point[1], _DIGITS)]


def _feature(kind_of_geometry: str, coordinates: object, **properties: str) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind_of_geometry, "coordinates": coordinates},
    }
