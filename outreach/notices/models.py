"""The table of what families were told."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, Id, Ref, one_of


class Channel(StrEnum):
    """How word reached the family."""

    WHATSAPP = "whatsapp"
    CALL = "call"
    HAMLET_HEAD = "hamlet_head"
    IN_PERSON = "in_person"


class FamilyNotice(Base):
    """One telling: the visit that was promised then, or (without a day) that it does not take place.

    `from_s` and `to_s` are the promised span in seconds of the day. Rows are only ever added.
    """

    __tablename__ = "family_notices"
    __table_args__ = (Index("ix_family_notices_referral_id_told_at", "referral_id", "told_at"),)

    id: Mapped[Id]
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"))
    day: Mapped[date | None] = mapped_column(Date, index=True)
    from_s: Mapped[int | None]
    to_s: Mapped[int | None]
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    told_by: Mapped[Ref | None]
    told_by_name: Mapped[str] = mapped_column(String(120), default="")
    told_at: Mapped[datetime]
