"""A team is closed, and the plans that lose its routes are planned anew on the spot, as near as can be to what stands.

What comes of it is a draft on each plan's board: two edits, each undone by one. A planner looks at it, keeps it and
sends it; the machine sends no team out by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from outreach import audit, jobs
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.planning import drafts, searches
from outreach.planning.closures import Closure, close_team
from outreach.planning.edits import Edit, EditKind, Where
from outreach.planning.models import Plan
from outreach.policy import Actor
from outreach.teams.models import Team


@dataclass(frozen=True, slots=True)
class Replan:
    """One plan that lost routes: why it cannot be planned anew now, or "" while that goes on."""

    plan_id: str
    label: str
    refusal: str


def close_and_replan(
    session: Session, actor: Actor, team: Team, first: date, days: int, letter_number: str
) -> tuple[Closure, list[Replan]]:
    """Close a team, and ask for each plan that loses routes to be planned anew. Raises Refused, with the field."""
    closure = close_team(session, actor, team, first, days, letter_number)
    return closure, [_replan(session, actor, plan, closure) for plan in closure.plans]


def _replan(session: Session, actor: Actor, plan: Plan, closure: Closure) -> Replan:
    label = plan.versions[-1].label
    try:
        desk = drafts.desk_of(session, plan)
        wheres = [(r.team_id, r.day) for r in closure.routes if r.version.plan_id == plan.id]
        orders = desk.now.board.orders
        if orders.keys() <= set(wheres):
            raise Refused(_("No other team goes out on its dates. Ask for a new plan."))
        freed = {visit for where in wheres for visit in orders.get(where, ())}
        if desk.is_improving:
            for job in searches.running(session, plan):
                jobs.cancel(session, job)
        left = tuple((*where, _begun(desk, where)) for where in wheres if where in orders)
        if left:
            drafts.append(session, actor, desk, Edit(EditKind.CLOSE, orders=left))
    except Refused as refusal:
        return Replan(plan.id, label, refusal.message)
    draft = drafts.draft_of(session, drafts.desk_of(session, plan))
    payload = {"plan_id": plan.id, searches.FREED: sorted(freed)}
    draft.job_id = jobs.enqueue(session, searches.IMPROVE, payload, actor).id
    audit.record(session, actor, "plan.replanning", plan, version=label, freed=len(freed))
    return Replan(plan.id, label, "")


def _begun(desk: drafts.Desk, where: Where) -> tuple[str, ...]:
    """Return whom a team has set off for already: those stay its own."""
    previous = desk.problem.previous
    gone = [e for e in previous.visits if (e.team, e.day) == where and previous.is_frozen(e)]
    return desk.now.board.orders[where][: len(gone)]
