"""How long the pages of triage take among many referrals.

    python benchmarks/triage.py [--referrals 50000] [--rounds 40]

Pages are asked of the application in this process, as a planner who is signed in, one after the other; the time is from
the request to the last byte. The aim is 150 ms at the 95th percentile on two cores. The processor's own time stands beside
it, for a machine that has other work.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.rows import an_office_with
from outreach import create_app
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.settings import Settings
from tests.build import a_user, signed_in

PAGES = {
    "to be checked": "/triase",
    "to be checked, page 40": "/triase?page=40",
    "waiting for a visit": "/triase?lihat=backlog",
    "all": "/triase?lihat=all",
    "all, by name": "/triase?lihat=all&cari=tukiyem",
    "all, by two letters": "/triase?lihat=all&cari=su",
    "by tracking code": "/triase?lihat=all&cari={code}",
    "one district, one mark": "/triase?lihat=backlog&kec=33.14.10&tanda=power",
    "60 days or more": "/triase?lihat=backlog&tunggu=longest",
    "one referral": "/triase/{id}",
    "possible duplicates": "/triase/kembar",
}


def main() -> None:
    """Print a table of the pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--referrals", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=40)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = an_office_with(Path(folder), given.referrals)
        app = create_app(Settings(instance=Path(folder)))
        with database.write() as session:
            planner = a_user(session, "planner")
            waiting = select(Referral).where(Referral.state == ReferralState.SUBMITTED).limit(1)
            one = session.scalars(waiting).unique().one()
        browser = signed_in(app, planner)
        table = Table(
            "page",
            "median ms",
            "p95 ms",
            "p95 ms of processor",
            "kB",
            title=f"{given.referrals:,} referrals",
        )
        for title, address in PAGES.items():
            url = address.format(code=one.tracking_code, id=one.id)
            took, worked, size = [], [], 0
            for _ in range(given.rounds):
                start, busy = time.perf_counter(), time.process_time()
                answer = browser.get(url)
                size = len(answer.data)
                took.append((time.perf_counter() - start) * 1000)
                worked.append((time.process_time() - busy) * 1000)
                assert answer.status_code == 200, url
            p95, busy95 = (statistics.quantiles(times, n=20)[-1] for times in (took, worked))
            table.add_row(title, f"{statistics.median(took):.0f}", f"{p95:.0f}", f"{busy95:.0f}", f"{size / 1000:.0f}")  # fmt: skip
        Console().print(table)
        database.close()
        app.extensions["sambang"].database.close()


if __name__ == "__main__":
    main()
