"""Letting a tablet in, letting its people in, and shutting it out.

An administrator makes a code, once usable within the hour. The device trades it for a token of its own and a key;
each member then signs in once on it with the password of their account. Revoking needs no device in hand: the next
time the tablet asks anything, it is told to forget what it can read.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.accounts.identity import actor_of
from outreach.accounts.models import User
from outreach.errors import NotThere, Refused
from outreach.fieldwork.tablet.models import Tablet, TabletMember
from outreach.i18n import gettext as _
from outreach.ids import is_id, new_id
from outreach.policy import ANONYMOUS, Actor, Role
from outreach.security import throttle
from outreach.security.passwords import one_time_password
from outreach.security.sealed import Sealer
from outreach.security.throttle import Limit
from outreach.teams.models import Team

CODE_LASTS: Final = timedelta(hours=1)
ENROL_ADDRESS: Final = Limit("tablet code", tries=20, window_s=10 * 60)
_KEY: Final = 32


class Revoked(Exception):
    """The device that asks is not, or no longer, one of the office's tablets."""


@dataclass(frozen=True)
class Enrolled:
    """What a device is given, once, to keep: its token, the key of its envelopes."""

    tablet: Tablet
    token: str
    seal_key: bytes


def create_tablet(session: Session, actor: Actor, name: str, team: Team) -> tuple[Tablet, str]:
    """Make ready a tablet for a team; return it with the code that enrols the device."""
    policy.allow(actor, "tablet.create")
    name = " ".join(name.split())
    if not 2 <= len(name) <= 60:
        raise Refused(_("Give the tablet a name, such as the number on its back."), field="name")
    tablet = Tablet(
        id=new_id(), name=name, team_id=team.id, team=team, created_by=actor.id,
        created_at=clock.now(),
    )  # fmt: skip
    session.add(tablet)
    session.flush()
    audit.record(session, actor, "tablet.created", tablet, team=team.code)
    return tablet, _new_code(tablet)


def renew_code(session: Session, actor: Actor, tablet: Tablet) -> str:
    """Return a new code for a tablet that was never enrolled. Raises Refused for any other."""
    policy.allow(actor, "tablet.edit", tablet)
    if tablet.enrolled_at or tablet.revoked_at:
        raise Refused(_("This tablet was enrolled already. Revoke it and make ready a new one."))
    return _new_code(tablet)


def revoke_tablet(session: Session, actor: Actor, tablet: Tablet) -> None:
    """Shut a tablet out for good: it forgets what it can read as soon as it asks anything."""
    policy.allow(actor, "tablet.edit", tablet)
    if tablet.revoked_at is None:
        tablet.revoked_at, tablet.code_hash = clock.now(), None
        audit.record(session, actor, "tablet.revoked", tablet)


def count_code_try(session: Session, address: str) -> int:
    """Count one try at a code and return the seconds to wait: 0 means go on."""
    return throttle.count_try(session, ENROL_ADDRESS, address)


def enrol(session: Session, sealer: Sealer, code: str, address: str) -> Enrolled:
    """Trade a code for a token. Raises Refused for a code that is wrong, used or too old."""
    code_hash = _hash("".join(code.lower().split()).replace("-", ""))
    tablet = session.scalars(
        select(Tablet).where(Tablet.code_hash == code_hash).with_for_update()
    ).one_or_none()
    now = clock.now()
    if tablet is None or tablet.code_ends_at is None or tablet.code_ends_at <= now:
        raise Refused(_("This code is not right, or too old. Ask the administrator for a new one."))
    token, seal_key = secrets.token_urlsafe(32), secrets.token_bytes(_KEY)
    tablet.code_hash, tablet.token_hash, tablet.enrolled_at = None, _hash(token), now
    tablet.seal_key = sealer.seal(seal_key, _place(tablet, "seal_key"))
    tablet.data_key = sealer.seal(secrets.token_bytes(_KEY), _place(tablet, "data_key"))
    audit.record(session, replace(ANONYMOUS, address=address), "tablet.enrolled", tablet)
    return Enrolled(tablet, token, seal_key)


def tablet_of(session: Session, header: str) -> Tablet:
    """Return the tablet that "Tablet <id>.<token>" names. Raises Revoked."""
    kind, _space, rest = header.partition(" ")
    tablet_id, _dot, token = rest.partition(".")
    if kind != "Tablet" or not is_id(tablet_id):
        raise Revoked
    tablet = session.get(Tablet, tablet_id)
    if tablet is None or tablet.token_hash is None or tablet.revoked_at is not None:
        raise Revoked
    if not secrets.compare_digest(tablet.token_hash, _hash(token)):
        raise Revoked
    return tablet


def add_member(session: Session, sealer: Sealer, tablet: Tablet, user_id: str) -> bytes:
    """Let somebody who just proved their password use the tablet; return the key that opens its packs.

    Raises Refused when the person is not of the tablet's team, or still has a one-time password.
    """
    user = session.get_one(User, user_id)
    actor = actor_of(session, user)
    if not _is_of_team(session, tablet, user):
        raise Refused(_("This tablet belongs to another team. Ask the administrator."))
    if user.must_change_password:
        raise Refused(_("Change your one-time password first, in the browser at the office."))
    if session.get(TabletMember, (tablet.id, user.id)) is None:
        session.add(TabletMember(tablet_id=tablet.id, user_id=user.id, enrolled_at=clock.now()))
    audit.record(session, actor, "tablet.member_added", tablet)
    return data_key_of(sealer, tablet)


def members_of(session: Session, tablet: Tablet) -> list[str]:
    """Return the ids of those who signed in on a tablet and are still in its team: the others may open it no more."""
    people = session.scalars(
        select(User)
        .join(TabletMember, TabletMember.user_id == User.id)
        .where(TabletMember.tablet_id == tablet.id)
    )
    return [user.id for user in people if _is_of_team(session, tablet, user)]


def _is_of_team(session: Session, tablet: Tablet, user: User) -> bool:
    return (
        user.is_active
        and user.role is Role.TEAM
        and tablet.team_id in actor_of(session, user).team_ids
    )


def member_actor(session: Session, tablet: Tablet, member_id: str | None) -> Actor:
    """Return whom the tablet speaks for, with the tablet in hand. Raises NotThere for a stranger to it."""
    if member_id is None or not is_id(member_id):
        raise NotThere("member")
    if session.get(TabletMember, (tablet.id, member_id)) is None:
        raise NotThere(f"member {member_id}")
    user = session.get_one(User, member_id)
    return replace(actor_of(session, user), tablet_id=tablet.id)


def seal_key_of(sealer: Sealer, tablet: Tablet) -> bytes:
    """Return the key that goes into the tablet's envelopes. Raises Revoked before it was enrolled."""
    if tablet.seal_key is None:
        raise Revoked
    return sealer.open(tablet.seal_key, _place(tablet, "seal_key"))


def data_key_of(sealer: Sealer, tablet: Tablet) -> bytes:
    """Return the key that the tablet's packs are closed with. Raises Revoked before it was enrolled."""
    if tablet.data_key is None:
        raise Revoked
    return sealer.open(tablet.data_key, _place(tablet, "data_key"))


def _new_code(tablet: Tablet) -> str:
    code = one_time_password()
    tablet.code_hash = _hash(code.replace("-", ""))
    tablet.code_ends_at = clock.now() + CODE_LASTS
    return code


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _place(tablet: Tablet, column: str) -> str:
    return f"tablets.{column}:{tablet.id}"
