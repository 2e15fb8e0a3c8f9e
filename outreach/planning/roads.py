"""Importing the roads: read, measure against the villages and referrals, and put in use in one step."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import select

from outreach import audit
from outreach.errors import ConfigurationError
from outreach.places.ground_roads import keep_ground_roads
from outreach.places.models import Village
from outreach.places.service import office
from outreach.planning.guide import FAR_M
from outreach.planning.speeds import speeds_in_use
from outreach.policy import Role, command_line
from outreach.referrals.models import Referral
from outreach.settings import Settings
from outreach.web import Core
from routing import Place
from routing.travel import network
from routing.travel.basemap import read_basemap
from routing.travel.block import FARTHEST_M
from routing.travel.osm import Box, RoadsUnreadable
from routing.travel.simplify import simplified

BENDS_M: Final = 15.0
"""Bends of large roads that no map of a whole day shows."""


def import_roads(core: Core, file: Path, bbox: str | None, console: Console) -> None:
    """Make the network of an extract and put it in use. Raises ConfigurationError with one line; the old one stays."""
    kept = core.settings.roads_file
    started = time.monotonic()
    with core.database.read() as session:
        speeds = speeds_in_use(session)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[read]}"),
        TimeElapsedColumn(), console=console, transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("Reading the roads", total=None, read="")
        try:
            box = box_of(bbox) if bbox else None
            made = network.build(file, speeds, box, lambda read: bar.update(task, read=f"{read:,}"))
            bar.update(task, description="Drawing the map")
            ground = read_basemap(file, box)
            _put_in_use(core.settings, made, ground)
        except RoadsUnreadable as error:
            old = " The roads imported before stay in use." if kept.exists() else ""
            raise ConfigurationError(f"{error}{old}") from None
        except OSError as error:
            raise ConfigurationError(f"{kept}: cannot be written ({error.strerror}).") from None
    _report(core, made, console, time.monotonic() - started)
    console.print(f"Every map draws them now; tablets fetch {len(ground) / 1e6:.1f} MB once.")


def _put_in_use(settings: Settings, made: network.Network, ground: bytes) -> None:
    """Write the network and its map beside those in use, then put both in their places."""
    files = (settings.roads_file, settings.ground_file)
    fresh = [file.with_name(f"new-{file.name}") for file in files]
    try:
        made.save(fresh[0])
        keep_ground_roads(fresh[1], ground, lambda line: simplified(line, BENDS_M))
        for new, file in zip(fresh, files, strict=True):
            new.replace(file)
    finally:
        for new in fresh:
            new.unlink(missing_ok=True)


def box_of(text: str) -> Box:
    """Read "W,S,E,N" in degrees. Raises ConfigurationError."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = 0.0
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ConfigurationError(
            f"--bbox {text}: write west,south,east,north in degrees, as in 110.7,-7.6,111.2,-7.2."
        )
    return west, south, east, north


def _report(core: Core, made: network.Network, console: Console, took_s: float) -> None:
    read, left = made.about["read"], made.about["left_out"]
    console.print(
        f"[green]The roads are in use[/green] (version {made.version}, {took_s:.1f} s): {read['roads']:,} roads, "
        f"{read['metres'] / 1000:,.0f} km, {read['junctions']:,} junctions, {read['barriers']:,} barriers, "
        f"{read['turn_restrictions']:,} turn restrictions."
    )
    console.print(
        f"The largest connected part holds {made.about['largest_part_car']:.1%} for a car and "
        f"{made.about['largest_part_motorbike']:.1%} for a motorbike."
    )
    if left:
        console.print("Left out: " + ", ".join(f"{n:,} {why}" for why, n in left.items()) + ".")
    with core.database.write() as session:
        villages = [Place(v.lat, v.lon) for v in session.scalars(select(Village))]
        pins = [
            Place(lat, lon)
            for lat, lon in session.execute(select(Referral.lat, Referral.lon))
            if lat is not None and lon is not None
        ]
        for name, places in (("villages", villages), ("referrals", pins)):
            if places:
                off = made.snap(places).metres
                console.print(
                    f"{len(places):,} {name}: {(off <= FAR_M).sum():,} within 300 m of a road, "
                    f"{(off > FARTHEST_M).sum():,} beyond 2 km (straight lines for those)."
                )
        audit.record(
            session, command_line(Role.ADMIN), "roads.imported", office(session),
            version=made.version, source=made.about["source"], roads=read["roads"],
        )  # fmt: skip
    console.print(
        "An administrator changes the speeds on the page of the office, without another import. "
        "Roads: (c) OpenStreetMap contributors, ODbL."
    )
