"""The database keeps what it acknowledged, and two writers never meet half-way."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from outreach import audit, schema
from outreach.db import Base, Database
from outreach.jobs.models import Job
from outreach.places.models import Office
from outreach.policy import Role, command_line
from outreach.tables import METADATA


def test_writers_wait_for_each_other_and_lose_no_update(database: Database) -> None:
    def add_one() -> None:
        for _ in range(10):
            with database.write() as session:
                office = session.get_one(Office, 1)
                office.phone = str(int(office.phone or "0") + 1)

    threads = [threading.Thread(target=add_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.get_one(Office, 1).phone == "60"


def test_the_audit_chain_does_not_fork_under_concurrent_writers(database: Database) -> None:
    def write() -> None:
        for _ in range(10):
            with database.write() as session:
                audit.record(session, command_line(Role.ADMIN), "test.written")

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        count, _head, broken = audit.verify_chain(session)
    assert (count, broken) == (60, None)


def test_an_exception_undoes_the_whole_transaction(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as session:
        session.get_one(Office, 1).phone = "1"
        session.flush()
        raise RuntimeError
    with database.read() as session:
        assert session.get_one(Office, 1).phone == ""


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"), database.write() as session:
        session.add(Job(kind="x", payload={}, created_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_the_connection_is_as_safe_as_sqlite_can_be(database: Database) -> None:
    with database.read() as session:
        found = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_the_migrations_make_the_tables_that_the_code_declares(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    assert schema.is_current(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    assert Base.metadata is METADATA
