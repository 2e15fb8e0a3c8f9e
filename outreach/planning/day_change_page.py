"""What the page of a recipe asks for: the few details of what happened, each with the likeliest answer chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.errors import Refused
from outreach.i18n import N_, format_time, ngettext, translate
from outreach.i18n import gettext as _
from outreach.planning.day_options import Way
from outreach.planning.day_question import standing_routes
from outreach.planning.models import PlanVersion, Route, Visit
from outreach.planning.recipes import OF_TEAM, OF_VISIT, Call, Recipe
from outreach.planning.under_way import begun_on, results_on
from outreach.planning.wording import place
from outreach.referrals.models import Referral, Resident
from outreach.referrals.priority import priority_on, weights_on
from outreach.referrals.states import ReferralState

MOST_SHOWN: Final = 12
HOUR_S: Final = 3600
USUAL_MIN: Final[Mapping[Recipe, int]] = MappingProxyType({Recipe.OVERRUN: 30})
"""Minutes that are chosen until the planner says otherwise; 0 for the rest of the day."""
WAY_WORDS: Final[Mapping[Way, str]] = MappingProxyType(
    {
        Way.FEWEST: N_("Fewest changes: only what must"),
        Way.PLACES: N_("A new place for whoever lost theirs"),
        Way.MORE: N_("More people: fill the free time from the waiting list"),
        Way.REARRANGE: N_("Found by the search: few changes weigh more"),
        Way.FREE: N_("Found by the search: more people weigh more"),
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be chosen: the value that the form sends, its words, and whether it is chosen."""

    value: str
    words: str
    is_chosen: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """What the page asks: the first visit that is lost, how long it lasts, villages, or who is urgent.

    `is_enough` says that the effect can be shown.
    """

    is_enough: bool
    first: tuple[Choice, ...] = ()
    lasts: tuple[Choice, ...] = ()
    villages: tuple[Choice, ...] = ()
    people: tuple[Choice, ...] = ()
    overtime: tuple[Choice, ...] = ()


def details(session: Session, version: PlanVersion, call: Call, search: str) -> Details:
    """Return what the page of a call asks. Raises Refused for somebody or something that is not of today."""
    asked = _details(session, version, call, search)
    minutes = (0, 30, 60)
    words = [
        (
            m,
            ngettext("Up to %(num)d minute of overtime", "Up to %(num)d minutes of overtime", m)
            if m
            else _("No overtime"),
        )
        for m in minutes
    ]
    overtime = tuple(Choice(str(m), text, m == call.overtime) for m, text in words)
    return replace(asked, overtime=overtime if asked.is_enough else ())


def _details(session: Session, version: PlanVersion, call: Call, search: str) -> Details:
    today = [r for r in standing_routes(session, version) if r.day == clock.today()]
    match call.recipe:
        case recipe if recipe in OF_TEAM:
            route = next((r for r in today if r.team_id == call.team_id), None)
            if route is None:
                raise Refused(_("This team is not out today."))
            return Details(True, _firsts(session, route, call), _lasts(call))
        case recipe if recipe in OF_VISIT:
            return Details(True, lasts=_lasts(call))
        case Recipe.ROAD:
            villages = _villages(session, today, call)
            return Details(bool(call.villages), lasts=_lasts(call), villages=villages)
        case _:
            people = () if call.referral_id else _urgent(session, search)
            return Details(bool(call.referral_id), people=people)


def _open_visits(session: Session, route: Route) -> list[Visit]:
    done = results_on(session, route)
    return [v for stop in route.stops for v in stop.visits if v.id not in done]


def _firsts(session: Session, route: Route, call: Call) -> tuple[Choice, ...]:
    """Offer whom the team has not reached, as far as is known; by the plan it is with the first whose time has come."""
    if call.minutes:
        return ()
    begun = begun_on(session, [route])
    visits = [v for v in _open_visits(session, route) if v.referral_id not in begun]
    now = clock.to_office(clock.now())
    ahead = [v.referral_id for v in visits if v.stop.start_s > 3600 * now.hour + 60 * now.minute]
    chosen = call.first_id or (ahead[0] if ahead else "")
    return tuple(
        Choice(
            visit.referral_id,
            f"{format_time(visit.start_s)} {visit.referral.resident.name}",
            visit.referral_id == chosen,
        )
        for visit in visits
    )


def _lasts(call: Call) -> tuple[Choice, ...]:
    if call.recipe is Recipe.NOT_HOME:
        now = clock.to_office(clock.now())
        hours = [now.hour + more for more in (1, 2, 3, 4) if now.hour + more < 15]
        words = [(0, _("Not today any more: the team notes it and goes on"))]
        words += [(60 * h, _("Again today, after %(time)s", time=format_time(h * HOUR_S))) for h in hours]  # fmt: skip
    else:
        choices = {
            Recipe.ILL: (0, 10, 15, 30),
            Recipe.VEHICLE: (0, 30, 60, 90, 120),
            Recipe.OVERRUN: (15, 30, 45, 60, 90),
            Recipe.ROAD: (0, 15, 30, 60),
        }[call.recipe]
        words = [(minutes, _minutes(call.recipe, minutes)) for minutes in choices]
    if call.minutes not in dict(words):
        words.append((call.minutes, _minutes(call.recipe, call.minutes)))
    return tuple(Choice(str(m), text, m == call.minutes) for m, text in words)


def _minutes(recipe: Recipe, minutes: int) -> str:
    if recipe is Recipe.NOT_HOME:
        return _("Again today, after %(time)s", time=format_time(60 * minutes))
    if not minutes:
        return {
            Recipe.ILL: _("The team goes home"),
            Recipe.VEHICLE: _("For the rest of the day"),
        }.get(recipe, _("Nobody gets there today"))
    if recipe is Recipe.ILL:
        return ngettext(
            "The team goes on, each visit %(num)d minute longer",
            "The team goes on, each visit %(num)d minutes longer",
            minutes,
        )
    return ngettext("%(num)d minute longer", "%(num)d minutes longer", minutes)


def _villages(session: Session, today: list[Route], call: Call) -> tuple[Choice, ...]:
    found = {
        visit.referral.village_code: visit.referral.village.label
        for route in today
        for visit in _open_visits(session, route)
    }
    return tuple(
        Choice(code, label, code in call.villages)
        for code, label in sorted(found.items(), key=lambda one: one[1])
    )


def _urgent(session: Session, search: str) -> tuple[Choice, ...]:
    """Return who waits, by name or code where something is searched for, else those with most points."""
    query = select(Referral).join(Resident).where(Referral.state == ReferralState.ACCEPTED)
    text = " ".join(search.split())
    if text:
        like = f"%{text}%"
        query = query.where(or_(Resident.name.ilike(like), Referral.tracking_code.ilike(like)))
    weights = weights_on(session, clock.today())
    ranked = sorted(
        session.scalars(query),
        key=lambda one: (-priority_on(one, clock.today(), weights).points, one.id),
    )
    return tuple(
        Choice(one.id, one.resident.name, note=f"{one.tracking_code}, {place(one)}")
        for one in ranked[:MOST_SHOWN]
    )


def words_of(way: Way) -> str:
    """Return what a way out is called."""
    return translate(WAY_WORDS[way])
