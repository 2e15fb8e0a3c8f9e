"""Tables of the day under way: the office's rules for it, and each change of it with what it touched."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, Id, Ref
from outreach.planning.models import PlanVersion


class DayRules(Base):
    """The office's rules of field days, from a date on.

    A change of a day under way that touches at most `most_changed` people, and takes the visit of the day from at most
    `most_dropped` of them, needs no signature. Nothing moves that a team sets off for within `lead_min` minutes.
    After `most_attempts` visits without a recording the referral is closed with a letter.
    """

    __tablename__ = "day_rules"
    __table_args__ = (
        CheckConstraint("most_changed >= 0", name="most_changed"),
        CheckConstraint("most_dropped >= 0", name="most_dropped"),
        CheckConstraint("lead_min >= 0", name="lead_min"),
        CheckConstraint("most_attempts >= 1", name="most_attempts"),
    )

    id: Mapped[Id]
    first_day: Mapped[date] = mapped_column(Date, index=True)
    most_changed: Mapped[int]
    most_dropped: Mapped[int]
    lead_min: Mapped[int]
    most_attempts: Mapped[int]
    set_by: Mapped[Ref | None]
    set_by_name: Mapped[str] = mapped_column(String(120), default="")
    set_at: Mapped[datetime]


class DayChange(Base):
    """One change of a day under way: by which recipe, from which version to which, and how much it touched.

    `given` is what the planner said (ids and numbers, no names), `was` where everybody stood before, `released` whom
    their team can no longer visit though it had set off. `rule_id` is the rule by which it needed no signature, None
    where it needs one.
    """

    __tablename__ = "day_changes"

    id: Mapped[Id]
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"), index=True)
    base_id: Mapped[str] = mapped_column(ForeignKey("plan_versions.id"))
    version_id: Mapped[str] = mapped_column(ForeignKey("plan_versions.id"), unique=True)
    day: Mapped[date] = mapped_column(Date)
    recipe: Mapped[str] = mapped_column(String(16))
    given: Mapped[dict[str, Any]] = mapped_column(JSON)
    was: Mapped[list[Any]] = mapped_column(JSON)
    released: Mapped[list[str]] = mapped_column(JSON)
    changed: Mapped[int]
    dropped: Mapped[int]
    rule_id: Mapped[str | None] = mapped_column(ForeignKey("day_rules.id"), default=None)
    most_changed: Mapped[int]
    most_dropped: Mapped[int]
    needs_signature: Mapped[bool]
    made_by: Mapped[Ref | None]
    made_by_name: Mapped[str] = mapped_column(String(120), default="")
    made_at: Mapped[datetime]

    base: Mapped[PlanVersion] = relationship(foreign_keys=[base_id])
    version: Mapped[PlanVersion] = relationship(foreign_keys=[version_id])
