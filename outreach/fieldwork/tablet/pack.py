"""The day's pack: all that a team needs for today's route with no signal, and nothing more.

One route, today's. NIK and birth date are closed once more inside it, each for its own visit: the tablet opens one
after arrival only, and only after it wrote down that it did.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, clock
from outreach.errors import NotThere, Refused
from outreach.fieldwork.biometrics import MARK_LABELS, PART_LABELS
from outreach.fieldwork.reasons import NOT_RECORDED
from outreach.fieldwork.routes import RouteCard, StopCard, VisitCard, route_card
from outreach.fieldwork.tablet.enrolment import data_key_of
from outreach.fieldwork.tablet.envelopes import close_pack, seal_bytes, text_of
from outreach.fieldwork.tablet.models import IssuedPack, Tablet
from outreach.i18n import format_date, format_time, translate
from outreach.i18n import gettext as _
from outreach.ids import is_id
from outreach.places.service import office
from outreach.planning.legs import legs_of
from outreach.planning.lookup import approved_routes
from outreach.planning.models import Route, Stop, Visit
from outreach.planning.promise import promised_window
from outreach.planning.protocol import worn_on
from outreach.planning.recipes import in_words
from outreach.planning.route_lines import legs_of as lines_of
from outreach.policy import Actor, Role
from outreach.referrals.conditions import BRING_ALWAYS, CONDITIONS, SETUP_S
from outreach.referrals.photos import photo_tags, read_photo
from outreach.security.sealed import Sealer
from outreach.teams.calendar import next_working_day

FORMAT: Final = 1
LASTS: Final = timedelta(hours=27)
"""From midnight: a pack can be read until three in the night after its day."""


@dataclass(frozen=True)
class Pack:
    """A day's pack: `tag` changes with what it says, `content` is what the tablet reads."""

    tag: str
    content: dict[str, Any]


def todays_route(session: Session, tablet: Tablet) -> Route | None:
    """Return the approved route of the tablet's team today, or None."""
    return next(iter(approved_routes(session, (clock.today(),), (tablet.team_id,))), None)


def next_route_day(session: Session, tablet: Tablet) -> date | None:
    """Return the next working day when the tablet's team has a route, or None."""
    try:
        day = next_working_day(session, clock.today())
    except Refused:
        return None
    found = approved_routes(session, (day,), (tablet.team_id,))
    return day if found else None


def pack_of(session: Session, sealer: Sealer, tablet: Tablet, route: Route) -> Pack:
    """Return the pack of a route, identities closed with the tablet's key."""
    card = route_card(session, route)
    content = _content(session, tablet, card)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    tag = hashlib.sha256(text).hexdigest()[:24]
    key = data_key_of(sealer, tablet)
    visits = {visit["id"]: visit for stop in content["stops"] for visit in stop["visits"]}
    for shown in _cards(card):
        visits[shown.visit.id]["identity"] = _identity(sealer, key, shown)
        if shown.outcome is not None:
            visits[shown.visit.id]["done"] = shown.outcome.kind.value
            visits[shown.visit.id]["done_id"] = shown.outcome.id
    made_at = clock.now()
    midnight = clock.at_office(route.day, 0)
    content |= {
        "tag": tag,
        "made_at": made_at.isoformat(),
        "expires_at": (midnight + LASTS).isoformat(),
    }
    return Pack(tag, content)


def issue(session: Session, tablet: Tablet, route: Route) -> None:
    """Keep that a tablet was given a route: from now on it may report about its visits."""
    known = session.scalar(
        select(IssuedPack.id).where(
            IssuedPack.tablet_id == tablet.id, IssuedPack.route_id == route.id
        )
    )
    if known is None:
        session.add(IssuedPack(tablet_id=tablet.id, route_id=route.id, issued_at=clock.now()))
        device = Actor(id=None, role=Role.TEAM, username=tablet.name, tablet_id=tablet.id)
        audit.record(session, device, "tablet.pack_issued", route, tablet=tablet.id)


def closed(sealer: Sealer, tablet: Tablet, pack: Pack) -> bytes:
    """Return the pack as it travels and as it lies on the tablet."""
    return close_pack(pack.content, data_key_of(sealer, tablet), f"pack:{tablet.id}")


def house_photo(
    session: Session, sealer: Sealer, tablet: Tablet, visit_id: str
) -> tuple[str, bytes]:
    """Return the photo of the house of a visit on a route that the tablet was given, as (tag, closed JPEG).

    Raises NotThere for any other visit, for a day that is over, and where there is no photo.
    """
    if not is_id(visit_id):
        raise NotThere("visit")
    visit = session.scalar(
        select(Visit)
        .join(Stop, Visit.stop_id == Stop.id)
        .join(Route, Stop.route_id == Route.id)
        .join(IssuedPack, IssuedPack.route_id == Route.id)
        .where(Visit.id == visit_id, IssuedPack.tablet_id == tablet.id, Route.day >= clock.today())
    )
    if visit is None:
        raise NotThere(f"visit {visit_id}")
    tag = photo_tags(session, [visit.referral_id]).get(visit.referral_id)
    picture = read_photo(session, sealer, visit.referral_id)
    if tag is None or picture is None:
        raise NotThere(f"photo of visit {visit_id}")
    return tag, seal_bytes(picture, data_key_of(sealer, tablet), f"house:{visit_id}")


def _content(session: Session, tablet: Tablet, card: RouteCard) -> dict[str, Any]:
    route = card.route
    start, legs = office(session), legs_of(session, route)
    decider = route.version.decider
    photos = photo_tags(session, [shown.visit.referral_id for shown in _cards(card)])
    return {
        "format": FORMAT,
        "day": route.day.isoformat(),
        "day_words": format_date(route.day),
        "team": {"name": tablet.team.name, "vehicle": tablet.team.vehicle},
        "route": {
            "id": route.id,
            "plan": route.version.label,
            "leave_s": route.leave_s,
            "back_s": route.back_s,
            "break_start_s": route.break_start_s,
            "break_end_s": route.break_end_s,
        },
        "why": _why(session, route, decider.name if decider else ""),
        "office": {"lat": start.lat, "lon": start.lon},
        "map_app": start.map_app,
        "setup_s": SETUP_S,
        "seconds": legs.seconds,
        "metres": legs.metres,
        "is_estimate": legs.is_estimate,
        "estimated": card.estimated,
        # Each leg in order, the way back last: its points on the road, or null where it is a straight line.
        "lines": [
            None if leg.is_straight else leg.points
            for leg in lines_of(route, (start.lat, start.lon))
        ],
        "stops": [_stop(stop, photos) for stop in card.stops],
        "always": [*(translate(line) for line in BRING_ALWAYS), *worn_on(session, route)],
        "reasons": [
            {
                "code": fact.code,
                "label": translate(fact.label),
                "hint": translate(fact.hint) if fact.hint else "",
                "needs_note": fact.needs_note,
                "may_note": fact.may_note,
            }
            for fact in NOT_RECORDED.values()
        ],
        "parts": [{"code": code, "label": translate(label)} for code, label in PART_LABELS.items()],
        "marks": [{"code": mark, "label": translate(label)} for mark, label in MARK_LABELS.items()],
        "conditions": [
            {"code": fact.code, "label": translate(fact.label)} for fact in CONDITIONS.values()
        ],
    }


def _why(session: Session, route: Route, decider: str) -> str:
    """Say why the plan is as it is: what happened, where it was changed during the day, and who let it be in force."""
    decided_at = route.version.decided_at
    if decided_at is None:
        return ""
    said = {"label": route.version.label, "name": decider or "-", "time": format_time(decided_at)}
    if route.version.by_rule:
        plan = _("Plan %(label)s, changed by %(name)s at %(time)s.", **said)
    else:
        plan = _("Plan %(label)s, approved by %(name)s at %(time)s.", **said)
    return f"{in_words(session, route.version.why)} {plan}".strip()


def _stop(card: StopCard, photos: Mapping[str, str]) -> dict[str, Any]:
    stop = card.stop
    from_s, to_s = promised_window(stop.arrive_s)
    return {
        "id": stop.id,
        "position": stop.position,
        "lat": stop.lat,
        "lon": stop.lon,
        "arrive_s": stop.arrive_s,
        "depart_s": stop.depart_s,
        "from_s": from_s,
        "to_s": to_s,
        "visits": [
            _visit(shown) | {"photo": photos.get(shown.visit.referral_id, "")}
            for shown in card.visits
        ],
    }


def _visit(card: VisitCard) -> dict[str, Any]:
    referral = card.visit.referral
    return {
        "id": card.visit.id,
        "case": referral.id,
        "name": card.name,
        "age": card.age,
        "sex": referral.resident.sex,
        "place": card.place,
        "landmark": card.landmark,
        "at_home": card.at_home,
        "home_from_s": referral.home_from_s,
        "home_to_s": referral.home_to_s,
        "condition": card.condition,
        "bring": list(card.bring),
        "warnings": list(card.warnings),
        "contact": card.contact,
        "phone": card.phone,
        "phone_shown": card.phone_shown,
        "wa": card.wa,
        "note": card.note,
        "code": card.code,
        "service_s": card.visit.service_s,
        "nik_masked": card.nik,
    }


def _identity(sealer: Sealer, key: bytes, card: VisitCard) -> str:
    """Close NIK and birth date for one visit."""
    resident = card.visit.referral.resident
    nik = sealer.open_nik(resident.nik_sealed, resident.id) if resident.nik_sealed else ""
    born = (
        resident.birth_date.isoformat() if resident.birth_date else str(resident.birth_year or "")
    )
    text = json.dumps({"nik": nik, "born": born}).encode()
    return text_of(seal_bytes(text, key, f"identity:{card.visit.id}"))


def _cards(card: RouteCard) -> Iterable[VisitCard]:
    for stop in card.stops:
        yield from stop.visits
