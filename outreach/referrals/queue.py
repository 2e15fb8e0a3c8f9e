"""The queues of triage: which referrals, in which order, and how many of each kind.

Every question is asked of indexed or derived columns (`keys.py`), so that 50,000 referrals answer as fast as 500.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from outreach.i18n import N_
from outreach.paging import Listing
from outreach.policy import Actor
from outreach.referrals.flags import FLAG_LABELS, bit
from outreach.referrals.models import Referral
from outreach.referrals.priority import Weights, points_sql
from outreach.referrals.queries import reach
from outreach.referrals.searching import matching
from outreach.referrals.states import WAITING
from outreach.referrals.states import ReferralState as S

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
    total = session.scalar(select(func.count()).select_from(Referral).where(condition)) or 0
    count = max(1, -(-total // SIZE))
    number = min(max(1, number), count)
    ids = select(Referral.id).where(condition)
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
        select(*columns).select_from(Referral).where(condition).group_by(district)
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
        parts.append(matching(actor, "triage.list", words))
    return and_(*parts)


def _has_flag(code: str) -> ColumnElement[bool]:
    return Referral.flags.bitwise_and(bit(code)) != 0


def _between(value: ColumnElement[int], low: int, high: int | None) -> ColumnElement[bool]:
    return value >= low if high is None else value.between(low, high)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.count().filter(condition)
