"""A photo of a house: small, harmless, seen by whom it concerns, and gone with its case."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from outreach import web
from outreach.backup import back_up
from outreach.db import Database
from outreach.policy import Role
from outreach.referrals import service
from outreach.referrals.photo_models import HousePhoto
from outreach.referrals.photo_views import MOST_SENT_BYTES
from outreach.referrals.photos import keep_photo, read_photo
from outreach.referrals.pictures import MOST_BYTES, PictureError, make_small
from outreach.referrals.states import CloseReason, ReferralState
from tests.build import a_referral, a_user, an_actor, signed_in, token_in

S = ReferralState
MAKER = 0x010F
ORIENTATION = 0x0112


def a_picture(
    width: int = 300, height: int = 200, kind: str = "JPEG", turned: bool = False
) -> bytes:
    """A noisy picture, hard to make small, that tells which camera took it."""
    image = Image.effect_noise((width, height), 90).convert("RGB")
    notes = image.getexif()
    notes[MAKER] = "Rahasia"
    if turned:
        notes[ORIENTATION] = 6
    written = io.BytesIO()
    image.save(written, kind, exif=notes)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_made_small_upright_and_tells_nothing_of_the_camera(kind: str) -> None:
    found = make_small(a_picture(2400, 1800, kind, turned=True))
    assert len(found.data) <= MOST_BYTES
    assert b"Rahasia" not in found.data
    with Image.open(io.BytesIO(found.data)) as opened:
        assert opened.format == "JPEG"
        assert not opened.getexif()
        assert opened.height > opened.width  # it was turned by its note, not by its pixels


def test_what_is_no_picture_of_ours_is_refused_before_it_is_unpacked() -> None:
    huge = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(huge, "PNG")  # 900 million pixels in about 100 kB
    gif = io.BytesIO()
    Image.new("L", (10, 10)).save(gif, "GIF")
    for data, reason in (
        (huge.getvalue(), "too_large"),
        (gif.getvalue(), "format"),
        (b"<svg onload=alert(1)>", "format"),
        (a_picture()[:400], "unreadable"),
        (b"", "format"),
    ):
        with pytest.raises(PictureError) as refused:
            make_small(data)
        assert refused.value.reason == reason


def test_an_officer_adds_a_photo_and_only_the_own_village_sees_it(
    app: Flask, core: web.Core
) -> None:
    with core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)
        stranger = a_user(session, Role.VILLAGE, village_code="33.14.01.2001")
        planner = a_user(session, Role.PLANNER)
        kept = a_referral(session, S.SUBMITTED).id
    browser = signed_in(app, officer)
    address = f"/usulan/{kept}/foto"
    answer = browser.client.post(
        address,
        data={
            "csrf_token": token_in(browser.get(address).text),
            "photo": (io.BytesIO(a_picture()), "../../3314104702410001.jpg"),
        },
        follow_redirects=True,
    )
    assert f"{address}.jpg" in answer.text
    shown = browser.get(f"{address}.jpg")
    assert shown.data.startswith(b"\xff\xd8")
    assert "3314104702410001" not in str(shown.headers)
    assert shown.headers["Cache-Control"] == "no-store"
    assert signed_in(app, stranger).get(f"{address}.jpg").status_code == 404
    at_triage = signed_in(app, planner)
    assert f"{address}.jpg" in at_triage.get(f"/triase/{kept}").text
    assert at_triage.get(f"{address}.jpg").status_code == 200
    browser.post(address, {"remove": "1"})
    assert browser.get(f"{address}.jpg").status_code == 404


def test_a_cameras_own_photo_is_taken_without_script_and_a_larger_body_nowhere(
    app: Flask, core: web.Core
) -> None:
    with core.database.write() as session:
        officer = a_user(session, Role.VILLAGE)
        kept = a_referral(session, S.SUBMITTED).id
    taken = a_picture(3200, 2400)
    assert core.settings.max_upload_bytes < len(taken) < MOST_SENT_BYTES
    browser = signed_in(app, officer)
    address = f"/usulan/{kept}/foto"
    token = token_in(browser.get(address).text)

    def send(where: str, data: bytes) -> int:
        sent = {"csrf_token": token, "photo": (io.BytesIO(data), "IMG_0001.jpg")}
        return browser.client.post(where, data=sent).status_code

    assert send(address, taken) == 303
    assert len(browser.get(f"{address}.jpg").data) <= MOST_BYTES
    assert send(address, taken + bytes(MOST_SENT_BYTES)) == 413
    assert send(f"/usulan/{kept}/tutup", taken) == 413


def test_a_photo_lies_sealed_and_goes_with_its_draft(core: web.Core) -> None:
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        draft = a_referral(session, S.DRAFT, submitted_at=None)
        photo = keep_photo(session, officer, core.sealer, draft, make_small(a_picture()))
        assert b"JFIF" not in photo.sealed
        assert (read_photo(session, core.sealer, draft.id) or b"").startswith(b"\xff\xd8")
        service.close_referral(session, officer, draft, CloseReason.WITHDRAWN)
        session.flush()
        assert session.scalar(select(func.count()).select_from(HousePhoto)) == 0


def test_a_photo_comes_back_with_a_backup(core: web.Core, tmp_path) -> None:  # type: ignore[no-untyped-def]
    with core.database.write() as session:
        officer = an_actor(session, Role.VILLAGE)
        kept = a_referral(session, S.SUBMITTED)
        keep_photo(session, officer, core.sealer, kept, make_small(a_picture()))
    back_up(core.database, tmp_path / "copy.db")
    copy = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    with copy.read() as session:
        assert (read_photo(session, core.sealer, kept.id) or b"").startswith(b"\xff\xd8")
    copy.close()
