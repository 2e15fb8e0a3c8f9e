"""The map of a date by folium: layers for each team, for who is left out, for outlines and names.

Only folium's own script and container are taken; the page around them is ours (map_page.py). folium would load ten
files from five hosts, and writes what it is given into markup: here every word is either escaped or set as text by
static/js/map-frame.js. Its popups need jQuery and stop silently without it, so balloons are bound by `_Balloon`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import folium
from branca.element import Figure, MacroElement
from folium.template import Template
from folium.utilities import JsCode

from outreach.i18n import gettext as _
from outreach.planning.map_drawing import HOUSE, sign
from outreach.planning.map_facts import (
    COLOURS,
    DASHES,
    DayMap,
    DrawnRoute,
    Mark,
    bounds,
)
from outreach.planning.route_lines import LatLon

_SIZE: Final = 30
_NARROW: Final = "window.innerWidth < 800"
_QUIET: Final[dict[str, Any]] = {"interactive": False, "smooth_factor": 1.5, "fill": False}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What folium made: the container's markup and the script that fills it."""

    container: str
    script: str


class _Balloon(MacroElement):  # type: ignore[misc]
    """Gives a stop its balloon, and makes it findable by its key."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "sambangStop({{ this._parent.get_name() }}, {{ this.said|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, mark: Mark) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Balloon"
        self.said = {"key": mark.key, "title": mark.title, "lines": [x for x in mark.lines if x]}


class _Frame(MacroElement):  # type: ignore[misc]
    """Ends the script: words of the controls, the credit line, and the first view."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "sambangMap({{ this._parent.get_name() }}, {{ this.said|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Frame"
        self.said = said


def draw(facts: DayMap) -> Drawn:
    """Draw a date's map; return folium's container and script, without its page and its assets."""
    corner, other = bounds(facts.places)
    sheet = folium.Map(
        location=facts.office, zoom_start=12, tiles=None, zoom_control=False,
        zoom_snap=0.5, min_zoom=8, max_zoom=18,
    )  # fmt: skip
    for layer in [*_ground(facts), *_unserved(facts)]:
        layer.add_to(sheet)
    for route in facts.routes:
        _route(route).add_to(sheet)
    _office(facts.office).add_to(sheet)
    control = folium.LayerControl()
    # Asked in the browser, because a phone has no room for it.
    control.options["collapsed"] = JsCode(_NARROW)  # type: ignore[assignment]
    control.add_to(sheet)
    _Frame(
        {
            "bounds": [corner, other],
            "credit": " · ".join(_credits(facts)),
            "closer": _("Closer"),
            "further": _("Further away"),
            "layers": _("Layers"),
            "table": _("Show in the table"),
        }
    ).add_to(sheet)
    figure = sheet.get_root()
    assert isinstance(figure, Figure)
    figure.render()
    return Drawn(figure.html.render(), figure.script.render())


def _route(route: DrawnRoute) -> folium.FeatureGroup:
    colour = COLOURS[route.look]
    key = f"{_svg(sign(route.look, str(route.number)))} {escape(route.team)}"
    group = folium.FeatureGroup(name=f'<span class="key">{key}</span>')
    for leg in route.legs:
        folium.PolyLine(
            leg.points, color=colour, weight=3 if leg.is_straight else 4, opacity=0.9,
            dash_array=DASHES[route.look] if leg.is_straight else None, interactive=False,
            class_name="leg",
        ).add_to(group)  # fmt: skip
    for stop in route.stops:
        icon = folium.DivIcon(
            html=_svg(sign(route.look, stop.label)), icon_size=(_SIZE, _SIZE),
            icon_anchor=(_SIZE // 2, _SIZE // 2), class_name="stop",
        )  # fmt: skip
        marker = folium.Marker(stop.at, icon=icon, alt=stop.title, title=stop.title)
        marker.add_child(_Balloon(stop))
        marker.add_to(group)
    return group


def _unserved(facts: DayMap) -> Iterable[folium.GeoJson]:
    if not facts.unserved:
        return
    points = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [mark.at[1], mark.at[0]]},
            "properties": {"title": mark.title, "lines": mark.lines},
        }
        for mark in facts.unserved
    ]
    name = _("Not scheduled (%(count)s)", count=facts.unserved_count)
    yield folium.GeoJson(
        {"type": "FeatureCollection", "features": points},
        name=f'<span class="key"><i class="left"></i> {escape(name)}</span>',
        marker=folium.CircleMarker(
            radius=5, color="#564c41", weight=2, fill=True, fill_color="#fff", fill_opacity=0.9,
            class_name="left-out",
        ),
        on_each_feature=JsCode("sambangLeftOut"),
    )  # fmt: skip


def _office(at: LatLon) -> folium.FeatureGroup:
    # In a group, which joins the map when its sign is set: folium's own sign is an image.
    word = _("Office")
    icon = folium.DivIcon(
        html=_svg(HOUSE), icon_size=(_SIZE, _SIZE), icon_anchor=(_SIZE // 2, _SIZE // 2),
        class_name="office",
    )  # fmt: skip
    group = folium.FeatureGroup(name=escape(word), control=False)
    folium.Marker(at, icon=icon, alt=word, title=word, interactive=False, keyboard=False).add_to(
        group
    )
    return group


def _ground(facts: DayMap) -> Iterable[folium.FeatureGroup]:
    """Roads and outlines below, names above; the words of the layers say where an outline is an estimate."""
    ground = facts.ground
    if facts.roads:
        roads = folium.FeatureGroup(name=escape(_("Main roads")))
        folium.PolyLine(
            list(facts.roads), color="#c9c2b4", weight=2.5, class_name="road", **_QUIET
        ).add_to(roads)
        yield roads
    guessed = ground["estimated"]
    looks: dict[str, tuple[str, dict[str, Any]]] = {
        "village": (
            _("Village outlines (estimates)") if guessed else _("Village outlines"),
            {"color": "#b3a58f", "weight": 1},
        ),
        "district": (
            _("District outlines (estimates)") if guessed else _("District outlines"),
            {"color": "#75695b", "weight": 2.5},
        ),
    }
    for kind, (name, look) in looks.items():
        group = folium.FeatureGroup(name=escape(name))
        lines = _features(ground, kind, "MultiLineString")
        folium.PolyLine(
            [_turned(line) for feature in lines for line in feature["geometry"]["coordinates"]],
            **look, dash_array="3 5" if guessed else None, class_name=f"outline-{kind}",
            **_QUIET,
        ).add_to(group)  # fmt: skip
        yield group
    names = folium.FeatureGroup(name=escape(_("Names of villages and districts")))
    for kind in looks:
        for feature in _features(ground, kind, "Point"):
            lon, lat = feature["geometry"]["coordinates"]
            label = f"<span>{escape(feature['properties']['name'])}</span>"
            icon = folium.DivIcon(html=label, icon_size=(0, 0), class_name=f"name {kind}")
            folium.Marker((lat, lon), icon=icon, interactive=False, keyboard=False).add_to(names)
    yield names


def _credits(facts: DayMap) -> Iterable[str]:
    if facts.roads or any(not leg.is_straight for route in facts.routes for leg in route.legs):
        yield _("Roads: © OpenStreetMap contributors")
    if facts.ground["estimated"]:
        yield _("Outlines of villages: estimates")


def _features(ground: dict[str, Any], kind: str, geometry: str) -> list[dict[str, Any]]:
    return [
        feature
        for feature in ground["features"]
        if feature["properties"]["kind"] == kind and feature["geometry"]["type"] == geometry
    ]


def _turned(line: Sequence[Sequence[float]]) -> list[LatLon]:
    """Return a line of GeoJSON (longitude first) as Leaflet takes it."""
    return [(lat, lon) for lon, lat in line]


def _svg(sign: str) -> str:
    """Return a sign as markup that needs no style attribute."""
    return f'<svg viewBox="-15 -15 30 30" aria-hidden="true">{sign}</svg>'
