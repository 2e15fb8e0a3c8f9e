"""What speaks to VROOM can speak to this: its format in and out, and a clear refusal of what is not understood."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from routing.checker import check
from routing.formats import vroom
from routing.formats.reading import Malformed
from routing.search import plan
from tests.build_problems import QUICK

Json = dict[str, Any]
ROWS = [[600 * abs(a - b) for b in range(5)] for a in range(5)]


def a_file(jobs: list[Json], vehicles: list[Json] | None = None, **more: Any) -> Json:
    """Jobs along a road, and one vehicle from its end and back."""
    placed = [{"id": n + 1, "location_index": 1 + n % 4, **job} for n, job in enumerate(jobs)]
    cars = vehicles or [{}]
    driven = [{"id": n + 1, "start_index": 0, "end_index": 0, **car} for n, car in enumerate(cars)]
    return {"jobs": placed, "vehicles": driven, "matrices": {"car": {"durations": ROWS}}, **more}


def solved(file: Json) -> Json:
    """The answer in VROOM's format; the checker has found its plan sound."""
    question = vroom.read(file)
    found = plan(question.problem, replace(QUICK))
    assert check(question.problem, found) == []
    return vroom.answer(question, found)


def served(answer: Json) -> list[int]:
    """The ids of the jobs that are done, in order."""
    return [s["id"] for r in answer["routes"] for s in r["steps"] if s["type"] == "job"]


def test_an_answer_has_code_summary_unassigned_and_steps_from_start_to_end() -> None:
    answer = solved(a_file([{"service": 300, "setup": 60}, {"service": 300, "priority": 7}]))
    assert answer["code"] == 0
    assert answer["summary"] | {"computing_times": None} == {
        "cost": 2400, "routes": 1, "unassigned": 0, "setup": 60, "service": 600, "duration": 2400,
        "waiting_time": 0, "priority": 7, "violations": [], "computing_times": None,
    }  # fmt: skip
    (route,) = answer["routes"]
    assert [step["type"] for step in route["steps"]] == ["start", "job", "job", "end"]
    for before, after in zip(route["steps"], route["steps"][1:], strict=False):
        busy = before["setup"] + before["service"] + before["waiting_time"]
        drive = after["duration"] - before["duration"]
        assert after["arrival"] == before["arrival"] + busy + drive
    assert all(step["violations"] == [] for step in route["steps"])


def test_a_skill_that_no_vehicle_has_leaves_a_job_unassigned() -> None:
    answer = solved(a_file([{"skills": [3]}, {"skills": [1]}], [{"skills": [1, 2]}]))
    assert served(answer) == [2]
    assert answer["unassigned"] == [{"id": 1, "type": "job", "location_index": 1}]
    assert answer["summary"]["unassigned"] == 1


def test_capacity_limits_deliveries_and_the_load_falls_with_each() -> None:
    answer = solved(a_file([{"delivery": [2, 1]}] * 3, [{"capacity": [4, 9]}]))
    (route,) = answer["routes"]
    assert [step["load"] for step in route["steps"]] == [[4, 2], [2, 1], [0, 0], [0, 0]]
    assert (route["delivery"], answer["summary"]["pickup"]) == ([4, 2], [0, 0])


def test_pickups_are_carried_to_the_end() -> None:
    answer = solved(a_file([{"pickup": [2]}] * 2, [{"capacity": [4]}]))
    assert [step["load"] for step in answer["routes"][0]["steps"]] == [[0], [2], [4], [4]]


def test_one_job_of_high_priority_comes_before_several_of_none() -> None:
    jobs = [{"delivery": [1]}, {"delivery": [1]}, {"delivery": [2], "priority": 100}]
    assert served(solved(a_file(jobs, [{"capacity": [2]}]))) == [3]


def test_windows_breaks_and_absolute_times_are_kept() -> None:
    noon = 1_600_000_000
    jobs = [{"time_windows": [[noon + 7200, noon + 7300]]}, {"service": 900}]
    rest = {"id": 9, "service": 600, "time_windows": [[noon + 3000, noon + 3600]]}
    answer = solved(a_file(jobs, [{"time_window": [noon, noon + 20_000], "breaks": [rest]}]))
    steps = {(s["type"], s.get("id")): s for s in answer["routes"][0]["steps"]}
    job, taken = steps["job", 1], steps["break", 9]
    assert noon + 7200 <= job["arrival"] + job["waiting_time"] <= noon + 7300
    assert noon + 3000 <= taken["arrival"] + taken["waiting_time"] <= noon + 3600
    assert taken["service"] == 600


def test_speed_most_tasks_and_most_travel_time_hold_for_a_vehicle() -> None:
    jobs: list[Json] = [{}] * 4
    assert solved(a_file(jobs[:1], [{"speed_factor": 2}]))["summary"]["duration"] == 600
    assert len(served(solved(a_file(jobs, [{"max_tasks": 2}])))) == 2
    assert len(served(solved(a_file(jobs, [{"max_travel_time": 2400}])))) == 2


def test_without_matrices_straight_lines_are_measured() -> None:
    jobs = [{"id": 1, "location": [111.0, -7.4]}, {"id": 2, "location": [111.1, -7.4]}]
    answer = solved({"jobs": jobs, "vehicles": [{"id": 1, "start": [111.0, -7.4]}]})
    assert served(answer) == [1, 2]
    assert answer["routes"][0]["steps"][-1]["location"] == [111.1, -7.4]
    assert answer["summary"]["distance"] > 11_000


def test_a_vehicle_may_begin_or_end_anywhere() -> None:
    file = a_file([{}, {}])
    file["vehicles"] = [{"id": 1, "end_index": 0}]
    answer = solved(file)
    assert answer["summary"]["duration"] == 1200
    assert [s["type"] for s in answer["routes"][0]["steps"]] == ["job", "job", "end"]


def test_the_old_keys_for_a_matrix_and_an_amount_are_understood() -> None:
    file = a_file([{"amount": [1]}], [{"capacity": [1]}])
    file["matrix"] = file.pop("matrices")["car"]["durations"]
    assert solved(file)["routes"][0]["delivery"] == [1]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"shipments": [{"pickup": {}, "delivery": {}}]}, "shipments: is not supported"),
        ({"job": {"service_per_type": {"a": 1}}}, "jobs[0].service_per_type: is not supported"),
        ({"vehicle": {"steps": [{"type": "start"}]}}, "vehicles[0].steps: is not supported"),
        ({"vehicle": {"max_distance": 9}}, "vehicles[0].max_distance: is not supported"),
        ({"vehicle": {"costs": {"fixed": 5}}}, "vehicles[0].costs.fixed: is not supported, only 0"),
        (
            {"vehicle": {"breaks": [{"id": 1, "max_load": [1]}]}},
            "vehicles[0].breaks[0].max_load: is not supported",
        ),
        ({"job": {"priority": 101}}, "jobs[0].priority: 101 is not between 0 and 100"),
        ({"job": {"service": 10**9}}, "jobs[0].service: 1000000000 is not between 0 and 100000000"),
        ({"job": {"service": "long"}}, "jobs[0].service: text where a whole number is needed"),
        ({"job": {"time_windows": [[5, 1]]}}, "jobs[0].time_windows[0]: ends before it starts"),
        ({"job": {"time_window": [1, 5]}}, "jobs[0].time_window: is not a known field"),
        ({"job": {"location_index": 5}}, "jobs[0].location_index: 5 is outside the 5 rows of the matrices"),
        ({"job": {"delivery": [1]}}, "jobs[0].delivery: 1 amounts, but the vehicles' capacity has 0"),
        ({"vehicle": {"speed_factor": 9}}, "vehicles[0].speed_factor: 9 is not in (0, 5]"),
        ({"vehicle": {"profile": "boat"}}, "vehicles[0].profile: matrices has none for 'boat'"),
        ({"vehicles": []}, "vehicles: at least one is needed"),
        ({"matrices": {"car": {"durations": [[0, 1]]}}}, "matrices.car.durations[0]: need a list of 1 numbers"),
    ],
)  # fmt: skip
def test_what_is_not_supported_or_wrong_is_refused_by_its_field(change: Json, line: str) -> None:
    file = a_file([change.get("job", {})], [change.get("vehicle", {})])
    file |= {key: value for key, value in change.items() if key not in ("job", "vehicle")}
    with pytest.raises(Malformed) as refused:
        vroom.read(file)
    assert str(refused.value) == line


def test_deliveries_beside_pickups_are_refused_where_the_order_decides_on_the_load() -> None:
    file = a_file([{"delivery": [1]}, {"pickup": [1]}], [{"capacity": [1]}])
    with pytest.raises(Malformed, match=r"jobs\[1\].pickup: is not supported beside"):
        vroom.read(file)
    both = a_file([{"delivery": [2], "pickup": [1]}], [{"capacity": [2]}])
    assert [s["load"] for s in solved(both)["routes"][0]["steps"]] == [[2], [1], [1]]


def test_ids_are_there_once() -> None:
    file = a_file([{"id": 4}, {"id": 4}])
    with pytest.raises(Malformed, match=r"^jobs\[1\].id: 4 is there twice$"):
        vroom.read(file)
