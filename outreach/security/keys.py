"""The keys of the installation. They live in the environment or in a file outside the database.

Threat: somebody carries off the database or a backup. Without the keys its NIK stay sealed, and cannot be
guessed through the index either: a NIK has so little chance in it that the index needs a key of its own.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from outreach.errors import ConfigurationError

LENGTH: Final = 32


@dataclass(frozen=True)
class Keys:
    """Four independent keys of 32 bytes."""

    seal: bytes
    index: bytes
    audit: bytes
    session: bytes

    def __repr__(self) -> str:
        return "Keys(...)"  # never in a log or a traceback


def load_keys(path: Path, environment: Mapping[str, str] | None = None) -> Keys:
    """Read the keys from SAMBANG_KEY_SEAL, _INDEX, _AUDIT and _SESSION, or else from the file.

    Raises ConfigurationError that says which key is missing or malformed and where it was looked for.
    """
    environment = os.environ if environment is None else environment
    stored: dict[str, str] = {}
    if path.exists():
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"The key file {path} cannot be read: {error}") from error
    found: dict[str, bytes] = {}
    for item in fields(Keys):
        variable = f"SAMBANG_KEY_{item.name.upper()}"
        text = environment.get(variable) or stored.get(item.name)
        if not text:
            raise ConfigurationError(
                f"The key {item.name!r} is missing: it is neither in {variable} nor in {path}. "
                "Put back the key file that belongs to this database; a new key cannot open it."
            )
        found[item.name] = _decoded(text, variable if environment.get(variable) else str(path))
    return Keys(**found)


def create_keys(path: Path) -> Keys:
    """Make new keys in a file that only its owner can read. Raises when the file exists already."""
    keys = Keys(*(secrets.token_bytes(LENGTH) for _ in fields(Keys)))
    text = json.dumps(
        {f.name: base64.b64encode(getattr(keys, f.name)).decode() for f in fields(Keys)}, indent=1
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConfigurationError(f"The key file {path} exists already; it is kept.") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return keys


def _decoded(text: str, where: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ConfigurationError(f"A key in {where} is not base64.") from error
    if len(value) != LENGTH:
        raise ConfigurationError(f"A key in {where} must have {LENGTH} bytes, not {len(value)}.")
    return value
