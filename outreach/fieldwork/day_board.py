"""Today as it goes: each team's plan against what came in, and how old its last word is. Never pretends to be live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.fieldwork.models import Outcome, OutcomeKind
from outreach.fieldwork.outcomes import outcomes_on
from outreach.fieldwork.tablet.models import Tablet
from outreach.i18n import gettext as _
from outreach.i18n import ngettext
from outreach.planning.lookup import approved_routes
from outreach.planning.models import Route, Visit
from outreach.planning.wording import estimated, place

GRACE_S: Final = 30 * 60
"""So long after its planned end a visit without a result is late."""
OLD_WORD: Final = timedelta(minutes=90)
"""A last word older than this, while people are still to be visited, is pointed out."""
WIDTH: Final = 1000


@dataclass(frozen=True, slots=True)
class Mark:
    """One visit of today. `state`: done, failed, late, now or ahead; `at_s` when its result was noted, of the day."""

    visit_id: str
    referral_id: str
    name: str
    place: str
    number: int
    start_s: int
    end_s: int
    state: str
    at_s: int | None
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class TodayLane:
    """One team today. `behind_s`: how much later than planned its last result came, where it is known."""

    route: Route
    marks: tuple[Mark, ...]
    last_word: datetime | None
    waiting_on_tablet: int
    behind_s: int

    @property
    def estimated(self) -> str:
        """How many of the route's legs are straight-line estimates, in words, or ""."""
        return estimated(self.route.estimated_legs, self.route.legs)

    @property
    def done(self) -> int:
        """How many visits have a result."""
        return sum(mark.state in {"done", "failed"} for mark in self.marks)

    @property
    def is_silent(self) -> bool:
        """Whether the last word is old, or none came, while somebody is still to be visited."""
        if self.done == len(self.marks):
            return False
        if self.last_word is None:
            return any(mark.state == "late" for mark in self.marks)
        return clock.now() - self.last_word > OLD_WORD


@dataclass(frozen=True, slots=True)
class Today:
    """All teams of today on one scale; `now_x` is None outside its hours."""

    lanes: tuple[TodayLane, ...]
    hours: tuple[tuple[float, int], ...]
    now_s: int
    now_x: float | None

    def count(self, *states: str) -> int:
        """Return how many visits are in one of these states."""
        return sum(mark.state in states for lane in self.lanes for mark in lane.marks)


def today(session: Session) -> Today:
    """Return the board of today."""
    routes = approved_routes(session, [clock.today()])
    local = clock.to_office(clock.now())
    now_s = local.hour * 3600 + local.minute * 60 + local.second
    from_s = min((route.leave_s for route in routes), default=8 * 3600) // 3600 * 3600
    to_s = -(-max((route.back_s for route in routes), default=15 * 3600) // 3600) * 3600 + 3600

    def x(time_s: int) -> float:
        return round(WIDTH * (time_s - from_s) / (to_s - from_s), 1)

    outcomes: dict[str, Outcome] = {}
    for route in routes:
        outcomes.update(outcomes_on(session, route))
    tablets = _tablets(session)
    lanes = []
    for route in routes:
        marks = []
        for number, stop in enumerate(route.stops, start=1):
            for visit in stop.visits:
                end_s = visit.start_s + visit.service_s
                marks.append(
                    Mark(
                        visit.id,
                        visit.referral_id,
                        visit.referral.resident.name,
                        place(visit.referral),
                        number,
                        visit.start_s,
                        end_s,
                        _state(visit, outcomes.get(visit.id), now_s),
                        _at_s(outcomes.get(visit.id)),
                        x(visit.start_s),
                        max(round(x(end_s) - x(visit.start_s), 1), 4.0),
                    )
                )
        lanes.append(
            TodayLane(
                route,
                tuple(marks),
                _last_word(route, outcomes, tablets),
                sum(t.waiting for t in tablets.get(route.team_id, ())),
                _behind_s(marks),
            )
        )
    hours = tuple((x(h * 3600), h) for h in range(from_s // 3600, to_s // 3600 + 1))
    return Today(tuple(lanes), hours, now_s, x(now_s) if from_s <= now_s <= to_s else None)


def last_word_in_words(lane: TodayLane) -> str:
    """Say how old the last word of a team is."""
    if lane.last_word is None:
        return _("No word from this team yet today.")
    minutes = max(int((clock.now() - lane.last_word).total_seconds() // 60), 0)
    return ngettext("Last word %(num)d minute ago.", "Last word %(num)d minutes ago.", minutes)


def _state(visit: Visit, outcome: Outcome | None, now_s: int) -> str:
    if outcome is not None:
        return "failed" if outcome.kind is OutcomeKind.NOT_RECORDED else "done"
    end_s = visit.start_s + visit.service_s
    if now_s > end_s + GRACE_S:
        return "late"
    return "now" if visit.stop.arrive_s <= now_s else "ahead"


def _at_s(outcome: Outcome | None) -> int | None:
    if outcome is None:
        return None
    local = clock.to_office(outcome.device_at or outcome.recorded_at)
    return local.hour * 3600 + local.minute * 60


def _behind_s(marks: list[Mark]) -> int:
    known = [mark for mark in marks if mark.at_s is not None]
    if not known:
        return 0
    last = max(known, key=lambda mark: mark.end_s)
    return max((last.at_s or 0) - last.end_s, 0)


def _tablets(session: Session) -> Mapping[str, list[Tablet]]:
    found: dict[str, list[Tablet]] = {}
    for tablet in session.scalars(select(Tablet).where(Tablet.revoked_at.is_(None))):
        found.setdefault(tablet.team_id, []).append(tablet)
    return found


def _last_word(
    route: Route, outcomes: Mapping[str, Outcome], tablets: Mapping[str, list[Tablet]]
) -> datetime | None:
    words = [
        outcomes[visit.id].recorded_at
        for stop in route.stops
        for visit in stop.visits
        if visit.id in outcomes
    ]
    words += [
        tablet.seen_at
        for tablet in tablets.get(route.team_id, ())
        if tablet.seen_at is not None and clock.to_office(tablet.seen_at).date() == route.day
    ]
    return max(words, default=None)
