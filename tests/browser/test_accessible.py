"""Every page of the application, as each role may see it, without a violation that axe-core knows.

`axe-core/axe.min.js` is axe-core 4.14.1 as npm gives it, unmodified, under the MPL-2.0 beside it; it is no part of the
application.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from outreach import clock, policy, web
from outreach.accounts.models import User
from outreach.policy import Role
from tests.browser.conftest import PHONE, Live, PageMaker
from tests.build import MORNING
from tests.test_policy_matrix import OTHER_ARGUMENTS
from tests.world import World, a_world

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
FOUND = """async () => (await axe.run()).violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id} (${rule.help}): ${node.html.slice(0, 160)}`))"""
FIRST_TO_SEE = tuple(role for role in Role if role is not Role.ANONYMOUS)


def what_axe_finds(page: Page) -> list[str]:
    """Return each violation on the page that is open, with the element it is about."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(FOUND)
    return found


def pages_of(app: Flask, world: World, role: Role) -> Iterator[str]:
    """Give the address of each page that this role may open, and no role before it in the list."""
    earlier = FIRST_TO_SEE[: FIRST_TO_SEE.index(role)]
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            action = web.action_of(app, rule.endpoint) or ""
            roles = policy.rule(action).reach if rule.endpoint != "static" else {}
            if "GET" not in (rule.methods or ()) or role not in roles or set(earlier) & set(roles):
                continue
            values = {name: (OTHER_ARGUMENTS | world.own)[name] for name in rule.arguments}
            yield adapter.build(rule.endpoint, values)


@pytest.mark.parametrize("role", FIRST_TO_SEE)
def test_no_page_has_a_violation(
    app: Flask, live: Live, page: PageMaker, sign_in: Callable[[Page, User], None], role: Role
) -> None:
    with clock.frozen(MORNING), live.core.database.write() as session:
        world = a_world(session, live.core.sealer)
    opened = page(PHONE, bypass_csp=True)  # axe-core writes styles of its own to measure contrast
    sign_in(opened, world.users[role])
    wrong, seen = [], 0
    for address in pages_of(app, world, role):
        if address == "/keluar":
            continue
        if "text/html" not in opened.request.get(address).headers.get("content-type", ""):
            continue  # a file to download is no page
        opened.goto(address)
        seen += 1
        wrong += [f"{address}: {one}" for one in what_axe_finds(opened)]
    assert seen
    assert not wrong, "\n".join(wrong)
