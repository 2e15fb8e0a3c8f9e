"""What the tablet asks the server for: enrolment, the day's pack, the map, and taking what it sends.

Everything but enrolment needs the device's own token in the Authorization header; no cookie is looked at, so that no
other site can send anything in a team's name.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.sign_in import TooManyTries, sign_in
from outreach.errors import NotThere, Refused
from outreach.fieldwork.tablet import enrolment, pack, photos, receiving
from outreach.fieldwork.tablet.enrolment import Revoked, tablet_of
from outreach.fieldwork.tablet.envelopes import Envelopes, Unreadable, text_of
from outreach.fieldwork.tablet.models import Tablet
from outreach.ids import is_id
from outreach.places.background import map_background
from outreach.places.ground_roads import ground_roads
from outreach.web import allow, core, endpoint, reading, writing

bp = Blueprint("tablet", __name__, url_prefix="/tablet")
Answer = Response | tuple[Response, int]


@bp.record_once
def _without_cookies(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(bp)


@bp.after_request
def _tell_time(response: Response) -> Response:
    """Every answer tells the office's clock, by which the tablet knows what its own is off by."""
    response.headers["Sambang-Now"] = clock.now().isoformat(timespec="milliseconds")
    return response


def envelopes() -> Envelopes:
    """Return what opens envelopes in this application."""
    if "tablet_envelopes" not in g:
        g.tablet_envelopes = Envelopes(core().keys)
    found: Envelopes = g.tablet_envelopes
    return found


def _for_device(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Answer a stranger, and a tablet that was revoked, with 410: forget what you can read."""

    @wraps(view)
    def guarded(**arguments: Any) -> Answer:
        try:
            return view(**arguments)
        except Revoked:
            return jsonify(error="revoked"), 410
        except NotThere:
            return jsonify(error="not_there"), 404
        except TooManyTries as wait:
            return jsonify(error="wait", message=wait.message), 429
        except Refused as refusal:
            return jsonify(error="refused", message=refusal.message), 422

    return guarded


def _tablet(session: Session) -> Tablet:
    return tablet_of(session, request.headers.get("Authorization", ""))


def _json() -> dict[str, Any]:
    found = request.get_json(silent=True)
    return found if isinstance(found, dict) else {}


@bp.post("/api/daftar")
@endpoint("tablet.call")
@_for_device
def enrol() -> Answer:
    """Trade an administrator's code for the device's token and keys."""
    allow()
    address = request.remote_addr or ""
    with writing() as session:
        wait_s = enrolment.count_code_try(session, address)
    if wait_s:
        raise TooManyTries(wait_s)
    with writing() as session:
        made = enrolment.enrol(session, core().sealer, str(_json().get("code", "")), address)
        return jsonify(
            tablet=made.tablet.id,
            token=made.token,
            seal_key=text_of(made.seal_key),
            office_key=text_of(envelopes().public_key),
            name=made.tablet.name,
            team=made.tablet.team.name,
        )


@bp.post("/api/anggota")
@endpoint("tablet.call")
@_for_device
def add_member() -> Answer:
    """Let a team member in with the password of their account; afterwards their PIN does, on the tablet alone."""
    allow()
    _tablet(reading())
    given = _json()
    known = sign_in(
        core().database, core().settings, str(given.get("username", "")),
        str(given.get("password", "")), request.remote_addr or "",
    )  # fmt: skip
    with writing() as session:
        key = enrolment.add_member(session, core().sealer, _tablet(session), known.user_id)
        actor = enrolment.member_actor(session, _tablet(session), known.user_id)
        return jsonify(member=actor.id, name=actor.name, data_key=text_of(key))


@bp.get("/api/paket")
@endpoint("tablet.call")
@_for_device
def todays_pack() -> Answer:
    """Give today's pack, closed; 204 where the tablet has it already. Every answer names who may still open it."""
    allow()
    with writing() as session:
        tablet = _tablet(session)
        members = ",".join(enrolment.members_of(session, tablet))
        tablet.seen_at = clock.now()
        tablet.app_version = request.headers.get("Sambang-App", "")[:16]
        route = pack.todays_route(session, tablet)
        if route is None:
            day = pack.next_route_day(session, tablet)
            answer = jsonify(route=None, next=day.isoformat() if day else None)
            answer.headers["Sambang-Members"] = members
            return answer
        made = pack.pack_of(session, core().sealer, tablet, route)
        pack.issue(session, tablet, route)
        if request.args.get("punya") == made.tag:
            return Response(status=204, headers={"Sambang-Members": members})
        body = pack.closed(core().sealer, tablet, made)
    answer = Response(body, mimetype="application/octet-stream")
    answer.headers["Sambang-Members"] = members
    answer.headers["Sambang-Tag"] = made.tag
    answer.headers["Sambang-Expires"] = made.content["expires_at"]
    return answer


@bp.get("/api/foto-rumah")
@endpoint("tablet.call")
@_for_device
def house_photo() -> Answer:
    """Give the photo of the house of one of today's visits (`kunjungan`), closed."""
    allow()
    visit_id = request.args.get("kunjungan", "")
    tablet = _tablet(reading())
    tag, body = pack.house_photo(reading(), core().sealer, tablet, visit_id)
    answer = Response(body, mimetype="application/octet-stream")
    answer.headers["Sambang-Tag"] = tag
    return answer


@bp.get("/api/peta")
@endpoint("tablet.call")
@_for_device
def regency_map() -> Answer:
    """Give the regency's outlines and names, once, while there is Wi-Fi."""
    allow()
    _tablet(reading())
    found = map_background(reading())
    if request.args.get("punya") == found.tag:
        return Response(status=204)
    return _map_part(found.packed, found.tag)


@bp.get("/api/jalan")
@endpoint("tablet.call")
@_for_device
def regency_roads() -> Answer:
    """Give the roads and names of the imported extract, once, while there is Wi-Fi.

    No content (204) where the tablet names the tag of what it has, or where no extract was imported (then without a tag).
    """
    allow()
    _tablet(reading())
    found = ground_roads(core().settings.ground_file)
    if found is None:
        return Response(status=204)
    if request.args.get("punya") == found.tag:
        return Response(status=204, headers={"Sambang-Tag": found.tag})
    return _map_part(found.packed, found.tag)


def _map_part(packed: bytes, tag: str) -> Response:
    takes_gzip = request.accept_encodings["gzip"] > 0
    answer = Response(
        packed if takes_gzip else gzip.decompress(packed), mimetype="application/geo+json"
    )
    if takes_gzip:
        answer.content_encoding = "gzip"
    answer.headers["Sambang-Tag"] = tag
    return answer


@bp.post("/api/kirim")
@endpoint("tablet.call")
@_for_device
def take() -> Answer:
    """Take events; each is acknowledged by itself, and only once it is stored."""
    allow()
    given = _json()
    try:
        batch, answers = receiving.read_batch(given.get("events"))
    except Unreadable:
        return jsonify(error="form"), 400
    with writing() as session:
        tablet = _tablet(session)
        tablet.app_version = str(given.get("app", ""))[:16]
        waiting = given.get("waiting")
        tablet.waiting = min(waiting, 100_000) if isinstance(waiting, int) and waiting > 0 else 0
        answers += receiving.receive(
            session, core().sealer, envelopes(), tablet, batch,
            sent_at=_moment(given.get("sent_at")),
        )  # fmt: skip
    current_app.logger.info("a tablet sent %d events", len(answers))
    return jsonify(answers=[asdict(answer) for answer in answers])


@bp.get("/api/foto")
@endpoint("tablet.call")
@_for_device
def photo_progress() -> Answer:
    """Tell how far the photo of an event (`catatan`) has come, so that the tablet goes on from there."""
    allow()
    event_id = request.args.get("catatan", "")
    if not is_id(event_id):
        return jsonify(error="form"), 400
    return jsonify(asdict(photos.progress(reading(), _tablet(reading()), event_id)))


@bp.post("/api/foto")
@endpoint("tablet.call")
@_for_device
def take_photo() -> Answer:
    """Take the piece of an event's photo that begins at byte `dari` of `ukuran`; acknowledged once it is stored."""
    allow()
    event_id = request.args.get("catatan", "")
    start, size = request.args.get("dari", type=int), request.args.get("ukuran", type=int)
    if not is_id(event_id) or start is None or size is None:
        return jsonify(error="form"), 400
    try:
        with writing() as session:
            done = photos.take_piece(
                session, core().sealer, envelopes(), _tablet(session), event_id,
                request.get_data(), start=start, size=size,
            )  # fmt: skip
    except ValueError:
        return jsonify(error="form"), 400
    return jsonify(asdict(done))


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
