"""The rules that a plan can break, and one broken rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from routing.plan import Route, Stop


class Rule(StrEnum):
    """A rule that a plan can break."""

    UNKNOWN_VISIT = "unknown_visit"
    UNKNOWN_SHIFT = "unknown_shift"
    TWO_ROUTES = "two_routes"
    SERVED_TWICE = "served_twice"
    FORGOTTEN = "forgotten"
    SERVED_AND_NOT = "served_and_not"
    TRAVEL = "travel"
    UNREACHABLE = "unreachable"
    TIMES = "times"
    LEAVES_EARLY = "leaves_early"
    WINDOW = "window"
    DATE = "date"
    VISITS_END = "visits_end"
    LATE_BACK = "late_back"
    OVERTIME = "overtime"
    BREAK = "break"
    MOST_VISITS = "most_visits"
    MOST_DURATION = "most_duration"
    MOST_TRAVEL = "most_travel"
    CAPACITY = "capacity"
    SKILL = "skill"
    EQUIPMENT = "equipment"
    TEAM = "team"
    PIN = "pin"
    QUOTA = "quota"
    TWO_TEAMS = "two_teams"
    FROZEN = "frozen"
    SLACK = "slack"
    SCORE = "score"
    BOUND = "bound"


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken rule: which, in words, and where."""

    rule: Rule
    text: str
    team: str = ""
    day: date | None = None
    visit: str = ""
    parameters: Mapping[str, str | int] = field(default_factory=dict)


def at(rule: Rule, text: str, route: Route, stop: Stop | None = None) -> Broken:
    """Return a broken rule of a route, or of one of its stops."""
    return Broken(rule, text, route.team, route.day, stop.visit if stop is not None else "")


def clock(time_s: int) -> str:
    """Return a time of day as people read it: 08:05, with seconds only where there are some."""
    minutes, seconds = divmod(time_s, 60)
    text = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{seconds:02d}" if seconds else text


def spell(length_s: int) -> str:
    """Return a length of time as people read it: 1 h 5 min, 40 s."""
    if length_s < 0:
        return f"-{spell(-length_s)}"
    minutes, seconds = divmod(length_s, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    parts.append(f"{seconds} s" if seconds or not (hours or minutes) else "")
    return " ".join(part for part in parts if part)
