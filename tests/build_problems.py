"""Builders of planning problems: true small days of home visits, and random ones with every rule switched on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from routing import (
    UNREACHABLE,
    Break,
    Matrix,
    Pin,
    Plan,
    Previous,
    Problem,
    Quota,
    Shift,
    Travel,
    Visit,
    Window,
    Wishes,
)
from routing.search import Limits, plan

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
FRIDAY = date(2026, 11, 27)
HOUR = 3600
QUICK = Limits(seconds=None, iterations=40, workers=1, bound=False)


def at(hour: float) -> int:
    """Seconds since midnight."""
    return round(hour * HOUR)


def a_visit(name: str = "v1", place: int = 1, **changes: Any) -> Visit:
    """A visit of 20 minutes that anyone may make at any time."""
    return Visit(**{"id": name, "place": place, "service_s": 1200, "priority": 50, **changes})


def a_shift(team: str = "A", day: date = MONDAY, **changes: Any) -> Shift:
    """A team's day from 8 to 15 hours, from the office and back."""
    hours = {"start_s": at(8), "end_s": at(15), "start_place": 0, "end_place": 0}
    return Shift(**{"team": team, "day": day, **hours, **changes})


def along_a_road(places: int, minutes: int = 10, **changes: Any) -> Travel:
    """Places in a row, each `minutes` and as many kilometres from the next; the office is the first."""
    rows = [[60 * minutes * abs(a - b) for b in range(places)] for a in range(places)]
    lengths = [[1000 * minutes * abs(a - b) for b in range(places)] for a in range(places)]
    return Travel(Matrix.of(rows), Matrix.of(lengths), **changes)


def a_problem(visits: Sequence[Visit], shifts: Sequence[Shift] = (), **changes: Any) -> Problem:
    """Visits along a road, and one team on Monday unless told otherwise."""
    travel = changes.pop("travel", None) or (
        along_a_road(2 + max((v.place for v in visits), default=0)),
    )
    return Problem(tuple(visits), tuple(shifts) or (a_shift(),), travel, **changes)


def planned(problem: Problem, **changes: Any) -> Plan:
    """The plan of a short search that always gives the same answer."""
    return plan(problem, replace(QUICK, **changes))


def homes(answer: Plan) -> Mapping[str, tuple[str, date]]:
    """Which team visits whom on which date (the last of two teams)."""
    return {stop.visit: (route.team, route.day) for route in answer.routes for stop in route.stops}


# --- random problems with every rule ---


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.none(), values)


SKILLS = st.frozensets(st.sampled_from(["motorbike", "guard"]), max_size=1)
KITS = st.frozensets(st.sampled_from(["generator", "iris"]), max_size=1)
TEAMS = ("A", "B", "C")


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """Up to two windows, which may overlap."""
    count = draw(st.sampled_from([0, 0, 1, 1, 2]))
    made = []
    for _ in range(count):
        start = draw(st.integers(14, 30)) * 1800
        made.append(Window(start, start + draw(st.integers(0, 8)) * 1800))
    return tuple(made)


@st.composite
def a_pin(draw: st.DrawFn, crews: int, days: Sequence[date]) -> Pin | None:
    """Now and then a pin to a date, a team or a position."""
    kind = draw(st.sampled_from([None] * 6 + ["day", "team", "position", "all"]))
    if kind is None:
        return None
    day = draw(st.sampled_from(list(days))) if kind in ("day", "all") else None
    if crews == 2:
        return Pin(day=day)
    return Pin(
        day,
        draw(st.sampled_from(TEAMS)) if kind in ("team", "all") else None,
        draw(st.integers(0, 1)) if kind in ("position", "all") else None,
    )


@st.composite
def random_visits(draw: st.DrawFn, days: Sequence[date], places: int) -> tuple[Visit, ...]:
    """Up to nine visits, some at one address, some for two teams, some pinned."""
    made = []
    for number in range(draw(st.integers(0, 9))):
        place = draw(st.integers(0, places - 1))
        crews = draw(st.sampled_from([1, 1, 1, 1, 2]))
        earliest = draw(_maybe(st.sampled_from(list(days))))
        due = draw(_maybe(st.sampled_from(list(days))))
        if earliest and due and due < earliest:
            due = earliest
        made.append(
            Visit(
                id=f"v{number}",
                place=place,
                service_s=draw(st.integers(0, 6)) * 600,
                setup_s=draw(st.sampled_from([0, 600])),
                address=draw(st.sampled_from(["", f"house {place}", f"house {place}"])),
                windows=draw(windows()),
                earliest=earliest,
                due=due,
                priority=draw(st.integers(0, 100)),
                skills=draw(st.one_of(st.just(frozenset()), SKILLS)),
                equipment=draw(st.one_of(st.just(frozenset()), KITS)),
                allowed_teams=draw(_maybe(st.frozensets(st.sampled_from(TEAMS), max_size=2))),
                forbidden_teams=draw(st.frozensets(st.sampled_from(TEAMS), max_size=1)),
                people=draw(st.integers(0, 3)),
                crews=crews,
                pin=draw(a_pin(crews, days)),
                amounts=draw(st.sampled_from([(), (1, 0), (2, 1)])),
                district=draw(st.sampled_from(["", "Gesi", "Tanon"])),
                waiting_days=draw(st.integers(0, 90)),
                last_team=draw(st.sampled_from(["", "", "A", "B"])),
            )
        )
    return tuple(made)


@st.composite
def random_shift(draw: st.DrawFn, team: str, day: date, places: int) -> Shift:
    """A shift with some of the limits, and up to two breaks."""
    start = draw(st.integers(14, 18)) * 1800
    end = start + draw(st.integers(2, 16)) * 1800
    rests = []
    if draw(st.booleans()):
        begin = draw(st.integers(20, 26)) * 1800
        length = draw(st.integers(0, 3)) * 1800
        spare = draw(st.integers(0, 2)) * 1800
        rests.append(Break(begin, begin + length + spare, length, draw(st.booleans())))
        if draw(st.booleans()):
            later = begin + length + spare + draw(st.integers(0, 4)) * 1800
            rests.append(Break(later, later + 1800, 900))
    return Shift(
        team=team,
        day=day,
        start_s=start,
        end_s=end,
        start_place=draw(st.integers(0, places - 1)),
        end_place=draw(st.one_of(st.none(), st.integers(0, places - 1))),
        breaks=tuple(rests),
        visits_end_s=draw(_maybe(st.integers(start, end))),
        hard_end_s=draw(_maybe(st.integers(end, end + 7200))),
        most_visits=draw(_maybe(st.integers(0, 4))),
        most_s=draw(_maybe(st.integers(1800, 20_000))),
        most_travel_s=draw(_maybe(st.integers(600, 12_000))),
        skills=draw(SKILLS),
        equipment=draw(KITS),
        capacity=draw(st.sampled_from([(), (3, 1), (1, 0)])),
        profile=draw(st.sampled_from(["car", "motorbike"])),
    )


@st.composite
def random_matrix(draw: st.DrawFn, places: int, unreachable: bool) -> Matrix:
    """Asymmetric minutes between places, some pairs without a way."""
    cells = st.integers(0, 40).map(lambda minutes: minutes * 60)
    if unreachable:
        cells = st.one_of(cells, cells, cells, cells, st.just(UNREACHABLE))
    rows = [[0 if a == b else draw(cells) for b in range(places)] for a in range(places)]
    return Matrix.of(rows)


@st.composite
def random_problem(draw: st.DrawFn) -> Problem:
    """A small problem in which every rule may be switched on."""
    places = draw(st.integers(1, 6))
    days = [MONDAY + timedelta(days=n) for n in range(draw(st.integers(1, 2)))]
    shifts = [
        draw(random_shift(team, day, places))
        for day in days
        for team in TEAMS[: draw(st.integers(0, 3))]
    ]
    unreachable = draw(st.booleans())
    travel = [
        Travel(
            draw(random_matrix(places, unreachable)), draw(random_matrix(places, False)), profile, s
        )
        for profile in ("car", "motorbike")
        for s in ([0, at(11)] if draw(st.booleans()) else [0])
    ]
    quotas = [Quota(day, draw(st.integers(0, 8))) for day in days if draw(st.booleans())]
    wishes = Wishes(
        point_s=draw(st.sampled_from([60, 600])),
        overtime=draw(st.sampled_from([0.0, 2.0])),
        waiting=draw(st.sampled_from([0.0, 0.5])),
        guarantee_days=draw(_maybe(st.integers(0, 60))),
        fairness=draw(st.sampled_from([0.0, 5.0])),
        balance=draw(st.sampled_from([0.0, 0.3])),
        same_team=draw(st.sampled_from([0.0, 3.0])),
        nearness=draw(st.sampled_from([0.0, 4.0])),
    )
    visits = draw(random_visits(days, places))
    return Problem(visits, tuple(shifts), tuple(travel), tuple(quotas), wishes=wishes)


def under_way(problem: Problem, answer: Plan, day: date, freeze_s: int) -> Problem:
    """The same problem while its plan is being driven: nothing set off for before the freeze may move."""
    previous: Previous = answer.as_previous(day, freeze_s)
    return replace(problem, previous=previous)
