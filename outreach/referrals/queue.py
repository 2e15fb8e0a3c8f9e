"""The queues of triage: which referrals, in which order, and how many of each kind.

Every question is asked of indexed or derived columns (`keys.py`), so that 50,000 referrals answer as fast as 500.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from outreach.i18n import N_
from outreach.paging import Listing
from outreach.policy import Actor
from outreach.referrals.flags import FLAG_LABELS, bit
from outreach.referrals.models import Referral, Resident
from outreach.referrals.names import sound
from outreach.referrals.priority import Weights, points_sql
from outreach.referrals.queries import reach
from outreach.referrals.states import WAITING
from outreach.referrals.states import ReferralState as S
from outreach.referrals.tracking import TrackingError, normalise
from outreach.referrals.triage_models import NameSound

SIZE: Final = 25
QUEUES: Final[Mapping[str, tuple[str, tuple[S, ...]]]] = {
    "": (N_("To be checked"), WAITING),
    "unendorsed": (N_("Not yet checked by the district"), WAITING),
    "endorsed": (N_("Checked by the district"), WAITING),
    "returned": (N_("Returned"), (S.RETURNED,)),
    "backlog": (N_("Waiting for a visit"), (S.ACCEPTED, S.VISITED)),
    "scheduled": (N_("Scheduled"), (S.SCHEDULED,)),
    "all": (N_("All"), tuple(state for state in S if state is not S.DRAFT)),
}
"""Each queue with its name and its states; a draft is its village's own affair."""
AGES: Final[Mapping[str, tuple[str, int, int | None]]] = {
    "week": (N_("Less than 7 days"), 0, 6),
    "month": (N_("7 to 29 days"), 7, 29),
    "long": (N_("30 to 59 days"), 30, 59),
    "longest": (N_("60 days or more"), 60, None),
}
"""How long a referral has waited, in days from and to."""


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What a queue is narrowed to: a district code, a mark, an age, words of a name or a code."""

    queue: str = ""
    district: str = ""
    flag: str = ""
    age: str = ""
    search: str = ""

    @property
    def count(self) -> int:
        """How many narrow the queue."""
        return sum(map(bool, (self.district, self.flag, self.age, self.search)))

    def as_query(self) -> dict[str, str]:
        """Return what an address holds of it."""
        return {
            name: value
            for name, value in (
                ("lihat", self.queue), ("kec", self.district), ("tanda", self.flag), ("tunggu", self.age), ("cari", self.search),
            )
            if value
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of a queue there are by district code, mark and age; each with the other filters on."""

    districts: Mapping[str, int]
    flags: Mapping[str, int]
    ages: Mapping[str, int]


def queue_page(
    session: Session,
    actor: Actor,
    filters: QueueFilters,
    day: date,
    weights: Weights,
    planned: frozenset[int],
    number: int = 1,
) -> Listing[Referral]:
    """Return one page of a queue: the most points first, of everything the last change first."""
    condition = _where(actor, filters, day)
    total = _count(session, condition, filters)
    count = max(1, -(-total // SIZE))
    number = min(max(1, number), count)
    ids = _base(select(Referral.id), filters, points=filters.queue != "all").where(condition)
    if filters.queue == "all":
        ids = ids.order_by(Referral.changed_at.desc(), Referral.id)
    else:
        ids = ids.order_by(points_sql(day, weights, planned).desc(), Referral.submitted_at, Referral.id)  # fmt: skip
    order = list(session.scalars(ids.offset((number - 1) * SIZE).limit(SIZE)))
    rows = {
        referral.id: referral
        for referral in session.scalars(select(Referral).where(Referral.id.in_(order))).unique()
    }
    return Listing(tuple(rows[key] for key in order), number, count, total)


def count_queues(session: Session, actor: Actor) -> dict[str, int]:
    """Return how many stand in each queue that the actor may see."""
    endorsed = Referral.endorsed_at.is_not(None)
    query = (
        select(Referral.state, endorsed, func.count())
        .where(reach(actor, "triage.list"), Referral.state != S.DRAFT)
        .group_by(Referral.state, endorsed)
    )
    found = dict.fromkeys(QUEUES, 0)
    for state, is_endorsed, number in session.execute(query):
        for queue, (_label, states) in QUEUES.items():
            wanted = {"endorsed": True, "unendorsed": False}.get(queue, bool(is_endorsed))
            if state in states and bool(is_endorsed) is wanted:
                found[queue] += number
    return found


def count_within(session: Session, actor: Actor, filters: QueueFilters, day: date) -> Counts:
    """Return how many of a queue there are by district, mark and age, in one pass."""
    condition = _where(actor, QueueFilters(filters.queue, search=filters.search), day)
    district = func.substr(Referral.village_code, 1, 8)
    waited = day.toordinal() - func.coalesce(Referral.waiting_since, day.toordinal())
    columns: list[ColumnElement[Any]] = [district.label("district"), func.count().label("number")]
    for code in FLAG_LABELS:
        columns.append(_sum(_has_flag(code)).label(f"flag_{code}"))
    for code, (_label, from_day, to_day) in AGES.items():
        columns.append(_sum(_between(waited, from_day, to_day)).label(f"age_{code}"))
    rows = session.execute(
        _base(select(*columns), filters, points=False).where(condition).group_by(district)
    ).mappings()
    districts, flags, ages = {}, dict.fromkeys(FLAG_LABELS, 0), dict.fromkeys(AGES, 0)
    for row in rows:
        districts[str(row["district"])] = int(row["number"])
        if filters.district and filters.district != row["district"]:
            continue
        for code in flags:
            flags[code] += int(row[f"flag_{code}"] or 0)
        for code in ages:
            ages[code] += int(row[f"age_{code}"] or 0)
    return Counts(districts, flags, ages)


def next_in_queue(
    session: Session,
    actor: Actor,
    day: date,
    weights: Weights,
    planned: frozenset[int],
    besides: Sequence[str] = (),
) -> Referral | None:
    """Return who comes first among those that wait for a check, besides some."""  # fmt: skip
    filters = QueueFilters()
    query = (
        _base(select(Referral.id), filters, points=True)
        .where(_where(actor, filters, day), Referral.id.not_in(besides))
        .order_by(points_sql(day, weights, planned).desc(), Referral.submitted_at, Referral.id)
    )
    key = session.scalar(query.limit(1))
    return session.get(Referral, key) if key else None


def _base(query: Select[Any], filters: QueueFilters, *, points: bool) -> Select[Any]:
    query = query.select_from(Referral)
    return query.join(Resident) if points or filters.search else query


def _count(session: Session, condition: ColumnElement[bool], filters: QueueFilters) -> int:
    query = _base(select(func.count()), filters, points=False).where(condition)
    return session.scalar(query) or 0


def _where(actor: Actor, filters: QueueFilters, day: date) -> ColumnElement[bool]:
    queue = filters.queue if filters.queue in QUEUES else ""
    parts = [reach(actor, "triage.list"), Referral.state.in_(QUEUES[queue][1])]
    if queue == "endorsed":
        parts.append(Referral.endorsed_at.is_not(None))
    if queue == "unendorsed":
        parts.append(Referral.endorsed_at.is_(None))
    if filters.district:
        parts.append(Referral.village_code.startswith(f"{filters.district}.", autoescape=True))
    if filters.flag in FLAG_LABELS:
        parts.append(_has_flag(filters.flag))
    if filters.age in AGES:
        _label, from_day, to_day = AGES[filters.age]
        waited = day.toordinal() - func.coalesce(Referral.waiting_since, day.toordinal())
        parts.append(_between(waited, from_day, to_day))
    if words := filters.search.strip():
        parts.append(_matches(words))
    return and_(*parts)


def _has_flag(code: str) -> ColumnElement[bool]:
    return Referral.flags.bitwise_and(bit(code)) != 0


def _between(value: ColumnElement[int], low: int, high: int | None) -> ColumnElement[bool]:
    return value >= low if high is None else value.between(low, high)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.count().filter(condition)


def _matches(words: str) -> ColumnElement[bool]:
    """A tracking code, the letters of a name, or a name that sounds the same."""
    try:
        return Referral.tracking_code == normalise(words)
    except TrackingError:
        pass
    named: ColumnElement[bool] = true()
    for word in words.split()[:6]:
        named = named & Resident.name.icontains(word, autoescape=True)
    sounds = [sound(word) for word in words.casefold().split()[:6] if len(word) > 3 and word.isalpha()]  # fmt: skip
    if not sounds:
        return or_(named, Referral.tracking_code.icontains(words, autoescape=True))
    alike = [select(NameSound.resident_id).where(NameSound.sound == one) for one in sounds]
    return or_(named, and_(*(Referral.resident_id.in_(query) for query in alike)))
