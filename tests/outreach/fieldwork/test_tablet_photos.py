"""Photos of a visit follow their record in pieces, lie sealed, and go with the case; photos of houses go out closed."""

from __future__ import annotations

import io
import json

import pytest
from flask import Flask
from PIL import Image

from outreach import clock, web
from outreach.fieldwork.tablet.envelopes import Envelopes, text_of
from outreach.fieldwork.tablet.files import FORMAT, read_file
from outreach.fieldwork.tablet.models import EventState, TabletEvent
from outreach.fieldwork.tablet.photo_models import VisitPhoto
from outreach.ids import new_id
from outreach.policy import Role, command_line
from outreach.referrals.life import change_state
from outreach.referrals.models import Referral
from outreach.referrals.photos import keep_photo, picture_from, read_photo
from outreach.referrals.states import ReferralState
from tests.build import MORNING, a_user, signed_in
from tests.build_tablet import Day, a_day_on_a_tablet, a_picture

PIECE = 5_000


@pytest.fixture
def day(app: Flask, core: web.Core) -> Day:
    return a_day_on_a_tablet(app, core)


@pytest.fixture(autouse=True)
def _monday_morning() -> object:
    with clock.frozen(MORNING):
        yield


def test_a_photo_comes_in_pieces_and_goes_on_where_it_stopped(core: web.Core, day: Day) -> None:
    event, sealed = day.device.photo(day.visits[0], "found", a_picture())
    first = sealed[:PIECE]
    assert day.device.piece(event["id"], first, 0, len(sealed)) == {"have": 0, "state": "early"}
    assert day.device.take(event) == {event["id"]: "taken"}
    assert day.device.piece(event["id"], first, 0, len(sealed))["have"] == PIECE
    assert day.device.piece(event["id"], first, 0, len(sealed))["have"] == PIECE, "a repeat"
    gap = day.device.piece(event["id"], sealed[-10:], len(sealed) - 10, len(sealed))
    assert gap == {"have": PIECE, "state": "coming"}, "a gap is not filled by what comes after it"
    assert day.device.progress(event["id"]) == {"have": PIECE, "state": "coming"}
    rest = day.device.piece(event["id"], sealed[PIECE - 100 :], PIECE - 100, len(sealed))
    assert rest == {"have": len(sealed), "state": "taken"}
    assert day.device.progress(event["id"]) == {"have": len(sealed), "state": "taken"}
    with core.database.read() as session:
        photo = session.get_one(VisitPhoto, event["id"])
        assert photo.coming == b""
        assert photo.sealed is not None
        assert b"Katelan" not in photo.sealed


def test_a_planner_sees_it_without_what_the_camera_noted(
    app: Flask, core: web.Core, day: Day
) -> None:
    event = day.device.whole_photo(day.visits[0], "found", a_picture())
    with core.database.write() as session:
        planner = a_user(session, Role.PLANNER)
        row = session.query(TabletEvent).filter_by(event_id=event).one()
        assert row.state is EventState.APPLIED
    browser = signed_in(app, planner)
    assert (
        f"/hasil/tablet/{row.id}/foto.jpg" in browser.get(f"/rute/kunjungan/{day.visits[0]}").text
    )
    shown = browser.get(f"/hasil/tablet/{row.id}/foto.jpg").data
    assert b"Katelan" not in shown
    assert Image.open(io.BytesIO(shown)).size == (400, 400)


def test_a_photo_of_the_house_takes_the_place_of_the_old_one_when_a_planner_uses_it(
    app: Flask, core: web.Core, day: Day
) -> None:
    event, sealed = day.device.photo(day.visits[0], "house", a_picture(300))
    assert day.device.take(event) == {event["id"]: "check"}
    with core.database.write() as session:
        planner = a_user(session, Role.PLANNER)
        row = session.query(TabletEvent).filter_by(event_id=event["id"]).one()
    browser = signed_in(app, planner)
    use = {"pakai": "1"}
    browser.post(f"/hasil/tablet/{row.id}", use, form_page="/hasil/tablet")
    with core.database.read() as session:
        assert read_photo(session, core.sealer, day.referrals[0]) is None, "it has not come yet"
    day.device.piece(event["id"], sealed, 0, len(sealed))
    browser.post(f"/hasil/tablet/{row.id}", use, form_page="/hasil/tablet")
    with core.database.read() as session:
        kept = read_photo(session, core.sealer, day.referrals[0])
        assert kept is not None
        assert Image.open(io.BytesIO(kept)).size == (300, 300)


def test_what_is_no_picture_is_kept_for_a_person_and_a_foreign_envelope_is_not(
    core: web.Core, day: Day
) -> None:
    event, sealed = day.device.photo(day.visits[0], "found", b"not a picture at all")
    day.device.take(event)
    forged = sealed[:-1] + bytes([sealed[-1] ^ 1])
    assert day.device.piece(event["id"], forged, 0, len(sealed))["state"] == "unreadable"
    assert day.device.piece(event["id"], sealed, 0, len(sealed))["state"] == "check"
    with core.database.read() as session:
        row = session.query(TabletEvent).filter_by(event_id=event["id"]).one()
        assert (row.state, row.problem) == (EventState.KEPT, "photo_damaged")
        assert session.get_one(VisitPhoto, event["id"]).coming == sealed


def test_photos_go_with_the_case(core: web.Core, day: Day) -> None:
    day.device.whole_photo(day.visits[0], "found", a_picture())
    other = day.device.whole_photo(day.visits[1], "found", a_picture())
    with core.database.write() as session:
        referral = session.get_one(Referral, day.referrals[0])
        referral.state = ReferralState.VISITED
        change_state(
            session, command_line(Role.PLANNER), referral, ReferralState.CLOSED, kind="closed"
        )
    with core.database.read() as session:
        assert [photo.event_id for photo in session.query(VisitPhoto)] == [other]


def test_the_photo_of_a_house_goes_out_closed_and_only_for_a_visit_of_the_tablet(
    core: web.Core, day: Day
) -> None:
    with core.database.write() as session:
        referral = session.get_one(Referral, day.referrals[0])
        keep_photo(
            session, command_line(Role.PLANNER), core.sealer, referral, picture_from(a_picture())
        )
    visits = [visit for stop in day.device.pack()["stops"] for visit in stop["visits"]]
    assert [bool(visit["photo"]) for visit in visits] == [True, False, False]
    answer = day.device.get(f"foto-rumah?kunjungan={day.visits[0]}")
    assert answer.headers["Sambang-Tag"] == visits[0]["photo"]
    assert b"JFIF" not in answer.data
    assert day.device.open(answer.data, f"house:{day.visits[0]}")[:3] == b"\xff\xd8\xff"
    assert day.device.get(f"foto-rumah?kunjungan={day.visits[1]}").status_code == 404
    assert day.device.get(f"foto-rumah?kunjungan={new_id()}").status_code == 404


def test_a_file_of_the_tablet_brings_its_photos(app: Flask, core: web.Core, day: Day) -> None:
    event, sealed = day.device.photo(day.visits[0], "found", a_picture())
    photos = [{"id": event["id"], "seq": event["seq"], "sealed": text_of(sealed)}]
    content = json.dumps(
        {"format": FORMAT, "tablet": day.device.id, "events": [event], "photos": photos}
    ).encode()
    for _again in range(2):
        with core.database.write() as session:
            found = read_file(
                session, command_line(Role.PLANNER), core.sealer, Envelopes(core.keys), content
            )
        assert (len(found.answers), found.photos) == (1, 1)
    assert day.device.progress(event["id"])["state"] == "taken"
