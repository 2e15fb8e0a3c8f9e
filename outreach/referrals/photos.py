"""The photo of a house: kept small and sealed, shown to whoever may see the referral, gone when its case ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.policy import Actor
from outreach.referrals.models import Referral
from outreach.referrals.photo_models import HousePhoto
from outreach.referrals.pictures import Picture, PictureError, PictureReason, make_small
from outreach.referrals.states import ReferralState
from outreach.security.sealed import Sealer

PHOTO_STATES: Final = frozenset(
    {
        ReferralState.DRAFT, ReferralState.RETURNED, ReferralState.SUBMITTED, ReferralState.ACCEPTED,
        ReferralState.SCHEDULED, ReferralState.VISITED,
    }
)  # fmt: skip
"""States in which a team may still have to find the house."""


Forgets = Callable[[Session, str], None]
_WITH_IT: Final[list[Forgets]] = []


def on_forget(act: Forgets) -> Forgets:
    """Register what else goes when the pictures of a case go; it is given the session and the referral's id."""
    _WITH_IT.append(act)
    return act


def picture_from(data: bytes) -> Picture:
    """Return what is kept of a photo that was sent. Raises Refused for what is no picture of ours."""
    try:
        return make_small(data)
    except PictureError as error:
        raise Refused(_words(error.reason), field="photo") from None


def keep_photo(
    session: Session, actor: Actor, sealer: Sealer, referral: Referral, picture: Picture
) -> HousePhoto:
    """Keep a photo of the house in place of any before it. Raises Refused once the visit has been made."""
    policy.allow(actor, "referral.photograph", referral)
    if referral.state not in PHOTO_STATES:
        raise Refused(_("The photo can no longer be changed: the visit has been made."))
    photo = session.get(HousePhoto, referral.id) or HousePhoto(referral_id=referral.id)
    photo.sealed = sealer.seal(picture.data, _place(referral.id))
    photo.width, photo.height = picture.width, picture.height
    photo.kept_by, photo.kept_at = actor.id, clock.now()
    session.add(photo)
    audit.record(session, actor, "referral.photo_kept", referral, bytes=len(picture.data))
    return photo


def remove_photo(session: Session, actor: Actor, referral: Referral) -> bool:
    """Remove the photo of a house, and tell whether there was one."""
    policy.allow(actor, "referral.photograph", referral)
    if not forget_photo(session, referral.id):
        return False
    audit.record(session, actor, "referral.photo_removed", referral)
    return True


def forget_photo(session: Session, referral_id: str) -> bool:
    """Remove what is kept of a house, whoever asks; and tell whether there was anything."""
    merged = select(Referral.id).where(Referral.merged_into == referral_id)
    gone = delete(HousePhoto).where(
        or_(HousePhoto.referral_id == referral_id, HousePhoto.referral_id.in_(merged))
    )
    return bool(session.execute(gone).rowcount)  # type: ignore[attr-defined]


def forget_pictures(session: Session, referral_id: str) -> None:
    """Remove every picture of a case that has ended, those of its visits as well."""
    forget_photo(session, referral_id)
    for act in _WITH_IT:
        act(session, referral_id)


def photo_tags(session: Session, referral_ids: Iterable[str]) -> dict[str, str]:
    """Return, for each of these referrals whose house has a photo, a mark that changes with it."""
    asked = list(referral_ids)
    rows = session.execute(
        select(HousePhoto.referral_id, Referral.merged_into, HousePhoto.kept_at)
        .join(Referral, Referral.id == HousePhoto.referral_id)
        .where(or_(Referral.id.in_(asked), Referral.merged_into.in_(asked)))
        .order_by(HousePhoto.kept_at)
    ).all()
    tags = {into: _tag(kept_at) for _own, into, kept_at in rows if into}
    return tags | {own: _tag(kept_at) for own, _into, kept_at in rows}


def _tag(kept_at: datetime) -> str:
    return f"{kept_at:%Y%m%d%H%M%S%f}"


def has_photo(session: Session, referral_id: str) -> bool:
    """Whether there is a photo of the house, without reading it."""
    return _whose(session, referral_id) is not None


def read_photo(session: Session, sealer: Sealer, referral_id: str) -> bytes | None:
    """Return the JPEG of a house, or None. Whoever calls has asked the policy."""
    whose = _whose(session, referral_id)
    if whose is None:
        return None
    return sealer.open(session.get_one(HousePhoto, whose).sealed, _place(whose))


def _whose(session: Session, referral_id: str) -> str | None:
    """Return whose photo shows the house: the referral's own, or that of one that was merged into it."""
    for which in (HousePhoto.referral_id == referral_id, Referral.merged_into == referral_id):
        query = select(HousePhoto.referral_id).join(Referral, Referral.id == HousePhoto.referral_id)
        if found := session.scalar(query.where(which).order_by(HousePhoto.kept_at.desc()).limit(1)):
            return found
    return None


def _place(referral_id: str) -> str:
    return f"house_photos/sealed/{referral_id}"


def _words(reason: PictureReason) -> str:
    match reason:
        case "format":
            return _("This is no photo. Choose a JPEG, PNG or WebP picture.")
        case "too_large":
            return _("This picture is too large. Take it with the telephone's ordinary camera.")
        case "unreadable":
            return _("This picture is damaged. Take it once more.")
