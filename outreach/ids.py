"""One maker of identifiers, for the server and (in its own words) for the tablet."""

from __future__ import annotations

import os
import re
import time
from typing import Final

CANONICAL: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_id() -> str:
    """Return a new UUIDv7 in canonical text: sortable by time, unique without a server.

    Source: RFC 9562, section 5.7 (48 bits of milliseconds, then 74 random bits).
    """
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76  # version 7
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant 10
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_id(text: str) -> bool:
    """Tell whether a text has the canonical form of an identifier."""
    return CANONICAL.fullmatch(text) is not None
