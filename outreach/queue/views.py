"""Pages of office slots: booking and cancelling for anybody, the day's list for the office."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, request, url_for
from flask import session as visitor
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from outreach import clock, policy
from outreach.errors import Refused
from outreach.forms import Form
from outreach.i18n import format_date_short, format_time, lazy
from outreach.i18n import gettext as _
from outreach.ids import new_id
from outreach.queue import booking
from outreach.queue.models import OfficeSlot
from outreach.security.throttle import BOOK_ADDRESS, TRACK_ADDRESS, Limit, count_try
from outreach.web import (
    NavItem,
    actor,
    allow,
    endpoint,
    go,
    load,
    on_navigation,
    reading,
    render,
    writing,
)

bp = Blueprint("queue", __name__)
on_navigation(NavItem("queue.today", "Office queue", 70))
BOOKED = "booked_slot"


class BookingForm(Form):
    """A time on the day that was chosen, and a first name."""

    slot_id = HiddenField()
    day = HiddenField()
    start_s = RadioField(lazy("Time"), validate_choice=False)
    name = StringField(lazy("First name"), [Length(max=60)])


class CancelForm(Form):
    """The code of a booking."""

    code = StringField(lazy("Booking code"), [Length(max=20)])


@bp.get("/antre")
@endpoint("slot.book")
def index() -> str:
    """Show the days that can be booked, or the times of one."""
    allow()
    day = _day(request.args.get("hari"))
    if day is None:
        return render("queue/days.html", days=booking.bookable_days(reading()))
    return _times_page(BookingForm(slot_id=new_id(), day=day.isoformat()), day)


@bp.post("/antre")
@endpoint("slot.book")
def book() -> Response | tuple[str, int]:
    """Book a time; the code is shown on the next page, and only in this browser."""
    allow()
    form = BookingForm()
    day = _day(form.day.data)
    if day is None or not form.validate():
        return render("queue/days.html", days=booking.bookable_days(reading())), 422
    if wait := _wait_s(BOOK_ADDRESS):
        return _busy(wait)
    try:
        with writing() as session:
            slot = booking.book(
                session, actor(), form.slot_id.data or "", day, _seconds(form.start_s.data), form.name.data or ""
            )  # fmt: skip
    except Refused as refusal:
        form.refuse(refusal)
        return _times_page(form, day), 422
    visitor[BOOKED] = slot.id
    return go("queue.booked")


@bp.get("/antre/kode")
@endpoint("slot.book")
def booked() -> Response | str:
    """Show the code of the booking that was made in this browser."""
    allow()
    slot = reading().get(OfficeSlot, visitor.get(BOOKED, "")) if visitor.get(BOOKED) else None
    if slot is None or slot.is_cancelled:
        return go("queue.index")
    return render("queue/booked.html", slot=slot)


@bp.route("/antre/batal", methods=["GET", "POST"])
@endpoint("slot.book")
def cancel_own() -> Response | tuple[str, int] | str:
    """Cancel a booking by its code."""
    allow()
    form = CancelForm()
    if request.method == "GET":
        return render("queue/cancel.html", form=form)
    if wait := _wait_s(TRACK_ADDRESS):
        return _busy(wait)
    try:
        with writing() as session:
            slot = booking.cancel_by_code(session, actor(), form.code.data or "")
    except Refused as refusal:
        form.refuse(refusal)
        return render("queue/cancel.html", form=form), 422
    visitor.pop(BOOKED, None)
    flash(
        _(
            "Your booking at %(time)s is cancelled. Thank you for telling us.",
            time=format_time(slot.start_s),
        ),
        "success",
    )
    return go("queue.index")


@bp.get("/antrean")
@endpoint("slot.list")
def today() -> str:
    """List the bookings of a day, for the counter."""
    allow()
    day = _day(request.args.get("hari")) or clock.today()
    days = [item.day for item in booking.bookable_days(reading())]
    return render(
        "queue/today.html",
        day=day,
        tabs=[_tab(item, item == day) for item in sorted({*days, clock.today(), day})],
        slots=booking.slots_on(reading(), day),
        may_cancel=policy.can(actor(), "slot.cancel"),
    )


@bp.post("/antrean/<id:slot_id>/batal")
@endpoint("slot.cancel")
def cancel(slot_id: str) -> Response:
    """Cancel a booking at the counter."""
    slot = load(reading(), OfficeSlot, slot_id)
    allow(slot)
    try:
        with writing() as session:
            booking.cancel(session, actor(), load(session, OfficeSlot, slot_id))
    except Refused as refusal:
        flash(refusal.message, "warning")
    else:
        flash(_("The booking of %(name)s is cancelled.", name=slot.name), "success")
    return go("queue.today", hari=slot.day.isoformat())


def _tab(day: date, current: bool) -> dict[str, object]:
    url = url_for("queue.today", hari=day.isoformat())
    return {"label": format_date_short(day), "url": url, "current": current}


def _times_page(form: BookingForm, day: date) -> str:
    times = booking.free_times(reading(), day)
    form.start_s.choices = [
        SelectChoice(str(time.start_s), format_time(time.start_s)) for time in times
    ]
    return render("queue/times.html", form=form, day=day, times=times)


def _wait_s(limit: Limit) -> int:
    with writing() as session:
        return count_try(session, limit, request.remote_addr or "")


def _busy(wait_s: int) -> tuple[str, int]:
    return render("public/busy.html", minutes=max(1, (wait_s + 59) // 60)), 429


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _seconds(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else -1
