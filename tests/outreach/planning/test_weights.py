"""Points are set from a day on, and tried on last week's plan first."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest
from flask import Flask

from outreach import clock
from outreach.db import Database
from outreach.errors import Invalid, Refused
from outreach.planning import weights
from outreach.referrals.priority import DEFAULT, Weights, weights_on
from tests.build import MONDAY, MORNING, a_referral, a_team, a_user, an_actor, signed_in
from tests.world import a_plan


def _typed(**changed: str) -> dict[str, str]:
    return {**{name: str(value) for name, value in asdict(DEFAULT).items()}, **changed}


def test_weights_are_set_from_a_day_on(database: Database) -> None:
    with clock.frozen(MORNING), database.write() as session:
        actor = an_actor(session, "admin")
        weights.set_weights(session, actor, Weights(day=4), MONDAY + timedelta(days=3), "uji")
        assert weights_on(session, MONDAY) == DEFAULT
        assert weights_on(session, MONDAY + timedelta(days=3)).day == 4
        with pytest.raises(Refused):
            weights.set_weights(session, actor, DEFAULT, MONDAY - timedelta(days=1))


def test_each_weight_that_cannot_be_read_has_its_own_message() -> None:
    with pytest.raises(Invalid) as refused:
        weights.read_weights(_typed(day="-2", due_now="banyak", base="0"))
    assert set(refused.value.errors) == {"day", "due_now", "base"}


def test_other_weights_show_who_would_have_changed_places(database: Database) -> None:
    with clock.frozen(MORNING), database.write() as session:
        waited = a_referral(session, "scheduled", submitted_at=clock.now() - timedelta(days=40))
        urgent = a_referral(session, priority_reason="hospital", submitted_at=clock.now())
        a_plan(session, MONDAY, {a_team(session): [waited]}, left_out=[urgent])
        same = weights.preview(session, DEFAULT)
        other = weights.preview(session, Weights(care=500))
    assert same is not None
    assert (same.seats, same.candidates, same.inside, same.outside) == (1, 2, (), ())
    assert other is not None
    assert [moved.referral.id for moved in other.inside] == [urgent.id]
    assert [moved.referral.id for moved in other.outside] == [waited.id]


def test_the_page_keeps_what_was_typed_and_names_what_is_wrong(
    app: Flask, database: Database
) -> None:
    with database.write() as session:
        admin = a_user(session, "admin")
    browser = signed_in(app, admin)
    wrong = browser.post("/poin", _typed(day="x", first_day="2020-01-01"), form_page="/poin")
    assert wrong.status_code == 422
    assert 'value="x"' in wrong.text
    tried = browser.post("/poin/coba", _typed(day="9"), form_page="/poin")
    assert "Belum ada rencana" in tried.text
    day = clock.today().isoformat()
    browser.post("/poin", _typed(day="9", first_day=day), form_page="/poin")
    with database.read() as session:
        assert weights_on(session, clock.today()).day == 9
