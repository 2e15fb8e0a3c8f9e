"""The page on which the office books a time for somebody who was referred for a home visit."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, request
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from outreach.errors import Refused
from outreach.i18n import format_date, format_time
from outreach.i18n import gettext as _
from outreach.ids import new_id
from outreach.queue import booking
from outreach.queue.for_referral import book_for, first_name
from outreach.queue.views import BookingForm
from outreach.referrals.models import Referral
from outreach.web import actor, allow, endpoint, go, load, reading, render, writing

bp = Blueprint("office_slots", __name__)


@bp.route("/triase/<id:referral_id>/kantor", methods=["GET", "POST"])
@endpoint("slot.book_for")
def book(referral_id: str) -> str | Response | tuple[str, int]:
    """Choose a day and a time at the office, and book it in the resident's first name."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    form = BookingForm()
    day = _day(request.form.get("day") or request.args.get("hari"))
    if request.method == "POST" and day is not None:
        try:
            with writing() as session:
                kept = load(session, Referral, referral_id)
                start_s = form.start_s.data or ""
                slot = book_for(session, actor(), kept, form.slot_id.data or "", day, int(start_s) if start_s.isdecimal() and len(start_s) < 6 else -1)  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
            return _page(referral, form, day), 422
        flash(_("Booked for %(day)s at %(time)s, code %(code)s. Tell the family. Close the referral when they have come.", day=format_date(day), time=format_time(slot.start_s), code=slot.code), "success")  # fmt: skip
        return go("triage.show", referral_id=referral_id)
    form = BookingForm(formdata=None, slot_id=new_id(), day=day.isoformat() if day else "")
    return _page(referral, form, day)


def _page(referral: Referral, form: BookingForm, day: date | None) -> str:
    times = booking.free_times(reading(), day) if day else []
    form.start_s.choices = [
        SelectChoice(str(time.start_s), format_time(time.start_s)) for time in times
    ]
    return render(
        "queue/book_for.html",
        referral=referral,
        called=first_name(referral.resident.name),
        form=form,
        day=day,
        days=booking.bookable_days(reading()),
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
