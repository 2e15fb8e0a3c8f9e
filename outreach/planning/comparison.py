"""What changed between two versions, in figures and in names: for whoever has a minute to sign."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from outreach.i18n import N_, format_date_short, format_number, format_time, ngettext, translate
from outreach.i18n import gettext as _
from outreach.planning.figures import Figures, figures_of
from outreach.planning.models import PlanVersion, Route
from outreach.planning.promise import promised_window
from outreach.planning.wording import duration, kilometres, place
from outreach.referrals.models import Referral

MOVED_S: Final = 30 * 60
"""A visit that begins this much earlier or later has moved."""


class ChangeOf(StrEnum):
    """What happened to a person between two versions."""

    ADDED = "added"
    DROPPED = "dropped"
    DAY = "day"
    TEAM = "team"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a version has a person: on which date, with whom, when the team arrives and the recording begins."""

    day: date
    team_id: str
    team: str
    arrive_s: int
    start_s: int

    @property
    def promised(self) -> tuple[date, int, int]:
        """What the family is told: the date, and from when to when."""
        return (self.day, *promised_window(self.arrive_s))


@dataclass(frozen=True, slots=True)
class Changed:
    """One person whom a version treats otherwise. `tell_again`: what the family was promised no longer holds."""

    kind: ChangeOf
    referral: Referral
    before: Spot | None
    after: Spot | None
    tell_again: bool

    @property
    def place(self) -> str:
        """Where the person lives."""
        return place(self.referral)

    @property
    def was(self) -> str:
        """Where the person stood before, in words."""
        return _spot(self.before)

    @property
    def now(self) -> str:
        """Where the person stands now, in words."""
        return _spot(self.after)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure in the version at hand and in the ones it is held against; `changes` are the differences."""

    label: str
    now: str
    others: tuple[tuple[str, str], ...]


Spots = Mapping[str, tuple[Referral, Spot]]
"""Where a plan has each person, by referral."""


def spots(routes: Iterable[Route]) -> dict[str, tuple[Referral, Spot]]:
    """Return where these routes have each person, by referral."""
    return {
        visit.referral_id: (
            visit.referral,
            Spot(route.day, route.team_id, route.team.name, stop.arrive_s, visit.start_s),
        )
        for route in routes
        for stop in route.stops
        for visit in stop.visits
    }


def changes(before: Iterable[Route], after: Iterable[Route], *, promised: bool) -> list[Changed]:
    """Return who is treated otherwise, by kind and name. `promised`: the old routes were approved, so families know."""
    return between(spots(before), spots(after), promised=promised)


def between(old: Spots, new: Spots, *, promised: bool) -> list[Changed]:
    """Return who stands elsewhere in `new` than in `old`, by kind and name; `promised` as in `changes`."""
    found = []
    for key in old.keys() | new.keys():
        was, now = old.get(key), new.get(key)
        kind = _kind(was[1] if was else None, now[1] if now else None)
        tell = bool(promised and was and (now is None or now[1].promised != was[1].promised))
        if kind is None and not tell:
            continue
        referral = (now or was)[0]  # type: ignore[index]
        found.append(
            Changed(
                kind or ChangeOf.TIME,
                referral,
                was[1] if was else None,
                now[1] if now else None,
                tell,
            )
        )
    order = list(ChangeOf)
    return sorted(found, key=lambda one: (order.index(one.kind), one.referral.resident.name))


def kind_in_words(kind: ChangeOf, count: int) -> str:
    """Return a heading for the people of one kind of change."""
    match kind:
        case ChangeOf.ADDED:
            return ngettext("%(num)d person added", "%(num)d people added", count)
        case ChangeOf.DROPPED:
            return ngettext("%(num)d person dropped", "%(num)d people dropped", count)
        case ChangeOf.DAY:
            return ngettext("%(num)d person on another day", "%(num)d people on another day", count)
        case ChangeOf.TEAM:
            return ngettext(
                "%(num)d person with another team", "%(num)d people with another team", count
            )
        case ChangeOf.TIME:
            return ngettext(
                "%(num)d person at another hour", "%(num)d people at another hour", count
            )


def by_kind(found: Iterable[Changed]) -> Mapping[str, list[Changed]]:
    """Return the changes under their headings, in the order of the kinds."""
    groups: dict[ChangeOf, list[Changed]] = {}
    for one in found:
        groups.setdefault(one.kind, []).append(one)
    return {kind_in_words(kind, len(people)): people for kind, people in groups.items()}


def figure_rows(version: PlanVersion, others: Iterable[PlanVersion]) -> list[FigureRow]:
    """Return the figures of a version beside those of others, each with the difference."""
    now, rest = figures_of(version), [figures_of(other) for other in others]
    rows = []
    for label, read, write in _FIGURES:
        values = tuple(
            (write(read(one)), _difference(read(now) - read(one), write)) for one in rest
        )
        rows.append(FigureRow(translate(label), write(read(now)), values))
    return rows


def _kind(was: Spot | None, now: Spot | None) -> ChangeOf | None:
    if was is None:
        return ChangeOf.ADDED
    if now is None:
        return ChangeOf.DROPPED
    if was.day != now.day:
        return ChangeOf.DAY
    if was.team_id != now.team_id:
        return ChangeOf.TEAM
    return ChangeOf.TIME if abs(was.start_s - now.start_s) > MOVED_S else None


def _spot(spot: Spot | None) -> str:
    if spot is None:
        return _("not on a route")
    return _(
        "%(team)s, %(day)s, %(time)s",
        team=spot.team, day=format_date_short(spot.day), time=format_time(spot.start_s),
    )  # fmt: skip


def _difference(value: int, write: Callable[[int], str]) -> str:
    if not value:
        return "="
    return ("+" if value > 0 else "\u2212") + write(abs(value))


Read = Callable[[Figures], int]
Write = Callable[[int], str]
_FIGURES: Final[tuple[tuple[str, Read, Write], ...]] = (
    (N_("People visited"), lambda f: f.people, format_number),
    (N_("Not scheduled"), lambda f: f.unserved, format_number),
    (N_("Longest wait left out (days)"), lambda f: f.oldest_left_days, format_number),
    (N_("On the road"), lambda f: f.travel_m, kilometres),
    (N_("Driving"), lambda f: f.travel_s, duration),
    (N_("Legs estimated"), lambda f: f.estimated_legs, format_number),
)
"""Each figure: its label (translated where it is shown), how it is read and how it is written."""
