"""Sambang's planner of home visits: who is visited when, by which team, in which order, and why not the others.

A pure library. Times of day are seconds since local midnight, lengths metres, dates `datetime.date`::

    from datetime import date
    import routing
    from routing import Break, Place, Problem, Quota, Shift, Travel, Visit, Window
    from routing.checker import check
    from routing.search import Limits, plan
    from routing.travel import crow

    places = (Place(-7.425, 111.024), Place(-7.40, 111.01), Place(-7.44, 111.05))
    travel = crow.travel(places)                      # straight-line estimates
    day = date(2026, 11, 24)
    team_a = Shift(
        team="A", day=day, start_s=8 * 3600, end_s=15 * 3600, start_place=0, end_place=0,
        visits_end_s=14 * 3600 + 1800, hard_end_s=15 * 3600 + 1800,
        breaks=(Break(from_s=12 * 3600, to_s=13 * 3600, length_s=3600),),
        skills=frozenset({"motorbike"}), equipment=frozenset({"generator"}),
    )
    mbah = Visit(
        id="r-1", place=1, address="r-1", service_s=1500, setup_s=600, priority=40,
        windows=(Window(8 * 3600, 11 * 3600),), equipment=frozenset({"generator"}),
    )
    simbah = Visit(id="r-2", place=2, service_s=1200, setup_s=600, skills=frozenset({"boat"}))
    problem = Problem(
        visits=(mbah, simbah), shifts=(team_a,), travel=(travel,),
        quotas=(Quota(day, 50),), places=places,
    )

    answer = plan(problem, Limits(seconds=5, workers=2, seed=1))
    for route in answer.routes:
        print(route.team, route.day, route.leave_s, [(s.visit, s.start_s) for s in route.stops])
    for one in answer.unserved:
        print(one.visit, one.reason, one.parameters, one.change)   # r-2 no_skill {'skills': 'boat'}

    assert check(problem, answer) == []                 # every rule, re-timed on its own
    text = routing.plan_to_json(answer)                         # JSON values: json.dumps(text)
    assert routing.plan_from_json(text) == answer

`python -m routing solve FILE` does the same from a shell or as a child process (FILE `-`: problem on stdin, plan on
stdout; `--progress json`: one JSON object a line on stderr).
"""

from __future__ import annotations

from routing.formats.reading import Malformed
from routing.formats.sambang import plan_from_json, plan_to_json, problem_from_json, problem_to_json
from routing.plan import (
    Bound,
    BreakTaken,
    Change,
    ChangeKind,
    Plan,
    Reason,
    Route,
    Score,
    Stop,
    Unserved,
)
from routing.problem import (
    Break,
    Earlier,
    Pin,
    Place,
    Previous,
    Problem,
    Quota,
    Shift,
    Travel,
    Visit,
    Window,
    Wishes,
)
from routing.travel.matrix import UNREACHABLE, Matrix

__all__ = [
    "UNREACHABLE",
    "Bound",
    "Break",
    "BreakTaken",
    "Change",
    "ChangeKind",
    "Earlier",
    "Malformed",
    "Matrix",
    "Pin",
    "Place",
    "Plan",
    "Previous",
    "Problem",
    "Quota",
    "Reason",
    "Route",
    "Score",
    "Shift",
    "Stop",
    "Travel",
    "Unserved",
    "Visit",
    "Window",
    "Wishes",
    "plan_from_json",
    "plan_to_json",
    "problem_from_json",
    "problem_to_json",
]
