"""What a planner does with a plan: ask for it, stop it, ask again, send it for approval, set it aside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import audit, clock, jobs, policy
from outreach.errors import Refused
from outreach.i18n import format_date
from outreach.i18n import gettext as _
from outreach.jobs import Job
from outreach.planning.backlog import backlog
from outreach.planning.days import LONGEST_SPAN_DAYS, MOST_DAYS, working_days
from outreach.planning.days import last_day_of as last_day_of
from outreach.planning.jobs import JOB_KIND
from outreach.planning.lookup import latest_version as latest_version
from outreach.planning.lookup import plan_being_made, state_without_job
from outreach.planning.lookup import plan_by_id as plan_by_id
from outreach.planning.models import Plan, PlanState, PlanVersion
from outreach.planning.turns import wait_for_turn
from outreach.policy import Actor
from outreach.teams.calendar import closed_because, next_working_day, shift_of
from outreach.teams.models import Team
from outreach.teams.service import active_teams

LONGEST_SEARCH_S: Final = 3600

REMAKABLE: Final = frozenset(
    {PlanState.MADE, PlanState.RETURNED, PlanState.FAILED, PlanState.CANCELLED}
)
"""The states in which a plan may be made again, as a new version."""
CHANGEABLE: Final = frozenset({PlanState.MADE, PlanState.RETURNED, PlanState.APPROVED})
"""The states in which a plan may be changed by hand; what comes of it is a new version."""


def request_plan(
    session: Session,
    actor: Actor,
    first_day: date,
    last_day: date,
    team_ids: Collection[str] | None = None,
    time_limit_s: int | None = None,
) -> Plan:
    """Ask for a plan of these dates with these teams (None: all that are active) and enqueue its job.

    `time_limit_s` is the search time for each working day (None: the setting). Raises Refused with the reason
    when nothing could be planned.
    """
    policy.allow(actor, "plan.request")
    _check_request(first_day, last_day, time_limit_s)
    wait_for_turn(session)
    teams = _chosen_teams(session, team_ids)
    _check_possible(session, first_day, last_day, teams)
    plan = Plan(
        number=(session.scalar(select(func.max(Plan.number))) or 0) + 1,
        first_day=first_day,
        last_day=last_day,
        state=PlanState.MAKING,
        requested_by=actor.id,
        requested_at=clock.now(),
        request={
            "team_ids": None if team_ids is None else [team.id for team in teams],
            "time_limit_s": time_limit_s,
        },
    )
    session.add(plan)
    session.flush()
    _enqueue(session, actor, plan)
    audit.record(
        session, actor, "plan.requested", plan, number=plan.number, first=first_day, last=last_day
    )
    return plan


def request_again(
    session: Session, actor: Actor, plan: Plan, time_limit_s: int | None = None
) -> Plan:
    """Ask for a new version of a plan that was returned, failed, cancelled, or is to be made anew."""
    policy.allow(actor, "plan.request_again", plan)
    wait_for_turn(session)
    if plan.state not in REMAKABLE:
        raise Refused(_("This plan cannot be made again as it stands now."))
    _check_request(plan.first_day, plan.last_day, time_limit_s)
    teams = _chosen_teams(session, plan.request.get("team_ids"))
    _check_possible(session, plan.first_day, plan.last_day, teams)
    if time_limit_s is not None:
        plan.request = {**plan.request, "time_limit_s": time_limit_s}
    plan.state, plan.error = PlanState.MAKING, ""
    _enqueue(session, actor, plan)
    audit.record(session, actor, "plan.requested_again", plan, number=plan.number)
    return plan


def cancel_plan(session: Session, actor: Actor, plan: Plan) -> None:
    """Stop the making of a plan, or set aside one that was not sent."""
    policy.allow(actor, "plan.cancel", plan)
    version = latest_version(plan)
    if plan.state is PlanState.MAKING:
        job = session.get(Job, plan.job_id, with_for_update=True) if plan.job_id else None
        if job is not None:
            jobs.cancel(session, job)
        if job is None or job.state is not jobs.JobState.RUNNING:
            plan.state = state_without_job(plan)
    elif plan.state in REMAKABLE and plan.state is not PlanState.CANCELLED:
        if version is not None and version.state in {PlanState.MADE, PlanState.RETURNED}:
            version.state = PlanState.CANCELLED
        stands = any(one.state is PlanState.APPROVED for one in plan.versions)
        plan.state = PlanState.APPROVED if stands else PlanState.CANCELLED
    else:
        raise Refused(_("This plan can no longer be cancelled."))
    audit.record(session, actor, "plan.cancelled", plan, number=plan.number)


def send_plan(session: Session, actor: Actor, plan: Plan) -> PlanVersion:
    """Send the latest version of a plan for approval. Raises Refused when there is nothing to approve."""
    policy.allow(actor, "plan.send", plan)
    version = latest_version(plan)
    if plan.state is not PlanState.MADE or version is None:
        raise Refused(_("Only a plan that has been made can be sent for approval."))
    if plan.last_day < clock.today():
        raise Refused(_("The dates of this plan have passed. Make a new plan."))
    if not version.totals.get("people"):
        raise Refused(_("This plan visits nobody. There is nothing to approve."))
    version.state, version.sent_at = PlanState.SENT, clock.now()
    plan.state = PlanState.SENT
    audit.record(session, actor, "plan.sent", plan, version=version.label)
    return version


def _check_request(first_day: date, last_day: date, time_limit_s: int | None) -> None:
    if first_day < clock.today():
        raise Refused(
            _("The first day has already passed. Choose today or later."), field="first_day"
        )
    if last_day < first_day:
        raise Refused(_("The last day is before the first."), field="first_day")
    if (last_day - first_day).days >= LONGEST_SPAN_DAYS:
        raise Refused(_("These dates are too far apart for one plan."), field="days")
    if time_limit_s is not None and not 1 <= time_limit_s <= LONGEST_SEARCH_S:
        raise Refused(
            _("Search between 1 and %(most)s seconds a day.", most=LONGEST_SEARCH_S),
            field="time_limit_s",
        )


def _chosen_teams(session: Session, team_ids: Collection[str] | None) -> Sequence[Team]:
    teams = active_teams(session)
    if team_ids is not None:
        teams = [team for team in teams if team.id in set(team_ids)]
    if not teams:
        raise Refused(
            _("No team can go out. Choose at least one team, or ask the administrator to add one."),
            field="team_ids",
        )
    return teams


def _check_possible(
    session: Session, first_day: date, last_day: date, teams: Sequence[Team]
) -> None:
    days = working_days(session, first_day, last_day)
    if not days or days[0] != first_day:
        raise Refused(
            _(
                "Nobody goes out on %(day)s: %(reason)s. The next working day is %(next)s.",
                day=format_date(first_day),
                reason=closed_because(session, first_day) or "",
                next=format_date(next_working_day(session, first_day)),
            ),
            field="first_day",
        )
    if len(days) > MOST_DAYS:
        raise Refused(
            _("One plan holds at most %(most)s working days.", most=MOST_DAYS), field="days"
        )
    if not any(shift_of(session, team, day) for team in teams for day in days):
        raise Refused(_("None of these teams goes out on these dates."), field="team_ids")
    other = plan_being_made(session, first_day, last_day)
    if other is not None:
        raise Refused(
            _(
                "Plan %(number)s for %(day)s is being made now. Wait for it, or cancel it first.",
                number=other.number,
                day=format_date(other.first_day),
            ),
            field="first_day",
        )
    if not backlog(session, first_day, last_day):
        raise Refused(_("The waiting list is empty. Accept referrals first, then make a plan."))


def _enqueue(session: Session, actor: Actor, plan: Plan) -> None:
    job = jobs.enqueue(session, JOB_KIND, {"plan_id": plan.id}, actor)
    plan.job_id = job.id
