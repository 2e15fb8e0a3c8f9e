"""Sessions end when they should, and a stolen cookie is worth nothing afterwards."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from outreach import clock
from outreach.db import Database
from outreach.policy import Role
from outreach.security.models import WebSession
from outreach.security.sessions import sweep
from tests.build import MORNING, Browser, a_user, signed_in


def _cookie(browser: Browser) -> str:
    cookie = browser.client.get_cookie("sambang")
    assert cookie is not None
    return cookie.value


def test_a_stranger_writes_nothing_to_the_database(app: Flask, database: Database) -> None:
    Browser(app).get("/masuk")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(WebSession)) == 0


def test_signing_in_makes_a_new_token_and_keeps_only_its_hash(
    app: Flask, database: Database
) -> None:
    with database.write() as session:
        user = a_user(session, Role.PLANNER)
    browser = Browser(app)
    browser.get("/masuk")
    before = _cookie(browser)
    browser.sign_in(user.username)
    after = _cookie(browser)
    assert before.startswith("a.")
    assert after.startswith("s.")
    with database.read() as session:
        stored = session.scalars(select(WebSession)).one()
        assert after.removeprefix("s.") not in (stored.token_hash, stored.data)


def test_a_copied_cookie_does_not_work_after_signing_out(app: Flask, database: Database) -> None:
    with database.write() as session:
        user = a_user(session, Role.PLANNER)
    browser = signed_in(app, user)
    copied = _cookie(browser)
    browser.post("/keluar")
    thief = app.test_client()
    thief.set_cookie("sambang", copied)
    assert thief.get("/").status_code == 303


def test_an_idle_session_ends(app: Flask, database: Database) -> None:
    with clock.frozen(MORNING):
        with database.write() as session:
            user = a_user(session, Role.PLANNER)
        browser = signed_in(app, user)
    with clock.frozen(MORNING + timedelta(minutes=40)):
        assert browser.get("/").status_code == 200
    with clock.frozen(MORNING + timedelta(minutes=80)):
        assert browser.get("/").status_code == 200, "looking at a page keeps the session alive"
    with clock.frozen(MORNING + timedelta(minutes=130)):
        assert browser.get("/").status_code == 303


def test_no_session_outlives_a_working_day(app: Flask, database: Database) -> None:
    with clock.frozen(MORNING):
        with database.write() as session:
            user = a_user(session, Role.PLANNER)
        browser = signed_in(app, user)
    for minutes in range(30, 17 * 60, 30):
        with clock.frozen(MORNING + timedelta(minutes=minutes)):
            status = browser.get("/").status_code
    assert status == 303
    with database.write() as session, clock.frozen(MORNING + timedelta(days=1)):
        sweep(session)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(WebSession)) == 0


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(
    app: Flask, database: Database
) -> None:
    with database.write() as session:
        user = a_user(session, Role.PLANNER)
    here, elsewhere = signed_in(app, user), signed_in(app, user)
    here.post(
        "/kata-sandi",
        {"current": "sambang tests only", "new": "kopi tubruk pagi", "repeat": "kopi tubruk pagi"},
        form_page="/kata-sandi",
    )
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303


def test_a_one_time_password_must_be_replaced_before_anything_else(
    app: Flask, database: Database
) -> None:
    with database.write() as session:
        user = a_user(session, Role.PLANNER, must_change_password=True)
    browser = Browser(app)
    browser.sign_in(user.username)
    answer = browser.get("/")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/kata-sandi"


def test_a_form_without_its_token_is_refused(app: Flask, database: Database) -> None:
    with database.write() as session:
        user = a_user(session, Role.PLANNER)
    browser = signed_in(app, user)
    assert browser.client.post("/keluar").status_code == 400
    assert browser.get("/").status_code == 200, "still signed in"


def test_signing_in_never_leads_to_another_site(app: Flask, database: Database) -> None:
    with database.write() as session:
        user = a_user(session, Role.PLANNER)
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"):
        answer = Browser(app).post(
            "/masuk",
            {"username": user.username, "password": "sambang tests only", "next": target},
            form_page="/masuk",
            follow=False,
        )
        assert answer.headers["Location"] == "/"


def test_every_answer_forbids_other_origins_and_shared_caches(app: Flask) -> None:
    answer = app.test_client().get("/masuk")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
