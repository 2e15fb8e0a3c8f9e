"""What people decide about two referrals that look like one person: the same, two people, or not sure yet.

A merge closes one referral and lets the other go on. No event is moved or altered: the history of the one that goes on
shows both. Whatever a merge changed is kept with the pair, so that it can be undone.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.places.models import PlaceQuality
from outreach.policy import Actor
from outreach.referrals.given import plain
from outreach.referrals.life import add_event, change_state
from outreach.referrals.models import Referral, Resident
from outreach.referrals.service import LONGEST_ANSWER
from outreach.referrals.states import CloseReason, ReferralState
from outreach.referrals.triage_models import ReferralPair, Verdict
from outreach.security.sealed import Sealer

S = ReferralState

MERGEABLE: Final = frozenset(
    {S.SUBMITTED, S.RETURNED, S.ACCEPTED, S.ENROLMENT_FAILED, S.DUPLICATE_RECORD}
)
"""States in which a referral can end in another: nothing of it is planned or recorded yet."""
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("resident.name",),
    "nik": ("resident.nik_sealed", "resident.nik_index", "resident.nik_masked"),
    "birth": ("resident.birth_date", "resident.birth_year"),
    "sex": ("resident.sex",),
    "unit": ("rt", "rw"),
    "hamlet": ("hamlet",),
    "place": ("lat", "lon", "place_quality"),
    "landmark": ("landmark",),
    "condition": ("condition",),
    "needs": ("needs",),
    "house_power": ("house_power",),
    "home": ("home_from_s", "home_to_s"),
    "contact": ("contact_name", "contact_relation", "contact_phone"),
    "note": ("note",),
    "urgency": ("priority_reason", "due_day"),
}
"""What can be taken over from the referral that ends, each with its columns."""


def differing(pair: ReferralPair) -> tuple[str, ...]:
    """Return the fields in which the two referrals of a pair are not the same."""
    return tuple(
        field
        for field, columns in FIELDS.items()
        if any(_value(pair.first, c) != _value(pair.second, c) for c in _telling(columns))
    )


def _telling(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(c for c in columns if c != "resident.nik_sealed")  # sealed anew each time


def keeper_of(pair: ReferralPair) -> Referral:
    """Return which of the two had better go on: the one that is further, then the one that was sent first."""
    order = list(ReferralState)

    def rank(referral: Referral) -> tuple[bool, int, datetime]:
        ahead = referral.state not in MERGEABLE
        return not ahead, -order.index(referral.state) if ahead else 0, referral.submitted_at or referral.created_at  # fmt: skip

    return min((pair.first, pair.second), key=rank)


def merge_pair(
    session: Session,
    actor: Actor,
    sealer: Sealer,
    pair: ReferralPair,
    keep_id: str,
    take: Collection[str] = (),
    note: str = "",
) -> Referral:
    """Say that two referrals are one person: one goes on, with what is taken from the other, which is closed.

    The one that goes on counts its waiting from the earlier of the two. Raises Refused when the other can no longer
    be closed.
    """
    policy.allow(actor, "pair.decide", pair)
    _check_open(pair)
    for one in sorted((pair.first, pair.second), key=lambda referral: referral.id):
        session.refresh(one, ["state"], with_for_update=True)  # nobody else plans or closes it
    if keep_id not in (pair.first_id, pair.second_id):
        raise Refused(_("Choose which of the two goes on."), field="keep")
    if set(take) - set(FIELDS):
        raise Refused(_("Choose from the list."), field="take")
    words = plain(note, "note", longest=LONGEST_ANSWER)
    closed = pair.other(keep_id)
    kept = pair.other(closed.id)
    if kept.state in (S.CLOSED, S.DRAFT):
        raise Refused(
            _("This referral is closed already. Let the other one go on."), field="keep"
        )  # fmt: skip
    if closed.state not in MERGEABLE:
        raise Refused(
            _("The other referral is planned or visited already. Let that one go on."), field="keep"
        )
    undo: dict[str, Any] = {"kept": kept.id, "closed": closed.id, "state": closed.state.value}
    undo["fields"] = _take_over(sealer, kept, closed, take)
    change_state(session, actor, closed, S.CLOSED, kind="merged", reason=words, into=kept.tracking_code)  # fmt: skip
    closed.close_reason, closed.merged_into = CloseReason.DUPLICATE, kept.id
    kept.changed_at = clock.now()
    add_event(session, actor, kept, kind="took_over", reason=words, other=closed.tracking_code, fields=sorted(take))  # fmt: skip
    _decide(session, actor, pair, Verdict.SAME, words)
    pair.undo = undo
    return kept


def unmerge_pair(session: Session, actor: Actor, pair: ReferralPair, note: str = "") -> Referral:
    """Take a merge back: the closed referral stands where it stood, and what was taken over is given back.

    A field that was changed since the merge stays as it is now. Returns the referral that is open again.
    """
    policy.allow(actor, "pair.decide", pair)
    if pair.verdict is not Verdict.SAME or not pair.undo:
        raise Refused(_("There is no merge to take back."))
    words = plain(note, "note", longest=LONGEST_ANSWER)
    kept = session.get_one(Referral, pair.undo["kept"])
    closed = session.get_one(Referral, pair.undo["closed"])
    if closed.state is not S.CLOSED or closed.merged_into != kept.id:
        raise Refused(_("There is no merge to take back."))
    for column, (before, after) in pair.undo["fields"].items():
        if _packed(_value(kept, column)) == after:
            _set(kept, column, _unpacked(column, before))
    closed.state, closed.close_reason, closed.merged_into = S(pair.undo["state"]), None, None
    closed.changed_at = kept.changed_at = clock.now()
    add_event(session, actor, closed, kind="merge_undone", reason=words, before=S.CLOSED)
    add_event(session, actor, kept, kind="merge_undone", reason=words, other=closed.tracking_code)
    audit.record(session, actor, "referral.merge_undone", closed, after=closed.state)
    pair.undo = {}
    _decide(session, actor, pair, Verdict.OPEN, words)
    return closed


def keep_apart(session: Session, actor: Actor, pair: ReferralPair, note: str = "") -> None:
    """Say that the two are two people (twins, namesakes): they are not shown as a pair again."""
    policy.allow(actor, "pair.decide", pair)
    _check_open(pair)
    words = plain(note, "note", longest=LONGEST_ANSWER)
    for one in (pair.first, pair.second):
        other = pair.other(one.id)
        add_event(session, actor, one, kind="kept_apart", reason=words, other=other.tracking_code)
    _decide(session, actor, pair, Verdict.APART, words)


def leave_unsure(session: Session, actor: Actor, pair: ReferralPair, note: str) -> None:
    """Say that it cannot be told yet, and what has to be found out."""
    policy.allow(actor, "pair.decide", pair)
    _check_open(pair)
    words = plain(note, "note", longest=LONGEST_ANSWER)
    if not words:
        raise Refused(_("Write what has to be found out."), field="note")
    _decide(session, actor, pair, Verdict.UNSURE, words)


def reopen_pair(session: Session, actor: Actor, pair: ReferralPair) -> None:
    """Look again at two that were kept apart."""
    policy.allow(actor, "pair.decide", pair)
    if pair.verdict is not Verdict.APART:
        raise Refused(_("Only two that were kept apart can be looked at again."))
    _decide(session, actor, pair, Verdict.OPEN, "")


def _check_open(pair: ReferralPair) -> None:
    if pair.verdict not in (Verdict.OPEN, Verdict.UNSURE):
        raise Refused(_("Somebody has decided about these two meanwhile."))


def _decide(
    session: Session, actor: Actor, pair: ReferralPair, verdict: Verdict, words: str
) -> None:
    before = pair.verdict
    pair.verdict, pair.note = verdict, words
    pair.decided_at, pair.decided_by, pair.decided_name = clock.now(), actor.id, actor.name
    session.flush()
    audit.record(session, actor, "pair.decided", pair, before=before, after=verdict, points=pair.points)  # fmt: skip


def _take_over(
    sealer: Sealer, kept: Referral, closed: Referral, take: Collection[str]
) -> dict[str, list[Any]]:
    changed: dict[str, list[Any]] = {}

    def put(column: str, value: Any) -> None:
        before = _value(kept, column)
        if before != value:
            _set(kept, column, value)
            changed[column] = [_packed(before), _packed(value)]

    for field in sorted(take):
        for column in FIELDS[field]:
            value = _value(closed, column)
            if column == "resident.nik_sealed" and value is not None:
                opened = sealer.open_nik(value, closed.resident.id)
                value = sealer.seal_nik(opened, kept.resident.id)
            put(column, value)
    earlier = min((r.submitted_at for r in (kept, closed) if r.submitted_at), default=None)
    put("submitted_at", earlier)
    put("attempts", max(kept.attempts, closed.attempts))
    return changed


def _owner(referral: Referral, column: str) -> tuple[Referral | Resident, str]:
    if column.startswith("resident."):
        return referral.resident, column.removeprefix("resident.")
    return referral, column


def _value(referral: Referral, column: str) -> Any:
    owner, name = _owner(referral, column)
    return getattr(owner, name)


def _set(referral: Referral, column: str, value: Any) -> None:
    owner, name = _owner(referral, column)
    setattr(owner, name, value)


def _packed(value: Any) -> Any:
    """Return a value as JSON holds it; a sealed NIK stays sealed."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _unpacked(column: str, value: Any) -> Any:
    if value is None:
        return None
    match column:
        case "resident.nik_sealed":
            return base64.b64decode(value)
        case "resident.birth_date" | "due_day":
            return date.fromisoformat(value)
        case "submitted_at":
            return datetime.fromisoformat(value)
        case "place_quality":
            return PlaceQuality(value)
    return value
