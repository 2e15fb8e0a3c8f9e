"""How outcomes are told to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from outreach.accounts.models import User
from outreach.fieldwork.biometrics import MARK_LABELS, PART_LABELS, Biometrics
from outreach.fieldwork.decisions import Waiting
from outreach.fieldwork.forms import KIND_LABELS
from outreach.fieldwork.models import Outcome, OutcomeKind
from outreach.fieldwork.outcomes import outcomes_on
from outreach.fieldwork.reasons import NOT_RECORDED
from outreach.i18n import format_date, format_date_short, format_time, in_language, translate
from outreach.i18n import gettext as _
from outreach.planning.models import Route
from outreach.planning.under_way import on_results
from outreach.planning.wording import place
from outreach.referrals.models import Referral
from outreach.referrals.pages import FAMILY_LANGUAGE, called, spoken_to
from outreach.referrals.states import ReferralState

_TONES = {
    OutcomeKind.RECORDED: ("success", "tick"),
    OutcomeKind.PARTLY: ("success", "half"),
    OutcomeKind.NOT_RECORDED: ("warning", "cross"),
}


@dataclass(frozen=True)
class Result:
    """An outcome in a badge: its words, its tone and its shape."""

    word: str
    tone: str
    shape: str


@dataclass(frozen=True)
class ShownOutcome:
    """An outcome in a list or a history."""

    visit_id: str
    name: str
    result: Result
    parts: str
    note: str
    who: str
    when: datetime
    via: str
    moved: bool


@dataclass(frozen=True)
class ShownWaiting:
    """A referral that waits for a decision, in words."""

    referral: Referral
    name: str
    place: str
    attempts: int
    outcome: ShownOutcome | None


def result(outcome: Outcome) -> Result:
    """Return an outcome's word, with the reason where there is one."""
    word = translate(KIND_LABELS[outcome.kind])
    if outcome.reason:
        fact = NOT_RECORDED.get(outcome.reason)
        word = translate(fact.label) if fact else outcome.reason
    return Result(word, *_TONES[outcome.kind])


def family_message(referral: Referral, outcome: Outcome, day: date) -> str:
    """Return what the family may be sent after a visit, or "" where nothing was recorded.

    No NIK, no condition, no link, and no promise when the card comes (domain facts, section 7). Who was not visited is
    told of the next day by the page of families' messages, and nobody is written to about somebody who died.
    """
    if outcome.kind is OutcomeKind.NOT_RECORDED:
        return ""
    with in_language(FAMILY_LANGUAGE):
        said = {
            "contact": spoken_to(referral.contact_name) or _("Sir or Madam"),
            "resident": called(referral.resident),
            "day": format_date(day),
        }
        if outcome.kind is OutcomeKind.RECORDED:
            return _(
                "Thank you, %(contact)s. The recording of %(resident)s for the KTP-el on %(day)s is done. The data are now worked on at the centre; we cannot say for certain how long it takes. We will tell you when the card is ready. There is nothing to pay.", **said
            )  # fmt: skip
        return _(
            "Thank you, %(contact)s. The recording of %(resident)s for the KTP-el on %(day)s is done in part. We will tell you whether another visit is needed. There is nothing to pay.", **said
        )  # fmt: skip


@on_results
def _results(session: Session, route: Route) -> dict[str, str]:
    """Say in a few words what came of each visit of a route, for plans that are changed during the day and for paper."""
    return {
        visit_id: _(
            "%(result)s, %(time)s",
            result=result(outcome).word,
            time=format_time(outcome.device_at or outcome.recorded_at),
        )
        for visit_id, outcome in outcomes_on(session, route).items()
    }


def parts_of(outcome: Outcome) -> str:
    """Write what was taken in a part recording: "Foto: diambil, ..."; empty otherwise."""
    if outcome.kind is not OutcomeKind.PARTLY:
        return ""
    marks = Biometrics.from_json(outcome.biometrics).marks
    return ", ".join(
        f"{translate(PART_LABELS[part])}: {translate(MARK_LABELS[mark]).lower()}"
        for part, mark in marks.items()
    )


def entry_of(session: Session, outcome: Outcome) -> ShownOutcome:
    """Return an outcome for a history: who, when, what."""
    user = session.get(User, outcome.recorded_by) if outcome.recorded_by else None
    return ShownOutcome(
        visit_id=outcome.visit_id,
        name=outcome.visit.referral.resident.name,
        result=result(outcome),
        parts=parts_of(outcome),
        note=outcome.note,
        who=user.name if user else "-",
        when=outcome.recorded_at,
        via=_("typed in from paper") if outcome.via == "paper" else _("by the team"),
        moved=bool(outcome.led_to),
    )


def waiting_of(session: Session, item: Waiting) -> ShownWaiting:
    """Return a waiting referral in words."""
    return ShownWaiting(
        referral=item.referral,
        name=item.referral.resident.name,
        place=place(item.referral),
        attempts=item.referral.attempts,
        outcome=entry_of(session, item.outcome) if item.outcome else None,
    )


def saved(outcome: Outcome) -> str:
    """Say that an outcome is safe, and what it led to."""
    name = outcome.visit.referral.resident.name
    match outcome.led_to:
        case ReferralState.RECORDED:
            return _("Saved: %(name)s is recorded.", name=name)
        case ReferralState.ACCEPTED:
            day = outcome.visit.referral.not_before
            return _(
                "Saved. %(name)s goes back to the waiting list, from %(day)s.",
                name=name, day=format_date_short(day) if day else "-",
            )  # fmt: skip
        case ReferralState.VISITED:
            return _("Saved. The planner decides what happens for %(name)s.", name=name)
    return _(
        "Saved. The case of %(name)s had gone on meanwhile, so the planner looks at it.", name=name
    )
