"""The table of the hamlets that a village keeps a list of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, Ref


class VillageHamlets(Base):
    """The names of one village's hamlets, as its own officers write them."""

    __tablename__ = "village_hamlets"

    village_code: Mapped[str] = mapped_column(ForeignKey("villages.code"), primary_key=True)
    names: Mapped[list[str]] = mapped_column(JSON)
    kept_by: Mapped[Ref | None]
    kept_at: Mapped[datetime]
