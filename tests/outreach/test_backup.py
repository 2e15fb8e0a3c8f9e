"""A backup is whole, says so, and comes back only where it fits."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import audit, web
from outreach.backup import aside_name, back_up, restore
from outreach.errors import ConfigurationError
from outreach.policy import Role, command_line
from outreach.referrals.models import Referral
from outreach.security.keys import create_keys
from outreach.security.sealed import Sealer
from tests.build import a_nik, a_referral


def _write_something(core: web.Core) -> str:
    with core.database.write() as session:
        referral = a_referral(session, sealer=core.sealer, nik=a_nik())
        audit.record(session, command_line(Role.ADMIN), "test.written", referral)
        return referral.id


def _referrals(core: web.Core) -> set[str]:
    with core.database.read() as session:
        return set(session.scalars(select(Referral.id)))


def test_what_was_backed_up_comes_back_and_the_present_is_kept_aside(
    core: web.Core, tmp_path: Path
) -> None:
    first = _write_something(core)
    facts = back_up(core.database, tmp_path / "a.db")
    assert (facts.referrals, facts.audit_entries) == (1, 1)
    second = _write_something(core)
    aside = aside_name(core.database)
    restore(core.database, tmp_path / "a.db", core.sealer, aside)
    assert _referrals(core) == {first}
    restore(core.database, aside, core.sealer, aside.with_name("again.db"))
    assert _referrals(core) == {first, second}


def test_a_backup_never_replaces_a_file(core: web.Core, tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("mine")
    with pytest.raises(ConfigurationError, match="exists already"):
        back_up(core.database, tmp_path / "a.db")
    assert (tmp_path / "a.db").read_text() == "mine"


def test_a_backup_is_for_its_owner_only(core: web.Core, tmp_path: Path) -> None:
    back_up(core.database, tmp_path / "a.db")
    assert (tmp_path / "a.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_a_file_that_is_no_backup_is_refused_and_nothing_changes(
    core: web.Core, tmp_path: Path, content: bytes
) -> None:
    kept = _write_something(core)
    (tmp_path / "a.db").write_bytes(content)
    with pytest.raises(ConfigurationError):
        restore(core.database, tmp_path / "a.db", core.sealer, tmp_path / "aside.db")
    assert _referrals(core) == {kept}
    assert not (tmp_path / "aside.db").exists()


def test_a_backup_of_other_keys_is_refused(core: web.Core, tmp_path: Path) -> None:
    _write_something(core)
    back_up(core.database, tmp_path / "a.db")
    others = Sealer(create_keys(tmp_path / "other-keys.json"))
    with pytest.raises(ConfigurationError, match="keys"):
        restore(core.database, tmp_path / "a.db", others, tmp_path / "aside.db")


def test_a_backup_whose_audit_log_was_tampered_with_is_refused(
    core: web.Core, tmp_path: Path
) -> None:
    _write_something(core)
    back_up(core.database, tmp_path / "a.db")
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute("UPDATE audit_entries SET actor = 'somebody else'")
    with pytest.raises(ConfigurationError, match="audit log breaks"):
        restore(core.database, tmp_path / "a.db", core.sealer, tmp_path / "aside.db")
