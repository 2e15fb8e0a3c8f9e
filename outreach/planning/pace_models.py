"""The table of what teams' own drives taught about minutes, and who let plans use it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, Id, Ref


class LearnedPace(Base):
    """How many times as long driving takes, learned from drives that were recorded; numbered, and never changed.

    `factors` are rows of basis ("road" or "line"), profile, from_s (time of day), factor and legs. The errors are
    median absolute percentages on legs that were not learned from. It counts for plans until it is switched off.
    """

    __tablename__ = "learned_paces"

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(unique=True)
    factors: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    legs: Mapped[int]
    held_out: Mapped[int]
    before_percent: Mapped[float]
    after_percent: Mapped[float]
    on_by: Mapped[Ref | None]
    on_by_name: Mapped[str] = mapped_column(String(120))
    on_at: Mapped[datetime]
    off_by: Mapped[Ref | None]
    off_by_name: Mapped[str] = mapped_column(String(120), default="")
    off_at: Mapped[datetime | None] = mapped_column(default=None)
