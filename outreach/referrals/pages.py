"""What the pages of a referral show: facts in words, what happened, and what this person may do next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from flask import url_for
from markupsafe import Markup, escape
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach import clock, policy
from outreach.audit.models import AuditEntry
from outreach.db import Database
from outreach.i18n import format_date, format_date_short, in_language, ngettext, translate
from outreach.i18n import gettext as _
from outreach.places.models import PlaceQuality
from outreach.policy import Actor
from outreach.referrals import phones
from outreach.referrals.conditions import CONDITIONS, NEEDS, POWER
from outreach.referrals.given import ReferralInput, given_of, relation_label
from outreach.referrals.models import Referral, ReferralEvent, Resident
from outreach.referrals.open_questions import open_questions
from outreach.referrals.photos import PHOTO_STATES
from outreach.referrals.queries import COMPLETABLE
from outreach.referrals.service import CLOSABLE, EDITABLE, try_on
from outreach.referrals.states import WAITING, ReferralState
from outreach.referrals.steps import step_with
from outreach.referrals.wording import (
    PLACE_LABELS,
    event_title,
    reason_words,
    sex_label,
    time_wish,
)
from outreach.security.sealed import Sealer

S = ReferralState
FAMILY_LANGUAGE = "id"  # families are written to in the language of the region, whoever writes


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a referral: what it is about, its words, and the field of the form where it is changed."""

    label: str
    value: str
    field: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a timeline."""

    when: datetime
    title: str
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Abilities:
    """What this person may do with a referral as it stands."""

    edit: bool
    complete: bool
    photograph: bool
    send: bool
    answer: bool
    close: bool
    reveal_nik: bool
    endorse: bool
    send_back: bool
    accept: bool


def abilities(actor: Actor, referral: Referral) -> Abilities:
    """Return what the actor may do with a referral now, by the policy and by its state."""
    state = referral.state
    resident = referral.resident

    def may(action: str, *states: ReferralState) -> bool:
        return state in states and policy.can(actor, action, referral)

    accept = may("referral.accept", *WAITING)
    return Abilities(
        edit=may("referral.edit", *EDITABLE),
        complete=may("referral.edit", *COMPLETABLE) and bool(open_questions(referral, resident)),
        photograph=may("referral.photograph", *PHOTO_STATES),
        send=may("referral.submit", S.DRAFT),
        answer=may("referral.submit", S.RETURNED),
        close=may("referral.close", *CLOSABLE),
        reveal_nik=bool(resident.nik_sealed) and policy.can(actor, "referral.reveal_nik", referral),
        endorse=may("referral.endorse", S.SUBMITTED) and referral.endorsed_at is None,
        send_back=may("referral.return", S.SUBMITTED)
        or (may("referral.return", S.ACCEPTED) and policy.can(actor, "referral.accept", referral)),
        accept=accept,
    )


def person_facts(referral: Referral) -> list[Fact]:
    """Return who the resident is, in words."""
    resident = referral.resident
    said = _said(referral)
    return [
        Fact(_("Full name"), resident.name, "name"),
        Fact(_("NIK"), resident.nik_masked or said("nik"), "nik"),
        Fact(_("Birth date"), birth_words(resident) if _born(resident) else said("birth"), "birth"),
        Fact(_("Sex"), sex_label(resident.sex) if resident.sex else said("sex"), "sex"),
    ]


def place_facts(referral: Referral) -> list[Fact]:
    """Return where the house is and how to find it, in words."""
    said = _said(referral)
    units = (
        _("RT %(rt)s / RW %(rw)s", rt=referral.rt, rw=referral.rw)
        if referral.rt or referral.rw
        else said("units")
    )
    place = translate(PLACE_LABELS[referral.place_quality])
    if referral.place_quality is not PlaceQuality.VILLAGE:
        place = f"{place}: {referral.lat:.5f}, {referral.lon:.5f}"
    return [
        Fact(_("Village"), referral.village.label, "village_code"),
        Fact(_("RT and RW"), units, "rt"),
        Fact(_("Hamlet"), referral.hamlet or said("hamlet"), "hamlet"),
        Fact(_("Place on the map"), place, "lat"),
        Fact(_("Landmark"), referral.landmark or said("landmark"), "landmark"),
    ]


def visit_facts(referral: Referral) -> list[Fact]:
    """Return what a team must know about the visit, in words."""
    said = _said(referral)
    condition = CONDITIONS.get(referral.condition)
    power = POWER.get(referral.house_power)
    needs = [translate(NEEDS[code].label) for code in referral.needs if code in NEEDS]
    return [
        Fact(
            _("Condition"),
            translate(condition.label) if condition else said("condition"),
            "condition",
        ),
        Fact(_("What the visit needs"), "\n".join(needs) or _("Nothing special"), "needs"),
        Fact(_("Power at the house"), translate(power.label) if power else "", "house_power"),
        Fact(
            _("When is someone at home?"),
            said("home") or time_wish(referral.home_from_s, referral.home_to_s),
            "home",
        ),
    ]


def contact_facts(referral: Referral) -> list[Fact]:
    """Return whom to ask about the resident, in words."""
    said = _said(referral)
    contact = referral.contact_name or said("contact")
    if referral.contact_name and referral.contact_relation:
        contact = f"{contact} ({relation_label(referral.contact_relation).lower()})"
    phone = (
        phones.display(referral.contact_phone)
        if referral.contact_phone
        else said("phone") or said("contact") or _("No phone")
    )
    return [
        Fact(_("Contact person"), contact, "contact_name"),
        Fact(_("Phone or WhatsApp"), phone, "contact_phone"),
        Fact(_("Note for the team"), referral.note, "note"),
    ]


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that two people have written differently, in words."""

    label: str
    on_file: str
    typed: str


def differences(
    database: Database, sealer: Sealer, referral_id: str, given: ReferralInput
) -> list[Difference]:
    """Return what saving these answers would change of what is on file now; nothing is kept."""
    session = database.open_reader()
    try:
        with session.no_autoflush:
            referral = session.get_one(Referral, referral_id)
            before, index = _all_facts(referral), referral.resident.nik_index
            try_on(session, sealer, referral, given)
            after = _all_facts(referral)
            return [
                Difference(old.label, old.value, new.value)
                for old, new in zip(before, after, strict=True)
                if old.value != new.value
                or (old.field == "nik" and index != referral.resident.nik_index)
            ]
    finally:
        session.close()


def last_writer(session: Session, referral: Referral) -> tuple[str, datetime] | None:
    """Return who wrote a referral last, and when."""
    wrote = ("referral.drafted", "referral.edited", "referral.completed", "referral.submitted")
    row = session.execute(
        select(AuditEntry.actor, AuditEntry.at)
        .where(AuditEntry.object_id == referral.id, AuditEntry.action.in_(wrote))
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    ).first()
    return (row.actor, row.at) if row else None


def _all_facts(referral: Referral) -> list[Fact]:
    return [
        *person_facts(referral),
        *place_facts(referral),
        *visit_facts(referral),
        *contact_facts(referral),
    ]


def _said(referral: Referral) -> Callable[[str], str]:
    """Return what tells of a question without an answer: “not known yet” where that was said, else nothing."""
    ticked = given_of(referral).ticked
    return lambda code: _("Not known yet") if code in ticked else ""


def _born(resident: Resident) -> bool:
    return resident.birth_date is not None or resident.birth_year is not None


def birth_words(resident: Resident) -> str:
    """Return the birth as far as it is known, with the age."""
    age = resident.age_on(clock.today())
    years = ngettext("%(num)s year old", "%(num)s years old", age) if age is not None else ""
    if resident.birth_date:
        return f"{format_date_short(resident.birth_date)} ({years})"
    if resident.birth_year:
        return _("In the year %(year)s (about %(age)s)", year=resident.birth_year, age=years)
    return _("Not known")


def timeline(session: Session, referral: Referral) -> list[Happened]:
    """Return what happened to a referral and to those that were merged into it, newest first."""
    events = session.scalars(
        select(ReferralEvent)
        .where(
            or_(
                ReferralEvent.referral_id == referral.id,
                ReferralEvent.referral_id.in_(
                    select(Referral.id).where(Referral.merged_into == referral.id)
                ),
            )
        )
        .order_by(ReferralEvent.at.desc(), ReferralEvent.id.desc())
    )
    return [
        Happened(event.at, event_title(event.kind, event.to_state), event.actor_name, _why(event))
        for event in events
    ]


def question(session: Session, referral: Referral) -> Happened | None:
    """Return the question with which a referral came back, the latest."""
    event = session.scalars(
        select(ReferralEvent)
        .where(ReferralEvent.referral_id == referral.id, ReferralEvent.kind == "returned")
        .order_by(ReferralEvent.at.desc(), ReferralEvent.id.desc())
        .limit(1)
    ).first()
    return Happened(event.at, _reason(event), event.actor_name, event.reason) if event else None


def confirmed_codes(session: Session, referral: Referral) -> tuple[str, ...]:
    """Return which concerns the officer looked at and kept when sending."""
    events = session.scalars(
        select(ReferralEvent).where(
            ReferralEvent.referral_id == referral.id, ReferralEvent.kind == "submitted"
        )
    )
    return tuple(code for event in events for code in event.detail.get("confirmed", []))


def family_message(referral: Referral) -> str:
    """Return what an officer may send the family: no NIK, no condition, no link (domain facts, section 7)."""
    with in_language(FAMILY_LANGUAGE):
        return _(
            "Good day, %(contact)s. We, the village government of %(village)s, have asked Dispendukcapil Kabupaten Sragen to record %(resident)s for the KTP-el at home. Tracking code: %(code)s. We will tell you before officers come; they carry an assignment letter. This service is FREE. Officers never ask for a NIK, an OTP code or money by WhatsApp. If in doubt, ask at the village hall. Thank you.",
            contact=referral.contact_name or called(referral.resident),
            village=referral.village.label,
            resident=called(referral.resident),
            code=referral.tracking_code,
        )


def whatsapp_link(referral: Referral, text: str) -> str:
    """Return the address that opens WhatsApp with the text written, to the family where it has a mobile number."""
    phone = referral.contact_phone
    to = phones.wa_digits(phone) if phone and phones.is_mobile(phone) else ""
    return f"https://wa.me/{to}?text={quote(text)}"


def as_rows(facts: Sequence[Fact], referral_id: str = "") -> list[tuple[str, str | Markup, str]]:
    """Return facts as the rows of a summary list; with a referral's id each leads to its field of the form."""
    return [
        (fact.label, escape(fact.value), change_url(referral_id, fact.field) if referral_id else "")
        for fact in facts
    ]


def change_url(referral_id: str, field: str) -> str:
    """Return the address of a field in the step that asks for it; from there one comes back to the summary."""
    code = step_with(field).code
    return url_for(
        "writing.edit", referral_id=referral_id, bagian=code, ke="ringkasan", _anchor=field
    )


def called(resident: Resident) -> str:
    """Return how a resident is spoken of politely: "Mbah Karso" from 55 years on."""
    age = resident.age_on(clock.today())
    if age is not None and age < 55:
        return resident.name
    return f"Mbah {resident.name.removeprefix('Mbah ')}"


_TITLES: Final = frozenset(
    {"bapak", "bp", "bpk", "bu", "ibu", "mas", "mbah", "mbak", "pak", "sdr", "sdri"}
)


def spoken_to(contact: str) -> str:
    """Return a contact's name without a title in front, for texts that say "Bapak/Ibu" already: "Bu Sri" is "Sri"."""
    first, _space, rest = contact.strip().partition(" ")
    return rest.strip() if rest and first.rstrip(".").casefold() in _TITLES else contact.strip()


def _reason(event: ReferralEvent) -> str:
    return reason_words(event.kind, event.detail.get("code", ""))


def _why(event: ReferralEvent) -> str:
    due = event.detail.get("due")
    other = event.detail.get("into") or event.detail.get("other") or ""
    lines = [_reason(event), other, reason_words(event.kind, event.reason) or event.reason]
    if due:
        lines.append(_("Needed by %(day)s.", day=format_date(datetime.fromisoformat(due).date())))
    return "\n".join(line for line in lines if line)
