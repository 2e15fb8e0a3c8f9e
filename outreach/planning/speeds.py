"""The table of speeds: what is typed, what is kept, and putting it on the roads without importing them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Invalid, Refused
from outreach.i18n import gettext as _
from outreach.planning.guide import roads_of
from outreach.planning.speed_models import RoadSpeeds
from outreach.policy import Actor
from outreach.referrals.given import plain
from outreach.settings import Settings
from routing.travel.osm import RoadsUnreadable
from routing.travel.speeds import (
    FASTEST_KMH,
    PROFILES,
    USUAL,
    Part,
    Speeds,
    read_speeds,
    speeds_text,
)

MOST_PARTS: Final = 6
_DAY_S: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the table that differs: its code, and the words of its numbers before and after."""

    code: str
    before: str
    after: str


def speeds_set(session: Session) -> list[RoadSpeeds]:
    """Return every table that was set, the latest first."""
    query = select(RoadSpeeds).order_by(RoadSpeeds.set_at.desc(), RoadSpeeds.id.desc())
    return list(session.scalars(query))


def speeds_in_use(session: Session) -> Speeds:
    """Return the table that counts: the latest that was set, or the usual one."""
    latest = next(iter(speeds_set(session)), None)
    return USUAL if latest is None else read_speeds(latest.content)


def typed_of(speeds: Speeds) -> dict[str, str]:
    """Return a table as the fields of its form."""
    found: dict[str, str] = {}
    for kind, pair in speeds.classes.items():
        found |= {
            f"{profile}-{kind}": _written(kmh) for profile, kmh in zip(PROFILES, pair, strict=True)
        }
    found |= {f"surface-{name}": _written(kmh) for name, kmh in speeds.surfaces.items()}
    for number, part in enumerate(speeds.parts, start=1):
        found[f"part-{number}-from"] = f"{part.from_s // 3600:02}:{part.from_s // 60 % 60:02}"
        found |= {
            f"part-{number}-{profile}": _written(part.factor[profile]) for profile in PROFILES
        }
    return found


def read_typed(typed: Mapping[str, str]) -> Speeds:
    """Read a table as it is typed. Raises Invalid with a message for each field that is wrong."""
    errors: dict[str, str] = {}

    def number(name: str, least: float, most: float) -> float:
        try:
            value = float(typed.get(name, "").strip().replace(",", "."))
        except ValueError:
            value = -1.0
        if not least <= value <= most:
            errors[name] = _(
                "Write a number between %(least)s and %(most)s.",
                least=_written(least), most=_written(most),
            )  # fmt: skip
        return value

    classes = {
        kind: (number(f"car-{kind}", 0, FASTEST_KMH), number(f"motorbike-{kind}", 0, FASTEST_KMH))
        for kind in USUAL.classes
    }
    surfaces = {name: number(f"surface-{name}", 1, FASTEST_KMH) for name in USUAL.surfaces}
    parts: list[Part] = []
    for row in range(1, MOST_PARTS + 1):
        said = typed.get(f"part-{row}-from", "").strip()
        if not said and row > 1:
            continue
        from_s = _second_of_day(said)
        factor = {profile: number(f"part-{row}-{profile}", 0.2, 5) for profile in PROFILES}
        if from_s is None or (not parts and from_s != 0):
            errors[f"part-{row}-from"] = (
                _("Write a time, for example 06:30.") if parts else _("The first part begins at 00:00.")
            )  # fmt: skip
        elif parts and from_s <= parts[-1].from_s:
            errors[f"part-{row}-from"] = _("Each part begins later than the one before.")
        else:
            parts.append(Part(from_s, factor))
    if errors:
        raise Invalid(errors)
    return Speeds(classes, surfaces, tuple(parts))


def changes(before: Speeds, after: Speeds) -> list[Change]:
    """Return what differs between two tables, entry by entry."""
    was, now = typed_of(before), typed_of(after)
    return [
        Change(name, was.get(name, "-"), now.get(name, "-"))
        for name in dict.fromkeys((*was, *now))
        if was.get(name) != now.get(name)
    ]


def on_the_roads(settings: Settings, speeds: Speeds) -> Any | None:
    """Return the office's roads with the times of a table, or None where no roads were imported.

    This takes a moment, so it is done before anything is written. Raises Refused where no road is left to drive.
    """
    from routing.travel import network

    known = roads_of(settings.roads_file)
    if known is None:
        return None
    try:
        return network.with_speeds(known, speeds)
    except RoadsUnreadable:
        raise Refused(
            _("With these speeds nobody could drive anywhere. Open at least the usual roads.")
        ) from None


def set_speeds(
    session: Session, actor: Actor, speeds: Speeds, note: str = "", roads: Any | None = None
) -> RoadSpeeds:
    """Keep a table that counts from now on. Raises Refused when it is the one that counts already.

    `roads`: the office's roads with its times, of which the version is kept in the audit log.
    """
    policy.allow(actor, "speeds.manage")
    changed = changes(speeds_in_use(session), speeds)
    if not changed:
        raise Refused(_("Nothing was changed: this table counts already."))
    row = RoadSpeeds(
        content=speeds_text(speeds),
        note=plain(note, "note", longest=200),
        set_by=actor.id,
        set_by_name=actor.name,
        set_at=clock.now(),
    )
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "speeds.set", row, version=roads.version if roads else "",
        changed=[f"{one.code} {one.before} > {one.after}" for one in changed],
    )  # fmt: skip
    return row


def _written(number: float) -> str:
    return f"{number:g}".replace(".", ",")


def _second_of_day(text: str) -> int | None:
    hours, colon, minutes = text.replace(".", ":").partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60):
        return None
    second = int(hours) * 3600 + int(minutes) * 60
    return second if second < _DAY_S else None
