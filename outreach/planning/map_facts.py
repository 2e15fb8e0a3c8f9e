"""What a map of one date shows, gathered once and drawn twice: by folium on the screen, as SVG where script does not run.

People appear by the initials of their names. No NIK and no word about anybody's health is ever part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from outreach.i18n import format_date, format_time
from outreach.i18n import gettext as _
from outreach.places.background import map_background
from outreach.places.ground_roads import large_roads
from outreach.places.service import office
from outreach.planning import reasons
from outreach.planning.models import PlanVersion, Route, Stop, UnservedReferral
from outreach.planning.route_lines import LatLon, Leg, legs_of
from outreach.planning.wording import duration, kilometres

COLOURS: Final = (
    "#0b5fa5", "#b04a00", "#00694c", "#8d2f73", "#5b4a00", "#3f3f9c", "#9c1b1b", "#3d4a52",
)  # fmt: skip
"""The team colours of static/css/tokens.css; each goes with a shape, so that a map in black and white reads too."""
SHAPES: Final = (
    "M0-11A11 11 0 1 1 0 11A11 11 0 1 1 0-11z",
    "M-10-10H10V10H-10z",
    "M0-13L13 0L0 13L-13 0z",
    "M0-12L12-3L7 11H-7L-12-3z",
    "M-6-11H6L12 0L6 11H-6L-12 0z",
    "M-11-9L0-12L11-9V3L0 13L-11 3z",
    "M-5-12H5L12-5V5L5 12H-5L-12 5V-5z",
    "M-12-6L0-12L12-6V12H-12z",
)
"""Circle, square, diamond, pentagon, hexagon, shield, octagon, house: SVG paths around the origin, 26 across."""
DASHES: Final = ("10 6", "2 7", "14 6 2 6", "6 4", "18 6", "4 8", "12 4 4 4", "1 5")
"""How a team's estimated legs are broken; a leg along the roads is a whole line."""
MOST_UNSERVED: Final = 2_000
"""More people left out than this are not drawn one by one; the page says how many there are."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stop on the map: its place, the number in its sign, the words of its balloon. `key` is "team.stop"."""

    key: str
    at: LatLon
    label: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrawnRoute:
    """One team's route: `number` counts the teams of the day, `look` chooses colour and shape."""

    number: int
    look: int
    team: str
    legs: tuple[Leg, ...]
    stops: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class DayMap:
    """Everything on the map of one date. `ground` is the GeoJSON of outlines and names, `roads` the large roads."""

    title: str
    office: LatLon
    routes: tuple[DrawnRoute, ...]
    unserved: tuple[Mark, ...]
    unserved_count: int
    ground: dict[str, Any]
    roads: tuple[list[LatLon], ...] = ()

    @property
    def places(self) -> list[LatLon]:
        """The office and every stop: what the map must show."""
        return [self.office, *(stop.at for route in self.routes for stop in route.stops)]

    @property
    def has_straight_legs(self) -> bool:
        """Whether any leg is drawn as a straight line."""
        return any(leg.is_straight for route in self.routes for leg in route.legs)


def day_map(
    session: Session, version: PlanVersion, day: date, ground_file: Path | None = None
) -> DayMap:
    """Gather the map of one date of a version; `ground_file` holds the roads of an import, if there was one."""
    start = office(session)
    home = (start.lat, start.lon)
    routes = [route for route in version.routes if route.day == day]
    left = version.unserved[:MOST_UNSERVED]
    drawn = tuple(
        _route(route, number, home, len(routes)) for number, route in enumerate(routes, start=1)
    )
    return DayMap(
        title=_("Map of the routes on %(day)s", day=format_date(day)),
        office=home,
        routes=drawn,
        unserved=tuple(_left_out(row) for row in left),
        unserved_count=len(version.unserved),
        ground=map_background(session).content,
        roads=large_roads(
            ground_file, [home, *(stop.at for route in drawn for stop in route.stops)]
        ),
    )


def _route(route: Route, number: int, home: LatLon, teams: int) -> DrawnRoute:
    return DrawnRoute(
        number=number,
        look=(number - 1) % len(COLOURS),
        team=route.team.name,
        legs=tuple(legs_of(route, home)),
        stops=tuple(_mark(stop, route, number, teams > len(SHAPES)) for stop in route.stops),
    )


def _mark(stop: Stop, route: Route, number: int, many_teams: bool) -> Mark:
    label = f"{number}.{stop.position}" if many_teams else str(stop.position)
    drive = f"{duration(stop.travel_s)}, {kilometres(stop.travel_m)}"
    if stop.is_estimate:
        drive = f"{drive} ({_('straight-line estimate')})"
    villages = dict.fromkeys(visit.referral.village.label for visit in stop.visits)
    lines = (
        _("Arrives %(time)s, leaves %(until)s",
          time=format_time(stop.arrive_s), until=format_time(stop.depart_s)),
        ", ".join(initials(visit.referral.resident.name) for visit in stop.visits),
        *villages,
        _("Drive from the stop before: %(drive)s", drive=drive),
    )  # fmt: skip
    title = _("%(team)s, stop %(number)s", team=route.team.name, number=stop.position)
    return Mark(f"{number}-{stop.position}", (stop.lat, stop.lon), label, title, lines)


def _left_out(row: UnservedReferral) -> Mark:
    referral = row.referral
    return Mark(
        key="",
        at=(referral.lat, referral.lon),
        label="",
        title=_("Not scheduled: %(who)s", who=initials(referral.resident.name)),
        lines=(referral.village.label, reasons.title(row.reason)),
    )


def initials(name: str) -> str:
    """Return the initials of a name: "M.T."."""
    return "".join(f"{part[0]}." for part in name.split() if part)


def bounds(places: Sequence[LatLon]) -> tuple[LatLon, LatLon]:
    """Return the south-west and north-east corners around some places."""
    lats, lons = zip(*places, strict=True)
    return (min(lats), min(lons)), (max(lats), max(lons))
