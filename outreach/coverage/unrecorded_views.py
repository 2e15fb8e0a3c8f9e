"""Pages about villages that refer nobody: the question, the answers, and loading the counts behind it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, flash, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach import clock, policy
from outreach.coverage import unrecorded
from outreach.coverage.forms import CountsForm, SilenceForm, silence_form
from outreach.errors import Refused
from outreach.i18n import format_date, format_number, ngettext, translate
from outreach.i18n import gettext as _
from outreach.policy import Actor, Role
from outreach.web import (
    HomeCard,
    Todo,
    actor,
    allow,
    endpoint,
    go,
    on_home,
    reading,
    render,
    writing,
)

bp = Blueprint("unrecorded", __name__)
Page = str | Response | tuple[str, int]


@on_home
def question(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """Ask a village that refers nobody, and tell its district."""
    if person.role not in (Role.VILLAGE, Role.DISTRICT):
        return
    open_ones = [
        one for one in unrecorded.silent_villages(session, person, clock.today()) if not one.answer
    ]
    if not open_ones:
        return
    people = sum(one.people for one in open_ones)
    if person.role is Role.VILLAGE:
        yield Todo(
            ngettext("%(num)s resident over 60 is not recorded yet: do they need a visit at home?", "%(num)s residents over 60 are not recorded yet: does one of them need a visit at home?", people),
            _("Your village has referred nobody for a year. Refer them, or tell us how it stands."),
            url_for("unrecorded.index"),
        )  # fmt: skip
        return
    yield Todo(
        ngettext("%(num)s village has referred nobody for a year", "%(num)s villages have referred nobody for a year", len(open_ones)),
        ngettext("%(num)s resident over 60 is not recorded there.", "%(num)s residents over 60 are not recorded there.", people),
        url_for("unrecorded.index"),
    )  # fmt: skip


@bp.get("/cakupan/belum-mengusulkan")
@endpoint("silence.view")
def index() -> str:
    """Show a village its question, and everybody else which villages have one."""
    allow()
    return _page(silence_form())


@bp.post("/cakupan/belum-mengusulkan")
@endpoint("silence.answer")
def answer() -> Page:
    """Keep a village's answer."""
    allow()
    form = silence_form()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with writing() as session:
            unrecorded.answer(session, actor(), clock.today(), form.answer.data or "", form.note.data or "")  # fmt: skip
    except Refused as refusal:
        form.refuse(refusal)
        return _page(form), 422
    flash(_("Thank you. Your answer stands with the office and the district."), "success")
    return go("home.index")


@bp.route("/cakupan/angka", methods=["GET", "POST"])
@endpoint("coverage.load")
def load_counts() -> Page:
    """Load the register's counts of unrecorded residents by village."""
    allow()
    form = CountsForm()
    if form.validate_on_submit():
        data = form.file.data.read(unrecorded.LARGEST_BYTES + 1) if form.file.data else b""
        try:
            with writing() as session:
                done = unrecorded.load_counts(session, actor(), data, form.as_of.data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(people)s people in %(villages)s villages are loaded.", people=format_number(done.people), villages=done.villages), "success")  # fmt: skip
            return go("unrecorded.index")
    page = render(
        "coverage/load.html",
        form=form,
        latest=unrecorded.latest_day(reading()),
        today=clock.today(),
    )
    return (page, 422) if form.is_submitted() else page


def _page(form: SilenceForm) -> str:
    silent = unrecorded.silent_villages(reading(), actor(), clock.today())
    return render(
        "coverage/silent.html",
        silent=silent,
        form=form,
        answers={code: translate(label) for code, label in unrecorded.ANSWERS.items()},
        day=format_date(silent[0].as_of) if silent else "",
        asked=actor().role is Role.VILLAGE,
        may_load=policy.can(actor(), "coverage.load"),
    )
