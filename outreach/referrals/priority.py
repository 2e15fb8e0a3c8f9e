"""How much a referral weighs when not everybody can be visited: one table that can be told to a person.

The rules are the product's: a person who waits weighs more each day, a date by which the card is needed weighs more as
it comes near, and whoever was visited in vain does not go to the back of the queue. How many points each is worth is
the office's: an administrator sets them from a day on (`weights_on`). Sex and district weigh nothing.
UU 27/2022 article 34 asks that a score be explainable and that a person decides: `lines` is the explanation. The queue
sorts by `points_sql`, which gives the same points in the database; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.referrals.conditions import CONDITIONS, Mobility
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.referrals.triage_models import PriorityWeights

CARE: Final = frozenset({"hospital"})
BENEFITS: Final = frozenset({"social_aid", "pension"})
"""Codes of `circumstances.PRIORITY_REASONS`: what the card is needed for."""
DUE_STEPS: Final[tuple[tuple[int, str], ...]] = (
    (0, "due_now"), (7, "due_week"), (14, "due_fortnight"), (30, "due_month"),
)  # fmt: skip
"""Days left until the card is needed, and the weight from there on; the first that fits."""
AGES: Final = ((85, "age_85"), (75, "age_75"))
_MOBILITY: Final[Mapping[Mobility, str]] = {
    "lying": "lying",
    "seated": "seated",
    "walks_with_help": "helped",
}
MOST_POINTS: Final = 1000


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for each part. `most_days` caps the days that count, `long_wait_days` is when a long wait begins.

    A long wait gets its own points so that a remote house gets its turn, although two or three near ones could be
    visited in the same time: with 300 sample referrals and a quota of 50 this served 28 of 35 who had waited that
    long, instead of 19, for 4 people fewer. Raises ValueError for points below 0 or above 1,000.
    """

    base: int = 100
    day: int = 2
    most_days: int = 90
    long_wait_days: int = 60
    long_wait: int = 150
    lying: int = 30
    seated: int = 15
    helped: int = 10
    care: int = 60
    benefits: int = 30
    other_reason: int = 10
    age_75: int = 10
    age_85: int = 20
    due_now: int = 200
    due_week: int = 150
    due_fortnight: int = 100
    due_month: int = 50
    attempt: int = 30
    most_attempts: int = 3
    neighbour: int = 15

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not isinstance(value, int) or not 0 <= value <= MOST_POINTS:
                raise ValueError(f"{name}: a weight lies between 0 and {MOST_POINTS}, not {value}")
        if not self.base:
            raise ValueError("base: everybody on the waiting list weighs something")


DEFAULT: Final = Weights()


@dataclass(frozen=True, slots=True)
class PriorityLine:
    """One reason for points: its code, the amount it is about, the points."""

    code: str
    amount: int
    points: int

    def __post_init__(self) -> None:
        if self.points <= 0:
            raise ValueError(f"a line of priority without points: {self.code}")


@dataclass(frozen=True, slots=True)
class Priority:
    """What a referral weighs, and why."""

    lines: tuple[PriorityLine, ...]

    @property
    def points(self) -> int:
        """The sum of the lines."""
        return sum(line.points for line in self.lines)


def weights_on(session: Session, day: date) -> Weights:
    """Return the weights that hold on a day: those set last for it, or the product's own."""
    kept = session.scalars(
        select(PriorityWeights)
        .where(PriorityWeights.first_day <= day)
        .order_by(PriorityWeights.first_day.desc(), PriorityWeights.set_at.desc())
        .limit(1)
    ).first()
    return weights_of(kept.weights) if kept else DEFAULT


def weights_of(kept: Mapping[str, Any]) -> Weights:
    """Return weights from JSON; a part that did not exist when they were kept has its own default."""
    known = {field.name for field in fields(Weights)}
    return Weights(**{name: value for name, value in kept.items() if name in known})


def priority_of(
    *,
    waiting_days: int,
    due_day: date | None,
    attempts: int,
    day: date,
    condition: str = "",
    reason: str = "",
    age: int | None = None,
    near_planned: bool = False,
    weights: Weights = DEFAULT,
) -> Priority:
    """Return the weight of a referral on a date, after `waiting_days` and `attempts` visits in vain."""
    w = weights
    counted = min(max(waiting_days, 0), w.most_days)
    parts = [("base", 1, w.base), ("waiting", waiting_days, counted * w.day)]
    if waiting_days >= w.long_wait_days:
        parts.append(("long_wait", w.long_wait_days, w.long_wait))
    mobility = CONDITIONS[condition].mobility if condition in CONDITIONS else "walks"
    if mobility in _MOBILITY:
        parts.append((mobility, 1, getattr(w, _MOBILITY[mobility])))
    if reason:
        code = _purpose(reason)
        parts.append((code, 1, getattr(w, code)))
    for from_age, name in AGES:
        if age is not None and age >= from_age:
            parts.append(("age", from_age, getattr(w, name)))
            break
    if due_day is not None:
        left = (due_day - day).days
        for within, name in DUE_STEPS:
            if left <= within:
                parts.append(("due", left, getattr(w, name)))
                break
    parts.append(("attempts", attempts, min(max(attempts, 0), w.most_attempts) * w.attempt))
    if near_planned:
        parts.append(("neighbour", 1, w.neighbour))
    return Priority(tuple(PriorityLine(*part) for part in parts if part[2] > 0))


def priority_on(
    referral: Referral,
    day: date,
    weights: Weights,
    planned: Collection[int] = (),
    attempts: int | None = None,
) -> Priority:
    """Return the weight of a referral on a date; `planned` are the squares in which somebody will be visited.

    `attempts` are those of the referral, unless others are asked about (as many as there were at an earlier moment).
    """
    return priority_of(
        waiting_days=max(referral.waiting_days(day), 0),
        due_day=referral.due_day,
        attempts=referral.attempts if attempts is None else attempts,
        day=day,
        condition=referral.condition,
        reason=referral.priority_reason,
        age=referral.resident.age_on(day),
        near_planned=referral.square in planned and referral.state is not ReferralState.SCHEDULED,
        weights=weights,
    )


def planned_squares(session: Session) -> frozenset[int]:
    """Return the squares (`keys.square_of`) in which somebody stands on an approved plan."""
    query = select(Referral.square).where(Referral.state == ReferralState.SCHEDULED).distinct()
    return frozenset(square for square in session.scalars(query) if square is not None)


def points_sql(day: date, weights: Weights, planned: Collection[int] = ()) -> ColumnElement[int]:
    """Return the points of a referral as SQL, the same as `priority_on` gives; all of it stands in one index."""
    w, row = weights, Referral
    waited = literal(day.toordinal()) - func.coalesce(row.waiting_since, day.toordinal())
    counted = case((waited < 0, 0), (waited > w.most_days, w.most_days), else_=waited)
    by_condition = {
        code: getattr(w, _MOBILITY[fact.mobility])
        for code, fact in CONDITIONS.items()
        if fact.mobility in _MOBILITY
    }
    purposes = {code: getattr(w, _purpose(code)) for code in CARE | BENEFITS}
    due = [(row.due_day <= day + timedelta(days=n), getattr(w, name)) for n, name in DUE_STEPS]
    tried = case((row.attempts > w.most_attempts, w.most_attempts), else_=row.attempts)
    total = (
        w.base
        + counted * w.day
        + case((waited >= w.long_wait_days, w.long_wait), else_=0)
        + case(by_condition, value=row.condition, else_=0)
        + case((row.priority_reason == "", 0), *((row.priority_reason == code, points) for code, points in sorted(purposes.items())), else_=w.other_reason)
        + case(*((row.born_day <= _years_before(day, years), getattr(w, name)) for years, name in AGES), else_=0)
        + case((row.due_day.is_(None), 0), *due, else_=0)
        + tried * w.attempt
    )  # fmt: skip
    if planned:
        near = and_(row.square.in_(sorted(planned)), row.state != ReferralState.SCHEDULED)
        total = total + case((near, w.neighbour), else_=0)
    return total  # type: ignore[no-any-return]


def _years_before(day: date, years: int) -> int:
    """Return the last day of birth of those who are so old on a day (29 February counts from 1 March)."""
    try:
        return day.replace(year=day.year - years).toordinal()
    except ValueError:
        return date(day.year - years, 2, 28).toordinal()


def _purpose(reason: str) -> str:
    if reason in CARE:
        return "care"
    return "benefits" if reason in BENEFITS else "other_reason"


def today_weights(session: Session) -> Weights:
    """Return the weights that hold today."""
    return weights_on(session, clock.today())
