"""Rivers and bridges: drawn by an administrator, so that straight-line estimates do not swim."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Invalid
from outreach.i18n import gettext as _
from outreach.places.coordinates import CoordinateError, parse_coordinates
from outreach.places.models import River
from outreach.places.wording import coordinate_error
from outreach.policy import Actor

Points = list[list[float]]
MOST_POINTS: Final = 500
MOST_BRIDGES: Final = 60


def rivers(session: Session) -> list[River]:
    """Return the rivers by their names."""
    return list(session.scalars(select(River).order_by(River.name, River.id)))


def save_river(
    session: Session, actor: Actor, river: River | None, name: str, line: str, bridges: str
) -> River:
    """Keep a river: points along it in their order, and its bridges, one point a line of text.

    `river` is the one to change, None for a new one. Raises Invalid with a message for each field that is wrong.
    """
    policy.allow(actor, "river.manage")
    errors: dict[str, str] = {}
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        errors["name"] = _("Write the name of the river, up to 80 letters.")
    along = _points("line", line, 2, MOST_POINTS, errors)
    over = _points("bridges", bridges, 1, MOST_BRIDGES, errors)
    if errors:
        raise Invalid(errors)
    is_new = river is None
    if river is None:
        river = River()
        session.add(river)
    river.name, river.line, river.bridges = name, along, over
    river.drawn_by, river.drawn_by_name, river.drawn_at = actor.id, actor.name, clock.now()
    session.flush()
    audit.record(
        session, actor, "river.drawn" if is_new else "river.changed", river,
        name=name, points=len(along), bridges=len(over),
    )  # fmt: skip
    return river


def remove_river(session: Session, actor: Actor, river: River) -> None:
    """Take a river away: straight lines cross there freely again."""
    policy.allow(actor, "river.manage")
    audit.record(session, actor, "river.removed", river, name=river.name, line=river.line, bridges=river.bridges)  # fmt: skip
    session.delete(river)


def written(points: Points) -> str:
    """Write points as they are typed: one a line."""
    return "\n".join(f"{lat:.6f}, {lon:.6f}" for lat, lon in points)


def _points(field: str, text: str, least: int, most: int, errors: dict[str, str]) -> Points:
    found: Points = []
    for number, row in enumerate(filter(None, map(str.strip, text.splitlines())), start=1):
        if number > most:
            break
        try:
            found.append([round(value, 6) for value in parse_coordinates(row)])
        except CoordinateError as error:
            errors[field] = _("Line %(number)s: %(why)s", number=number, why=coordinate_error(error.reason))  # fmt: skip
            return []
    rows = sum(bool(row.strip()) for row in text.splitlines())
    if rows > most:
        errors[field] = _("At most %(most)s points, please.", most=most)
    elif len(found) < least:
        errors[field] = (
            _("Give at least two points along the river, one on each line.")
            if least == 2
            else _("Give at least one bridge: without one, nobody could ever cross.")
        )
    return found
