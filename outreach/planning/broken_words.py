"""Rules that an edit breaks, in words for a planner: what, where, by how much, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import routing
from outreach.i18n import format_date, format_time
from outreach.i18n import gettext as _
from outreach.planning import reasons
from outreach.planning.edits import EditRefused
from outreach.planning.judging import Judged
from outreach.planning.wording import duration
from routing.checker import Broken, Rule


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called on the screen: teams and people."""

    teams: Mapping[str, str]
    people: Mapping[str, str]

    def team(self, team: str) -> str:
        """Return a team's name."""
        return self.teams.get(team, _("a team"))

    def person(self, visit: str) -> str:
        """Return a person's name."""
        return self.people.get(visit, _("somebody"))


def in_words(broken: Sequence[Broken], judged: Judged, names: Names) -> list[str]:
    """Return each broken rule as a sentence, each sentence once."""
    return list(dict.fromkeys(_sentence(one, judged, names) for one in broken))


def refused(refusal: EditRefused, names: Names) -> str:
    """Return in words why an edit cannot be made at all."""
    where = refusal.where or ("", None)
    team = names.team(where[0])
    match refusal.code:
        case "locked":
            return _("The route of %(team)s is locked. Unlock it first.", team=team)
        case "pinned":
            return _(
                "%(name)s is pinned to %(team)s. Take the pin off first.",
                name=names.person(refusal.visit), team=team,
            )  # fmt: skip
        case "no_shift":
            day = format_date(where[1]) if isinstance(where[1], date) else ""
            return _("%(team)s does not go out on %(day)s.", team=team, day=day)
        case "closed":
            return _("%(team)s goes to nobody else on this day: it was closed.", team=team)
        case "empty_route":
            return _("%(team)s visits nobody yet, so there is nothing to lock.", team=team)
        case _:
            return _("%(name)s is on no route yet.", name=names.person(refusal.visit))


def _sentence(one: Broken, judged: Judged, names: Names) -> str:
    said = {"name": names.person(one.visit), "team": names.team(one.team)}
    day = format_date(one.day) if one.day else ""
    route = judged.route((one.team, one.day)) if one.day else None
    match one.rule:
        case Rule.SKILL | Rule.EQUIPMENT:
            return _(
                "%(team)s lacks what %(name)s needs: %(what)s.", what=_lacks(one, judged), **said
            )
        case Rule.DATE:
            return _("%(name)s may not be visited on %(day)s: %(why)s.", day=day,
                     why=_dates(judged.problem.visit(one.visit)), **said)  # fmt: skip
        case Rule.TEAM:
            return _("%(team)s may not visit %(name)s.", **said)
        case Rule.UNREACHABLE if not one.visit:
            return _(
                "%(team)s has no way back to the office from its last house. Check the pin.", **said
            )
        case Rule.UNREACHABLE:
            return _("%(team)s has no way to the house of %(name)s. Check the pin.", **said)
        case Rule.QUOTA:
            return _(
                "%(people)s people on %(day)s are more than the quota of %(most)s.", day=day,
                people=one.parameters.get("people", ""), most=one.parameters.get("most", ""),
            )  # fmt: skip
        case Rule.WINDOW:
            return _("%(name)s would be visited at %(time)s, but somebody is home only %(hours)s.",
                     time=_begins(route, one.visit), hours=_hours(judged.problem, one.visit), **said)  # fmt: skip
        case Rule.VISITS_END:
            return _("The visit of %(name)s by %(team)s would end at %(time)s, after visits must have ended.",
                     time=_ends(route, one.visit), **said)  # fmt: skip
        case Rule.LATE_BACK:
            late = int(one.parameters.get("seconds", 0))
            return _(
                "%(team)s would be back %(time)s after its working hours.",
                time=duration(late),
                **said,
            )
        case Rule.BREAK:
            return _("%(team)s would have no time for its break.", **said)
        case Rule.FROZEN:
            return _("%(team)s is already under way there, so that part stays as it is.", **said)
        case Rule.TWO_TEAMS:
            return _("%(name)s needs two teams together.", **said)
        case Rule.PIN:
            return _("%(name)s is pinned to another place.", **said)
        case Rule.MOST_VISITS:
            return _("%(team)s would make more visits than it may on one day.", **said)
        case Rule.MOST_DURATION:
            return _("%(team)s would be out for longer than it may on one day.", **said)
        case Rule.MOST_TRAVEL:
            return _("%(team)s would drive for longer than it may on one day.", **said)
        case Rule.CAPACITY:
            return _("%(team)s cannot carry that much on one day.", **said)
        case _:
            return _("This breaks a rule: %(rule)s.", rule=one.text)


def _lacks(one: Broken, judged: Judged) -> str:
    visit, shift = judged.problem.visit(one.visit), None
    if one.day is not None:
        shift = judged.problem.shift(one.team, one.day)
    wanted = visit.skills if one.rule is Rule.SKILL else visit.equipment
    offered: frozenset[str] = frozenset()
    if shift is not None:
        offered = shift.skills if one.rule is Rule.SKILL else shift.equipment
    return reasons.needs(",".join(sorted(wanted - offered)))


def _dates(visit: routing.Visit) -> str:
    if visit.earliest and visit.due:
        return _(
            "only from %(first)s to %(last)s",
            first=format_date(visit.earliest),
            last=format_date(visit.due),
        )
    if visit.due:
        return _("at the latest on %(day)s", day=format_date(visit.due))
    return _("at the soonest on %(day)s", day=format_date(visit.earliest) if visit.earliest else "")


def _begins(route: routing.Route | None, visit: str) -> str:
    return (
        next((format_time(s.start_s) for s in route.stops if s.visit == visit), "") if route else ""
    )


def _ends(route: routing.Route | None, visit: str) -> str:
    return (
        next((format_time(s.depart_s) for s in route.stops if s.visit == visit), "")
        if route
        else ""
    )


def _hours(problem: routing.Problem, visit: str) -> str:
    return ", ".join(
        f"{format_time(w.start_s)}-{format_time(w.end_s)}" for w in problem.visit(visit).windows
    )
