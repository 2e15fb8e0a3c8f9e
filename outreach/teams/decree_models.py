"""The table of decrees that limit or stop face-to-face service for a span of dates."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, Id, Ref, one_of
from outreach.places.models import District
from outreach.policy import Scope
from outreach.teams.models import Team


class DecreeLevel(StrEnum):
    """How service goes on while a decree holds."""

    NORMAL = "normal"
    TIGHTENED = "tightened"
    SUSPENDED = "suspended"


class Decree(Base):
    """A letter that sets a cap, a health protocol or a stop, for the office, one team or one district.

    `people_per_day` None: no cap of its own. `extra_service_s` is added to each visit for the protocol. `accepted`: the
    conditions in which people are still visited (codes; None: all). An open end is None. A decree that was lifted keeps who lifted it, and holds no more.
    """

    __tablename__ = "decrees"
    __table_args__ = (
        CheckConstraint("last IS NULL OR first <= last", name="order_of_dates"),
        CheckConstraint("people_per_day IS NULL OR people_per_day >= 0", name="people_per_day"),
        CheckConstraint("team_id IS NULL OR district_code IS NULL", name="one_scope"),
    )

    id: Mapped[Id]
    first: Mapped[date] = mapped_column(Date, index=True)
    last: Mapped[date | None] = mapped_column(Date, default=None)
    level: Mapped[DecreeLevel] = mapped_column(one_of(DecreeLevel))
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"), default=None)
    district_code: Mapped[str | None] = mapped_column(ForeignKey("districts.code"), default=None)
    people_per_day: Mapped[int | None] = mapped_column(default=None)
    extra_service_s: Mapped[int] = mapped_column(default=0)
    protective: Mapped[bool] = mapped_column(default=False)
    accepted: Mapped[list[str] | None] = mapped_column(JSON, default=None)
    letter_number: Mapped[str] = mapped_column(String(80))
    set_by: Mapped[Ref | None]
    set_by_name: Mapped[str] = mapped_column(String(120), default="")
    set_at: Mapped[datetime]
    lifted_by: Mapped[Ref | None] = mapped_column(default=None)
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)

    team: Mapped[Team | None] = relationship(lazy="joined")
    district: Mapped[District | None] = relationship(lazy="joined")

    def policy_scope(self) -> Scope:
        return Scope()
