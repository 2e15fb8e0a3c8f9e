"""Signing in, and changing one's password.

Threat: guessing. Every try is counted before it is looked at, for the account and for the address; an unknown
user name takes as long, and is answered the same, as a wrong password.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.accounts.models import User
from outreach.db import Database
from outreach.errors import NotThere, Refused
from outreach.i18n import gettext as _
from outreach.policy import ANONYMOUS, Actor, Role
from outreach.security import throttle
from outreach.security.passwords import (
    check_strength,
    hash_password,
    needs_rehash,
    verify_password,
)
from outreach.security.sessions import end_sessions_of
from outreach.settings import Settings


@dataclass(frozen=True)
class SignedIn:
    """Who signed in, and after how many idle seconds the session ends."""

    user_id: str
    idle_s: int


class TooManyTries(Refused):
    """The account or the address must wait; `wait_s` seconds are left."""

    def __init__(self, wait_s: int) -> None:
        minutes = max(1, (wait_s + 59) // 60)
        super().__init__(
            _("Too many tries. Wait %(minutes)s minutes, then try again.", minutes=minutes)
        )
        self.wait_s = wait_s


def sign_in(
    database: Database, settings: Settings, username: str, password: str, address: str
) -> SignedIn:
    """Return who this is. Raises Refused (wrong, or not active) and TooManyTries."""
    username = username.strip().lower()
    with database.write() as session:
        wait_s = max(
            throttle.count_try(session, throttle.SIGN_IN_ADDRESS, address),
            throttle.count_try(session, throttle.SIGN_IN_ACCOUNT, username),
        )
    if wait_s:
        raise TooManyTries(wait_s)
    with database.read() as session:
        user = session.scalar(select(User).where(User.username == username))
    # Hashing takes its 50 ms outside any transaction.
    right = verify_password(user.password_hash if user else None, password)
    if user is None or not right or not user.is_active:
        with database.write() as session:
            audit.record(session, Actor(None, ANONYMOUS.role, address=address), "session.refused")
        raise Refused(_("The user name or the password is not right."))
    with database.write() as session:
        throttle.forget_tries(session, throttle.SIGN_IN_ACCOUNT, username)
        user = session.get_one(User, user.id)
        user.signed_in_at = clock.now()
        if needs_rehash(user.password_hash):
            user.password_hash = hash_password(password)
        actor = Actor(user.id, user.role, user.username, user.name, address=address)
        audit.record(session, actor, "session.started", user)
    idle_s = settings.field_idle_s if user.role is Role.TEAM else settings.office_idle_s
    return SignedIn(user.id, idle_s)


def change_password(
    session: Session, actor: Actor, current: str, new: str, repeat: str, keep_token: str | None
) -> None:
    """Replace one's own password and end one's other sessions. Raises Refused with the field."""
    policy.allow(actor, "password.change")
    user = session.get(User, actor.id or "")
    if user is None:
        raise NotThere("user")
    if not verify_password(user.password_hash, current):
        raise Refused(_("This is not your present password."), field="current")
    if new != repeat:
        raise Refused(_("The two new passwords differ. Type the same one twice."), field="repeat")
    if new == current:
        raise Refused(_("Choose a password other than the present one."), field="new")
    check_strength(new, user.username)
    user.password_hash = hash_password(new)
    user.must_change_password = False
    end_sessions_of(session, user.id, keep_token=keep_token)
    audit.record(session, actor, "password.changed", user)
