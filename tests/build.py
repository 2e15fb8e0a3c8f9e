"""Builders: each gives one true thing of the product, with everything it needs, and takes what a test is about."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.identity import actor_of
from outreach.accounts.models import User
from outreach.ids import new_id
from outreach.places.models import PlaceQuality, Village
from outreach.policy import Actor, Role
from outreach.referrals.models import Referral, Resident
from outreach.referrals.states import ReferralState
from outreach.security.passwords import hash_password
from outreach.security.sealed import Sealer
from outreach.teams.models import Kit, Team, TeamMember

PASSWORD = "sambang tests only"
MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08.00 in Sragen
_password_hash: list[str] = []


def password_hash() -> str:
    """The hash of PASSWORD, made once in each process."""
    if not _password_hash:
        _password_hash.append(hash_password(PASSWORD))
    return _password_hash[0]


def a_village(session: Session, code: str = "33.14.20.2001") -> Village:
    """A village of Jenar, or the one with this code."""
    return session.get_one(Village, code)


def a_user(session: Session, role: Role | str, **given: Any) -> User:
    """Somebody with an account and a role, whose password is PASSWORD."""
    role = Role(role)
    if role is Role.VILLAGE:
        given.setdefault("village_code", "33.14.20.2001")
    if role is Role.DISTRICT:
        given.setdefault("district_code", "33.14.20")
    user = User(
        **{
            "username": f"{role}-{secrets.token_hex(4)}",
            "name": f"Test {role}",
            "role": role,
            "password_hash": password_hash(),
            "must_change_password": False,
            "created_at": clock.now(),
            **given,
        }
    )
    session.add(user)
    session.flush()
    return user


def an_actor(session: Session, role: Role | str, **given: Any) -> Actor:
    """Somebody with an account and a role, ready to act in a service."""
    return actor_of(session, a_user(session, role, **given))


def a_team(session: Session, code: str | None = None, members: int = 1, **given: Any) -> Team:
    """A team with members and one kit."""
    code = code or f"T{secrets.token_hex(3)}"
    team = Team(**{"code": code, "name": f"Tim {code}", "vehicle": "Avanza AD 1 E", **given})
    session.add(team)
    session.flush()
    for position in range(members):
        user = a_user(session, Role.TEAM)
        duty = "leader" if position == 0 else "operator"
        session.add(TeamMember(team_id=team.id, user_id=user.id, duty=duty, position=position))
    session.add(Kit(code=f"K-{code}", name=f"Alat {code}", team_id=team.id))
    session.flush()
    session.refresh(team)
    return team


def a_nik(serial: int | None = None) -> str:
    """A NIK that cannot be issued: its district code is 00."""
    return f"331400410741{secrets.randbelow(10_000) if serial is None else serial:04d}"


def a_referral(
    session: Session,
    state: ReferralState | str = ReferralState.ACCEPTED,
    *,
    sealer: Sealer | None = None,
    nik: str | None = None,
    name: str = "Mbah Tukiyem",
    **given: Any,
) -> Referral:
    """A referral in some state, with a resident of its own; with `sealer` and `nik`, with a NIK."""
    village = a_village(session, given.pop("village_code", "33.14.20.2001"))
    now = clock.now()
    resident = Resident(
        id=new_id(), name=name, sex="P", birth_date=date(1941, 7, 1), created_at=now
    )
    if nik:
        assert sealer is not None
        resident.nik_sealed = sealer.seal_nik(nik, resident.id)
        resident.nik_index = sealer.nik_index(nik)
        resident.nik_masked = f"{nik[:6]}******{nik[12:]}"
    session.add(resident)
    session.flush()
    jitter = secrets.randbelow(1000) / 100_000
    referral = Referral(
        **{
            "tracking_code": f"SB-{secrets.token_hex(4).upper()}",
            "form_token": secrets.token_hex(16),
            "resident_id": resident.id,
            "village_code": village.code,
            "state": ReferralState(state),
            "hamlet": "Dukuh Ngrejeng",
            "rt": "001",
            "rw": "002",
            "landmark": "rumah joglo timur musala",
            "lat": village.lat + jitter,
            "lon": village.lon + jitter,
            "place_quality": PlaceQuality.PIN,
            "condition": "frail",
            "contact_name": "Sri",
            "contact_relation": "anak",
            "contact_phone": "+6281200000000",
            "created_at": now,
            "submitted_at": now - timedelta(days=10),
            "changed_at": now,
            **given,
        }
    )
    session.add(referral)
    session.flush()
    return referral


def token_in(page: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "the page has no form"
    return found.group(1)


class Browser:
    """A person at a browser without script: follows redirects, sends the form token with every form."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def sign_in(self, username: str, password: str = PASSWORD) -> Any:
        """Sign in; return the response after the redirect."""
        return self.post("/masuk", {"username": username, "password": password}, form_page="/masuk")

    def get(self, path: str, **more: Any) -> Any:
        """Open a page."""
        return self.client.get(path, **more)

    def post(
        self,
        path: str,
        form: dict[str, Any] | None = None,
        *,
        form_page: str = "/",
        follow: bool = True,
    ) -> Any:
        """Send a form with the token of the page it stands on (by default, of the first page)."""
        page = self.client.get(form_page, follow_redirects=True)
        return self.client.post(
            path, data={"csrf_token": token_in(page.text), **(form or {})}, follow_redirects=follow
        )


def signed_in(app: Flask, session_user: User) -> Browser:
    """A browser in which this person has signed in."""
    browser = Browser(app)
    response = browser.sign_in(session_user.username)
    assert response.status_code == 200, response.text[:300]
    return browser


def user_named(session: Session, username: str) -> User:
    """The account with a user name."""
    return session.scalars(select(User).where(User.username == username)).one()
