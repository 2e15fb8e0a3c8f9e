"""Loading official village outlines from a GeoJSON file: matched by code, all of them or none.

The file is a FeatureCollection (RFC 7946) of Polygon or MultiPolygon features in degrees, each with its Kemendagri
code in a property. Anything that does not fit is listed, and then nothing is loaded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.places.areas import outline_area
from outreach.places.models import Village, VillageOutline
from outreach.policy import Actor

LARGEST_BYTES: Final = 64 * 1024 * 1024
CODE_PROPERTIES: Final = ("code", "kode", "kode_desa", "kdepum", "kd_desa", "kodedesa", "KODE_DESA")
_CODE: Final = re.compile(r"(\d{2})\.?(\d{2})\.?(\d{2})\.?(\d{4})")


@dataclass(frozen=True)
class Mismatch:
    """One thing in the file that does not fit, in words, and the feature it is about (counted from 1; 0: none)."""

    feature: int
    text: str


class OutlinesRefused(Refused):
    """The file was not loaded; `mismatches` lists everything that must be mended first."""

    def __init__(self, mismatches: list[Mismatch]) -> None:
        super().__init__(
            _("Nothing was loaded. %(count)s things do not fit.", count=len(mismatches))
        )
        self.mismatches = tuple(mismatches)


def load_outlines(session: Session, actor: Actor, path: Path) -> int:
    """Replace every village outline by those of a GeoJSON file; return how many there are.

    Raises Refused (no such file, no GeoJSON) and OutlinesRefused (what does not fit, feature by feature).
    """
    policy.allow(actor, "office.manage")
    villages = {village.code: village for village in session.scalars(select(Village))}
    found: dict[str, list[list[list[list[float]]]]] = {}
    wrong: list[Mismatch] = []
    for number, feature in enumerate(_features(path), start=1):
        try:
            code, polygons = _read(feature, villages)
        except ValueError as error:
            wrong.append(Mismatch(number, str(error)))
            continue
        if code in found:
            text = _("%(village)s stands in the file twice.", village=villages[code].label)
            wrong.append(Mismatch(number, text))
        found[code] = polygons
    wrong += [
        Mismatch(
            0, _("%(village)s (%(code)s) is missing.", village=villages[code].label, code=code)
        )
        for code in sorted(villages.keys() - found.keys())
    ]
    if wrong:
        raise OutlinesRefused(wrong)
    session.execute(delete(VillageOutline))
    now = clock.now()
    session.add_all(
        VillageOutline(village_code=code, polygons=polygons, source=path.name[:200], loaded_at=now)
        for code, polygons in found.items()
    )
    session.flush()
    audit.record(session, actor, "places.outlines_loaded", None, file=path.name, count=len(found))
    return len(found)


def _features(path: Path) -> Iterator[Any]:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise Refused(_("The file is larger than 64 MB. Simplify the outlines first."))
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise Refused(_("%(file)s is not GeoJSON.", file=path.name)) from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or content.get("type") != "FeatureCollection":
        raise Refused(_("%(file)s is not a GeoJSON FeatureCollection.", file=path.name))
    yield from features


def _read(
    feature: Any, villages: Mapping[str, Village]
) -> tuple[str, list[list[list[list[float]]]]]:
    """Return the code and the polygons of a feature. Raises ValueError with what is wrong, in words."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise ValueError(_("This feature has no properties."))
    code = _code(properties)
    if code not in villages:
        raise ValueError(_("No village here has the code %(code)s.", code=code))
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(_("%(village)s has no outline.", village=villages[code].label))
    polygons = [geometry.get("coordinates")] if kind == "Polygon" else geometry.get("coordinates")
    try:
        area = outline_area(polygons)
    except (TypeError, ValueError):
        text = _("The outline of %(village)s is broken.", village=villages[code].label)
        raise ValueError(text) from None
    village = villages[code]
    if (
        not area.contains((village.lon, village.lat))
        and area.distance_m((village.lon, village.lat)) > 5_000
    ):
        text = _("The outline of %(village)s lies somewhere else.", village=village.label)
        raise ValueError(text)
    return code, [
        [[[round(lon, 6), round(lat, 6)] for lon, lat in ring] for ring in polygon]
        for polygon in area.polygons
    ]


def _code(properties: Mapping[str, Any]) -> str:
    for name in CODE_PROPERTIES:
        value = properties.get(name)
        if value is not None and (found := _CODE.fullmatch(str(value).strip())):
            return ".".join(found.groups())
    raise ValueError(_("This feature has no village code."))
