"""The attempt policy: when somebody is visited again, and when a planner decides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from outreach.fieldwork.attempts import MOST_ATTEMPTS, Consequence, consequence
from outreach.fieldwork.models import OutcomeKind
from outreach.fieldwork.reasons import NOT_RECORDED
from outreach.planning.promise import promised_window
from outreach.referrals.states import ReferralState
from tests.build import MONDAY


def test_no_more_than_eight_reasons_are_asked_for() -> None:
    assert len(NOT_RECORDED) <= 8


@pytest.mark.parametrize(
    ("reason", "days"), [("not_home", 3), ("too_ill", 7), ("refused", 14), ("equipment", 1)]
)
def test_another_attempt_waits_as_long_as_its_reason_asks(reason: str, days: int) -> None:
    found = consequence(OutcomeKind.NOT_RECORDED, reason, 1, MONDAY)
    assert found == Consequence(ReferralState.ACCEPTED, MONDAY + timedelta(days=days))


@pytest.mark.parametrize("reason", ["died", "moved", "already_recorded", "no_access"])
def test_a_planner_decides_where_another_visit_would_be_wasted(reason: str) -> None:
    found = consequence(OutcomeKind.NOT_RECORDED, reason, 1, MONDAY)
    assert found == Consequence(ReferralState.VISITED)


def test_after_the_third_attempt_a_planner_decides_whatever_the_reason() -> None:
    found = consequence(OutcomeKind.NOT_RECORDED, "not_home", MOST_ATTEMPTS, MONDAY)
    assert found.state is ReferralState.VISITED


@pytest.mark.parametrize("kind", [OutcomeKind.RECORDED, OutcomeKind.PARTLY])
def test_a_recording_in_full_or_in_part_goes_on_to_the_centre(kind: OutcomeKind) -> None:
    assert consequence(kind, "", 3, MONDAY) == Consequence(ReferralState.RECORDED)


def test_a_waiting_list_place_always_has_a_first_date() -> None:
    with pytest.raises(ValueError, match="with a date"):
        Consequence(ReferralState.ACCEPTED)
    with pytest.raises(ValueError, match="with a date"):
        Consequence(ReferralState.VISITED, date(2026, 12, 1))


@pytest.mark.parametrize("arrive_s", range(8 * 3600, 15 * 3600, 700))
def test_a_family_is_told_half_hours_that_hold_the_planned_arrival(arrive_s: int) -> None:
    from_s, to_s = promised_window(arrive_s)
    assert from_s % 1800 == to_s % 1800 == 0
    assert from_s + 1800 <= arrive_s <= to_s - 3600
