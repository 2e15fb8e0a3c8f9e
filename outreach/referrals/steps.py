"""The form of a referral in steps: one topic a screen, and where each question stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from outreach.i18n import N_


@dataclass(frozen=True, slots=True)
class Step:
    """One screen of the form. `code` stands in the address, `title` is a message id, `fields` are names of the form."""

    code: str
    title: str
    fields: tuple[str, ...]


STEPS: Final = (
    Step(
        "orang",
        N_("The person"),
        ("village_code", "name", "nik", "nik_unknown", "birth", "birth_unknown", "sex"),
    ),
    Step(
        "alamat",
        N_("The address"),
        ("rt", "rw", "units_unknown", "hamlet", "hamlet_unknown", "lat", "lon", "place_from", "centre_only", "landmark", "landmark_unknown"),
    ),
    Step("keadaan", N_("The condition"), ("condition", "needs", "house_power")),
    Step(
        "keluarga",
        N_("Time and family"),
        (
            "home", "home_from", "home_to", "contact_name", "contact_relation", "contact_unknown", "contact_phone",
            "no_phone", "phone_unknown", "note",
        ),
    ),
)  # fmt: skip
"""The screens in their order; after the last comes the summary."""
STEP_COUNT: Final = len(STEPS) + 1
WHOLE: Final = "semua"
"""In the address of somebody who wants all questions on one page."""


def step_of(code: str | None) -> Step | None:
    """Return the step with this code, or None."""
    return next((step for step in STEPS if step.code == code), None)


def number_of(step: Step) -> int:
    """Return the place of a step, from 1."""
    return STEPS.index(step) + 1


def step_with(field: str) -> Step:
    """Return the step that asks for a field; the first where none does."""
    return next((step for step in STEPS if field in step.fields), STEPS[0])


def before(step: Step) -> Step | None:
    """Return the step before this one, or None."""
    place = STEPS.index(step)
    return STEPS[place - 1] if place else None


def after(step: Step) -> Step | None:
    """Return the step after this one, or None where the summary comes."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None
