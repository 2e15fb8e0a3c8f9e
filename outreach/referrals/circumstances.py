"""What a family tells besides the condition: when someone is home, who answers, why it is urgent.

Labels are message ids; translate them where they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from outreach.i18n import N_

DAY_S: Final = 24 * 3600
_HOUR_S: Final = 3600


@dataclass(frozen=True, slots=True)
class TimeWish:
    """When someone is home: a visit begins between `from_s` and `to_s`, or at any time (None).

    Seconds since midnight at the office.
    """

    code: str
    label: str
    from_s: int | None = None
    to_s: int | None = None

    def __post_init__(self) -> None:
        if self.from_s is None and self.to_s is None:
            return
        if self.from_s is None or self.to_s is None or not 0 <= self.from_s < self.to_s <= DAY_S:
            raise ValueError(f"time wish {self.code}: needs a beginning before its end, in one day")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a short list: a code that is kept and a label that is shown."""

    code: str
    label: str


TIME_WISHES: Final[Mapping[str, TimeWish]] = MappingProxyType(
    {
        wish.code: wish
        for wish in (
            TimeWish("any", N_("At any time")),
            TimeWish("morning", N_("In the morning"), 7 * _HOUR_S, 12 * _HOUR_S),
            TimeWish("after_9", N_("After 9 o'clock"), 9 * _HOUR_S, 17 * _HOUR_S),
            TimeWish("before_11", N_("Before 11 o'clock"), 7 * _HOUR_S, 11 * _HOUR_S),
        )
    }
)

RELATIONS: Final[Mapping[str, Choice]] = MappingProxyType(
    {
        relation.code: relation
        for relation in (
            Choice("child", N_("Son or daughter")),
            Choice("child_in_law", N_("Son-in-law or daughter-in-law")),
            Choice("spouse", N_("Husband or wife")),
            Choice("grandchild", N_("Grandchild")),
            Choice("sibling", N_("Brother or sister")),
            Choice("neighbour", N_("Neighbour")),
            Choice("neighbourhood_head", N_("Head of the neighbourhood (RT)")),
            Choice("hamlet_head", N_("Head of the hamlet")),
            Choice("other", N_("Someone else")),
        )
    }
)

# A reason raises the priority together with the date by which the card is needed.
PRIORITY_REASONS: Final[Mapping[str, Choice]] = MappingProxyType(
    {
        reason.code: reason
        for reason in (
            Choice("hospital", N_("Hospital or health insurance (BPJS)")),
            Choice("social_aid", N_("Social assistance")),
            Choice("pension", N_("Pension or bank")),
            Choice("pilgrimage", N_("Hajj or umrah")),
            Choice("election", N_("A coming election")),
        )
    }
)
