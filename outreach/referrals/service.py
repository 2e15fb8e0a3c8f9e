"""What officers do with a referral: write it down, send it, answer about it, end it."""

from __future__ import annotations

import re
import secrets
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Invalid, NotThere, Refused
from outreach.i18n import gettext as _
from outreach.ids import new_id
from outreach.places.areas import areas
from outreach.places.models import PlaceQuality, Village
from outreach.policy import Actor
from outreach.referrals import tracking
from outreach.referrals.given import Place, ReferralInput, given_of, missing_in, plain
from outreach.referrals.hamlets import ROUGH
from outreach.referrals.life import add_event, change_state
from outreach.referrals.models import Referral, Resident
from outreach.referrals.open_questions import open_questions
from outreach.referrals.pairs import look_for_pairs
from outreach.referrals.queries import COMPLETABLE
from outreach.referrals.states import CloseReason, ReferralState
from outreach.security.sealed import Sealer

S = ReferralState

EDITABLE: Final = frozenset({S.DRAFT, S.RETURNED})
CLOSABLE: Final = frozenset(
    {S.DRAFT, S.SUBMITTED, S.RETURNED, S.ACCEPTED, S.SCHEDULED, S.ENROLMENT_FAILED, S.DUPLICATE_RECORD}
)  # fmt: skip
"""States in which an officer ends a case by hand; after a visit its outcome does."""
CLOSE_REASONS: Final = tuple(
    reason
    for reason in CloseReason
    if reason
    not in {CloseReason.DELIVERED, CloseReason.NOT_MET}  # after the card, and after visits
)
LONGEST_ANSWER: Final = 1000
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
_MARK: Final = re.compile(r"[0-9a-f]{32}(?::[0-9]{1,9})?")


def new_form_token() -> str:
    """Return what makes one form one referral, however often it is sent."""
    return secrets.token_hex(16)


def is_form_token(text: str | None) -> bool:
    """Tell whether a text could be a token of ours."""
    return bool(text and _TOKEN.fullmatch(text))


def is_edit_mark(text: str | None) -> bool:
    """Tell whether a text could be a page's own mark: 32 hex digits, with a count of changes where script ran."""
    return bool(text and _MARK.fullmatch(text))


def draft_of(session: Session, actor: Actor, form_token: str) -> Referral | None:
    """Return the draft that a form has made already, where it made one that the actor may change."""
    known = _by_token(session, form_token)
    if known is None or known.state is not S.DRAFT:
        return None
    return known if policy.can(actor, "referral.edit", known) else None


def save_draft(
    session: Session,
    actor: Actor,
    sealer: Sealer,
    form_token: str,
    given: ReferralInput,
    edit_mark: str = "",
) -> Referral:
    """Keep what was typed so far; the same form gives the same referral.

    A form that was sent before is left as it was sent. Raises NotThere for a village that is not the actor's.
    """
    village = session.get(Village, given.village_code)
    if village is None:
        raise NotThere(given.village_code)
    policy.allow(actor, "referral.create", village)
    known = _by_token(session, form_token)
    if known is None:
        try:
            with session.begin_nested():
                return _create(session, actor, sealer, form_token, given, village, edit_mark)
        except IntegrityError:  # the same form arrived twice at one moment
            known = _by_token(session, form_token)
            if known is None:
                raise
    policy.allow(actor, "referral.edit", known)
    if known.state is not S.DRAFT:
        return known
    return edit_referral(session, actor, sealer, known, given, edit_mark)


def edit_referral(
    session: Session,
    actor: Actor,
    sealer: Sealer,
    referral: Referral,
    given: ReferralInput,
    edit_mark: str = "",
) -> Referral:
    """Change a draft, or a referral that was returned. Raises Refused in any other state.

    `edit_mark` is the page's own mark: by it a device knows that what it holds has arrived, and what the same page
    sent earlier but arrives later changes nothing.
    """
    policy.allow(actor, "referral.edit", referral)
    if referral.state not in EDITABLE:
        raise Refused(_("This referral is already sent. It can be changed when it is returned."))
    village = session.get(Village, given.village_code)
    if village is None:
        raise NotThere(given.village_code)
    policy.allow(actor, "referral.create", village)
    if _is_older(edit_mark, referral.edit_mark):
        return referral
    referral.edit_mark = edit_mark
    changed = _write(sealer, referral, referral.resident, given, village)
    if not changed:
        return referral
    referral.changed_at = clock.now()
    if referral.state is S.RETURNED:
        add_event(session, actor, referral, kind="edited", fields=changed)
    audit.record(session, actor, "referral.edited", referral, fields=changed)
    return referral


def try_on(session: Session, sealer: Sealer, referral: Referral, given: ReferralInput) -> None:
    """Put answers into the rows of a session that will be thrown away, to see what they would change."""
    village = session.get(Village, given.village_code)
    _write(sealer, referral, referral.resident, given, village or referral.village)


def complete_referral(
    session: Session, actor: Actor, sealer: Sealer, referral: Referral, given: ReferralInput
) -> Referral:
    """Fill in what was not known when a referral was sent. Raises Refused once its visit is planned.

    Whoever fills it in changes nothing else: `given` differs from what is on file only where that was open.
    """
    policy.allow(actor, "referral.edit", referral)
    if referral.state not in COMPLETABLE:
        raise Refused(_("This can no longer be filled in here. Tell your district office."))
    if given.place and _is_outside(session, given.place.lat, given.place.lon):
        raise Refused(_("This point does not lie in Sragen. Check both numbers."), field="lat")
    before = set(open_questions(referral, referral.resident))
    changed = _write(sealer, referral, referral.resident, given, referral.village)
    if not changed:
        return referral
    referral.changed_at = clock.now()
    answered = before - set(open_questions(referral, referral.resident))
    add_event(session, actor, referral, kind="completed", fields=sorted(answered))
    audit.record(session, actor, "referral.completed", referral, fields=changed)
    look_for_pairs(session, referral)
    return referral


def submit_referral(
    session: Session, actor: Actor, referral: Referral, confirmed: tuple[str, ...] = ()
) -> Referral:
    """Send a draft to the office; sending it again changes nothing.

    `confirmed` are the codes of concerns that the officer has looked at and kept. Raises Invalid while something
    is missing.
    """
    policy.allow(actor, "referral.submit", referral)
    if referral.state is not S.DRAFT and referral.submitted_at is not None:
        return referral
    _check_complete(session, referral)
    change_state(session, actor, referral, S.SUBMITTED, kind="submitted", confirmed=list(confirmed))
    return referral


def answer_and_resubmit(
    session: Session, actor: Actor, referral: Referral, answer: str
) -> Referral:
    """Answer the question with which a referral came back, and send it again."""
    policy.allow(actor, "referral.submit", referral)
    words = plain(answer, "answer", longest=LONGEST_ANSWER)
    if not words:
        raise Refused(_("Write the answer to the question."), field="answer")
    _check_complete(session, referral)
    change_state(session, actor, referral, S.SUBMITTED, kind="answered", reason=words)
    return referral


def close_referral(
    session: Session, actor: Actor, referral: Referral, reason: CloseReason, note: str = ""
) -> Referral:
    """End a case that no visit will come of. Raises Refused once a visit has been made."""
    policy.allow(actor, "referral.close", referral)
    if reason not in CLOSE_REASONS:
        raise Refused(_("Choose why it ends."), field="reason")
    words = plain(note, "note", longest=LONGEST_ANSWER)
    if referral.state not in CLOSABLE:
        raise Refused(_("This referral can no longer be closed here: its visit has been made."))
    change_state(session, actor, referral, S.CLOSED, kind="closed", reason=words, code=reason.value)
    referral.close_reason = reason
    return referral


def gaps_of(session: Session, referral: Referral) -> dict[str, str]:
    """Return what keeps a referral from being sent: each field with the sentence that asks for it."""
    gaps = missing_in(given_of(referral))
    if referral.place_quality not in ROUGH and _is_outside(session, referral.lat, referral.lon):
        gaps["lat"] = _("This point does not lie in Sragen. Check both numbers.")
    return gaps


def _is_outside(session: Session, lat: float, lon: float) -> bool:
    return areas(session).is_outside((lon, lat))


def _check_complete(session: Session, referral: Referral) -> None:
    if gaps := gaps_of(session, referral):
        raise Invalid(gaps)


def _is_older(mark: str, kept: str) -> bool:
    """Whether the same page has already sent something newer."""
    page, _colon, count = mark.partition(":")
    kept_page, _colon, kept_count = kept.partition(":")
    return bool(page) and page == kept_page and int(count or 0) < int(kept_count or 0)


def _by_token(session: Session, form_token: str) -> Referral | None:
    return session.scalars(select(Referral).where(Referral.form_token == form_token)).one_or_none()


def _create(
    session: Session,
    actor: Actor,
    sealer: Sealer,
    form_token: str,
    given: ReferralInput,
    village: Village,
    edit_mark: str,
) -> Referral:
    referral = new_draft(actor, sealer, form_token, _new_code(session), given, village)
    referral.edit_mark = edit_mark
    session.add(referral)
    session.flush()
    add_event(session, actor, referral, kind="drafted")
    audit.record(session, actor, "referral.drafted", referral)
    return referral


def new_draft(
    actor: Actor,
    sealer: Sealer,
    form_token: str,
    tracking_code: str,
    given: ReferralInput,
    village: Village,
) -> Referral:
    """Return a draft with its resident, not yet in any session: for whoever writes many at once.

    The caller has asked the policy, and keeps the event and the audit rows.
    """
    now = clock.now()
    resident = Resident(id=new_id(), name=given.name, sex=given.sex, created_at=now)
    referral = Referral(
        id=new_id(),
        tracking_code=tracking_code,
        form_token=form_token,
        resident=resident,
        state=S.DRAFT,
        created_by=actor.id,
        created_at=now,
        changed_at=now,
    )
    _write(sealer, referral, resident, given, village)
    return referral


def _new_code(session: Session) -> str:
    while True:
        code = tracking.make()
        if session.scalar(select(Referral.id).where(Referral.tracking_code == code)) is None:
            return code


def _write(
    sealer: Sealer, referral: Referral, resident: Resident, given: ReferralInput, village: Village
) -> list[str]:
    """Put what was given into the rows; return the names of what changed."""
    place = given.place
    changed = _assign(
        resident,
        name=given.name,
        sex=given.sex,
        birth_date=given.birth_date,
        birth_year=given.birth_year if given.birth_date is None else None,
    )
    changed += _write_nik(sealer, resident, given)
    changed += _assign(
        referral,
        village_code=village.code,
        village=village,
        hamlet=given.hamlet,
        rt=given.rt,
        rw=given.rw,
        landmark=given.landmark,
        lat=place.lat if place else village.lat,
        lon=place.lon if place else village.lon,
        place_quality=_quality(referral, place),
        condition=given.condition,
        needs=list(given.needs),
        house_power=given.house_power,
        home_from_s=given.home_from_s,
        home_to_s=given.home_to_s,
        contact_name=given.contact_name,
        contact_relation=given.contact_relation,
        contact_phone=given.contact_phone,
        note=given.note,
        ticked=list(given.ticked),
    )
    return [name for name in changed if name != "village"]


def _quality(referral: Referral, place: Place | None) -> PlaceQuality:
    """Return how well the place is known: a point that a team confirmed stays confirmed while nobody moves it."""
    if place is None:
        return PlaceQuality.VILLAGE
    confirmed = referral.place_quality is PlaceQuality.SURVEYED
    if confirmed and (place.lat, place.lon) == (round(referral.lat, 6), round(referral.lon, 6)):
        return PlaceQuality.SURVEYED
    return place.quality


def _write_nik(sealer: Sealer, resident: Resident, given: ReferralInput) -> list[str]:
    if given.keep_nik:
        return []
    index = sealer.nik_index(given.nik.digits) if given.nik else None
    if index == resident.nik_index:
        return []
    resident.nik_index = index
    resident.nik_sealed = sealer.seal_nik(given.nik.digits, resident.id) if given.nik else None
    resident.nik_masked = given.nik.masked if given.nik else ""
    return ["nik"]


def _assign(row: Referral | Resident, **values: object) -> list[str]:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed
