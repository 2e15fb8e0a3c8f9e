"""Signing a version: one person or two, each with the moment and the seal of what they saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import clock
from outreach.db import Base, Id, Ref
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.planning.models import PlanVersion
from outreach.policy import Actor


class PlanSignature(Base):
    """One person's signature under a version: `hash` is the seal over its content, `returned` the routes left out."""

    __tablename__ = "plan_signatures"
    __table_args__ = (UniqueConstraint("version_id", "signed_by"),)

    id: Mapped[Id]
    version_id: Mapped[str] = mapped_column(ForeignKey("plan_versions.id"), index=True)
    signed_by: Mapped[Ref]
    signed_by_name: Mapped[str] = mapped_column(String(120), default="")
    signed_at: Mapped[datetime]
    hash: Mapped[str] = mapped_column(String(64))
    returned: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def signatures_of(session: Session, version: PlanVersion) -> Sequence[PlanSignature]:
    """Return the signatures under a version, the first one first."""
    return session.scalars(
        select(PlanSignature)
        .where(PlanSignature.version_id == version.id)
        .order_by(PlanSignature.signed_at, PlanSignature.id)
    ).all()


def sign(
    session: Session, actor: Actor, version: PlanVersion, seal: str, returned: Mapping[str, str]
) -> int:
    """Add a person's signature; return how many there are now.

    Raises Refused for a second signature of the same person, and for one under something else than the first signed.
    """
    assert actor.id is not None
    before = signatures_of(session, version)
    if any(one.signed_by == actor.id for one in before):
        raise Refused(_("You have signed this version already. It waits for another supervisor."))
    if before and (before[0].hash != seal or set(before[0].returned) != set(returned)):
        raise Refused(
            _("%(name)s signed other routes. Sign the same routes, or return the plan.",
              name=before[0].signed_by_name)
        )  # fmt: skip
    session.add(
        PlanSignature(
            version_id=version.id,
            signed_by=actor.id,
            signed_by_name=actor.name or actor.username,
            signed_at=clock.now(),
            hash=seal,
            returned=dict(returned),
        )
    )
    session.flush()
    return len(before) + 1
