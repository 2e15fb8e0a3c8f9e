"""How good plans are beside PyVRP, VROOM and OR-Tools as it comes: `python benchmarks/planning.py --cases abcef`.

Prints a table. Every answer is re-timed by `routing.checker`. Our limit counts everything from the problem to the plan;
PyVRP's counts its search only, and it gets the better of two seeds on two cores.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from cases import CASES, Case, day_under_way, problem_of
from peers import Answer, pyvrp_best_of_two, stock_ortools, vroom_at_its_best

from routing import Plan, Problem, Reason, Unserved
from routing.answer import route_of, score_of_routes
from routing.arrays import Arrays
from routing.checker import check
from routing.search import Limits, Progress, plan

Peer = Callable[[Problem, float, int], Answer]
PEERS: dict[str, Peer] = {
    "pyvrp": pyvrp_best_of_two,
    "vroom": lambda problem, seconds, _: vroom_at_its_best(problem, seconds),
    "ortools": lambda problem, seconds, _: stock_ortools(problem, seconds),
}


def as_plan(problem: Problem, sequences: list[list[int]]) -> Plan:
    """Return a peer's sequences as a plan with times."""
    arrays = Arrays(problem)
    numbers = [number for number, sequence in enumerate(sequences) if sequence]
    routes = [route_of(arrays, problem, number, sequences[number], {}) for number in numbers]
    served = {visit for route in routes for visit in route.visits}
    return Plan(
        tuple(routes),
        tuple(Unserved(v.id, Reason.FITS) for v in problem.visits if v.id not in served),
        score_of_routes(arrays, problem, routes, numbers),
    )


def ours(problem: Problem, seconds: float, seed: int) -> tuple[Plan, float]:
    """Return our plan and the seconds it took, all counted."""
    started = time.monotonic()
    answer = plan(problem, Limits(seconds=seconds, workers=2, seed=seed))
    return answer, time.monotonic() - started


def line(case: str, seed: int, who: str, problem: Problem, made: Plan, seconds: float) -> None:
    """Print one answer, with the number of rules that the checker says it breaks."""
    broken = len(check(problem, made))
    bound = "" if made.bound is None else f"{made.bound.percent:.2f}"
    score = made.score
    print(
        f"{case:4} {seed:4} {who:8} {score.visits:6} {score.points:7} {score.driving_s:8}"
        f" {seconds:7.1f} {broken:6} {bound:>7}",
        flush=True,
    )


def compare(case: Case, seeds: int, who: list[str]) -> None:
    """Measure a case on all seeds, and print the ratios to each peer: of points, or of driving where all fit."""
    ratios: dict[str, list[float]] = {name: [] for name in who}
    for seed in range(1, seeds + 1):
        problem = problem_of(case, seed)
        made, seconds = ours(problem, case.seconds, seed)
        line(case.name, seed, "ours", problem, made, seconds)
        for name in who:
            answer = PEERS[name](problem, case.seconds, seed)
            theirs = as_plan(problem, answer.sequences)
            line(case.name, seed, name, problem, theirs, answer.seconds)
            if case.all_fit:
                ratios[name].append(made.score.driving_s / max(theirs.score.driving_s, 1))
            else:
                ratios[name].append(made.score.points / max(theirs.score.points, 1))
    what = "driving" if case.all_fit else "points"
    for name, found in ratios.items():
        print(
            f"case {case.name}: our {what} / {name}: mean {statistics.mean(found):.4f},"
            f" least {min(found):.4f}, most {max(found):.4f}"
        )


def compare_rules(seeds: int) -> None:
    """Measure case e, b with every rule on, against our own points on b."""
    found = []
    for seed in range(1, seeds + 1):
        plain, strict = problem_of(CASES["b"], seed), problem_of(CASES["e"], seed)
        without, seconds = ours(plain, CASES["b"].seconds, seed)
        line("b", seed, "ours", plain, without, seconds)
        made, seconds = ours(strict, CASES["e"].seconds, seed)
        line("e", seed, "ours", strict, made, seconds)
        found.append(made.score.points / without.score.points)
    print(f"case e: points / b's: mean {statistics.mean(found):.4f}, least {min(found):.4f}")


def compare_day_under_way(seeds: int) -> None:
    """Measure case f: a team is lost at 10:00. Prints the curve of changed visits against points kept."""
    print("case seed nearness first s  broken changed  points")
    for seed in range(1, seeds + 1):
        problem = problem_of(CASES["f"], seed)
        before, _ = ours(problem, CASES["b"].seconds, seed)
        homes = {v: (r.team, r.day) for r in before.routes for v in r.visits}
        for nearness in (0.0, 1.0, 3.0, 10.0, 30.0, 100.0):
            later = day_under_way(problem, before, nearness)
            started = time.monotonic()
            first: list[float] = []

            def tell(now: Progress, started: float = started, first: list[float] = first) -> None:
                if now.phase == "searching" and not first:
                    first.append(time.monotonic() - started)

            limits = Limits(seconds=CASES["f"].seconds, workers=2, seed=seed)
            made = plan(later, limits, progress=tell)
            now_at = {v: (r.team, r.day) for r in made.routes for v in r.visits}
            changed = sum(now_at.get(visit) != home for visit, home in homes.items())
            broken = len(check(later, made))
            print(
                f"f    {seed:4} {nearness:8.0f} {first[0] if first else 0:7.2f} {broken:7}"
                f" {changed:7} {made.score.points:7}",
                flush=True,
            )


def growth(seconds: float) -> None:
    """Print time and memory as the backlog grows, five days of five teams."""
    import resource

    print("visits  seconds   points  peak MB of this process")
    for count in (100, 300, 1000, 3000, 6000, 12_000):
        problem = problem_of(replace(CASES["c"], visits=count), 1)
        made, took = ours(problem, seconds, 1)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{count:6} {took:8.1f} {made.score.points:8} {peak:8}", flush=True)


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", default="abcdef")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--peers", default="pyvrp,vroom,ortools", help="comma; empty: none")
    parser.add_argument("--growth", action="store_true", help="100 to 12,000 instead of the cases")
    options = parser.parse_args()
    if options.growth:
        growth(30)
        return
    who = [name for name in options.peers.split(",") if name]
    print("case seed who      visits  points  driving seconds broken bound %")
    for name in options.cases:
        if name == "e":
            compare_rules(options.seeds)
        elif name == "f":
            compare_day_under_way(options.seeds)
        else:
            compare(CASES[name], options.seeds, who)


if __name__ == "__main__":
    main()
