"""What tablets sent that a person must look at: proposals, conflicts, results that the plan did not expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.accounts.models import User
from outreach.errors import Refused
from outreach.fieldwork.tablet import photos
from outreach.fieldwork.tablet.contents import body_of
from outreach.fieldwork.tablet.models import EventState, TabletEvent
from outreach.i18n import N_, translate
from outreach.i18n import gettext as _
from outreach.places.models import PlaceQuality
from outreach.planning.models import Visit
from outreach.policy import Actor
from outreach.referrals import phones
from outreach.referrals.given import plain
from outreach.referrals.hamlets import confirm_place
from outreach.referrals.life import add_event
from outreach.referrals.models import Referral
from outreach.referrals.photos import keep_photo, picture_from
from outreach.security.sealed import Sealer

FLAGGED: Final = ("off_plan", "moved_nothing", "draft_made")
"""Problems of events that were carried out, and that a person should know of all the same."""
KINDS: Final[Mapping[str, str]] = {
    "arrived": N_("Arrived"),
    "identity_viewed": N_("Looked at the NIK"),
    "result": N_("Result"),
    "undo": N_("Result taken back"),
    "skipped": N_("Skipped"),
    "proposal": N_("Proposed correction"),
    "extra_person": N_("Another person in the house"),
    "signature": N_("Signature"),
    "photo": N_("Photo"),
    "plan_accepted": N_("Changed plan accepted"),
    "reordered": N_("Order changed"),
}
PROBLEMS: Final[Mapping[str, str]] = {
    "same_id": N_("The tablet sent two different things under one number. Only the first counts."),
    "second_result": N_("The visit already had a result, so this one does not count."),
    "off_plan": N_("Done, although the stop had been taken off the plan. It counts."),
    "moved_nothing": N_("The case had gone on meanwhile, so this result changed nothing."),
    "draft_made": N_("A draft was made; something is still missing before it can be sent."),
    "not_yours": N_("This tablet was never given that visit, or the person never signed in on it."),
    "incomplete": N_("Something was missing in it."),
    "refused": N_("The rules did not allow it at that moment."),
    "form": N_("It could not be understood."),
    "undo_late": N_("It was taken back too late: correct the result instead."),
    "unknown_kind": N_("The tablet is newer than the server."),
    "too_early": N_("It waits for something that has not come yet."),
    "photo_damaged": N_("The photo came, but it is no picture. What came is kept."),
    "proposal": "",
}
FIELDS: Final[Mapping[str, str]] = {
    "name": N_("Name"),
    "landmark": N_("Landmark"),
    "phone": N_("Telephone"),
    "pin": N_("Pin on the map"),
    "photo": N_("Photo of the house"),
}


@dataclass(frozen=True)
class Item:
    """One thing to look at, in words. `field` and `value` are those of a proposed correction.

    Of a photo `picture` tells whether it is here; None for everything else.
    """

    event: TabletEvent
    what: str
    why: str
    who: str
    referral: Referral | None
    visit_id: str
    field: str = ""
    before: str = ""
    value: str = ""
    picture: bool | None = None


def items(session: Session, sealer: Sealer) -> list[Item]:
    """Return what waits for a person, the oldest first."""
    rows = session.scalars(select(TabletEvent).where(_open()).order_by(TabletEvent.received_at))
    return [_item(session, sealer, row) for row in rows]


def count_items(session: Session) -> int:
    """Return how many things wait for a person."""
    return session.scalar(select(func.count()).select_from(TabletEvent).where(_open())) or 0


def settle(
    session: Session, actor: Actor, sealer: Sealer, event: TabletEvent, *, use: bool
) -> None:
    """Put an item away; with `use`, a proposed correction goes into the referral first. Raises Refused."""
    policy.allow(actor, "tablet.settle", event)
    session.refresh(event, with_for_update=True)
    if event.decided_at is not None:
        raise Refused(_("Somebody settled this meanwhile."))
    if use and event.problem == "proposal":
        _use(session, actor, sealer, event)
    event.decided_by, event.decided_at = actor.id, clock.now()
    if event.state in {EventState.KEPT, EventState.CONFLICT}:
        event.state = EventState.SETTLED
    audit.record(session, actor, "tablet.event_settled", event, kind=event.kind, used=use)


def _open() -> Any:
    kept = TabletEvent.state.in_((EventState.KEPT, EventState.CONFLICT))
    flagged = TabletEvent.problem.in_(FLAGGED) & (TabletEvent.state == EventState.APPLIED)
    return or_(kept, flagged) & TabletEvent.decided_at.is_(None)


def _item(session: Session, sealer: Sealer, event: TabletEvent) -> Item:
    visit = session.get(Visit, event.visit_id) if event.visit_id else None
    user = session.get(User, event.member_id) if event.member_id else None
    referral = visit.referral if visit else None
    field, value = "", ""
    if event.kind == "proposal":
        data = body_of(sealer, event).get("data", {})
        field, value = str(data.get("field", "")), _written(data)
    picture: bool | None = None
    if event.kind == "photo":
        picture = photos.is_here(session, event.event_id)
        field = "photo" if event.problem == "proposal" else ""
    problem = PROBLEMS.get(event.problem, "")
    return Item(
        event=event,
        what=translate(KINDS[event.kind]) if event.kind in KINDS else event.kind,
        why=translate(problem) if problem else "",
        who=user.name if user else "-",
        referral=referral,
        visit_id=visit.id if visit else "",
        field=translate(FIELDS[field]) if field in FIELDS else "",
        before=_present(referral, field) if referral else "",
        value=value,
        picture=picture,
    )


def _written(data: Mapping[str, Any]) -> str:
    if data.get("field") == "pin":
        try:
            return f"{float(data['lat']):.6f}, {float(data['lon']):.6f}"
        except (KeyError, TypeError, ValueError):
            return ""
    return str(data.get("value", ""))


def _present(referral: Referral, field: str) -> str:
    match field:
        case "name":
            return referral.resident.name
        case "landmark":
            return referral.landmark
        case "phone":
            return phones.display(referral.contact_phone) if referral.contact_phone else ""
        case "pin":
            return f"{referral.lat:.6f}, {referral.lon:.6f}"
    return ""


def _use(session: Session, actor: Actor, sealer: Sealer, event: TabletEvent) -> None:
    visit = session.get_one(Visit, event.visit_id)
    referral = visit.referral
    if event.kind == "photo":
        if not photos.is_here(session, event.event_id):
            raise Refused(_("The photo is not here yet. It follows when the tablet has a signal."))
        picture = photos.read_visit_photo(session, sealer, event.event_id)
        keep_photo(session, actor, sealer, referral, picture_from(picture))
        return
    data = body_of(sealer, event).get("data", {})
    field, value = str(data.get("field")), str(data.get("value") or "")
    match field:
        case "name":
            referral.resident.name = plain(value, "name", longest=120) or referral.resident.name
        case "landmark":
            referral.landmark = plain(value, "landmark", longest=200)
        case "phone":
            try:
                referral.contact_phone = phones.normalise(value)
            except ValueError:
                raise Refused(_("This telephone number is not complete.")) from None
        case "pin":
            referral.lat, referral.lon = _point(data)
            referral.place_quality = PlaceQuality.PIN
            confirm_place(session, referral)
    referral.changed_at = clock.now()
    add_event(session, actor, referral, kind="edited", fields=[field])
    audit.record(session, actor, "referral.edited", referral, fields=[field])


def _point(data: Mapping[str, Any]) -> tuple[float, float]:
    try:
        lat, lon = float(data["lat"]), float(data["lon"])
    except (KeyError, TypeError, ValueError):
        lat = lon = 999.0
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Refused(_("This point is not on the map."))
    return lat, lon
