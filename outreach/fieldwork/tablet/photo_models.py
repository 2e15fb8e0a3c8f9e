"""The table of photos that teams took at a visit."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, Ref, one_of


class PhotoState(StrEnum):
    """COMING while pieces are missing, KEPT once it is a picture here, DAMAGED when what came is none."""

    COMING = "coming"
    KEPT = "kept"
    DAMAGED = "damaged"


class VisitPhoto(Base):
    """A photo that belongs to one `photo` event of a tablet, by the id of that event.

    `coming` is what has come of the tablet's envelope, `have` its length, `size` how long it will be (bytes). Once it is
    whole it becomes a picture of ours: `sealed`, with its sides in pixels, and `coming` is empty.
    """

    __tablename__ = "visit_photos"

    event_id: Mapped[Ref] = mapped_column(primary_key=True)
    tablet_id: Mapped[str] = mapped_column(ForeignKey("tablets.id"), index=True)
    state: Mapped[PhotoState] = mapped_column(one_of(PhotoState))
    size: Mapped[int]
    have: Mapped[int] = mapped_column(default=0)
    coming: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime]
    kept_at: Mapped[datetime | None] = mapped_column(default=None)
