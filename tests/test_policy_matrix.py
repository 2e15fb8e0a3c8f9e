"""Every address, every method, every role, on objects that are one's own, somebody else's, and absent.

The table is made from the application's own URL map, so that a new endpoint is in it without anybody's doing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from outreach import clock, policy, web
from outreach.ids import new_id
from outreach.policy import ANONYMOUS, Actor, Relation, Role
from outreach.settings import Settings
from tests.build import MORNING, Browser, signed_in, token_in
from tests.world import World, a_world

OTHER_ARGUMENTS = {
    "day": "2026-11-23",
    "recipe": "kendaraan",
    "year": "2026",
    "month": "2026-11",
    "weekday": "0",
    "state": "recorded",
    "code": "33.14.20",
    "number": "1",
    "filename": "css/base.css",
    "copy": "1",
}


class Snapshot:
    """Puts the database back as it was, between requests that change it."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.database = app.extensions["sambang"].database
        self.file = settings.database_file
        assert self.file is not None
        with self.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.kept = self.file.with_suffix(".kept")
        self.database.close()
        shutil.copyfile(self.file, self.kept)

    def put_back(self) -> None:
        assert self.file is not None
        self.database.close()
        for ending in ("-wal", "-shm"):
            Path(f"{self.file}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self.kept, self.file)


def _addresses(app: Flask, world: World) -> Iterator[tuple[Rule, str, str]]:
    """Give each rule with its address on own, foreign and absent objects."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            ids = {name for name in rule.arguments if name.endswith("_id")}
            unknown = ids - world.own.keys() | (rule.arguments - ids - OTHER_ARGUMENTS.keys())
            assert not unknown, f"{rule}: tests/world.py knows no {unknown}"
            others = {n: OTHER_ARGUMENTS[n] for n in rule.arguments if n in OTHER_ARGUMENTS}
            sides = {"own": world.own, "foreign": world.foreign} if ids else {"own": world.own}
            for side, known in sides.items():
                values = others | {name: known[name] for name in ids}
                yield rule, side, adapter.build(rule.endpoint, values)
            if ids:
                values = others | {name: new_id() for name in ids}
                yield rule, "absent", adapter.build(rule.endpoint, values)


RESTRICTED = {Relation.OWN_VILLAGE, Relation.OWN_DISTRICT, Relation.OWN_ROUTE, Relation.SELF}


def _expected(actor: Actor, action: str, side: str) -> str:
    reach = policy.relation(actor, action)
    if reach is None:
        return "sign in" if actor.is_anonymous else "forbidden"
    if side == "absent":
        return "not there"
    if side == "foreign" and policy.rule(action).on and reach in RESTRICTED:
        return "not there"
    return "answered"


def _found(status: int, location: str) -> str:
    if status == 303 and location.startswith("/masuk"):
        return "sign in"
    return {403: "forbidden", 404: "not there"}.get(
        status, "answered" if status < 500 and status != 401 else f"status {status}"
    )


@pytest.mark.parametrize("role", list(Role))
def test_every_endpoint_answers_each_role_as_the_table_says(
    app: Flask, settings: Settings, core: web.Core, role: Role
) -> None:
    with clock.frozen(MORNING):
        with core.database.write() as session:
            world = a_world(session, core.sealer)
        person = world.users.get(role)
        browser = signed_in(app, person) if person else Browser(app)
        actor = Actor(person.id, role) if person else ANONYMOUS
        snapshot = Snapshot(app, settings)
        page = browser.get("/masuk" if actor.is_anonymous else "/")
        token, cookie = token_in(page.text), browser.client.get_cookie("sambang")
        assert cookie is not None
        wrong, asked = [], 0
        for rule, side, address in _addresses(app, world):
            action = web.action_of(app, rule.endpoint)
            assert action is not None
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                browser.client.set_cookie("sambang", cookie.value)
                form = {"csrf_token": token} if method == "POST" else None
                answer = browser.client.open(address, method=method, data=form)
                asked += 1
                wanted = _expected(actor, action, side)
                got = _found(answer.status_code, answer.headers.get("Location", ""))
                own_page = action in {"session.sign_out"} and got == "sign in"
                if got != wanted and not own_page:
                    wrong.append(
                        f"{method} {rule} {side}: {got} ({answer.status_code}), not {wanted}"
                    )
                answer.close()
                if method != "GET":
                    snapshot.put_back()
        assert asked > 100
        assert not wrong, "\n".join(wrong)
