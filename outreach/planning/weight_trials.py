"""What last week's plan would have been with other points: its own question, searched with the points of then and with these.

Both searches get the same time on the same people, teams, hours and roads. The second stays near to the first
(`searches.near_to`), and whoever is visited in the first keeps some points more, so that nobody changes places by chance.
It is a job that a person watches; nothing is touched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from outreach import clock, jobs, policy
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.jobs import Job, JobContext, JobState, handles
from outreach.planning import drafts
from outreach.planning.jobs import search, search_time_s
from outreach.planning.models import Plan, PlanState, PlanVersion
from outreach.planning.searches import GOING_ON, LONGEST_TRY_S, figures_of, near_to
from outreach.policy import Actor
from outreach.referrals.models import Referral
from outreach.referrals.priority import Weights, priority_on, weights_of, weights_on
from routing.problem import MOST_POINTS

TRY: Final = "weights.try"
STAY_POINTS: Final = 30
"""What somebody must weigh more, or save in driving, to take the place of somebody who is visited with the points of then."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody who is visited with one setting and not with the other, with the points before and after."""

    referral: Referral
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial as a page shows it. `then` and `now` are figures (`searches.figures_of`), None until it is done."""

    job: Job
    plan: Plan
    weights: Weights
    then: Mapping[str, int] | None
    now: Mapping[str, int] | None
    inside: tuple[Moved, ...]
    outside: tuple[Moved, ...]

    @property
    def is_stopped(self) -> bool:
        """Whether a person stopped it."""
        return self.job.state is JobState.CANCELLED

    @property
    def is_last_week(self) -> bool:
        """Whether the plan is one of last week, and not the newest for want of one."""
        first, last = last_week()
        return first <= self.plan.first_day <= last

    @property
    def goes_on(self) -> bool:
        """Whether it is still searched."""
        return self.job.state in GOING_ON

    @property
    def is_done(self) -> bool:
        """Whether there is something to compare."""
        return self.then is not None


def ask_trial(session: Session, actor: Actor, weights: Weights) -> Job:
    """Ask what the last plan would have been. Raises Refused while no plan was made whose question can be read."""
    policy.allow(actor, "weights.view")
    version = last_version(session)
    if version is None:
        raise Refused(_("No plan was made yet, so there is nothing to compare."))
    try:
        drafts.question_of(version)
    except routing.Malformed:
        raise Refused(_("The last plan can no longer be planned anew.")) from None
    for earlier in session.scalars(
        select(Job).where(Job.kind == TRY, Job.actor_id == actor.id, Job.state.in_(GOING_ON))
    ):
        jobs.cancel(session, earlier)
    return jobs.enqueue(session, TRY, {"version_id": version.id, "weights": asdict(weights)}, actor)


def trial_of(session: Session, job: Job) -> Trial:
    """Return a trial with the people whose visits differ."""
    version = session.get_one(PlanVersion, job.payload["version_id"])
    weights = weights_of(job.payload["weights"])
    found: dict[str, Any] = job.progress if job.state is JobState.DONE else {}
    ids = [*found.get("inside", ()), *found.get("outside", ())]
    rows = session.scalars(select(Referral).where(Referral.id.in_(ids))).unique()
    people = {referral.id: referral for referral in rows}
    old = weights_then(session, version)

    def moved(kind: str) -> tuple[Moved, ...]:
        those = [people[key] for key in found.get(kind, ()) if key in people]
        return tuple(Moved(one, *points(one, version, old, weights)) for one in those)

    return Trial(
        job, version.plan, weights, found.get("then"), found.get("now"),
        moved("inside"), moved("outside"),
    )  # fmt: skip


@handles(TRY)
def try_weights(context: JobContext) -> None:
    """Search the last plan's question with the points of then and with the new ones, and keep who differs."""
    with context.database.read() as session:
        version = session.get_one(PlanVersion, context.payload["version_id"])
        problem, _answer = drafts.question_of(version)
        seconds = search_time_s(version.plan, context.settings.plan_time_limit_s)
        weights = weights_of(context.payload["weights"])
        other = with_points(session, version, problem, weights)
    seconds = min(seconds, LONGEST_TRY_S)
    then = drafts.plan_in(search(context, problem, seconds))
    before = {visit for route in then.routes for visit in route.visits}
    now = then
    if other != problem:
        now = drafts.plan_in(search(context, near_to(keeping(other, before), then, ()), seconds))
    after = {visit for route in now.routes for visit in route.visits}
    ranked = sorted(other.visits, key=lambda visit: (-visit.priority, visit.id))
    with context.database.write() as session:
        context.finish(session)
        session.get_one(Job, context.job_id).progress = {
            "then": figures_of(problem, then),
            "now": figures_of(other, now),
            "inside": [visit.id for visit in ranked if visit.id in after - before],
            "outside": [visit.id for visit in ranked if visit.id in before - after],
        }


def with_points(
    session: Session, version: PlanVersion, problem: routing.Problem, weights: Weights
) -> routing.Problem:
    """Return a plan's question in which everybody weighs as much more or less as the new weights say."""
    old = weights_then(session, version)
    query = select(Referral).where(Referral.id.in_([visit.id for visit in problem.visits]))
    more = {}
    for one in session.scalars(query).unique():
        before, after = points(one, version, old, weights)
        more[one.id] = after - before
    return replace(
        problem,
        visits=tuple(
            replace(
                visit,
                priority=min(max(visit.priority + more.get(visit.id, 0), 1), MOST_POINTS),
            )
            for visit in problem.visits
        ),
    )


def points(referral: Referral, version: PlanVersion, old: Weights, new: Weights) -> tuple[int, int]:
    """Return what somebody weighed when a version was made, and would have weighed; visits made since do not count."""
    since = {
        event.detail["outcome"]
        for event in referral.events
        if event.detail.get("outcome") and event.at >= version.made_at
    }
    day, attempts = version.plan.first_day, max(referral.attempts - len(since), 0)
    before, after = (priority_on(referral, day, w, attempts=attempts).points for w in (old, new))
    return before, after


def keeping(problem: routing.Problem, visited: Collection[str]) -> routing.Problem:
    """Return a question in which those who are visited already weigh `STAY_POINTS` more."""
    return replace(
        problem,
        visits=tuple(
            replace(visit, priority=min(visit.priority + STAY_POINTS, MOST_POINTS))
            if visit.id in visited
            else visit
            for visit in problem.visits
        ),
    )


def weights_then(session: Session, version: PlanVersion) -> Weights:
    """Return the weights that held when a version was made."""
    return weights_on(session, clock.to_office(version.made_at).date())


def last_week() -> tuple[date, date]:
    """Return the Monday and the Sunday of last week."""
    today = clock.today()
    monday = today - timedelta(days=today.weekday() + 7)
    return monday, monday + timedelta(days=6)


def last_version(session: Session) -> PlanVersion | None:
    """Return the newest version approved for a day of last week, or the newest of all; None while there is none."""
    made = (PlanState.APPROVED, PlanState.SENT, PlanState.MADE, PlanState.SUPERSEDED)
    query = (
        select(PlanVersion)
        .join(Plan)
        .where(PlanVersion.state.in_(made))
        .order_by(PlanVersion.made_at.desc())
        .limit(1)
    )
    approved = query.where(
        PlanVersion.state == PlanState.APPROVED, Plan.first_day.between(*last_week())
    )
    return session.scalars(approved).first() or session.scalars(query).first()
