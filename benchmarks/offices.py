"""Many offices' days planned through an executor: `python benchmarks/offices.py --offices 50 --workers 1,2,4`.

Each office has a day of its own (case a: 60 visits, five teams) and a fixed number of iterations, so that the work is the
same however many workers there are. Prints the seconds, and the efficiency: the time of one worker, over the workers times
their time. `--dask` adds a Dask cluster on this machine (extra `cluster`). Every plan is checked.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import Executor, ProcessPoolExecutor

from cases import CASES, problem_of

from routing.checker import check
from routing.search import Limits, plan


def office(seed: int, iterations: int) -> int:
    """Plan the day of one office and return how many rules it breaks."""
    problem = problem_of(CASES["a"], seed)
    limits = Limits(seconds=None, iterations=iterations, workers=1, seed=seed, bound=False)
    return len(check(problem, plan(problem, limits)))


def measured(executor: Executor, workers: int, offices: int, iterations: int) -> float:
    """Return the seconds that all offices take, once every worker is awake."""
    list(executor.map(office, range(workers), [1] * workers))
    started = time.monotonic()
    broken = sum(executor.map(office, range(1, offices + 1), [iterations] * offices))
    took = time.monotonic() - started
    if broken:
        raise SystemExit(f"{broken} broken rules")
    return took


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offices", type=int, default=50)
    parser.add_argument("--iterations", type=int, default=20_000)
    parser.add_argument("--workers", default="1,2,4")
    parser.add_argument("--dask", action="store_true")
    options = parser.parse_args()
    counts = [int(count) for count in options.workers.split(",")]
    print("executor  workers  seconds  efficiency")
    first: dict[str, float] = {}
    for kind in ("local", "dask") if options.dask else ("local",):
        for workers in counts:
            if kind == "local":
                with ProcessPoolExecutor(workers) as pool:
                    took = measured(pool, workers, options.offices, options.iterations)
            else:
                from distributed import Client, LocalCluster

                with (
                    LocalCluster(
                        n_workers=workers, threads_per_worker=1, dashboard_address=None
                    ) as cluster,
                    Client(cluster) as client,
                ):
                    took = measured(
                        client.get_executor(), workers, options.offices, options.iterations
                    )
            one = first.setdefault(kind, took * workers if workers > 1 else took)
            print(f"{kind:8} {workers:8} {took:8.1f} {one / (workers * took):10.2f}", flush=True)


if __name__ == "__main__":
    main()
