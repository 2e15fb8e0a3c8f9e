"""The table of the tables of speeds that an administrator set."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, Id, Ref


class RoadSpeeds(Base):
    """One table of speeds by road class and surface, as TOML (routing.travel.speeds); the latest row counts."""

    __tablename__ = "road_speeds"

    id: Mapped[Id]
    content: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(200), default="")
    set_by: Mapped[Ref | None]
    set_by_name: Mapped[str] = mapped_column(String(120))
    set_at: Mapped[datetime]
