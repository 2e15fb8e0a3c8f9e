"""Tables of plans, their versions, and what a version holds.

A version is made whole in one transaction and never changed afterwards: only its state, who decided on it, and
which later version took over a day (`guard.py` refuses everything else). Times of day are seconds since local midnight (`_s`), lengths metres (`_m`).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.db import Base, Id, Ref, one_of
from outreach.policy import Scope
from outreach.referrals.models import Referral
from outreach.teams.models import Team


class PlanState(StrEnum):
    """Where a plan stands; the versions of a plan carry the same states."""

    MAKING = "making"
    MADE = "made"
    SENT = "sent"
    APPROVED = "approved"
    RETURNED = "returned"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Plan(Base):
    """The routes of one or several working days, in versions."""

    __tablename__ = "plans"
    __table_args__ = (CheckConstraint("first_day <= last_day", name="order_of_days"),)

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(unique=True)
    first_day: Mapped[date] = mapped_column(Date, index=True)
    last_day: Mapped[date] = mapped_column(Date)
    state: Mapped[PlanState] = mapped_column(one_of(PlanState))
    requested_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"), default=None)
    requested_at: Mapped[datetime]
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id"), default=None)
    request: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(Text, default="")

    requester: Mapped[User | None] = relationship(lazy="joined")
    versions: Mapped[list[PlanVersion]] = relationship(
        back_populates="plan", order_by="PlanVersion.number"
    )

    def policy_scope(self) -> Scope:
        return Scope()


class PlanVersion(Base):
    """One answer to a plan. `hash` is SHA-256 over its content (see planning/seal.py), set at approval.

    `problem` and `answer` are routing's own JSON, without names or NIK: the matrix the plan was made with included.
    They are large and read only where they are asked for.
    """

    __tablename__ = "plan_versions"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[Id]
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"), index=True)
    number: Mapped[int]
    state: Mapped[PlanState] = mapped_column(one_of(PlanState))
    made_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"), default=None)
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    hash: Mapped[str] = mapped_column(String(64), default="")
    problem: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    totals: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # The learned pace that its minutes were made with, None for none.
    pace_number: Mapped[int | None] = mapped_column(default=None)
    # What happened on a day under way that it answers (planning/recipes.py); empty for every other version.
    why: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    # In force without a signature, by the office's rule for small changes of a day under way.
    by_rule: Mapped[bool] = mapped_column(default=False, server_default=false())

    plan: Mapped[Plan] = relationship(back_populates="versions", lazy="joined")
    maker: Mapped[User | None] = relationship(foreign_keys=[made_by], lazy="joined")
    decider: Mapped[User | None] = relationship(foreign_keys=[decided_by], lazy="joined")
    routes: Mapped[list[Route]] = relationship(
        back_populates="version",
        foreign_keys="Route.version_id",
        order_by="Route.day, Route.position",
    )
    unserved: Mapped[list[UnservedReferral]] = relationship(
        back_populates="version", order_by="UnservedReferral.position"
    )

    @property
    def label(self) -> str:
        """Plan number and version as people write them: "12.3"."""
        return f"{self.plan.number}.{self.number}"

    def policy_scope(self) -> Scope:
        return Scope()


class Route(Base):
    """One team's ordered stops on one date.

    `replaced_by` is the later approved version that took over this date: the route no longer stands. A route that the
    supervisor returned while approving the others never stood: it has `returned_reason`, and names its own version.
    """

    __tablename__ = "routes"
    __table_args__ = (UniqueConstraint("version_id", "team_id", "day"),)

    id: Mapped[Id]
    version_id: Mapped[str] = mapped_column(ForeignKey("plan_versions.id"))
    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), index=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    position: Mapped[int]
    leave_s: Mapped[int]
    back_s: Mapped[int]
    break_start_s: Mapped[int | None] = mapped_column(default=None)
    break_end_s: Mapped[int | None] = mapped_column(default=None)
    travel_s: Mapped[int]
    travel_m: Mapped[int]
    return_s: Mapped[int]
    return_m: Mapped[int]
    return_is_estimate: Mapped[bool] = mapped_column(default=True)
    service_s: Mapped[int]
    wait_s: Mapped[int]
    replaced_by: Mapped[str | None] = mapped_column(ForeignKey("plan_versions.id"), default=None)
    returned_reason: Mapped[str] = mapped_column(Text, default="", server_default="")

    version: Mapped[PlanVersion] = relationship(
        back_populates="routes", foreign_keys=[version_id], lazy="joined"
    )
    team: Mapped[Team] = relationship(lazy="joined")
    stops: Mapped[list[Stop]] = relationship(back_populates="route", order_by="Stop.position")
    line: Mapped[RouteLine | None] = relationship(back_populates="route")

    @property
    def people(self) -> int:
        """How many residents this route visits."""
        return sum(len(stop.visits) for stop in self.stops)

    @property
    def legs(self) -> int:
        """How many drives the route has, the one back to the office included."""
        return len(self.stops) + 1

    @property
    def estimated_legs(self) -> int:
        """How many of the legs are straight-line estimates."""
        return sum(stop.is_estimate for stop in self.stops) + self.return_is_estimate

    @property
    def stands(self) -> bool:
        """Whether this route is to be driven: approved, and not replaced by a later plan for the date."""
        return self.version.state is PlanState.APPROVED and self.replaced_by is None

    def policy_scope(self) -> Scope:
        return Scope(team_id=self.team_id, day=self.day, approved=self.stands)


class RouteLine(Base):
    """How a route runs along the roads, to be drawn: for each leg, the way back included, its points [lat, lon] in
    degrees, or None where no road is known. No part of what is sealed: a team drives by the stops."""

    __tablename__ = "route_lines"

    id: Mapped[Id]
    route_id: Mapped[str] = mapped_column(ForeignKey("routes.id"), unique=True)
    legs: Mapped[list[list[list[float]] | None]] = mapped_column(JSON)

    route: Mapped[Route] = relationship(back_populates="line")


class Stop(Base):
    """One address on a route: one or more visits."""

    __tablename__ = "stops"
    __table_args__ = (UniqueConstraint("route_id", "position"),)

    id: Mapped[Id]
    route_id: Mapped[str] = mapped_column(ForeignKey("routes.id"))
    position: Mapped[int]
    lat: Mapped[float]
    lon: Mapped[float]
    travel_s: Mapped[int]
    travel_m: Mapped[int]
    is_estimate: Mapped[bool] = mapped_column(default=True)
    arrive_s: Mapped[int]
    start_s: Mapped[int]
    depart_s: Mapped[int]

    route: Mapped[Route] = relationship(back_populates="stops")
    visits: Mapped[list[Visit]] = relationship(
        back_populates="stop", order_by="Visit.position", lazy="selectin"
    )


class Visit(Base):
    """One attempt to record one resident, as planned. `start_s` is when their recording starts."""

    __tablename__ = "visits"
    __table_args__ = (UniqueConstraint("stop_id", "position"),)

    id: Mapped[Id]
    stop_id: Mapped[str] = mapped_column(ForeignKey("stops.id"))
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"), index=True)
    position: Mapped[int]
    start_s: Mapped[int]
    service_s: Mapped[int]
    short_code: Mapped[str] = mapped_column(String(8))

    stop: Mapped[Stop] = relationship(back_populates="visits")
    referral: Mapped[Referral] = relationship(lazy="joined")


class UnservedReferral(Base):
    """A referral that a version leaves out, and why: a reason code of routing with its parameters."""

    __tablename__ = "unserved_referrals"
    __table_args__ = (UniqueConstraint("version_id", "referral_id"),)

    id: Mapped[Id]
    version_id: Mapped[str] = mapped_column(ForeignKey("plan_versions.id"))
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"))
    position: Mapped[int]
    reason: Mapped[str] = mapped_column(String(40))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    decided_by: Mapped[Ref | None]

    version: Mapped[PlanVersion] = relationship(back_populates="unserved")
    referral: Mapped[Referral] = relationship(lazy="joined")
