"""How long 5,000 rows take: reading the file, the preview, the taking; and how much memory each needs.

    .venv/bin/python -m benchmarks.imports [--rows 5000]

Prints a table. A database of its own in a temporary folder; made-up residents whose NIK cannot be issued.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from outreach import make_core
from outreach.accounts.identity import actor_of
from outreach.audit import verify_chain
from outreach.jobs import work_once
from outreach.places.models import Village
from outreach.places.service import load_gazetteer
from outreach.policy import Role
from outreach.referrals.imports import committing, service, undoing
from outreach.referrals.imports.reading import Reader
from outreach.referrals.models import Referral
from outreach.schema import migrate
from outreach.security.keys import create_keys
from outreach.settings import Settings
from tests.build import a_user
from tests.outreach.referrals.imports.sheets import HEAD, a_row, csv_text, xlsx


def measure(rows: int) -> Table:
    """Measure one import of so many rows, over all villages."""
    table = Table("step", "seconds", "peak of the process, MiB", "note")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(instance=Path(folder))
        create_keys(settings.keys_file)
        core = make_core(settings)
        migrate(core.database)
        with core.database.write() as session:
            load_gazetteer(session)
            codes = list(session.scalars(select(Village.code)))
            actor = actor_of(session, a_user(session, Role.PLANNER))
        lines = [(*HEAD, "Kode desa")] + [
            (*a_row(n), codes[n % len(codes)]) for n in range(1, rows + 1)
        ]
        data = xlsx(lines)
        began = time.perf_counter()

        def step(name: str, note: str = "", *, child: bool = False) -> None:
            nonlocal began
            who = resource.RUSAGE_CHILDREN if child else resource.RUSAGE_SELF
            peak = resource.getrusage(who).ru_maxrss / 1024
            table.add_row(name, f"{time.perf_counter() - began:.2f}", f"{peak:.0f}", note)
            began = time.perf_counter()

        Reader().read("usulan.csv", csv_text(lines).encode())
        step("read CSV (child)", child=True)
        book = Reader().read("usulan.xlsx", data)
        step("read XLSX (child)", f"{len(data) // 1024} KiB", child=True)
        with core.database.write() as session:
            row = service.start_import(session, actor, core.sealer, "usulan.xlsx", book)
        step(
            "guess the columns, seal the cells", f"{len(row.sealed_book or b'') // 1024} KiB sealed"
        )
        choice = service.choice_of(row)
        with core.database.read() as session:
            read = service.read_rows(session, actor, core.sealer, row, choice, {})
            found = service.findings(read)
        step("preview: read and compare every row", str(service.count(found)))
        with core.database.write() as session:
            kept = session.merge(row)
            service.keep_findings(session, actor, core.sealer, kept, choice, {}, read, found)
            service.request_commit(session, actor, kept)
        step("preview: keep it")
        inner = committing._write
        spent: list[float] = []

        def timed(*given: object) -> None:
            start = time.perf_counter()
            inner(*given)  # type: ignore[arg-type]
            spent.append(time.perf_counter() - start)

        committing._write = timed  # type: ignore[assignment]
        work_once(core.database, settings)
        committing._write = inner
        step("take: the whole job", f"of it {spent[0]:.2f} s in the transaction")
        with core.database.read() as session:
            number = session.scalar(select(func.count(Referral.id)))
            entries, _head, broken = verify_chain(session)
        step(
            "afterwards",
            f"{number} referrals, {entries} audit entries, chain {'broken' if broken else 'whole'}",
        )
        with core.database.write() as session:
            undoing.undo_import(session, actor, session.get_one(type(row), row.id))
        step("undo")
        core.database.close()
    return table


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5000)
    Console(width=150).print(measure(parser.parse_args().rows))


if __name__ == "__main__":
    main()
