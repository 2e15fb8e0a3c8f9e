"""Pages about one case: answering, closing, looking at the NIK; and finding by NIK."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, flash, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach import policy
from outreach.errors import Invalid, Refused
from outreach.i18n import gettext as _
from outreach.policy import Actor
from outreach.referrals import nik, pages, service
from outreach.referrals.answers import answered_for
from outreach.referrals.case_forms import AnswerForm, NikSearchForm, close_form, nik_form
from outreach.referrals.models import Referral
from outreach.referrals.nik_access import find_by_nik, reveal_nik
from outreach.referrals.states import ReferralState
from outreach.web import (
    HomeCard,
    Todo,
    actor,
    allow,
    core,
    endpoint,
    go,
    load,
    on_home,
    reading,
    render,
    writing,
)

bp = Blueprint("cases", __name__)


@on_home
def answers_to_me(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """What was answered of this person's own questions."""
    if not policy.can(person, "triage.list"):
        return
    for referral in answered_for(session, person):
        yield Todo(
            _("Your question about %(name)s is answered", name=referral.resident.name),
            f"{referral.tracking_code}, {referral.village.label}",
            url_for("triage.show", referral_id=referral.id),
        )


@bp.route("/usulan/<id:referral_id>/jawab", methods=["GET", "POST"])
@endpoint("referral.submit")
def answer(referral_id: str) -> str | Response | tuple[str, int]:
    """Answer the office's question and send the referral again."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    if referral.state is not ReferralState.RETURNED:
        return go("referrals.show", referral_id=referral_id)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            with writing() as session:
                kept = load(session, Referral, referral_id)
                service.answer_and_resubmit(session, actor(), kept, form.answer.data or "")
        except Invalid:
            flash(_("Something is still missing. Fill in what is marked."), "warning")
            return go("writing.complete", referral_id=referral_id)
        except Refused as refusal:
            form.say(refusal)
        else:
            flash(_("Your answer is sent. The office goes on with it."), "success")
            return go("referrals.show", referral_id=referral_id)
    page = render(
        "referrals/answer.html",
        referral=referral,
        form=form,
        question=pages.question(reading(), referral),
        pages=pages,
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/usulan/<id:referral_id>/tutup", methods=["GET", "POST"])
@endpoint("referral.close")
def close(referral_id: str) -> str | Response | tuple[str, int]:
    """Ask why a case ends, and end it."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    if referral.state not in service.CLOSABLE:
        flash(_("This referral can no longer be closed here: its visit has been made."), "info")
        return go("referrals.show", referral_id=referral_id)
    form = close_form()
    if form.validate_on_submit():
        try:
            with writing() as session:
                kept = load(session, Referral, referral_id)
                service.close_referral(session, actor(), kept, form.chosen(), form.note.data or "")
        except Refused as refusal:
            form.say(refusal)
        else:
            flash(_("The referral %(code)s is closed.", code=referral.tracking_code), "success")
            return go("referrals.show", referral_id=referral_id)
    page = render("referrals/close.html", referral=referral, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/usulan/<id:referral_id>/nik", methods=["GET", "POST"])
@endpoint("referral.reveal_nik")
def show_nik(referral_id: str) -> str | Response | tuple[str, int]:
    """Ask why the NIK is needed, keep the answer, and show the NIK once."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    form = nik_form()
    if form.validate_on_submit():
        try:
            with writing() as session:
                kept = load(session, Referral, referral_id)
                found = reveal_nik(session, actor(), core().sealer, kept, form.why.data or "")
        except Refused as refusal:
            form.say(refusal)
        else:
            shown = nik.group(found.digits)
            return render("referrals/nik_once.html", referral=referral, shown=shown)
    page = render("referrals/nik.html", referral=referral, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/usulan/cari-nik", methods=["GET", "POST"])
@endpoint("referral.search_nik")
def search_nik() -> str | tuple[str, int]:
    """Find every referral of a NIK; the NIK travels in the body, never in an address."""
    allow()
    form, found = NikSearchForm(), None
    if form.validate_on_submit():
        try:
            with writing() as session:
                found = find_by_nik(session, actor(), core().sealer, form.nik.data or "")
        except Refused as refusal:
            form.say(refusal)
    status = 422 if request.method == "POST" and found is None else 200
    return render("referrals/search_nik.html", form=form, found=found), status
