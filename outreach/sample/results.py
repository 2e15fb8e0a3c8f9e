"""What a plan leaves on the table: a summary on the screen, and files (manifests, map, JSON) in a folder."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.i18n import format_date, format_number, format_time
from outreach.paperwork import manifest
from outreach.paperwork.document import ManifestPage
from outreach.paperwork.pdf import PdfFailed, PdfUnavailable, Press
from outreach.paperwork.service import print_day
from outreach.planning import map_page, reasons
from outreach.planning.figures import Figures, figures_of
from outreach.planning.guide import sources
from outreach.planning.models import PlanState, PlanVersion, Route, Stop, UnservedReferral
from outreach.planning.seal import short_hash
from outreach.planning.short_codes import written as written_code
from outreach.planning.wording import duration, estimated, kilometres
from outreach.policy import Actor
from outreach.teams.models import Team
from outreach.web import Core

_SHOWN_REASONS = 8
_PRESS_S = 300  # no request waits for it, and the machine may be busy
STATES = {
    PlanState.MAKING: "sedang disusun",
    PlanState.MADE: "selesai disusun",
    PlanState.SENT: "menunggu persetujuan",
    PlanState.APPROVED: "disetujui",
    PlanState.RETURNED: "dikembalikan",
    PlanState.SUPERSEDED: "digantikan",
    PlanState.FAILED: "gagal disusun",
    PlanState.CANCELLED: "dibatalkan",
}


def print_summary(session: Session, version: PlanVersion, console: Console) -> None:
    """Print who goes where, and who stays and why."""
    figures = figures_of(version)
    for day in sorted({route.day for route in version.routes}):
        table = Table(title=f"\n{format_date(day)}", title_justify="left", box=None, pad_edge=False)
        for column in (
            "tim",
            "titik",
            "orang",
            "km",
            "perjalanan",
            "perekaman",
            "berangkat",
            "kembali",
        ):
            table.add_column(column, justify="left" if column == "tim" else "right")
        routes = [route for route in version.routes if route.day == day]
        for route in routes:
            table.add_row(
                route.team.name,
                str(len(route.stops)),
                str(route.people),
                format_number(route.travel_m / 1000, 1),
                duration(route.travel_s),
                duration(route.service_s),
                format_time(route.leave_s),
                format_time(route.back_s),
            )
        table.add_section()
        table.add_row(
            "jumlah",
            str(sum(len(route.stops) for route in routes)),
            str(sum(route.people for route in routes)),
            format_number(sum(route.travel_m for route in routes) / 1000, 1),
            duration(sum(route.travel_s for route in routes)),
            duration(sum(route.service_s for route in routes)),
            style="bold",
        )
        console.print(table)
    console.print(
        f"\n[bold]{figures.people}[/bold] orang dikunjungi, [bold]{figures.unserved}[/bold] tetap dalam daftar tunggu "
        f"(terlama {figures.oldest_left_days} hari). Jarak dan waktu: {_distances(figures)}.",
        soft_wrap=True,
    )
    grouped: dict[str, list[UnservedReferral]] = {}
    for row in version.unserved:
        grouped.setdefault(row.reason, []).append(row)
    teams = {team.id: team.name for team in session.scalars(select(Team))}
    largest = sorted(grouped.items(), key=lambda item: -len(item[1]))[:_SHOWN_REASONS]
    for reason, rows in largest:
        example = rows[0]
        console.print(f"  {len(rows):>4}  {reasons.title(reason)}")
        sentence = reasons.sentence(reason, example.parameters, teams)
        console.print(
            f"        [dim]{example.referral.tracking_code}: {sentence}[/dim]", soft_wrap=True
        )
    state = STATES[version.state]
    seal = f", segel {short_hash(version.hash)}" if version.hash else ""
    console.print(
        f"\nRencana [bold]{version.label}[/bold] {state}{seal}; jarak seluruhnya {kilometres(figures.travel_m)}."
    )


def write_results(
    core: Core, version_id: str, folder: Path, actor: Actor, console: Console
) -> list[Path]:
    """Write the manifests, the map and the plan of each date into a folder; return the files.

    Printing is numbered and audited in a transaction of its own, which ends before the paper is laid out: that takes
    seconds, in which others must be able to write. Where no PDF can be written the manifests are HTML that prints the
    same, and the console says why.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    with core.database.write() as session:
        version = session.get_one(PlanVersion, version_id)
        days = sorted({route.day for route in version.routes})
        papers = {
            day: print_day(session, actor, version.plan, day, core.settings.ground_file)
            for day in days
        }
        codes = {
            day: [route.team.code for route in version.routes if route.day == day] for day in days
        }
        for day in days:
            plan = _json(plan_of_day(session, version, day))
            files.append(_write(folder / f"plan-{day}.json", plan))
            page = map_page.standalone(session, version, day, core.settings.ground_file)
            files.append(_write(folder / f"map-{day}.html", page.encode()))
        files.append(_write(folder / "routing-problem.json", _json(version.problem)))
        files.append(_write(folder / "routing-plan.json", _json(version.answer)))
    with console.status("Mencetak daftar kunjungan ..."):
        for day in days:
            files += _write_manifests(papers[day], codes[day], day, folder, console)
    return sorted(files)


def _write_manifests(
    pages: Sequence[ManifestPage], codes: Sequence[str], day: date, folder: Path, console: Console
) -> list[Path]:
    names = [f"manifest-{day}", *(f"manifest-{day}-{code}" for code in codes)]
    chosen = [list(range(len(pages))), *([number] for number in range(len(pages)))]
    try:
        contents = manifest.as_pdfs(pages, chosen, press=Press(time_limit_s=_PRESS_S))
        ending = "pdf"
    except (PdfUnavailable, PdfFailed) as error:
        console.print(f"[yellow]{error}[/yellow]", soft_wrap=True)
        contents = [manifest.as_html([pages[n] for n in some]).encode() for some in chosen]
        ending = "html"
    return [
        _write(folder / f"{name}.{ending}", content)
        for name, content in zip(names, contents, strict=True)
    ]


def plan_of_day(session: Session, version: PlanVersion, day: date) -> dict[str, Any]:
    """Return the routes of one date, with who is left out of the whole plan and why, as JSON values."""
    teams = {team.id: team.name for team in session.scalars(select(Team))}
    routes = [route for route in version.routes if route.day == day]
    return {
        "plan": version.plan.number,
        "version": version.number,
        "state": version.state.value,
        "hash": version.hash,
        "date": day.isoformat(),
        "legs": sum(route.legs for route in routes),
        "estimated_legs": sum(route.estimated_legs for route in routes),
        "distances": sources(version.problem),
        "routes": [_route(route) for route in routes],
        "unserved": [
            {
                "referral": row.referral_id,
                "tracking_code": row.referral.tracking_code,
                "name": row.referral.resident.name,
                "village": row.referral.village.label,
                "reason": row.reason,
                "parameters": row.parameters,
                "sentence": reasons.sentence(row.reason, row.parameters, teams),
            }
            for row in version.unserved
        ],
    }


def _distances(figures: Figures) -> str:
    said = estimated(figures.estimated_legs, figures.legs)
    return said or "menurut jalan"


def _route(route: Route) -> dict[str, Any]:
    return {
        "team": route.team.code,
        "team_name": route.team.name,
        "leave": _clock(route.leave_s),
        "back": _clock(route.back_s),
        "break": [_clock(route.break_start_s), _clock(route.break_end_s or 0)]
        if route.break_start_s is not None
        else None,
        "people": route.people,
        "travel_m": route.travel_m,
        "travel_s": route.travel_s,
        "return_m": route.return_m,
        "return_s": route.return_s,
        "return_is_estimate": route.return_is_estimate,
        "service_s": route.service_s,
        "wait_s": route.wait_s,
        "stops": [_stop(stop) for stop in route.stops],
    }


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "position": stop.position,
        "lat": stop.lat,
        "lon": stop.lon,
        "travel_s": stop.travel_s,
        "travel_m": stop.travel_m,
        "is_estimate": stop.is_estimate,
        "arrival": _clock(stop.arrive_s),
        "start": _clock(stop.start_s),
        "departure": _clock(stop.depart_s),
        "arrival_s": stop.arrive_s,
        "start_s": stop.start_s,
        "departure_s": stop.depart_s,
        "visits": [
            {
                "referral": visit.referral_id,
                "tracking_code": visit.referral.tracking_code,
                "short_code": written_code(visit.short_code),
                "name": visit.referral.resident.name,
                "village": visit.referral.village.label,
                "start": _clock(visit.start_s),
                "service_s": visit.service_s,
            }
            for visit in stop.visits
        ],
    }


def _clock(second_of_day: int) -> str:
    return f"{second_of_day // 3600:02d}:{second_of_day % 3600 // 60:02d}:{second_of_day % 60:02d}"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False).encode() + b"\n"


def _write(path: Path, content: bytes) -> Path:
    """Write a file for its owner only: names and addresses are in it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return path
