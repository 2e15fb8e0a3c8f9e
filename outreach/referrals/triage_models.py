"""Tables of triage: how names sound, pairs that may be one person, and what a referral weighs."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, Id, Ref, one_of
from outreach.policy import Scope
from outreach.referrals.models import Referral


class NameSound(Base):
    """One word of a resident's name as it is written and as it sounds, by which a person is found.

    `word` has small letters a to z only, `skeleton` is its consonants (`names.skeleton`). Village and year of birth stand here too, so that a search reads
    one index. Kept by `keys.py`, whoever writes a referral.
    """

    __tablename__ = "name_sounds"
    __table_args__ = (
        Index("ix_name_sounds_village_code_skeleton", "village_code", "skeleton"),
        Index("ix_name_sounds_sound_birth_year", "sound", "birth_year"),
        Index("ix_name_sounds_sound", "sound", "village_code", "resident_id"),
        Index("ix_name_sounds_word", "word", "village_code", "resident_id"),
    )

    resident_id: Mapped[str] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(40), default="", server_default="")
    sound: Mapped[str] = mapped_column(String(40))
    skeleton: Mapped[str] = mapped_column(String(8))
    village_code: Mapped[str] = mapped_column(String(13))
    birth_year: Mapped[int | None]


class Verdict(StrEnum):
    """What people say of two referrals that look like one person."""

    OPEN = "open"
    SAME = "same"
    APART = "apart"
    UNSURE = "unsure"


class ReferralPair(Base):
    """Two referrals that may be one person, what speaks for it, and what was decided.

    `parts` holds [code, points] of `duplicates.Score`. `undo` holds what a merge changed.
    """

    __tablename__ = "referral_pairs"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        Index("ix_referral_pairs_second_id", "second_id"),
        Index("ix_referral_pairs_verdict_points", "verdict", "points"),
    )

    id: Mapped[Id]
    first_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"))
    second_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"))
    points: Mapped[int]
    parts: Mapped[list[list[Any]]] = mapped_column(JSON)
    found_at: Mapped[datetime]
    verdict: Mapped[Verdict] = mapped_column(one_of(Verdict), default=Verdict.OPEN)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[Ref | None] = mapped_column(default=None)
    decided_name: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    undo: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    first: Mapped[Referral] = relationship(foreign_keys=[first_id], lazy="joined")
    second: Mapped[Referral] = relationship(foreign_keys=[second_id], lazy="joined")

    def other(self, referral_id: str) -> Referral:
        """Return the one of the two that is not this one."""
        return self.second if referral_id == self.first_id else self.first

    def policy_scope(self) -> Scope:
        """A pair stands where both of its referrals do."""
        one, other = self.first.policy_scope(), self.second.policy_scope()
        return Scope(
            village_code=one.village_code if one.village_code == other.village_code else None,
            district_code=one.district_code if one.district_code == other.district_code else None,
        )


class PriorityWeights(Base):
    """Weights of priority that hold from a day on, until others do (`priority.Weights` as JSON)."""

    __tablename__ = "priority_weights"

    id: Mapped[Id]
    first_day: Mapped[date] = mapped_column(Date, index=True)
    weights: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(200), default="")
    set_by: Mapped[Ref | None] = mapped_column(default=None)
    set_by_name: Mapped[str] = mapped_column(String(120), default="")
    set_at: Mapped[datetime]

    def policy_scope(self) -> Scope:
        return Scope()
