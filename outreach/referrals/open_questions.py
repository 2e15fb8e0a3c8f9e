"""What a referral was sent without: its questions that nobody could answer yet, told and chased until somebody can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.i18n import N_, translate
from outreach.places.models import PlaceQuality
from outreach.policy import Actor
from outreach.referrals.models import Referral
from outreach.referrals.queries import is_incomplete, reach


@dataclass(frozen=True, slots=True)
class Question:
    """A question that may stay open: its words as a message id, and the fields of the form that answer it."""

    label: str
    fields: tuple[str, ...]


QUESTIONS: Final[Mapping[str, Question]] = MappingProxyType(
    {
        "nik": Question(N_("NIK"), ("nik", "nik_unknown")),
        "birth": Question(N_("Birth date"), ("birth", "birth_unknown")),
        "sex": Question(N_("Sex"), ("sex",)),
        "units": Question(N_("RT and RW"), ("rt", "rw", "units_unknown")),
        "hamlet": Question(N_("Hamlet"), ("hamlet", "hamlet_unknown")),
        "place": Question(N_("Place on the map"), ("lat", "lon", "place_from", "centre_only")),
        "landmark": Question(N_("Landmark"), ("landmark", "landmark_unknown")),
        "condition": Question(N_("Condition"), ("condition",)),
        "power": Question(N_("Power at the house"), ("house_power",)),
        "home": Question(N_("Times at home"), ("home", "home_from", "home_to")),
        "contact": Question(
            N_("Contact person"), ("contact_name", "contact_relation", "contact_unknown")
        ),
        "phone": Question(N_("Phone number"), ("contact_phone", "no_phone", "phone_unknown")),
    }
)
"""Every question that may stay open, in the order of the form."""


def open_questions(referral: Any, resident: Any) -> tuple[str, ...]:
    """Return the codes of the questions that a referral has no answer to yet.

    Takes rows or anything with their columns; for a draft a question that was not asked counts as open, too.
    """
    absent = {
        "nik": resident.nik_index is None,
        "birth": resident.birth_date is None and resident.birth_year is None,
        "sex": not resident.sex,
        "units": not (referral.rt and referral.rw),
        "hamlet": not referral.hamlet,
        "place": referral.place_quality in (PlaceQuality.VILLAGE, PlaceQuality.HAMLET),
        "landmark": not referral.landmark,
        "condition": not referral.condition,
        "power": referral.house_power in ("", "unknown"),
        "home": "home" in (referral.ticked or ()),
        "contact": not referral.contact_name,
        "phone": not referral.contact_phone and "no_phone" not in (referral.ticked or ()),
    }
    return tuple(code for code in QUESTIONS if absent[code])


def open_words(referral: Referral) -> list[str]:
    """Return the open questions of a referral in words as they stand within a sentence, in the order of the form."""
    labels = [
        translate(QUESTIONS[code].label) for code in open_questions(referral, referral.resident)
    ]
    return [
        label if label[:2].isupper() else label[:1].lower() + label[1:] for label in labels
    ]  # NIK and RT stay as they are


def incomplete_referrals(session: Session, actor: Actor, most: int) -> tuple[int, list[Referral]]:
    """Return how many of the actor's referrals wait for an answer of their village, and the oldest few."""
    within = reach(actor, "referral.edit") & is_incomplete()
    count = session.scalar(select(func.count()).select_from(Referral).where(within)) or 0
    oldest = select(Referral).where(within).order_by(Referral.submitted_at, Referral.id)
    return count, list(session.scalars(oldest.limit(most)).unique()) if count else []
