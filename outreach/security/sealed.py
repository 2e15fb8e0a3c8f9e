"""Sealed fields: a NIK is encrypted at rest and found through a keyed index.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the row's identity is in the associated data, so that
a sealed value that is copied to another row does not open there.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outreach.errors import ConfigurationError
from outreach.security.keys import Keys

_VERSION: Final = b"\x01"
_NONCE: Final = 12


class Sealer:
    """Seals and opens NIK with the keys of one installation."""

    def __init__(self, keys: Keys) -> None:
        self._cipher = AESGCM(keys.seal)
        self._index_key = keys.index

    def seal(self, data: bytes, place: str) -> bytes:
        """Return bytes sealed for one place, named by its table, column and row: they open nowhere else."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, data, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Return what was sealed for this place. Raises ConfigurationError when it does not open."""
        if sealed[:1] != _VERSION:
            raise ConfigurationError("A sealed value has an unknown form.")
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._cipher.decrypt(nonce, body, place.encode())
        except InvalidTag as error:
            raise ConfigurationError(
                "A sealed value does not open: the keys are not those of this database, "
                "or the row was tampered with."
            ) from error

    def seal_nik(self, nik: str, resident_id: str) -> bytes:
        """Return the NIK (16 digits) sealed for one resident's row."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, nik.encode(), _place(resident_id))

    def open_nik(self, sealed: bytes, resident_id: str) -> str:
        """Return the NIK that was sealed for this row. Raises ConfigurationError when it does not open."""
        if sealed[:1] != _VERSION:
            raise ConfigurationError("A sealed NIK has an unknown form.")
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._cipher.decrypt(nonce, body, _place(resident_id)).decode()
        except InvalidTag as error:
            raise ConfigurationError(
                "A sealed NIK does not open: the keys are not those of this database, "
                "or the row was tampered with."
            ) from error

    def nik_index(self, nik: str) -> str:
        """Return the blind index of a NIK: the same NIK gives the same text, and only with the key."""
        return hmac.new(self._index_key, b"nik:" + nik.encode(), hashlib.sha256).hexdigest()


def _place(resident_id: str) -> bytes:
    return f"residents.nik:{resident_id}".encode()
