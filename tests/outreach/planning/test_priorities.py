"""How much a referral weighs, and that it can be told to a person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.i18n import catalogue, in_language
from outreach.planning import priorities
from outreach.planning.priorities import in_words, priority_of

DAY = date(2026, 11, 23)


def points(waiting: int = 0, due_in: int | None = None, attempts: int = 0) -> int:
    due = None if due_in is None else DAY + timedelta(days=due_in)
    return priority_of(waiting_days=waiting, due_day=due, attempts=attempts, day=DAY).points


def test_everybody_on_the_waiting_list_weighs_something() -> None:
    assert points() == priorities.BASE_POINTS


@given(st.integers(0, 400), st.integers(0, 400))
def test_who_waits_longer_never_weighs_less(one: int, other: int) -> None:
    shorter, longer = sorted((one, other))
    assert points(waiting=shorter) <= points(waiting=longer)


@given(st.integers(-60, 400), st.integers(-60, 400))
def test_who_needs_the_card_sooner_never_weighs_less(one: int, other: int) -> None:
    sooner, later = sorted((one, other))
    assert points(due_in=sooner) >= points(due_in=later)


def test_a_visit_in_vain_does_not_send_a_person_to_the_back_of_the_queue() -> None:
    assert points(attempts=1) > points(attempts=0)


@given(st.integers(-5, 500), st.none() | st.integers(-90, 400), st.integers(0, 9))
def test_every_point_is_explained_in_words(waiting: int, due_in: int | None, attempts: int) -> None:
    due = None if due_in is None else DAY + timedelta(days=due_in)
    weight = priority_of(waiting_days=waiting, due_day=due, attempts=attempts, day=DAY)
    assert weight.points == sum(line.points for line in weight.lines)
    for language in ("id", "en"):
        with in_language(language):
            for line, words in zip(weight.lines, in_words(weight), strict=True):
                assert str(line.points) in words
    assert "Everybody on the waiting list: %(points)d points." in catalogue("id")


def test_a_line_without_points_is_refused() -> None:
    with pytest.raises(ValueError, match="without points"):
        priorities.PriorityLine("waiting", 0, 0)
