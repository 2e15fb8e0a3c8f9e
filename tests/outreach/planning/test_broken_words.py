"""Every rule that a planner can break by hand is told in words: what, with whom, and never as a code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

import routing
from outreach.planning.broken_words import Names, in_words, refused
from outreach.planning.edits import Edit, EditKind, EditRefused, apply, board_of
from outreach.planning.judging import SOFT, judge
from routing import Break, Earlier, Previous, Problem, Quota, Window
from routing.checker import Rule
from routing.given import retime
from tests.build_problems import MONDAY, TUESDAY, a_problem, a_shift, a_visit, at

NAMES = Names({"A": "Tim Melati", "B": "Tim Mawar"}, {"v1": "Mbah Karso", "v2": "Mbah Sri"})
NO_WAY = routing.Travel(
    routing.Matrix.of([[0, routing.UNREACHABLE], [routing.UNREACHABLE, 0]]),
    routing.Matrix.of([[0, 0], [0, 0]]),
)


def a_frozen_problem() -> Problem:
    """A team that set off for v1 at eight, and v2 who waits."""
    gone = Previous((Earlier("v1", MONDAY, "A", 0, at(8), at(8.2)),), MONDAY, at(9))
    return a_problem([a_visit("v1"), a_visit("v2")], previous=gone)


def with_(
    visit: dict[str, Any] | None = None, shift: dict[str, Any] | None = None, **more: Any
) -> Problem:
    """One visit and one team on Monday, with these facts."""
    return a_problem([a_visit("v1", **(visit or {}))], [a_shift(**(shift or {}))], **more)


BROKEN: Sequence[tuple[Rule, Problem, tuple[str, ...], str]] = [
    (Rule.SKILL, with_({"skills": frozenset({"motorbike"})}), ("v1",), "Sepeda motor"),
    (Rule.EQUIPMENT, with_({"equipment": frozenset({"generator"})}), ("v1",), "genset"),
    (Rule.DATE, with_({"earliest": TUESDAY}), ("v1",), "24 November 2026"),
    (Rule.TEAM, with_({"forbidden_teams": frozenset({"A"})}), ("v1",), "Mbah Karso"),
    (Rule.UNREACHABLE, with_(travel=(NO_WAY,)), ("v1",), "Tim Melati"),
    (Rule.QUOTA, with_(quotas=(Quota(MONDAY, 0),)), ("v1",), "kuota"),
    (Rule.WINDOW, with_({"place": 3, "windows": (Window(at(8), at(8.1)),)}), ("v1",), "08.30"),
    (Rule.VISITS_END, with_(shift={"visits_end_s": at(8.3)}), ("v1",), "08.30"),
    (Rule.LATE_BACK, with_({"service_s": 7 * 3600}), ("v1",), "20 mnt"),
    (Rule.BREAK, with_({"service_s": 6 * 3600}, {"breaks": (Break(at(11.5), at(13), 3600),)}), ("v1",), "istirahat"),
    (Rule.FROZEN, a_frozen_problem(), ("v2", "v1"), "Tim Melati"),
    (Rule.TWO_TEAMS, with_({"crews": 2}), ("v1",), "Mbah Karso"),
    (Rule.MOST_VISITS, with_(shift={"most_visits": 0}), ("v1",), "Tim Melati"),
    (Rule.MOST_DURATION, with_(shift={"most_s": 600}), ("v1",), "Tim Melati"),
    (Rule.MOST_TRAVEL, with_(shift={"most_travel_s": 600}), ("v1",), "Tim Melati"),
    (Rule.CAPACITY, with_({"amounts": (2,)}, {"capacity": (1,)}), ("v1",), "Tim Melati"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "problem", "visits", "word"), BROKEN, ids=[str(case[0]) for case in BROKEN]
)
def test_each_rule_that_is_broken_on_purpose_is_told_in_words(
    rule: Rule, problem: Problem, visits: tuple[str, ...], word: str
) -> None:
    nobody = retime(problem, {})
    board = apply(board_of(problem, nobody), Edit(EditKind.MOVE, visits, "A", MONDAY, 0))
    judged = judge(problem, nobody, board)
    assert rule in {one.rule for one in judged.broken}
    said = in_words([one for one in judged.broken if one.rule is rule], judged, NAMES)
    assert said
    for sentence in said:
        assert sentence.endswith(".")
        assert word in sentence
        assert "melanggar aturan:" not in sentence, "a rule without words of its own"
        assert "seseorang" not in sentence


def test_every_rule_of_the_clock_has_its_words() -> None:
    assert {case[0] for case in BROKEN} >= SOFT


@pytest.mark.parametrize(
    ("code", "day"),
    [("locked", MONDAY), ("pinned", MONDAY), ("no_shift", TUESDAY), ("closed", MONDAY),
     ("empty_route", MONDAY), ("not_on_a_route", MONDAY)],
)  # fmt: skip
def test_what_cannot_be_done_at_all_is_told_in_words(code: str, day: date) -> None:
    said = refused(EditRefused(code, "v1", ("A", day)), NAMES)
    assert said.endswith(".")
    assert "Tim Melati" in said or "Mbah Karso" in said
