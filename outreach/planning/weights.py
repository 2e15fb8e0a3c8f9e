"""Setting how points are given, from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Invalid, Refused
from outreach.i18n import gettext as _
from outreach.policy import Actor
from outreach.referrals.given import plain
from outreach.referrals.priority import MOST_POINTS, Weights
from outreach.referrals.triage_models import PriorityWeights


def read_weights(typed: Mapping[str, str]) -> Weights:
    """Read weights as they are typed. Raises Invalid with a message for each field that is wrong."""
    values, errors = {}, {}
    for field in fields(Weights):
        text = typed.get(field.name, "").strip()
        if text.isascii() and text.isdecimal() and len(text) < 6 and int(text) <= MOST_POINTS:
            values[field.name] = int(text)
        else:
            errors[field.name] = _("Write a whole number between 0 and %(most)s.", most=MOST_POINTS)
    if values.get("base") == 0:
        errors["base"] = _("Everybody on the list must weigh something.")
    if errors:
        raise Invalid(errors)
    return Weights(**values)


def set_weights(
    session: Session, actor: Actor, weights: Weights, first_day: date, note: str = ""
) -> PriorityWeights:
    """Set the weights that hold from a day on. Raises Refused for a day that has passed."""
    policy.allow(actor, "weights.manage")
    if first_day < clock.today():
        raise Refused(
            _("This day has passed. What was decided by then stays as it was."), field="first_day"
        )
    row = PriorityWeights(
        first_day=first_day,
        weights=asdict(weights),
        note=plain(note, "note", longest=200),
        set_by=actor.id,
        set_by_name=actor.name,
        set_at=clock.now(),
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "weights.set", row, first_day=first_day.isoformat(), weights=row.weights)  # fmt: skip
    return row


def weights_set(session: Session) -> list[PriorityWeights]:
    """Return every setting, the latest day first."""
    query = select(PriorityWeights).order_by(
        PriorityWeights.first_day.desc(), PriorityWeights.set_at.desc()
    )
    return list(session.scalars(query))
