"""The checker finds each rule that is broken on purpose, and says it in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from routing import (
    UNREACHABLE,
    Bound,
    Break,
    BreakTaken,
    Matrix,
    Pin,
    Plan,
    Problem,
    Quota,
    Reason,
    Stop,
    Travel,
    Unserved,
    Window,
)  # fmt: skip
from routing.checker import Rule, check, score_of
from routing.given import retime
from tests.build_problems import (
    MONDAY,
    TUESDAY,
    a_problem,
    a_shift,
    a_visit,
    along_a_road,
    at,
    under_way,
)

LUNCH = Break(at(10), at(12), 1800)
TWO = [a_visit("v1", 1), a_visit("v2", 2)]


def driven(problem: Problem, *order: str, team: str = "A") -> Plan:
    """The visits in this order with one team on Monday, timed; nobody else is visited."""
    left = tuple(Unserved(v.id, Reason.FITS) for v in problem.visits if v.id not in order)
    return retime(problem, {(team, MONDAY): list(order)}, left)


def broken(problem: Problem, answer: Plan) -> set[Rule]:
    """The rules that a plan breaks."""
    return {one.rule for one in check(problem, answer)}


def with_route(answer: Plan, **changes: Any) -> Plan:
    """The plan with its first route changed."""
    return replace(answer, routes=(replace(answer.routes[0], **changes), *answer.routes[1:]))


def with_stop(answer: Plan, number: int, **changes: Any) -> Plan:
    """The plan with one stop of its first route changed."""
    stops = list(answer.routes[0].stops)
    stops[number] = replace(stops[number], **changes)
    return with_route(answer, stops=tuple(stops))


def rescored(problem: Problem, answer: Plan) -> Plan:
    """The plan with the score that its routes have."""
    return replace(answer, score=score_of(problem, answer))


PROBLEM = a_problem(TWO)
SOUND = driven(PROBLEM, "v1", "v2")


def test_a_plan_that_keeps_every_rule_has_nothing_broken() -> None:
    assert check(PROBLEM, SOUND) == []


@pytest.mark.parametrize(
    ("rule", "edit"),
    [
        (Rule.UNKNOWN_VISIT, lambda p: with_stop(p, 0, visit="nobody")),
        (Rule.UNKNOWN_SHIFT, lambda p: with_route(p, team="Z")),
        (Rule.UNKNOWN_SHIFT, lambda p: with_route(p, day=TUESDAY)),
        (Rule.TWO_ROUTES, lambda p: replace(p, routes=p.routes * 2)),
        (Rule.SERVED_TWICE, lambda p: with_route(p, stops=p.routes[0].stops * 2)),
        (Rule.FORGOTTEN, lambda p: with_route(p, stops=p.routes[0].stops[:1])),
        (Rule.SERVED_AND_NOT, lambda p: replace(p, unserved=(Unserved("v1", Reason.FITS),))),
        (Rule.TRAVEL, lambda p: with_stop(p, 1, travel_s=p.routes[0].stops[1].travel_s - 60)),
        (Rule.TRAVEL, lambda p: with_stop(p, 1, travel_m=1)),
        (Rule.TRAVEL, lambda p: with_route(p, return_s=60, back_s=p.routes[0].back_s)),
        (Rule.TIMES, lambda p: with_stop(p, 1, wait_s=60)),
        (Rule.TIMES, lambda p: with_stop(p, 1, service_s=60)),
        (Rule.TIMES, lambda p: with_stop(p, 0, depart_s=p.routes[0].stops[0].depart_s + 60)),
        (Rule.TIMES, lambda p: with_stop(p, 0, setup_s=60)),
        (Rule.TIMES, lambda p: with_route(p, back_s=p.routes[0].stops[-1].depart_s - 60)),
        (Rule.TIMES, lambda p: with_route(p, leave_s=at(9))),
        (Rule.LEAVES_EARLY, lambda p: with_route(p, leave_s=at(7))),
        (Rule.OVERTIME, lambda p: with_route(p, overtime_s=60)),
        (Rule.SLACK, lambda p: with_stop(p, 0, slack_s=-1)),
        (Rule.SCORE, lambda p: replace(p, score=replace(p.score, points_s=1))),
        (Rule.BOUND, lambda p: replace(p, bound=Bound(p.score.total_s - 1, 0.0, "guess"))),
        (Rule.BREAK, lambda p: with_route(p, breaks=(BreakTaken(at(9), at(10), 1),))),
    ],
)  # fmt: skip
def test_a_plan_that_was_tampered_with_is_found_out(
    rule: Rule, edit: Callable[[Plan], Plan]
) -> None:
    assert rule in broken(PROBLEM, edit(SOUND))


@pytest.mark.parametrize(
    ("rule", "visit", "shift"),
    [
        (Rule.WINDOW, {"windows": (Window(at(14), at(15)), Window(0, at(7)))}, {}),
        (Rule.DATE, {"earliest": TUESDAY}, {}),
        (Rule.DATE, {"due": MONDAY.replace(day=22)}, {}),
        (Rule.VISITS_END, {}, {"visits_end_s": at(8.25)}),
        (Rule.LATE_BACK, {}, {"end_s": at(8.5)}),
        (Rule.LATE_BACK, {}, {"end_s": at(8), "hard_end_s": at(8.5)}),
        (Rule.MOST_VISITS, {}, {"most_visits": 1}),
        (Rule.MOST_DURATION, {}, {"most_s": 3600}),
        (Rule.MOST_TRAVEL, {}, {"most_travel_s": 1800}),
        (Rule.CAPACITY, {"amounts": (2,)}, {"capacity": (3,)}),
        (Rule.SKILL, {"skills": frozenset({"guard"})}, {}),
        (Rule.EQUIPMENT, {"equipment": frozenset({"generator"})}, {}),
        (Rule.TEAM, {"forbidden_teams": frozenset({"A"})}, {}),
        (Rule.TEAM, {"allowed_teams": frozenset({"B"})}, {}),
        (Rule.PIN, {"pin": Pin(team="B")}, {}),
        (Rule.PIN, {"pin": Pin(day=TUESDAY)}, {}),
        (Rule.PIN, {"pin": Pin(position=5)}, {}),
        (Rule.TWO_TEAMS, {"crews": 2}, {}),
    ],
)
def test_a_route_that_its_visits_or_its_shift_do_not_allow_is_found_out(
    rule: Rule, visit: dict[str, Any], shift: dict[str, Any]
) -> None:
    visits = [replace(one, **visit) for one in TWO]
    problem = a_problem(visits, [a_shift(**shift)])
    answer = with_route(SOUND, overtime_s=max(SOUND.routes[0].back_s - problem.shifts[0].end_s, 0))
    assert broken(problem, rescored(problem, answer)) == {rule}


def test_more_people_than_the_quota_are_found_out() -> None:
    problem = replace(PROBLEM, quotas=(Quota(MONDAY, 1),))
    assert broken(problem, SOUND) == {Rule.QUOTA}


def test_a_drive_where_there_is_no_way_is_found_out() -> None:
    rows = along_a_road(4).seconds.rows()
    rows[1][2] = UNREACHABLE
    problem = replace(PROBLEM, travel=(Travel(Matrix.of(rows), along_a_road(4).metres),))
    assert Rule.UNREACHABLE in broken(problem, SOUND)


def test_a_break_that_is_left_out_is_found_out() -> None:
    problem = a_problem(TWO, [a_shift(breaks=(replace(LUNCH, from_s=at(8), to_s=at(9)),))])
    assert broken(problem, SOUND) == {Rule.BREAK}


def test_a_break_that_is_always_taken_may_not_be_left_out_of_a_short_route() -> None:
    later = a_problem(TWO, [a_shift(breaks=(LUNCH,))])
    always = a_problem(TWO, [a_shift(breaks=(replace(LUNCH, always=True),))])
    assert broken(later, SOUND) == set()
    assert broken(always, SOUND) == {Rule.BREAK}


@pytest.mark.parametrize(
    "rest",
    [
        BreakTaken(at(9), at(9.5), 2),
        BreakTaken(at(10), at(10.25), 2),
        BreakTaken(at(11), at(11.5), 0),
        BreakTaken(at(10), at(10.5), 7),
    ],
    ids=["too early", "too short", "after leaving", "after no stop"],
)
def test_a_break_outside_its_window_or_not_in_free_time_is_found_out(rest: BreakTaken) -> None:
    problem = a_problem(TWO, [a_shift(breaks=(LUNCH,))])
    assert broken(problem, with_route(SOUND, breaks=(rest,))) == {Rule.BREAK}


def test_two_teams_that_do_not_begin_together_are_found_out() -> None:
    problem = a_problem([a_visit("v1", 1, crews=2)], [a_shift("A"), a_shift("B")])
    together = retime(problem, {("A", MONDAY): ["v1"], ("B", MONDAY): ["v1"]})
    assert check(problem, together) == []

    def later(stop: Stop) -> Stop:
        return replace(
            stop,
            arrive_s=stop.arrive_s + 60,
            start_s=stop.start_s + 60,
            depart_s=stop.depart_s + 60,
        )

    second = together.routes[1]
    apart = replace(
        together,
        routes=(
            together.routes[0],
            replace(second, stops=(later(second.stops[0]),), back_s=second.back_s + 60),
        ),
    )
    assert broken(problem, apart) == {Rule.TWO_TEAMS}


def test_a_frozen_visit_that_was_moved_or_taken_off_is_found_out() -> None:
    problem = under_way(PROBLEM, SOUND, MONDAY, at(8.2))
    assert check(problem, SOUND) == []
    assert Rule.FROZEN in broken(problem, driven(PROBLEM, "v2", "v1"))
    nobody = replace(SOUND, routes=(), unserved=tuple(Unserved(v.id, Reason.FITS) for v in TWO))
    assert Rule.FROZEN in broken(problem, rescored(problem, nobody))


def test_setting_off_before_the_freeze_for_somebody_new_is_found_out() -> None:
    first_only = driven(PROBLEM, "v1")
    problem = under_way(PROBLEM, first_only, MONDAY, at(12))
    assert Rule.FROZEN in broken(problem, SOUND)


def test_what_is_broken_is_said_in_words_with_the_team_the_date_and_the_visit() -> None:
    problem = a_problem(TWO, [a_shift(end_s=at(8.5))])
    answer = with_route(SOUND, overtime_s=SOUND.routes[0].back_s - at(8.5))
    late = next(b for b in check(problem, answer) if b.rule is Rule.LATE_BACK)
    assert late.text == "team A on 2026-11-23: is back 50 min after the end of the shift"
    assert (late.team, late.day, late.parameters) == ("A", MONDAY, {"seconds": 3000})
