"""The words of a priority, for whoever asks why somebody comes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from outreach.i18n import N_, ngettext, translate
from outreach.i18n import gettext as _
from outreach.referrals.priority import Priority, PriorityLine

WEIGHT_LABELS: Final[Mapping[str, str]] = {
    "base": N_("Everybody on the waiting list"),
    "day": N_("Each day of waiting"),
    "most_days": N_("Days of waiting that count, at most"),
    "long_wait_days": N_("A long wait begins after so many days"),
    "long_wait": N_("A long wait"),
    "lying": N_("Can only lie down"),
    "seated": N_("Can only sit"),
    "helped": N_("Walks with help"),
    "care": N_("Needs the card for care (hospital, BPJS)"),
    "benefits": N_("Needs the card for benefits (social assistance, pension)"),
    "other_reason": N_("Needs the card for another reason"),
    "age_75": N_("75 years or older"),
    "age_85": N_("85 years or older"),
    "due_now": N_("The date by which the card is needed has come"),
    "due_week": N_("Needed within 7 days"),
    "due_fortnight": N_("Needed within 14 days"),
    "due_month": N_("Needed within 30 days"),
    "attempt": N_("Each visit in vain"),
    "most_attempts": N_("Visits in vain that count, at most"),
    "neighbour": N_("A neighbour is visited already (in the list only)"),
}
"""What each weight of `priority.Weights` is called where it is set."""


def in_words(priority: Priority) -> list[str]:
    """Return a sentence for each line, in the current language."""
    return [_sentence(line) for line in priority.lines]


def _sentence(line: PriorityLine) -> str:
    match line.code:
        case "waiting":
            return ngettext(
                "Has waited %(num)d day: %(points)d points.",
                "Has waited %(num)d days: %(points)d points.",
                line.amount,
                points=line.points,
            )
        case "long_wait":
            return _(
                "Has waited %(days)d days or more: %(points)d points.",
                days=line.amount,
                points=line.points,
            )
        case "due" if line.amount <= 0:
            return _(
                "The date by which the card is needed has come: %(points)d points.",
                points=line.points,
            )
        case "due":
            return ngettext(
                "The card is needed within %(num)d day: %(points)d points.",
                "The card is needed within %(num)d days: %(points)d points.",
                line.amount,
                points=line.points,
            )
        case "attempts":
            return ngettext(
                "Was visited in vain %(num)d time: %(points)d points.",
                "Was visited in vain %(num)d times: %(points)d points.",
                line.amount,
                points=line.points,
            )
        case "base":
            return _("Everybody on the waiting list: %(points)d points.", points=line.points)
        case "age":
            return _(
                "%(age)d years or older: %(points)d points.", age=line.amount, points=line.points
            )
    return _("%(what)s: %(points)d points.", what=translate(_LABELS[line.code]), points=line.points)


_LABELS: Final[Mapping[str, str]] = {
    "lying": WEIGHT_LABELS["lying"],
    "seated": WEIGHT_LABELS["seated"],
    "walks_with_help": WEIGHT_LABELS["helped"],
    "care": WEIGHT_LABELS["care"],
    "benefits": WEIGHT_LABELS["benefits"],
    "other_reason": WEIGHT_LABELS["other_reason"],
    "neighbour": N_("A neighbour is visited already"),
}
