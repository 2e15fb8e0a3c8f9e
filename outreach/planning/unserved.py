"""Whom a version leaves out, grouped by the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.planning import reasons
from outreach.planning.models import PlanVersion, UnservedReferral
from outreach.referrals.priority import Weights, priority_on, weights_on
from outreach.referrals.priority_words import in_words
from outreach.teams.models import Team


@dataclass(frozen=True)
class LeftOut:
    """One person left out: the row, why in a sentence, and the smallest change that would help, if one is known."""

    row: UnservedReferral
    why: str
    change: str
    priority: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Everybody who is left out for one reason. `people` is empty where a filter shows another group."""

    reason: str
    title: str
    count: int
    people: tuple[LeftOut, ...]


FIRST_FEW: Final = 15
"""How many people of each reason are listed before one reason is chosen."""


def grouped(session: Session, version: PlanVersion, only: str | None) -> list[Group]:
    """Return the groups, the largest first; with `only`, all people of that reason alone are listed."""
    by_reason: dict[str, list[UnservedReferral]] = {}
    for row in version.unserved:
        by_reason.setdefault(row.reason, []).append(row)
    known = only if only in by_reason else None
    teams = {team.id: team.name for team in session.scalars(select(Team))}
    day = version.plan.first_day
    weights = weights_on(session, clock.to_office(version.made_at).date())
    return [
        Group(
            reason,
            reasons.title(reason),
            len(rows),
            tuple(
                _left_out(row, teams, day, weights)
                for row in rows[: len(rows) if known else FIRST_FEW]
            )
            if known in (None, reason)
            else (),
        )
        for reason, rows in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def _left_out(
    row: UnservedReferral, teams: Mapping[str, str], day: date, weights: Weights
) -> LeftOut:
    change = row.parameters.get("change")
    weight = priority_on(row.referral, day, weights)
    return LeftOut(
        row,
        reasons.sentence(row.reason, row.parameters, teams),
        reasons.change(change["kind"], change, teams) if change else "",
        tuple(in_words(weight)),
    )
