"""Pages of writing a referral down: the form, one topic a screen, kept as a draft from the first word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, request
from werkzeug.wrappers import Response

from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.places.service import villages_for
from outreach.referrals import pages, service
from outreach.referrals.filling import fingerprint, is_overtaken, referral_form
from outreach.referrals.forms import ReferralForm
from outreach.referrals.hamlet_lists import hamlets_of
from outreach.referrals.models import Referral
from outreach.referrals.open_questions import QUESTIONS, open_questions
from outreach.referrals.queries import COMPLETABLE
from outreach.referrals.states import ReferralState
from outreach.referrals.steps import (
    STEP_COUNT,
    STEPS,
    WHOLE,
    Step,
    after,
    before,
    number_of,
    step_of,
    step_with,
)
from outreach.web import actor, allow, core, endpoint, go, load, reading, render, writing

bp = Blueprint("writing", __name__)


@bp.app_url_defaults
def _with_token(endpoint_name: str, values: dict[str, Any]) -> None:
    """A link to a new form brings its token along: one way to the office and back less on a weak line."""
    if endpoint_name == "writing.create":
        values.setdefault("k", service.new_form_token())


@bp.route("/usulan/baru", methods=["GET", "POST"])
@endpoint("referral.create")
def create() -> str | Response | tuple[str, int]:
    """Write down a resident; what was typed is kept as a draft before anything else happens.

    The form's own token stands in the address, so that going back or loading again leads to the draft it made.
    """
    allow()
    token = request.args.get("k", "")
    if request.method == "GET":
        if not service.is_form_token(token):
            return go("writing.create", **{**request.args, "k": service.new_form_token()})
        if known := service.draft_of(reading(), actor(), token):
            return go("writing.edit", referral_id=known.id, bagian=STEPS[0].code)
    villages = villages_for(reading(), actor())
    step = _asked_step(request.args) if request.method == "GET" else _sent_step()
    known = service.draft_of(reading(), actor(), request.form.get("form_token", ""))
    form = referral_form(villages, known, step, form_token=token)
    if request.method == "GET":
        return _page(form, step, None)
    given = form.given(whole=_is_whole())
    if given is None:
        return _page(form, step, None), 422
    with writing() as session:
        referral = service.save_draft(
            session, actor(), core().sealer, form.form_token.data, given, form.edit_mark.data
        )
    if referral.state is not ReferralState.DRAFT:
        flash(_("This referral was sent before. What you changed now is not kept."), "warning")
        return go("referrals.sent", referral_id=referral.id)
    return _after_saving(form, referral, step)


@bp.route("/usulan/<id:referral_id>/ubah", methods=["GET", "POST"])
@endpoint("referral.edit")
def edit(referral_id: str) -> str | Response | tuple[str, int]:
    """Change a draft, or a referral that came back: `bagian` names the step, or all of them on one page."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    if request.method == "GET":
        if referral.state not in service.EDITABLE:
            flash(_("This referral is already sent. It can be changed when it is returned."), "info")  # fmt: skip
            return go("referrals.show", referral_id=referral_id)
        step = _asked_step(request.args)
        form = referral_form(villages_for(reading(), actor()), referral, step)
        return _page(form, step, referral)
    step = _sent_step()
    form = referral_form(villages_for(reading(), actor()), referral, step)
    given = form.given(whole=_is_whole())
    if given is None:
        return _page(form, step, referral), 422
    apart: list[pages.Difference] = []
    with writing() as session:
        kept = load(session, Referral, referral_id)
        if kept.state not in service.EDITABLE or is_overtaken(kept, form):
            apart = pages.differences(core().database, core().sealer, referral_id, given)
        if kept.state in service.EDITABLE and not apart:
            service.edit_referral(
                session, actor(), core().sealer, kept, given, form.edit_mark.data or ""
            )
    if apart:
        return _tell_apart(form, step, kept, apart), 409
    return _after_saving(form, kept, step)


@bp.route("/usulan/<id:referral_id>/lengkapi", methods=["GET", "POST"])
@endpoint("referral.edit")
def complete(referral_id: str) -> str | Response | tuple[str, int]:
    """Ask what is still missing: of a draft, what sending needs; of what is sent, what was not known then."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    if referral.state in service.EDITABLE:
        return _first_gap(referral)
    codes = open_questions(referral, referral.resident)
    if referral.state not in COMPLETABLE or not codes:
        return go("referrals.show", referral_id=referral_id)
    step = _questions_step(codes)
    form = referral_form(villages_for(reading(), actor()), referral, step)
    page: dict[str, Any] = {"form": form, "referral": referral, "codes": codes}
    page["hamlets"] = hamlets_of(reading(), referral.village_code)
    page["centre"] = (referral.village.lat, referral.village.lon)
    if request.method == "GET":
        return render("referrals/fill_in.html", **page)
    if apart := _answered_meanwhile(referral, codes):
        writer = pages.last_writer(reading(), referral)
        return render("referrals/fill_in.html", **page, apart=apart, writer=writer), 409
    given = form.given(whole=False)
    if given is None:
        return render("referrals/fill_in.html", **page), 422
    try:
        with writing() as session:
            kept = load(session, Referral, referral_id)
            service.complete_referral(session, actor(), core().sealer, kept, given)
            left = bool(open_questions(kept, kept.resident))
    except Refused as refusal:
        form.refuse(refusal)
        return render("referrals/fill_in.html", **page), 422
    flash(_("Saved. The rest stays on your list.") if left else _("Saved. Everything is known now."), "success")  # fmt: skip
    return go("referrals.show", referral_id=referral_id)


def _questions_step(codes: Sequence[str]) -> Step:
    return Step("", "", tuple(name for code in codes for name in QUESTIONS[code].fields))


def _answered_meanwhile(referral: Referral, open_codes: Sequence[str]) -> list[pages.Difference]:
    """Return what this page answers that somebody else has answered meanwhile, where the answers differ."""
    asked = [code for code in request.form.get("codes", "").split() if code in QUESTIONS]
    gone = [code for code in asked if code not in open_codes]
    form = referral_form(villages_for(reading(), actor()), referral, _questions_step(gone))
    given = form.given(whole=False) if gone else None
    return pages.differences(core().database, core().sealer, referral.id, given) if given else []


def _tell_apart(
    form: ReferralForm, step: Step | None, referral: Referral, apart: list[pages.Difference]
) -> str:
    """Say who has changed the same answers meanwhile, with both beside each other; what was typed stays in the form."""
    writer = pages.last_writer(reading(), referral)
    if referral.state not in service.EDITABLE:
        return render("referrals/overtaken.html", referral=referral, apart=apart, writer=writer)
    form.seen.data = fingerprint(referral, form.asked)
    return _page(form, step, referral, apart=apart, writer=writer)


def _first_gap(referral: Referral) -> str | Response:
    """Open the first step of a draft that lacks something, everything marked there that sending still needs."""
    gaps = service.gaps_of(reading(), referral)
    if not gaps:
        return go("referrals.check", referral_id=referral.id)
    step = min(map(step_with, gaps), key=number_of)
    form = referral_form(villages_for(reading(), actor()), referral, step)
    form.mark_missing(gaps)
    return _page(form, step, referral)


def _asked_step(asked: Any) -> Step | None:
    return None if asked.get("bagian") == WHOLE else step_of(asked.get("bagian")) or STEPS[0]


def _sent_step() -> Step | None:
    return step_of(request.form.get("bagian"))


def _is_whole() -> bool:
    """Whether the step must be answered: not when it is only kept, or when somebody goes back."""
    return not {"draft", "back"} & set(request.form)


def _page(form: ReferralForm, step: Step | None, referral: Referral | None, **more: Any) -> str:
    villages = villages_for(reading(), actor())
    chosen = next((v for v in villages if v.code == form.village_code.data), None)
    return render(
        "referrals/form.html",
        form=form,
        villages=villages,
        shown=[step] if step else list(STEPS),
        step=step,
        number=number_of(step) if step else 0,
        count=STEP_COUNT,
        previous=before(step) if step else None,
        referral=referral,
        to_summary=request.args.get("ke") == "ringkasan",
        hamlets=hamlets_of(reading(), chosen.code) if chosen else (),
        centre=(chosen.lat, chosen.lon) if chosen else None,
        **more,
    )


def _after_saving(form: ReferralForm, referral: Referral, step: Step | None) -> Response:
    sent = request.form
    if sent.get("draft") == "auto":  # a page that keeps what is being typed: nothing to show
        return Response(status=204)
    if "draft" in sent:
        flash(_("The draft is saved. You can go on with it at any time."), "success")
        return go("referrals.show", referral_id=referral.id)
    if "back" in sent and step and (earlier := before(step)):
        return go("writing.edit", referral_id=referral.id, bagian=earlier.code)
    if form.birth_from_nik:
        flash(_("The birth date was taken from the NIK. Compare it with the family card."), "info")
    later = after(step) if step and request.args.get("ke") != "ringkasan" else None
    if later:
        return go("writing.edit", referral_id=referral.id, bagian=later.code)
    return go("referrals.check", referral_id=referral.id)
