"""Who may do what, to which object: one table, closed by default.

A rule names an action, the kind of object that it acts on (None where there is none yet), and for each role the
relation that the person must have to the object. A role that is not named never does the action (`Forbidden`).
An object outside the relation is the same as an absent one (`NotThere`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from outreach.errors import Forbidden, NotThere


class Role(StrEnum):
    """What a person does in the office's work; ANONYMOUS is anybody without an account."""

    VILLAGE = "village"
    DISTRICT = "district"
    PLANNER = "planner"
    SUPERVISOR = "supervisor"
    TEAM = "team"
    ADMIN = "admin"
    ANONYMOUS = "anonymous"


class Relation(StrEnum):
    """How far a role's right reaches."""

    ANY = "any"
    OWN_VILLAGE = "own_village"
    OWN_DISTRICT = "own_district"
    OWN_ROUTE = "own_route"  # an approved route of one's own team, today or the next working day
    OWN_TABLET = "own_tablet"  # what the tablet in hand was given, however long ago
    SELF = "self"


@dataclass(frozen=True)
class Scope:
    """Where an object stands, as far as authorisation asks."""

    village_code: str | None = None
    district_code: str | None = None
    team_id: str | None = None
    day: date | None = None
    approved: bool = False
    user_id: str | None = None
    tablet_id: str | None = None


class Scoped(Protocol):
    """An object that authorisation can be asked about."""

    def policy_scope(self) -> Scope:
        """Return where this object stands."""
        ...


@dataclass(frozen=True)
class Actor:
    """The person, or command, that acts. Detached from the database."""

    id: str | None
    role: Role
    username: str = ""
    name: str = ""
    village_code: str | None = None
    district_code: str | None = None
    team_ids: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    tablet_id: str | None = None
    language: str = "id"
    must_change_password: bool = False
    address: str = field(default="", compare=False)

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is signed in."""
        return self.role is Role.ANONYMOUS


ANONYMOUS: Final = Actor(id=None, role=Role.ANONYMOUS)


def command_line(role: Role) -> Actor:
    """Return the actor of a command that is run on the server itself, with the rights of `role`."""
    return Actor(id=None, role=role, username="sambang", name="sambang (server)")


@dataclass(frozen=True)
class Rule:
    """One row of the table: what kind of object the action needs, and the reach of each role."""

    on: str | None
    reach: dict[Role, Relation]


ANY, SELF = Relation.ANY, Relation.SELF
VILLAGE, DISTRICT, ROUTE = Relation.OWN_VILLAGE, Relation.OWN_DISTRICT, Relation.OWN_ROUTE
TABLET = Relation.OWN_TABLET
SIGNED_IN: Final = {role.value: ANY for role in Role if role is not Role.ANONYMOUS}
EVERYBODY: Final = {role.value: ANY for role in Role}


def _rule(on: str | None, **reach: Relation) -> Rule:
    return Rule(on, {Role(name): relation for name, relation in reach.items()})


RULES: Final[dict[str, Rule]] = {
    # Open to anybody
    "static.read": _rule(None, **EVERYBODY),
    "session.sign_in": _rule(None, **EVERYBODY),
    "language.set": _rule(None, **EVERYBODY),
    "health.read": _rule(None, **EVERYBODY),
    "public.track": _rule(None, **EVERYBODY),
    "public.verify": _rule(None, **EVERYBODY),
    "slot.book": _rule(None, **EVERYBODY),
    # Everybody with an account
    "home.view": _rule(None, **SIGNED_IN),
    "session.sign_out": _rule(None, **SIGNED_IN),
    "password.change": _rule(None, **SIGNED_IN),
    "places.read": _rule(None, **SIGNED_IN),
    # Referrals
    "referral.list": _rule(None, village=VILLAGE, district=DISTRICT, planner=ANY, supervisor=ANY),
    "referral.create": _rule(None, village=VILLAGE, district=DISTRICT, planner=ANY),
    "referral.view": _rule(
        "referral", village=VILLAGE, district=DISTRICT, planner=ANY, supervisor=ANY
    ),
    "referral.edit": _rule("referral", village=VILLAGE, district=DISTRICT, planner=ANY),
    "hamlets.keep": _rule("village", village=VILLAGE),
    "referral.photograph": _rule("referral", village=VILLAGE, district=DISTRICT, planner=ANY),
    "referral.submit": _rule("referral", village=VILLAGE, district=DISTRICT, planner=ANY),
    "referral.endorse": _rule("referral", district=DISTRICT),
    "referral.return": _rule("referral", district=DISTRICT, planner=ANY),
    "referral.accept": _rule("referral", planner=ANY),
    "referral.close": _rule("referral", village=VILLAGE, district=DISTRICT, planner=ANY),
    "referral.reveal_nik": _rule("referral", village=VILLAGE, district=DISTRICT, planner=ANY),
    "referral.search_nik": _rule(None, planner=ANY),
    "triage.list": _rule(None, district=DISTRICT, planner=ANY),
    "triage.view": _rule("referral", district=DISTRICT, planner=ANY),
    "triage.accept_many": _rule(None, planner=ANY),
    "triage.return_many": _rule(None, district=DISTRICT, planner=ANY),
    "triage.close_many": _rule(None, district=DISTRICT, planner=ANY),
    "referral.set_flags": _rule("referral", district=DISTRICT, planner=ANY),
    "weights.view": _rule(None, admin=ANY, planner=ANY, supervisor=ANY),
    "weights.manage": _rule(None, admin=ANY),
    "day_rules.view": _rule(None, admin=ANY, planner=ANY, supervisor=ANY),
    "day_rules.manage": _rule(None, admin=ANY, supervisor=ANY),
    "pair.list": _rule(None, district=DISTRICT, planner=ANY),
    "pair.view": _rule("pair", district=DISTRICT, planner=ANY),
    "pair.decide": _rule("pair", district=DISTRICT, planner=ANY),
    # Referrals by spreadsheet
    "import.list": _rule(None, village=VILLAGE, district=DISTRICT, planner=ANY),
    "import.create": _rule(None, village=VILLAGE, district=DISTRICT, planner=ANY),
    "import.view": _rule("import", village=VILLAGE, district=DISTRICT, planner=ANY),
    "import.edit": _rule("import", village=VILLAGE, district=DISTRICT, planner=ANY),
    "import.copy": _rule("import", village=VILLAGE, district=DISTRICT, planner=ANY),
    "import.commit": _rule("import", village=VILLAGE, district=DISTRICT, planner=ANY),
    "import.undo": _rule("import", village=VILLAGE, district=DISTRICT, planner=ANY),
    # Plans
    "plan.list": _rule(None, planner=ANY, supervisor=ANY),
    "plan.request": _rule(None, planner=ANY),
    "plan.request_again": _rule("plan", planner=ANY),
    "plan.view": _rule("plan", planner=ANY, supervisor=ANY),
    "plan.cancel": _rule("plan", planner=ANY),
    "plan.edit": _rule("plan", planner=ANY),
    "plan.roll_on": _rule("plan", planner=ANY),
    "day.change": _rule("plan", planner=ANY),
    "plan.send": _rule("plan", planner=ANY),
    "plan.approve": _rule("plan", supervisor=ANY),
    "plan.return": _rule("plan", supervisor=ANY),
    # Paper
    "manifest.print": _rule("plan", planner=ANY, supervisor=ANY),
    "plan.export": _rule("plan", planner=ANY, supervisor=ANY),
    "route.print": _rule("route", planner=ANY, supervisor=ANY, team=ROUTE),
    # Field work
    "visit.list": _rule(None, village=VILLAGE, district=DISTRICT),
    "notice.list": _rule(None, village=VILLAGE, district=DISTRICT, planner=ANY),
    "notice.record": _rule("referral", village=VILLAGE, district=DISTRICT, planner=ANY),
    "route.list": _rule(None, team=ROUTE),
    "route.view": _rule("route", planner=ANY, supervisor=ANY, team=ROUTE),
    "outcome.record": _rule("route", planner=ANY, team=ROUTE),
    "day.view": _rule(None, planner=ANY, supervisor=ANY),
    "outcome.waiting": _rule(None, planner=ANY),
    "outcome.decide": _rule("referral", planner=ANY),
    "referral.reopen": _rule("referral", planner=ANY),
    "letter.print": _rule(
        "referral", village=VILLAGE, district=DISTRICT, planner=ANY, supervisor=ANY
    ),
    # The tablet: its own pages are open, what it asks for needs the device's own token
    "tablet.open": _rule(None, **EVERYBODY),
    "tablet.call": _rule(None, **EVERYBODY),
    "tablet.report": _rule("pack", team=TABLET),
    "tablet.list": _rule(None, admin=ANY),
    "tablet.create": _rule(None, admin=ANY),
    "tablet.edit": _rule("tablet", admin=ANY),
    "tablet.review": _rule(None, planner=ANY),
    "tablet.settle": _rule("event", planner=ANY),
    "tablet.see": _rule("event", planner=ANY, supervisor=ANY),
    # After the visit
    "followup.list": _rule(None, planner=ANY, supervisor=ANY),
    "followup.advance": _rule("referral", planner=ANY),
    "coverage.view": _rule(None, planner=ANY, supervisor=ANY, admin=ANY),
    "coverage.load": _rule(None, admin=ANY),
    "silence.view": _rule(
        None, village=VILLAGE, district=DISTRICT, planner=ANY, supervisor=ANY, admin=ANY
    ),
    "silence.answer": _rule(None, village=VILLAGE),
    "slot.list": _rule(None, planner=ANY, supervisor=ANY),
    "slot.cancel": _rule("slot", planner=ANY),
    "slot.book_for": _rule("referral", district=DISTRICT, planner=ANY),
    # Configuration
    "account.list": _rule(None, admin=ANY),
    "account.create": _rule(None, admin=ANY),
    "account.edit": _rule("user", admin=ANY),
    "team.list": _rule(None, admin=ANY, planner=ANY, supervisor=ANY),
    "team.create": _rule(None, admin=ANY),
    "team.edit": _rule("team", admin=ANY),
    "kit.create": _rule(None, admin=ANY),
    "kit.edit": _rule("kit", admin=ANY),
    "shift.edit": _rule("team", admin=ANY),
    "calendar.view": _rule(None, admin=ANY, planner=ANY, supervisor=ANY),
    "calendar.manage": _rule(None, admin=ANY),
    "holiday.remove": _rule("holiday", admin=ANY),
    "ramadan.edit": _rule("range", admin=ANY),
    "quota.manage": _rule(None, admin=ANY),
    "decree.set": _rule(None, admin=ANY, supervisor=ANY),
    "decree.lift": _rule("decree", admin=ANY, supervisor=ANY),
    "team.close": _rule("team", admin=ANY, supervisor=ANY),
    "quota.remove": _rule("quota", admin=ANY),
    "office.manage": _rule(None, admin=ANY),
    "river.manage": _rule(None, admin=ANY),
    "pace.manage": _rule(None, admin=ANY),
    "speeds.manage": _rule(None, admin=ANY),
    "audit.view": _rule(None, admin=ANY),
}


def rule(action: str) -> Rule:
    """Return the rule of an action. Raises KeyError for an action that no rule names."""
    return RULES[action]


def relation(actor: Actor, action: str) -> Relation | None:
    """Return how far the actor's right to an action reaches, or None where there is none."""
    return RULES[action].reach.get(actor.role)


def can(actor: Actor, action: str, obj: Scoped | None = None) -> bool:
    """Tell whether the actor may do the action, on this object where one is given."""
    reach = relation(actor, action)
    if reach is None:
        return False
    return obj is None or _within(actor, reach, obj.policy_scope())


def allow(actor: Actor, action: str, obj: Scoped | None = None) -> None:
    """Let the actor pass, or raise Forbidden (never this role) or NotThere (not this object)."""
    if relation(actor, action) is None:
        raise Forbidden(action)
    if not can(actor, action, obj):
        raise NotThere(action)


def _within(actor: Actor, reach: Relation, scope: Scope) -> bool:
    match reach:
        case Relation.ANY:
            return True
        case Relation.OWN_VILLAGE:
            return scope.village_code is not None and scope.village_code == actor.village_code
        case Relation.OWN_DISTRICT:
            return scope.district_code is not None and scope.district_code == actor.district_code
        case Relation.OWN_ROUTE:
            return scope.approved and scope.team_id in actor.team_ids and scope.day in actor.days
        case Relation.OWN_TABLET:
            return scope.tablet_id is not None and scope.tablet_id == actor.tablet_id
        case Relation.SELF:
            return scope.user_id is not None and scope.user_id == actor.id
