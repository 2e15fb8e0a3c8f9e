"""The table of outcomes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, Id, Ref, one_of
from outreach.planning.models import Visit


class OutcomeKind(StrEnum):
    """What a visit led to."""

    RECORDED = "recorded"
    PARTLY = "partly"
    NOT_RECORDED = "not_recorded"


class Outcome(Base):
    """The result of one visit. Final: a correction is a new row that names the one it corrects.

    The id is made by whoever records it, so that the same record sent twice is one row.
    """

    __tablename__ = "outcomes"

    id: Mapped[Id]
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), index=True)
    corrects_id: Mapped[str | None] = mapped_column(
        ForeignKey("outcomes.id"), default=None, unique=True
    )
    kind: Mapped[OutcomeKind] = mapped_column(one_of(OutcomeKind))
    reason: Mapped[str] = mapped_column(String(40), default="")
    biometrics: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(Text, default="")
    via: Mapped[str] = mapped_column(String(8))  # team | paper
    # The state it led to; "" where it moved nothing.
    led_to: Mapped[str] = mapped_column(String(24), default="")
    recorded_by: Mapped[Ref | None]
    recorded_at: Mapped[datetime]
    device_at: Mapped[datetime | None] = mapped_column(default=None)
    # Taken back within minutes, on the tablet where it was tapped: it never counted.
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)

    visit: Mapped[Visit] = relationship(lazy="joined")
