"""Accounts: opened with a one-time password, changed, closed, and never without an administrator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts import service
from outreach.accounts.models import User
from outreach.accounts.service import AccountFacts
from outreach.audit import AuditEntry
from outreach.db import Database
from outreach.errors import Forbidden, Invalid, Refused
from outreach.policy import Role, command_line
from outreach.security.passwords import verify_password
from tests.build import a_user, an_actor

ADMIN = command_line(Role.ADMIN)
VILLAGE = "33.14.20.2001"


def an_account(**given: object) -> AccountFacts:
    facts = {"username": "desa-baru", "name": "Siti Rahayu", "role": Role.VILLAGE}
    return AccountFacts(**{**facts, "village_code": VILLAGE, **given})  # type: ignore[arg-type]


def errors_of(session: Session, **given: object) -> set[str]:
    with pytest.raises(Invalid) as refusal:
        service.create_account(session, ADMIN, an_account(**given))
    return set(refusal.value.errors)


def test_a_new_account_must_change_its_one_time_password(database: Database) -> None:
    with database.write() as session:
        opened = service.create_account(session, ADMIN, an_account())
        assert verify_password(opened.user.password_hash, opened.password)
        assert opened.user.must_change_password
        assert opened.user.district_code == "33.14.20"


def test_a_one_time_password_is_neither_kept_nor_logged_in_clear(database: Database) -> None:
    with database.write() as session:
        opened = service.create_account(session, ADMIN, an_account())
        again = service.reset_password(session, ADMIN, opened.user)
        assert again != opened.password
        entries = session.scalars(select(AuditEntry)).all()
        assert {"account.created", "account.password_reset"} <= {e.action for e in entries}
        said = json.dumps([entry.detail for entry in entries])
        assert opened.password not in said
        assert again not in said
    assert database.url.database
    file = Path(database.url.database)
    raw = b"".join(path.read_bytes() for path in file.parent.glob(file.name + "*"))
    for password in (opened.password, again):
        assert password.encode() not in raw


def test_user_names_are_small_letters_and_nobody_elses(database: Database) -> None:
    with database.write() as session:
        assert (
            service.create_account(session, ADMIN, an_account(username=" Desa-Baru ")).user.username
            == "desa-baru"
        )
        assert errors_of(session, username="DESA-BARU") == {"username"}
        assert errors_of(session, username="ab") == {"username"}
        assert errors_of(session, username="nama orang") == {"username"}


def test_everything_that_is_wrong_is_said_at_once(database: Database) -> None:
    with database.write() as session:
        wrong = errors_of(
            session, username="", name=" ", village_code=None, phone="rumah", language="jv"
        )
        assert wrong == {"username", "name", "village_code", "phone", "language"}
        assert errors_of(session, role=Role.DISTRICT, district_code="99") == {"district_code"}
        assert errors_of(session, role=Role.ANONYMOUS) == {"role"}
        assert errors_of(session, name="3314104702410001") == {"name"}


def test_a_place_counts_only_for_the_role_it_belongs_to(database: Database) -> None:
    with database.write() as session:
        user = service.create_account(session, ADMIN, an_account()).user
        service.edit_account(session, ADMIN, user, an_account(role=Role.PLANNER))
        assert (user.role, user.village_code, user.district_code) == (Role.PLANNER, None, None)


def test_the_last_active_administrator_stays(database: Database) -> None:
    with database.write() as session:
        first = service.create_first_administrator(session)[0]
        facts = AccountFacts(first.username, first.name, Role.PLANNER)
        with pytest.raises(Refused):
            service.deactivate_account(session, ADMIN, first)
        with pytest.raises(Refused) as refusal:
            service.edit_account(session, ADMIN, first, facts)
        assert refusal.value.field == "role"
        second = a_user(session, Role.ADMIN)
        service.deactivate_account(session, ADMIN, first)
        with pytest.raises(Refused):
            service.deactivate_account(session, ADMIN, second)


def test_nobody_closes_or_demotes_their_own_account(database: Database) -> None:
    with database.write() as session:
        a_user(session, Role.ADMIN)
        me = an_actor(session, Role.ADMIN)
        own = session.get_one(User, me.id)
        with pytest.raises(Refused):
            service.deactivate_account(session, me, own)
        with pytest.raises(Refused):
            service.edit_account(session, me, own, AccountFacts(own.username, "Saya", Role.PLANNER))


def test_the_first_administrator_is_made_once(database: Database) -> None:
    with database.write() as session:
        user, password = service.create_first_administrator(session)
        assert (user.username, user.role) == ("admin", Role.ADMIN)
        assert verify_password(user.password_hash, password)
        with pytest.raises(Refused):
            service.create_first_administrator(session)


def test_a_closed_account_gets_no_password_until_it_is_open_again(database: Database) -> None:
    with database.write() as session:
        user = a_user(session, Role.PLANNER)
        service.deactivate_account(session, ADMIN, user)
        with pytest.raises(Refused):
            service.reset_password(session, ADMIN, user)
        service.activate_account(session, ADMIN, user)
        assert service.reset_password(session, ADMIN, user)


def test_an_edit_that_changes_nothing_leaves_no_trace(database: Database) -> None:
    with database.write() as session:
        user = service.create_account(session, ADMIN, an_account()).user
        service.edit_account(session, ADMIN, user, an_account())
        actions = [entry.action for entry in session.scalars(select(AuditEntry))]
        assert actions == ["account.created"]


def test_only_administrators_see_and_open_accounts(database: Database) -> None:
    with database.write() as session:
        planner = an_actor(session, Role.PLANNER)
        with pytest.raises(Forbidden):
            service.create_account(session, planner, an_account())
        with pytest.raises(Forbidden):
            service.find_accounts(session, planner)


def test_accounts_are_found_by_name_user_name_and_place(database: Database) -> None:
    with database.write() as session:
        service.create_account(session, ADMIN, an_account())
        a_user(session, Role.DISTRICT, username="kec-jenar", name="Agus")
        for words, count in (("siti", 1), ("jenar", 2), ("rahayu desa-b", 1), ("50%", 0)):
            assert service.find_accounts(session, ADMIN, search=words).total == count, words
        assert service.find_accounts(session, ADMIN, role=Role.DISTRICT).total == 1
        assert service.find_accounts(session, ADMIN, active=False).total == 0
