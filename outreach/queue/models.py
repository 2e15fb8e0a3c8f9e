"""The table of booked office slots."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, Id
from outreach.policy import Scope


class OfficeSlot(Base):
    """A booked time at the office: a first name and a code, nothing else about the person."""

    __tablename__ = "office_slots"
    __table_args__ = (Index("ix_office_slots_day_start_s", "day", "start_s"),)

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    day: Mapped[date] = mapped_column(Date)
    start_s: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    booked_at: Mapped[datetime]

    def policy_scope(self) -> Scope:
        return Scope()
