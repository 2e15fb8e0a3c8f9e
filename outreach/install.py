"""Making an installation: keys, schema, places, calendar, and the first administrator."""

from __future__ import annotations

from rich.console import Console
from sqlalchemy import func, select

from outreach import clock, make_core, web
from outreach.accounts.models import User
from outreach.accounts.service import create_first_administrator
from outreach.errors import ConfigurationError
from outreach.places.service import load_gazetteer
from outreach.schema import is_current, migrate
from outreach.security.keys import create_keys, load_keys
from outreach.settings import Settings
from outreach.teams.calendar import load_calendar


def prepare(settings: Settings) -> web.Core:
    """Return the core of an installation that is ready: made from nothing, or brought up to date.

    Keys are made only for a database that does not exist yet: new keys cannot open an old one.
    """
    settings.instance.mkdir(parents=True, exist_ok=True)
    if not _has_database(settings):
        try:
            load_keys(settings.keys_file)
        except ConfigurationError:
            if settings.keys_file.exists():
                raise
            create_keys(settings.keys_file)
    core = make_core(settings)
    migrate(core.database)
    year = clock.today().year
    with core.database.write() as session:
        load_gazetteer(session)
        load_calendar(session, year, year + 1)
    return core


def open_core(settings: Settings) -> web.Core:
    """Return the core of an existing installation. Raises ConfigurationError when there is none."""
    if not _has_database(settings):
        raise ConfigurationError(
            f"There is no database in {settings.instance} yet. Start with ./run demo (samples) or ./run serve."
        )
    core = make_core(settings)
    if not is_current(core.database):
        raise ConfigurationError("The database's schema is not up to date: run ./run migrate")
    return core


def prepare_for_serving(settings: Settings, console: Console) -> None:
    """Prepare, and where nobody has an account yet make an administrator with a one-time password."""
    core = prepare(settings)
    with core.database.write() as session:
        if session.scalar(select(func.count()).select_from(User)):
            return
        administrator, password = create_first_administrator(session)
        username = administrator.username
    core.database.close()
    console.print("\nNobody has an account yet. This is shown once:")
    console.print(f"  user name  [bold]{username}[/bold]")
    console.print(
        f"  password   [bold]{password}[/bold]   (asks for a new one at the first sign-in)"
    )


def _has_database(settings: Settings) -> bool:
    file = settings.database_file
    if file is not None:
        return file.exists()
    from outreach.db import Database
    from outreach.schema import revision_of

    database = Database(settings.database_url)
    try:
        return revision_of(database) is not None
    finally:
        database.close()
