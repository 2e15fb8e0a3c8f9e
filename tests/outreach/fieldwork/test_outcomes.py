"""What a visit led to is recorded once, for good, and moves the referral on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.identity import actor_of
from outreach.audit import AuditEntry
from outreach.db import Database
from outreach.errors import Invalid, NotThere, Refused
from outreach.fieldwork.biometrics import Biometrics, Mark
from outreach.fieldwork.models import Outcome, OutcomeKind
from outreach.fieldwork.outcomes import Entry, latest_outcome, outcome_chains, record_outcome
from outreach.ids import new_id
from outreach.planning.models import PlanState, Route, Visit
from outreach.policy import Actor
from outreach.referrals.life import change_state
from outreach.referrals.models import ReferralEvent
from outreach.referrals.states import ReferralState
from outreach.teams.models import Team
from tests.build import MONDAY, MORNING, a_referral, a_team, an_actor
from tests.build_plans import a_route, an_approved_route, visits_of

PART = Biometrics(Mark.TAKEN, Mark.UNREADABLE, Mark.EXEMPT, Mark.TAKEN)


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def member(session: Session, team: Team) -> Actor:
    return actor_of(session, team.members[0].user)


def a_visit(session: Session) -> tuple[Actor, Visit]:
    """A member of a team, and the visit that is planned for the team today."""
    team = a_team(session)
    referral = a_referral(session, ReferralState.SCHEDULED)
    visit = visits_of(an_approved_route(session, team, MONDAY, [referral]))[0]
    return member(session, team), visit


def recorded(**given: object) -> Entry:
    return replace(Entry(new_id(), OutcomeKind.RECORDED), **given)  # type: ignore[arg-type]


def not_recorded(reason: str, **given: object) -> Entry:
    return replace(Entry(new_id(), OutcomeKind.NOT_RECORDED, reason=reason), **given)  # type: ignore[arg-type]


def states_of(session: Session, visit: Visit) -> list[str]:
    """The states that a referral went through, in order."""
    events = session.scalars(
        select(ReferralEvent).where(ReferralEvent.referral_id == visit.referral_id)
    )
    return [event.to_state for event in events]


def test_a_full_recording_moves_the_case_to_recorded(session: Session) -> None:
    team, visit = a_visit(session)
    outcome = record_outcome(session, team, visit, recorded())
    assert visit.referral.state is ReferralState.RECORDED
    assert outcome.led_to == "recorded"
    assert Biometrics.from_json(outcome.biometrics).is_whole
    assert visit.referral.attempts == 1


def test_a_part_recording_keeps_how_each_of_the_four_went(session: Session) -> None:
    team, visit = a_visit(session)
    entry = Entry(new_id(), OutcomeKind.PARTLY, biometrics=PART)
    outcome = record_outcome(session, team, visit, entry)
    assert Biometrics.from_json(outcome.biometrics) == PART
    assert visit.referral.state is ReferralState.RECORDED


def test_nobody_at_home_means_another_attempt_three_days_later(session: Session) -> None:
    team, visit = a_visit(session)
    record_outcome(session, team, visit, not_recorded("not_home"))
    assert visit.referral.state is ReferralState.ACCEPTED
    assert visit.referral.not_before == MONDAY + timedelta(days=3)
    assert sorted(states_of(session, visit)) == ["accepted", "visited"]


def test_a_death_waits_for_the_planner_and_closes_nothing(session: Session) -> None:
    team, visit = a_visit(session)
    record_outcome(session, team, visit, not_recorded("died"))
    assert visit.referral.state is ReferralState.VISITED
    assert visit.referral.close_reason is None


def test_the_same_form_sent_again_is_one_outcome(session: Session) -> None:
    team, visit = a_visit(session)
    entry = recorded(note="di ruang depan")
    first = record_outcome(session, team, visit, entry)
    assert record_outcome(session, team, visit, entry) is first
    assert session.scalar(select(func.count()).select_from(Outcome)) == 1
    assert visit.referral.attempts == 1


def test_another_result_under_the_same_id_is_refused(session: Session) -> None:
    team, visit = a_visit(session)
    entry = recorded()
    record_outcome(session, team, visit, entry)
    with pytest.raises(Refused, match="sudah terkirim"):
        record_outcome(session, team, visit, not_recorded("not_home", id=entry.id))


def test_a_second_result_must_say_which_one_it_corrects(session: Session) -> None:
    team, visit = a_visit(session)
    record_outcome(session, team, visit, recorded())
    with pytest.raises(Refused, match="sudah ada hasilnya"):
        record_outcome(session, team, visit, not_recorded("not_home"))


@pytest.mark.parametrize(
    ("first", "then", "state"),
    [
        ("", "not_home", ReferralState.ACCEPTED),
        ("", "died", ReferralState.VISITED),
        ("not_home", "", ReferralState.RECORDED),
        ("not_home", "died", ReferralState.VISITED),
        ("not_home", "too_ill", ReferralState.ACCEPTED),
        ("died", "", ReferralState.RECORDED),
        ("died", "not_home", ReferralState.ACCEPTED),
        ("", "", ReferralState.RECORDED),
    ],
)
def test_a_correction_moves_the_case_again_and_keeps_the_first_result(
    session: Session, first: str, then: str, state: ReferralState
) -> None:
    team, visit = a_visit(session)
    entries = [not_recorded(reason) if reason else recorded() for reason in (first, then)]
    before = record_outcome(session, team, visit, entries[0])
    record_outcome(session, team, visit, replace(entries[1], corrects_id=before.id))
    assert visit.referral.state is state
    assert (visit.referral.not_before is not None) == (state is ReferralState.ACCEPTED)
    chain = outcome_chains(session, [visit.id])[visit.id]
    assert [row.reason for row in chain] == [first, then]
    assert visit.referral.attempts == 1


def test_a_correction_of_what_was_corrected_meanwhile_is_refused(session: Session) -> None:
    team, visit = a_visit(session)
    first = record_outcome(session, team, visit, recorded())
    record_outcome(session, team, visit, not_recorded("not_home", corrects_id=first.id))
    with pytest.raises(Refused, match="diperbaiki orang lain"):
        record_outcome(session, team, visit, not_recorded("refused", corrects_id=first.id))


def test_a_correction_does_not_undo_what_happened_later(session: Session) -> None:
    team, visit = a_visit(session)
    first = record_outcome(session, team, visit, recorded())
    planner = an_actor(session, "planner")
    change_state(session, planner, visit.referral, ReferralState.SENT, kind="followup")
    later = record_outcome(session, team, visit, not_recorded("not_home", corrects_id=first.id))
    assert visit.referral.state is ReferralState.SENT
    assert later.led_to == ""
    latest = latest_outcome(session, visit.id)
    assert latest is not None
    assert latest.id == later.id


def test_done_is_done_even_where_the_stop_was_taken_off_the_plan(session: Session) -> None:
    _team, visit = a_visit(session)
    planner = an_actor(session, "planner")
    change_state(session, planner, visit.referral, ReferralState.ACCEPTED, kind="plan_replaced")
    outcome = record_outcome(session, planner, visit, recorded(), via="paper")
    assert outcome.led_to == "recorded"
    assert visit.referral.state is ReferralState.RECORDED


def test_a_failed_visit_of_a_replaced_route_leaves_the_new_plan_alone(session: Session) -> None:
    _team, visit = a_visit(session)
    planner = an_actor(session, "planner")
    other = an_approved_route(session, a_team(session), MONDAY, [visit.referral])
    visit.stop.route.replaced_by = other.version_id
    session.flush()
    outcome = record_outcome(session, planner, visit, not_recorded("not_home"), via="paper")
    assert outcome.led_to == ""
    assert visit.referral.state is ReferralState.SCHEDULED


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (Entry(new_id(), OutcomeKind.NOT_RECORDED), "reason"),
        (Entry(new_id(), OutcomeKind.NOT_RECORDED, reason="bored"), "reason"),
        (Entry(new_id(), OutcomeKind.NOT_RECORDED, reason="no_access"), "note"),
        (Entry(new_id(), OutcomeKind.PARTLY), "photo"),
        (Entry(new_id(), OutcomeKind.PARTLY, biometrics=Biometrics(*[Mark.EXEMPT] * 4)), "photo"),
        (Entry(new_id(), OutcomeKind.PARTLY, biometrics=Biometrics(*[Mark.TAKEN] * 4)), "photo"),
        (Entry(new_id(), OutcomeKind.RECORDED, note="x" * 501), "note"),
    ],
)
def test_what_is_missing_is_said_at_its_field(session: Session, entry: Entry, field: str) -> None:
    team, visit = a_visit(session)
    with pytest.raises(Invalid) as refusal:
        record_outcome(session, team, visit, entry)
    assert set(refusal.value.errors) == {field}
    assert session.scalar(select(func.count()).select_from(Outcome)) == 0


def test_tomorrows_visit_cannot_be_recorded_today(session: Session) -> None:
    team = a_team(session)
    referral = a_referral(session, ReferralState.SCHEDULED)
    route = an_approved_route(session, team, MONDAY + timedelta(days=1), [referral])
    with pytest.raises(Refused, match="24 November 2026"):
        record_outcome(session, member(session, team), visits_of(route)[0], recorded())


def _foreign(session: Session, team: Team) -> Route:
    return an_approved_route(session, a_team(session), MONDAY, [a_referral(session, "scheduled")])


def _draft(session: Session, team: Team) -> Route:
    return a_route(session, team, MONDAY, [a_referral(session, "accepted")], PlanState.SENT)


def _yesterday(session: Session, team: Team) -> Route:
    day = MONDAY - timedelta(days=3)
    return an_approved_route(session, team, day, [a_referral(session, "scheduled")])


@pytest.mark.parametrize("kind", [_foreign, _draft, _yesterday])
def test_a_team_records_only_its_own_approved_visits_of_today(session: Session, kind) -> None:  # type: ignore[no-untyped-def]
    team = a_team(session)
    route = kind(session, team)
    with pytest.raises(NotThere):
        record_outcome(session, member(session, team), visits_of(route)[0], recorded())


def test_the_audit_names_the_visit_and_not_why_it_failed(session: Session) -> None:
    team, visit = a_visit(session)
    outcome = record_outcome(session, team, visit, not_recorded("too_ill", note="demam"))
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "outcome.recorded")).one()
    assert entry.object_id == outcome.id
    assert entry.detail["visit"] == visit.id
    assert "too_ill" not in str(entry.detail)
    assert "demam" not in str(entry.detail)


def test_two_members_who_record_at_once_leave_one_result(database: Database) -> None:
    with database.write() as session:
        team, visit = a_visit(session)
        visit_id = visit.id
    refused: list[Refused] = []
    barrier = threading.Barrier(4)

    def send() -> None:
        with clock.frozen(MORNING):
            barrier.wait()
            try:
                with database.write() as session:
                    record_outcome(session, team, session.get_one(Visit, visit_id), recorded())
            except Refused as refusal:
                refused.append(refusal)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Outcome)) == 1
        assert session.get_one(Visit, visit_id).referral.attempts == 1
