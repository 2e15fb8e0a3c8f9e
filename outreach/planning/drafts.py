"""Changing a plan by hand: each edit judged and kept, undone and done again, and made a version when it is sound.

Nobody writes over anybody: who changes a draft names the revision that they looked at, and an older one is refused
with the name of whoever changed it meanwhile.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from outreach import audit, clock, policy
from outreach.errors import Refused
from outreach.i18n import format_datetime
from outreach.i18n import gettext as _
from outreach.jobs import Job, JobState
from outreach.planning.broken_words import Names, in_words, refused
from outreach.planning.draft_models import PlanDraft, PlanEdit
from outreach.planning.edits import (
    Board,
    Edit,
    EditRefused,
    apply,
    board_of,
    board_to_json,
    edit_from_json,
    edit_to_json,
    replay,
)
from outreach.planning.failures import ANSWER_UNREADABLE, PlanFailed
from outreach.planning.judging import (
    Judged,
    judge,
    judge_after,
    new_hard,
    new_soft,
    with_best_position,
)
from outreach.planning.lookup import latest_version
from outreach.planning.models import Plan, PlanState, PlanVersion
from outreach.planning.route_lines import FindLines, no_lines
from outreach.planning.service import CHANGEABLE
from outreach.planning.store import store_by_hand
from outreach.planning.turns import wait_for_turn
from outreach.planning.under_way import begun_today, earlier_of
from outreach.policy import Actor
from outreach.referrals.models import Referral, Resident
from outreach.teams.models import Team
from routing.bound import percent_better
from routing.explain import explain

MOST_EDITS: Final = 2000
EXPLAINING_S: Final = 3.0
"""How long a planner who keeps a version waits for the smallest changes of those whose dates were touched."""
_KEPT: Final = 8
_questions: OrderedDict[str, tuple[routing.Problem, routing.Plan]] = OrderedDict()
_boards: OrderedDict[tuple[str, bytes], Judged] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Desk:
    """A plan as it is being changed. `edits` are all that are kept, the first `position` of them count."""

    plan: Plan
    base: PlanVersion
    problem: routing.Problem
    answer: routing.Plan
    now: Judged
    edits: tuple[Edit, ...] = ()
    position: int = 0
    revision: int = 0
    draft: PlanDraft | None = None
    job: Job | None = None

    @property
    def is_improving(self) -> bool:
        """Whether better routes are being searched, so that nothing may be changed."""
        return self.job is not None and self.job.state in {JobState.WAITING, JobState.RUNNING}

    @property
    def is_changed(self) -> bool:
        """Whether it differs from its version."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether an undone edit can be done again."""
        return self.position < len(self.edits)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an edit would do or did: refused with reasons, or the board after it with what is to be told."""

    edit: Edit
    after: Judged | None
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def desk_of(session: Session, plan: Plan) -> Desk:
    """Return a plan as it is being changed now. Raises Refused when it has no version that can be changed."""
    version = latest_version(plan)
    if version is None or plan.state not in CHANGEABLE or plan.last_day < clock.today():
        raise Refused(_("This plan cannot be changed as it stands now."))
    draft = session.scalars(select(PlanDraft).where(PlanDraft.plan_id == plan.id)).first()
    try:
        problem, answer = question_of(version)
    except routing.Malformed:
        raise Refused(_("This plan cannot be changed as it stands now.")) from None
    problem = _as_it_goes(session, version, problem, answer)
    start = board_of(problem, answer)
    job = session.get(Job, draft.job_id) if draft is not None and draft.job_id else None
    if draft is None or draft.base_id != version.id:
        return Desk(plan, version, problem, answer, _judged(version, problem, answer, start), draft=draft,
                    revision=draft.revision if draft else 0, job=job)  # fmt: skip
    edits = tuple(edit_from_json(row.edit) for row in draft.edits)
    board = replay(start, edits[: draft.position])
    return Desk(
        plan, version, problem, answer, _judged(version, problem, answer, board), edits,
        draft.position, draft.revision, draft, job,
    )  # fmt: skip


def _as_it_goes(
    session: Session, version: PlanVersion, problem: routing.Problem, answer: routing.Plan
) -> routing.Problem:
    """Return the question of a plan under way: what its teams have begun, or set off for before now by the plan, stays."""
    now = clock.to_office(clock.now())
    if version.state is not PlanState.APPROVED or version.plan.first_day > now.date():
        return problem
    freeze_s = now.hour * 3600 + now.minute * 60 + now.second
    orders = {(route.team, route.day): route.visits for route in answer.routes}
    begun = begun_today(session, version)
    earlier = earlier_of(answer, orders, now.date(), freeze_s, begun)
    return replace(problem, previous=routing.Previous(earlier, now.date(), freeze_s))


def _after(desk: Desk, edit: Edit) -> Judged:
    """Return the board after an edit. Raises EditRefused."""
    return judge_after(desk.problem, desk.answer, desk.now, apply(desk.now.board, edit))


def _judged(
    version: PlanVersion, problem: routing.Problem, answer: routing.Plan, board: Board
) -> Judged:
    """Return a board as it would be driven; the last ones are remembered, while nobody is under way."""
    if problem.previous.freeze_day is not None:
        return judge(problem, answer, board)
    key = version.id, bytes_of(board)
    found = _boards.get(key)
    if found is None:
        found = _boards[key] = judge(problem, answer, board)
        while len(_boards) > _KEPT:
            _boards.popitem(last=False)
    return found


def names_of(session: Session, visits: Iterable[str]) -> Names:
    """Return what the teams, and these people, are called."""
    teams = {team.id: team.name for team in session.scalars(select(Team))}
    wanted = list(visits)
    rows = session.execute(
        select(Referral.id, Resident.name).join(Resident).where(Referral.id.in_(wanted))
    )
    people = {referral: name for referral, name in rows.all()}  # noqa: C416 - rows are not pairs to mypy
    return Names(teams, people)


def try_edit(session: Session, desk: Desk, edit: Edit) -> Answer:
    """Return what an edit would do, without doing it."""
    try:
        edit = with_best_position(desk.now, edit)
        after = _after(desk, edit)
    except EditRefused as refusal:
        names = names_of(session, [refusal.visit] if refusal.visit else [])
        return Answer(edit, None, (refused(refusal, names),))
    hard, soft = new_hard(desk.now, after), new_soft(desk.now, after)
    if not hard and not soft:
        return Answer(edit, after)
    names = names_of(session, {one.visit for one in (*hard, *soft) if one.visit})
    if hard:
        return Answer(edit, None, tuple(in_words(hard, after, names)))
    return Answer(edit, after, (), tuple(in_words(soft, after, names)))


def make_edit(session: Session, actor: Actor, plan: Plan, edit: Edit, revision: int) -> Answer:
    """Make an edit and keep it. A refused one changes nothing. Raises Refused for a board that changed meanwhile."""
    policy.allow(actor, "plan.edit", plan)
    desk = turn(session, plan, revision)
    answer = try_edit(session, desk, edit)
    if answer.after is None:
        return answer
    if desk.position >= MOST_EDITS:
        raise Refused(_("There are very many changes. Keep them as a version first."))
    _keep_edit(session, actor, desk, answer.edit)
    return answer


def undo(session: Session, actor: Actor, plan: Plan, revision: int) -> None:
    """Take the last edit back. Raises Refused when there is none."""
    policy.allow(actor, "plan.edit", plan)
    desk = turn(session, plan, revision)
    if not desk.is_changed or desk.draft is None:
        raise Refused(_("There is nothing to undo."))
    _touch(desk.draft, actor, desk.position - 1)


def redo(session: Session, actor: Actor, plan: Plan, revision: int) -> None:
    """Do the edit again that was undone last. Raises Refused when there is none."""
    policy.allow(actor, "plan.edit", plan)
    desk = turn(session, plan, revision)
    if not desk.can_redo or desk.draft is None:
        raise Refused(_("There is nothing to do again."))
    _touch(desk.draft, actor, desk.position + 1)


def start_over(session: Session, actor: Actor, plan: Plan, revision: int) -> None:
    """Take every edit back; they can be done again one by one."""
    policy.allow(actor, "plan.edit", plan)
    desk = turn(session, plan, revision)
    if desk.draft is None or not desk.is_changed:
        raise Refused(_("There is nothing to undo."))
    _touch(desk.draft, actor, 0)


def plan_in(answer: bytes) -> routing.Plan:
    """Read what a search wrote. Raises PlanFailed."""
    try:
        return routing.plan_from_json(json.loads(answer))
    except ValueError as error:
        raise PlanFailed(ANSWER_UNREADABLE, str(error)) from None


def worth(judged: Judged) -> int:
    """Return what a board is worth, in seconds of driving; one that breaks rules is worth less than any other."""
    return judged.plan.score.total_s if judged.is_sound else -(2**62)


def worth_after(desk: Desk, edit: Edit) -> int:
    """Return what the board would be worth after an edit."""
    try:
        return worth(_after(desk, edit))
    except EditRefused:
        return -(2**62)


def append(session: Session, actor: Actor, desk: Desk, edit: Edit) -> None:
    """Keep an edit that was found elsewhere, such as by the optimiser. Raises EditRefused or Refused."""
    after = _after(desk, edit)
    if new_hard(desk.now, after) or new_soft(desk.now, after):
        raise Refused(_("The routes that were found break a rule, so nothing was changed."))
    _keep_edit(session, actor, desk, edit)


def keep(
    session: Session,
    actor: Actor,
    plan: Plan,
    revision: int,
    find_lines: FindLines = no_lines,
    left: Sequence[routing.Unserved] | None = None,
) -> PlanVersion:
    """Make the board as it is now a new version of the plan, its routes drawn along the roads that `find_lines` finds.

    `left` is what `explained` said of this very revision, so that nobody waits for it in here. Raises Refused while it breaks rules or changes nothing.
    """
    policy.allow(actor, "plan.edit", plan)
    desk = turn(session, plan, revision)
    if not desk.is_changed or desk.draft is None:
        raise Refused(_("Nothing was changed yet."))
    if not desk.now.is_sound:
        names = names_of(session, {one.visit for one in desk.now.broken if one.visit})
        said = in_words(desk.now.broken, desk.now, names)
        raise Refused(_("First mend what breaks a rule: %(what)s", what=" ".join(said[:3])))
    left = explained(desk) if left is None else left
    made = replace(desk.now.plan, unserved=tuple(left), bound=_bound(desk))
    lines = find_lines(desk.now.problem, made)
    version = store_by_hand(
        session, actor, plan, desk.now.problem, made, desk.now.board.excluded, lines
    )
    for row in list(desk.draft.edits):
        session.delete(row)
    desk.draft.base_id = version.id
    _touch(desk.draft, actor, 0)
    session.flush()
    audit.record(
        session, actor, "plan.changed", plan, version=version.label, edits=desk.position,
        people=version.totals["people"],
    )  # fmt: skip
    return version


def explained(desk: Desk) -> list[routing.Unserved]:
    """Return why each of those left out is, with the smallest change that would help, as far as a few seconds allow.

    A change of the version that names a date on which nobody was moved since still holds. Raises Unsound for a board
    that breaks rules.
    """
    was, now = board_of(desk.problem, desk.answer), desk.now.board
    touched = {
        where[1].isoformat() for where in was.orders if was.orders[where] != now.orders.get(where)
    }
    known = {
        one.visit: one.change
        for one in desk.answer.unserved
        if one.change is not None
        and one.change.parameters.get("day") not in touched
        and one.visit not in now.excluded
        and not now.changes
    }
    until = time.monotonic() + EXPLAINING_S
    return explain(desk.now.problem, desk.now.plan, lambda: time.monotonic() > until, known)


def bytes_of(board: Board) -> bytes:
    """Return a board as bytes, the same for the same board."""
    return json.dumps(board_to_json(board), sort_keys=True, separators=(",", ":")).encode()


def question_of(version: PlanVersion) -> tuple[routing.Problem, routing.Plan]:
    """Return the question and answer of a version; a version never changes, so they are read once a process."""
    found = _questions.get(version.id)
    if found is None:
        found = routing.problem_from_json(version.problem), routing.plan_from_json(version.answer)
        _questions[version.id] = found
        while len(_questions) > _KEPT:
            _questions.popitem(last=False)
    return found


def turn(session: Session, plan: Plan, revision: int) -> Desk:
    """Wait for the turn, and return the board if it is still the one that was looked at."""
    wait_for_turn(session)
    desk = desk_of(session, plan)
    if desk.revision != revision:
        draft = desk.draft
        assert draft is not None
        raise Refused(
            _(
                "%(name)s changed this board at %(time)s. Look at it as it is now, then do it again.",
                name=draft.changer.name if draft.changer else "sambang",
                time=format_datetime(draft.changed_at),
            )
        )
    if desk.is_improving:
        raise Refused(_("The rest is being improved now. Wait for it, or stop it first."))
    return desk


def _keep_edit(session: Session, actor: Actor, desk: Desk, edit: Edit) -> None:
    """Add an edit after those that count; whatever was undone is forgotten."""
    draft = draft_of(session, desk)
    for row in draft.edits[desk.position :]:
        session.delete(row)
    session.flush()
    session.expire(draft, ["edits"])
    session.add(
        PlanEdit(
            draft_id=draft.id,
            number=desk.position + 1,
            edit=edit_to_json(edit),
            made_by=actor.id,
            made_at=clock.now(),
        )
    )
    _touch(draft, actor, desk.position + 1)
    session.flush()


def _bound(desk: Desk) -> routing.Bound | None:
    """Return how far from the best possible the board is: the version's proof, while the question is still the same."""
    bound, total_s = desk.answer.bound, desk.now.plan.score.total_s
    if bound is None or desk.now.board.changes or bound.total_s < total_s:
        return None
    return replace(bound, percent=percent_better(bound.total_s, total_s))


def draft_of(session: Session, desk: Desk) -> PlanDraft:
    """Return the draft of a desk, made where there is none, emptied where a newer version came by itself."""
    draft = desk.draft
    if draft is None:
        draft = PlanDraft(plan_id=desk.plan.id, base_id=desk.base.id, changed_at=clock.now())
        session.add(draft)
        session.flush()
    elif (
        draft.base_id != desk.base.id
    ):  # a newer version came by itself: the edits of the older one are done with
        for row in list(draft.edits):
            session.delete(row)
        draft.base_id, draft.position = desk.base.id, 0
        session.flush()
        session.expire(draft, ["edits"])
    return draft


def _touch(draft: PlanDraft, actor: Actor, position: int) -> None:
    draft.position, draft.job_id = position, None
    draft.revision += 1
    draft.changed_by, draft.changed_at = actor.id, clock.now()
