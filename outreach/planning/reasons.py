"""Why somebody is not scheduled, and the smallest change that would help: the codes of `routing` in words.

The words speak of teams by their name and of dates as people say them. Every reason and every change that `routing`
knows has its words here; a test goes through both lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from outreach.i18n import N_, format_date, ngettext, translate
from outreach.i18n import gettext as _
from outreach.planning.wording import duration
from outreach.referrals.conditions import GENERATOR, NEEDS
from routing import ChangeKind, Reason

EXCLUDED: Final = "excluded"
"""The reason of those whom a planner took off by hand."""
BY_DECREE: Final = "by_decree"
"""The reason of those whose condition a decree does not accept on any date of the plan; every other is routing's."""

TITLES: Final[Mapping[str, str]] = {
    EXCLUDED: N_("Taken off by hand"),
    BY_DECREE: N_("Not visited while a decree holds"),
    Reason.NO_SHIFT: N_("No team goes out"),
    Reason.PINNED_ELSEWHERE: N_("Fixed to a day or team that is not in this plan"),
    Reason.NO_SKILL: N_("No team with the ability that is needed"),
    Reason.NO_EQUIPMENT: N_("No team with the equipment that is needed"),
    Reason.NO_TEAM_ALLOWED: N_("No team may go there"),
    Reason.NOT_YET: N_("Not to be visited yet"),
    Reason.DUE_PASSED: N_("Needed before this plan begins"),
    Reason.TOO_LARGE: N_("More than a team can take along"),
    Reason.QUOTA_TOO_SMALL: N_("The daily quota is too small"),
    Reason.UNREACHABLE: N_("No way leads there"),
    Reason.NO_WINDOW: N_("Nobody is home in the team's hours"),
    Reason.TOO_LONG: N_("Too far or too long for one working day"),
    Reason.ONE_TEAM_ONLY: N_("Two teams are needed together"),
    Reason.QUOTA_FULL: N_("The daily quota is used up"),
    Reason.NO_TIME_LEFT: N_("No time left on any route"),
    Reason.DISPLACES: N_("Others would lose their place"),
    Reason.NOT_WORTH_DRIVING: N_("The drive is too long for one person"),
    Reason.FITS: N_("Would still fit"),
}

Parameters = Mapping[str, Any]
TeamNames = Mapping[str, str]


def title(code: str) -> str:
    """Return the few words that a group of this reason stands under."""
    return translate(TITLES[code])


def sentence(code: str, given: Parameters, teams: TeamNames) -> str:
    """Return why, in a sentence, with what routing found. `teams` is the name of each team by its id."""
    if code == EXCLUDED:
        return _("The planner took this person off the plan.")
    if code == BY_DECREE:
        return _(
            "By decree %(letters)s nobody in this condition is visited on these dates.",
            letters=given.get("letters", ""),
        )
    match Reason(code):
        case Reason.NO_SHIFT:
            return _("No team goes out on these dates.")
        case Reason.PINNED_ELSEWHERE:
            return _("The visit is fixed to a day or team that has no shift in this plan.")
        case Reason.NO_SKILL:
            return _("No team that goes out has this: %(what)s.", what=needs(given.get("skills")))
        case Reason.NO_EQUIPMENT:
            return _(
                "No team that goes out carries this: %(what)s.", what=needs(given.get("equipment"))
            )
        case Reason.NO_TEAM_ALLOWED:
            return _("None of the teams that go out may make this visit.")
        case Reason.NOT_YET:
            return _("May be visited from %(day)s on.", day=_day(given.get("earliest")))
        case Reason.DUE_PASSED:
            return _(
                "The card was needed by %(day)s, before this plan begins.",
                day=_day(given.get("due")),
            )
        case Reason.TOO_LARGE:
            return _("The visit takes more than any team can carry.")
        case Reason.QUOTA_TOO_SMALL:
            return _("The quota allows at most %(most)s people a day.", most=given.get("most", 0))
        case Reason.UNREACHABLE:
            return _("The map knows no way to this house. Check the pin.")
        case Reason.NO_WINDOW:
            return _(
                "The hours in which somebody is home do not meet the hours of any team that could go."
            )
        case Reason.TOO_LONG:
            return _(
                "Even alone on a route it takes %(time)s more than a shift.",
                time=_time(given.get("short_s")),
            )
        case Reason.ONE_TEAM_ONLY:
            return _("Two teams must come together, and no day has two that could.")
        case Reason.QUOTA_FULL:
            return _("A team would have time, but the quota of the day is used up.")
        case Reason.NO_TIME_LEFT:
            return _("Every route is full.") + _short(given)
        case Reason.DISPLACES:
            return _displaces(given, teams)
        case Reason.NOT_WORTH_DRIVING:
            return _(
                "It would cost %(cost)s more on the road, more than the points of this person are worth.",
                cost=_time(given.get("cost_s")),
            )
        case Reason.FITS:
            return _("There is still room with %(team)s.", team=_team(given, teams)) + _on(given)


def change(kind: str, given: Parameters, teams: TeamNames) -> str:
    """Return the smallest change that would serve the person, in a sentence."""
    where = {"team": _team(given, teams), "day": _day(given.get("day"))}
    match ChangeKind(kind):
        case ChangeKind.OVERTIME:
            return _(
                "Would fit if %(team)s came back %(time)s later on %(day)s.",
                time=_time(given.get("seconds")), **where,
            )  # fmt: skip
        case ChangeKind.LONGER_WINDOW if given.get("side") == "earlier":
            return _(
                "Would fit if somebody were home %(time)s earlier.",
                time=_time(given.get("seconds")),
            )
        case ChangeKind.LONGER_WINDOW:
            return _(
                "Would fit if somebody were home %(time)s longer.", time=_time(given.get("seconds"))
            )
        case ChangeKind.QUOTA:
            return _(
                "Would fit if the quota on %(day)s were %(people)s people larger.",
                people=given.get("people", 0), day=where["day"],
            )  # fmt: skip
        case ChangeKind.MORE_VISITS:
            return _("Would fit if %(team)s made one more visit on %(day)s.", **where)
        case ChangeKind.SKILL:
            return _(
                "Would fit if %(team)s had this on %(day)s: %(what)s.",
                what=needs(given.get("skills")), **where,
            )  # fmt: skip
        case ChangeKind.EQUIPMENT:
            return _(
                "Would fit if %(team)s carried this on %(day)s: %(what)s.",
                what=needs(given.get("equipment")), **where,
            )  # fmt: skip
        case ChangeKind.LATER_DUE:
            return _("Would fit if the visit could be as late as %(day)s.", day=where["day"])
        case ChangeKind.EARLIER_START:
            return _("Would fit if the visit could be as early as %(day)s.", day=where["day"])
        case ChangeKind.ALLOW_TEAM:
            return _("Would fit if %(team)s could go on %(day)s.", **where)


def needs(codes: object) -> str:
    """Return needs and equipment, as routing lists their codes, in the words of the intake."""
    words = []
    for code in str(codes or "").split(","):
        name = code.strip()
        if name == GENERATOR:
            words.append(_("generator set"))
        elif name in NEEDS:
            words.append(translate(NEEDS[name].bring))
        elif name:
            words.append(name)
    return ", ".join(words)


def _displaces(given: Parameters, teams: TeamNames) -> str:
    people = len([one for one in str(given.get("visits", "")).split(",") if one])
    return ngettext(
        "Would fit with %(team)s only if %(num)d other person (%(points)s points) stayed out.",
        "Would fit with %(team)s only if %(num)d other people (%(points)s points together) stayed out.",
        people,
        team=_team(given, teams),
        points=given.get("points", 0),
    )


def _short(given: Parameters) -> str:
    short_s = given.get("short_s")
    return " " + _("%(time)s are missing at the least.", time=_time(short_s)) if short_s else ""


def _on(given: Parameters) -> str:
    day = given.get("day")
    return " " + _("Day: %(day)s.", day=_day(day)) if day else ""


def _team(given: Parameters, teams: TeamNames) -> str:
    return teams.get(str(given.get("team", "")), _("a team"))


def _day(value: object) -> str:
    try:
        return format_date(date.fromisoformat(str(value)))
    except ValueError:
        return str(value or "")


def _time(value: object) -> str:
    return duration(value) if isinstance(value, int) else ""
