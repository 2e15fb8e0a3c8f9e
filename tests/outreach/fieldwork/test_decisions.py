"""What a planner decides after a visit, and how a planner types results in from paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import Database
from outreach.errors import Forbidden, Refused
from outreach.fieldwork import decisions
from outreach.fieldwork.models import OutcomeKind
from outreach.fieldwork.outcomes import Entry, record_outcome
from outreach.ids import new_id
from outreach.planning.models import PlanState, Visit
from outreach.planning.short_codes import written
from outreach.policy import Actor
from outreach.referrals.states import CloseReason, ReferralState
from tests.build import MONDAY, MORNING, a_referral, a_team, an_actor
from tests.build_plans import a_route, an_approved_route, visits_of


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def visited(session: Session, reason: str = "died") -> tuple[Actor, Visit]:
    """A planner, and a visit whose result waits for them."""
    planner = an_actor(session, "planner")
    referral = a_referral(session, ReferralState.SCHEDULED)
    visit = visits_of(an_approved_route(session, a_team(session), MONDAY, [referral]))[0]
    entry = Entry(new_id(), OutcomeKind.NOT_RECORDED, reason=reason, note="kata tetangga")
    record_outcome(session, planner, visit, entry, via="paper")
    return planner, visit


def test_what_a_team_cannot_close_waits_with_its_reason(session: Session) -> None:
    _planner, visit = visited(session)
    (waiting,) = decisions.waiting_referrals(session)
    assert waiting.referral.id == visit.referral_id
    assert waiting.outcome is not None
    assert waiting.outcome.reason == "died"
    assert decisions.count_waiting(session) == 1


def test_the_planner_confirms_a_closing(session: Session) -> None:
    planner, visit = visited(session)
    decisions.close_after_visit(session, planner, visit.referral, CloseReason.DIED, "")
    assert visit.referral.state is ReferralState.CLOSED
    assert visit.referral.close_reason is CloseReason.DIED
    assert decisions.count_waiting(session) == 0


def test_the_planner_may_send_a_team_again_from_a_date(session: Session) -> None:
    planner, visit = visited(session, "no_access")
    day = MONDAY + timedelta(days=10)
    decisions.try_again(session, planner, visit.referral, day, "patokan baru")
    assert visit.referral.state is ReferralState.ACCEPTED
    assert visit.referral.not_before == day


@pytest.mark.parametrize("days", [-1, 400])
def test_another_attempt_is_neither_in_the_past_nor_in_a_far_year(
    session: Session, days: int
) -> None:
    planner, visit = visited(session)
    with pytest.raises(Refused) as refusal:
        decisions.try_again(session, planner, visit.referral, MONDAY + timedelta(days=days), "")
    assert refusal.value.field == "not_before"


@pytest.mark.parametrize("reason", [None, CloseReason.DELIVERED, CloseReason.DUPLICATE])
def test_a_visit_closes_a_case_for_its_own_reasons_only(
    session: Session, reason: CloseReason | None
) -> None:
    planner, visit = visited(session)
    with pytest.raises(Refused):
        decisions.close_after_visit(session, planner, visit.referral, reason, "")
    assert visit.referral.state is ReferralState.VISITED


def test_a_decision_is_made_once(session: Session) -> None:
    planner, visit = visited(session)
    decisions.try_again(session, planner, visit.referral, MONDAY, "")
    with pytest.raises(Refused):
        decisions.close_after_visit(session, planner, visit.referral, CloseReason.DIED, "")


@pytest.mark.parametrize("role", ["team", "supervisor", "village", "admin"])
def test_nobody_but_a_planner_decides(session: Session, role: str) -> None:
    _planner, visit = visited(session)
    with pytest.raises(Forbidden):
        decisions.close_after_visit(
            session, an_actor(session, role), visit.referral, CloseReason.DIED, ""
        )


def test_a_short_code_from_paper_finds_its_visit(session: Session) -> None:
    _planner, visit = visited(session)
    typed = written(visit.short_code).lower()
    assert [found.id for found in decisions.visits_with_code(session, typed)] == [visit.id]


def test_codes_of_drafts_and_of_coming_days_find_nothing(session: Session) -> None:
    team = a_team(session)
    draft = a_route(session, team, MONDAY, [a_referral(session)], PlanState.MADE)
    tomorrow = an_approved_route(session, team, MONDAY + timedelta(days=1), [a_referral(session)])
    for route in (draft, tomorrow):
        with pytest.raises(Refused):
            decisions.visits_with_code(session, visits_of(route)[0].short_code)


@pytest.mark.parametrize("text", ["", "ABC", "AAAAAA", "'; drop table visits", "7KQ4M" * 9])
def test_what_is_no_code_is_said_to_be_none(session: Session, text: str) -> None:
    with pytest.raises(Refused) as refusal:
        decisions.visits_with_code(session, text)
    assert refusal.value.field == "code"


def test_a_result_that_moved_nothing_is_shown_to_the_planner(session: Session) -> None:
    planner, visit = visited(session)
    decisions.close_after_visit(session, planner, visit.referral, CloseReason.DIED, "")
    earlier = decisions.last_outcomes(session, [visit.referral_id])[visit.referral_id]
    entry = Entry(new_id(), OutcomeKind.RECORDED, corrects_id=earlier.id)
    later = record_outcome(session, planner, visit, entry, via="paper")
    assert visit.referral.state is ReferralState.CLOSED
    assert [row.id for row in decisions.unmoved_outcomes(session)] == [later.id]
