"""Printing manifests: each copy is numbered and audited, and says whether what it shows was approved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import NotThere
from outreach.paperwork.document import ManifestPage
from outreach.paperwork.gather import manifest_pages
from outreach.paperwork.models import Printing
from outreach.planning.models import Plan, Route
from outreach.planning.service import latest_version
from outreach.policy import Actor


def print_day(
    session: Session, actor: Actor, plan: Plan, day: date, ground_file: Path | None = None
) -> list[ManifestPage]:
    """Return the manifests of every team on one date of a plan's newest version, as a new numbered copy.

    `ground_file` holds the roads of an import, if there was one. Raises NotThere when nobody goes out on that date.
    """
    policy.allow(actor, "manifest.print", plan)
    version = latest_version(plan)
    routes = (
        [r for r in version.routes if r.day == day and not r.returned_reason] if version else []
    )
    return _print(session, actor, routes, f"all:{day}", ground_file)


def print_route(
    session: Session, actor: Actor, route: Route, ground_file: Path | None = None
) -> list[ManifestPage]:
    """Return the manifest of one route, as a new numbered copy."""
    policy.allow(actor, "route.print", route)
    return _print(session, actor, [route], route.id, ground_file)


def _print(
    session: Session,
    actor: Actor,
    routes: Sequence[Route],
    scope: str,
    ground_file: Path | None,
) -> list[ManifestPage]:
    if not routes:
        raise NotThere("no route on this date")
    version = routes[0].version
    last = session.scalar(
        select(func.max(Printing.copy)).where(
            Printing.version_id == version.id, Printing.scope == scope
        )
    )
    printing = Printing(
        version_id=version.id,
        scope=scope,
        copy=(last or 0) + 1,
        printed_by=actor.id,
        printed_at=clock.now(),
    )
    session.add(printing)
    audit.record(
        session,
        actor,
        "manifest.printed",
        version,
        plan=version.label,
        scope=scope,
        copy=printing.copy,
    )
    return manifest_pages(
        session,
        routes,
        copy=printing.copy,
        printed_at=printing.printed_at,
        printed_by=actor.name or actor.username,
        ground_file=ground_file,
    )
