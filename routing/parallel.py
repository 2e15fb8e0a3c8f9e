"""Workers: any `concurrent.futures.Executor` will do; by default processes of this machine that end with us."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from typing import Any, Final, TypeVar

T = TypeVar("T")
BEAT_S: Final = 0.05
"""How often a wish to stop is looked for while workers are busy."""
_PR_SET_PDEATHSIG: Final = 1


class Stopped(Exception):
    """The caller wished to stop while workers were busy."""


def own_workers(count: int) -> ProcessPoolExecutor:
    """Return a pool of processes that die with this one, however it ends."""
    alone = threading.active_count() == 1 and sys.platform == "linux"
    context = multiprocessing.get_context("fork" if alone else "spawn")
    return ProcessPoolExecutor(count, mp_context=context, initializer=_tie, initargs=(os.getpid(),))


def _tie(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def end_workers(pool: ProcessPoolExecutor) -> None:
    """End a pool at once, busy or not."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.kill()
    for process in processes:
        process.join()


def in_background(function: Callable[..., T], *given: Any) -> Future[T]:
    """Run a function in a thread of its own that nobody has to wait for: who loses patience leaves it behind."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(function(*given))
        except BaseException as error:  # noqa: BLE001 - told to whoever asks
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def run_all(
    executor: Executor,
    function: Callable[[Any], T],
    tasks: Sequence[Any],
    should_stop: Callable[[], bool],
) -> list[T]:
    """Run the function on every task and return the results in order.

    Raises Stopped when the caller wishes to stop before all are done, and what a task raised.
    """
    futures: list[Future[T]] = [executor.submit(function, task) for task in tasks]
    while True:
        _, waiting = wait(futures, timeout=BEAT_S)
        if should_stop() and waiting:
            for future in futures:
                future.cancel()
            raise Stopped
        if not waiting:
            return [future.result() for future in futures]
