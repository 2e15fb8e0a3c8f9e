"""Looking at processes: whether one has ended, waited for without sleeping."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path


def has_ended(pid: int, within_s: float = 10.0) -> bool:
    """Tell whether a process ends within a time; one that is there no more has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], within_s)[0])
    finally:
        os.close(handle)


def descendants(pid: int) -> list[int]:
    """Every process that was started by this one, or by those, and still runs (Linux).

    A browser that other tests of this process keep open is none of the search's, nor is Python's own tracker of
    shared memory, which stays for the life of a process.
    """
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            if _is_another_tests(int(child)):
                continue
            found += [int(child), *descendants(int(child))]
    return found


def _is_another_tests(pid: int) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return True
    return any(word in command for word in (b"playwright", b"chrom", b"resource_tracker"))


def until(holds: Callable[[], bool], within_s: float = 30.0) -> None:
    """Wait until something holds; fail when it does not come about."""
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        pause.wait(0.02)
