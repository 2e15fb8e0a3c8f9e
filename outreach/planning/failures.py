"""Why a plan could not be made, in words that are translated where they are shown."""

from __future__ import annotations

from typing import Final

from outreach.errors import SambangError
from outreach.i18n import N_, translate

CHILD_DIED: Final = N_("The search for routes ended by itself without an answer. Try again.")
CHILD_SILENT: Final = N_("The search for routes took far too long and was stopped. Try again.")
RULE_BROKEN: Final = N_(
    "The routes that were found break a rule, so they were not kept. Nothing was changed. Try again."
)
ANSWER_UNREADABLE: Final = N_(
    "The answer of the search could not be read, so it was not kept. Nothing was changed. Try again."
)
NOBODY_LEFT: Final = N_("The waiting list became empty before the plan was made.")
NO_SHIFT_LEFT: Final = N_("No team goes out on these dates any more.")
UNKNOWN: Final = N_(
    "The plan could not be made. Try again, and tell the administrator if it fails again."
)

KNOWN: Final = frozenset(
    {CHILD_DIED, CHILD_SILENT, RULE_BROKEN, ANSWER_UNREADABLE, NOBODY_LEFT, NO_SHIFT_LEFT, UNKNOWN}
)


class PlanFailed(SambangError):
    """A plan could not be made. `reason` is one of KNOWN; `detail` is for the log and the administrator."""

    def __init__(self, reason: str, detail: str = "") -> None:
        if reason not in KNOWN:
            raise ValueError(f"an unknown reason: {reason}")
        super().__init__(f"{reason}\n{detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


def kept(error: str) -> str:
    """Return what a plan keeps of a job's error: a known reason with its detail, or the general one."""
    return error if error.split("\n", 1)[0] in KNOWN else UNKNOWN


def in_words(error: str) -> tuple[str, str]:
    """Return the reason that a plan keeps, in the current language, and its detail."""
    reason, _, detail = error.partition("\n")
    return translate(reason), detail
