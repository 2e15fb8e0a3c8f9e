"""The table of card deliveries."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, Id, Ref


class Delivery(Base):
    """How a card reached its owner: by post with a receipt number, by the village, or by hand."""

    __tablename__ = "deliveries"

    id: Mapped[Id]
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"), unique=True)
    channel: Mapped[str] = mapped_column(String(12))  # post | village | hand
    receipt_number: Mapped[str] = mapped_column(String(60), default="")
    received_by: Mapped[str] = mapped_column(String(120), default="")
    relation: Mapped[str] = mapped_column(String(40), default="")
    delivered_on: Mapped[date] = mapped_column(Date)
    noted_by: Mapped[Ref | None]
    noted_at: Mapped[datetime]
