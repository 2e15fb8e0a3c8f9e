"""How much a referral weighs when not everybody can be visited: one table that can be told to a person.

The points are ours, for the office to change; the rules behind them are the product's: a person who waits weighs
more each day, a date by which the card is needed weighs more as it comes near, and whoever was visited in vain
does not go to the back of the queue. Who a person is (sex, age, district) weighs nothing.
UU 27/2022 article 34 asks that a score be explainable and that a person decides: `lines` is the explanation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from outreach.i18n import gettext as _
from outreach.i18n import ngettext

POINT_S: Final = 120
"""Seconds of driving that one point is worth: for a day of waiting (2 points) a team may drive 4 minutes more."""
BASE_POINTS: Final = 100
POINTS_A_DAY_WAITED: Final = 2
MOST_DAYS_COUNTED: Final = 90
LONG_WAIT_DAYS: Final = 60
POINTS_LONG_WAIT: Final = 150
"""So that a remote house gets its turn, although two or three near ones could be visited in the same time. With 300
sample referrals and a quota of 50 this served 28 of 35 who had waited that long, instead of 19, for 4 people fewer."""
POINTS_DUE: Final[tuple[tuple[int, int], ...]] = ((0, 200), (7, 150), (14, 100), (30, 50))
"""Days left until the date by which the card is needed, and the points from there on; the first that fits."""
POINTS_AN_ATTEMPT: Final = 30
MOST_ATTEMPTS_COUNTED: Final = 3


@dataclass(frozen=True, slots=True)
class PriorityLine:
    """One reason for points: its code ("base", "waiting", "long_wait", "due", "attempts"), the amount it is about, the points."""

    code: str
    amount: int
    points: int

    def __post_init__(self) -> None:
        if self.points <= 0:
            raise ValueError(f"a line of priority without points: {self.code}")


@dataclass(frozen=True, slots=True)
class Priority:
    """What a referral weighs, and why."""

    lines: tuple[PriorityLine, ...]

    @property
    def points(self) -> int:
        """The sum of the lines."""
        return sum(line.points for line in self.lines)


def priority_of(*, waiting_days: int, due_day: date | None, attempts: int, day: date) -> Priority:
    """Return the weight of a referral on a date, after `waiting_days` and `attempts` visits in vain."""
    lines = [PriorityLine("base", 1, BASE_POINTS)]
    counted = min(max(waiting_days, 0), MOST_DAYS_COUNTED)
    if counted:
        lines.append(PriorityLine("waiting", waiting_days, counted * POINTS_A_DAY_WAITED))
    if waiting_days >= LONG_WAIT_DAYS:
        lines.append(PriorityLine("long_wait", LONG_WAIT_DAYS, POINTS_LONG_WAIT))
    if due_day is not None:
        left = (due_day - day).days
        for within, points in POINTS_DUE:
            if left <= within:
                lines.append(PriorityLine("due", left, points))
                break
    tried = min(max(attempts, 0), MOST_ATTEMPTS_COUNTED)
    if tried:
        lines.append(PriorityLine("attempts", attempts, tried * POINTS_AN_ATTEMPT))
    return Priority(tuple(lines))


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
        case _:
            return _("Everybody on the waiting list: %(points)d points.", points=line.points)
