"""`sambang demo`: the main job from nothing, on sample data. Run again, it goes on from what it finds."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock, web
from outreach.accounts.identity import actor_of
from outreach.accounts.models import User
from outreach.db import Database
from outreach.errors import ConfigurationError, Refused
from outreach.i18n import format_date, translate
from outreach.i18n import gettext as _
from outreach.install import prepare
from outreach.places.models import Office
from outreach.planning import decisions, service
from outreach.planning.models import Plan, PlanState, PlanVersion
from outreach.policy import Actor, Role
from outreach.referrals.models import Referral
from outreach.sample.load import PASSWORD, load_samples, sample_accounts
from outreach.sample.progress import finish_plan_here, make_plan_here
from outreach.sample.results import STATES, print_summary, write_results
from outreach.schema import revision_of
from outreach.settings import Settings
from outreach.teams.calendar import closed_because, is_working_day, load_calendar, next_working_day

ROLE_LABELS = {
    Role.VILLAGE: "Village officer",
    Role.DISTRICT: "District officer",
    Role.PLANNER: "Planner",
    Role.SUPERVISOR: "Supervisor",
    Role.TEAM: "Field team",
    Role.ADMIN: "Administrator",
}


@dataclass(frozen=True)
class DemoOptions:
    """What was asked on the command line. `day` is the first day to plan (None: the next working day)."""

    referrals: int
    teams: int
    days: int
    day: date | None
    seed: int
    time_limit_s: int | None
    out: Path
    reset: bool


def run_demo(settings: Settings, options: DemoOptions, console: Console) -> None:
    """Do the main job and write its results; never touch a database that is not a demonstration."""
    if options.reset:
        _throw_away(settings, console)
    core = prepare(settings)
    try:
        with core.database.read() as session:
            place = session.get(Office, 1)
            is_demo = bool(place and place.is_demo)
            accounts = session.scalar(select(func.count()).select_from(User)) or 0
        if accounts and not is_demo:
            raise ConfigurationError(_not_a_demo(settings))
        if is_demo:
            _say_what_is_there(core, console)
        else:
            _fill(core, options, console)
        version_id = _approved_version(core)
        if version_id is None:
            _plan_and_approve(core, options, console)
        elif not any(options.out.glob("manifest-*")):
            # Stopped between approval and paper, or another folder: the same plan is printed once more.
            planner = _actor(core, Role.PLANNER)
            _write_into(core, version_id, options.out, planner, console)
        _print_accounts(core, console)
    finally:
        core.database.close()


def _fill(core: web.Core, options: DemoOptions, console: Console) -> None:
    with core.database.write() as session:
        day = _first_day(session, options)
        load_calendar(session, day.year, day.year + 1)
        loaded = load_samples(
            session,
            core.sealer,
            referrals=options.referrals,
            teams=options.teams,
            seed=options.seed,
            day=day,
        )
    console.print(
        f"[bold]Sambang[/bold]  {loaded.backlog} usulan contoh dalam daftar tunggu, "
        f"{loaded.waiting_for_triage} menunggu diperiksa, {loaded.teams} tim, 20 kecamatan, 208 desa/kelurahan."
    )


def _plan_and_approve(core: web.Core, options: DemoOptions, console: Console) -> None:
    planner, supervisor = _actor(core, Role.PLANNER), _actor(core, Role.SUPERVISOR)
    with core.database.write() as session:
        day = _first_day(session, options)
        load_calendar(session, day.year, day.year + 1)
    plan_id, state = _open_plan(core)
    if plan_id is None:
        plan_id = make_plan_here(core, planner, day, options.days, options.time_limit_s, console)
    elif state is PlanState.MAKING:
        finish_plan_here(core, plan_id, console)
    with core.database.write() as session:
        plan = session.get_one(Plan, plan_id)
        if plan.state is PlanState.MADE:
            service.send_plan(session, planner, plan)
    with core.database.write() as session:
        version_id = decisions.approve_plan(session, supervisor, session.get_one(Plan, plan_id)).id
    with core.database.read() as session:
        print_summary(session, session.get_one(PlanVersion, version_id), console)
    _write_into(core, version_id, options.out, planner, console)


def _write_into(
    core: web.Core, version_id: str, folder: Path, planner: Actor, console: Console
) -> None:
    try:
        written = write_results(core, version_id, folder, planner, console)
    except OSError as error:
        raise ConfigurationError(
            f"The results cannot be written to {folder}: {error.strerror or error}. "
            "Choose another folder with --out."
        ) from error
    console.print(f"\nHasil di [bold]{folder}[/bold]:", soft_wrap=True)
    for path in written:
        console.print(f"  {path.name}", soft_wrap=True)


def _first_day(session: Session, options: DemoOptions) -> date:
    if options.day is None:
        return next_working_day(session, clock.today())
    load_calendar(session, options.day.year, options.day.year + 1)
    if not is_working_day(session, options.day):
        raise Refused(
            _(
                "%(day)s is not a working day: %(reason)s. The next one is %(next)s.",
                day=format_date(options.day),
                reason=closed_because(session, options.day) or "",
                next=next_working_day(session, options.day).isoformat(),
            )
        )
    return options.day


def _open_plan(core: web.Core) -> tuple[str | None, PlanState | None]:
    """Return a plan that an earlier run began and did not bring to approval."""
    with core.database.read() as session:
        plan = session.scalars(
            select(Plan)
            .where(Plan.state.in_((PlanState.MAKING, PlanState.MADE, PlanState.SENT)))
            .order_by(Plan.number)
        ).first()
        return (plan.id, plan.state) if plan else (None, None)


def _approved_version(core: web.Core) -> str | None:
    with core.database.read() as session:
        return session.scalars(
            select(PlanVersion.id)
            .where(PlanVersion.state == PlanState.APPROVED)
            .order_by(PlanVersion.decided_at)
        ).first()


def _say_what_is_there(core: web.Core, console: Console) -> None:
    with core.database.read() as session:
        referrals = session.scalar(select(func.count()).select_from(Referral))
        plans = session.scalars(select(Plan).order_by(Plan.number)).all()
        console.print(
            f"[bold]Sambang[/bold]  Basis data contoh sudah ada: {referrals} usulan, {len(plans)} rencana. "
            "Tidak ada yang diubah; ./run demo --reset memulai dari awal."
        )
        for plan in plans:
            console.print(
                f"  rencana {plan.number}: {plan.first_day} s.d. {plan.last_day}, {STATES[plan.state]}"
            )


def _print_accounts(core: web.Core, console: Console) -> None:
    table = Table(box=None, pad_edge=False, title="\nAkun contoh", title_justify="left")
    for column in ("nama pengguna", "kata sandi", "peran", "wilayah"):
        table.add_column(column)
    with core.database.read() as session:
        for user in sample_accounts(session):
            where = user.village.label if user.village else ""
            if user.role is Role.DISTRICT and user.district:
                where = f"Kec. {user.district.name}"
            table.add_row(user.username, PASSWORD, translate(ROLE_LABELS[user.role]), where)
    console.print(table)


def _actor(core: web.Core, role: Role) -> Actor:
    with core.database.read() as session:
        user = session.scalars(
            select(User).where(User.role == role, User.is_active).order_by(User.created_at)
        ).first()
        if user is None:
            raise ConfigurationError(f"The demonstration has no {role} any more; use --reset.")
        return actor_of(session, user)


def _throw_away(settings: Settings, console: Console) -> None:
    database = Database(settings.database_url)
    try:
        if settings.database_file is not None and not settings.database_file.exists():
            return
        if revision_of(database) is None:
            return
        with database.read() as session:
            place = session.get(Office, 1)
            accounts = session.scalar(select(func.count()).select_from(User)) or 0
            if accounts and not (place and place.is_demo):
                raise ConfigurationError(_not_a_demo(settings))
    finally:
        database.close()
    if settings.database_file is None:
        raise ConfigurationError(
            "--reset empties SQLite only. Drop and create the server's database yourself."
        )
    for name in ("", "-wal", "-shm"):
        settings.database_file.with_name(settings.database_file.name + name).unlink(missing_ok=True)
    settings.keys_file.unlink(missing_ok=True)
    shutil.rmtree(settings.instance / "demo", ignore_errors=True)
    console.print("Basis data contoh dihapus; mulai dari awal.")


def _not_a_demo(settings: Settings) -> str:
    return (
        f"The database in {settings.instance} is not a demonstration: it has accounts of its own and is left alone. "
        "Use another folder: SAMBANG_INSTANCE=/tmp/sambang-demo ./run demo"
    )
