"""The table of accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, Id, one_of
from outreach.places.models import District, Village
from outreach.policy import Role, Scope


class User(Base):
    """One person's account; nobody shares one. A village officer has a village, a district officer a district."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role <> 'village' OR village_code IS NOT NULL", name="village_officer"),
        CheckConstraint("role <> 'district' OR district_code IS NOT NULL", name="district_officer"),
        CheckConstraint("role <> 'anonymous'", name="nobody"),
    )

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(one_of(Role), index=True)
    village_code: Mapped[str | None] = mapped_column(ForeignKey("villages.code"), default=None)
    district_code: Mapped[str | None] = mapped_column(ForeignKey("districts.code"), default=None)
    phone: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(2), default="id")
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None] = mapped_column(default=None)

    village: Mapped[Village | None] = relationship(lazy="joined")
    district: Mapped[District | None] = relationship(lazy="joined")

    def policy_scope(self) -> Scope:
        return Scope(
            user_id=self.id, village_code=self.village_code, district_code=self.district_code
        )
