"""Pages of the photo of a house: to take it, to see it, to remove it."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, request
from flask_wtf.file import FileField
from werkzeug.wrappers import Response

from outreach.errors import NotThere, Refused
from outreach.i18n import gettext as _
from outreach.i18n import lazy
from outreach.referrals.case_forms import CaseForm
from outreach.referrals.models import Referral
from outreach.referrals.photos import has_photo, keep_photo, picture_from, read_photo, remove_photo
from outreach.web import actor, allow, core, endpoint, go, load, reading, render, writing

bp = Blueprint("photos", __name__)
MOST_SENT_BYTES: Final = 12 * 2**20
"""A photo as a camera wrote it: without script nothing makes it small before it is sent."""


class PhotoForm(CaseForm):
    """One picture."""

    photo = FileField(lazy("Photo of the house"))


@bp.route("/usulan/<id:referral_id>/foto", methods=["GET", "POST"])
@endpoint("referral.photograph", most_bytes=MOST_SENT_BYTES)
def change(referral_id: str) -> str | Response | tuple[str, int]:
    """Take a photo of the house, or remove it."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    form = PhotoForm()
    if form.validate_on_submit():
        removing = "remove" in request.form
        try:
            picture = None if removing else picture_from(_sent())
            with writing() as session:
                kept = load(session, Referral, referral_id)
                if picture is None:
                    remove_photo(session, actor(), kept)
                else:
                    keep_photo(session, actor(), core().sealer, kept, picture)
        except Refused as refusal:
            form.say(refusal)
        else:
            flash(_("The photo is removed.") if removing else _("The photo is saved."), "success")
            return go("referrals.show", referral_id=referral_id)
    there = has_photo(reading(), referral_id)
    page = render("referrals/photo.html", referral=referral, form=form, there=there)
    return page, 422 if form.is_submitted() else 200


@bp.get("/usulan/<id:referral_id>/foto.jpg")
@endpoint("referral.view")
def show(referral_id: str) -> Response:
    """Give the photo of the house of a referral."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    return photo_answer(referral)


def photo_answer(referral: Referral) -> Response:
    """Answer with the photo of a referral that this person may see. Raises NotThere."""
    data = read_photo(reading(), core().sealer, referral.id)
    if data is None:
        raise NotThere("photo")
    answer = Response(data, mimetype="image/jpeg")
    answer.headers["Content-Disposition"] = f'inline; filename="{referral.tracking_code}.jpg"'
    return answer


def _sent() -> bytes:
    file = request.files.get("photo")
    data = file.read() if file else b""
    if not data:
        raise Refused(_("Choose a photo, or take one."), field="photo")
    return data
