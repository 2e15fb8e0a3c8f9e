"""Problems by chance for tests of the search: small, with as many rules as are asked for."""

from __future__ import annotations

import random
from datetime import date, timedelta

from routing import Break, Matrix, Problem, Quota, Shift, Travel, Visit, Window, Wishes

DAY = date(2026, 11, 24)


def a_plain_problem(
    seed: int, visits: int = 12, teams: int = 2, days: int = 1, hours: float = 3
) -> Problem:
    """Visits with a window here and there, and shifts without breaks."""
    chance = random.Random(seed)
    return Problem(
        tuple(
            Visit(
                id=f"v{number}",
                place=number + 1,
                service_s=chance.choice((900, 1200, 1500)),
                windows=(Window(0, chance.randrange(1800, 7200)),) if chance.random() < 0.2 else (),
                due=DAY if days > 1 and chance.random() < 0.3 else None,
                priority=chance.randrange(1, 101),
            )
            for number in range(visits)
        ),
        tuple(
            Shift(f"T{team}", DAY + timedelta(days=day), 0, round(hours * 3600), 0, 0)
            for day in range(days)
            for team in range(teams)
        ),
        (_travel(chance, visits + 2),),
    )


def a_problem_with_rules(seed: int, visits: int = 14) -> Problem:
    """Visits and shifts that use every rule, some of them so tight that visits stay out."""
    chance = random.Random(seed)

    def one(number: int) -> Visit:
        first = chance.randrange(0, 8000)
        return Visit(
            id=f"v{number}",
            place=number + 1,
            service_s=chance.choice((0, 600, 1500)),
            setup_s=chance.choice((0, 300)),
            address=f"house {number // 2}" if chance.random() < 0.5 else "",
            windows=chance.choice(
                ((), (Window(first, first + 3000),), (Window(0, 2000), Window(5000, 9000)))
            ),
            priority=chance.randrange(0, 101),
            skills=frozenset({"boat"}) if chance.random() < 0.2 else frozenset(),
            forbidden_teams=frozenset({"T0"}) if chance.random() < 0.1 else frozenset(),
            people=chance.choice((1, 1, 2)),
            crews=2 if chance.random() < 0.1 else 1,
            amounts=(chance.randrange(3),),
            district=f"K{number % 3}",
            waiting_days=chance.randrange(100),
            last_team=f"T{chance.randrange(3)}",
        )

    shifts = tuple(
        Shift(
            f"T{team}",
            DAY + timedelta(days=day),
            start_s=chance.choice((0, 600)),
            end_s=10_000,
            start_place=0,
            end_place=chance.choice((0, 1, None)),
            breaks=(Break(3000, 6000, 1200),) if chance.random() < 0.5 else (),
            hard_end_s=chance.choice((None, 11_000)),
            most_visits=chance.choice((None, 4)),
            most_s=chance.choice((None, 9000)),
            most_travel_s=chance.choice((None, 5000)),
            skills=frozenset({"boat"}) if team == 1 else frozenset(),
            capacity=chance.choice(((), (6,))),
        )
        for day in range(2)
        for team in range(2)
    )
    morning = _travel(chance, visits + 2)
    later = Travel(_travel(chance, visits + 2).seconds, morning.metres, from_s=4000)
    return Problem(
        tuple(one(number) for number in range(visits)),
        shifts,
        chance.choice(((morning,), (morning, later))),
        quotas=(Quota(DAY, 7),) if chance.random() < 0.5 else (),
        wishes=chance.choice(
            (
                Wishes(),
                Wishes(fairness=5, balance=0.5, same_team=3, waiting=0.1, guarantee_days=80),
            )
        ),
    )


def _travel(chance: random.Random, size: int) -> Travel:
    at = [(chance.random(), chance.random()) for _ in range(size)]
    rows = [
        [
            0
            if a == b
            else 60 + round(2400 * (abs(a[0] - b[0]) + abs(a[1] - b[1])) * chance.uniform(0.9, 1.1))
            for b in at
        ]
        for a in at
    ]
    matrix = Matrix.of(rows)
    return Travel(matrix, matrix)
