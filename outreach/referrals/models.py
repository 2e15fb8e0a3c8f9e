"""Tables of residents, referrals and everything that happened to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach import clock
from outreach.db import Base, Id, Ref, one_of
from outreach.places.models import PlaceQuality, Village
from outreach.policy import Scope
from outreach.referrals.states import CloseReason, ReferralState


class Resident(Base):
    """The person to be recorded. The NIK is sealed; `nik_index` finds it, `nik_masked` shows it."""

    __tablename__ = "residents"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    sex: Mapped[str] = mapped_column(String(1))  # L (male) | P (female) | "" not known
    birth_date: Mapped[date | None] = mapped_column(Date, default=None)
    birth_year: Mapped[int | None] = mapped_column(default=None)
    nik_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    nik_index: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    nik_masked: Mapped[str] = mapped_column(String(16), default="")
    created_at: Mapped[datetime]

    def age_on(self, day: date) -> int | None:
        """Return the age in whole years on a date, or None where no birth is known."""
        if self.birth_date is not None:
            before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
            return day.year - self.birth_date.year - before_birthday
        return day.year - self.birth_year if self.birth_year else None


class Referral(Base):
    """The report that a resident needs a home recording, with the house and how to find it.

    `waiting_since`, `square`, `flags` and `born_day` are kept by `keys.py`, and the queues of triage read nothing but
    the index `ix_referrals_triage`, in which all stands that points are given for. `merged_into` is the referral that goes on for this one.
    `ticked` are the codes of `given.TICKS`. `edit_mark` names the page that wrote last, and how far it had come.
    `home_from_s` and `home_to_s` are seconds since local midnight: when somebody is home (None: any time).
    """

    __tablename__ = "referrals"
    __table_args__ = (
        Index("ix_referrals_village_code_state", "village_code", "state"),
        Index("ix_referrals_state_submitted_at", "state", "submitted_at"),
        Index("ix_referrals_square_state", "square", "state"),
        Index("ix_referrals_contact_phone", "contact_phone"),
        Index("ix_referrals_merged_into", "merged_into"),
        Index("ix_referrals_state_changed_at", "state", "changed_at"),
        Index("ix_referrals_changed_at", "changed_at"),
        Index(
            "ix_referrals_triage",
            *(
                "state",
                "village_code",
                "flags",
                "waiting_since",
                "endorsed_at",
                "condition",
                "priority_reason",
            ),
            *("due_day", "attempts", "square", "born_day", "submitted_at", "id"),
        ),
    )

    id: Mapped[Id]
    tracking_code: Mapped[str] = mapped_column(String(16), unique=True)
    form_token: Mapped[str] = mapped_column(String(64), unique=True)
    resident_id: Mapped[str] = mapped_column(ForeignKey("residents.id"), index=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("villages.code"))
    state: Mapped[ReferralState] = mapped_column(one_of(ReferralState))
    close_reason: Mapped[CloseReason | None] = mapped_column(one_of(CloseReason), default=None)
    hamlet: Mapped[str] = mapped_column(String(80), default="")
    rt: Mapped[str] = mapped_column(String(3), default="")
    rw: Mapped[str] = mapped_column(String(3), default="")
    landmark: Mapped[str] = mapped_column(String(200), default="")
    lat: Mapped[float]
    lon: Mapped[float]
    place_quality: Mapped[PlaceQuality] = mapped_column(one_of(PlaceQuality))
    condition: Mapped[str] = mapped_column(String(24))
    needs: Mapped[list[str]] = mapped_column(JSON, default=list)
    house_power: Mapped[str] = mapped_column(String(16), default="")
    home_from_s: Mapped[int | None] = mapped_column(default=None)
    home_to_s: Mapped[int | None] = mapped_column(default=None)
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_relation: Mapped[str] = mapped_column(String(40), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    ticked: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    edit_mark: Mapped[str] = mapped_column(String(48), default="", server_default="")
    priority_reason: Mapped[str] = mapped_column(String(200), default="")
    due_day: Mapped[date | None] = mapped_column(Date, default=None)
    not_before: Mapped[date | None] = mapped_column(Date, default=None)
    # The time of day at which nobody was home last time: the next visit comes at another.
    not_home_s: Mapped[int | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    waiting_since: Mapped[int | None] = mapped_column(default=None)
    square: Mapped[int | None] = mapped_column(default=None)
    flags: Mapped[int] = mapped_column(default=0, server_default="0")
    born_day: Mapped[int | None] = mapped_column(default=None)
    merged_into: Mapped[Ref | None] = mapped_column(default=None)
    created_by: Mapped[Ref | None]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    endorsed_at: Mapped[datetime | None] = mapped_column(default=None)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    changed_at: Mapped[datetime]

    resident: Mapped[Resident] = relationship(lazy="joined")
    village: Mapped[Village] = relationship(lazy="joined")
    events: Mapped[list[ReferralEvent]] = relationship(
        back_populates="referral", order_by="ReferralEvent.at, ReferralEvent.id"
    )

    @property
    def address_key(self) -> str:
        """Referrals with the same key stand at one address: one stop."""
        return f"{self.lat:.5f},{self.lon:.5f}"

    def waiting_days(self, day: date) -> int:
        """Return the whole days between the submission and a date."""
        return (day - clock.to_office(self.submitted_at).date()).days if self.submitted_at else 0

    def policy_scope(self) -> Scope:
        return Scope(village_code=self.village_code, district_code=self.village.district_code)


class ReferralEvent(Base):
    """One change: who, when by the server (and by the tablet), from what, to what, why. Never altered."""

    __tablename__ = "referral_events"
    __table_args__ = (Index("ix_referral_events_referral_id_at", "referral_id", "at"),)

    id: Mapped[Id]
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"))
    at: Mapped[datetime]
    device_at: Mapped[datetime | None] = mapped_column(default=None)
    actor_id: Mapped[Ref | None]
    actor_name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(24))
    from_state: Mapped[str] = mapped_column(String(24), default="")
    to_state: Mapped[str] = mapped_column(String(24), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    referral: Mapped[Referral] = relationship(back_populates="events")
