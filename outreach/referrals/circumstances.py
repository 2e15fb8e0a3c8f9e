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
    """When someone is home: a visit begins within one of `windows_s`; none means at any time.

    Windows are (from, until) in seconds since midnight at the office, in order.
    """

    code: str
    label: str
    windows_s: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        edges = [edge for window in self.windows_s for edge in window]
        if edges != sorted(set(edges)) or (edges and not 0 <= edges[0] < edges[-1] <= DAY_S):
            raise ValueError(f"time wish {self.code}: windows must follow each other in one day")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a short list: a code that is kept and a label that is shown."""

    code: str
    label: str


TIME_WISHES: Final[Mapping[str, TimeWish]] = MappingProxyType(
    {
        wish.code: wish
        for wish in (
            TimeWish("any", N_("At any time"), ()),
            TimeWish("morning", N_("In the morning"), ((7 * _HOUR_S, 12 * _HOUR_S),)),
            TimeWish("after_9", N_("After 9 o'clock"), ((9 * _HOUR_S, 17 * _HOUR_S),)),
            TimeWish("before_11", N_("Before 11 o'clock"), ((7 * _HOUR_S, 11 * _HOUR_S),)),
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
