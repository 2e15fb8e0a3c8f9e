"""The table of booked office slots."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, Id
from outreach.policy import Scope


class OfficeSlot(Base):
    """A booked time at the office: a first name and a code, nothing else about the person.

    `seat` counts from 0 within one time; the database takes each once. A cancelled slot gives its seat back (None).
    """

    __tablename__ = "office_slots"
    __table_args__ = (UniqueConstraint("day", "start_s", "seat"),)

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    day: Mapped[date] = mapped_column(Date)
    start_s: Mapped[int]
    seat: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(40))
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    booked_at: Mapped[datetime]

    def policy_scope(self) -> Scope:
        return Scope()
