"""solve, check and explain from a shell: what they write, and one line and exit code 2 for whatever is wrong."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from routing import Place, Window, plan_from_json, plan_to_json, problem_to_json
from routing.checker import check
from routing.commands import main
from routing.formats import sambang, solomon, vroom
from routing.formats.reading import Malformed
from tests.build_problems import a_problem, a_visit, planned, random_problem

PLACES = tuple(Place(-7.4, 111 + n / 100) for n in range(4))
PROBLEM = a_problem([a_visit("v1", 1), a_visit("v2", 2, windows=(Window(0, 60),))], places=PLACES)
SOLOMON = """R101

VEHICLE
NUMBER     CAPACITY
  2         10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      35         35          0          0       230          0
    1      41         49         10        161       171         10
    2      35         17          7         50        60         10
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a problem and its plan."""
    (tmp_path / "problem.json").write_text(json.dumps(problem_to_json(PROBLEM)))
    (tmp_path / "plan.json").write_text(json.dumps(plan_to_json(planned(PROBLEM))))
    return tmp_path


def test_solve_writes_a_sound_plan_and_its_map(folder: Path) -> None:
    out, drawn = folder / "out.json", folder / "map.geojson"
    options = ["--iterations", "20", "--workers", "1", "--seed", "3", "-o", str(out)]
    assert main(["solve", str(folder / "problem.json"), *options, "--geojson", str(drawn)]) == 0
    answer = plan_from_json(json.loads(out.read_text()))
    assert check(PROBLEM, answer) == []
    assert answer.seed == 3
    kinds = [f["properties"]["kind"] for f in json.loads(drawn.read_text())["features"]]
    assert kinds == ["route", "stop", "unserved"]


def test_check_says_that_a_plan_is_sound_or_what_it_breaks(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(folder / "problem.json"), str(folder / "plan.json")]
    assert main(["check", *files]) == 0
    assert capsys.readouterr().out == "sound: 1 stops on 1 routes keep every rule\n"
    broken = json.loads((folder / "plan.json").read_text())
    broken["routes"][0]["stops"][0]["wait_s"] = 5
    (folder / "plan.json").write_text(json.dumps(broken))
    assert main(["check", *files]) == 1
    assert "the wait at v1 does not add up" in capsys.readouterr().out


def test_explain_says_why_somebody_is_not_visited_and_what_would_help(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(folder / "problem.json"), str(folder / "plan.json")]) == 0
    line = capsys.readouterr().out
    assert line.startswith("v2: none of its windows meets the hours")
    assert "It would be served with a window" in line


def test_explain_says_in_one_line_that_a_plan_is_of_another_problem(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = json.loads((folder / "plan.json").read_text())
    next(route for route in plan["routes"] if route["stops"])["stops"][0]["visit"] = "nobody"
    (folder / "other.json").write_text(json.dumps(plan))
    assert main(["explain", str(folder / "problem.json"), str(folder / "other.json")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("plan: ")
    assert said.count("\n") == 1


def test_solomons_files_are_read_and_solved(tmp_path: Path) -> None:
    (tmp_path / "r101.txt").write_text(SOLOMON)
    out = tmp_path / "out.json"
    asked = ["solve", str(tmp_path / "r101.txt"), "--format", "solomon", "--iterations", "20"]
    assert main([*asked, "--workers", "1", "-o", str(out)]) == 0
    problem = solomon.problem_from_text(SOLOMON)
    answer = plan_from_json(json.loads(out.read_text()))
    assert check(problem, answer) == []
    assert answer.score.visits == 2


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "line 1 column 1"),
        (b"\xff\xfe\x00", "input: is not UTF-8 text"),
        (b"[" * 100_000, "input: is nested too deeply"),
        (b"[]", "input: need an object, not a list"),
        (b'{"schema": 1}', "schema: 1 where text is needed"),
        (b'{"schema": "sambang-problem/9"}', "schema: 'sambang-problem/9' is not known"),
        (b'{"schema": "sambang-problem/1", "visits": NaN}', "input: NaN is not a number"),
        (b'{"schema": "sambang-problem/1", "visits": [1' + b"0" * 5000 + b"]}", "input: a number has too many digits"),
        (b'{"schema": "sambang-problem/1", "visits": [1e999]}', "visits[0]: need an object, not inf"),
    ],
)  # fmt: skip
def test_bad_input_gives_one_line_that_names_the_field_and_exit_code_2(
    content: bytes, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.json").write_bytes(content)
    assert main(["solve", str(tmp_path / "bad.json")]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(line)
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", "nowhere.json"]) == 2
    assert capsys.readouterr().err == "nowhere.json: No such file or directory\n"


def test_bad_input_for_vroom_is_also_answered_in_its_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.json").write_text('{"vehicles": []}')
    assert main(["solve", str(tmp_path / "bad.json"), "--format", "vroom"]) == 2
    said = capsys.readouterr()
    assert said.err == "vehicles: at least one is needed\n"
    assert json.loads(said.out) == {"code": 2, "error": "vehicles: at least one is needed"}


# --- hostile input ---

ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.sampled_from([-1, 10**9, 10**30, 1.5, "", [], {}, [[]], [None], "2026-99-99", {"id": 1}]),
)  # fmt: skip
FUZZ = settings(
    max_examples=150, deadline=None, suppress_health_check=list(HealthCheck),
    derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
)  # fmt: skip


def _paths(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, inner in items:
        found.append((*so_far, key))
        if isinstance(inner, dict | list):
            found += _paths(inner, (*so_far, key))
    return found


def _with(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    copy = json.loads(json.dumps(value))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    if odd == "(gone)":
        del inner[path[-1]]
    elif odd == "(twice)" and isinstance(inner, list):
        inner.append(inner[path[-1]])
    else:
        inner[path[-1]] = odd
    return copy


VROOM = {
    "jobs": [
        {"id": 1, "location_index": 1, "service": 60, "setup": 5, "priority": 1, "skills": [1],
         "delivery": [1], "time_windows": [[0, 100]], "description": "a"},
        {"id": 2, "location_index": 0, "pickup": [0]},
    ],
    "vehicles": [
        {"id": 1, "start_index": 0, "end_index": 1, "capacity": [2], "skills": [1], "time_window": [0, 900],
         "breaks": [{"id": 1, "service": 5, "time_windows": [[0, 50]]}], "speed_factor": 1.2, "max_tasks": 4,
         "max_travel_time": 500, "profile": "car", "costs": {"fixed": 0}},
    ],
    "matrices": {"car": {"durations": [[0, 9], [8, 0]], "distances": [[0, 9], [8, 0]]}},
}  # fmt: skip


def _refused_in_one_line(read: Any, file: Any) -> None:
    said = "fine: "
    with contextlib.suppress(Malformed):
        try:
            read(file)
        except Malformed as error:
            said = str(error)
            raise
    assert ":" in said


@FUZZ
@given(st.data())
def test_a_problem_with_anything_anywhere_is_read_or_refused_in_one_line(
    data: st.DataObject,
) -> None:
    whole = problem_to_json(data.draw(random_problem()))
    path = data.draw(st.sampled_from(_paths(whole)))
    odd = data.draw(st.one_of(ODD, st.just("(gone)"), st.just("(twice)")))
    _refused_in_one_line(sambang.problem_from_json, _with(whole, path, odd))


@FUZZ
@given(st.data())
def test_a_file_for_vroom_with_anything_anywhere_is_read_or_refused_in_one_line(
    data: st.DataObject,
) -> None:
    path = data.draw(st.sampled_from(_paths(VROOM)))
    odd = data.draw(st.one_of(ODD, st.just("(gone)"), st.just("(twice)")))
    _refused_in_one_line(vroom.read, _with(VROOM, path, odd))


@FUZZ
@given(st.data())
def test_a_plan_with_anything_anywhere_is_read_or_refused_and_checked_without_failing(
    data: st.DataObject,
) -> None:
    whole = plan_to_json(planned(PROBLEM))
    path = data.draw(st.sampled_from(_paths(whole)))
    odd = data.draw(st.one_of(ODD, st.just("(gone)"), st.just("(twice)")))
    _refused_in_one_line(lambda file: check(PROBLEM, plan_from_json(file)), _with(whole, path, odd))


@FUZZ
@given(st.text(alphabet=st.sampled_from("VEHICLECUSTOMER 0123456789.-e\nnaif"), max_size=200))
def test_any_text_is_a_file_of_solomons_or_refused_in_one_line(text: str) -> None:
    _refused_in_one_line(solomon.problem_from_text, text)


@FUZZ
@given(random_problem())
def test_a_problem_and_its_plan_survive_writing_and_reading(problem: Any) -> None:
    text = json.dumps(problem_to_json(problem))
    assert sambang.problem_from_json(json.loads(text)) == problem
    answer = planned(problem, iterations=2)
    assert plan_from_json(json.loads(json.dumps(plan_to_json(answer)))) == answer


def test_ctrl_c_is_still_heard_after_routes_were_recombined() -> None:
    code = """if True:
        import os, signal
        from routing.arrays import Arrays
        from routing.pool import recombine
        from tests.build_problems import a_problem, a_shift, a_visit
        arrays = Arrays(a_problem([a_visit(f"v{n}", n) for n in (1, 2, 3)], [a_shift(), a_shift("B")]))
        pool = {(0, (0, 1)): 20.0, (0, (1, 2)): 21.0, (0, (0, 2)): 22.0, (0, (0,)): 11.0, (0, (1,)): 12.0}
        heard = []
        signal.signal(signal.SIGINT, lambda *_: heard.append(True))
        recombine(arrays, arrays.kinds, [[0], [1]], pool, [11.0, 12.0], [False, False], 1.0, 1, 1, True)
        os.kill(os.getpid(), signal.SIGINT)
        print("heard" if heard else "not heard")
    """
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert told.stdout.strip() == "heard", told.stderr
