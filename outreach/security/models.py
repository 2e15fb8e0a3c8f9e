"""Tables of the security package."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base


class WebSession(Base):
    """One signed-in browser. The cookie's token is kept only as its hash."""

    __tablename__ = "web_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36), index=True)
    data: Mapped[str] = mapped_column(Text)
    idle_s: Mapped[int]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class ThrottleWindow(Base):
    """How often something was tried in one window of time. The key is a hash, never an address or a name."""

    __tablename__ = "throttle_windows"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    started_at: Mapped[datetime]
    count: Mapped[int]
