"""What the planner understands: each rule and each wish, through the search and the checker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing import (
    UNREACHABLE,
    Break,
    Matrix,
    Pin,
    Plan,
    Problem,
    Quota,
    Travel,
    Visit,
    Window,
    Wishes,
)  # fmt: skip
from routing.checker import check
from tests.build_problems import (
    FRIDAY,
    MONDAY,
    TUESDAY,
    a_problem,
    a_shift,
    a_visit,
    along_a_road,
    at,
    homes,
    planned,
    under_way,
)  # fmt: skip


def sound(problem: Problem) -> Plan:
    """The plan of a problem, which the checker finds sound."""
    answer = planned(problem)
    assert check(problem, answer) == []
    return answer


def test_a_visit_begins_in_one_of_its_windows() -> None:
    windows = (Window(at(6), at(7)), Window(at(13), at(14)))
    (route,) = sound(a_problem([a_visit(windows=windows)])).routes
    assert route.stops[0].start_s == at(13)


def test_windows_that_overlap_count_as_one() -> None:
    windows = (Window(at(8), at(10)), Window(at(9), at(9.1)))
    visits = [a_visit(windows=windows), a_visit("v2", 2, service_s=5000, windows=windows)]
    assert set(homes(sound(a_problem(visits)))) == {"v1", "v2"}


def test_people_at_one_address_are_unpacked_for_once() -> None:
    family = [a_visit(f"v{n}", 1, setup_s=600, address="house") for n in range(3)]
    (route,) = sound(a_problem(family)).routes
    assert [stop.setup_s for stop in route.stops] == [600, 0, 0]


def test_a_visit_is_made_from_its_earliest_date_to_its_due_date() -> None:
    days = [a_shift(day=MONDAY), a_shift(day=TUESDAY)]
    answer = sound(
        a_problem([a_visit("soon", due=MONDAY), a_visit("late", earliest=TUESDAY)], days)
    )
    assert homes(answer) == {"soon": ("A", MONDAY), "late": ("A", TUESDAY)}


def test_skills_and_equipment_decide_who_goes() -> None:
    teams = [
        a_shift("A", skills=frozenset({"guard"})),
        a_shift("B", equipment=frozenset({"iris"})),
    ]
    visits = [
        a_visit("guarded", skills=frozenset({"guard"})),
        a_visit("iris", equipment=frozenset({"iris"})),
    ]
    assert homes(sound(a_problem(visits, teams))) == {
        "guarded": ("A", MONDAY),
        "iris": ("B", MONDAY),
    }


def test_teams_may_be_the_only_ones_or_kept_away() -> None:
    visits = [
        a_visit("only", allowed_teams=frozenset({"B"})),
        a_visit("never", forbidden_teams=frozenset({"B"})),
    ]
    answer = sound(a_problem(visits, [a_shift("A"), a_shift("B")]))
    assert homes(answer) == {"only": ("B", MONDAY), "never": ("A", MONDAY)}


def test_two_teams_begin_a_visit_together() -> None:
    answer = sound(a_problem([a_visit(crews=2), a_visit("v2", 3)], [a_shift("A"), a_shift("B")]))
    starts = [s.start_s for route in answer.routes for s in route.stops if s.visit == "v1"]
    assert len(starts) == 2
    assert starts[0] == starts[1]


@pytest.mark.parametrize("pin", [Pin(day=TUESDAY), Pin(team="B"), Pin(TUESDAY, "B", 0)])
def test_a_pinned_visit_is_where_it_is_pinned(pin: Pin) -> None:
    shifts = [a_shift(team, day) for team in ("A", "B") for day in (MONDAY, TUESDAY)]
    visits = [a_visit("v1", 3, pin=pin), *(a_visit(f"o{n}", 1 + n % 4) for n in range(6))]
    answer = sound(a_problem(visits, shifts))
    team, day = homes(answer)["v1"]
    assert day == (pin.day or day)
    assert team == (pin.team or team)
    if pin.position is not None:
        route = next(r for r in answer.routes if (r.team, r.day) == (team, day))
        assert route.visits[pin.position] == "v1"


def test_shifts_may_start_and_end_at_different_places() -> None:
    shift = a_shift(start_place=0, end_place=4)
    (route,) = sound(a_problem([a_visit("v1", 3), a_visit("v2", 1)], [shift])).routes
    assert route.visits == ("v2", "v1")
    (open_route,) = sound(a_problem([a_visit("v1", 3)], [a_shift(end_place=None)])).routes
    assert (open_route.return_s, open_route.back_s) == (0, open_route.stops[0].depart_s)


def test_fridays_break_is_longer_and_nothing_is_done_in_it() -> None:
    rest = Break(at(11.25), at(13.25), 7200)
    visits = [a_visit(f"v{n}", 1) for n in range(18)]
    (route,) = sound(a_problem(visits, [a_shift(day=FRIDAY, breaks=(rest,))])).routes
    (taken,) = route.breaks
    assert (taken.start_s, taken.end_s) == (at(11.25), at(13.25))


@pytest.mark.parametrize(
    ("limit", "most"),
    [({"most_visits": 2}, 2), ({"most_s": 5400}, 3), ({"most_travel_s": 1200}, 9)],
)
def test_a_shift_limits_visits_and_minutes(limit: dict[str, int], most: int) -> None:
    visits = [a_visit(f"v{n}", 1) for n in range(6)]
    (route,) = sound(a_problem(visits, [a_shift(**limit)])).routes
    assert len(route.stops) <= most


def test_overtime_is_paid_where_it_is_worth_it_and_ends_at_the_hard_end() -> None:
    shift = a_shift(end_s=at(9), hard_end_s=at(10))
    visits = [a_visit(f"v{n}", 1) for n in range(9)]
    cheap = sound(a_problem(visits, [shift], wishes=Wishes(overtime=0.1)))
    dear = sound(a_problem(visits, [shift], wishes=Wishes(overtime=1000.0)))
    assert at(9) < cheap.routes[0].back_s <= at(10)
    assert dear.routes[0].overtime_s == 0


def test_the_quota_counts_people_over_all_teams() -> None:
    visits = [a_visit(f"v{n}", n + 1, people=2) for n in range(5)]
    answer = sound(a_problem(visits, [a_shift("A"), a_shift("B")], quotas=(Quota(MONDAY, 5),)))
    assert answer.score.people == 4


def test_capacity_limits_what_a_route_takes() -> None:
    visits = [a_visit(f"v{n}", n + 1, amounts=(2,)) for n in range(3)]
    assert len(sound(a_problem(visits, [a_shift(capacity=(5,))])).routes[0].stops) == 2


def test_several_days_are_one_problem() -> None:
    visits = [a_visit(f"v{n}", 1, service_s=5 * 3600) for n in range(2)]
    answer = sound(a_problem(visits, [a_shift(day=MONDAY), a_shift(day=TUESDAY)]))
    assert {day for _, day in homes(answer).values()} == {MONDAY, TUESDAY}


# --- wishes ---


def _one_of_two(first: Visit, second: Visit, wishes: Wishes) -> str:
    """Who is served where there is room for one."""
    answer = sound(a_problem([first, second], [a_shift(most_visits=1)], wishes=wishes))
    return answer.routes[0].visits[0]


def test_waiting_time_weighs_against_points() -> None:
    long, short = a_visit("long", priority=50, waiting_days=100), a_visit("short", priority=60)
    assert _one_of_two(long, short, Wishes()) == "short"
    assert _one_of_two(long, short, Wishes(waiting=0.5)) == "long"


def test_nobody_waits_for_ever() -> None:
    old, new = a_visit("old", priority=0, waiting_days=90), a_visit("new", priority=100)
    assert _one_of_two(old, new, Wishes()) == "new"
    assert _one_of_two(old, new, Wishes(guarantee_days=90)) == "old"
    assert _one_of_two(old, new, Wishes(guarantee_days=91)) == "new"


def test_a_second_attempt_goes_to_the_same_team() -> None:
    visits = [a_visit("v1", 1, last_team="B")]
    shifts = [a_shift("A"), a_shift("B", start_place=2, end_place=2)]
    assert homes(sound(a_problem(visits, shifts, wishes=Wishes(same_team=5))))["v1"][0] == "B"


def test_each_district_gets_its_share() -> None:
    rich = [a_visit(f"r{n}", 1, priority=60, district="Gesi") for n in range(4)]
    poor = [a_visit(f"p{n}", 1, priority=50, district="Tanon") for n in range(4)]
    shifts = [a_shift(most_visits=4)]
    served = homes(sound(a_problem([*rich, *poor], shifts, wishes=Wishes(fairness=30))))
    assert sum(name.startswith("p") for name in served) == 2


def test_teams_are_kept_busy_alike() -> None:
    visits = [a_visit(f"v{n}", 1) for n in range(6)]
    shifts = [a_shift("A"), a_shift("B")]
    answer = sound(a_problem([*visits, a_visit("far", 5)], shifts, wishes=Wishes(balance=2)))
    lengths = [route.back_s - route.leave_s for route in answer.routes]
    assert len(lengths) == 1 or max(lengths) - min(lengths) <= 1800


def test_a_new_plan_stays_near_the_one_before() -> None:
    visits = [a_visit(f"v{n}", 1 + n) for n in range(4)]
    shifts = [a_shift("A", most_visits=2), a_shift("B", most_visits=2)]
    problem = a_problem(visits, shifts)
    before = sound(problem)
    again = replace(
        problem,
        visits=(*visits, a_visit("new", 5, priority=55)),
        shifts=(a_shift("A", most_visits=3), shifts[1]),
        previous=before.as_previous(),
        wishes=Wishes(nearness=100),
    )
    after = sound(again)
    assert {name: home for name, home in homes(after).items() if name != "new"} == homes(before)
    assert "new" in homes(after)


def test_nothing_before_the_freeze_is_moved_and_a_lost_team_keeps_what_it_did() -> None:
    visits = [a_visit(f"v{n}", 1 + n % 3) for n in range(10)]
    shifts = [a_shift("A", most_visits=5), a_shift("B", most_visits=5)]
    problem = a_problem(visits, shifts)
    before = sound(problem)
    later = under_way(problem, before, MONDAY, at(10))
    lost = replace(later, shifts=(replace(shifts[0], end_s=at(10)), shifts[1]))
    after = sound(lost)
    done = {e.visit: e for e in later.previous.visits if later.previous.is_frozen(e)}
    stops = {s.visit: (r.team, s.start_s) for r in after.routes for s in r.stops}
    assert done
    assert all(stops[name] == (e.team, e.start_s) for name, e in done.items())
    assert all(stops[name][0] == "B" for name in stops if name not in done)


def test_a_team_that_is_lost_must_keep_its_shift_for_what_is_frozen() -> None:
    problem = a_problem([a_visit()], [a_shift("A"), a_shift("B")])
    later = under_way(problem, sound(problem), MONDAY, at(12))
    gone = homes(planned(problem))["v1"][0]
    with pytest.raises(ValueError, match=r"previous: visit v1 is frozen, but team . has no shift"):
        replace(later, shifts=tuple(s for s in later.shifts if s.team != gone))


# --- travel ---


def test_travel_is_asymmetric_by_profile_and_time_of_day() -> None:
    there, back = [[0, 600], [1800, 0]], [[0, 1200], [300, 0]]
    metres = Matrix.of([[0, 1], [1, 0]])
    travel = (
        Travel(Matrix.of(there), metres, "car"),
        Travel(Matrix.of(back), metres, "car", from_s=at(8.4)),
        Travel(Matrix.of([[0, 60], [60, 0]]), metres, "motorbike"),
    )
    (route,) = sound(a_problem([a_visit()], travel=travel)).routes
    assert (route.stops[0].travel_s, route.return_s) == (600, 300)
    (fast,) = sound(a_problem([a_visit()], [a_shift(profile="motorbike")], travel=travel)).routes
    assert fast.travel_s == 120


def test_a_house_without_a_way_is_not_visited() -> None:
    rows = along_a_road(3).seconds.rows()
    rows[1][0] = rows[1][2] = UNREACHABLE
    problem = a_problem(
        [a_visit(), a_visit("v2", 2)], travel=(Travel(Matrix.of(rows), along_a_road(3).metres),)
    )
    answer = sound(problem)
    assert set(homes(answer)) == {"v2"}
    assert answer.unserved[0].reason == "unreachable"


# --- degenerate ---


@pytest.mark.parametrize(
    "problem",
    [
        a_problem([]),
        a_problem([], [a_shift("A"), a_shift("B")]),
        replace(a_problem([a_visit()]), shifts=()),
        a_problem([a_visit(f"v{n}", 0) for n in range(5)]),
        a_problem([a_visit(service_s=1_000_000)]),
        a_problem([a_visit(windows=(Window(0, at(6)),))]),
        a_problem([a_visit()], [a_shift(end_s=at(8))]),
        a_problem([a_visit()], [a_shift(most_visits=0)]),
        a_problem([a_visit(crews=2)]),
        a_problem([a_visit(service_s=0)]),
    ],
    ids=[
        "no visits", "no visits, two teams", "no teams", "all at one place", "endless", "window before the shift",
        "empty shift", "no visits allowed", "one team where two are needed", "no time at all",
    ],
)  # fmt: skip
def test_degenerate_problems_have_an_answer_that_says_why(problem: Problem) -> None:
    answer = sound(problem)
    assert len(homes(answer)) + len(answer.unserved) == len(problem.visits)


def test_the_same_seed_and_iterations_give_the_same_answer() -> None:
    problem = a_problem(
        [a_visit(f"v{n}", 1 + n % 7) for n in range(40)], [a_shift("A"), a_shift("B")]
    )
    assert planned(problem) == planned(problem)
