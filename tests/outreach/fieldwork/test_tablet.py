"""What tablets send is taken once, whatever is repeated, reordered, late or strange; what they are given is closed."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach import clock, web
from outreach.audit import AuditEntry
from outreach.fieldwork.models import Outcome
from outreach.fieldwork.outcomes import latest_outcome
from outreach.fieldwork.tablet.envelopes import bytes_of
from outreach.fieldwork.tablet.models import EventState, TabletEvent
from outreach.ids import new_id
from outreach.planning.models import Visit
from outreach.policy import Role
from outreach.referrals.models import Referral, ReferralEvent
from outreach.referrals.states import ReferralState
from tests.build import MORNING, a_nik, a_team, a_user, signed_in
from tests.build_tablet import Day, a_code, a_day_on_a_tablet, a_device

NIK = a_nik(4711)


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def day(app: Flask, core: web.Core) -> Day:
    return a_day_on_a_tablet(app, core, NIK)


def state_of(core: web.Core, referral_id: str) -> ReferralState:
    with core.database.read() as session:
        return session.get_one(Referral, referral_id).state


def events_of(core: web.Core) -> list[TabletEvent]:
    with core.database.read() as session:
        return list(session.scalars(select(TabletEvent).order_by(TabletEvent.seq, TabletEvent.id)))


def outcomes_of(core: web.Core) -> int:
    with core.database.read() as session:
        return session.scalar(select(func.count()).select_from(Outcome)) or 0


# --- what it is given ----------------------------------------------------------------------------


def test_a_pack_holds_what_a_team_needs_and_its_bytes_tell_nothing(
    core: web.Core, day: Day
) -> None:
    answer = day.device.client.get("/tablet/api/paket", headers=day.device.headers)
    assert len(answer.data) < 60_000
    for text in (NIK, "Karto", "joglo", "frail", "6281200000000"):
        assert text.encode() not in answer.data
        with pytest.raises(OSError):
            gzip.decompress(answer.data)
    pack = day.device.pack()
    visit = pack["stops"][0]["visits"][0]
    assert visit["name"] == "Mbah Karto 0"
    assert visit["landmark"]
    assert NIK not in json.dumps(pack)
    assert len(pack["seconds"]) == len(pack["stops"]) + 1
    identity = day.device.open(bytes_of(visit["identity"]), f"identity:{visit['id']}")
    assert json.loads(identity) == {"nik": NIK, "born": "1941-07-01"}


def test_a_pack_that_the_tablet_has_is_not_sent_again(day: Day) -> None:
    tag = day.device.pack()["tag"]
    again = day.device.client.get(f"/tablet/api/paket?punya={tag}", headers=day.device.headers)
    assert again.status_code == 204


def test_a_code_works_once_and_for_an_hour(app: Flask, core: web.Core, day: Day) -> None:
    client = app.test_client(use_cookies=False)
    code = a_code(core, day.team_id)
    with clock.frozen(MORNING + timedelta(minutes=61)):
        assert client.post("/tablet/api/daftar", json={"code": code}).status_code == 422
    assert client.post("/tablet/api/daftar", json={"code": code.upper()}).status_code == 200
    assert client.post("/tablet/api/daftar", json={"code": code}).status_code == 422


def test_a_revoked_or_unknown_tablet_is_told_to_forget(
    app: Flask, core: web.Core, day: Day
) -> None:
    admin = None
    with core.database.write() as session:
        admin = a_user(session, Role.ADMIN)
    browser = signed_in(app, admin)
    browser.post(f"/tablet-tim/{day.device.id}/cabut", form_page="/tablet-tim/baru")
    assert day.device.send(day.device.recorded(day.visits[0])).status_code == 410
    day.device.token = "wrong"
    assert day.device.client.get("/tablet/api/paket", headers=day.device.headers).status_code == 410
    assert outcomes_of(core) == 0


def test_somebody_of_another_team_cannot_sign_in_on_it(core: web.Core, day: Day) -> None:
    with core.database.write() as session:
        stranger = a_team(session, "T9").members[0].user
    assert day.device.sign_in(stranger).status_code == 422


# --- what it brings back -------------------------------------------------------------------------


def test_a_result_moves_the_case_on_and_its_repeat_changes_nothing(
    core: web.Core, day: Day
) -> None:
    event = day.device.recorded(day.visits[0])
    assert day.device.take(event) == {event["id"]: "taken"}
    assert day.device.take(event, event) == {event["id"]: "taken"}
    assert state_of(core, day.referrals[0]) is ReferralState.RECORDED
    assert outcomes_of(core) == 1
    assert len(events_of(core)) == 1


def test_another_content_under_the_same_id_is_kept_for_a_person(core: web.Core, day: Day) -> None:
    first = day.device.recorded(day.visits[0])
    day.device.take(first)
    other = day.device.event(
        "result", day.visits[0], {"kind": "not_recorded", "reason": "refused"}, id=first["id"]
    )
    assert day.device.take(other) == {first["id"]: "check"}
    assert day.device.take(first) == {first["id"]: "taken"}
    assert [row.state for row in events_of(core)] == [EventState.APPLIED, EventState.CONFLICT]
    assert state_of(core, day.referrals[0]) is ReferralState.RECORDED


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_arrival_with_repeats_ends_the_same(
    core: web.Core, day: Day, seed: int
) -> None:
    """Result, undo, another result and its correction: by the counter of the device, not by arrival."""
    device, visit = day.device, day.visits[0]
    first = device.event("result", visit, {"kind": "not_recorded", "reason": "not_home"})
    undo = device.event("undo", visit, {"result": first["id"]})
    second = device.recorded(visit)
    fixed = device.event(
        "result", visit, {"kind": "not_recorded", "reason": "too_ill", "corrects": second["id"]}
    )
    order = [first, undo, second, fixed] * 3
    random.Random(seed).shuffle(order)
    for event in order:
        assert set(device.take(event).values()) == {"taken"}
    with core.database.read() as session:
        holding = latest_outcome(session, visit)
        assert holding is not None
        assert holding.id == fixed["id"]
        assert session.get_one(Referral, day.referrals[0]).attempts == 1
    assert state_of(core, day.referrals[0]) is ReferralState.ACCEPTED


def test_an_undone_result_never_counted(core: web.Core, day: Day) -> None:
    event = day.device.recorded(day.visits[0])
    day.device.take(event)
    day.device.take(day.device.event("undo", day.visits[0], {"result": event["id"]}))
    assert state_of(core, day.referrals[0]) is ReferralState.SCHEDULED
    with core.database.read() as session:
        assert latest_outcome(session, day.visits[0]) is None
        assert session.get_one(Referral, day.referrals[0]).attempts == 0


def test_an_undo_after_ten_minutes_waits_for_a_person(core: web.Core, day: Day) -> None:
    event = day.device.recorded(day.visits[0])
    day.device.take(event)
    with clock.frozen(MORNING + timedelta(minutes=20)):
        late = day.device.event("undo", day.visits[0], {"result": event["id"]})
        assert day.device.take(late) == {late["id"]: "check"}
    assert state_of(core, day.referrals[0]) is ReferralState.RECORDED


def test_what_was_done_counts_a_day_later_and_off_the_plan(core: web.Core, day: Day) -> None:
    with core.database.write() as session:
        referral = session.get_one(Referral, day.referrals[0])
        route = session.get_one(Visit, day.visits[0]).stop.route
        route.replaced_by = route.version_id
        referral.state = ReferralState.ACCEPTED
    with clock.frozen(MORNING + timedelta(days=1)):
        event = day.device.recorded(day.visits[0])
        assert day.device.take(event) == {event["id"]: "taken"}
    assert state_of(core, day.referrals[0]) is ReferralState.RECORDED
    assert events_of(core)[0].problem == "off_plan"


def test_what_cannot_be_carried_out_is_safe_and_loses_no_other(core: web.Core, day: Day) -> None:
    device = day.device
    strange = device.event("result", day.visits[0], {"kind": "nonsense"})
    newer = device.event("drone_landed", day.visits[0], {"where": "roof"})
    foreign = device.recorded(new_id())
    good = device.recorded(day.visits[1])
    forged = device.recorded(day.visits[2]) | {"id": new_id()}
    answers = device.take(strange, newer, foreign, forged, good)
    assert answers == {
        strange["id"]: "check", newer["id"]: "check", foreign["id"]: "check",
        forged["id"]: "unreadable", good["id"]: "taken",
    }  # fmt: skip
    assert {row.problem for row in events_of(core)} == {"form", "unknown_kind", "not_yours", ""}
    assert state_of(core, day.referrals[1]) is ReferralState.RECORDED
    assert state_of(core, day.referrals[2]) is ReferralState.SCHEDULED


def test_one_team_cannot_speak_about_anothers_visit(app: Flask, core: web.Core, day: Day) -> None:
    with core.database.write() as session:
        other = a_team(session, "T2")
    device = a_device(app, core, other)
    event = device.recorded(day.visits[0])
    assert device.take(event) == {event["id"]: "check"}
    assert state_of(core, day.referrals[0]) is ReferralState.SCHEDULED


def test_a_clock_a_year_off_is_corrected_and_both_times_are_kept(core: web.Core, day: Day) -> None:
    year = timedelta(days=365)
    event = day.device.recorded(
        day.visits[0], at=(MORNING - year).isoformat(), off_ms=int(year.total_seconds() * 1000)
    )
    day.device.take(event)
    row = events_of(core)[0]
    assert row.device_at == MORNING - year
    assert row.corrected_at == MORNING
    with core.database.read() as session:
        assert session.get_one(Outcome, event["id"]).device_at == MORNING


def test_looking_at_a_nik_stands_in_the_case_and_in_the_log(core: web.Core, day: Day) -> None:
    day.device.take(day.device.event("identity_viewed", day.visits[0], {}))
    with core.database.read() as session:
        kinds = session.scalars(
            select(ReferralEvent.kind).where(ReferralEvent.referral_id == day.referrals[0])
        ).all()
        assert "nik_revealed" in kinds
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "tablet.nik_viewed")
        ).one()
        assert entry.actor_id == day.device.member


def test_another_person_in_the_house_becomes_a_referral_once(core: web.Core, day: Day) -> None:
    event = day.device.event(
        "extra_person", day.visits[0],
        {"name": "Mbah Sastro", "sex": "L", "birth_year": 1940, "condition": "frail", "nik": a_nik(99)},
    )  # fmt: skip
    day.device.take(event)
    day.device.take(event)
    with core.database.read() as session:
        made = [r for r in session.scalars(select(Referral)) if r.resident.name == "Mbah Sastro"]
        assert [referral.state for referral in made] == [ReferralState.SUBMITTED]
        assert made[0].hamlet == "Dukuh Ngrejeng"
        assert made[0].resident.nik_masked.endswith("0099")


def test_a_planner_uses_a_proposed_correction(app: Flask, core: web.Core, day: Day) -> None:
    day.device.take(
        day.device.event(
            "proposal", day.visits[0], {"field": "landmark", "value": "sebelah masjid An-Nur"}
        )
    )
    with core.database.write() as session:
        planner = a_user(session, Role.PLANNER)
    browser = signed_in(app, planner)
    page = browser.get("/hasil/tablet").text
    assert "sebelah masjid An-Nur" in page
    assert page.count('aria-current="page"') == 1, "the entry above it is not where one is"
    item = events_of(core)[0]
    browser.post(f"/hasil/tablet/{item.id}", {"pakai": "1"}, form_page="/hasil/tablet")
    with core.database.read() as session:
        assert session.get_one(Referral, day.referrals[0]).landmark == "sebelah masjid An-Nur"
    assert "sebelah masjid" not in browser.get("/hasil/tablet").text


def test_a_tablets_file_is_read_at_the_office_once(app: Flask, core: web.Core, day: Day) -> None:
    device = day.device
    sent = device.recorded(day.visits[0])
    device.take(sent)
    events = [sent, device.recorded(day.visits[1])]
    content = json.dumps({"format": "sambang-outbox/1", "tablet": device.id, "events": events})
    assert "Karto" not in content
    with core.database.write() as session:
        planner = a_user(session, Role.PLANNER)
    browser = signed_in(app, planner)
    for _again in range(2):
        page = browser.post(
            "/hasil/tablet", {"file": (BytesIO(content.encode()), "kotak.json")}, form_page="/hasil/tablet"
        )  # fmt: skip
        assert page.status_code == 200
    assert outcomes_of(core) == 2
    assert state_of(core, day.referrals[1]) is ReferralState.RECORDED
