"""Tables of teams, kits, working time, holidays and the quota. Times of day are seconds since local midnight."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.db import Base, Id, Ref
from outreach.policy import Scope


class Team(Base):
    """A recording team: its members, its vehicle and its kits."""

    __tablename__ = "teams"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    vehicle: Mapped[str] = mapped_column(String(80), default="")
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_active: Mapped[bool] = mapped_column(default=True)

    members: Mapped[list[TeamMember]] = relationship(
        back_populates="team", cascade="all, delete-orphan", order_by="TeamMember.position"
    )
    kits: Mapped[list[Kit]] = relationship(back_populates="team", order_by="Kit.code")

    def policy_scope(self) -> Scope:
        return Scope(team_id=self.id)


class TeamMember(Base):
    """A person's place in a team: leader, operator or driver."""

    __tablename__ = "team_members"

    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    duty: Mapped[str] = mapped_column(String(24))  # leader | operator | driver
    position: Mapped[int] = mapped_column(default=0)

    team: Mapped[Team] = relationship(back_populates="members")
    user: Mapped[User] = relationship(lazy="joined")


class Kit(Base):
    """A mobile recording set, and what it carries beyond the usual."""

    __tablename__ = "kits"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"), default=None, index=True)
    equipment: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_active: Mapped[bool] = mapped_column(default=True)

    team: Mapped[Team | None] = relationship(back_populates="kits")

    def policy_scope(self) -> Scope:
        return Scope(team_id=self.team_id)


class WorkingTime(Base):
    """The office's field hours on one weekday (0 is Monday), usual or in Ramadan."""

    __tablename__ = "working_times"
    __table_args__ = (
        UniqueConstraint("weekday", "ramadan"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("leave_s < visits_end_s AND visits_end_s <= back_s", name="order_of_day"),
    )

    id: Mapped[Id]
    weekday: Mapped[int]
    ramadan: Mapped[bool] = mapped_column(default=False)
    works: Mapped[bool] = mapped_column(default=True)
    leave_s: Mapped[int]
    visits_end_s: Mapped[int]
    back_s: Mapped[int]
    break_from_s: Mapped[int | None] = mapped_column(default=None)
    break_to_s: Mapped[int | None] = mapped_column(default=None)
    break_s: Mapped[int] = mapped_column(default=0)


class Loaded:
    """A row that may come from the product's own tables, and what an administrator did with it since.

    `loaded_as` names the fact that it was loaded from; None for a row that a person added. A loaded row that was
    removed stays as a mark, so that loading the year again does not bring it back.
    """

    loaded_as: Mapped[str | None] = mapped_column(String(200), default=None, unique=True)
    is_changed: Mapped[bool] = mapped_column(default=False)
    is_removed: Mapped[bool] = mapped_column(default=False)


class DatedRange(Loaded, Base):
    """A span of dates with a meaning, such as Ramadan, that an administrator sets."""

    __tablename__ = "dated_ranges"
    __table_args__ = (CheckConstraint("first <= last", name="order_of_dates"),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(24), index=True)  # ramadan
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    is_estimate: Mapped[bool] = mapped_column(default=False)

    def policy_scope(self) -> Scope:
        return Scope()


class Holiday(Loaded, Base):
    """A day on which the office does not go out."""

    __tablename__ = "holidays"
    __table_args__ = (UniqueConstraint("day", "name"),)

    id: Mapped[Id]
    day: Mapped[date] = mapped_column(Date, index=True)
    name: Mapped[str] = mapped_column(String(160))
    category: Mapped[str] = mapped_column(String(16))  # public | government | local
    is_estimate: Mapped[bool] = mapped_column(default=False)

    def policy_scope(self) -> Scope:
        return Scope()


class Shift(Base):
    """A team's working time on one date, where it differs from the office's: other hours, or closed."""

    __tablename__ = "shifts"
    __table_args__ = (UniqueConstraint("team_id", "day"),)

    id: Mapped[Id]
    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    is_closed: Mapped[bool] = mapped_column(default=False)
    leave_s: Mapped[int | None] = mapped_column(default=None)
    visits_end_s: Mapped[int | None] = mapped_column(default=None)
    back_s: Mapped[int | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(String(200), default="")


class QuotaRule(Base):
    """The most people served per day over a span of dates; an open end is None. The newest rule that fits wins."""

    __tablename__ = "quota_rules"
    __table_args__ = (CheckConstraint("people_per_day >= 0", name="people_per_day"),)

    id: Mapped[Id]
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date | None] = mapped_column(Date, default=None)
    people_per_day: Mapped[int]
    letter_number: Mapped[str] = mapped_column(String(80), default="")
    set_by: Mapped[Ref | None]
    set_at: Mapped[datetime]

    def policy_scope(self) -> Scope:
        return Scope()
