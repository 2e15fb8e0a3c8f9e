"""What each kind of event does: move the case on, keep what was seen at the house, or wait for a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from outreach import audit, policy
from outreach.errors import NotThere
from outreach.fieldwork.biometrics import Biometrics
from outreach.fieldwork.models import Outcome, OutcomeKind
from outreach.fieldwork.outcomes import (
    LONGEST_NOTE,
    Entry,
    latest_outcome,
    still_goes,
    take_outcome,
    where_result_stands,
    withdraw_outcome,
)
from outreach.fieldwork.tablet.contents import body_of
from outreach.fieldwork.tablet.models import EventState, IssuedPack, TabletEvent
from outreach.fieldwork.tablet.photos import WHATS
from outreach.i18n import N_
from outreach.planning.models import Visit
from outreach.policy import Actor
from outreach.referrals import tracking
from outreach.referrals.given import TICKS, Place, ReferralInput, blanks_ticked, missing_in, plain
from outreach.referrals.hamlets import confirm_place
from outreach.referrals.life import add_event, change_state
from outreach.referrals.models import Referral
from outreach.referrals.nik import NikError, parse
from outreach.referrals.service import new_draft
from outreach.referrals.states import ReferralState
from outreach.referrals.wording import on_event
from outreach.security.sealed import Sealer

UNDO: Final = timedelta(minutes=10)
AT_PIN_M: Final = 60
"""A tablet this near to the pin stands at the house: phones under trees and roofs err by some 20 to 40 m."""
UNDO_SLACK: Final = timedelta(minutes=1)
PROPOSED: Final = ("name", "landmark", "phone", "pin")
Verdict = tuple[EventState, str]
DONE: Final[Verdict] = (EventState.APPLIED, "")
on_event("arrived", N_("The team arrived"))
on_event(
    "nik_revealed",
    N_("The NIK was looked at"),
    {"at_the_house": N_("At the house, to compare with the family card")},
)
on_event("skipped", N_("The team went on without stopping"))
on_event("photo_taken", N_("The team took a photo"))
on_event("proposed", N_("The team proposes a correction"))


def carry_out(
    session: Session, actor: Actor, sealer: Sealer, event: TabletEvent, body: dict[str, Any]
) -> Verdict:
    """Do what an event says; return its state and a code of what a person should know.

    Raises Refused where a rule says no, NotThere for what the tablet was never given, ValueError or KeyError for
    what is malformed. The caller undoes what was half done.
    """
    act = _ACTS.get(event.kind)
    if act is None:
        return EventState.KEPT, "unknown_kind"  # a newer tablet: kept until the office knows it
    return act(session, actor, sealer, event, body.get("data") or {})


def visit_on_pack(session: Session, actor: Actor, event: TabletEvent) -> Visit:
    """Return the visit that an event is about, when the tablet was given its route. Raises NotThere."""
    visit = session.get(Visit, event.visit_id) if event.visit_id else None
    if visit is None:
        raise NotThere(f"visit {event.visit_id}")
    pack = session.scalar(
        select(IssuedPack)
        .where(IssuedPack.route_id == visit.stop.route_id, IssuedPack.tablet_id == event.tablet_id)
        .options(lazyload(IssuedPack.route))
    )
    if pack is None:
        raise NotThere(f"visit {event.visit_id}")
    policy.allow(actor, "tablet.report", pack)
    return visit


def _result(
    session: Session, actor: Actor, sealer: Sealer, event: TabletEvent, data: dict[str, Any]
) -> Verdict:
    visit = visit_on_pack(session, actor, event)
    undone = _undo_of(session, event)
    corrects_id = data.get("corrects")
    if corrects_id is not None and session.get(Outcome, corrects_id) is None:
        return EventState.WAITING, "too_early"
    earlier = latest_outcome(session, where_result_stands(session, visit).id)
    if undone is not None and earlier is not None:
        return EventState.SETTLED, "undone"  # came after what replaced it
    kind = OutcomeKind(data["kind"])
    parts = data.get("biometrics") if kind is OutcomeKind.PARTLY else None
    entry = Entry(
        id=event.event_id,
        kind=kind,
        reason=str(data.get("reason") or ""),
        biometrics=Biometrics.from_json(parts) if parts else None,
        note=_text(data.get("note"), LONGEST_NOTE),
        corrects_id=corrects_id,
    )
    if earlier is not None and corrects_id is None:
        if _something_is_missing(session, event, earlier.id):
            return EventState.WAITING, "too_early"  # perhaps the earlier one was taken back
        return EventState.KEPT, "second_result"
    outcome = take_outcome(session, actor, visit, entry, device_at=event.corrected_at)
    if kind is not OutcomeKind.NOT_RECORDED and _stood_at_pin(session, sealer, event):
        confirm_place(session, visit.referral)
    stands = still_goes(session, visit)
    if not stands or not outcome.led_to:
        return EventState.APPLIED, "off_plan" if not stands else "moved_nothing"
    return DONE


def _stood_at_pin(session: Session, sealer: Sealer, result: TabletEvent) -> bool:
    """Tell whether the tablet said, when the team arrived, that it stood where the pin is."""
    arrivals = session.scalars(
        select(TabletEvent)
        .where(
            TabletEvent.visit_id == result.visit_id,
            TabletEvent.tablet_id == result.tablet_id,
            TabletEvent.kind == "arrived",
            TabletEvent.state == EventState.APPLIED,
        )
        .options(lazyload(TabletEvent.tablet))
    )
    for event in arrivals:
        away_m = (body_of(sealer, event).get("data") or {}).get("distance_m")
        if isinstance(away_m, int | float) and 0 <= away_m <= AT_PIN_M:
            return True
    return False


def _undo(
    session: Session, actor: Actor, _sealer: Sealer, event: TabletEvent, data: dict[str, Any]
) -> Verdict:
    visit_on_pack(session, actor, event)
    result = session.scalars(
        select(TabletEvent)
        .where(
            TabletEvent.event_id == str(data["result"]), TabletEvent.tablet_id == event.tablet_id
        )
        .order_by(TabletEvent.id)
    ).first()
    if result is None:
        return EventState.WAITING, "too_early"
    if event.seq < result.seq or event.device_at - result.device_at > UNDO + UNDO_SLACK:
        return EventState.KEPT, "undo_late"
    outcome = session.get(Outcome, result.event_id)
    if outcome is not None:
        withdraw_outcome(session, actor, outcome)
    result.state = EventState.SETTLED if outcome is None else result.state
    return DONE


def _undo_of(session: Session, result: TabletEvent) -> TabletEvent | None:
    """Return an undo that came before the result it undoes, or None."""
    return session.scalars(
        select(TabletEvent)
        .where(
            TabletEvent.visit_id == result.visit_id,
            TabletEvent.tablet_id == result.tablet_id,
            TabletEvent.kind == "undo",
            TabletEvent.state == EventState.WAITING,
            TabletEvent.seq > result.seq,
        )
        .options(lazyload(TabletEvent.tablet))
    ).first()


def _something_is_missing(session: Session, event: TabletEvent, other_id: str) -> bool:
    """Tell whether the tablet counted on between two of its events, and what it counted has not come yet."""
    other = session.scalar(
        select(TabletEvent.seq).where(
            TabletEvent.event_id == other_id, TabletEvent.tablet_id == event.tablet_id
        )
    )
    if other is None:
        return False
    low, high = sorted((other, event.seq))
    come = session.scalar(
        select(func.count(TabletEvent.seq.distinct())).where(
            TabletEvent.tablet_id == event.tablet_id, TabletEvent.seq > low, TabletEvent.seq < high
        )
    )
    return (come or 0) < high - low - 1


def _arrived(
    session: Session, actor: Actor, _sealer: Sealer, event: TabletEvent, data: dict[str, Any]
) -> Verdict:
    visit = visit_on_pack(session, actor, event)
    away_m = data.get("distance_m")
    add_event(
        session, actor, visit.referral, kind="arrived", device_at=event.corrected_at,
        distance_m=round(away_m) if isinstance(away_m, int | float) else None,
    )  # fmt: skip
    return DONE


def _identity_viewed(
    session: Session, actor: Actor, _sealer: Sealer, event: TabletEvent, _data: dict[str, Any]
) -> Verdict:
    visit = visit_on_pack(session, actor, event)
    add_event(
        session, actor, visit.referral, kind="nik_revealed", device_at=event.corrected_at,
        code="at_the_house",
    )  # fmt: skip
    audit.record(
        session, actor, "tablet.nik_viewed", visit.referral, visit=visit.id,
        device_at=event.corrected_at.isoformat(), tablet=event.tablet_id,
    )  # fmt: skip
    return DONE


def _skipped(
    session: Session, actor: Actor, _sealer: Sealer, event: TabletEvent, data: dict[str, Any]
) -> Verdict:
    visit = visit_on_pack(session, actor, event)
    add_event(
        session, actor, visit.referral, kind="skipped", reason=_text(data.get("reason"), 200),
        device_at=event.corrected_at,
    )  # fmt: skip
    return DONE


def _proposal(
    session: Session, actor: Actor, _sealer: Sealer, event: TabletEvent, data: dict[str, Any]
) -> Verdict:
    visit = visit_on_pack(session, actor, event)
    field = str(data["field"])
    if field not in PROPOSED:
        raise ValueError(field)
    add_event(
        session, actor, visit.referral, kind="proposed", device_at=event.corrected_at, field=field
    )
    return EventState.KEPT, "proposal"


def _photo(
    session: Session, actor: Actor, _sealer: Sealer, event: TabletEvent, data: dict[str, Any]
) -> Verdict:
    """Keep what a photo shows; its bytes follow. One of the house is a proposal for the photo of the referral."""
    visit = visit_on_pack(session, actor, event)
    what = str(data["what"])
    if what not in WHATS:
        raise ValueError(what)
    add_event(session, actor, visit.referral, kind="photo_taken", device_at=event.corrected_at)
    return (EventState.KEPT, "proposal") if what == "house" else DONE


def _extra_person(
    session: Session, actor: Actor, sealer: Sealer, event: TabletEvent, data: dict[str, Any]
) -> Verdict:
    """Make a referral of somebody else in the house, at the same address and with the same contact."""
    house = visit_on_pack(session, actor, event).referral
    token = event.event_id.replace("-", "")
    known = session.scalars(select(Referral).where(Referral.form_token == token)).one_or_none()
    if known is not None:
        return DONE
    year = data.get("birth_year")
    given = ReferralInput(
        village_code=house.village_code,
        name=plain(str(data["name"]), "name", longest=120),
        birth_year=int(year) if year else None,
        birth_date=date.fromisoformat(data["birth_date"]) if data.get("birth_date") else None,
        sex=str(data.get("sex") or ""),
        hamlet=house.hamlet,
        rt=house.rt,
        rw=house.rw,
        place=Place(house.lat, house.lon, house.place_quality),
        landmark=house.landmark,
        condition=str(data.get("condition") or ""),
        house_power=house.house_power or "unknown",
        contact_name=house.contact_name,
        contact_relation=house.contact_relation,
        contact_phone=house.contact_phone,
        note=plain(str(data.get("note") or ""), "note", longest=LONGEST_NOTE),
    )
    try:
        given = replace(given, nik=parse(data["nik"])) if data.get("nik") else given
    except NikError as error:
        raise ValueError("nik") from error
    given = blanks_ticked(given, tuple(TICKS))  # what nobody at the house knew is not known yet
    referral = new_draft(actor, sealer, token, _free_code(session), given, house.village)
    session.add(referral)
    session.flush()
    add_event(session, actor, referral, kind="drafted", device_at=event.corrected_at)
    audit.record(session, actor, "referral.drafted", referral, tablet=event.tablet_id)
    if missing_in(given):
        return EventState.APPLIED, "draft_made"
    change_state(
        session, actor, referral, ReferralState.SUBMITTED, kind="submitted",
        device_at=event.corrected_at,
    )  # fmt: skip
    return DONE


def _noted(
    session: Session, actor: Actor, _sealer: Sealer, event: TabletEvent, _data: dict[str, Any]
) -> Verdict:
    """Keep an event as it is: that a changed plan was accepted, that the order was changed, a signature."""
    if event.visit_id is not None:
        visit_on_pack(session, actor, event)
    return DONE


def _free_code(session: Session) -> str:
    while True:
        code = tracking.make()
        if session.scalar(select(Referral.id).where(Referral.tracking_code == code)) is None:
            return code


def _text(value: object, longest: int) -> str:
    text = " ".join(str(value or "").split())
    if len(text) > longest:
        raise ValueError(f"longer than {longest} characters")
    return text


Act = Callable[[Session, Actor, Sealer, TabletEvent, dict[str, Any]], Verdict]
_ACTS: Final[dict[str, Act]] = {
    "arrived": _arrived,
    "identity_viewed": _identity_viewed,
    "result": _result,
    "undo": _undo,
    "skipped": _skipped,
    "proposal": _proposal,
    "photo": _photo,
    "extra_person": _extra_person,
    "signature": _noted,
    "plan_accepted": _noted,
    "reordered": _noted,
}
