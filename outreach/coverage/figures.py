"""The figures of the work: how far recording has come, and where the cases of each district and village stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from statistics import median
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.coverage.baseline import FIRST_DAY, Baseline
from outreach.coverage.disclosure import suppressed
from outreach.i18n import N_
from outreach.places.models import District, Village
from outreach.referrals.conditions import CONDITIONS
from outreach.referrals.models import Referral, ReferralEvent
from outreach.referrals.states import CloseReason, ReferralState

S = ReferralState


class Group(StrEnum):
    """States as the report puts them together."""

    CHECKING = "checking"
    WAITING = "waiting"
    SCHEDULED = "scheduled"
    DECIDING = "deciding"
    RECORDED = "recorded"
    DELIVERED = "delivered"
    CLOSED = "closed"


GROUP_LABELS: Final[Mapping[Group, str]] = {
    Group.CHECKING: N_("Being checked"),
    Group.WAITING: N_("On the waiting list"),
    Group.SCHEDULED: N_("Scheduled for a visit"),
    Group.DECIDING: N_("Visited, to be decided"),
    Group.RECORDED: N_("Recorded, card under way"),
    Group.DELIVERED: N_("Card in hand"),
    Group.CLOSED: N_("Closed without a card"),
}
GROUP_OF: Final[Mapping[ReferralState, Group]] = {
    S.SUBMITTED: Group.CHECKING,
    S.RETURNED: Group.CHECKING,
    S.ENROLMENT_FAILED: Group.CHECKING,
    S.DUPLICATE_RECORD: Group.CHECKING,
    S.ACCEPTED: Group.WAITING,
    S.SCHEDULED: Group.SCHEDULED,
    S.VISITED: Group.DECIDING,
    S.RECORDED: Group.RECORDED,
    S.SENT: Group.RECORDED,
    S.PRINT_READY: Group.RECORDED,
    S.PRINTED: Group.RECORDED,
    S.DELIVERED: Group.DELIVERED,
    S.CLOSED: Group.CLOSED,
}
"""A draft is not a case yet and counts nowhere."""

NOT_RECORDED_YET: Final = (S.SUBMITTED, S.RETURNED, S.ACCEPTED, S.SCHEDULED, S.VISITED)
RECORDED: Final = (S.RECORDED, S.SENT, S.PRINT_READY, S.PRINTED, S.DELIVERED)


@dataclass
class Area:
    """The cases of one village or district, or of all. `code` is its Kemendagri code, "" for the regency."""

    code: str
    name: str
    district: str = ""
    groups: dict[Group, int] = field(default_factory=lambda: dict.fromkeys(Group, 0))
    waits_days: list[int] = field(default_factory=list)
    recorded_this_month: int = 0

    @property
    def total(self) -> int:
        """All cases."""
        return sum(self.groups.values())

    @property
    def median_wait_days(self) -> float | None:
        """The median wait, in days since submission, of those not recorded yet; None where nobody waits."""
        return median(self.waits_days) if self.waits_days else None

    @property
    def helped(self) -> int:
        """Recorded, with or without the card in hand."""
        return self.groups[Group.RECORDED] + self.groups[Group.DELIVERED]

    def add(self, other: Area) -> None:
        """Count another area's cases in this one."""
        for group, count in other.groups.items():
            self.groups[group] += count
        self.waits_days += other.waits_days
        self.recorded_this_month += other.recorded_this_month


@dataclass(frozen=True)
class Figures:
    """All figures on a date. `by_condition` is None where a cell is too small to show."""

    day: date
    regency: Area
    districts: tuple[Area, ...]
    villages: tuple[Area, ...]
    recorded_since: int
    by_condition: dict[str, int | None]
    baseline: Baseline = FIRST_DAY

    @property
    def share(self) -> float:
        """The share of the obliged who are recorded now."""
        return self.baseline.share(self.recorded_since)

    @property
    def missing(self) -> int:
        """How many of the obliged are not recorded yet."""
        return self.baseline.missing(self.recorded_since)


def figures_on(session: Session, day: date | None = None) -> Figures:
    """Return the figures on a date (today): every district, and every village."""
    day = day or clock.today()
    villages = _villages(session)
    _count_states(session, villages)
    _count_waits(session, villages, day)
    _count_month(session, villages, day)
    districts = {
        code: Area(code, name)
        for code, name in session.execute(
            select(District.code, District.name).order_by(District.code)
        )
    }
    regency = Area("", "")
    for code, area in villages.items():
        districts[code.rpartition(".")[0]].add(area)
        regency.add(area)
    return Figures(
        day=day,
        regency=regency,
        districts=tuple(districts.values()),
        villages=tuple(villages.values()),
        recorded_since=_recorded_since(session),
        by_condition=_by_condition(session),
    )


def worst_first(areas: Iterable[Area]) -> list[Area]:
    """Return areas with most people waiting first."""
    return sorted(areas, key=lambda area: (-len(area.waits_days), area.code))


def only_with_cases(areas: Sequence[Area]) -> list[Area]:
    """Return the areas that have a case at all."""
    return [area for area in areas if area.total]


def _villages(session: Session) -> dict[str, Area]:
    rows = session.execute(
        select(Village.code, Village.name, District.name)
        .join(District, Village.district_code == District.code)
        .order_by(Village.code)
    )
    return {code: Area(code, name, district) for code, name, district in rows}


def _count_states(session: Session, villages: dict[str, Area]) -> None:
    rows = session.execute(
        select(Referral.village_code, Referral.state, Referral.close_reason, func.count())
        .where(Referral.state != S.DRAFT)
        .group_by(Referral.village_code, Referral.state, Referral.close_reason)
    )
    for code, state, close_reason, count in rows:
        delivered = state is S.CLOSED and close_reason is CloseReason.DELIVERED
        group = Group.DELIVERED if delivered else GROUP_OF[state]
        villages[code].groups[group] += count


def _count_waits(session: Session, villages: dict[str, Area], day: date) -> None:
    rows = session.execute(
        select(Referral.village_code, Referral.submitted_at).where(
            Referral.state.in_(NOT_RECORDED_YET), Referral.submitted_at.is_not(None)
        )
    )
    for code, submitted_at in rows:
        assert submitted_at is not None
        waited = (day - clock.to_office(submitted_at).date()).days
        villages[code].waits_days.append(max(waited, 0))


def recorded_this_month(session: Session, day: date) -> int:
    """Return how many were recorded since the first of the month."""
    return sum(_month_counts(session, day).values())


def _count_month(session: Session, villages: dict[str, Area], day: date) -> None:
    for code, count in _month_counts(session, day).items():
        villages[code].recorded_this_month += count


def _month_counts(session: Session, day: date) -> dict[str, int]:
    month = clock.at_office(day.replace(day=1), 0)
    rows = session.execute(
        select(Referral.village_code, func.count(func.distinct(Referral.id)))
        .join(ReferralEvent, ReferralEvent.referral_id == Referral.id)
        .where(
            ReferralEvent.to_state == S.RECORDED.value,
            ReferralEvent.from_state != S.RECORDED.value,
            ReferralEvent.at >= month,
            _is_recorded(),
        )
        .group_by(Referral.village_code)
    )
    return {str(code): int(count) for code, count in rows}


def _recorded_since(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Referral).where(_is_recorded())) or 0


def _is_recorded() -> ColumnElement[bool]:
    closed = and_(Referral.state == S.CLOSED, Referral.close_reason == CloseReason.DELIVERED)
    return or_(Referral.state.in_(RECORDED), closed)


def _by_condition(session: Session) -> dict[str, int | None]:
    counts: dict[str, int] = defaultdict(int, dict.fromkeys(CONDITIONS, 0))
    rows = session.execute(
        select(Referral.condition, func.count())
        .where(Referral.state.in_(NOT_RECORDED_YET))
        .group_by(Referral.condition)
    )
    for code, count in rows:
        counts[code] += count
    return suppressed(counts)
