"""The `sambang` commands: what an office runs on its server, and the demonstration."""

from __future__ import annotations

import logging
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from outreach import make_core
from outreach.backup import aside_name, back_up, restore
from outreach.doctor import examine, settings_table
from outreach.errors import ConfigurationError, Refused, SambangError
from outreach.i18n import in_language
from outreach.install import open_core, prepare, prepare_for_serving
from outreach.planning import service as planning
from outreach.planning.models import Plan
from outreach.policy import Role, command_line
from outreach.server import serve as serve_application
from outreach.settings import Settings, settings_from
from outreach.work import work

console = Console(highlight=False)


class _Date(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as 2026-11-25.", param, ctx)


class _Group(click.Group):
    """Errors made on purpose end a command with one clear line, not a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ConfigurationError, Refused) as error:
            console.print(f"[red]{error}[/red]", soft_wrap=True)
        except SambangError as error:
            console.print(f"[red]{type(error).__name__}: {error}[/red]", soft_wrap=True)
        sys.exit(1)


@click.group(
    cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
def main() -> None:
    """Sambang: home visits for electronic identity cards, from a village's referral to the card in hand.

    \b
    ./run demo     the whole job on sample data, then the application on http://127.0.0.1:8000
    ./run serve    the application with this installation's own data
    """
    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO
    )
    for noisy in ("alembic", "fontTools", "weasyprint", "waitress.queue"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _let_the_bar_tell() -> None:
    """Keep the worker's log out of a progress bar that says the same."""
    logging.getLogger("sambang.worker").setLevel(logging.WARNING)


@main.command()
@click.option(
    "--referrals",
    default=300,
    show_default=True,
    type=click.IntRange(1, 20_000),
    help="Sample referrals.",
)
@click.option(
    "--teams", default=5, show_default=True, type=click.IntRange(1, 40), help="Teams with kits."
)
@click.option(
    "--days", default=1, show_default=True, type=click.IntRange(1, 10), help="Working days to plan."
)
@click.option(
    "--date",
    "day",
    type=_Date(),
    default=None,
    help="Plan as if today were the day before. [default: the next working day]",
)
@click.option(
    "--seed", default=1, show_default=True, help="The same seed and date give the same referrals."
)
@click.option(
    "--time-limit",
    type=click.IntRange(1, 3600),
    default=None,
    help="Seconds to search. [default: 10 a day]",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Where the results go. [default: instance/demo]",
)
@click.option("--no-serve", is_flag=True, help="Stop when the results are written.")
@click.option("--reset", is_flag=True, help="Throw the demonstration away and start over.")
def demo(
    referrals: int, teams: int, days: int, day: date | None, seed: int, time_limit: int | None,
    out: Path | None, no_serve: bool, reset: bool,
) -> None:  # fmt: skip
    """Do the main job from nothing on sample data: refer, plan, approve, print; then serve it."""
    from outreach.sample.demo import (  # an office's server never loads the samples
        DemoOptions,
        run_demo,
    )

    settings = settings_from()
    options = DemoOptions(
        referrals, teams, days, day, seed, time_limit, out or settings.instance / "demo", reset
    )
    _let_the_bar_tell()
    with in_language("id"):
        run_demo(settings, options, console)
    if not no_serve:
        _serve(settings, with_worker=True)


@main.command()
@click.option("--no-worker", is_flag=True, help="Answer requests only; start `worker` yourself.")
def serve(no_worker: bool) -> None:
    """Serve the application. The first start makes the database and an administrator."""
    settings = settings_from()
    prepare_for_serving(settings, console)
    _serve(settings, with_worker=not no_worker)


def _serve(settings: Settings, *, with_worker: bool) -> None:
    console.print(
        f"\nSambang: [bold]http://{settings.host}:{settings.port}[/bold]   (Ctrl+C stops it)"
    )
    try:
        serve_application(settings, with_worker=with_worker)
    except OSError as error:
        raise ConfigurationError(
            f"Cannot serve on {settings.host}:{settings.port}: {error.strerror or error}. "
            "Another program may be there; choose another port with SAMBANG_PORT."
        ) from error


@main.command()
@click.option("--with-parent", is_flag=True, hidden=True)
def worker(with_parent: bool) -> None:
    """Do the work that requests leave behind: plans. `serve` starts one by itself; start more where needed."""
    settings = settings_from()
    core = open_core(settings)
    work(core.database, settings, with_parent=with_parent)


class _PlanGroup(click.Group):
    """`plan DAY` makes a plan, as it always did; other words are commands of their own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in {"-h", "--help"}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@main.group(cls=_PlanGroup)
def plan() -> None:
    """Make a plan (`plan DAY`), or prove that a file is an approved one (`plan verify FILE`)."""


@plan.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def plan_verify(file: Path) -> None:
    """Prove that FILE, a printed or exported plan, is the one that was approved, unchanged."""
    from outreach.paperwork import proofs
    from outreach.planning.signatures import signatures_of

    core = open_core(settings_from())
    with core.database.read() as session:
        proof = proofs.prove(session, file.read_bytes())
        if not proof.is_proven or proof.version is None:
            raise ConfigurationError(f"{file}: not proven: {proof.why}.")
        version = proof.version
        console.print(f"[green]{file.name} is plan {version.label}[/green]: {proof.why}.")
        for one in signatures_of(session, version):
            console.print(f"Signed by {one.signed_by_name} on {one.signed_at:%Y-%m-%d %H:%M} UTC.")
        console.print(f"Seal {version.hash}")


@plan.command("make")
@click.argument("day", type=_Date())
@click.option(
    "--days", default=1, show_default=True, type=click.IntRange(1, 10), help="Working days to plan."
)
@click.option("--time-limit", type=click.IntRange(1, 3600), default=None, help="Seconds to search.")
def plan_make(day: date, days: int, time_limit: int | None) -> None:
    """Make a plan for DAY from the backlog and show it. A supervisor approves it in the application."""
    from outreach.sample.progress import make_plan_here
    from outreach.sample.results import print_summary

    settings = settings_from()
    core = open_core(settings)
    _let_the_bar_tell()
    with in_language("id"):
        plan_id = make_plan_here(core, command_line(Role.PLANNER), day, days, time_limit, console)
        with core.database.read() as session:
            version = planning.latest_version(session.get_one(Plan, plan_id))
            assert version is not None
            print_summary(session, version, console)


@main.command()
def doctor() -> None:
    """Look at this machine and this installation; name what is missing and the command that mends it."""
    settings = settings_from()
    table = Table(box=None, pad_edge=False)
    for column in ("", "what", "found", "to mend"):
        table.add_column(column, overflow="fold")
    findings = list(examine(settings))
    marks = {
        "ok": "[green]ok[/green]",
        "missing": "[red]MISSING[/red]",
        "optional": "[yellow]optional[/yellow]",
    }
    for finding in findings:
        table.add_row(marks[finding.state], finding.name, finding.detail, finding.mend)
    console.print(table)
    settings_list = Table(
        box=None, pad_edge=False, title="\nSettings (environment)", title_justify="left"
    )
    for column in ("variable", "meaning", "default"):
        settings_list.add_column(column, overflow="fold")
    for row in settings_table():
        settings_list.add_row(*row)
    console.print(settings_list)
    if any(finding.state == "missing" for finding in findings):
        sys.exit(1)


@main.group()
def audit() -> None:
    """The audit log."""


@audit.command("verify")
def audit_verify() -> None:
    """Check every entry of the audit log against the chain of hashes."""
    from outreach.audit import verify_chain

    core = open_core(settings_from())
    with core.database.read() as session:
        count, head, broken = verify_chain(session)
    if broken:
        raise ConfigurationError(
            f"The audit log holds up to entry {count} and breaks at {broken.seq}: {broken.why}."
        )
    console.print(f"[green]{count:,} entries hold.[/green] The last hash is {head}")
    console.print(
        "Note it down elsewhere: a log that was cut off at its end is known by a missing last hash."
    )


@main.group()
def places() -> None:
    """Villages and their outlines."""


@places.command("import-boundaries")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def import_boundaries(file: Path) -> None:
    """Load official village outlines from a GeoJSON FILE, matched by village code: all of them, or none."""
    from outreach.places.outlines import OutlinesRefused, load_outlines

    core = open_core(settings_from())
    try:
        with core.database.write() as session:
            count = load_outlines(session, command_line(Role.ADMIN), file)
    except OutlinesRefused as refusal:
        for mismatch in refusal.mismatches:
            where = f"feature {mismatch.feature}: " if mismatch.feature else ""
            console.print(f"{where}{mismatch.text}", markup=False, soft_wrap=True)
        raise
    console.print(f"[green]{count} village outlines loaded.[/green] Every map shows them now.")


@main.group()
def roads() -> None:
    """The road network that plans are made on."""


@roads.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--bbox", metavar="W,S,E,N", default=None, help="Only roads in this box, in degrees.")
def roads_import(file: Path, bbox: str | None) -> None:
    """Make the road network from an OpenStreetMap extract (.osm.pbf). One that fails leaves the old one in use."""
    from outreach.planning.roads import import_roads  # loads the whole road engine

    import_roads(open_core(settings_from()), file, bbox, console)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database to FILE while the application runs. The keys are not in it: keep them elsewhere."""
    core = open_core(settings_from())
    facts = back_up(core.database, file)
    console.print(
        f"[green]{facts.path}[/green]: {facts.size_bytes / 1e6:,.1f} MB, {facts.accounts} accounts, "
        f"{facts.referrals:,} referrals, {facts.audit_entries:,} audit entries, checked."
    )
    console.print(
        f"Keep {core.settings.keys_file} in another place: without it no NIK in this file can be read."
    )


@main.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore_command(file: Path, yes: bool) -> None:
    """Put the backup FILE back. The present database is kept beside it; stop the application first."""
    settings = settings_from()
    core = make_core(settings)
    aside = aside_name(core.database)
    if not yes:
        click.confirm(f"Replace the database of {settings.instance} with {file}?", abort=True)
    facts = restore(core.database, file, core.sealer, aside)
    console.print(
        f"[green]Put back[/green]: {facts.accounts} accounts, {facts.referrals:,} referrals. "
        f"What was there before is in {aside}."
        if aside.exists()
        else f"[green]Put back[/green]: {facts.accounts} accounts, {facts.referrals:,} referrals."
    )


@main.command()
def migrate() -> None:
    """Bring the database's schema up to date, and load the places and this year's calendar."""
    prepare(settings_from())
    console.print("[green]The database is up to date.[/green]")
