"""Administration of accounts: opening, changing, closing them, and one-time passwords.

A one-time password is returned to the caller, who shows it once; only its hash is kept, and the audit log says no
more than that there was one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.accounts.models import User
from outreach.errors import Invalid, Refused
from outreach.i18n import LANGUAGES
from outreach.i18n import gettext as _
from outreach.paging import Listing, page_of
from outreach.places.models import District, Village
from outreach.policy import Actor, Role, command_line
from outreach.security.passwords import hash_password, one_time_password
from outreach.security.sessions import end_sessions_of

_USERNAME: Final = re.compile(r"[a-z][a-z0-9._-]{2,39}")
_PHONE: Final = re.compile(r"\+?[\d\s().-]{6,19}")
FIRST_USERNAME: Final = "admin"


@dataclass(frozen=True)
class AccountFacts:
    """What an administrator says about an account. A place counts only for the role that it belongs to."""

    username: str
    name: str
    role: Role
    village_code: str | None = None
    district_code: str | None = None
    phone: str = ""
    language: str = "id"


@dataclass(frozen=True)
class Opened:
    """An account, and the one-time password to hand over."""

    user: User
    password: str


def find_accounts(
    session: Session,
    actor: Actor,
    *,
    search: str = "",
    role: Role | None = None,
    active: bool | None = None,
    number: int = 1,
) -> Listing[User]:
    """Return a page of accounts by name, those that are not active last."""
    policy.allow(actor, "account.list")
    query = select(User).order_by(User.is_active.desc(), User.name, User.username)
    if role is not None:
        query = query.where(User.role == role)
    if active is not None:
        query = query.where(User.is_active == active)
    for word in search.split():
        query = query.where(
            or_(
                User.name.icontains(word, autoescape=True),
                User.username.icontains(word, autoescape=True),
                User.village_code.in_(
                    select(Village.code).where(Village.name.icontains(word, autoescape=True))
                ),
                User.district_code.in_(
                    select(District.code).where(District.name.icontains(word, autoescape=True))
                ),
            )
        )
    return page_of(session, query, number, size=25)


def create_account(session: Session, actor: Actor, facts: AccountFacts) -> Opened:
    """Open an account with a one-time password. Raises Invalid."""
    policy.allow(actor, "account.create")
    user = User(password_hash="", created_at=clock.now())  # the hash follows below
    _apply(user, _checked(session, facts, None))
    password = _give_password(user)
    session.add(user)
    session.flush()
    audit.record(session, actor, "account.created", user, username=user.username, role=user.role)
    return Opened(user, password)


def edit_account(session: Session, actor: Actor, user: User, facts: AccountFacts) -> User:
    """Change an account. Raises Invalid, and Refused when it would leave no administrator."""
    policy.allow(actor, "account.edit", user)
    facts = _checked(session, facts, user)
    if user.role is Role.ADMIN and facts.role is not Role.ADMIN and user.is_active:
        _refuse_last_administrator(session, actor, user, field="role")
    before = _said(user)
    old_role = user.role
    _apply(user, facts)
    changed = sorted(key for key, value in _said(user).items() if before[key] != value)
    if not changed:
        return user
    if user.role is not old_role:
        end_sessions_of(session, user.id)
    open_words = {"role", "username", "village_code", "district_code"}
    audit.record(
        session,
        actor,
        "account.edited",
        user,
        username=user.username,
        changed=changed,
        before={key: before[key] for key in changed if key in open_words},
    )
    return user


def deactivate_account(session: Session, actor: Actor, user: User) -> None:
    """Close an account and end its sessions at once. Raises Refused for oneself and the last administrator."""
    policy.allow(actor, "account.edit", user)
    if user.id == actor.id:
        raise Refused(_("You cannot close your own account. Another administrator can."))
    if not user.is_active:
        return
    if user.role is Role.ADMIN:
        _refuse_last_administrator(session, actor, user)
    user.is_active = False
    end_sessions_of(session, user.id)
    audit.record(session, actor, "account.deactivated", user, username=user.username)


def activate_account(session: Session, actor: Actor, user: User) -> None:
    """Open a closed account again; its password is what it was."""
    policy.allow(actor, "account.edit", user)
    if user.is_active:
        return
    user.is_active = True
    audit.record(session, actor, "account.activated", user, username=user.username)


def reset_password(session: Session, actor: Actor, user: User) -> str:
    """Return a new one-time password for an account, and end its sessions. Raises Refused when it is closed."""
    policy.allow(actor, "account.edit", user)
    if not user.is_active:
        raise Refused(_("This account is closed. Open it again first."))
    password = _give_password(user)
    end_sessions_of(session, user.id)
    audit.record(session, actor, "account.password_reset", user, username=user.username)
    return password


def create_first_administrator(session: Session) -> tuple[User, str]:
    """Return the first administrator and a one-time password. Raises Refused when there are accounts already."""
    if session.scalar(select(User.id).limit(1)) is not None:
        raise Refused(
            _("There are accounts already. An administrator can reset a password under Accounts.")
        )
    facts = AccountFacts(FIRST_USERNAME, "Administrator", Role.ADMIN)
    opened = create_account(session, command_line(Role.ADMIN), facts)
    return opened.user, opened.password


def _give_password(user: User) -> str:
    password = one_time_password()
    user.password_hash = hash_password(password)
    user.must_change_password = True
    return password


def _apply(user: User, facts: AccountFacts) -> None:
    user.username, user.name, user.role = facts.username, facts.name, facts.role
    user.village_code, user.district_code = facts.village_code, facts.district_code
    user.phone, user.language = facts.phone, facts.language


def _said(user: User) -> dict[str, str]:
    names = ("username", "name", "role", "village_code", "district_code", "phone", "language")
    return {name: str(getattr(user, name) or "") for name in names}


def _refuse_last_administrator(
    session: Session, actor: Actor, user: User, field: str | None = None
) -> None:
    if user.id == actor.id:
        raise Refused(
            _("You cannot take the administrator's role from yourself. Another administrator can."),
            field=field,
        )
    # Locked, so that two administrators cannot close each other's account at the same moment.
    others = session.scalars(
        select(User.id)
        .where(User.role == Role.ADMIN, User.is_active, User.id != user.id)
        .with_for_update()
    ).all()
    if not others:
        raise Refused(
            _("This is the last active administrator. Make somebody else an administrator first."),
            field=field,
        )


def _checked(session: Session, facts: AccountFacts, user: User | None) -> AccountFacts:
    """Return the facts as they will be kept. Raises Invalid with a message for each field."""
    username = facts.username.strip().lower()
    name = " ".join(facts.name.split())
    phone = " ".join(facts.phone.split())
    errors: dict[str, str] = {}
    if not _USERNAME.fullmatch(username):
        errors["username"] = _(
            "Use 3 to 40 small letters, digits, dots or hyphens; begin with a letter."
        )
    else:
        taken = session.scalar(select(User.id).where(User.username == username))
        if taken is not None and (user is None or taken != user.id):
            errors["username"] = _("This user name is taken. Choose another one.")
    if not name:
        errors["name"] = _("Write the person's name.")
    elif any(letter.isdigit() for letter in name) or len(name) > 120:
        errors["name"] = _("Write a name of at most 120 letters, without digits.")
    if phone and not _PHONE.fullmatch(phone):
        errors["phone"] = _("Write a phone number such as 0812 3456 7890.")
    if facts.role is Role.ANONYMOUS:
        errors["role"] = _("Choose a role.")
    if facts.language not in LANGUAGES:
        errors["language"] = _("Choose a language.")
    village_code, district_code = _places(session, facts, errors)
    if errors:
        raise Invalid(errors)
    return AccountFacts(
        username, name, facts.role, village_code, district_code, phone, facts.language
    )


def _places(
    session: Session, facts: AccountFacts, errors: dict[str, str]
) -> tuple[str | None, str | None]:
    match facts.role:
        case Role.VILLAGE:
            village = session.get(Village, facts.village_code or "")
            if village is None:
                errors["village_code"] = _("Choose the village of this officer.")
                return None, None
            return village.code, village.district_code
        case Role.DISTRICT:
            district = session.get(District, facts.district_code or "")
            if district is None:
                errors["district_code"] = _("Choose the district of this officer.")
                return None, None
            return None, district.code
        case _:
            return None, None
