"""Setting how points are given, and what last week's plan would have been with other points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Invalid, Refused
from outreach.i18n import gettext as _
from outreach.planning.models import Plan, PlanState, PlanVersion
from outreach.policy import Actor
from outreach.referrals.given import plain
from outreach.referrals.models import Referral
from outreach.referrals.priority import MOST_POINTS, Weights, priority_on, weights_on
from outreach.referrals.triage_models import PriorityWeights


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody whose place in the plan would change, with the points before and after."""

    referral: Referral
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A plan that was made, re-ranked: `seats` people are served by points alone, before and after."""

    plan: Plan
    seats: int
    candidates: int
    inside: tuple[Moved, ...]
    outside: tuple[Moved, ...]


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


def preview(session: Session, weights: Weights) -> Preview | None:
    """Re-rank the people of the last plan of the past week (or the last plan before that) with other weights.

    As many as the plan visited are taken by points alone, with the weights of then and with the new ones; the roads,
    the teams' hours and their abilities are left out. None while no plan was ever made.
    """
    version = _last_version(session)
    if version is None:
        return None
    day = version.plan.first_day
    served = [visit.referral for route in version.routes for stop in route.stops for visit in stop.visits]  # fmt: skip
    people = [*served, *(row.referral for row in version.unserved)]
    old_weights = weights_on(session, clock.to_office(version.made_at).date())
    before = {one.id: priority_on(one, day, old_weights).points for one in people}
    after = {one.id: priority_on(one, day, weights).points for one in people}
    first, second = (_first(people, points, len(served)) for points in (before, after))
    moved = {one.id: Moved(one, before[one.id], after[one.id]) for one in people}
    return Preview(
        version.plan,
        len(served),
        len(people),
        tuple(moved[key] for key in second if key not in first),
        tuple(moved[key] for key in first if key not in second),
    )


def _first(people: list[Referral], points: Mapping[str, int], seats: int) -> dict[str, None]:
    ranked = sorted(people, key=lambda one: (-points[one.id], one.waiting_since or 0, one.id))
    return dict.fromkeys(one.id for one in ranked[:seats])


def _last_version(session: Session) -> PlanVersion | None:
    made = (PlanState.APPROVED, PlanState.SENT, PlanState.MADE, PlanState.SUPERSEDED)
    query = (
        select(PlanVersion)
        .join(Plan)
        .where(PlanVersion.state.in_(made))
        .order_by(PlanVersion.made_at.desc())
        .limit(1)
    )
    last_week = clock.today() - timedelta(days=7)
    recent = session.scalars(query.where(Plan.first_day.between(last_week, clock.today()))).first()
    return recent or session.scalars(query).first()
