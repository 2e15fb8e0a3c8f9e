"""Signatures that were given on the screen at a visit, as lines to draw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.fieldwork.tablet.contents import body_of
from outreach.fieldwork.tablet.models import EventState, TabletEvent
from outreach.security.sealed import Sealer

_MOST_POINTS: Final = 20_000


@dataclass(frozen=True)
class ScreenSignature:
    """Who signed, when by our clock, and the strokes as SVG points in a box of `width` by `height`."""

    who: str
    when: datetime
    width: int
    height: int
    lines: tuple[str, ...]


def signatures_of(session: Session, sealer: Sealer, visit_id: str) -> list[ScreenSignature]:
    """Return the signatures given at a visit, the newest last; what is malformed is passed over."""
    rows = session.scalars(
        select(TabletEvent)
        .where(
            TabletEvent.visit_id == visit_id,
            TabletEvent.kind == "signature",
            TabletEvent.state == EventState.APPLIED,
        )
        .order_by(TabletEvent.corrected_at, TabletEvent.seq)
    )
    return list(_readable(sealer, rows))


def _readable(sealer: Sealer, rows: Any) -> Iterator[ScreenSignature]:
    for row in rows:
        data = body_of(sealer, row).get("data") or {}
        try:
            yield ScreenSignature(
                str(data.get("who", ""))[:120],
                row.corrected_at,
                _side(data["width"]),
                _side(data["height"]),
                tuple(_line(stroke) for stroke in data["strokes"]),
            )
        except (KeyError, TypeError, ValueError):
            continue


def _side(value: Any) -> int:
    side = int(value)
    if not 0 < side <= 10_000:
        raise ValueError(side)
    return side


def _line(stroke: Any) -> str:
    if len(stroke) > _MOST_POINTS:
        raise ValueError("too long")
    return " ".join(f"{int(x)},{int(y)}" for x, y in stroke)
