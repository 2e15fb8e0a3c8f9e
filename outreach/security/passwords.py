"""Passwords: argon2id (RFC 9106), and one-time passwords that a person can read aloud."""

from __future__ import annotations

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from outreach.errors import Refused
from outreach.i18n import gettext as _

MINIMUM_LENGTH: Final = 10
_hasher = PasswordHasher()  # argon2id, 64 MiB, 3 passes: the low-memory choice of RFC 9106
_NOBODY: Final = _hasher.hash(secrets.token_hex(16))
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # without look-alikes


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Tell whether a password is right; an unknown account (None) takes as long as a known one."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Tell whether a hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def one_time_password() -> str:
    """Return a password for a first sign-in: three groups of four, 59 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def check_strength(password: str, username: str) -> None:
    """Refuse a password that is short, all one character or the user name. Raises Refused.

    Length counts, not kinds of characters (NIST SP 800-63B, section 5.1.1.2).
    """
    if len(password) < MINIMUM_LENGTH:
        raise Refused(
            _(
                "Use at least %(count)s characters. A short sentence is easy to remember.",
                count=MINIMUM_LENGTH,
            ),
            field="new",
        )
    if len(set(password)) < 4 or password.lower() == username.lower():
        raise Refused(_("This password is too easy to guess. Choose another one."), field="new")
