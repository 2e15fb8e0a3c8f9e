"""Taking what tablets send: each event once, whatever is repeated, reordered or late; nothing is ever dropped.

An event that cannot be carried out is kept for a person and acknowledged all the same: it is safe here, and the tablet
has nothing more to do. Only what was stored is acknowledged, each event by itself.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, lazyload

from outreach import clock
from outreach.errors import NotThere, Refused
from outreach.fieldwork.tablet import applying
from outreach.fieldwork.tablet.contents import body_of, canonical, seal_body
from outreach.fieldwork.tablet.enrolment import member_actor, seal_key_of
from outreach.fieldwork.tablet.envelopes import Envelopes, Unreadable, bytes_of
from outreach.fieldwork.tablet.models import EventState, Tablet, TabletEvent
from outreach.ids import is_id
from outreach.planning.models import Route, Stop, Visit
from outreach.policy import Actor
from outreach.security.sealed import Sealer

MOST_AT_ONCE: Final = 200
LONGEST: Final = 400_000
"""Characters of one envelope: a signature is the longest thing in it."""
FARTHEST_SEQ: Final = 2**31
CLOCK_SLACK: Final = timedelta(minutes=2)
log = logging.getLogger("sambang.tablet")

Status = Literal["taken", "check", "unreadable"]


@dataclass(frozen=True)
class Sent:
    """One event on its way: its id and counter, both made on the device, and its envelope."""

    id: str
    seq: int
    sealed: bytes


@dataclass(frozen=True)
class Answer:
    """The acknowledgement of one event: taken, to be looked at by a person (and safe here), or unreadable."""

    id: str
    status: Status
    problem: str = ""


class Members:
    """The people of one tablet as actors, each looked up once for a batch."""

    def __init__(self, session: Session, tablet: Tablet) -> None:
        self._session = session
        self._tablet = tablet
        self._known: dict[str | None, Actor] = {}

    def actor(self, member_id: str | None) -> Actor:
        """Return whom the tablet speaks for. Raises NotThere for a stranger to it."""
        if member_id not in self._known:
            self._known[member_id] = member_actor(self._session, self._tablet, member_id)
        return self._known[member_id]


def read_batch(rows: object) -> tuple[list[Sent], list[Answer]]:
    """Read what a device sent; whatever has an id but cannot be read gets its answer at once. Raises Unreadable."""
    if not isinstance(rows, list) or len(rows) > MOST_AT_ONCE:
        raise Unreadable("not a list of events")
    sent, answers = [], []
    for row in rows:
        event_id = row.get("id") if isinstance(row, dict) else None
        if not isinstance(event_id, str) or not is_id(event_id):
            raise Unreadable("an event without an id")
        seq, text = row.get("seq"), row.get("sealed")
        try:
            if not isinstance(seq, int) or not 0 < seq < FARTHEST_SEQ or not isinstance(text, str):
                raise ValueError("no counter or no envelope")
            if len(text) > LONGEST:
                raise ValueError("too long")
            sent.append(Sent(event_id, seq, bytes_of(text)))
        except ValueError:
            answers.append(Answer(event_id, "unreadable", "form"))
    return sent, answers


def receive(
    session: Session,
    sealer: Sealer,
    envelopes: Envelopes,
    tablet: Tablet,
    batch: Iterable[Sent],
    *,
    sent_at: datetime | None,
    via: Literal["radio", "file"] = "radio",
) -> list[Answer]:
    """Take a batch in the order of the device's counter, in the caller's transaction; answer each event.

    `sent_at` is the device's clock at sending: what it is off by corrects times that the device could not.
    """
    now = clock.now()
    off = now - sent_at if sent_at is not None else timedelta()
    if sent_at is not None:
        tablet.clock_off_s = _bounded(round(off.total_seconds()))
    if via == "radio":
        tablet.seen_at = now
    answers, kept, key = [], [], seal_key_of(sealer, tablet)
    members = Members(session, tablet)
    opened: list[tuple[Sent, dict[str, Any]]] = []
    for sent in sorted(batch, key=lambda one: one.seq):
        try:
            body = envelopes.open(sent.sealed, key, f"{tablet.id}|{sent.id}|{sent.seq}")
        except Unreadable:
            answers.append(Answer(sent.id, "unreadable", "envelope"))
        else:
            opened.append((sent, body))
    _visits = _read_ahead(session, [_id_or_none(body.get("visit")) for _sent, body in opened])
    known = _known(session, [sent.id for sent, _body in opened])
    for sent, body in opened:
        event, is_new = _keep(session, sealer, tablet, sent, body, off, via, known)
        if is_new and event.state is EventState.WAITING:
            _carry_out(session, sealer, event, members)
        kept.append(event)
    _carry_out_waiting(session, sealer, tablet, members)
    return answers + [_answer(event) for event in kept]


def _read_ahead(session: Session, visit_ids: Iterable[str | None]) -> Sequence[Visit]:
    """Return the visits of a batch with all that carrying out asks of them, in one query instead of a handful each.

    They are found by their ids again for as long as the caller holds what is returned.
    """
    return session.scalars(
        select(Visit)
        .where(Visit.id.in_({visit_id for visit_id in visit_ids if visit_id}))
        .options(joinedload(Visit.stop).joinedload(Stop.route).joinedload(Route.version))
    ).all()


def _known(session: Session, event_ids: Iterable[str]) -> dict[str, list[TabletEvent]]:
    """Return what is here already under the ids of a batch."""
    rows = session.scalars(
        select(TabletEvent)
        .where(TabletEvent.event_id.in_(set(event_ids)))
        .options(lazyload(TabletEvent.tablet))
    )
    known: dict[str, list[TabletEvent]] = {}
    for row in rows:
        known.setdefault(row.event_id, []).append(row)
    return known


def _answer(event: TabletEvent) -> Answer:
    if event.state in {EventState.KEPT, EventState.CONFLICT}:
        return Answer(event.event_id, "check", event.problem)
    return Answer(event.event_id, "taken", event.problem)


def _keep(
    session: Session,
    sealer: Sealer,
    tablet: Tablet,
    sent: Sent,
    body: dict[str, Any],
    off: timedelta,
    via: str,
    known: dict[str, list[TabletEvent]],
) -> tuple[TabletEvent, bool]:
    """Store an event as it came; return it, and whether it is new."""
    text = canonical(body)
    body_hash = hashlib.sha256(f"{tablet.id}|{sent.seq}|".encode() + text).hexdigest()
    before = known.setdefault(sent.id, [])
    for row in before:
        if row.body_hash == body_hash:
            return row, False
    now = clock.now()
    device_at = _moment(body.get("at")) or now
    visit_id = body.get("visit")
    event = TabletEvent(
        event_id=sent.id,
        tablet_id=tablet.id,
        tablet=tablet,
        member_id=_id_or_none(body.get("member")),
        seq=sent.seq,
        kind=str(body.get("kind", ""))[:24],
        visit_id=_id_or_none(visit_id),
        body_hash=body_hash,
        device_at=device_at,
        corrected_at=min(_corrected(body, device_at, off, now), now),
        received_at=now,
        state=EventState.CONFLICT if before else EventState.WAITING,
        problem="same_id" if before else "",
        via=via,
    )
    event.body = seal_body(sealer, sent.id, body_hash, text)
    session.add(event)
    session.flush()
    before.append(event)
    return event, True


def _carry_out(session: Session, sealer: Sealer, event: TabletEvent, members: Members) -> None:
    """Do what an event says, or keep it for a person; a fault of ours loses nothing."""
    try:
        with session.begin_nested():
            actor = members.actor(event.member_id)
            body = body_of(sealer, event)
            event.state, event.problem = applying.carry_out(session, actor, sealer, event, body)
    except NotThere:
        event.state, event.problem = EventState.KEPT, "not_yours"
    except Refused as refusal:
        event.state, event.problem = EventState.KEPT, _code_of(refusal)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("event %s of a tablet is malformed: %s", event.event_id, type(error).__name__)
        event.state, event.problem = EventState.KEPT, "form"
    session.flush()


def _carry_out_waiting(session: Session, sealer: Sealer, tablet: Tablet, members: Members) -> None:
    """Try again what came too early, in the order of the device's counter, until nothing more moves."""
    waiting = waiting_events(session, tablet)
    while waiting:
        for early in waiting:
            _carry_out(session, sealer, early, members)
        still = waiting_events(session, tablet)
        if len(still) == len(waiting):
            return
        waiting = still


def waiting_events(session: Session, tablet: Tablet) -> Sequence[TabletEvent]:
    """Return what waits for another event of the same tablet, in the order of its counter."""
    return session.scalars(
        select(TabletEvent)
        .where(TabletEvent.tablet_id == tablet.id, TabletEvent.state == EventState.WAITING)
        .order_by(TabletEvent.seq)
    ).all()


def _code_of(refusal: Refused) -> str:
    return "incomplete" if getattr(refusal, "errors", None) else "refused"


def _corrected(
    body: dict[str, Any], device_at: datetime, off: timedelta, now: datetime
) -> datetime:
    """Return when it happened by our clock.

    The device knew at the time what its clock was off by, and we know what it is off by now. Where its clock was set
    in between, the two differ: the later one that is not in the future is taken.
    """
    known = body.get("off_ms")
    offs = [off]
    if isinstance(known, int) and abs(known) < 10**13:
        offs.append(timedelta(milliseconds=known))
    found = []
    for guess in offs:
        with suppress(OverflowError):
            found.append(device_at + guess)
    return max((moment for moment in found if moment <= now + CLOCK_SLACK), default=now)


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _id_or_none(text: object) -> str | None:
    return text if isinstance(text, str) and is_id(text) else None


def _bounded(seconds: int) -> int:
    return max(min(seconds, 2**31 - 1), -(2**31))
