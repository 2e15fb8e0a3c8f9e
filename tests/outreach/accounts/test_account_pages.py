"""The pages of account administration, as an administrator and the people concerned meet them."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.audit import AuditEntry
from outreach.db import Database
from outreach.policy import Role
from tests.build import Browser, a_user, signed_in, user_named

NEW = {
    "username": "desa-baru",
    "name": "Siti Rahayu",
    "role": "village",
    "village_code": "33.14.20.2001",
    "language": "id",
}


@pytest.fixture
def admin(app: Flask, database: Database) -> Browser:
    """An administrator, signed in."""
    with database.write() as session:
        user = a_user(session, Role.ADMIN)
    return signed_in(app, user)


def password_on(page: str) -> str:
    found = re.search(r'data-copy="([^"]+)"', page)
    assert found
    return html.unescape(found.group(1))


def test_a_new_officer_signs_in_once_with_what_the_administrator_was_shown(
    app: Flask, admin: Browser, database: Database
) -> None:
    answer = admin.post("/akun/baru", NEW, form_page="/akun/baru")
    assert answer.status_code == 200
    password = password_on(answer.text)
    assert "Siti Rahayu" in admin.get("/akun?search=siti").text
    officer = Browser(app)
    assert "/kata-sandi" in officer.sign_in("desa-baru", password).request.path
    # Nothing else is open before the password was replaced.
    assert officer.get("/").headers["Location"].endswith("/kata-sandi")
    officer.post(
        "/kata-sandi",
        {"current": password, "new": "sawah hijau pagi", "repeat": "sawah hijau pagi"},
        form_page="/kata-sandi",
    )
    assert officer.get("/").status_code == 200
    assert Browser(app).sign_in("desa-baru", password).status_code == 422
    with database.read() as session:
        assert password not in str([entry.detail for entry in session.scalars(select(AuditEntry))])


def test_bad_input_keeps_what_was_typed_and_says_what_is_wrong(admin: Browser) -> None:
    answer = admin.post(
        "/akun/baru", {**NEW, "username": "A B", "village_code": ""}, form_page="/akun/baru"
    )
    assert answer.status_code == 422
    assert 'href="#username"' in answer.text
    assert 'href="#village_code"' in answer.text
    assert 'value="Siti Rahayu"' in answer.text


def test_closing_an_account_ends_its_sessions_at_once(
    app: Flask, admin: Browser, database: Database
) -> None:
    with database.write() as session:
        planner = a_user(session, Role.PLANNER)
    theirs = signed_in(app, planner)
    assert theirs.get("/").status_code == 200
    answer = admin.post(f"/akun/{planner.id}/tutup", form_page=f"/akun/{planner.id}/tutup")
    assert "nonaktif" in answer.text.lower()
    assert theirs.get("/").headers["Location"].startswith("/masuk")
    assert Browser(app).sign_in(planner.username).status_code == 422
    admin.post(f"/akun/{planner.id}/buka", form_page=f"/akun/{planner.id}")
    assert theirs.get("/").headers["Location"].startswith("/masuk")
    assert Browser(app).sign_in(planner.username).status_code == 200


def test_a_new_password_ends_the_sessions_and_the_old_password(
    app: Flask, admin: Browser, database: Database
) -> None:
    with database.write() as session:
        planner = a_user(session, Role.PLANNER)
    theirs = signed_in(app, planner)
    answer = admin.post(
        f"/akun/{planner.id}/kata-sandi", form_page=f"/akun/{planner.id}/kata-sandi"
    )
    assert theirs.get("/").headers["Location"].startswith("/masuk")
    assert Browser(app).sign_in(planner.username).status_code == 422
    assert Browser(app).sign_in(planner.username, password_on(answer.text)).status_code == 200


def test_the_administrator_cannot_close_or_demote_their_own_account(
    admin: Browser, database: Database
) -> None:
    with database.read() as session:
        own = session.scalars(select(AuditEntry.actor_id)).first()
    answer = admin.post(f"/akun/{own}/tutup", form_page="/akun/baru")
    assert "tidak dapat menonaktifkan akun sendiri" in answer.text
    answer = admin.post(
        f"/akun/{own}",
        {"username": "saya-admin", "name": "Saya", "role": "planner", "language": "id"},
        form_page="/akun/baru",
    )
    assert answer.status_code == 422
    assert 'href="#role"' in answer.text


def test_an_edit_is_kept(admin: Browser, database: Database) -> None:
    with database.write() as session:
        a_user(session, Role.VILLAGE, username="desa-lama")
        user_id = user_named(session, "desa-lama").id
    page = f"/akun/{user_id}"
    answer = admin.post(page, {**NEW, "name": "Budi", "phone": "0812 3456 7890"}, form_page=page)
    assert answer.status_code == 200
    with database.read() as session:
        user = user_named(session, "desa-baru")
        assert (user.name, user.phone) == ("Budi", "0812 3456 7890")
