"""How long the board's answer to an edit by hand takes: 60 stops a day, one day and a week, 240 more who wait.

python -m benchmarks.board: milliseconds of processor time, the median, the slowest of twenty and the worst of 200
edits, each judged by the checker.
"""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import replace
from datetime import timedelta

import routing
from benchmarks.answers import a_day
from outreach.planning.edits import Edit, EditKind, EditRefused, apply, board_of
from outreach.planning.judging import best_places, judge, judge_after, with_best_position
from routing.search import Limits, plan

EDITS = 200


def a_week(day: routing.Problem, days: int) -> routing.Problem:
    """The same day again and again: the shifts of each team on every date, and its quota."""
    dates = [day.shifts[0].day + timedelta(days=n) for n in range(days)]
    return replace(
        day,
        shifts=tuple(replace(shift, day=date) for date in dates for shift in day.shifts),
        quotas=tuple(replace(day.quotas[0], day=date) for date in dates),
    )


def measure(name: str, problem: routing.Problem) -> None:
    """Print a row for each kind of question."""
    answer = plan(problem, Limits(seconds=5, workers=1, bound=False))
    chance = random.Random(1)
    now = judge(problem, answer, board_of(problem, answer))
    served = sorted(now.board.served)
    taken: dict[str, list[float]] = {
        "move to a place": [],
        "move to the best place": [],
        "best places": [],
    }
    for _ in range(EDITS):
        team, day = chance.choice(sorted(now.board.orders))
        edit = Edit(EditKind.MOVE, (chance.choice(served),), team, day, chance.randrange(12))
        for kind, asked in (
            ("move to a place", edit),
            ("move to the best place", replace(edit, position=None)),
        ):
            started = time.process_time()
            try:
                asked = with_best_position(now, asked)
                judge_after(problem, answer, now, apply(now.board, asked))
            except EditRefused:
                continue
            taken[kind].append(1000 * (time.process_time() - started))
        started = time.process_time()
        best_places(now, edit.visits[0])
        taken["best places"].append(1000 * (time.process_time() - started))
    stops = len(served)
    for kind, times in taken.items():
        about = f"{kind}: {name}, {stops} stops, {len(problem.visits) - stops} waiting"
        slow = sorted(times)[int(0.95 * len(times)) - 1]
        print(f"{about:<64}{statistics.median(times):>8.1f}{slow:>8.1f}{max(times):>8.1f}")


def main() -> None:
    """Print the table."""
    print(f"{'question':<64}{'median':>8}{'p95':>8}{'worst':>8}  ms")
    day = a_day(240)
    measure("a day", day)
    measure("a week", a_week(day, 5))


if __name__ == "__main__":
    main()
