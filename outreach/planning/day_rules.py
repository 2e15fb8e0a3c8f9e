"""The office's rules of field days: what needs a signature, what may no longer move, how often a house is tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Invalid, Refused
from outreach.i18n import gettext as _
from outreach.planning.day_models import DayRules
from outreach.policy import Actor


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a date; `id` is the row that set them, None for the ones this software comes with.

    They are ours, not decreed: a change of a few visits should not wait for a supervisor who is out of reach, and ten
    minutes are what a call to the team takes.
    """

    most_changed: int = 4
    most_dropped: int = 1
    lead_min: int = 10
    most_attempts: int = 3
    id: str | None = None


_MOST: Final = {"most_changed": 500, "most_dropped": 500, "lead_min": 240, "most_attempts": 20}
_LEAST: Final = {"most_attempts": 1}


def rules_on(session: Session, day: date) -> Rules:
    """Return the rules that hold on a date: those set last for it."""
    row = session.scalars(
        select(DayRules)
        .where(DayRules.first_day <= day)
        .order_by(DayRules.first_day.desc(), DayRules.set_at.desc(), DayRules.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return Rules()
    return Rules(row.most_changed, row.most_dropped, row.lead_min, row.most_attempts, row.id)


def all_rules(session: Session) -> list[DayRules]:
    """Return every setting, the latest day first."""
    query = select(DayRules).order_by(DayRules.first_day.desc(), DayRules.set_at.desc())
    return list(session.scalars(query))


def read_rules(typed: Mapping[str, str]) -> Rules:
    """Read rules as they are typed. Raises Invalid with a message for each field that is wrong."""
    values, errors = {}, {}
    for name, most in _MOST.items():
        text, least = typed.get(name, "").strip(), _LEAST.get(name, 0)
        if text.isascii() and text.isdecimal() and len(text) < 5 and least <= int(text) <= most:
            values[name] = int(text)
        else:
            errors[name] = _(
                "Write a whole number from %(least)s to %(most)s.", least=least, most=most
            )
    if errors:
        raise Invalid(errors)
    return Rules(
        values["most_changed"], values["most_dropped"], values["lead_min"], values["most_attempts"]
    )


def set_rules(session: Session, actor: Actor, rules: Rules, first_day: date) -> DayRules:
    """Set the rules that hold from a day on. Raises Refused for a day that has passed."""
    policy.allow(actor, "day_rules.manage")
    if first_day < clock.today():
        raise Refused(_("This day has passed. What was done by then stays as it was."), field="first_day")  # fmt: skip
    values = {f.name: getattr(rules, f.name) for f in fields(rules) if f.name != "id"}
    row = DayRules(
        first_day=first_day, set_by=actor.id, set_by_name=actor.name, set_at=clock.now(), **values
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "day_rules.set", row, first_day=first_day.isoformat(), rules=values)  # fmt: skip
    return row


def typed_of(rules: Rules) -> dict[str, str]:
    """Return rules as a form shows them."""
    return {name: str(value) for name, value in asdict(rules).items() if name != "id"}
