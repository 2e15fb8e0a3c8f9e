"""The search runs in a child process that is fed, heard, and ended with everything it started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from outreach.jobs import Cancelled
from outreach.planning.child import Report, run_child
from outreach.planning.failures import CHILD_DIED, CHILD_SILENT, PlanFailed
from outreach.settings import PROJECT_ROOT
from tests.outreach.planning.processes import has_ended

FOREVER = """
import json, os, subprocess, sys
helper = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print(json.dumps({"pids": [os.getpid(), helper.pid]}), file=sys.stderr, flush=True)
helper.wait()
"""
"""A search with a worker of its own that never comes to an end."""


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def nothing(_report: Report | None) -> None:
    return None


def test_a_child_is_fed_and_answers() -> None:
    code = "import sys; sys.stdout.write(sys.stdin.read().upper())"
    assert run_child(python(code), b"a" * 300_000, nothing, patience_s=30) == b"A" * 300_000


def test_what_a_child_reports_is_heard_while_it_works() -> None:
    code = (
        "import sys\n"
        "print('{\"people\": 3}', file=sys.stderr, flush=True)\n"
        "sys.stdin.readline(); sys.stdout.write('done')\n"
        "import signal; signal.sigtimedwait([], 1)"
    )
    heard: list[Report] = []
    run_child(python(code), b"go\n", lambda r: heard.append(r) if r else None, patience_s=30)
    assert heard == [{"people": 3}]


def test_a_child_that_fails_is_told_with_its_last_words() -> None:
    code = "import sys; print('visits[3].place: 99 is no place', file=sys.stderr); sys.exit(2)"
    with pytest.raises(PlanFailed) as failure:
        run_child(python(code), b"", nothing, patience_s=30)
    assert failure.value.reason == CHILD_DIED
    assert failure.value.detail == "visits[3].place: 99 is no place"


def test_a_child_that_never_answers_is_given_up() -> None:
    pids: list[int] = []
    with pytest.raises(PlanFailed) as failure:
        run_child(
            python(FOREVER), b"", lambda r: pids.extend(r["pids"] if r else []), patience_s=1.5
        )
    assert failure.value.reason == CHILD_SILENT
    assert all(has_ended(pid) for pid in pids)


def test_a_wish_to_cancel_ends_the_child_and_its_own_workers_at_once() -> None:
    pids: list[int] = []
    heard_at = 0.0

    def cancel(report: Report | None) -> None:
        nonlocal heard_at
        if report:
            pids.extend(report["pids"])
            heard_at = time.monotonic()
            raise Cancelled("test")

    with pytest.raises(Cancelled):
        run_child(python(FOREVER), b"", cancel, patience_s=60)
    assert len(pids) == 2
    assert all(has_ended(pid, within_s=1.0) for pid in pids)
    assert heard_at > 0


def test_a_child_dies_with_a_worker_that_is_killed() -> None:
    worker = subprocess.Popen(
        python(
            "from outreach.planning.child import run_child\n"
            "import sys\n"
            "say = lambda report: report and print(*report['pids'], flush=True)\n"
            f"run_child([sys.executable, '-c', {FOREVER!r}], b'', say, patience_s=60)"
        ),
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout
    pids = [int(pid) for pid in worker.stdout.readline().split()]
    assert len(pids) == 2
    assert all(not has_ended(pid, within_s=0) for pid in pids)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    assert all(has_ended(pid) for pid in pids)


def test_a_child_sees_no_setting_or_key_of_the_application(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMBANG_DATABASE_URL", "sqlite:////secret.db")
    code = "import json, os, sys; json.dump(sorted(os.environ), sys.stdout)"
    seen = json.loads(run_child(python(code), b"", nothing, patience_s=30))
    assert not [name for name in seen if name.startswith("SAMBANG_")]


def test_a_child_that_is_told_it_is_enough_writes_the_best_so_far() -> None:
    code = (
        "import signal, sys, time\n"
        "def enough(*_):\n    print('best'); sys.exit(0)\n"
        "signal.signal(signal.SIGINT, enough)\n"
        "print('{\"fraction\": 0.1}', file=sys.stderr, flush=True)\n"
        "while True: time.sleep(0.1)"
    )
    assert run_child(python(code), b"", lambda _report: True, patience_s=30) == b"best\n"
