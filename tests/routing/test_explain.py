"""Why somebody is not visited is found by testing, and the smallest change that would serve them does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from routing import (
    UNREACHABLE,
    Change,
    ChangeKind,
    Matrix,
    Pin,
    Plan,
    Problem,
    Quota,
    Reason,
    Travel,
    Unserved,
    Window,
)  # fmt: skip
from routing.changes import with_change
from routing.checker import check
from routing.explain import explain
from routing.given import retime
from routing.slots import slots
from routing.words import in_words
from tests.build_problems import (
    MONDAY,
    TUESDAY,
    a_problem,
    a_shift,
    a_visit,
    along_a_road,
    at,
    planned,
    random_problem,
    under_way,
)  # fmt: skip
from tests.routing.random_problems import a_problem_with_rules
from tests.routing.test_search import THOROUGH


def orders(answer: Plan) -> dict[tuple[str, date], list[str]]:
    """Who is visited by which team on which date, in order."""
    return {(route.team, route.day): list(route.visits) for route in answer.routes}


def served_with(problem: Problem, answer: Plan, visit: str) -> bool:
    """Whether there is a place for a visit in a plan as it is, which the checker finds sound."""
    for slot in slots(problem, answer, visit):
        order = orders(answer)
        order.setdefault((slot.team, slot.day), []).insert(slot.position, visit)
        left = tuple(one for one in answer.unserved if one.visit != visit)
        if check(problem, retime(problem, order, left)) == []:
            return True
    return False


FAR = along_a_road(3, minutes=190)


@pytest.mark.parametrize(
    ("reason", "visit", "shift", "more"),
    [
        (Reason.PINNED_ELSEWHERE, {"pin": Pin(team="B")}, {}, {}),
        (Reason.NO_SKILL, {"skills": frozenset({"guard"})}, {}, {}),
        (Reason.NO_EQUIPMENT, {"equipment": frozenset({"iris"})}, {}, {}),
        (Reason.NO_TEAM_ALLOWED, {"forbidden_teams": frozenset({"A"})}, {}, {}),
        (Reason.NOT_YET, {"earliest": TUESDAY}, {}, {}),
        (Reason.DUE_PASSED, {"due": date(2026, 11, 1)}, {}, {}),
        (Reason.TOO_LARGE, {"amounts": (2,)}, {"capacity": (1,)}, {}),
        (Reason.QUOTA_TOO_SMALL, {"people": 3}, {}, {"quotas": (Quota(MONDAY, 2),)}),
        (Reason.NO_WINDOW, {"windows": (Window(0, at(5)),)}, {}, {}),
        (Reason.TOO_LONG, {"place": 2}, {"end_s": at(13)}, {"travel": (FAR,)}),
        (Reason.ONE_TEAM_ONLY, {"crews": 2}, {}, {}),
        (Reason.QUOTA_FULL, {"priority": 1}, {}, {"quotas": (Quota(MONDAY, 1),)}),
        (Reason.NOT_WORTH_DRIVING, {"place": 9, "priority": 1}, {}, {}),
        (Reason.DISPLACES, {"priority": 1}, {"most_visits": 1}, {}),
    ],
)
def test_each_reason_is_told(
    reason: Reason, visit: dict[str, Any], shift: dict[str, Any], more: dict[str, Any]
) -> None:
    other = a_visit("other", 1, priority=90)
    problem = a_problem([a_visit(**visit), other], [a_shift(**shift)], **more)
    answer = planned(problem)
    (told,) = [one for one in explain(problem, answer) if one.visit == "v1"]
    assert told.reason is reason
    assert in_words(told).startswith("v1: ")


def test_a_house_without_a_way_is_told_from_one_that_is_too_far() -> None:
    rows = along_a_road(3).seconds.rows()
    rows[0][1] = UNREACHABLE
    problem = a_problem([a_visit()], travel=(Travel(Matrix.of(rows), along_a_road(3).metres),))
    assert planned(problem).unserved[0].reason is Reason.UNREACHABLE or planned(problem).routes


def test_who_would_lose_their_place_is_named() -> None:
    visits = [a_visit("v1", priority=10), a_visit("v2", priority=90)]
    problem = a_problem(visits, [a_shift(most_visits=1)])
    (told,) = planned(problem).unserved
    assert told.parameters == {"team": "A", "day": "2026-11-23", "visits": "v2", "points": 90}


def _explained(problem: Problem, visit: str = "v1") -> Change | None:
    answer = planned(problem)
    (told,) = [one for one in explain(problem, answer) if one.visit == visit]
    if told.change is not None:
        assert served_with(with_change(problem, visit, told.change), answer, visit)
    return told.change


@pytest.mark.parametrize(
    ("kind", "visit", "shift", "more", "parameters"),
    [
        (ChangeKind.OVERTIME, {"service_s": 7200}, {"end_s": at(10)}, {}, {"seconds": 1200}),
        (ChangeKind.OVERTIME, {"service_s": 7200}, {"visits_end_s": at(10)}, {}, {"seconds": 600}),
        (
            ChangeKind.LONGER_WINDOW, {"windows": (Window(0, at(8)),)}, {}, {},
            {"seconds": 600, "side": "later"},
        ),
        (
            ChangeKind.LONGER_WINDOW, {"windows": (Window(at(20), at(21)),)}, {}, {},
            {"side": "earlier", "seconds": 19800},
        ),
        (ChangeKind.QUOTA, {"people": 3}, {}, {"quotas": (Quota(MONDAY, 2),)}, {"people": 1}),
        (ChangeKind.SKILL, {"skills": frozenset({"guard"})}, {}, {}, {"skills": "guard"}),
        (ChangeKind.EQUIPMENT, {"equipment": frozenset({"iris"})}, {}, {}, {"equipment": "iris"}),
        (ChangeKind.LATER_DUE, {"due": date(2026, 11, 1)}, {}, {}, {"day": "2026-11-23"}),
        (ChangeKind.EARLIER_START, {"earliest": TUESDAY}, {}, {}, {"day": "2026-11-23"}),
        (ChangeKind.ALLOW_TEAM, {"forbidden_teams": frozenset({"A"})}, {}, {}, {"team": "A"}),
        (ChangeKind.MORE_VISITS, {}, {"most_visits": 0}, {}, {"team": "A"}),
    ],
)  # fmt: skip
def test_the_smallest_change_serves_the_visit(
    kind: ChangeKind,
    visit: dict[str, Any],
    shift: dict[str, Any],
    more: dict[str, Any],
    parameters: Mapping[str, Any],
) -> None:
    change = _explained(a_problem([a_visit(**visit)], [a_shift(**shift)], **more))
    assert change is not None
    assert change.kind is kind
    assert {name: change.parameters[name] for name in parameters} == parameters


@THOROUGH
@given(random_problem())
def test_every_change_that_is_told_serves_its_visit_and_every_reason_holds(
    problem: Problem,
) -> None:
    holds(problem, planned(problem))


@pytest.mark.parametrize("seed", [105, *range(12)])
def test_what_is_told_holds_on_full_days_and_on_days_under_way(seed: int) -> None:
    problem = a_problem_with_rules(seed, 25)
    answer = planned(problem, seed=seed)
    holds(problem, answer)
    route = answer.routes[seed % len(answer.routes)]
    later = under_way(problem, answer, route.day, route.stops[seed % len(route.stops)].arrive_s)
    holds(later, planned(later, seed=seed))


@pytest.mark.parametrize("seed", [105, 117, 137, *range(6)])
def test_a_sound_plan_that_is_timed_again_is_sound(seed: int) -> None:
    problem = a_problem_with_rules(seed, 25)
    answer = planned(problem, iterations=60, seed=seed)
    assert check(problem, retime(problem, orders(answer), answer.unserved)) == []


def holds(problem: Problem, answer: Plan) -> None:
    """Try every change and every reason that is told of those whom a plan leaves out."""
    for told in explain(problem, answer):
        if problem.visit(told.visit).crews == 2:
            continue
        if told.change is not None:
            assert served_with(with_change(problem, told.visit, told.change), answer, told.visit)
        fits = told.reason in (Reason.FITS, Reason.NOT_WORTH_DRIVING)
        assert served_with(problem, answer, told.visit) == fits, told
        if told.reason is Reason.DISPLACES:
            gone = str(told.parameters["visits"]).split(", ")
            assert fits_instead(problem, answer, told, gone), told


def fits_instead(problem: Problem, answer: Plan, told: Unserved, gone: list[str]) -> bool:
    """Whether a visit has a place on the route that is told when others are taken off it."""
    home = (str(told.parameters["team"]), date.fromisoformat(str(told.parameters["day"])))
    order = {where: [v for v in o if v not in gone] for where, o in orders(answer).items()}
    left = [one for one in answer.unserved if one.visit != told.visit]
    left += [Unserved(one, Reason.FITS) for one in gone]
    for position in range(len(order[home]) + 1):
        mine = [*order[home][:position], told.visit, *order[home][position:]]
        if check(problem, retime(problem, {**order, home: mine}, left)) == []:
            return True
    return False


def test_several_neighbours_are_named_where_one_makes_no_room() -> None:
    short = [a_visit("v1", 1, priority=60), a_visit("v2", 1, priority=60)]
    problem = a_problem([*short, a_visit("long", 1, service_s=2400)], [a_shift(end_s=at(9.2))])
    (told,) = planned(problem).unserved
    assert (told.visit, told.reason) == ("long", Reason.DISPLACES)
    assert sorted(str(told.parameters["visits"]).split(", ")) == ["v1", "v2"]
    assert told.parameters["points"] == 120


def test_two_teams_that_cannot_meet_are_told_from_two_without_time() -> None:
    morning, noon = a_shift("A", end_s=at(11)), a_shift("B", start_s=at(12))
    pair = a_visit(crews=2)
    assert planned(a_problem([pair], [morning, noon])).unserved[0].reason is Reason.ONE_TEAM_ONLY
    full = a_problem([pair], [a_shift("A"), a_shift("B")], quotas=(Quota(MONDAY, 1),))
    other = replace(full, visits=(pair, a_visit("v2", 1, priority=99)))
    reasons = {one.visit: one.reason for one in planned(other).unserved}
    assert reasons == {"v1": Reason.QUOTA_FULL}


@THOROUGH
@given(random_problem())
def test_every_slot_that_is_offered_keeps_every_rule_and_they_are_ranked_by_cost(
    problem: Problem,
) -> None:
    answer = planned(replace(problem, visits=problem.visits[:-1]), iterations=5)
    if not problem.visits or problem.visits[-1].crews == 2:
        return
    visit = problem.visits[-1].id
    offered = slots(problem, answer, visit)
    assert [slot.cost_s for slot in offered] == sorted(slot.cost_s for slot in offered)
    for slot in offered:
        order = orders(answer)
        order.setdefault((slot.team, slot.day), []).insert(slot.position, visit)
        left = tuple(one for one in answer.unserved if one.visit != visit)
        assert check(problem, retime(problem, order, left)) == []
