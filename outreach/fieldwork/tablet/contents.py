"""What an event says, sealed at rest like a NIK: it may hold a name, a number or a signature."""

from __future__ import annotations

import json
from typing import Any

from outreach.fieldwork.tablet.models import TabletEvent
from outreach.security.sealed import Sealer


def canonical(body: dict[str, Any]) -> bytes:
    """Return the same bytes for the same content."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def seal_body(sealer: Sealer, event_id: str, body_hash: str, text: bytes) -> bytes:
    """Seal the content of one event for its row."""
    return sealer.seal(text, _place(event_id, body_hash))


def body_of(sealer: Sealer, event: TabletEvent) -> dict[str, Any]:
    """Return what an event says."""
    found: dict[str, Any] = json.loads(
        sealer.open(event.body, _place(event.event_id, event.body_hash))
    )
    return found


def _place(event_id: str, body_hash: str) -> str:
    return f"tablet_events.body:{event_id}:{body_hash}"
