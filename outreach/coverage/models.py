"""The table of residents whom the register counts as not recorded, by village."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base
from outreach.places.models import Village
from outreach.policy import Scope


class UnrecordedCount(Base):
    """How many residents over 60 of a village were not recorded on a day, and what the village said of it.

    `answer` is a code of `unrecorded.ANSWERS`, "" while the village has said nothing.
    """

    __tablename__ = "unrecorded_counts"

    village_code: Mapped[str] = mapped_column(ForeignKey("villages.code"), primary_key=True)
    as_of: Mapped[date] = mapped_column(Date, primary_key=True)
    people: Mapped[int]
    loaded_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(16), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_name: Mapped[str] = mapped_column(String(120), default="")

    village: Mapped[Village] = relationship(lazy="joined")

    @property
    def code(self) -> str:
        """What the audit log calls it by: the village and the day."""
        return f"{self.village_code}/{self.as_of.isoformat()}"

    def policy_scope(self) -> Scope:
        return self.village.policy_scope()
