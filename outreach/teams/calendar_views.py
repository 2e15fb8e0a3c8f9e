"""Pages of the working calendar: holidays, working hours, the month of fasting, and the quota."""

from __future__ import annotations

from flask import Blueprint, flash, request
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.models import User
from outreach.errors import Refused
from outreach.forms import Form
from outreach.i18n import format_date, ngettext, translate
from outreach.i18n import gettext as _
from outreach.teams import calendar_service as service
from outreach.teams.affected import affected_on
from outreach.teams.calendar import quota_on
from outreach.teams.calendar_facts import joint_leave_is_known, pasaran
from outreach.teams.calendar_forms import (
    QuotaForm,
    day_off_form,
    span_form,
    weekday_form,
    weekday_name,
)
from outreach.teams.models import DatedRange, Holiday, QuotaRule
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

bp = Blueprint("calendar", __name__, url_prefix="/kalender")
on_navigation(NavItem("calendar.index", "Calendar", 65))
Page = Response | str | tuple[str, int]
_YEAR = f"<int(min={service.FIRST_YEAR}, max={service.LAST_YEAR}):year>"


# --- holidays --------------------------------------------------------------------------------------------


@bp.get("")
@endpoint("calendar.view")
def index() -> str:
    """List a year's days off, with what is estimated and what is still missing."""
    allow()
    asked = request.args.get("tahun", type=int) or clock.today().year
    year = min(max(asked, service.FIRST_YEAR), service.LAST_YEAR)
    found = service.holidays_of(reading(), year)
    return render(
        "teams/holidays.html",
        year=year,
        years=(service.FIRST_YEAR, service.LAST_YEAR),
        holidays=found,
        estimated=sum(holiday.is_estimate and not holiday.is_removed for holiday in found),
        is_loaded=any(holiday.loaded_as for holiday in found),
        joint_leave=joint_leave_is_known(year),
        categories=service.CATEGORIES,
        pasaran=pasaran,
        today=clock.today(),
    )


@bp.post(f"/{_YEAR}/muat")
@endpoint("calendar.manage")
def load_year(year: int) -> Response:
    """Bring the national holidays and joint leave of a year from the product's own table."""
    allow()
    with writing() as session:
        loading = service.load_year(session, actor(), year)
    changed = loading.added + loading.updated + loading.removed
    flash(
        ngettext(
            "%(year)s: %(num)s day was added or changed.",
            "%(year)s: %(num)s days were added or changed.",
            changed,
            year=year,
        )
        if changed
        else _("%(year)s is up to date: nothing was added or changed.", year=year),
        "success",
    )
    return go("calendar.index", tahun=year)


@bp.route("/libur/baru", methods=["GET", "POST"])
@endpoint("calendar.manage")
def close_day() -> Page:
    """Keep everybody in on a date."""
    allow()
    form = day_off_form()
    if form.validate_on_submit():
        try:
            with writing() as session:
                holiday = service.close_day(
                    session, actor(), form.day.data, form.name.data or "", form.category.data
                )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(day)s is a day off.", day=format_date(holiday.day)), "success")
            for line in affected_on(reading(), holiday.day, holiday.day):
                flash(line, "warning")
            return go("calendar.index", tahun=holiday.day.year)
    return _page("teams/close_day.html", form)


@bp.route("/libur/<id:holiday_id>/buka", methods=["GET", "POST"])
@endpoint("holiday.remove")
def open_day(holiday_id: str) -> Response | str:
    """Ask, then work on a day that was off."""
    holiday = load(reading(), Holiday, holiday_id)
    allow(holiday)
    if request.method == "GET":
        return render("teams/open_day.html", holiday=holiday)
    with writing() as session:
        service.open_day(session, actor(), load(session, Holiday, holiday_id))
    flash(
        _("%(day)s: %(name)s is no day off.", day=format_date(holiday.day), name=holiday.name),
        "success",
    )
    return go("calendar.index", tahun=holiday.day.year)


@bp.post("/libur/<id:holiday_id>/tutup")
@endpoint("holiday.remove")
def restore_day(holiday_id: str) -> Response:
    """Take a holiday that was opened as a day off again."""
    holiday = load(reading(), Holiday, holiday_id)
    allow(holiday)
    with writing() as session:
        service.restore_day(session, actor(), load(session, Holiday, holiday_id))
    flash(_("%(day)s is a day off.", day=format_date(holiday.day)), "success")
    return go("calendar.index", tahun=holiday.day.year)


# --- working hours and the month of fasting --------------------------------------------------------------


@bp.get("/jam-kerja")
@endpoint("calendar.view")
def hours() -> str:
    """Show the usual week, the week of Ramadan, and when Ramadan is."""
    allow()
    return render(
        "teams/hours.html",
        weeks=[(ramadan, service.week(reading(), ramadan=ramadan)) for ramadan in (False, True)],
        spans=service.ramadan_spans(reading()),
        weekday_name=weekday_name,
        today=clock.today(),
    )


@bp.route("/jam-kerja/<int(max=6):weekday>", methods=["GET", "POST"])
@endpoint("calendar.manage")
def edit_hours(weekday: int) -> Page:
    """Show and change the hours of a weekday, usual or (`?puasa=1`) in Ramadan."""
    allow()
    ramadan = request.args.get("puasa") == "1"
    form = weekday_form(service.week(reading(), ramadan=ramadan)[weekday])
    if form.validate_on_submit():
        try:
            with writing() as session:
                service.set_weekdays(
                    session, actor(), form.days.data or [], form.hours(),
                    ramadan=ramadan, works=bool(form.works.data),
                )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("The working hours are saved. New plans follow them."), "success")
            return go("calendar.hours")
    return _page("teams/edit_hours.html", form, day=weekday_name(weekday), ramadan=ramadan)


@bp.route("/puasa/baru", methods=["GET", "POST"])
@endpoint("calendar.manage")
def add_ramadan() -> Page:
    """Add a month of fasting."""
    allow()
    return _ramadan(None)


@bp.route("/puasa/<id:range_id>", methods=["GET", "POST"])
@endpoint("ramadan.edit")
def edit_ramadan(range_id: str) -> Page:
    """Fix a month of fasting as it was announced."""
    span = load(reading(), DatedRange, range_id)
    allow(span)
    return _ramadan(span)


@bp.post("/puasa/<id:range_id>/hapus")
@endpoint("ramadan.edit")
def remove_ramadan(range_id: str) -> Response:
    """Let a month of fasting not count."""
    allow(load(reading(), DatedRange, range_id))
    with writing() as session:
        service.remove_ramadan(session, actor(), load(session, DatedRange, range_id))
    flash(_("The month of fasting is taken away."), "success")
    return go("calendar.hours")


def _ramadan(span: DatedRange | None) -> Page:
    form = span_form(span)
    if form.validate_on_submit():
        try:
            with writing() as session:
                kept = load(session, DatedRange, span.id) if span else None
                service.set_ramadan(session, actor(), kept, form.first.data, form.last.data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("Ramadan is saved. New plans follow it."), "success")
            return go("calendar.hours")
    return _page("teams/edit_ramadan.html", form, span=span)


# --- the quota -------------------------------------------------------------------------------------------


@bp.get("/kuota")
@endpoint("calendar.view")
def quota() -> str:
    """Show how many people a day may be served, and by which rule."""
    allow()
    rules = service.quota_rules(reading())
    setters = {rule.set_by for rule in rules if rule.set_by}
    people = {user_id: reading().get(User, user_id) for user_id in setters}
    return render(
        "teams/quota.html",
        rules=rules,
        people=people,
        today=clock.today(),
        now_people=quota_on(reading(), clock.today()),
        now_rule=service.rule_on(reading(), clock.today()),
    )


@bp.route("/kuota/baru", methods=["GET", "POST"])
@endpoint("quota.manage")
def set_quota() -> Page:
    """Set the most people a day over a span of dates."""
    allow()
    form = QuotaForm(data={"first": clock.today()})
    if form.validate_on_submit():
        try:
            with writing() as session:
                service.set_quota(
                    session, actor(), form.first.data, form.last.data,
                    form.people_per_day.data, form.letter_number.data or "",
                )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("The quota is saved. New plans keep to it."), "success")
            return go("calendar.quota")
    return _page("teams/edit_quota.html", form)


@bp.route("/kuota/<id:rule_id>/hapus", methods=["GET", "POST"])
@endpoint("quota.remove")
def remove_quota(rule_id: str) -> Response | str:
    """Ask, then take a quota rule away."""
    rule = load(reading(), QuotaRule, rule_id)
    allow(rule)
    if request.method == "GET":
        return render("teams/remove_quota.html", rule=rule)
    with writing() as session:
        service.remove_quota(session, actor(), load(session, QuotaRule, rule_id))
    flash(_("The quota rule is taken away."), "success")
    return go("calendar.quota")


def _page(template: str, form: Form, **context: object) -> tuple[str, int]:
    return render(template, form=form, translate=translate, **context), (
        422 if form.is_submitted() else 200
    )
