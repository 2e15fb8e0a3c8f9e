"""What a supervisor does with a plan that was sent: approve it, or return it with a reason.

Nobody decides on a plan that they asked for or made, whatever their role is by now: four eyes on every route.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from outreach import audit, clock, policy
from outreach.errors import Refused
from outreach.i18n import format_date, ngettext
from outreach.i18n import gettext as _
from outreach.planning.closures import CALLED_OFF
from outreach.planning.day_models import DayChange
from outreach.planning.models import Plan, PlanState, PlanVersion, Route
from outreach.planning.seal import content_hash
from outreach.planning.service import latest_version
from outreach.planning.signatures import sign
from outreach.planning.turns import wait_for_turn
from outreach.planning.under_way import begun_on
from outreach.policy import Actor
from outreach.referrals.life import change_state
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.teams.calendar import shift_of

SHORTEST_REASON = 5
"""Characters: a reason that its reader can act on is longer than a word."""


@dataclass(frozen=True)
class Replacement:
    """What approving a version does to plans approved before: their routes on its dates no longer stand."""

    routes: tuple[Route, ...]
    released: tuple[Referral, ...]

    @property
    def plan_numbers(self) -> tuple[int, ...]:
        """The numbers of the plans that lose routes."""
        return tuple(sorted({route.version.plan.number for route in self.routes}))


def approve_plan(
    session: Session,
    actor: Actor,
    plan: Plan,
    *,
    version_number: int | None = None,
    returned: Mapping[str, str] = MappingProxyType({}),
    signatures: int = 1,
) -> PlanVersion:
    """Sign the version that was sent; with the last signature it is sealed, its people scheduled, older plans replaced.

    `version_number` is the version that the person looked at; another one that came in between is not approved.
    `returned` are routes that go back to the planner, with a reason each, while the others are approved. `signatures`
    is how many people must sign. Raises Refused with the reason.
    """
    policy.allow(actor, "plan.approve", plan)
    wait_for_turn(session)
    version = _decidable(actor, plan, version_number)
    if plan.last_day < clock.today():
        raise Refused(_("The dates of this plan have passed. Return it with that reason."))
    returned = _returned_routes(version, returned)
    replaced = replacement(session, version)
    _refuse_changed_people(version, replaced, returned)
    _refuse_begun(session, version, replaced)
    for route in off_duty(session, version, returned):
        raise Refused(
            _(
                "%(team)s does not work on %(day)s: return this plan.",
                team=route.team.name, day=format_date(route.day),
            )
        )  # fmt: skip
    seal = content_hash(version)
    if sign(session, actor, version, seal, returned) < signatures:
        audit.record(session, actor, "plan.signed", plan, version=version.label, seal=seal)
        return version
    for route in version.routes:
        if route.id in returned:
            route.returned_reason, route.replaced_by = returned[route.id], version.id
    _put_in_force(session, actor, version, replaced, seal)
    audit.record(
        session, actor, "plan.approved", plan, version=version.label, seal=version.hash,
        people=sum(1 for _person in people_of(version)), replaced=list(replaced.plan_numbers),
        returned=len(returned),
    )  # fmt: skip
    return version


def put_in_force_by_rule(session: Session, actor: Actor, plan: Plan) -> PlanVersion:
    """Put the newest version in force without a signature: a small change of a day under way, by the office's rule.

    The caller asked the policy, and whether the rule covers the change. Raises Refused with the reason.
    """
    version = latest_version(plan)
    if version is None or version.state is not PlanState.MADE:
        raise Refused(_("This plan cannot be changed as it stands now."))
    replaced = replacement(session, version)
    _refuse_changed_people(version, replaced, ())
    version.by_rule = True
    _put_in_force(session, actor, version, replaced, content_hash(version))
    audit.record(
        session, actor, "plan.in_force_by_rule", plan, version=version.label, seal=version.hash,
        people=sum(1 for _person in people_of(version)),
    )  # fmt: skip
    return version


def take_back_sent(session: Session, actor: Actor, version: PlanVersion) -> None:
    """Take back a version that waits for a signature; the approved one before it stands on. Raises Refused."""
    plan = version.plan
    if version.state is not PlanState.SENT or plan.state is not PlanState.SENT:
        raise Refused(_("This plan is not waiting for approval."))
    version.state = PlanState.CANCELLED
    stands = any(one.state is PlanState.APPROVED for one in plan.versions)
    plan.state = PlanState.APPROVED if stands else PlanState.CANCELLED
    audit.record(session, actor, "plan.cancelled", plan, number=plan.number)


def _put_in_force(
    session: Session,
    actor: Actor,
    version: PlanVersion,
    replaced: Replacement,
    seal: str,
) -> None:
    """Let a version take over its dates: older routes stand no more, its people are scheduled, and it is sealed."""
    plan = version.plan
    for route in replaced.routes:
        route.replaced_by = version.id
    _release(session, actor, version, replaced)
    gone_to = under_way(version)
    for referral, day in people_of(version):
        if referral.id in gone_to and not _still_waits(referral, day):
            continue
        change_state(
            session,
            actor,
            referral,
            ReferralState.SCHEDULED,
            kind="scheduled",
            plan=version.label,
            day=day.isoformat(),
        )
    version.state = plan.state = PlanState.APPROVED
    version.decided_by, version.decided_at = actor.id, clock.now()
    session.flush()
    version.hash = seal


def return_plan(
    session: Session,
    actor: Actor,
    plan: Plan,
    reason: str,
    *,
    version_number: int | None = None,
) -> PlanVersion:
    """Return the version that was sent to its maker, with a reason. Raises Refused without one."""
    policy.allow(actor, "plan.return", plan)
    wait_for_turn(session)
    version = _decidable(actor, plan, version_number)
    reason = _reason(reason)
    version.state = plan.state = PlanState.RETURNED
    version.decided_by, version.decided_at = actor.id, clock.now()
    version.decision_reason = reason
    audit.record(session, actor, "plan.returned", plan, version=version.label)
    return version


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if len(reason) < SHORTEST_REASON:
        raise Refused(
            _("Write what should be different, so that the planner can change it."), field="reason"
        )
    if len(reason) > 1000:
        raise Refused(_("Keep the reason under 1,000 characters."), field="reason")
    return reason


def _returned_routes(version: PlanVersion, asked: Mapping[str, str]) -> dict[str, str]:
    """Return the reason for each route that goes back, checked; not every route may."""
    known = {route.id for route in version.routes}
    returned = {key: _reason(text) for key, text in asked.items() if key in known}
    if returned and len(returned) == len(known):
        raise Refused(_("No route is left to approve. Return the whole plan instead."))
    return returned


def may_decide(actor: Actor, plan: Plan) -> str | None:
    """Return None when this person may decide on the plan as it stands, else why not, in words."""
    try:
        _decidable(actor, plan, None)
    except Refused as refusal:
        return refusal.message
    return None


def people_of(
    version: PlanVersion, without: Collection[str] = ()
) -> Iterator[tuple[Referral, date]]:
    """Give each referral that a version visits, with its date, in the order of the routes.

    Routes that were returned, and those in `without`, visit nobody.
    """
    for route in version.routes:
        if route.returned_reason or route.id in without:
            continue
        for stop in route.stops:
            for visit in stop.visits:
                yield visit.referral, route.day


def replacement(session: Session, version: PlanVersion) -> Replacement:
    """Return what approving this version would take from plans that were approved before."""
    plan = version.plan
    routes = tuple(
        session.scalars(
            select(Route)
            .join(PlanVersion, Route.version_id == PlanVersion.id)
            .where(
                PlanVersion.state == PlanState.APPROVED,
                PlanVersion.id != version.id,
                Route.replaced_by.is_(None),
                Route.day.between(plan.first_day, plan.last_day),
            )
            .order_by(Route.day, Route.position)
        )
    )
    released = [
        visit.referral
        for route in routes
        for stop in route.stops
        for visit in stop.visits
        if visit.referral.state is ReferralState.SCHEDULED
    ]
    return Replacement(routes, tuple(released))


def changed_people(
    version: PlanVersion, replaced: Replacement, without: Collection[str] = ()
) -> list[Referral]:
    """Return who stands in the version but can no longer be scheduled by it: closed, returned or planned elsewhere."""
    free = {referral.id for referral in replaced.released} | under_way(version)
    return [
        referral
        for referral, _day in people_of(version, without)
        if referral.state is not ReferralState.ACCEPTED and referral.id not in free
    ]


def off_duty(session: Session, version: PlanVersion, without: Collection[str] = ()) -> list[Route]:
    """Return the routes from today on whose team no longer works on their date, where nobody was begun with."""
    gone_to = under_way(version)
    found = []
    for route in version.routes:
        if route.day < clock.today() or route.returned_reason or route.id in without:
            continue
        if shift_of(session, route.team, route.day) is not None:
            continue
        people = {visit.referral_id for stop in route.stops for visit in stop.visits}
        if not people & (gone_to | begun_on(session, [route])):
            found.append(route)
    return found


def under_way(version: PlanVersion) -> set[str]:
    """Return the referrals that a team had set off for when this version was made: it could not move them."""
    earlier = version.problem.get("previous") or {}
    if not earlier.get("freeze_day"):
        return set()
    previous = routing.problem_from_json(version.problem).previous
    return {one.visit for one in previous.visits if previous.is_frozen(one)}


def _still_waits(referral: Referral, day: date) -> bool:
    """Whether somebody under way has no result yet; whoever has one is not scheduled once more."""
    if referral.state is not ReferralState.ACCEPTED:
        return False
    return referral.not_before is None or referral.not_before <= day


def _decidable(actor: Actor, plan: Plan, version_number: int | None) -> PlanVersion:
    version = latest_version(plan)
    if plan.state is not PlanState.SENT or version is None or version.state is not PlanState.SENT:
        raise Refused(_("This plan is not waiting for approval."))
    if version_number is not None and version.number != version_number:
        raise Refused(_("A newer version was sent meanwhile. Look at it before you decide."))
    if actor.id is None:
        raise Refused(_("Only a person with an account decides on a plan."))
    if actor.id in {version.made_by, plan.requested_by}:
        raise Refused(_("You made this plan, so another supervisor must decide on it."))
    return version


def _refuse_changed_people(
    version: PlanVersion, replaced: Replacement, without: Collection[str]
) -> None:
    gone = changed_people(version, replaced, without)
    if gone:
        raise Refused(
            ngettext(
                "%(num)d person on this plan is no longer on the waiting list (%(codes)s). "
                "Return the plan, so that it is made again.",
                "%(num)d people on this plan are no longer on the waiting list (%(codes)s). "
                "Return the plan, so that it is made again.",
                len(gone),
                codes=", ".join(referral.tracking_code for referral in gone[:5]),
            )
        )


def _refuse_begun(session: Session, version: PlanVersion, replaced: Replacement) -> None:
    """Refuse a version of a day under way that moves somebody whom a team has set off for since it was made."""
    now = clock.to_office(clock.now())
    today = [route for route in replaced.routes if route.day == now.date()]
    if not today:
        return
    change = session.scalars(select(DayChange).where(DayChange.version_id == version.id)).first()
    released = set(change.released) if change else set()
    was_under_way = bool((version.problem.get("previous") or {}).get("freeze_day"))
    begun = begun_on(session, today)
    now_s = now.hour * 3600 + now.minute * 60 + now.second
    kept = {
        (visit.referral_id, route.team_id)
        for route in version.routes
        if route.day == now.date()
        for stop in route.stops
        for visit in stop.visits
    }
    for route in today:
        for stop in route.stops:
            for visit in stop.visits:
                who = visit.referral_id
                left = was_under_way and stop.arrive_s - stop.travel_s <= now_s
                set_off = left and who not in released
                if (who in begun or set_off) and (who, route.team_id) not in kept:
                    raise Refused(
                        _(
                            "%(team)s has set off for %(name)s meanwhile. Return the plan, so that it is made again.",
                            team=route.team.name, name=visit.referral.resident.name,
                        )
                    )  # fmt: skip


def _release(session: Session, actor: Actor, version: PlanVersion, replaced: Replacement) -> None:
    """Put the people of replaced routes back on the waiting list; older plans without a route left are superseded.

    Whoever a change of the day leaves out was promised a visit that the office calls off: they go first next time.
    """
    staying = {referral.id for referral, _day in people_of(version)}
    for referral in replaced.released:
        is_called_off = bool(version.why) and referral.id not in staying
        change_state(
            session,
            actor,
            referral,
            ReferralState.ACCEPTED,
            kind=CALLED_OFF if is_called_off else "plan_replaced",
            plan=version.label,
        )
    for older in {route.version.id: route.version for route in replaced.routes}.values():
        if all(route.replaced_by for route in older.routes):
            older.state = older.plan.state = PlanState.SUPERSEDED
