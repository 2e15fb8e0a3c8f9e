"""Fixtures: an application of one's own, on a database of one's own, for each test that asks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from outreach import create_app, web
from outreach.db import Database
from outreach.i18n import set_language
from outreach.places.service import load_gazetteer
from outreach.schema import migrate
from outreach.security.keys import create_keys
from outreach.settings import Settings
from routing import compiled
from tests.machine import LOUD


def pytest_configure(config: pytest.Config) -> None:
    """Compile the planner's loops before the first test, once and not in every worker."""
    if not hasattr(config, "workerinput"):
        compiled.warm()
    # A busy machine is no failure: what counts is the answer.
    hypothesis_settings.register_profile(
        "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    hypothesis_settings.load_profile("busy")


@pytest.fixture(scope="session")
def template_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with keys and a migrated database that holds the places; tests copy it."""
    folder = tmp_path_factory.mktemp("template")
    settings = Settings(instance=folder)
    create_keys(settings.keys_file)
    database = Database(settings.database_url)
    migrate(database)
    with database.write() as session:
        load_gazetteer(session)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return folder


@pytest.fixture
def settings(template_instance: Path, tmp_path: Path) -> Settings:
    """Settings for an instance of this test's own."""
    instance = tmp_path / "instance"
    shutil.copytree(template_instance, instance)
    return Settings(instance=instance, plan_time_limit_s=2, plan_workers=1)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on this test's own database."""
    application = create_app(settings)
    application.testing = True
    application.config["PROPAGATE_EXCEPTIONS"] = False
    yield application
    application.extensions["sambang"].database.close()


@pytest.fixture
def core(app: Flask) -> web.Core:
    """The core of this test's application."""
    found: web.Core = app.extensions["sambang"]
    return found


@pytest.fixture
def database(core: web.Core) -> Database:
    """This test's own database."""
    return core.database


@pytest.fixture(autouse=True)
def _indonesian() -> Iterator[None]:
    """Every test starts in the default language, without settings of the person who runs it."""
    for name in [name for name in os.environ if name.startswith("SAMBANG_")]:
        if name != "SAMBANG_NO_BROWSER" and not name.startswith("SAMBANG_TEST_"):
            del os.environ[name]
    set_language("id")
    yield
    set_language("id")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in capitals what could not run on this machine."""
    silent = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if LOUD in str(report.longrepr)
    ]
    if silent:
        reasons = sorted({str(report.longrepr[2]).split("Skipped: ")[-1] for report in silent})
        terminalreporter.write_sep("!", f"{len(silent)} TESTS {LOUD}", red=True, bold=True)
        for reason in reasons:
            terminalreporter.write_line(reason, red=True)
