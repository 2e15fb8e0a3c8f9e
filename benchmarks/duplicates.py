"""How well one person written down twice is told from two who look alike, and how long a search takes.

    python benchmarks/duplicates.py [--pairs 500] [--seeds 10] [--referrals 50000]

The pairs are made by `tests/outreach/referrals/pairs.py`, and by `other_pairs.py`, which nothing was tuned on; those of
`written_pairs.py` were written one by one. Recall: of those who are one person, how many are asked about. Precision: of
those who are asked about, how many are one person.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.rows import an_office_with
from outreach.referrals.duplicates import Traits, compare
from outreach.referrals.models import Referral
from outreach.referrals.pairs import matches, traits_of
from tests.outreach.referrals.other_pairs import make_other_pairs
from tests.outreach.referrals.pairs import OTHER_NAMES, SAME_NAMES, Pair, make_pairs
from tests.outreach.referrals.written_pairs import WRITTEN_PAIRS


def measure_pairs(
    console: Console, count: int, seeds: int, make: Callable[[int, int], list[Pair]], title: str
) -> None:
    """Print recall and precision on `count` generated pairs for each seed, and what is missed."""
    table = Table("seed", "recall", "precision", "us a pair", title=f"{count} {title}")
    missed, wrong = Counter[str](), Counter[str]()
    for seed in range(seeds):
        pairs = make(count, seed)
        start = time.perf_counter()
        asked = [compare(pair.one, pair.other).worth_asking for pair in pairs]
        took = time.perf_counter() - start
        same = sum(pair.same for pair in pairs)
        right = sum(pair.same for pair, ask in zip(pairs, asked, strict=True) if ask)
        for pair, ask in zip(pairs, asked, strict=True):
            if pair.same and not ask:
                missed[pair.about] += 1
            if ask and not pair.same:
                wrong[pair.about] += 1
        table.add_row(str(seed), f"{right / same:.3f}", f"{right / max(1, sum(asked)):.3f}", f"{took / count * 1e6:.0f}")  # fmt: skip
    console.print(table)
    kinds = Table("kind", "missed", "asked in vain", title="by kind, all seeds")
    for about in sorted({*missed, *wrong}):
        kinds.add_row(about, str(missed[about]), str(wrong[about]))
    console.print(kinds)


def measure_names(console: Console) -> None:
    """Print how many pairs of bare names are told right."""
    found = sum(compare(Traits(a), Traits(b)).worth_asking for a, b in SAME_NAMES)
    vain = sum(compare(Traits(a), Traits(b)).worth_asking for a, b in OTHER_NAMES)
    console.print(f"names alone: {found} of {len(SAME_NAMES)} found, {vain} of {len(OTHER_NAMES)} in vain")  # fmt: skip


def measure_search(console: Console, referrals: int) -> None:
    """Print how long a search for duplicates takes among so many referrals."""
    with tempfile.TemporaryDirectory() as folder:
        database = an_office_with(Path(folder), referrals)
        table = Table("search", "median ms", "p95 ms", title=f"among {referrals:,} referrals")
        with database.read() as session:
            some = session.query(Referral).order_by(Referral.id).limit(200).all()
            for title, village_only in (("own village", True), ("whole regency", False)):
                took = []
                for referral in some:
                    start = time.perf_counter()
                    matches(session, traits_of(referral), village_only=village_only, besides=(referral.id,))  # fmt: skip
                    took.append((time.perf_counter() - start) * 1000)
                p95 = statistics.quantiles(took, n=20)[-1]
                table.add_row(title, f"{statistics.median(took):.1f}", f"{p95:.1f}")
        console.print(table)
        database.close()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--referrals", type=int, default=50_000)
    given = parser.parse_args()
    console = Console()
    measure_pairs(console, given.pairs, given.seeds, make_pairs, "labelled pairs")
    measure_pairs(console, given.pairs, given.seeds, make_other_pairs, "pairs of another hand")
    written = list(WRITTEN_PAIRS)
    measure_pairs(
        console, len(written), 1, lambda _count, _seed: written, "pairs written one by one"
    )
    measure_names(console)
    if given.referrals:
        measure_search(console, given.referrals)


if __name__ == "__main__":
    main()
