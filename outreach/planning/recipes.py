"""What can happen on a field day, as a planner says it: six recipes, and taking the last one back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.i18n import N_, format_time, ngettext, translate
from outreach.i18n import gettext as _
from outreach.places.models import Village
from outreach.referrals.models import Referral
from outreach.teams.models import Team

LONGEST_MIN: Final = 600
LONGEST_OVERTIME_MIN: Final = 120
DAY_MIN: Final = 24 * 60


class Recipe(StrEnum):
    """What happened. The values stand in addresses."""

    ILL = "sakit"
    VEHICLE = "kendaraan"
    OVERRUN = "molor"
    NOT_HOME = "kosong"
    URGENT = "mendesak"
    ROAD = "jalan"
    UNDO = "urungkan"


OF_TEAM: Final = frozenset({Recipe.ILL, Recipe.VEHICLE})
OF_VISIT: Final = frozenset({Recipe.OVERRUN, Recipe.NOT_HOME})
LABELS: Final[Mapping[Recipe, str]] = {
    Recipe.ILL: N_("Member ill"),
    Recipe.VEHICLE: N_("Vehicle broken"),
    Recipe.OVERRUN: N_("Visit overruns"),
    Recipe.NOT_HOME: N_("No one home"),
    Recipe.URGENT: N_("Urgent case"),
    Recipe.ROAD: N_("Road cut"),
    Recipe.UNDO: N_("A change is taken back"),
}


@dataclass(frozen=True, slots=True)
class Call:
    """What a planner says happened.

    `team_id` of ILL and VEHICLE, `first_id` the first person whom that team no longer reaches ("": whoever it has not
    begun with). `referral_id` of OVERRUN, NOT_HOME and URGENT. `minutes` is how long it lasts: 0 is for the rest of the
    day (ILL, VEHICLE, ROAD) or not today any more (NOT_HOME, where it is else the minute of the day from which
    somebody is home again). `villages` of ROAD. `overtime` is by how many minutes teams may come home later today.
    """

    recipe: Recipe
    team_id: str = ""
    first_id: str = ""
    referral_id: str = ""
    minutes: int = 0
    villages: tuple[str, ...] = ()
    overtime: int = 0

    def __post_init__(self) -> None:
        most = DAY_MIN if self.recipe is Recipe.NOT_HOME else LONGEST_MIN
        if not 0 <= self.minutes <= most:
            raise ValueError(f"minutes: {self.minutes} is not between 0 and {most}")
        if not 0 <= self.overtime <= LONGEST_OVERTIME_MIN:
            raise ValueError(f"overtime: {self.overtime} is more than {LONGEST_OVERTIME_MIN}")

    @property
    def seconds(self) -> int:
        """`minutes` in seconds."""
        return 60 * self.minutes

    def to_json(self) -> dict[str, Any]:
        """Return it as the database keeps it."""
        return {
            "recipe": self.recipe.value, "team": self.team_id, "first": self.first_id,
            "referral": self.referral_id, "minutes": self.minutes, "villages": list(self.villages),
            "overtime": self.overtime,
        }  # fmt: skip


def call_from(kept: Mapping[str, Any]) -> Call:
    """Return what the database kept. Raises ValueError for what is no call."""
    return Call(
        Recipe(kept["recipe"]), kept.get("team", ""), kept.get("first", ""),
        kept.get("referral", ""), int(kept.get("minutes", 0)), tuple(kept.get("villages", ())),
        int(kept.get("overtime", 0)),
    )  # fmt: skip


def in_words(session: Session, kept: Mapping[str, Any]) -> str:
    """Say what happened, for teams, supervisors and papers; empty for a version that no recipe made."""
    if not kept:
        return ""
    call = call_from(kept)
    team = session.get(Team, call.team_id) if call.team_id else None
    named = {"team": team.name if team else "-", "name": _name(session, call.referral_id)}
    match call.recipe:
        case Recipe.ILL if call.minutes:
            return ngettext(
                "A member of %(team)s is ill; each visit takes %(num)d minute longer.",
                "A member of %(team)s is ill; each visit takes %(num)d minutes longer.",
                call.minutes, **named,
            )  # fmt: skip
        case Recipe.ILL:
            return _("A member of %(team)s is ill; the team goes home.", **named)
        case Recipe.VEHICLE if call.minutes:
            return ngettext(
                "The vehicle of %(team)s is broken for %(num)d minute.",
                "The vehicle of %(team)s is broken for %(num)d minutes.",
                call.minutes, **named,
            )  # fmt: skip
        case Recipe.VEHICLE:
            return _("The vehicle of %(team)s is broken for today.", **named)
        case Recipe.OVERRUN:
            return ngettext(
                "The visit to %(name)s takes %(num)d minute longer.",
                "The visit to %(name)s takes %(num)d minutes longer.",
                call.minutes, **named,
            )  # fmt: skip
        case Recipe.NOT_HOME if call.minutes:
            return _(
                "No one was home at %(name)s; the team comes again after %(time)s.",
                time=format_time(call.seconds), **named,
            )  # fmt: skip
        case Recipe.NOT_HOME:
            return _("No one was home at %(name)s; not today any more.", **named)
        case Recipe.URGENT:
            return _("%(name)s must be visited today.", **named)
        case Recipe.ROAD:
            villages = session.scalars(select(Village).where(Village.code.in_(call.villages)))
            where = ", ".join(village.name for village in villages)
            if call.minutes:
                return ngettext(
                    "The road to %(where)s takes %(num)d minute longer.",
                    "The road to %(where)s takes %(num)d minutes longer.",
                    call.minutes, where=where,
                )  # fmt: skip
            return _("The road to %(where)s is cut today.", where=where)
        case _:
            return translate(LABELS[call.recipe])


def _name(session: Session, referral_id: str) -> str:
    referral = session.get(Referral, referral_id) if referral_id else None
    return referral.resident.name if referral else "-"
