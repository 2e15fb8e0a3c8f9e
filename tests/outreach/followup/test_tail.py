"""From the recording to the card in hand: steps, ages, deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, web
from outreach.db import Database
from outreach.errors import Forbidden, Invalid, NotThere, Refused
from outreach.followup import tail
from outreach.followup.deliveries import SELF, Channel, Handover, deliver
from outreach.followup.models import Delivery
from outreach.ids import new_id
from outreach.referrals.life import change_state
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from tests.build import MONDAY, MORNING, a_referral, a_user, an_actor, signed_in

S = ReferralState


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def test_several_people_take_a_step_at_once(session: Session) -> None:
    planner = an_actor(session, "planner")
    people = [a_referral(session, S.RECORDED) for _ in range(3)]
    done = tail.advance(
        session, planner, [p.id for p in people], S.RECORDED, S.SENT, "SENT_FOR_ENROLLMENT"
    )
    assert done == tail.Advanced(3, ())
    assert all(person.state is S.SENT for person in people)
    assert people[0].events[-1].reason == "SENT_FOR_ENROLLMENT"


def test_whoever_was_moved_by_somebody_else_is_left_alone_and_named(session: Session) -> None:
    planner = an_actor(session, "planner")
    here, gone = a_referral(session, S.SENT), a_referral(session, S.PRINT_READY)
    done = tail.advance(session, planner, [here.id, gone.id], S.SENT, S.PRINT_READY)
    assert done == tail.Advanced(1, (gone.tracking_code,))


@pytest.mark.parametrize("failed", [S.ENROLMENT_FAILED, S.DUPLICATE_RECORD])
def test_what_fails_at_the_centre_goes_back_to_triage(
    session: Session, failed: ReferralState
) -> None:
    planner = an_actor(session, "planner")
    person = a_referral(session, S.SENT)
    tail.advance(session, planner, [person.id], S.SENT, failed, "DUPLICATE_RECORD")
    tail.advance(session, planner, [person.id], failed, S.SUBMITTED)
    assert person.state is S.SUBMITTED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (S.RECORDED, S.PRINTED),
        (S.PRINTED, S.DELIVERED),
        (S.PRINT_READY, S.SENT),
        (S.ACCEPTED, S.SCHEDULED),
    ],
)
def test_no_step_is_skipped_or_taken_back(
    session: Session, before: ReferralState, after: ReferralState
) -> None:
    person = a_referral(session, before)
    with pytest.raises(Refused):
        tail.advance(session, an_actor(session, "planner"), [person.id], before, after)
    assert person.state is before


def test_an_absent_person_moves_nobody(session: Session) -> None:
    with pytest.raises(NotThere):
        tail.advance(session, an_actor(session, "planner"), [new_id()], S.RECORDED, S.SENT)


def test_nobody_but_a_planner_takes_a_step(session: Session) -> None:
    person = a_referral(session, S.RECORDED)
    with pytest.raises(Forbidden):
        tail.advance(session, an_actor(session, "supervisor"), [person.id], S.RECORDED, S.SENT)


@pytest.mark.parametrize(
    ("days", "age"), [(0, "0-7"), (7, "0-7"), (8, "8-30"), (30, "8-30"), (31, "31-90"), (90, "31-90"), (91, "91"), (400, "91")]
)  # fmt: skip
def test_waiting_is_counted_from_the_day_the_step_was_reached(
    session: Session, days: int, age: str
) -> None:
    planner = an_actor(session, "planner")
    person = a_referral(session, S.RECORDED)
    with clock.frozen(MORNING - timedelta(days=days)):
        change_state(session, planner, person, S.SENT, kind="followup")
    (waiting,) = tail.waiting_in(session, S.SENT)
    assert (waiting.days, waiting.age.code) == (days, age)
    assert tail.count_stuck(session) == (days > 90)


def test_the_list_is_only_about_the_tail(session: Session) -> None:
    with pytest.raises(NotThere):
        tail.waiting_in(session, S.DRAFT)


POST = Handover(Channel.POST, MONDAY, receipt_number="P2611-0077")
HAND = Handover(Channel.HAND, MONDAY, received_by="Sri Wahyuni", relation="child")


@pytest.mark.parametrize(
    "handover", [POST, HAND, Handover(Channel.VILLAGE, MONDAY, "", "Mbah Karso", SELF)]
)
def test_a_delivery_ends_the_tail(session: Session, handover: Handover) -> None:
    person = a_referral(session, S.PRINTED)
    deliver(session, an_actor(session, "planner"), person, handover)
    assert person.state is S.DELIVERED
    assert session.scalars(select(Delivery)).one().channel == handover.channel.value


@pytest.mark.parametrize(
    ("handover", "fields"),
    [
        (Handover(Channel.POST, MONDAY), {"receipt_number"}),
        (Handover(Channel.HAND, MONDAY), {"received_by", "relation"}),
        (Handover(Channel.HAND, MONDAY, "", "Sri", "boss"), {"relation"}),
        (Handover(Channel.POST, MONDAY + timedelta(days=1), "1"), {"delivered_on"}),
        (Handover(Channel.POST, MONDAY - timedelta(days=500), "1"), {"delivered_on"}),
    ],
)
def test_each_channel_asks_for_its_own_proof(
    session: Session, handover: Handover, fields: set[str]
) -> None:
    person = a_referral(session, S.PRINTED)
    with pytest.raises(Invalid) as refusal:
        deliver(session, an_actor(session, "planner"), person, handover)
    assert set(refusal.value.errors) == fields
    assert person.state is S.PRINTED


def test_a_card_is_delivered_once(session: Session) -> None:
    planner = an_actor(session, "planner")
    person = a_referral(session, S.PRINTED)
    deliver(session, planner, person, POST)
    with pytest.raises(Refused):
        deliver(session, planner, person, HAND)


def test_the_pages_carry_a_person_from_the_recording_to_the_card(
    app: Flask, core: web.Core
) -> None:
    with core.database.write() as session:
        person, other = (
            a_referral(session, S.RECORDED, name="Mbah Karso"),
            a_referral(session, S.RECORDED),
        )
        planner = a_user(session, "planner")
        ids = [person.id, other.id]
    office = signed_in(app, planner)
    page = office.get("/tindak-lanjut")
    assert "Mbah Karso" in page.text
    assert "0–7 hari" in page.text
    for before, after in (
        (S.RECORDED, S.SENT),
        (S.SENT, S.PRINT_READY),
        (S.PRINT_READY, S.PRINTED),
    ):
        form = {"referral_ids": ids, "from_state": before.value, "to_state": after.value}
        answer = office.post("/tindak-lanjut", form, form_page="/tindak-lanjut")
        assert "2 orang kini" in answer.text
    serah = f"/tindak-lanjut/{ids[0]}/serah"
    wrong = office.post(serah, {"channel": "post", "delivered_on": "2026-11-23"}, form_page=serah)
    assert wrong.status_code == 422
    assert "nomor resi" in wrong.text
    done = {"channel": "post", "delivered_on": "2026-11-23", "receipt_number": "P-1"}
    assert office.post(serah, done, form_page=serah).status_code == 200
    with core.database.read() as session:
        assert session.get_one(Referral, ids[0]).state is S.DELIVERED
        assert session.get_one(Referral, ids[1]).state is S.PRINTED


def test_nothing_ticked_is_said_so_and_nothing_moves(app: Flask, core: web.Core) -> None:
    with core.database.write() as session:
        a_referral(session, S.RECORDED)
        planner = a_user(session, "planner")
    office = signed_in(app, planner)
    form = {"from_state": "recorded", "to_state": "sent"}
    answer = office.post("/tindak-lanjut", form, form_page="/tindak-lanjut")
    assert answer.status_code == 422
    assert "paling sedikit satu orang" in answer.text
