"""Tables of imports: the upload and what came of it, which referrals it made, and which column meant what."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, Id, Ref, one_of
from outreach.policy import Scope


class ImportState(StrEnum):
    """Where an import stands."""

    MATCHING = "matching"
    CHECKED = "checked"
    COMMITTING = "committing"
    DONE = "done"
    UNDONE = "undone"
    DISCARDED = "discarded"


OPEN = (ImportState.MATCHING, ImportState.CHECKED)


class ReferralImport(Base):
    """One uploaded spreadsheet. The file itself is not kept; its cells are, sealed, until they are of no more use.

    `office` is whose columns are remembered: a village's or a district's code, or "" for the office itself. `choice`
    holds the sheet, the heading rows, the field of each column and the village of rows that name none; `answers` what
    was answered about words and villages; `left_out` the numbers of rows that a person left out; `counts` how many
    rows are ready, near, repeats, to be mended, passed over.
    """

    __tablename__ = "referral_imports"
    __table_args__ = (Index("ix_referral_imports_office_created_at", "office", "created_at"),)

    id: Mapped[Id]
    file_name: Mapped[str] = mapped_column(String(120))
    state: Mapped[ImportState] = mapped_column(one_of(ImportState))
    office: Mapped[str] = mapped_column(String(13))
    village_code: Mapped[str | None] = mapped_column(String(13), default=None)
    district_code: Mapped[str | None] = mapped_column(String(8), default=None)
    choice: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    left_out: Mapped[list[int]] = mapped_column(JSON, default=list)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    sealed_book: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, deferred=True)
    sealed_rows: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, deferred=True)
    job_id: Mapped[Ref | None] = mapped_column(default=None)
    error: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[Ref | None]
    created_name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    committed_at: Mapped[datetime | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    emptied_at: Mapped[datetime | None] = mapped_column(default=None)

    def policy_scope(self) -> Scope:
        return Scope(village_code=self.village_code, district_code=self.district_code)


class ImportedReferral(Base):
    """Which referral a row of an import became."""

    __tablename__ = "imported_referrals"

    import_id: Mapped[str] = mapped_column(ForeignKey("referral_imports.id"), primary_key=True)
    row_number: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"), unique=True)


class ImportHeading(Base):
    """What a column with this heading holds, as an office last chose; "" is passed over."""

    __tablename__ = "import_headings"

    office: Mapped[str] = mapped_column(String(13), primary_key=True)
    heading: Mapped[str] = mapped_column(String(80), primary_key=True)
    field: Mapped[str] = mapped_column(String(24))
