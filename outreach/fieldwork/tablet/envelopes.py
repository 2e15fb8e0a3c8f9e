"""Envelopes: what a tablet writes is closed for the office alone, what it is given opens only there.

An envelope from a tablet: its version, an ephemeral P-256 point (65 bytes), a nonce (12), AES-256-GCM. Version 1 holds an
event as JSON, version 2 a picture as it is. The key is HKDF-SHA256 (RFC 5869) over the ECDH secret with the tablet's own `seal_key` as salt: the tablet itself cannot open
it again, and nobody else can make one. Tablet, event id and counter are bound to it as associated data.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from outreach.security.keys import Keys

_CURVE: Final = ec.SECP256R1()
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_POINT: Final = 65
_NONCE: Final = 12
_INFO: Final = b"sambang outbox 1"
_EVENT: Final = b"\x01"
_PICTURE: Final = b"\x02"


class Unreadable(ValueError):
    """What arrived is no envelope of this tablet for this office."""


class Envelopes:
    """Opens what tablets send. The office's key pair follows from the sealing key, so a restored office has it."""

    def __init__(self, keys: Keys) -> None:
        seed = HKDF(hashes.SHA256(), 48, salt=None, info=b"sambang tablets p256").derive(keys.seal)
        self._private = ec.derive_private_key(int.from_bytes(seed) % (_ORDER - 1) + 1, _CURVE)

    @property
    def public_key(self) -> bytes:
        """The office's public key: 65 bytes, uncompressed."""
        return _raw(self._private.public_key())

    def open(self, sealed: bytes, seal_key: bytes, place: str) -> dict[str, Any]:
        """Return what an envelope holds; `place` names tablet, event and counter. Raises Unreadable."""
        try:
            content = json.loads(self._open(_EVENT, sealed, seal_key, place))
        except ValueError as error:
            raise Unreadable("the envelope does not open") from error
        if not isinstance(content, dict):
            raise Unreadable("the envelope holds no event")
        return content

    def open_picture(self, sealed: bytes, seal_key: bytes, place: str) -> bytes:
        """Return the picture in an envelope; `place` names tablet and event. Raises Unreadable."""
        return self._open(_PICTURE, sealed, seal_key, place)

    def _open(self, version: bytes, sealed: bytes, seal_key: bytes, place: str) -> bytes:
        if sealed[:1] != version or len(sealed) < 1 + _POINT + _NONCE + 16:
            raise Unreadable("not an envelope")
        point, rest = sealed[1 : 1 + _POINT], sealed[1 + _POINT :]
        try:
            other = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
            key = _key(self._private.exchange(ec.ECDH(), other), seal_key)
            return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], place.encode())
        except (ValueError, InvalidTag) as error:
            raise Unreadable("the envelope does not open") from error


def close_envelope(
    content: dict[str, Any], office_key: bytes, seal_key: bytes, place: str
) -> bytes:
    """Return an envelope as a tablet makes it (static/tablet/sealing.js does the same)."""
    text = json.dumps(content, ensure_ascii=False).encode()
    return _close(_EVENT, text, office_key, seal_key, place)


def close_picture(picture: bytes, office_key: bytes, seal_key: bytes, place: str) -> bytes:
    """Return the envelope of a picture as a tablet makes it."""
    return _close(_PICTURE, picture, office_key, seal_key, place)


def _close(version: bytes, data: bytes, office_key: bytes, seal_key: bytes, place: str) -> bytes:
    own = ec.generate_private_key(_CURVE)
    office = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, office_key)
    nonce = os.urandom(_NONCE)
    cipher = AESGCM(_key(own.exchange(ec.ECDH(), office), seal_key))
    return version + _raw(own.public_key()) + nonce + cipher.encrypt(nonce, data, place.encode())


def close_pack(content: dict[str, Any], data_key: bytes, place: str) -> bytes:
    """Return a pack as a tablet is given it: JSON, gzipped, then AES-256-GCM with the nonce in front."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return seal_bytes(gzip.compress(text, 9, mtime=0), data_key, place)


def seal_bytes(data: bytes, key: bytes, place: str) -> bytes:
    """Return data under a key, for one place: nonce (12 bytes), then AES-256-GCM."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, place.encode())


def text_of(data: bytes) -> str:
    """Write bytes as base64."""
    return base64.b64encode(data).decode()


def bytes_of(text: str) -> bytes:
    """Read base64. Raises ValueError."""
    return base64.b64decode(text, validate=True)


def _raw(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _key(secret: bytes, seal_key: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=seal_key, info=_INFO).derive(secret)
