"""The words for what happens to a referral; labels are message ids, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from outreach.i18n import N_, format_time, translate
from outreach.i18n import gettext as _
from outreach.places.models import PlaceQuality
from outreach.referrals.circumstances import PRIORITY_REASONS, TIME_WISHES
from outreach.referrals.nik import NikReason
from outreach.referrals.phones import PhoneReason
from outreach.referrals.states import CloseReason
from outreach.referrals.states import ReferralState as S

STATE_LABELS: Final[Mapping[S, str]] = {
    S.DRAFT: N_("Draft"),
    S.SUBMITTED: N_("Submitted"),
    S.RETURNED: N_("Returned"),
    S.ACCEPTED: N_("Accepted"),
    S.SCHEDULED: N_("Scheduled"),
    S.VISITED: N_("Visited"),
    S.RECORDED: N_("Recorded"),
    S.SENT: N_("Sent to the centre"),
    S.PRINT_READY: N_("Print ready"),
    S.PRINTED: N_("Printed"),
    S.DELIVERED: N_("Delivered"),
    S.ENROLMENT_FAILED: N_("Enrolment failed"),
    S.DUPLICATE_RECORD: N_("Duplicate record"),
    S.CLOSED: N_("Closed"),
}

GROUP_LABELS: Final[Mapping[str, str]] = {
    "draft": N_("Drafts"),
    "returned": N_("Returned"),
    "submitted": N_("Being checked"),
    "incomplete": N_("Not complete yet"),
    "accepted": N_("Waiting for a visit"),
    "scheduled": N_("Scheduled"),
    "recorded": N_("Recorded, card in the making"),
    "delivered": N_("Card delivered"),
    "closed": N_("Closed without a card"),
}
"""The groups of states by which a list is narrowed (`queries.STATE_GROUPS`)."""

EVENT_LABELS: Final[Mapping[str, str]] = {
    "drafted": N_("Written down"),
    "submitted": N_("Sent to the office"),
    "edited": N_("Changed"),
    "completed": N_("What was not known was filled in"),
    "endorsed": N_("Checked and passed on by the district"),
    "returned": N_("Sent back with a question"),
    "answered": N_("Answered and sent again"),
    "accepted": N_("Accepted, waiting for a visit"),
    "scheduled": N_("On an approved plan"),
    "plan_replaced": N_("Taken off the plan, waiting again"),
    "another_attempt": N_("Waiting for another visit"),
    "closed": N_("Closed"),
    "flagged": N_("What the visit needs was changed"),
    "merged": N_("Goes on in another referral of the same person"),
    "took_over": N_("Another referral of the same person was merged into this one"),
    "merge_undone": N_("The merge was taken back"),
    "kept_apart": N_("Looks like another referral, but is another person"),
    "nik_revealed": N_("The NIK was looked at"),
}
"""What happened, by the kind of an event; a kind that is not here is told by its state."""

CLOSE_LABELS: Final[Mapping[CloseReason, str]] = {
    CloseReason.DIED: N_("Has died"),
    CloseReason.MOVED: N_("Moved away or works elsewhere"),
    CloseReason.ALREADY_RECORDED: N_("Already recorded before"),
    CloseReason.WITHDRAWN: N_("The family withdraws the referral"),
    CloseReason.DUPLICATE: N_("The same resident stands in another referral"),
    CloseReason.CAME_TO_OFFICE: N_("Could come to the office after all"),
    CloseReason.DELIVERED: N_("The card is delivered"),
    CloseReason.NOT_MET: N_("Could not be recorded after several visits"),
}

RETURN_REASONS: Final[Mapping[str, str]] = {
    "nik": N_("The NIK is missing or does not fit"),
    "place": N_("The house cannot be found from this"),
    "contact": N_("Nobody can be reached"),
    "name": N_("The name or birth date does not fit the register"),
    "condition": N_("It is not clear why a home visit is needed"),
    "recorded": N_("The register says: already recorded"),
    "duplicate": N_("Possibly the same as another referral"),
    "other": N_("Something else"),
}

REVEAL_REASONS: Final[Mapping[str, str]] = {
    "register": N_("To look the resident up in the register"),
    "family_card": N_("To compare it with the family card (KK)"),
    "duplicate": N_("To compare two referrals"),
    "form": N_("To fill in a form of the office"),
}

PLACE_LABELS: Final[Mapping[PlaceQuality, str]] = {
    PlaceQuality.SURVEYED: N_("Seen at the house by a team"),
    PlaceQuality.DEVICE: N_("Position of a phone at the house"),
    PlaceQuality.PIN: N_("Pin on the map"),
    PlaceQuality.PASTED: N_("Coordinates that were pasted"),
    PlaceQuality.HAMLET: N_("Middle of the hamlet"),
    PlaceQuality.VILLAGE: N_("Middle of the village only"),
}

_NIK_ERRORS: Final[Mapping[NikReason, str]] = {
    "length": N_("A NIK has 16 digits. Count them once more."),
    "digits": N_("A NIK has digits only. Check for letters."),
    "zeros": N_("This is not a NIK. Tick “not known” if there is none."),
}

_PHONE_ERRORS: Final[Mapping[PhoneReason, str]] = {
    "empty": N_("Fill in a phone number."),
    "unreadable": N_("This phone number cannot be read. Write it like 0812 3456 7890."),
    "several": N_("Write one phone number; put a second one in the note."),
    "too_short": N_("This phone number is too short."),
    "too_long": N_("This phone number is too long."),
}


_REASON_WORDS: Final[dict[str, Mapping[str, str]]] = {
    "returned": RETURN_REASONS,
    "nik_revealed": REVEAL_REASONS,
    "closed": {reason.value: label for reason, label in CLOSE_LABELS.items()},
    "accepted": {reason.code: reason.label for reason in PRIORITY_REASONS.values()},
}
_EVENT_WORDS: Final[dict[str, str]] = dict(EVENT_LABELS)


def on_event(kind: str, label: str, reasons: Mapping[str, str] = MappingProxyType({})) -> None:
    """Register the words of an event that a package further up adds, and of the codes of its reasons."""
    _EVENT_WORDS[kind] = label
    _REASON_WORDS[kind] = {**_REASON_WORDS.get(kind, {}), **reasons}


def reason_words(kind: str, code: str) -> str:
    """Return the words for the code of an event's reason, or nothing where it is no code."""
    label = _REASON_WORDS.get(kind, {}).get(code)
    return translate(label) if label else ""


def nik_error(reason: NikReason) -> str:
    """Return what is wrong with a NIK."""
    return translate(_NIK_ERRORS[reason])


def phone_error(reason: PhoneReason) -> str:
    """Return what is wrong with a phone number."""
    return translate(_PHONE_ERRORS[reason])


def event_title(kind: str, to_state: str) -> str:
    """Return what an event says in a timeline."""
    if kind in _EVENT_WORDS:
        return translate(_EVENT_WORDS[kind])
    return translate(STATE_LABELS[S(to_state)]) if to_state in set(S) else kind


def time_wish(from_s: int | None, to_s: int | None) -> str:
    """Return when somebody is home, in words."""
    for wish in TIME_WISHES.values():
        if (wish.from_s, wish.to_s) == (from_s, to_s):
            return translate(wish.label)
    if from_s is None or to_s is None:
        return ""
    return _("From %(start)s to %(end)s", start=format_time(from_s), end=format_time(to_s))


def wish_code(from_s: int | None, to_s: int | None) -> str:
    """Return the code of a time wish, or "custom" for other times."""
    for wish in TIME_WISHES.values():
        if (wish.from_s, wish.to_s) == (from_s, to_s):
            return wish.code
    return "custom"


def sex_label(sex: str) -> str:
    """Return the word for L (male) or P (female), or nothing."""
    return {"L": _("Man"), "P": _("Woman")}.get(sex, "")
