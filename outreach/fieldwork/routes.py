"""A route as its team reads it: the stops in order, and for each person what to know before knocking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from outreach import clock, policy
from outreach.fieldwork.models import Outcome
from outreach.fieldwork.outcomes import outcomes_on
from outreach.i18n import format_date_short, format_time, translate
from outreach.i18n import gettext as _
from outreach.places.models import PlaceQuality
from outreach.planning.comparison import Changed, changes
from outreach.planning.lookup import approved_routes
from outreach.planning.models import Route, Stop, Visit
from outreach.planning.promise import promised_window
from outreach.planning.short_codes import written
from outreach.planning.wording import estimated, place
from outreach.policy import Actor
from outreach.referrals import phones
from outreach.referrals.circumstances import RELATIONS
from outreach.referrals.conditions import NEEDS, POWER, bring, condition_words
from outreach.referrals.models import Referral

_VAGUE: Final = {PlaceQuality.HAMLET, PlaceQuality.VILLAGE}


@dataclass(frozen=True)
class VisitCard:
    """One person on a route. `phone` is E.164 or "", `wa` the digits for WhatsApp or ""."""

    visit: Visit
    name: str
    age: int | None
    nik: str
    place: str
    landmark: str
    at_home: str
    condition: str
    bring: tuple[str, ...]
    warnings: tuple[str, ...]
    contact: str
    phone: str
    phone_shown: str
    wa: str
    note: str
    code: str
    outcome: Outcome | None


@dataclass(frozen=True)
class StopCard:
    """One address on a route."""

    stop: Stop
    visits: tuple[VisitCard, ...]
    promised: str

    @property
    def is_done(self) -> bool:
        """Whether everybody at this address has an outcome."""
        return all(card.outcome for card in self.visits)

    @property
    def point(self) -> str:
        """The coordinates as a map application takes them."""
        return f"{self.stop.lat:.6f},{self.stop.lon:.6f}"

    @property
    def map_url(self) -> str:
        """A link to a map in the browser, for devices that open no geo: link; never loaded by us."""
        query = urlencode({"api": 1, "query": self.point})
        return f"https://www.google.com/maps/search/?{query}"


@dataclass(frozen=True)
class RouteCard:
    """A whole route."""

    route: Route
    stops: tuple[StopCard, ...]

    @property
    def people(self) -> int:
        """How many residents are visited."""
        return sum(len(stop.visits) for stop in self.stops)

    @property
    def done(self) -> int:
        """How many of them have an outcome."""
        return sum(card.outcome is not None for stop in self.stops for card in stop.visits)

    @property
    def next_stop(self) -> StopCard | None:
        """The first address where somebody still waits."""
        return next((stop for stop in self.stops if not stop.is_done), None)

    @property
    def estimated(self) -> str:
        """How many legs are straight-line estimates, in words; empty for none."""
        return estimated(self.route.estimated_legs, self.route.legs)


def own_routes(session: Session, actor: Actor) -> list[Route]:
    """Return the approved routes of a team member's own teams, of today and the next working day."""
    reach = policy.relation(actor, "route.list")
    if reach is not policy.Relation.OWN_ROUTE or not actor.team_ids:
        return []
    return approved_routes(session, actor.days, actor.team_ids)


def route_of_visit(session: Session, visit: Visit) -> Route:
    """Return the route that a visit is on."""
    return session.get_one(Route, session.get_one(Stop, visit.stop_id).route_id)


def route_card(session: Session, route: Route) -> RouteCard:
    """Return a route with everything its page shows, in a handful of queries."""
    stops = session.scalars(
        select(Stop)
        .where(Stop.route_id == route.id)
        .options(selectinload(Stop.visits))
        .order_by(Stop.position)
    ).all()
    outcomes = outcomes_on(session, route)
    return RouteCard(
        route,
        tuple(
            StopCard(
                stop,
                tuple(visit_card(v, route.day, outcomes.get(v.id)) for v in stop.visits),
                window_text(*promised_window(stop.arrive_s)),
            )
            for stop in stops
        ),
    )


def changed_on(session: Session, route: Route) -> list[Changed]:
    """Return what a change of the day made otherwise on this route, for its team; nothing where the day was not changed."""
    if not route.version.why:
        return []
    before = session.scalars(
        select(Route).where(
            Route.replaced_by == route.version_id,
            Route.version_id != route.version_id,
            Route.team_id == route.team_id,
            Route.day == route.day,
        )
    )
    return changes(before.all(), [route], promised=True)


def visit_card(visit: Visit, day: date, outcome: Outcome | None) -> VisitCard:
    """Return what the team reads about one person on a date."""
    referral = visit.referral
    resident = referral.resident
    phone = referral.contact_phone
    power = referral.house_power if referral.house_power in POWER else "unknown"
    needs = [need for need in referral.needs if need in NEEDS]
    return VisitCard(
        visit=visit,
        name=resident.name,
        age=resident.age_on(day),
        nik=resident.nik_masked,
        place=place(referral),
        landmark=referral.landmark,
        at_home=_at_home(referral),
        condition=translate(condition_words(referral.condition)),
        bring=tuple(map(translate, bring(referral.condition, needs, power))),
        warnings=tuple(_warnings(referral, needs)),
        contact=_contact(referral),
        phone=phone,
        phone_shown=phones.display(phone) if phone else "",
        wa=phones.wa_digits(phone) if phone and phones.is_mobile(phone) else "",
        note=referral.note,
        code=written(visit.short_code),
        outcome=outcome,
    )


def window_text(from_s: int, to_s: int) -> str:
    """Write a span of the day: "08.30 – 10.30"."""
    return f"{format_time(from_s)} \u2013 {format_time(to_s)}"


def _at_home(referral: Referral) -> str:
    if referral.home_from_s is None or referral.home_to_s is None:
        return _("At any time")
    return window_text(referral.home_from_s, referral.home_to_s)


def _contact(referral: Referral) -> str:
    if not referral.contact_name:
        return ""
    relation = referral.contact_relation
    return f"{referral.contact_name} ({_relation(relation)})" if relation else referral.contact_name


def _relation(code: str) -> str:
    return translate(RELATIONS[code].label) if code in RELATIONS else code


def _warnings(referral: Referral, needs: list[str]) -> list[str]:
    lines = [translate(NEEDS[need].label) for need in needs]
    if referral.place_quality in _VAGUE:
        lines.append(_("The point on the map is not the house. Ask at the village hall first."))
    if not referral.contact_phone:
        lines.append(_("No phone: ask the head of the hamlet or the neighbourhood."))
    if referral.attempts:
        lines.append(
            _("Visited before without a recording: %(count)s times.", count=referral.attempts)
        )
    if referral.not_home_s is not None:
        lines.append(
            _("No one was home at %(time)s last time.", time=format_time(referral.not_home_s))
        )
    if referral.due_day is not None and referral.due_day >= clock.today():
        lines.append(_("The card is needed by %(day)s.", day=format_date_short(referral.due_day)))
    return lines
