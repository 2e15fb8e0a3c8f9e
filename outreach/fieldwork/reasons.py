"""Why a visit led to no recording: eight reasons, each with what it asks for and who goes on from it.

Labels are message ids; translate them where they are shown. The words follow the office's own list of outcome
reasons; what stood there separately but has the same consequence is one reason here, so that a choice in the sun
stays short.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from outreach.i18n import N_
from outreach.referrals.states import CloseReason

MOST_REASONS: Final = 8


@dataclass(frozen=True, slots=True)
class ReasonFact:
    """One reason. `wait_days`: the fewest days before another attempt; None leaves it to the planner.

    With `needs_note` nothing is stored without a word, with `may_note` the family may know one.
    `suggests` is the closing that the reason points to, which a planner confirms. `is_ours`: the office failed, not the
    family, so the visit does not count against them.
    """

    code: str
    label: str
    hint: str = ""
    wait_days: int | None = None
    needs_note: bool = False
    may_note: bool = False
    suggests: CloseReason | None = None
    is_ours: bool = False

    def __post_init__(self) -> None:
        if self.wait_days is not None and self.wait_days < 1:
            raise ValueError(f"reason {self.code}: another attempt is a day later at the soonest")
        if self.wait_days is not None and self.suggests is not None:
            raise ValueError(f"reason {self.code}: either another attempt or a closing")


NOT_RECORDED: Final[Mapping[str, ReasonFact]] = MappingProxyType(
    {
        reason.code: reason
        for reason in (
            ReasonFact("not_home", N_("Not at home"), wait_days=3),
            ReasonFact(
                "too_ill",
                N_("Too ill today"),
                N_("Or in hospital, or the body does not allow it now."),
                wait_days=7,
            ),
            ReasonFact("refused", N_("Refused"), N_("The resident or the family."), wait_days=14),
            ReasonFact(
                "equipment",
                N_("Kit, power or network failed"),
                wait_days=1,
                is_ours=True,
            ),
            ReasonFact(
                "no_access",
                N_("Address not found or no access"),
                N_("Or it was not safe. Write what you found, so that it can be put right."),
                needs_note=True,
            ),
            ReasonFact(
                "died",
                N_("Has died"),
                N_("No messages are sent to the family any more."),
                suggests=CloseReason.DIED,
            ),
            ReasonFact(
                "moved",
                N_("Moved away or works elsewhere"),
                suggests=CloseReason.MOVED,
            ),
            ReasonFact(
                "already_recorded",
                N_("Already recorded before"),
                N_("Write where and when, if the family knows."),
                may_note=True,
                suggests=CloseReason.ALREADY_RECORDED,
            ),
        )
    }
)
assert len(NOT_RECORDED) <= MOST_REASONS
