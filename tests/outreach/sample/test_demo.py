"""`./run demo`, as a person runs it: from nothing to signed routes on paper, and nothing lost when run again."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from outreach.settings import PROJECT_ROOT
from tests.machine import needs

DAY = "2030-01-09"  # a Wednesday, no holiday
SMALL = ["--referrals", "40", "--teams", "2", "--time-limit", "2", "--date", DAY]


def _sambang(instance: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SAMBANG_")}
    done = subprocess.run(
        [sys.executable, "-m", "outreach", *words],
        cwd=PROJECT_ROOT,
        env={**environment, "SAMBANG_INSTANCE": str(instance), "COLUMNS": "140"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """One demonstration of two days, made once: its instance folder and what it printed."""
    instance = tmp_path_factory.mktemp("demo") / "instance"
    done = _sambang(instance, "demo", "--no-serve", "--days", "2", *SMALL)
    return instance, done.stdout


def _plans(instance: Path) -> list[dict[str, Any]]:
    return [json.loads(p.read_text()) for p in sorted((instance / "demo").glob("plan-*.json"))]


def test_the_demonstration_plans_approves_and_writes_every_result(shown: tuple[Path, str]) -> None:
    instance, printed = shown
    names = {path.name for path in (instance / "demo").iterdir()}
    for day in (DAY, "2030-01-10"):
        assert f"plan-{day}.json" in names
        assert f"map-{day}.html" in names
    assert "perencana" in printed
    assert "contoh-sragen" in printed
    plans = _plans(instance)
    assert len(plans) == 2
    assert all(plan["state"] == "approved" and len(plan["hash"]) == 64 for plan in plans)
    served = [
        v["referral"] for p in plans for r in p["routes"] for s in r["stops"] for v in s["visits"]
    ]
    left = [row["referral"] for row in plans[0]["unserved"]]
    assert len(served) == len(set(served)), "nobody is visited twice"
    assert len(served) + len(left) == 40, "everybody is either visited or told why not"
    assert served
    assert all(row["sentence"] for row in plans[0]["unserved"])


def test_times_on_a_route_follow_one_another(shown: tuple[Path, str]) -> None:
    for plan in _plans(shown[0]):
        for route in plan["routes"]:
            clock = route["leave"]
            for stop in route["stops"]:
                assert clock < stop["arrival"] <= stop["start"] < stop["departure"]
                clock = stop["departure"]
            assert clock < route["back"]


def test_the_paper_names_every_planned_person_once_and_in_order(shown: tuple[Path, str]) -> None:
    needs("pango")
    instance, _printed = shown
    for plan in _plans(instance):
        for route in plan["routes"]:
            file = instance / "demo" / f"manifest-{plan['date']}-{route['team']}.pdf"
            text = " ".join(page.extract_text() for page in PdfReader(file).pages)
            codes = [v["short_code"] for s in route["stops"] for v in s["visits"]]
            places = [[m.start() for m in re.finditer(re.escape(code), text)] for code in codes]
            assert all(found for found in places), "everybody is on the paper"
            firsts = [found[0] for found in places]
            assert firsts == sorted(firsts), "in the order of the route"
            others = {
                v["short_code"]
                for r in plan["routes"]
                if r is not route
                for s in r["stops"]
                for v in s["visits"]
            }
            assert not any(code in text for code in others), "nobody of another route"
            assert plan["hash"][:12] in text.replace(" ", "")


def test_no_result_shows_a_whole_nik(shown: tuple[Path, str]) -> None:
    """Sample NIKs all begin with a district that does not exist, so that none can hide."""
    needs("pango")
    instance, printed = shown
    texts = {"the terminal": printed}
    for path in instance.rglob("*"):
        if path.suffix == ".pdf":
            texts[path.name] = " ".join(page.extract_text() for page in PdfReader(path).pages)
        elif path.is_file():
            texts[path.name] = path.read_bytes().decode("latin-1")
    assert {path[-4:] for path in texts} >= {".pdf", "html", "json", "g.db"}
    assert any("331400******" in text for text in texts.values()), "they are shown in part"
    holding = [name for name, text in texts.items() if re.search(r"331400[\s.-]*\d{6}", text)]
    assert holding == []


def test_the_map_opens_without_a_network(shown: tuple[Path, str]) -> None:
    page = (shown[0] / "demo" / f"map-{DAY}.html").read_text()
    assert not re.search(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=", page)
    assert not re.search(r"@import|url\(\s*['\"]?https?:", page)
    assert "default-src &#x27;none&#x27;" in page, "and whatever a library asks for is refused"


def test_the_library_finds_the_written_plan_in_order(shown: tuple[Path, str]) -> None:
    folder = shown[0] / "demo"
    done = subprocess.run(
        [sys.executable, "-m", "routing", "check", folder / "routing-problem.json", folder / "routing-plan.json"],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_results_are_for_their_owner_only(shown: tuple[Path, str]) -> None:
    assert all(path.stat().st_mode & 0o077 == 0 for path in (shown[0] / "demo").iterdir())


def test_running_it_again_changes_nothing_and_says_what_it_found(shown: tuple[Path, str]) -> None:
    instance, _printed = shown
    before = _plans(instance)
    again = _sambang(instance, "demo", "--no-serve", *SMALL)
    assert "--reset" in again.stdout
    assert "perencana" in again.stdout
    assert _plans(instance) == before


def test_the_audit_log_of_the_demonstration_holds(shown: tuple[Path, str]) -> None:
    assert "hold" in _sambang(shown[0], "audit", "verify").stdout


def _referrals(instance: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(instance / "sambang.db") as connection:
        return connection.execute(
            "SELECT r.id, r.tracking_code, s.name, r.lat, r.lon, r.state = 'draft'"
            " FROM referrals r JOIN residents s ON s.id = r.resident_id ORDER BY r.id"
        ).fetchall()


def test_the_same_seed_and_date_give_the_same_referrals(
    shown: tuple[Path, str], tmp_path: Path
) -> None:
    _sambang(tmp_path / "same", "demo", "--no-serve", *SMALL)
    _sambang(tmp_path / "other", "demo", "--no-serve", "--seed", "2", *SMALL)
    assert _referrals(tmp_path / "same") == _referrals(shown[0])
    assert _referrals(tmp_path / "other") != _referrals(shown[0])
    _sambang(tmp_path / "other", "demo", "--no-serve", "--reset", *SMALL)
    assert _referrals(tmp_path / "other") == _referrals(shown[0]), "--reset starts over"


def test_a_holiday_is_refused_with_the_next_working_day(tmp_path: Path) -> None:
    done = _sambang(tmp_path, "demo", "--no-serve", "--date", "2027-08-17", check=False)
    assert done.returncode == 1
    assert "2027-08-18" in done.stdout
    assert "Traceback" not in done.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(instance: Path, port: int) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SAMBANG_")}
    return subprocess.Popen(
        [sys.executable, "-m", "outreach", "serve"],
        cwd=PROJECT_ROOT,
        env={**environment, "SAMBANG_INSTANCE": str(instance), "SAMBANG_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + 240
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sehat", timeout=5) as answer:
                assert answer.read() == b"ok\n"
                return
        except OSError:
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)


def test_the_first_start_makes_an_administrator_with_a_password_of_its_own(tmp_path: Path) -> None:
    passwords = set()
    for name in ("one", "two"):
        server = _serve(tmp_path / name, port := _free_port())
        try:
            _wait_until_it_answers(port)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
        printed = server.communicate()[0]
        found = re.search(r"password\s+(\S+)", printed)
        assert found, printed
        passwords.add(found.group(1))
        with sqlite3.connect(tmp_path / name / "sambang.db") as connection:
            rows = connection.execute("SELECT role, must_change_password FROM users").fetchall()
        assert rows == [("admin", 1)]
    assert len(passwords) == 2


def test_a_database_that_is_no_demonstration_is_left_alone(tmp_path: Path) -> None:
    server = _serve(tmp_path, port := _free_port())
    try:
        _wait_until_it_answers(port)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    for words in (["demo", "--no-serve"], ["demo", "--no-serve", "--reset"]):
        done = _sambang(tmp_path, *words, check=False)
        assert done.returncode == 1
        assert "not a demonstration" in done.stdout
    with sqlite3.connect(tmp_path / "sambang.db") as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (1,)


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        *(
            [name, "--help"]
            for name in ("demo", "serve", "worker", "plan", "doctor", "backup", "restore")
        ),
    ],
    ids=" ".join,
)
def test_every_command_explains_itself(tmp_path: Path, words: list[str]) -> None:
    assert "Usage" in _sambang(tmp_path, *words).stdout


def test_a_demonstration_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SAMBANG_")}
    killed = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "outreach",
            "demo",
            "--no-serve",
            *SMALL[:4],
            "--time-limit",
            "8",
            "--date",
            DAY,
        ],
        cwd=PROJECT_ROOT,
        env={**environment, "SAMBANG_INSTANCE": str(tmp_path), "SAMBANG_JOB_LEASE": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 240
    database = f"file:{tmp_path / 'sambang.db'}?mode=ro"  # looking must not make the file
    while True:
        assert time.monotonic() < deadline, "no plan was begun"
        assert killed.poll() is None, "it ended before it could be killed"
        try:
            with sqlite3.connect(database, uri=True) as connection:
                if connection.execute("SELECT 1 FROM jobs WHERE state = 'running'").fetchone():
                    break
        except sqlite3.OperationalError:
            pass
        time.sleep(0.05)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    before = _referrals(tmp_path)
    assert len(before) > 40
    _sambang(tmp_path, "demo", "--no-serve", *SMALL)
    assert _referrals(tmp_path) == before
    with sqlite3.connect(tmp_path / "sambang.db") as connection:
        states = connection.execute("SELECT state FROM plans").fetchall()
        assert ("approved",) in states
        assert ("making",) not in states
