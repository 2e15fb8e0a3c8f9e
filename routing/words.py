"""Reasons and changes as plain English sentences, for the command line. The application has its own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from routing.plan import Change, ChangeKind, Reason, Unserved

_REASONS: Final[Mapping[Reason, str]] = {
    Reason.NO_SHIFT: "no team has a shift",
    Reason.PINNED_ELSEWHERE: "no shift fits where it is pinned",
    Reason.NO_SKILL: "no team that may go has: {skills}",
    Reason.NO_EQUIPMENT: "no team that may go carries: {equipment}",
    Reason.NO_TEAM_ALLOWED: "no team that may go has a shift",
    Reason.NOT_YET: "it may not be made before {earliest}, and the last shift is on {last_day}",
    Reason.DUE_PASSED: "it was due on {due}, and the first shift that could go is on {first_day}",
    Reason.TOO_LARGE: "it takes more room than any team has",
    Reason.QUOTA_TOO_SMALL: "it has {people} people, and no date's quota is above {most}",
    Reason.UNREACHABLE: "no way leads there and back",
    Reason.NO_WINDOW: "none of its windows meets the hours in which a team could be there",
    Reason.TOO_LONG: "even alone it is {short_s} seconds too long for a shift",
    Reason.ONE_TEAM_ONLY: "it needs two teams together, and no date has two that could go",
    Reason.QUOTA_FULL: "a team would have time, but the quota of {people} people on {day} is used up",
    Reason.NO_TIME_LEFT: "no team has the time left beside those who are planned",
    Reason.DISPLACES: "team {team} could go on {day} only instead of {visits}, worth {points} points",
    Reason.NOT_WORTH_DRIVING: "team {team} could go on {day}, but driving {cost_s} seconds for it is worth more than it",
    Reason.FITS: "it fits: team {team} on {day}, after {position} stops",
}
_CHANGES: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.OVERTIME: "{seconds} seconds of overtime for team {team} on {day}",
    ChangeKind.LONGER_WINDOW: "a window {seconds} seconds {side} for team {team} on {day}",
    ChangeKind.QUOTA: "a quota larger by {people} on {day}",
    ChangeKind.MORE_VISITS: "one more visit for team {team} on {day}",
    ChangeKind.SKILL: "{skills} for team {team} on {day}",
    ChangeKind.EQUIPMENT: "{equipment} for team {team} on {day}",
    ChangeKind.LATER_DUE: "a due date of {day}",
    ChangeKind.EARLIER_START: "an earliest date of {day}",
    ChangeKind.ALLOW_TEAM: "letting team {team} go on {day}",
}


def in_words(unserved: Unserved) -> str:
    """Return one line: who is left out, why, and what would help."""
    why = _REASONS[unserved.reason].format_map(dict(unserved.parameters))
    if unserved.change is None:
        return f"{unserved.visit}: {why}."
    return f"{unserved.visit}: {why}. It would be served with {change_in_words(unserved.change)}."


def change_in_words(change: Change) -> str:
    """Return a change as people say it."""
    return _CHANGES[change.kind].format_map(dict(change.parameters))
