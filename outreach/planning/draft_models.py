"""Tables of what a planner is changing: the draft of a plan, and its edits in order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.db import Base, Id, Ref
from outreach.planning.models import PlanVersion


class PlanDraft(Base):
    """A plan as it is being changed by hand, from a version on.

    The first `position` of its edits count; later ones were undone and may be done again. `revision` grows with every
    change, so that whoever looked at an older one is told instead of writing over it. `job_id`: an improvement that
    is being searched.
    """

    __tablename__ = "plan_drafts"

    id: Mapped[Id]
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"), unique=True)
    base_id: Mapped[str] = mapped_column(ForeignKey("plan_versions.id"))
    position: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    changed_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"), default=None)
    changed_at: Mapped[datetime]
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id"), default=None)

    base: Mapped[PlanVersion] = relationship(lazy="joined")
    changer: Mapped[User | None] = relationship(lazy="joined")
    edits: Mapped[list[PlanEdit]] = relationship(
        back_populates="draft", order_by="PlanEdit.number", cascade="all, delete-orphan"
    )


class WhatIf(Base):
    """What a planner tried on a plan without touching it: `asked` and, when the search is done, `results` in figures."""

    __tablename__ = "what_ifs"

    id: Mapped[Id]
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"), index=True)
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id"), default=None)
    asked_by: Mapped[Ref | None]
    asked_at: Mapped[datetime]
    asked: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    results: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class PlanEdit(Base):
    """One edit of a draft, as `edits.edit_to_json` writes it: ids, places and numbers, no names."""

    __tablename__ = "plan_edits"
    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    id: Mapped[Id]
    draft_id: Mapped[str] = mapped_column(ForeignKey("plan_drafts.id"), index=True)
    number: Mapped[int]
    edit: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by: Mapped[Ref | None]
    made_at: Mapped[datetime]

    draft: Mapped[PlanDraft] = relationship(back_populates="edits")
