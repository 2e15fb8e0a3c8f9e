"""What decrees ask for on a date: caps, a health protocol, a stop; for the office, a team or a district."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.audit.log import holds_nik
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.policy import Actor
from outreach.teams.accepted import offered_conditions
from outreach.teams.decree_models import Decree, DecreeLevel
from outreach.teams.models import Team

MOST_PEOPLE: Final = 10_000
LONGEST_EXTRA_MIN: Final = 120


@dataclass(frozen=True, slots=True)
class Protocol:
    """How visits go on a date: `extra_service_s` more at each person, whether protective equipment is worn, and in
    which conditions people are still visited (None: all)."""

    level: DecreeLevel
    extra_service_s: int
    protective: bool
    accepted: frozenset[str] | None
    letters: tuple[str, ...]


def decrees_on(session: Session, day: date) -> list[Decree]:
    """Return the decrees that hold on a date, the newest first."""
    return list(
        session.scalars(
            select(Decree)
            .where(
                Decree.first <= day,
                or_(Decree.last.is_(None), Decree.last >= day),
                Decree.lifted_at.is_(None),
            )
            .order_by(Decree.set_at.desc(), Decree.id.desc())
        )
    )


def all_decrees(session: Session) -> list[Decree]:
    """Return every decree ever set, the newest first."""
    return list(session.scalars(select(Decree).order_by(Decree.set_at.desc(), Decree.id.desc())))


def suspension_of(session: Session, day: date, team: Team | None = None) -> Decree | None:
    """Return the decree by which nobody (or, with `team`, this team) goes out on a date, or None."""
    for decree in decrees_on(session, day):
        everybody = decree.team_id is None and decree.district_code is None
        own = team is not None and decree.team_id == team.id
        if decree.level is DecreeLevel.SUSPENDED and (everybody or own):
            return decree
    return None


def office_cap(session: Session, day: date) -> int | None:
    """Return the most people a day for the whole office by decree, or None; of several the smallest holds."""
    return _least(
        d.people_per_day for d in decrees_on(session, day) if not d.team_id and not d.district_code
    )


def team_cap(session: Session, day: date, team: Team) -> int | None:
    """Return the most people a day for one team by decree, or None."""
    return _least(d.people_per_day for d in decrees_on(session, day) if d.team_id == team.id)


def district_caps(session: Session, day: date) -> dict[str, int]:
    """Return the most people a day in each district that a decree limits; 0 where it is suspended."""
    caps: dict[str, int] = {}
    for decree in decrees_on(session, day):
        code = decree.district_code
        if code is None:
            continue
        cap = 0 if decree.level is DecreeLevel.SUSPENDED else decree.people_per_day
        if cap is not None:
            caps[code] = min(cap, caps.get(code, cap))
    return caps


def protocol_on(
    session: Session, day: date, *, team_id: str | None = None, districts: Collection[str] = ()
) -> Protocol:
    """Return the health protocol of a date: the strictest of the decrees that hold for the whole office, and of those
    for this team and these districts (codes), where they are given."""
    held = [
        d
        for d in decrees_on(session, day)
        if d.team_id in {None, team_id}
        and (d.district_code is None or d.district_code in districts)
    ]
    order = list(DecreeLevel)
    chosen = [frozenset(d.accepted) for d in held if d.accepted is not None]
    return Protocol(
        level=max((d.level for d in held), key=order.index, default=DecreeLevel.NORMAL),
        extra_service_s=max((d.extra_service_s for d in held), default=0),
        protective=any(d.protective for d in held),
        accepted=frozenset.intersection(*chosen) if chosen else None,
        letters=tuple(d.letter_number for d in held),
    )


def set_decree(
    session: Session,
    actor: Actor,
    *,
    first: date,
    last: date | None,
    level: DecreeLevel,
    letter_number: str,
    team_id: str | None = None,
    district_code: str | None = None,
    people_per_day: int | None = None,
    extra_min: int = 0,
    protective: bool = False,
    accepted: Collection[str] = (),
) -> Decree:
    """Enter a decree with its letter; `accepted` names the conditions still visited, none of them meaning all. Raises Refused, with the field, on what cannot be."""
    policy.allow(actor, "decree.set")
    letter_number = " ".join(letter_number.split())
    if not letter_number:
        raise Refused(_("Write the number of the letter."), field="letter_number")
    if holds_nik(letter_number):
        raise Refused(_("Do not write a NIK here."), field="letter_number")
    if last is not None and last < first:
        raise Refused(_("The last day lies before the first."), field="last")
    if last is not None and last < clock.today():
        raise Refused(_("These days have passed."), field="last")
    if people_per_day is not None and not 0 <= people_per_day <= MOST_PEOPLE:
        raise Refused(
            _("Write a number from 0 to %(most)s.", most=MOST_PEOPLE), field="people_per_day"
        )
    if not 0 <= extra_min <= LONGEST_EXTRA_MIN:
        raise Refused(
            _("Write a number from 0 to %(most)s.", most=LONGEST_EXTRA_MIN), field="extra_min"
        )
    decree = Decree(
        first=first, last=last, level=level, team_id=team_id or None, district_code=district_code or None,
        people_per_day=people_per_day, extra_service_s=60 * extra_min, protective=protective,
        accepted=sorted(set(accepted) & offered_conditions().keys()) or None,
        letter_number=letter_number, set_by=actor.id, set_by_name=actor.name or actor.username,
        set_at=clock.now(),
    )  # fmt: skip
    session.add(decree)
    session.flush()
    audit.record(
        session, actor, "decree.set", decree, first=first, last=last, level=level.value,
        letter=letter_number,
    )  # fmt: skip
    return decree


def lift_decree(session: Session, actor: Actor, decree: Decree) -> None:
    """Let a decree hold no more, from now on; it stays in the list."""
    policy.allow(actor, "decree.lift", decree)
    if decree.lifted_at is not None:
        raise Refused(_("This decree was lifted already."))
    decree.lifted_by, decree.lifted_at = actor.id, clock.now()
    audit.record(session, actor, "decree.lifted", decree, letter=decree.letter_number)


def _least(caps: Iterable[int | None]) -> int | None:
    return min((cap for cap in caps if cap is not None), default=None)
