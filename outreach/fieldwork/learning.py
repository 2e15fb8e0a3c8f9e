"""Learning how long driving really takes, from the teams' own drives, and letting plans use it or not.

The factor of a vehicle is the median of (taken / planned) over its drives, and that of a part of the day is its own
where there are enough drives and it differs. Whether it helps is measured on every fourth route, which is not learned
from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Refused
from outreach.fieldwork.legs import RecordedLeg, recorded_legs
from outreach.i18n import gettext as _
from outreach.planning.local import factor_at, learned_in_use
from outreach.planning.pace_models import LearnedPace
from outreach.policy import Actor

ENOUGH: Final = 200
"""Drives before anything is learned."""
ENOUGH_OF_A_KIND: Final = 30
"""Drives of a vehicle, or of a vehicle in a part of the day, before it has a factor of its own."""
NOT_ALIKE: Final = 0.05
"""By how much a part of the day must differ from the whole day; each part of its own makes planning slower."""
REMEMBERED: Final = timedelta(days=365)
PARTS_S: Final = (0, 9 * 3600, 12 * 3600)
"""From when on a part of the day counts: the roads to market and school, the late morning, the afternoon."""
_FOLDS: Final = 4

Factors = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the drives teach. Errors are median absolute percentages on the `held_out` drives; None before ENOUGH."""

    legs: int
    factors: Factors
    held_out: int = 0
    before_percent: float | None = None
    after_percent: float | None = None

    @property
    def is_enough(self) -> bool:
        """Whether there is something to use."""
        return self.before_percent is not None and bool(self.factors)


def lesson(session: Session) -> Lesson:
    """Return what the drives of the past year teach."""
    return learn(recorded_legs(session, clock.today() - REMEMBERED))


def learn(legs: Sequence[RecordedLeg]) -> Lesson:
    """Learn from drives; below ENOUGH of them, nothing but their number."""
    if len(legs) < ENOUGH:
        return Lesson(len(legs), [])
    held = _held_out(legs)
    known = factors_of([leg for leg in legs if leg.route_id not in held])
    asked = [leg for leg in legs if leg.route_id in held]
    return Lesson(
        len(legs),
        factors_of(legs),
        len(asked),
        _error(asked, []) if asked else None,
        _error(asked, known) if asked else None,
    )


def factors_of(legs: Sequence[RecordedLeg]) -> Factors:
    """Return rows of basis, profile, from_s, factor and how many drives they come from."""
    rows: Factors = []
    for basis, profile in sorted({(leg.basis, leg.profile) for leg in legs}):
        own = [leg for leg in legs if (leg.basis, leg.profile) == (basis, profile)]
        if len(own) < ENOUGH_OF_A_KIND:
            continue
        whole = _factor(own)
        before = None
        for from_s, to_s in zip(PARTS_S, (*PARTS_S[1:], 86_400), strict=True):
            some = [leg for leg in own if from_s <= leg.left_s < to_s]
            factor = _factor(some) if len(some) >= ENOUGH_OF_A_KIND else whole
            if abs(factor / whole - 1) < NOT_ALIKE:
                factor = whole
            if factor != before:
                rows.append({"basis": basis, "profile": profile, "from_s": from_s, "factor": factor, "legs": len(some)})  # fmt: skip
            else:
                rows[-1]["legs"] += len(some)
            before = factor
    return rows


def switch_on(session: Session, actor: Actor) -> LearnedPace:
    """Let plans use what the drives teach now, in place of what was used before. Raises Refused below ENOUGH drives."""
    policy.allow(actor, "pace.manage")
    now = lesson(session)
    if not now.is_enough:
        raise Refused(
            _("There are %(legs)s drives. %(enough)s are needed.", legs=now.legs, enough=ENOUGH)
        )
    _end(session, actor)
    row = LearnedPace(
        number=(session.scalar(select(func.max(LearnedPace.number))) or 0) + 1,
        factors=now.factors,
        legs=now.legs,
        held_out=now.held_out,
        before_percent=now.before_percent,
        after_percent=now.after_percent,
        on_by=actor.id,
        on_by_name=actor.name,
        on_at=clock.now(),
    )
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "pace.switched_on", row, number=row.number, legs=row.legs,
        before=row.before_percent, after=row.after_percent,
    )  # fmt: skip
    return row


def switch_off(session: Session, actor: Actor) -> None:
    """Let new plans count with the table's own minutes again. Raises Refused when nothing is in use."""
    policy.allow(actor, "pace.manage")
    row = _end(session, actor)
    if row is None:
        raise Refused(_("Nothing that was learned is in use."))
    audit.record(session, actor, "pace.switched_off", row, number=row.number)


def history(session: Session) -> list[LearnedPace]:
    """Return what was ever switched on, the newest first."""
    return list(session.scalars(select(LearnedPace).order_by(LearnedPace.number.desc())))


def _end(session: Session, actor: Actor) -> LearnedPace | None:
    row = learned_in_use(session)
    if row is not None:
        row.off_by, row.off_by_name, row.off_at = actor.id, actor.name, clock.now()
        session.flush()
    return row


def _factor(legs: Sequence[RecordedLeg]) -> float:
    return round(median(leg.ratio for leg in legs), 3)


def _held_out(legs: Sequence[RecordedLeg]) -> set[str]:
    """Return every fourth route, in an order that has nothing to do with time or team, and is always the same."""
    routes = sorted({leg.route_id for leg in legs}, key=lambda key: hashlib.sha256(key.encode()).digest())  # fmt: skip
    return set(routes[::_FOLDS])


def _error(legs: Sequence[RecordedLeg], factors: Factors) -> float:
    errors = [
        abs(leg.planned_s * factor_at(factors, leg.basis, leg.profile, leg.left_s) / leg.taken_s - 1)
        for leg in legs
    ]  # fmt: skip
    return round(100 * median(errors), 1)
