"""The office's own question as problems, made by chance from a seed: what `planning.py` measures on.

Hamlets lie scattered about 0.7 km around the centres of the 208 villages, with one to three people each about 90 m
apart. Services take 20, 25 or 30 minutes; 12 % must end in the first 4.5 hours of the shift, 13 % may start only after
3; 15 % have an earlier due day where there are several. Driving minutes are 3.7 x km^0.77 with 5 % asymmetric noise,
at least half a minute. Shifts last 8 hours and start and end at one office. Prizes are 1 to 100, and a point is worth
ten minutes of driving.
"""

from __future__ import annotations

import csv
from array import array
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from routing import (
    Break,
    Earlier,
    Matrix,
    Pin,
    Place,
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
from routing.travel.crow import kilometres

VILLAGES = Path(__file__).parents[1] / "outreach" / "places" / "data" / "villages.csv"
OFFICE = Place(-7.4253, 111.0241)
MONDAY = date(2026, 11, 23)
OPEN_S = 8 * 3600
SHIFT_S = 8 * 3600
KM_A_DEGREE = 111.195


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the table: how many ask, how many days of how many teams, and the limit in seconds."""

    name: str
    visits: int
    days: int
    teams: int
    seconds: float
    all_fit: bool = False


CASES = {
    "a": Case("a", 60, 1, 5, 5, all_fit=True),
    "b": Case("b", 300, 1, 5, 10),
    "c": Case("c", 1000, 5, 5, 30),
    "d": Case("d", 3000, 8, 5, 60),
    "e": Case("e", 300, 1, 5, 10),
    "f": Case("f", 300, 1, 5, 5),
}


def people_at_home(count: int, chance: np.random.Generator) -> tuple[Place, ...]:
    """Return the office and `count` homes."""
    with VILLAGES.open(encoding="utf-8") as file:
        centres = [(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file)]
    places = [OFFICE]
    while len(places) <= count:
        lat, lon = centres[chance.integers(len(centres))]
        hamlet = _near(lat, lon, 0.7, chance)
        for _ in range(min(int(chance.integers(1, 4)), count + 1 - len(places))):
            places.append(Place(*_near(*hamlet, 0.09, chance)))
    return tuple(places)


def _near(lat: float, lon: float, km: float, chance: np.random.Generator) -> tuple[float, float]:
    """Return a point whose distance from another is about `km` (its root mean square)."""
    north, east = chance.normal(0, km / np.sqrt(2), 2)
    return (
        float(lat + north / KM_A_DEGREE),
        float(lon + east / (KM_A_DEGREE * np.cos(np.radians(lat)))),
    )


def travel_between(places: tuple[Place, ...], chance: np.random.Generator) -> Travel:
    """Return driving with 5 % asymmetric noise, and metres that nothing depends on."""
    km = kilometres(places)
    seconds = 60 * 3.7 * km**0.77 * np.clip(chance.normal(1, 0.05, km.shape), 0.8, 1.2)
    seconds = np.maximum(np.rint(seconds), 30)
    np.fill_diagonal(seconds, 0)
    return Travel(_matrix(seconds), _matrix(1000 * 1.5 * km))


def _matrix(values: np.ndarray) -> Matrix:
    cells = array("i")
    cells.frombytes(np.rint(values).astype(np.intc).tobytes())
    return Matrix(len(values), cells)


def problem_of(case: Case, seed: int) -> Problem:
    """Return the problem of a case for a seed."""
    if case.name == "e":
        return with_every_rule(_plain(case, seed), seed)
    return _plain(case, seed)


def _plain(case: Case, seed: int) -> Problem:
    # The seed alone, without the case's name: e and f are made from the instance of b.
    chance = np.random.default_rng([seed, case.visits])
    places = people_at_home(case.visits, chance)
    travel = travel_between(places, chance)
    days = [MONDAY + timedelta(days=day) for day in range(case.days)]
    visits = []
    for number in range(1, case.visits + 1):
        service = int(chance.choice((20, 25, 30))) * 60
        when = chance.random()
        windows: tuple[Window, ...] = ()
        if when < 0.12:
            windows = (Window(OPEN_S, OPEN_S + int(4.5 * 3600) - service),)
        elif when < 0.25:
            windows = (Window(OPEN_S + 3 * 3600, OPEN_S + SHIFT_S),)
        due = None
        if case.days > 1 and chance.random() < 0.15:
            due = days[int(chance.integers(case.days - 1))]
        visits.append(
            Visit(
                id=f"v{number}",
                place=number,
                service_s=service,
                windows=windows,
                due=due,
                priority=int(chance.integers(1, 101)),
            )
        )
    shifts = [
        Shift(f"T{team}", day, OPEN_S, OPEN_S + SHIFT_S, 0, 0)
        for day in days
        for team in range(1, case.teams + 1)
    ]
    return Problem(tuple(visits), tuple(shifts), (travel,), places=places)


def with_every_rule(problem: Problem, seed: int) -> Problem:
    """Return the problem with every rule of the office switched on; hours and work stay as many as they were.

    The hour's break lies within half an hour more of shift at both ends, unpacking is part of the work, and overtime
    is possible but dear: what is left to do is comparable to the plain problem's.
    """
    chance = np.random.default_rng([seed, 5])
    day = problem.shifts[0].day
    addresses = _addresses(problem)
    visits = []
    for number, visit in enumerate(problem.visits):
        windows = visit.windows
        if not windows and chance.random() < 0.10:
            windows = (
                Window(OPEN_S - 1800, OPEN_S + 3 * 3600),
                Window(OPEN_S + 5 * 3600, OPEN_S + 9 * 3600),
            )
        odds = chance.random(8)
        visits.append(
            replace(
                visit,
                service_s=visit.service_s - 300,
                setup_s=300,
                address=addresses[number],
                windows=windows,
                earliest=day if odds[0] < 0.2 else None,
                due=day + timedelta(days=3) if odds[1] < 0.2 else None,
                skills=frozenset({"motorbike"}) if odds[2] < 0.15 else frozenset(),
                equipment=frozenset({"generator"}) if odds[3] < 0.15 else frozenset(),
                forbidden_teams=frozenset({"T1"}) if odds[4] < 0.05 else frozenset(),
                allowed_teams=frozenset({"T2", "T3"}) if odds[4] > 0.97 else None,
                amounts=(1,),
                district=f"K{number % 20}",
                waiting_days=int(chance.integers(0, 200)),
                last_team=f"T{int(chance.integers(1, 6))}" if odds[5] < 0.1 else "",
                crews=2 if odds[6] < 0.01 else 1,
                pin=Pin(day=day) if odds[7] < 0.02 else None,
            )
        )
    best = max(
        (v for v in visits if v.crews == 1 and not v.skills and not v.equipment),
        key=lambda v: v.priority,
    )
    visits[visits.index(best)] = replace(
        best, pin=Pin(team="T4"), forbidden_teams=frozenset(), allowed_teams=None
    )
    shifts = []
    for number, shift in enumerate(problem.shifts):
        shifts.append(
            replace(
                shift,
                start_s=OPEN_S - 1800,
                end_s=OPEN_S + SHIFT_S + 1800,
                hard_end_s=OPEN_S + SHIFT_S + 3600,
                breaks=(Break(OPEN_S + 3 * 3600, OPEN_S + 6 * 3600, 3600),),
                visits_end_s=OPEN_S + SHIFT_S + 1800,
                most_visits=20,
                most_s=SHIFT_S + 2 * 3600,
                most_travel_s=5 * 3600,
                skills=frozenset({"motorbike"}) if number % 2 == 0 else frozenset(),
                equipment=frozenset({"generator"}) if number < 3 else frozenset(),
                capacity=(20,),
            )
        )
    slow = problem.travel[0].seconds
    rush = array("i", (cell * 11 // 10 for cell in slow.cells))
    travel = (
        problem.travel[0],
        replace(problem.travel[0], seconds=Matrix(slow.size, rush), from_s=OPEN_S + 7 * 3600),
    )
    wishes = Wishes(
        waiting=0.02, guarantee_days=190, guarantee=20, fairness=1, balance=0.1, same_team=2
    )
    return replace(
        problem,
        visits=tuple(visits),
        shifts=tuple(shifts),
        travel=travel,
        quotas=(Quota(day, 75),),
        wishes=wishes,
    )


def _addresses(problem: Problem) -> list[str]:
    """Return one address for each hamlet: neighbours in order within 400 m share it."""
    names: list[str] = []
    km = kilometres(problem.places)
    for number in range(len(problem.visits)):
        near = number > 0 and km[number, number + 1] < 0.4
        names.append(names[-1] if near else f"house {number}")
    return names


LOST_AT_S = 10 * 3600


def day_under_way(problem: Problem, plan: Plan, nearness: float) -> Problem:
    """Return the rest of the day: the team of the second route is lost at 10:00, what began before is frozen."""
    lost = plan.routes[1].team
    earlier = tuple(
        Earlier(s.visit, r.day, r.team, position, s.arrive_s - s.travel_s, s.start_s)
        for r in plan.routes
        for position, s in enumerate(r.stops)
    )
    shifts = tuple(
        replace(shift, most_visits=0) if shift.team == lost else shift for shift in problem.shifts
    )
    return replace(
        problem,
        shifts=shifts,
        previous=Previous(earlier, problem.shifts[0].day, LOST_AT_S),
        wishes=replace(problem.wishes, nearness=nearness),
    )
