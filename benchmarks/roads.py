"""What planning on real roads costs and what it is worth: building, opening, matrices, legs, and driving saved.

python -m benchmarks.roads [EXTRACT.osm.pbf] [--osrm http://HOST:PORT] [--instances 10] [--seconds 3]

Times are CPU seconds of one core, so that other work on the machine does not count; memory is the peak of a process of
its own. Places are drawn by chance within 150 m of junctions in the middle half of the extract, where houses can stand.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from routing import Place, Problem, Shift, Travel, Visit, Wishes
from routing.search import Limits, plan
from routing.travel import crow, network, remote
from routing.travel.block import FARTHEST_M
from routing.travel.cache import Matrices
from routing.travel.tables import travel_of

EXTRACT = Path(__file__).parents[2] / "shared" / "data" / "heidelberg_roads.osm.pbf"
DAY = date(2026, 11, 24)
STOPS, TEAMS = 60, 5
LEGS = 1_000
REFERENCE = 150
"""Places between which the reference is asked too: SciPy needs a while for each."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    what: str
    found: str
    target: str


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("extract", nargs="?", type=Path, default=EXTRACT)
    parser.add_argument("--osrm", help="address of an OSRM server on the same extract")
    parser.add_argument("--instances", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=3.0, help="search for each plan")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.build:
        build_alone(given.extract, given.build)
        return
    if not given.extract.is_file():
        parser.error(f"{given.extract}: no such file; name an extract")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.npz"
        rows = built(given.extract, file)
        roads, row = opened(file)
        show([*rows, row])
        places = places_on(roads, 1_001, seed=1)
        show(matrices(roads, places))
        show([legs(roads, places), reference(roads, places)])
        if given.osrm:
            show([against_osrm(roads, given.osrm, places[:300])])
        show(saved(roads, given.instances, given.seconds))


def show(rows: Sequence[Row]) -> None:
    """Print lines of the table as soon as they are known."""
    for row in rows:
        print(f"{row.what:<52} {row.found:<44} {row.target}", flush=True)


def build_alone(extract: Path, file: Path) -> None:
    """Build a network in this process and print what it took: for `built`."""
    started = time.process_time()
    roads = network.build(extract)
    took_s = time.process_time() - started
    roads.save(file)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"s": took_s, "mb": peak_mb, "read": roads.about["read"]}))


def built(extract: Path, file: Path) -> list[Row]:
    """Build in a process of its own, so that the memory is that of building."""
    command = [sys.executable, "-m", "benchmarks.roads", str(extract), "--build", str(file)]
    said = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603
    read = said["read"]
    size = f"{read['nodes']:,} nodes, {read['junctions']:,} junctions"
    return [
        Row(f"build ({size})", f"{said['s']:.1f} s", "<= 10 s at 62,000 nodes"),
        Row("  peak memory of the process", f"{said['mb']:.0f} MB", "<= 400 MB"),
    ]


def opened(file: Path) -> tuple[network.Network, Row]:
    """Open the file and make it ready for the first question of a car."""
    started = time.process_time()
    roads = network.load(file)
    roads.snap([Place(0.0, 0.0)])
    took_s = time.process_time() - started
    return roads, Row("load, ready for a question", f"{took_s:.2f} s", "<= 1 s")


def places_on(roads: network.Network, count: int, seed: int) -> list[Place]:
    """Draw places near junctions of the middle half of the extract, where a car stops at a house."""
    lot = random.Random(seed)
    lat, lon = roads.arrays["vertex_lat"], roads.arrays["vertex_lon"]
    low, high = np.quantile(lat, (0.25, 0.75)), np.quantile(lon, (0.25, 0.75))
    stops = np.zeros(len(lat), dtype=bool)
    for end in ("segment_from", "segment_to"):
        stops[roads.arrays[end][roads.graph("car").open_segments()]] = True
    inside = np.flatnonzero(
        stops & (lat >= low[0]) & (lat <= low[1]) & (lon >= high[0]) & (lon <= high[1])
    )
    drawn = [
        Place(float(lat[i]) + lot.uniform(-1, 1) * 0.00135, float(lon[i]) + lot.uniform(-1, 1) * 0.00135)
        for i in lot.sample(inside.tolist(), min(count, len(inside)))
    ]  # fmt: skip
    return [
        place
        for place, metres in zip(drawn, roads.snap(drawn).metres, strict=True)
        if metres < FARTHEST_M
    ]


def best_of(times: int, question: Callable[[], object]) -> float:
    """Return the least CPU seconds of several tries."""
    taken = []
    for _ in range(times):
        started = time.process_time()
        question()
        taken.append(time.process_time() - started)
    return min(taken)


def matrices(roads: network.Network, places: Sequence[Place]) -> list[Row]:
    """Time whole matrices, and a place more in one that is kept."""
    rows = []
    for size, target in ((60, 0.1), (300, 0.5), (1_000, 2.0)):
        some = places[:size]
        took_s = best_of(3, lambda some=some: roads.block(some, some))  # type: ignore[misc]
        rows.append(Row(f"matrix {len(some)} x {len(some)}", f"{took_s:.3f} s", f"<= {target} s"))
    known = Matrices(roads.block)
    known.block(places[:STOPS], "car")
    more = iter(places[STOPS:])
    took_s = best_of(5, lambda: known.block([*places[:STOPS], next(more)], "car"))
    return [*rows, Row(f"one more stop among {STOPS}", f"{took_s:.3f} s", "<= 0.1 s")]


def legs(roads: network.Network, places: Sequence[Place]) -> Row:
    """Time the geometry of legs between neighbours in the list."""
    taken = []
    for origin, goal in list(pairwise(places))[:LEGS]:
        taken.append(best_of(1, lambda a=origin, b=goal: roads.leg(a, b)))  # type: ignore[misc]
    middle, most = np.quantile(taken, (0.5, 0.95)) * 1000
    return Row("geometry of a leg", f"median {middle:.1f} ms, p95 {most:.1f} ms", "p95 <= 20 ms")


def reference(roads: network.Network, places: Sequence[Place]) -> Row:
    """Hold the fast path to SciPy's Dijkstra on every pair."""
    some = places[:REFERENCE]
    fast = roads.block(some, some)
    slow = roads.block(some, some, fast=False)
    gap_s = np.abs(fast.seconds - slow.seconds)
    off = (gap_s > 2) & (gap_s > 0.005 * slow.seconds)
    unlike = np.isnan(fast.seconds) != np.isnan(slow.seconds)
    found = (
        f"{int(off.sum() + unlike.sum())} of {off.size:,} pairs off, most {np.nanmax(gap_s):.3f} s"
    )
    return Row("fast path against SciPy", found, "0.5 % or 2 s on every pair")


def against_osrm(roads: network.Network, address: str, places: Sequence[Place]) -> Row:
    """Compare the order of all pairs' minutes with an OSRM server's own."""
    theirs = remote.block(f"osrm:{address}", places, places, "car").seconds
    ours = roads.block(places, places).seconds
    both = np.isfinite(theirs) & np.isfinite(ours) & ~np.eye(len(places), dtype=bool)
    rank = spearmanr(theirs[both], ours[both]).statistic
    ratio = np.median(ours[both] / np.maximum(theirs[both], 1))
    return Row("OSRM's matrix (Spearman)", f"{rank:.4f}, ours / theirs {ratio:.2f}", ">= 0.97")


def saved(roads: network.Network, instances: int, seconds: float) -> list[Row]:
    """Plan the same days on straight lines and on roads, and drive both on the roads."""
    shares = []
    for seed in range(1, instances + 1):
        places = tuple(places_on(roads, STOPS + 1, seed))
        straight = crow.travel(places)
        on_roads = travel_of(roads.block(places, places), straight, "own roads")[0]
        problem = a_day(places, on_roads)
        blind = driven(replace(problem, travel=(straight,)), seconds, on_roads)
        seeing = driven(problem, seconds, on_roads)
        shares.append(1 - seeing / blind)
    text = f"{np.mean(shares):.1%} (from {min(shares):.1%} to {max(shares):.1%})"
    return [Row(f"driving saved by planning on roads, {instances} days", text, ">= 5 %")]


def a_day(places: tuple[Place, ...], travel: Travel) -> Problem:
    """Everybody is visited, so that only the driving differs: the first place is the office."""
    visits = tuple(Visit(f"v{n}", n, service_s=900, priority=100) for n in range(1, len(places)))
    shifts = tuple(Shift(team, DAY, 7 * 3600, 17 * 3600, 0, 0) for team in "ABCDE"[:TEAMS])
    return Problem(visits, shifts, (travel,), places=places, wishes=Wishes(point_s=600))


def driven(problem: Problem, seconds: float, on_roads: Travel) -> int:
    """Plan a day and return the seconds of driving that its routes take on the roads.

    Raises RuntimeError when somebody is left out: the driving could not be compared then.
    """
    made = plan(problem, Limits(seconds=seconds, workers=1, seed=1, bound=False))
    if made.unserved:
        raise RuntimeError(f"{len(made.unserved)} people are left out of a day that fits all")
    total = 0
    for route in made.routes:
        order = [0, *(problem.visit(stop.visit).place for stop in route.stops), 0]
        total += sum(on_roads.seconds[pair] for pair in pairwise(order))
    return total


if __name__ == "__main__":
    main()
