"""Tables of tablets, of what each was given, and of everything that each sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, Id, Ref, one_of
from outreach.planning.models import Route
from outreach.policy import Scope
from outreach.teams.models import Team


class Tablet(Base):
    """A device that an administrator lets a team carry.

    `code_hash` opens the enrolment once, until `code_ends_at`; `token_hash` tells the device afterwards. Both keys are
    sealed: `seal_key` goes into every envelope that the device sends, `data_key` opens what it is given to read.
    `clock_off_s` is how far its clock stood behind ours (ahead: negative) at the last contact.
    """

    __tablename__ = "tablets"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60))
    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), index=True)
    created_by: Mapped[Ref | None]
    created_at: Mapped[datetime]
    code_hash: Mapped[str | None] = mapped_column(String(64), default=None, unique=True)
    code_ends_at: Mapped[datetime | None] = mapped_column(default=None)
    token_hash: Mapped[str | None] = mapped_column(String(64), default=None, unique=True)
    seal_key: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    data_key: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    enrolled_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
    app_version: Mapped[str] = mapped_column(String(16), default="")
    clock_off_s: Mapped[int | None] = mapped_column(default=None)
    waiting: Mapped[int] = mapped_column(default=0)

    team: Mapped[Team] = relationship(lazy="joined")
    members: Mapped[list[TabletMember]] = relationship(back_populates="tablet")

    def policy_scope(self) -> Scope:
        return Scope(team_id=self.team_id, tablet_id=self.id)


class TabletMember(Base):
    """Somebody of the team who signed in on this tablet, so that it may speak for them."""

    __tablename__ = "tablet_members"

    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablets.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    enrolled_at: Mapped[datetime]

    tablet: Mapped[Tablet] = relationship(back_populates="members")


class IssuedPack(Base):
    """A route that a tablet was given: what it may report about, however late and whatever was planned since."""

    __tablename__ = "issued_packs"
    __table_args__ = (UniqueConstraint("tablet_id", "route_id"),)

    id: Mapped[Id]
    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablets.id"))
    route_id: Mapped[str] = mapped_column(ForeignKey("routes.id"))
    issued_at: Mapped[datetime]

    route: Mapped[Route] = relationship(lazy="joined")

    def policy_scope(self) -> Scope:
        return Scope(team_id=self.route.team_id, tablet_id=self.tablet_id)


class EventState(StrEnum):
    """How a thing that a tablet sent stands. KEPT and CONFLICT wait for a person, WAITING for another event."""

    APPLIED = "applied"
    WAITING = "waiting"
    KEPT = "kept"
    CONFLICT = "conflict"
    SETTLED = "settled"


class TabletEvent(Base):
    """One thing that was done on a tablet, kept for good. `event_id` and `seq` were made there.

    The same id with another content is a row of its own, in state CONFLICT. `device_at` is the tablet's clock as it
    stood, `corrected_at` what we make of it. The content is sealed: it may hold a name, a NIK or a signature.
    """

    __tablename__ = "tablet_events"
    __table_args__ = (
        UniqueConstraint("event_id", "body_hash"),
        Index("ix_tablet_events_visit_id_state", "visit_id", "state"),
        Index("ix_tablet_events_state", "state"),
    )

    id: Mapped[Id]
    event_id: Mapped[Ref]
    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablets.id"), index=True)
    member_id: Mapped[Ref | None]
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(24))
    visit_id: Mapped[Ref | None]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    body_hash: Mapped[str] = mapped_column(String(64))
    device_at: Mapped[datetime]
    corrected_at: Mapped[datetime]
    received_at: Mapped[datetime]
    state: Mapped[EventState] = mapped_column(one_of(EventState))
    problem: Mapped[str] = mapped_column(String(40), default="")
    via: Mapped[str] = mapped_column(String(8), default="radio")  # radio | file
    decided_by: Mapped[Ref | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)

    tablet: Mapped[Tablet] = relationship(lazy="joined")

    def policy_scope(self) -> Scope:
        return Scope(tablet_id=self.tablet_id)
