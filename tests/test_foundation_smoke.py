"""The application starts, answers, and sends a stranger to the sign-in page."""

from flask import Flask


def test_a_stranger_is_sent_to_sign_in(app: Flask) -> None:
    answer = app.test_client().get("/")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/masuk")


def test_the_server_says_that_it_is_well(app: Flask) -> None:
    assert app.test_client().get("/sehat").text == "ok\n"
