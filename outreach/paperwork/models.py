"""The table of printed copies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, Id, Ref


class PrintedFile(Base):
    """A file that was given out, by the digest of its bytes: the same file proves itself later."""

    __tablename__ = "printed_files"

    id: Mapped[Id]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("plan_versions.id"))
    made_at: Mapped[datetime]


class Printing(Base):
    """One printed copy of a manifest: numbered, so that a lost sheet can be missed."""

    __tablename__ = "printings"
    __table_args__ = (UniqueConstraint("version_id", "scope", "copy"),)

    id: Mapped[Id]
    version_id: Mapped[str] = mapped_column(ForeignKey("plan_versions.id"))
    scope: Mapped[str] = mapped_column(String(60))  # "all:DATE" or a route's id
    copy: Mapped[int]
    printed_by: Mapped[Ref | None]
    printed_at: Mapped[datetime]
