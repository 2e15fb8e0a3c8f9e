"""Photos that teams took at a visit: they follow their record in pieces, and become pictures of ours once they are whole.

The record (an event of kind `photo`) comes first and says what the photo shows. A piece says where it begins; what is
here already is passed over, so that a broken upload goes on where it stopped. The picture is written anew from its
pixels (docs/decisions/013) and sealed; it goes when the photo of the house goes, at the end of the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from outreach import audit, clock
from outreach.errors import NotThere
from outreach.fieldwork.tablet.contents import body_of
from outreach.fieldwork.tablet.enrolment import seal_key_of
from outreach.fieldwork.tablet.envelopes import Envelopes, Unreadable
from outreach.fieldwork.tablet.models import EventState, Tablet, TabletEvent
from outreach.fieldwork.tablet.photo_models import PhotoState, VisitPhoto
from outreach.planning.models import Visit
from outreach.policy import Actor, Role
from outreach.referrals.models import Referral
from outreach.referrals.photos import on_forget
from outreach.referrals.pictures import PictureError, make_small
from outreach.security.sealed import Sealer

LARGEST: Final = 400_000
"""Bytes of one envelope: the tablet makes a photo of at most 150 kB."""
WHATS: Final = ("house", "found")
"""What a photo shows: the house, to find it again, or what was found there, to say why."""

Standing = Literal["early", "coming", "taken", "check", "unreadable"]


@dataclass(frozen=True)
class Progress:
    """How far a photo has come: `have` bytes are safe here. "early": its record is not here yet, ask again later."""

    have: int
    state: Standing


def progress(session: Session, tablet: Tablet, event_id: str) -> Progress:
    """Return how far the photo of an event of this tablet has come."""
    photo = _photo(session, tablet, event_id, lock=False)
    if photo is not None:
        return _progress(photo)
    return Progress(0, "coming" if _record(session, tablet, event_id) else "early")


def take_piece(
    session: Session,
    sealer: Sealer,
    envelopes: Envelopes,
    tablet: Tablet,
    event_id: str,
    piece: bytes,
    *,
    start: int,
    size: int,
) -> Progress:
    """Add the piece that begins at byte `start` of `size`; a whole photo becomes a picture at once.

    Raises ValueError for pieces that cannot belong to a photo.
    """
    if not (0 < size <= LARGEST and start >= 0 and piece and start + len(piece) <= size):
        raise ValueError("not a piece of a photo")
    record = _record(session, tablet, event_id)
    if record is None:
        return Progress(0, "early")
    photo = _photo(session, tablet, event_id, lock=True)
    if photo is None:
        photo = VisitPhoto(
            event_id=event_id, tablet_id=tablet.id, state=PhotoState.COMING, size=size, have=0,
            coming=b"", begun_at=clock.now(),
        )  # fmt: skip
        session.add(photo)
        session.flush()
    if photo.state is PhotoState.COMING and photo.size == size and start <= photo.have:
        photo.coming += piece[photo.have - start :]
        photo.have = len(photo.coming)
        if photo.have == size and not _keep(session, sealer, envelopes, tablet, record, photo):
            session.delete(photo)
            return Progress(0, "unreadable")
    return _progress(photo)


def photos_of(session: Session, sealer: Sealer, visit_id: str) -> Sequence[tuple[TabletEvent, str]]:
    """Return the photos of a visit that are here, each with what it shows, the oldest first."""
    rows = session.scalars(
        select(TabletEvent)
        .join(VisitPhoto, VisitPhoto.event_id == TabletEvent.event_id)
        .where(
            TabletEvent.visit_id == visit_id,
            TabletEvent.kind == "photo",
            TabletEvent.state != EventState.CONFLICT,
            VisitPhoto.state == PhotoState.KEPT,
        )
        .order_by(TabletEvent.corrected_at)
    )
    return [(row, what_of(sealer, row)) for row in rows]


def is_here(session: Session, event_id: str) -> bool:
    """Whether the photo of an event is whole and here."""
    photo = session.get(VisitPhoto, event_id)
    return photo is not None and photo.state is PhotoState.KEPT


def read_visit_photo(session: Session, sealer: Sealer, event_id: str) -> bytes:
    """Return the JPEG of an event's photo. Whoever calls has asked the policy. Raises NotThere."""
    photo = session.get(VisitPhoto, event_id)
    if photo is None or photo.sealed is None:
        raise NotThere(f"photo {event_id}")
    return sealer.open(photo.sealed, _place(event_id))


def what_of(sealer: Sealer, event: TabletEvent) -> str:
    """Return what the photo of an event shows: one of WHATS."""
    return str((body_of(sealer, event).get("data") or {}).get("what", ""))


def _keep(
    session: Session,
    sealer: Sealer,
    envelopes: Envelopes,
    tablet: Tablet,
    record: TabletEvent,
    photo: VisitPhoto,
) -> bool:
    """Make a picture of what came; False when the envelope does not open here."""
    try:
        place = f"{tablet.id}|{photo.event_id}|photo"
        data = envelopes.open_picture(photo.coming, seal_key_of(sealer, tablet), place)
    except Unreadable:
        return False
    try:
        picture = make_small(data)
    except PictureError:
        photo.state = PhotoState.DAMAGED  # what came stays as it is, and a person is told
        record.state, record.problem = EventState.KEPT, "photo_damaged"
        return True
    photo.state, photo.coming, photo.kept_at = PhotoState.KEPT, b"", clock.now()
    photo.sealed = sealer.seal(picture.data, _place(photo.event_id))
    photo.width, photo.height = picture.width, picture.height
    device = Actor(id=None, role=Role.TEAM, username=tablet.name, tablet_id=tablet.id)
    audit.record(session, device, "tablet.photo_kept", record, bytes=len(picture.data))
    return True


def _progress(photo: VisitPhoto) -> Progress:
    states: dict[PhotoState, Standing] = {
        PhotoState.COMING: "coming", PhotoState.KEPT: "taken", PhotoState.DAMAGED: "check",
    }  # fmt: skip
    return Progress(photo.have, states[photo.state])


def _photo(session: Session, tablet: Tablet, event_id: str, *, lock: bool) -> VisitPhoto | None:
    photo = session.get(VisitPhoto, event_id, with_for_update=lock or None)
    return photo if photo is not None and photo.tablet_id == tablet.id else None


def _record(session: Session, tablet: Tablet, event_id: str) -> TabletEvent | None:
    return session.scalars(
        select(TabletEvent)
        .where(
            TabletEvent.event_id == event_id,
            TabletEvent.tablet_id == tablet.id,
            TabletEvent.kind == "photo",
        )
        .order_by(TabletEvent.id)
    ).first()


def _place(event_id: str) -> str:
    return f"visit_photos/sealed/{event_id}"


@on_forget
def _forget(session: Session, referral_id: str) -> None:
    """With the photo of a house go those that teams took there."""
    visits = (
        select(Visit.id)
        .join(Referral, Visit.referral_id == Referral.id)
        .where(or_(Referral.id == referral_id, Referral.merged_into == referral_id))
    )
    events = select(TabletEvent.event_id).where(TabletEvent.visit_id.in_(visits))
    session.execute(delete(VisitPhoto).where(VisitPhoto.event_id.in_(events)))
