"""The table of photos of houses, apart from referrals so that no list reads their bytes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, Ref


class HousePhoto(Base):
    """A photo of the house of one referral, by which a team finds it: a sealed JPEG, small and without metadata."""

    __tablename__ = "house_photos"

    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int]
    height: Mapped[int]
    kept_by: Mapped[Ref | None]
    kept_at: Mapped[datetime]
