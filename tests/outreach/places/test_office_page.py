"""An administrator puts the office's pin right; nobody else does."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.audit import AuditEntry
from outreach.db import Database
from outreach.places.service import office
from outreach.policy import Role
from tests.build import Browser, a_user, signed_in


@pytest.fixture
def admin(app: Flask, database: Database) -> Browser:
    with database.write() as session:
        user = a_user(session, Role.ADMIN)
    return signed_in(app, user)


@pytest.mark.parametrize(
    "typed",
    [
        {"lat": "-7.43", "lon": "111.02"},
        {"lat": "-7,43", "lon": "111,02"},
        {"lat": "-7.43, 111.02", "lon": ""},
        {"lat": "https://www.google.com/maps?q=-7.43,111.02", "lon": ""},
    ],
)
def test_the_pin_is_typed_or_pasted(
    admin: Browser, database: Database, typed: dict[str, str]
) -> None:
    page = admin.post("/kantor", typed, form_page="/kantor")
    assert "tersimpan" in page.text
    with database.read() as session:
        place = office(session)
        assert (place.lat, place.lon) == (-7.43, 111.02)
        assert place.pin_confirmed_at is not None
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "office.moved"))
        assert entry is not None
        assert entry.detail["after"] == [-7.43, 111.02]


def test_a_point_elsewhere_is_refused_and_stays_in_the_form(
    admin: Browser, database: Database
) -> None:
    page = admin.post("/kantor", {"lat": "-6.2", "lon": "106.8"}, form_page="/kantor")
    assert page.status_code == 422
    assert 'value="106.8"' in page.text
    assert 'id="lat-error"' in page.text
    with database.read() as session:
        assert office(session).pin_confirmed_at is None
