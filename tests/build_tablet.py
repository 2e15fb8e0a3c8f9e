"""A tablet as the server knows one: enrolled by code, with a member signed in, closing envelopes as the real one does."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from outreach import clock, web
from outreach.accounts.models import User
from outreach.fieldwork.tablet.enrolment import create_tablet
from outreach.fieldwork.tablet.envelopes import (
    bytes_of,
    close_envelope,
    close_picture,
    text_of,
)
from outreach.ids import new_id
from outreach.policy import Role, command_line
from outreach.referrals.states import ReferralState
from outreach.teams.models import Team
from tests.build import MONDAY, PASSWORD, a_nik, a_referral, a_team
from tests.build_plans import an_approved_route, visits_of


@dataclass
class Device:
    """A device that talks to the application; `take` sends events and returns their statuses by id."""

    client: FlaskClient
    id: str
    token: str
    seal_key: bytes
    office_key: bytes
    member: str = ""
    data_key: bytes = b""
    seq: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Tablet {self.id}.{self.token}"}

    def sign_in(self, user: User) -> Any:
        answer = self.client.post(
            "/tablet/api/anggota",
            json={"username": user.username, "password": PASSWORD},
            headers=self.headers,
        )
        if answer.status_code == 200:
            self.member = answer.json["member"]
            self.data_key = bytes_of(answer.json["data_key"])
        return answer

    def pack(self) -> dict[str, Any]:
        answer = self.get("paket")
        assert answer.mimetype == "application/octet-stream", answer.text
        found: dict[str, Any] = json.loads(
            gzip.decompress(self.open(answer.data, f"pack:{self.id}"))
        )
        return found

    def open(self, closed: bytes, place: str) -> bytes:
        return AESGCM(self.data_key).decrypt(closed[:12], closed[12:], place.encode())

    def event(
        self, kind: str, visit: str | None, data: dict[str, Any], **more: Any
    ) -> dict[str, Any]:
        """An event as it lies in the outbox; the counter goes up."""
        self.seq = more.pop("seq", self.seq + 1)
        event_id = more.pop("id", new_id())
        body = {
            "kind": kind, "member": self.member, "visit": visit, "data": data,
            "at": clock.now().isoformat(), "off_ms": 0, **more,
        }  # fmt: skip
        place = f"{self.id}|{event_id}|{self.seq}"
        sealed = close_envelope(body, self.office_key, self.seal_key, place)
        return {"id": event_id, "seq": self.seq, "sealed": text_of(sealed)}

    def photo(self, visit: str, what: str, picture: bytes) -> tuple[dict[str, Any], bytes]:
        """A photo as it lies in the outbox: its record, and the envelope that follows it."""
        event = self.event("photo", visit, {"what": what})
        place = f"{self.id}|{event['id']}|photo"
        return event, close_picture(picture, self.office_key, self.seal_key, place)

    def whole_photo(self, visit: str, what: str, picture: bytes) -> str:
        """Send a photo with its record in one go; return its id."""
        event, sealed = self.photo(visit, what, picture)
        self.take(event)
        assert self.piece(event["id"], sealed, 0, len(sealed))["state"] == "taken"
        found: str = event["id"]
        return found

    def piece(self, event_id: str, piece: bytes, start: int, size: int) -> dict[str, Any]:
        path = f"/tablet/api/foto?catatan={event_id}&dari={start}&ukuran={size}"
        answer = self.client.post(path, data=piece, headers=self.headers)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json
        return said

    def progress(self, event_id: str) -> dict[str, Any]:
        said: dict[str, Any] = self.get(f"foto?catatan={event_id}").json
        return said

    def get(self, path: str) -> Any:
        return self.client.get(f"/tablet/api/{path}", headers=self.headers)

    def recorded(self, visit: str, **more: Any) -> dict[str, Any]:
        return self.event("result", visit, {"kind": "recorded"}, **more)

    def send(self, *events: dict[str, Any]) -> Any:
        return self.client.post(
            "/tablet/api/kirim",
            json={"app": "test", "sent_at": clock.now().isoformat(), "events": events},
            headers=self.headers,
        )

    def take(self, *events: dict[str, Any]) -> dict[str, str]:
        answer = self.send(*events)
        assert answer.status_code == 200, answer.text
        return {row["id"]: row["status"] for row in answer.json["answers"]}


def a_code(core: web.Core, team_id: str) -> str:
    """A code that lets a device in for a team."""
    with core.database.write() as session:
        team = session.get_one(Team, team_id)
        _tablet, code = create_tablet(session, command_line(Role.ADMIN), "Tablet 1", team)
        return code


def a_device(app: Flask, core: web.Core, team: Team) -> Device:
    """A device enrolled for a team, its first member signed in."""
    with core.database.read() as session:
        member = session.get_one(Team, team.id).members[0].user
    client = app.test_client(use_cookies=False)
    made = client.post("/tablet/api/daftar", json={"code": a_code(core, team.id)}).json
    device = Device(
        client,
        made["tablet"],
        made["token"],
        bytes_of(made["seal_key"]),
        bytes_of(made["office_key"]),
    )
    assert device.sign_in(member).status_code == 200
    return device


@dataclass
class Day:
    """A team's day on a tablet: the device, the visits' and the referrals' ids."""

    device: Device
    visits: list[str]
    referrals: list[str]
    team_id: str


def a_day_on_a_tablet(app: Flask, core: web.Core, nik: str = "") -> Day:
    """A route of three people on MONDAY, given to the team's tablet; the first has this NIK. Freeze the clock there."""
    with core.database.write() as session:
        team = a_team(session, "T1", members=2)
        people = [
            a_referral(session, ReferralState.SCHEDULED, name=f"Mbah Karto {n}", sealer=core.sealer,
                       nik=nik if n == 0 and nik else a_nik(), lat=-7.32 - 0.002 * n, lon=111.08)
            for n in range(3)
        ]  # fmt: skip
        visits = visits_of(an_approved_route(session, team, MONDAY, people))
        given = [visit.id for visit in visits], [visit.referral_id for visit in visits]
    device = a_device(app, core, team)
    device.pack()
    return Day(device, *given, team.id)


def a_picture(side: int = 400, colour: str = "olive") -> bytes:
    """A JPEG with a place in its metadata, of some 10 kB."""
    image = Image.effect_noise((side, side), 40).convert("RGB")
    image.paste(colour, (0, 0, side, side // 2))
    exif = Image.Exif()
    exif[0x010E] = "rumah di Katelan -7.3"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60, exif=exif)
    return out.getvalue()
