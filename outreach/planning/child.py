"""Runs the search in a child process of its own: fed and answered in JSON, stopped at once by ending it.

OR-Tools holds the interpreter's lock while it solves, and a Python signal handler would only run afterwards, so
neither a thread nor a polite request would do. The child leads a process group together with every worker of its
own, and hangs on a leash (leash.py): it ends with the worker that started it, even one killed by SIGKILL.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from outreach.planning.failures import CHILD_DIED, CHILD_SILENT, PlanFailed
from outreach.settings import PROJECT_ROOT

log = logging.getLogger("sambang.planning")
BEAT_S: Final = 0.2
"""How often the parent looks up: a wish to cancel is heard at the next beat."""
GRACE_S: Final = 90.0
"""How long beyond its search time a child may take (starting, matrices, explaining) before it is given up."""
_LEASH: Final = Path(__file__).with_name("leash.py")
_PASSED_ON: Final = frozenset(
    {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV"}
)

Report = Mapping[str, Any]
OnBeat = Callable[[Report | None], bool | None]
"""Called with the newest report, or None; says whether the command should end with what it has."""


def solve_command(*, time_limit_s: float, workers: int) -> list[str]:
    """Return the command that reads a problem from standard input and writes the plan to standard output."""
    command = [sys.executable, "-m", "routing", "solve", "-", "--progress", "json"]
    command += ["--time-limit", f"{time_limit_s:g}"]
    return command + (["--workers", str(workers)] if workers else [])


def run_child(command: Sequence[str], fed: bytes, on_beat: OnBeat, *, patience_s: float) -> bytes:
    """Run a command in a group of its own on a leash, feed it, and return what it wrote.

    `on_beat` is called at least every BEAT_S with the newest progress report, or None; whatever it raises ends the
    whole group at once and is raised on. When it says yes, the command is asked once for the best so far, as soon as
    it has reported anything. Raises PlanFailed when the child fails or outlives `patience_s`.
    """
    lifeline_end, lifeline = os.pipe()
    try:
        child = subprocess.Popen(  # noqa: S603 - the command is our own
            [sys.executable, "-I", str(_LEASH), str(lifeline_end), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(lifeline_end,),
            start_new_session=True,
            cwd=PROJECT_ROOT,
            env={name: value for name, value in os.environ.items() if name in _PASSED_ON},
        )
    finally:
        os.close(lifeline_end)
    try:
        return _attend(child, fed, on_beat, patience_s)
    finally:
        _end_group(child)
        os.close(lifeline)


def _attend(
    child: subprocess.Popen[bytes], fed: bytes, on_beat: OnBeat, patience_s: float
) -> bytes:
    assert child.stdin
    assert child.stdout
    assert child.stderr
    answer: list[bytes] = []
    reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
    said: deque[str] = deque(maxlen=40)
    threads = [
        threading.Thread(target=_feed, args=(child.stdin, fed), daemon=True),
        threading.Thread(target=lambda: answer.append(_drain(child.stdout)), daemon=True),
        threading.Thread(target=_listen, args=(child.stderr, reports, said), daemon=True),
    ]
    for thread in threads:
        thread.start()
    until = time.monotonic() + patience_s
    ended = has_reported = was_asked = False
    while not ended:
        try:
            child.wait(timeout=BEAT_S)
            ended = True
        except subprocess.TimeoutExpired:
            report = _newest(reports)
            has_reported = has_reported or report is not None
            if on_beat(report) and has_reported and not was_asked:
                was_asked = True
                os.killpg(child.pid, signal.SIGINT)
            if time.monotonic() > until:
                log.error("the search outlived its time: %s", "\n".join(said))
                raise PlanFailed(CHILD_SILENT) from None
    for thread in threads:
        thread.join(timeout=10)
    if child.returncode != 0 or not answer:
        log.error("the search ended with status %s: %s", child.returncode, "\n".join(said))
        raise PlanFailed(CHILD_DIED, said[-1] if said else f"status {child.returncode}")
    return answer[0]


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the group, also workers that outlived the child itself."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):
                stream.close()


def _feed(stream: IO[bytes], fed: bytes) -> None:
    try:
        stream.write(fed)
        stream.close()
    except (BrokenPipeError, ValueError):
        pass  # the child ended before it had read everything; its status tells


def _drain(stream: IO[bytes] | None) -> bytes:
    assert stream
    try:
        return stream.read()
    except ValueError:
        return b""  # closed under us: the group was ended


def _listen(stream: IO[bytes], reports: queue.SimpleQueue[Report], said: deque[str]) -> None:
    try:
        for raw in stream:
            line = raw.decode(errors="replace").strip()
            report = _report(line)
            if report is not None:
                reports.put(report)
            elif line:
                said.append(line)
    except ValueError:
        pass  # closed under us: the group was ended


def _report(line: str) -> Report | None:
    if not line.startswith("{"):
        return None
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _newest(reports: queue.SimpleQueue[Report]) -> Report | None:
    newest = None
    while True:
        try:
            newest = reports.get_nowait()
        except queue.Empty:
            return newest
