"""The peers that plans are measured against: PyVRP, VROOM, and OR-Tools as it comes. All from matrices only.

Each answers with a sequence of visit numbers for each shift; `planning.py` has the checker re-time it.
"""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from routing import Problem

FORBIDDEN = 10_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """Sequences of visit numbers by shift, and the seconds that were counted."""

    sequences: list[list[int]]
    seconds: float


def _seconds_of(problem: Problem) -> np.ndarray:
    """Return the driving matrix with the office first and then the visits."""
    matrix = problem.travel[0].seconds
    cells = np.frombuffer(matrix.cells, dtype=np.intc).reshape(matrix.size, -1)
    order = [problem.shifts[0].start_place, *(visit.place for visit in problem.visits)]
    return cells[np.ix_(order, order)].astype(np.int64)


def _days_of(problem: Problem) -> list:
    return sorted({shift.day for shift in problem.shifts})


def _window(problem: Problem, number: int) -> tuple[int, int]:
    shift = problem.shifts[0]
    windows = problem.visits[number].windows
    return (windows[0].start_s, windows[0].end_s) if windows else (shift.start_s, shift.end_s)


# --- PyVRP ---


def pyvrp_best_of_two(problem: Problem, seconds: float, seed: int) -> Answer:
    """Return the better of two seeds on two cores; only the search is counted."""
    with ProcessPoolExecutor(2) as pool:
        runs = [pool.submit(_pyvrp, problem, seconds, 2 * seed + core) for core in range(2)]
        answers = [run.result() for run in runs]
    _, best = min(answers, key=lambda pair: pair[0])
    return best


def _pyvrp(problem: Problem, seconds: float, seed: int) -> tuple[float, Answer]:
    import pyvrp
    from pyvrp.stop import MaxRuntime

    drive = _seconds_of(problem)
    days, first = _days_of(problem), problem.shifts[0]
    visits = problem.visits
    locations = [pyvrp.Location(0, 0) for _ in range(len(visits) + 1)]
    clients = []
    for number, visit in enumerate(visits):
        early, late = _window(problem, number)
        clients.append(
            pyvrp.Client(
                number + 1,
                service_duration=visit.service_s,
                tw_early=early,
                tw_late=late,
                prize=visit.priority * problem.wishes.point_s,
                required=False,
            )
        )
    distances = []
    for day in days:
        matrix = drive.copy()
        late = [n + 1 for n, visit in enumerate(visits) if visit.due and visit.due < day]
        matrix[:, late] = FORBIDDEN
        np.fill_diagonal(matrix, 0)
        distances.append(matrix)
    types = [
        pyvrp.VehicleType(
            sum(shift.day == day for shift in problem.shifts),
            tw_early=first.start_s,
            tw_late=first.end_s,
            profile=profile,
        )
        for profile, day in enumerate(days)
    ]
    data = pyvrp.ProblemData(
        locations, clients, [pyvrp.Depot(0)], types, distances, [drive] * len(days)
    )
    started = time.monotonic()
    result = pyvrp.solve(data, MaxRuntime(seconds), seed=seed, display=False, collect_stats=False)
    took = time.monotonic() - started
    shifts = {
        profile: [r for r, shift in enumerate(problem.shifts) if shift.day == day]
        for profile, day in enumerate(days)
    }
    sequences: list[list[int]] = [[] for _ in problem.shifts]
    for route in result.best.routes():
        sequences[shifts[route.vehicle_type()].pop()] = [
            activity.idx for activity in route if activity.is_client()
        ]
    return float(result.cost()), Answer(sequences, took)


# --- VROOM ---


def vroom_at_its_best(problem: Problem, seconds: float) -> Answer:
    """Return VROOM's answer at its highest level of exploration, on two threads; the limit counts its solving."""
    import vroom

    drive = _seconds_of(problem)
    days = _days_of(problem)
    asked = vroom.Input()
    asked.set_durations_matrix("car", drive.astype(np.uint32))
    for number, shift in enumerate(problem.shifts):
        asked.add_vehicle(
            vroom.Vehicle(
                number + 1,
                start=0,
                end=0,
                skills=set(range(1, len(days) - days.index(shift.day) + 1)),
                time_window=vroom.TimeWindow(shift.start_s, shift.end_s),
            )
        )
    for number, visit in enumerate(problem.visits):
        # Skill k is carried on all but the last k - 1 days: a visit due on day d needs skill (days - d).
        needs = {len(days) - days.index(visit.due)} if visit.due else set()
        early, late = _window(problem, number)
        asked.add_job(
            vroom.Job(
                number + 1,
                number + 1,
                default_service=visit.service_s,
                priority=visit.priority,
                skills=needs,
                time_windows=[vroom.TimeWindow(early, late)],
            )
        )
    started = time.monotonic()
    solution = asked.solve(
        exploration_level=5, nb_threads=2, timeout=timedelta(seconds=max(seconds, 1))
    )
    took = time.monotonic() - started
    sequences: list[list[int]] = [[] for _ in problem.shifts]
    for row in solution.routes.itertuples():
        if row.type == "job":
            sequences[row.vehicle_id - 1].append(int(row.id) - 1)
    return Answer(sequences, took)


# --- OR-Tools as it comes ---


def stock_ortools(problem: Problem, seconds: float) -> Answer:
    """Return what OR-Tools' routing model finds by guided local search with everything in one model."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    started = time.monotonic()
    drive = _seconds_of(problem)
    service = np.array([0, *(visit.service_s for visit in problem.visits)])
    manager = pywrapcp.RoutingIndexManager(len(drive), len(problem.shifts), 0)
    model = pywrapcp.RoutingModel(manager)
    driving = model.RegisterTransitMatrix(drive.tolist())
    model.SetArcCostEvaluatorOfAllVehicles(driving)
    working = model.RegisterTransitMatrix((drive + service[:, None]).tolist())
    last = max(shift.end_s for shift in problem.shifts)
    model.AddDimension(working, last, last, False, "time")
    dimension = model.GetDimensionOrDie("time")
    for number, shift in enumerate(problem.shifts):
        dimension.CumulVar(model.Start(number)).SetRange(shift.start_s, shift.end_s)
        dimension.CumulVar(model.End(number)).SetRange(shift.start_s, shift.end_s)
    for number, visit in enumerate(problem.visits):
        index = manager.NodeToIndex(number + 1)
        dimension.CumulVar(index).SetRange(*_window(problem, number))
        model.AddDisjunction([index], visit.priority * problem.wishes.point_s)
        if visit.due:
            for other, shift in enumerate(problem.shifts):
                if shift.day > visit.due:
                    model.VehicleVar(index).RemoveValue(other)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    parameters.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    left = max(seconds - (time.monotonic() - started), 0.1)
    parameters.time_limit.FromMilliseconds(int(left * 1000))
    solution = model.SolveWithParameters(parameters)
    sequences: list[list[int]] = [[] for _ in problem.shifts]
    if solution is not None:
        for number in range(len(problem.shifts)):
            index = solution.Value(model.NextVar(model.Start(number)))
            while not model.IsEnd(index):
                sequences[number].append(manager.IndexToNode(index) - 1)
                index = solution.Value(model.NextVar(index))
    return Answer(sequences, time.monotonic() - started)
