"""How fast a plan of 60 stops is checked, is searched for a place for one more visit, and is explained.

python -m benchmarks.answers: a table of milliseconds, the median and the worst of 30 questions each.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import date

from routing import Break, Place, Problem, Quota, Shift, Visit, Window
from routing.checker import check
from routing.explain import explain
from routing.search import Limits, plan
from routing.slots import slots
from routing.travel import crow

DAY = date(2026, 11, 24)
REPEATS = 30


def a_day(waiting: int, seed: int = 1) -> Problem:
    """Sixty people and more about an office, five teams, and every rule that makes checking slower."""
    chance = random.Random(seed)
    places = [
        Place(-7.43 + chance.gauss(0, 0.05), 111.02 + chance.gauss(0, 0.05)) for _ in range(61)
    ]
    places += [
        Place(-7.43 + chance.gauss(0, 0.2), 111.02 + chance.gauss(0, 0.2)) for _ in range(waiting)
    ]
    visits = tuple(
        Visit(
            f"v{n}", n, chance.choice((600, 900)), 120, f"house {n // 2}",
            (Window(8 * 3600, 12 * 3600),) if chance.random() < 0.12 else (),
            priority=chance.randint(50, 100) if n <= 60 else chance.randint(1, 20),
        )
        for n in range(1, len(places))
    )  # fmt: skip
    shifts = tuple(
        Shift(team, DAY, 8 * 3600, 16 * 3600, 0, 0, (Break(12 * 3600, 13 * 3600, 3600),), hard_end_s=17 * 3600)
        for team in "ABCDE"
    )  # fmt: skip
    return Problem(visits, shifts, (crow.travel(places),), (Quota(DAY, 60),))


def milliseconds(question: Callable[[], object]) -> list[float]:
    """Ask again and again, and return how long each answer took."""
    taken = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        question()
        taken.append(1000 * (time.perf_counter() - started))
    return taken


def main() -> None:
    """Print the table."""
    print(f"{'question':<44}{'median':>10}{'worst':>10}  ms")
    for waiting in (10, 240):
        problem = a_day(waiting)
        answer = plan(problem, Limits(seconds=4, workers=1))
        raised = Problem(
            problem.visits, problem.shifts, problem.travel, (Quota(DAY, 61),), wishes=problem.wishes
        )
        one = answer.unserved[0].visit
        about = f"{answer.score.visits} stops, {len(answer.unserved)} waiting"
        for name, question in (
            ("check", lambda p=problem, a=answer: check(p, a)),
            ("slots", lambda p=raised, a=answer, v=one: slots(p, a, v)),
            ("explain", lambda p=problem, a=answer: explain(p, a)),
        ):
            taken = milliseconds(question)
            median, worst = statistics.median(taken), max(taken)
            print(f"{name + ': ' + about:<44}{median:>10.1f}{worst:>10.1f}")


if __name__ == "__main__":
    main()
