"""How much a referral weighs, and that it can be told to a person."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from outreach.db import Database
from outreach.i18n import catalogue, in_language
from outreach.referrals import priority as priorities
from outreach.referrals.conditions import CONDITIONS
from outreach.referrals.models import Referral, Resident
from outreach.referrals.priority import (
    DEFAULT,
    Weights,
    points_sql,
    priority_of,
    priority_on,
    weights_on,
)
from outreach.referrals.priority_words import WEIGHT_LABELS, in_words
from outreach.referrals.triage_models import PriorityWeights
from tests.build import a_referral

DAY = date(2026, 11, 23)


def points(waiting: int = 0, due_in: int | None = None, attempts: int = 0) -> int:
    due = None if due_in is None else DAY + timedelta(days=due_in)
    return priority_of(waiting_days=waiting, due_day=due, attempts=attempts, day=DAY).points


def test_everybody_on_the_waiting_list_weighs_something() -> None:
    assert points() == DEFAULT.base


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


@given(
    st.integers(-5, 500),
    st.none() | st.integers(-90, 400),
    st.integers(0, 9),
    st.sampled_from([*CONDITIONS]),
    st.sampled_from(["", "hospital", "pension", "election"]),
    st.none() | st.integers(0, 110),
)
def test_every_point_is_explained_in_words(
    waiting: int, due_in: int | None, attempts: int, condition: str, reason: str, age: int | None
) -> None:
    due = None if due_in is None else DAY + timedelta(days=due_in)
    weight = priority_of(
        waiting_days=waiting,
        due_day=due,
        attempts=attempts,
        day=DAY,
        condition=condition,
        reason=reason,
        age=age,
        near_planned=attempts > 4,
    )
    assert weight.points == sum(line.points for line in weight.lines)
    for language in ("id", "en"):
        with in_language(language):
            for line, words in zip(weight.lines, in_words(weight), strict=True):
                assert str(line.points) in words
    assert "Everybody on the waiting list: %(points)d points." in catalogue("id")


def test_a_line_without_points_is_refused() -> None:
    with pytest.raises(ValueError, match="without points"):
        priorities.PriorityLine("waiting", 0, 0)


def test_every_weight_has_its_words() -> None:
    assert set(WEIGHT_LABELS) == set(asdict(DEFAULT))


@pytest.mark.parametrize("wrong", [{"day": -1}, {"due_now": 5000}, {"base": 0}])
def test_a_weight_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        Weights(**wrong)


def test_weights_hold_from_their_day_on(database: Database) -> None:
    with database.write() as session:
        for first, points in ((date(2026, 11, 1), 5), (date(2026, 12, 1), 9)):
            session.add(PriorityWeights(first_day=first, weights={"day": points}, set_at=datetime.now(UTC)))  # fmt: skip
    with database.read() as session:
        assert weights_on(session, date(2026, 10, 31)) == DEFAULT
        assert weights_on(session, date(2026, 11, 30)).day == 5
        assert weights_on(session, date(2026, 12, 1)).day == 9


def test_the_queue_is_sorted_by_the_very_points_that_are_explained(database: Database) -> None:
    source = random.Random(4)
    weights = Weights(day=3, neighbour=7)
    with database.write() as session:
        for _ in range(80):
            referral = a_referral(
                session, source.choice(("submitted", "accepted", "scheduled")),
                condition=source.choice([*CONDITIONS]), attempts=source.randrange(6),
                priority_reason=source.choice(("", "hospital", "social_aid", "pilgrimage")),
                due_day=source.choice((None, DAY + timedelta(days=source.randrange(-5, 60)))),
                submitted_at=datetime(2026, 11, 20, 20, tzinfo=UTC) - timedelta(days=source.randrange(120)),
            )  # fmt: skip
            born = date(source.randrange(1930, 1960), 11, source.randrange(20, 27))
            known = source.random() < 0.7
            referral.resident.birth_date = born if known else None
            referral.resident.birth_year = None if known else source.choice((None, born.year))
        session.flush()
        some = {referral.square for referral in session.scalars(select(Referral).limit(10)).unique()}  # fmt: skip
        planned = {square for square in some if square is not None}
        query = select(Referral, points_sql(DAY, weights, planned)).join(Resident)
        rows = session.execute(query).unique().all()
        assert len(rows) == 80
        for referral, points in rows:
            assert points == priority_on(referral, DAY, weights, planned).points
