"""Guessing slows down, for an account and for an address, whoever counts."""

from __future__ import annotations

import threading
from datetime import timedelta

from flask import Flask

from outreach import clock
from outreach.db import Database
from outreach.policy import Role
from outreach.security.throttle import SIGN_IN_ACCOUNT, Limit, count_try, forget_tries
from tests.build import MORNING, PASSWORD, Browser, a_user


def test_the_right_password_does_not_help_while_an_account_must_wait(
    app: Flask, database: Database
) -> None:
    with clock.frozen(MORNING):
        with database.write() as session:
            user = a_user(session, Role.PLANNER)
        browser = Browser(app)
        for _ in range(SIGN_IN_ACCOUNT.tries):
            assert browser.sign_in(user.username, "wrong").status_code == 422
        assert browser.sign_in(user.username, PASSWORD).status_code == 429
    with clock.frozen(MORNING + timedelta(seconds=SIGN_IN_ACCOUNT.window_s + 1)):
        assert browser.sign_in(user.username, PASSWORD).status_code == 200


def test_an_unknown_user_is_answered_like_a_known_one(app: Flask, database: Database) -> None:
    with database.write() as session:
        user = a_user(session, Role.PLANNER)
    known = Browser(app).sign_in(user.username, "wrong")
    unknown = Browser(app).sign_in("nobody-of-this-name", "wrong")
    assert known.status_code == unknown.status_code == 422
    assert known.text.replace(user.username, "") != ""
    strip = lambda page, name: page.split("csrf_token")[0].replace(name, "")  # noqa: E731
    assert strip(known.text, user.username) == strip(unknown.text, "nobody-of-this-name")


def test_parallel_tries_are_all_counted(database: Database) -> None:
    limit = Limit("test", tries=5, window_s=60)
    waits: list[int] = []

    def try_once() -> None:
        with database.write() as session:
            waits.append(count_try(session, limit, "somebody"))

    threads = [threading.Thread(target=try_once) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(wait == 0 for wait in waits) == 5


def test_being_right_once_forgets_the_tries(database: Database) -> None:
    limit = Limit("test", tries=1, window_s=60)
    with database.write() as session:
        assert count_try(session, limit, "somebody") == 0
        forget_tries(session, limit, "Somebody ")
        assert count_try(session, limit, "somebody") == 0
        assert count_try(session, limit, "somebody") > 0
