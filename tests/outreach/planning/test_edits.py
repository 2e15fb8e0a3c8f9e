"""Edits by hand: judged like every plan, kept, undone to the byte, and never made over somebody else's."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import routing
from outreach import web
from outreach.errors import Forbidden, Refused
from outreach.planning import drafts
from outreach.planning.drafts import bytes_of
from outreach.planning.edits import (
    Board,
    Edit,
    EditKind,
    EditRefused,
    Where,
    apply,
    board_of,
    edit_from_json,
    edit_to_json,
    replay,
)
from outreach.planning.judging import best_places, judge, judge_after, place_after, why_left_out
from outreach.planning.models import Plan, PlanState
from routing.checker import check
from routing.search import Limits, plan
from tests import build
from tests.build_problems import random_problem
from tests.outreach.planning import given as office_given
from tests.outreach.planning.given import MONDAY

KINDS = [kind for kind in EditKind if kind not in {EditKind.CHANGE, EditKind.REPLACE}]


def a_random_edit(
    chance: random.Random, wheres: list[Where], board: Board, people: list[str]
) -> Edit:
    """Any edit at all, sensible or not."""
    team, day = chance.choice(wheres)
    kind = chance.choice(KINDS)
    visits = tuple(chance.sample(people, 2 if kind is EditKind.SWAP else 1))
    if kind is EditKind.CLOSE:
        return Edit(kind, orders=((team, day, board.orders.get((team, day), ())[:1]),))
    return Edit(kind, visits, team, day, chance.randrange(6))


@given(seed=st.integers(0, 2**31), problem=random_problem())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_hundred_random_sequences_are_undone_and_done_again_to_the_byte(
    seed: int, problem: routing.Problem
) -> None:
    chance = random.Random(seed)
    answer = plan(problem, Limits(seconds=None, iterations=2, workers=1, seed=1, bound=False))
    people = [visit.id for visit in problem.visits]
    if len(people) < 2 or not problem.shifts:
        return
    board = board_of(problem, answer)
    judged = judge(problem, answer, board)
    wheres = board.orders
    kept, seen = [], [bytes_of(board)]
    for _ in range(25):
        edit = a_random_edit(chance, sorted(wheres), board, people)
        try:
            board = apply(board, edit)
        except EditRefused:
            continue
        kept.append(edit_to_json(edit))
        seen.append(bytes_of(board))
        judged = judge_after(problem, answer, judged, board)
    edits = [edit_from_json(row) for row in kept]
    for steps in range(len(edits), -1, -1):
        assert bytes_of(replay(board_of(problem, answer), edits[:steps])) == seen[steps]
    assert judged == judge(problem, answer, board)
    assert {s.visit for r in judged.plan.routes for s in r.stops} == board.served


def a_desk(core: web.Core, **more: int) -> tuple[office_given.Office, str]:
    """An office with a plan that is ready to be changed."""
    office = office_given.an_office(core, **{"teams": 2, "referrals": 8, **more})
    return office, office_given.a_made_plan(core, office.planner)


def desk(core: web.Core, plan_id: str) -> drafts.Desk:
    with core.database.read() as session:
        return drafts.desk_of(session, session.get_one(Plan, plan_id))


def do(core: web.Core, actor: object, plan_id: str, edit: Edit, revision: int) -> drafts.Answer:
    with core.database.write() as session:
        return drafts.make_edit(session, actor, session.get_one(Plan, plan_id), edit, revision)  # type: ignore[arg-type]


def test_a_visit_moves_to_the_other_team_and_back_by_one_undo(core: web.Core) -> None:
    office, plan_id = a_desk(core)
    before = desk(core, plan_id)
    visit = next(v for order in before.now.board.orders.values() for v in order)
    home = before.now.board.home(visit)
    other = next(where for where in before.now.board.orders if where != home)
    answer = do(core, office.planner, plan_id, Edit(EditKind.MOVE, (visit,), *other), 0)
    assert answer.after is not None
    moved = desk(core, plan_id)
    assert moved.now.board.home(visit) == other
    assert (moved.position, moved.revision) == (1, 1)
    with core.database.write() as session:
        drafts.undo(session, office.planner, session.get_one(Plan, plan_id), 1)
    back = desk(core, plan_id)
    assert bytes_of(back.now.board) == bytes_of(before.now.board)
    assert back.now.plan.routes == before.now.plan.routes
    with core.database.write() as session:
        drafts.redo(session, office.planner, session.get_one(Plan, plan_id), 2)
    assert bytes_of(desk(core, plan_id).now.board) == bytes_of(moved.now.board)


def test_a_hard_rule_refuses_and_says_why_and_nothing_changes(core: web.Core) -> None:
    office = office_given.an_office(core, teams=1, referrals=3)
    with core.database.write() as session:
        special = build.a_referral(session, name="Mbah Kayu", needs=["motorbike"]).id
    plan_id = office_given.a_made_plan(core, office.planner)
    edit = Edit(EditKind.MOVE, (special,), office.team_ids[0], MONDAY)
    answer = do(core, office.planner, plan_id, edit, 0)
    assert answer.after is None
    assert "Mbah Kayu" in answer.refusals[0]
    assert "Tim T1" in answer.refusals[0]
    assert desk(core, plan_id).revision == 0


def test_overtime_is_told_kept_on_the_board_and_keeps_it_from_becoming_a_version(
    core: web.Core,
) -> None:
    office = office_given.an_office(core, teams=2, referrals=16, condition="bedridden")
    plan_id = office_given.a_made_plan(core, office.planner)
    now = desk(core, plan_id)
    first, second = sorted(now.now.board.orders)
    everybody = now.now.board.orders[second]
    told, revision = [], 0
    for visit in everybody:
        answer = do(core, office.planner, plan_id, Edit(EditKind.MOVE, (visit,), *first), revision)
        assert answer.after is not None, answer.refusals
        told += answer.warnings
        revision += 1
    assert any("jam tugas" in line or "berakhir pukul" in line for line in told), told
    with core.database.write() as session, pytest.raises(Refused, match="Bereskan"):
        drafts.keep(session, office.planner, session.get_one(Plan, plan_id), revision)


def test_what_a_colleague_changed_meanwhile_is_not_written_over(core: web.Core) -> None:
    office, plan_id = a_desk(core)
    with core.database.write() as session:
        colleague = build.an_actor(session, "planner", name="Sari")
    visit = next(v for order in desk(core, plan_id).now.board.orders.values() for v in order)
    do(core, colleague, plan_id, Edit(EditKind.PIN, (visit,)), 0)
    with pytest.raises(Refused, match="Sari"):
        do(core, office.planner, plan_id, Edit(EditKind.EXCLUDE, (visit,)), 0)
    assert visit in desk(core, plan_id).now.board.pins


def test_a_pinned_visit_and_a_locked_route_stay_until_they_are_freed(core: web.Core) -> None:
    office, plan_id = a_desk(core)
    board = desk(core, plan_id).now.board
    where = next(w for w, order in board.orders.items() if order)
    visit = board.orders[where][0]
    do(core, office.planner, plan_id, Edit(EditKind.LOCK, team=where[0], day=where[1]), 0)
    answer = do(core, office.planner, plan_id, Edit(EditKind.EXCLUDE, (visit,)), 1)
    assert answer.after is None
    assert "terkunci" in answer.refusals[0]
    do(core, office.planner, plan_id, Edit(EditKind.UNLOCK, team=where[0], day=where[1]), 1)
    assert do(core, office.planner, plan_id, Edit(EditKind.EXCLUDE, (visit,)), 2).after is not None


def test_a_kept_board_is_a_new_version_that_every_reader_finds_sound(core: web.Core) -> None:
    office, plan_id = a_desk(core)
    board = desk(core, plan_id).now.board
    visit = next(v for order in board.orders.values() for v in order)
    do(core, office.planner, plan_id, Edit(EditKind.EXCLUDE, (visit,)), 0)
    with core.database.write() as session:
        drafts.keep(session, office.planner, session.get_one(Plan, plan_id), 1)
    with core.database.read() as session:
        first, second = session.get_one(Plan, plan_id).versions
        assert (first.state, second.state) == (PlanState.SUPERSEDED, PlanState.MADE)
        assert (second.made_by, second.number) == (office.planner.id, 2)
        problem = routing.problem_from_json(second.problem)
        assert check(problem, routing.plan_from_json(second.answer)) == []
        row = next(row for row in second.unserved if row.referral_id == visit)
        assert (row.reason, row.decided_by) == ("excluded", office.planner.id)
    again = desk(core, plan_id)
    assert not again.is_changed
    assert visit in again.now.board.excluded


def test_the_best_places_for_somebody_who_waits_are_sound_and_cheapest_first(
    core: web.Core,
) -> None:
    office, plan_id = a_desk(core)
    visit = next(v for order in desk(core, plan_id).now.board.orders.values() for v in order)
    do(core, office.planner, plan_id, Edit(EditKind.EXCLUDE, (visit,)), 0)
    now = desk(core, plan_id)
    found = best_places(now.now, visit)
    assert found
    assert [slot.cost_s for slot in found] == sorted(slot.cost_s for slot in found)
    for slot in found:
        edit = Edit(EditKind.MOVE, (visit,), slot.team, slot.day, slot.position)
        after = judge(now.problem, now.answer, apply(now.now.board, edit))
        assert after.is_sound
        driving = sum(r.travel_s for r in after.plan.routes)
        assert driving - sum(r.travel_s for r in now.now.plan.routes) == slot.cost_s


def test_the_smallest_change_is_applied_at_once_and_undone_by_one(core: web.Core) -> None:
    office = office_given.an_office(core, teams=1, referrals=2)
    with core.database.write() as session:
        special = build.a_referral(session, needs=["motorbike"]).id
    plan_id = office_given.a_made_plan(core, office.planner)
    now = desk(core, plan_id)
    one = why_left_out(now.now, special)
    assert one is not None
    assert one.change is not None
    edit = place_after(now.now, one.visit, one.change)
    assert edit is not None
    assert do(core, office.planner, plan_id, edit, 0).after is not None
    after = desk(core, plan_id)
    assert after.now.is_sound
    assert after.now.board.home(one.visit)
    with core.database.write() as session:
        drafts.undo(session, office.planner, session.get_one(Plan, plan_id), 1)
    assert bytes_of(desk(core, plan_id).now.board) == bytes_of(now.now.board)


def test_only_a_planner_changes_a_plan(core: web.Core) -> None:
    office, plan_id = a_desk(core)
    visit = next(v for order in desk(core, plan_id).now.board.orders.values() for v in order)
    with pytest.raises(Forbidden):
        do(core, office.supervisor, plan_id, Edit(EditKind.PIN, (visit,)), 0)
    promoted = replace(office.planner)
    assert do(core, promoted, plan_id, Edit(EditKind.PIN, (visit,)), 0).after is not None
