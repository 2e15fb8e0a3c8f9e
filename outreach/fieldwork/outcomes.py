"""Recording what a visit led to: once, for good, and with the referral moved on in the same transaction.

The id of an outcome is made where it is entered, so that a form sent twice is one record. An outcome is never
changed: a correction is a row of its own that names the one it corrects.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from outreach import audit, clock, policy
from outreach.errors import Invalid, Refused
from outreach.fieldwork.attempts import Consequence, consequence
from outreach.fieldwork.biometrics import EVERYTHING, Biometrics
from outreach.fieldwork.models import Outcome, OutcomeKind
from outreach.fieldwork.reasons import NOT_RECORDED
from outreach.fieldwork.tries import counts, empty_at, tries_of
from outreach.i18n import N_, format_date
from outreach.i18n import gettext as _
from outreach.ids import is_id
from outreach.planning.day_rules import rules_on
from outreach.planning.models import Route, Stop, Visit
from outreach.policy import Actor
from outreach.referrals.life import add_event, change_state
from outreach.referrals.models import Referral
from outreach.referrals.states import FOLLOWERS, ReferralState
from outreach.referrals.wording import on_event

Via = Literal["team", "paper"]
LONGEST_NOTE: Final = 500
on_event("outcome_undone", N_("The result was taken back at once"))


@dataclass(frozen=True)
class Entry:
    """What somebody entered about a visit. `corrects_id` names the outcome that this one corrects."""

    id: str
    kind: OutcomeKind
    reason: str = ""
    biometrics: Biometrics | None = None
    note: str = ""
    corrects_id: str | None = None

    def __post_init__(self) -> None:
        if not is_id(self.id) or not (self.corrects_id is None or is_id(self.corrects_id)):
            raise ValueError("an outcome is named by an id in canonical form")
        if self.id == self.corrects_id:
            raise ValueError("an outcome does not correct itself")
        object.__setattr__(self, "note", self.note.strip())
        if self.kind is OutcomeKind.RECORDED:
            object.__setattr__(self, "biometrics", EVERYTHING)
        if self.kind is not OutcomeKind.PARTLY and self.biometrics not in (None, EVERYTHING):
            raise ValueError("only a part recording says which parts")


def record_outcome(
    session: Session, actor: Actor, visit: Visit, entry: Entry, *, via: Via = "team"
) -> Outcome:
    """Record the outcome of a visit and move the referral on; the same entry again returns the same row.

    Raises Invalid (what is missing, by field) and Refused (too early, already recorded, corrected meanwhile).
    """
    policy.allow(actor, "outcome.record", visit.stop.route)
    return take_outcome(session, actor, visit, entry, via=via)


def take_outcome(
    session: Session,
    actor: Actor,
    visit: Visit,
    entry: Entry,
    *,
    via: Via = "team",
    device_at: datetime | None = None,
) -> Outcome:
    """Do what `record_outcome` does, for a caller that asked the policy itself; `device_at` is the tablet's clock."""
    _wait_for_referral(session, visit)
    visit = where_result_stands(session, visit)
    route = visit.stop.route
    known = session.get(Outcome, entry.id)
    if known is not None:
        return _repeated(known, visit, entry)
    _check(entry)
    if not route.version.hash:
        raise Refused(_("The plan of this visit was never approved."))
    if route.day > clock.today():
        raise Refused(
            _("This visit is on %(day)s. Record it on that day.", day=format_date(route.day))
        )
    earlier = latest_outcome(session, visit.id)
    _check_turn(earlier, entry)
    outcome = Outcome(
        id=entry.id,
        visit_id=visit.id,
        visit=visit,
        corrects_id=entry.corrects_id,
        kind=entry.kind,
        reason=entry.reason,
        biometrics=entry.biometrics.to_json() if entry.biometrics else {},
        note=entry.note,
        via=via,
        recorded_by=actor.id,
        recorded_at=clock.now(),
        device_at=device_at,
    )
    outcome.led_to = _move_on(session, actor, outcome, earlier)
    session.add(outcome)
    audit.record(
        session, actor, "outcome.corrected" if earlier else "outcome.recorded", outcome,
        visit=visit.id, kind=outcome.kind.value, led_to=outcome.led_to, via=via,
    )  # fmt: skip
    return outcome


def withdraw_outcome(session: Session, actor: Actor, outcome: Outcome) -> None:
    """Take an outcome back at once, as if it had not been tapped; the row stays. The caller asked the policy.

    Raises Refused where a correction or the office has gone on from it.
    """
    visit = outcome.visit
    _wait_for_referral(session, visit)
    if outcome.withdrawn_at is not None:
        return
    chain = outcome_chains(session, [visit.id]).get(visit.id, [])
    referral = visit.referral
    if [row.id for row in chain] != [outcome.id]:
        raise Refused(_("This result was corrected meanwhile: correct it again instead."))
    if outcome.led_to and referral.state.value != outcome.led_to:
        raise Refused(_("The office has gone on from this result: correct it instead."))
    outcome.withdrawn_at = clock.now()
    referral.attempts = max(referral.attempts - 1, 0)
    if outcome.led_to:
        referral.not_before = referral.not_home_s = None
        back = ReferralState.SCHEDULED if still_goes(session, visit) else ReferralState.ACCEPTED
        if referral.state is ReferralState.RECORDED and back is ReferralState.ACCEPTED:
            change_state(session, actor, referral, ReferralState.VISITED, kind="outcome_undone")
        if referral.state is not back:
            change_state(session, actor, referral, back, kind="outcome_undone", outcome=outcome.id)
    audit.record(session, actor, "outcome.withdrawn", outcome, visit=visit.id)


def latest_outcome(session: Session, visit_id: str) -> Outcome | None:
    """Return the outcome of a visit that no other corrects, or None before the first."""
    return latest_outcomes(session, [visit_id]).get(visit_id)


def latest_outcomes(session: Session, visit_ids: list[str]) -> dict[str, Outcome]:
    """Return the outcome that holds for each visit that has one."""
    chains = outcome_chains(session, visit_ids)
    return {visit_id: chain[-1] for visit_id, chain in chains.items()}


def outcomes_on(session: Session, route: Route) -> dict[str, Outcome]:
    """Return the outcome of each visit of a route that has one, by visit.

    Where a plan was changed during the day, what a team had done before stands on the older route: it counts here too.
    """
    visits = [visit for stop in route.stops for visit in stop.visits]
    found = latest_outcomes(session, [visit.id for visit in visits])
    open_visits = {v.referral_id: v.id for v in visits if v.id not in found}
    if not open_visits:
        return found
    older = session.execute(
        select(Visit.id, Visit.referral_id)
        .join(Stop, Visit.stop_id == Stop.id)
        .join(Route, Stop.route_id == Route.id)
        .where(
            Visit.referral_id.in_(open_visits),
            Route.day == route.day,
            Route.replaced_by.is_not(None),
            Route.version_id != route.version_id,
        )
    ).all()
    before = latest_outcomes(session, [visit_id for visit_id, _referral in older])
    for visit_id, referral_id in older:
        if visit_id in before:
            found[open_visits[referral_id]] = before[visit_id]
    return found


def where_result_stands(session: Session, visit: Visit) -> Visit:
    """Return the visit that holds the result of this one: itself, or the same person's on another version of the day.

    A person who was visited has one result a day, however often the plan of the day was changed meanwhile.
    """
    others = session.scalars(
        select(Visit.id)
        .join(Stop, Visit.stop_id == Stop.id)
        .join(Route, Stop.route_id == Route.id)
        .where(
            Visit.referral_id == visit.referral_id,
            Visit.id != visit.id,
            Route.day == visit.stop.route.day,
        )
    ).all()
    held = latest_outcomes(session, [visit.id, *others])
    if visit.id in held or not held:
        return visit
    return max(held.values(), key=lambda outcome: outcome.recorded_at).visit


def still_goes(session: Session, visit: Visit) -> bool:
    """Whether the visit is still to be made by its team on its date, on this version of the plan or a later one."""
    route = visit.stop.route
    if route.stands:
        return True
    later = (
        select(Route)
        .join(Stop, Stop.route_id == Route.id)
        .join(Visit, Visit.stop_id == Stop.id)
        .where(
            Visit.referral_id == visit.referral_id,
            Route.day == route.day,
            Route.team_id == route.team_id,
            Route.replaced_by.is_(None),
        )
    )
    return any(other.stands for other in session.scalars(later))


def outcome_chains(session: Session, visit_ids: list[str]) -> dict[str, list[Outcome]]:
    """Return each visit's outcome with its corrections, the first one first."""
    rows = session.scalars(
        select(Outcome)
        .where(Outcome.visit_id.in_(visit_ids), Outcome.withdrawn_at.is_(None))
        .options(lazyload(Outcome.visit))
    )
    following: dict[tuple[str, str | None], Outcome] = {
        (row.visit_id, row.corrects_id): row for row in rows
    }
    chains: dict[str, list[Outcome]] = {}
    for visit_id in visit_ids:
        row = following.get((visit_id, None))
        while row is not None:
            chains.setdefault(visit_id, []).append(row)
            row = following.get((visit_id, row.id))
    return chains


def _wait_for_referral(session: Session, visit: Visit) -> None:
    """One outcome of a referral at a time; then what was read before the wait is read again."""
    session.execute(select(Referral.id).where(Referral.id == visit.referral_id).with_for_update())
    session.refresh(visit.referral)


def _repeated(known: Outcome, visit: Visit, entry: Entry) -> Outcome:
    same = (
        known.visit_id == visit.id
        and known.kind is entry.kind
        and known.reason == entry.reason
        and known.note == entry.note
        and known.corrects_id == entry.corrects_id
        and known.biometrics == (entry.biometrics.to_json() if entry.biometrics else {})
    )
    if not same:
        raise Refused(
            _("This form was already sent with another result. Open the visit again to correct it.")
        )
    return known


def _check(entry: Entry) -> None:
    errors: dict[str, str] = {}
    if len(entry.note) > LONGEST_NOTE:
        errors["note"] = _("Keep the note under %(count)s characters.", count=LONGEST_NOTE)
    if entry.kind is OutcomeKind.NOT_RECORDED:
        fact = NOT_RECORDED.get(entry.reason)
        if fact is None:
            errors["reason"] = _("Choose why the recording did not take place.")
        elif fact.needs_note and not entry.note:
            errors["note"] = _("Write what you found at the place.")
    elif entry.reason:
        errors["reason"] = _("A recording has no reason for failing.")
    if entry.kind is OutcomeKind.PARTLY:
        if entry.biometrics is None:
            errors["photo"] = _("Mark each of the four.")
        elif entry.biometrics.is_nothing:
            errors["photo"] = _("Nothing was taken: choose \u201cNot recorded\u201d instead.")
        elif entry.biometrics.is_whole:
            errors["photo"] = _(
                "Everything was taken: choose \u201cRecorded in full\u201d instead."
            )
    if errors:
        raise Invalid(errors)


def _check_turn(earlier: Outcome | None, entry: Entry) -> None:
    if earlier is None and entry.corrects_id is None:
        return
    if earlier is None:
        raise Refused(_("There is no result to correct yet."))
    if entry.corrects_id is None:
        raise Refused(
            _("This visit already has a result. Look at it, and correct it if it is wrong.")
        )
    if entry.corrects_id != earlier.id:
        raise Refused(
            _("Somebody corrected this visit meanwhile. Look at the newest result first.")
        )


def _move_on(session: Session, actor: Actor, outcome: Outcome, earlier: Outcome | None) -> str:
    """Move the referral by what the visit led to; return the new state, or "" where it must not move."""
    visit = outcome.visit
    referral = visit.referral
    if earlier is None:
        referral.attempts += 1
    day = visit.stop.route.day
    tries = tries_of(session, referral.id, visit.id) + counts(outcome.reason)
    to = consequence(outcome.kind, outcome.reason, tries, day, rules_on(session, day).most_attempts)
    if not _may_move(session, outcome, earlier):
        return ""
    way = _way(referral.state, to)
    if not way:
        add_event(
            session, actor, referral, kind="outcome", reason=outcome.reason, outcome=outcome.id
        )
    for state in way:
        kind = "visited" if state is ReferralState.VISITED else "outcome"
        if state is ReferralState.ACCEPTED:
            kind = "another_attempt"
        change_state(
            session, actor, referral, state, kind=kind, reason=outcome.reason, outcome=outcome.id
        )
    referral.not_before = to.not_before
    referral.not_home_s = empty_at(outcome)
    return to.state.value


def _may_move(session: Session, outcome: Outcome, earlier: Outcome | None) -> bool:
    """Whether the referral still stands where this visit left it: a later plan or decision is not undone."""
    visit = outcome.visit
    state = visit.referral.state
    if earlier is not None and earlier.led_to:
        return state.value == earlier.led_to
    if outcome.kind is not OutcomeKind.NOT_RECORDED:
        # Done is done, even where the stop had been taken off the plan meanwhile.
        return state in {ReferralState.SCHEDULED, ReferralState.ACCEPTED, ReferralState.VISITED}
    return state is ReferralState.SCHEDULED and still_goes(session, visit)


def _way(state: ReferralState, to: Consequence) -> list[ReferralState]:
    """Return the states to go through; somebody who was not recorded was still visited."""
    if state is to.state:
        return []
    straight = to.state in FOLLOWERS[state] and to.state is not ReferralState.ACCEPTED
    if straight or state is ReferralState.VISITED:
        return [to.state]
    return [ReferralState.VISITED, to.state]
