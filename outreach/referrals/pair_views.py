"""Pages of possible duplicates: what an officer is told while typing, the list, and two side by side."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from outreach import policy
from outreach.errors import NotThere, Refused
from outreach.i18n import gettext as _
from outreach.i18n import ngettext, translate
from outreach.places.models import Village
from outreach.referrals import merging, pages, pair_pages, pairs
from outreach.referrals.duplicates import Traits
from outreach.referrals.fields import Birth, read_birth
from outreach.referrals.models import Referral
from outreach.referrals.nik import NikError, parse
from outreach.referrals.queries import reach
from outreach.referrals.triage_models import ReferralPair, Verdict
from outreach.referrals.wording import STATE_LABELS
from outreach.web import actor, allow, core, endpoint, go, load, reading, render, writing

bp = Blueprint("pairs", __name__)
_SHOWN: tuple[Verdict, ...] = (Verdict.OPEN, Verdict.UNSURE, Verdict.APART, Verdict.SAME)


@bp.post("/usulan/mirip")
@endpoint("referral.create")
def similar() -> Response:
    """Tell an officer who is typing which referrals of this village may be about the same person.

    Answers {"text", "found": [{"code", "name", "text", "state", "url"}]}; nothing of another village, whoever asks.
    """
    allow()
    code = request.form.get("village_code") or actor().village_code
    if not code:
        return jsonify(text="", found=[])  # the village is not chosen yet
    village = reading().get(Village, code[:13])
    if village is None or not policy.can(actor(), "referral.create", village):
        raise NotThere("village")
    found = pairs.matches(
        reading(),
        _typed(village.code),
        reach=reach(actor(), "referral.view"),
        village_only=True,
        besides=[request.form.get("besides", "")[:36]],
    )
    text = ngettext("There may already be one: %(num)s referral of this village.", "There may already be one: %(num)s referrals of this village.", len(found)) if found else ""  # fmt: skip
    return jsonify(text=text, found=[_told(match) for match in found])


@bp.get("/triase/kembar")
@endpoint("pair.list")
def index() -> str:
    """List the pairs that may be one person, the likeliest first."""
    allow()
    asked = request.args.get("lihat", "")
    verdict = Verdict(asked) if asked in set(Verdict) else Verdict.OPEN
    number = request.args.get("page", 1, type=int)
    return render(
        "referrals/pairs.html",
        listing=pairs.list_pairs(reading(), actor(), verdict, number),
        verdict=verdict,
        tabs=_tabs(verdict),
        pair_pages=pair_pages,
    )


@bp.get("/triase/kembar/<id:pair_id>")
@endpoint("pair.view")
def show(pair_id: str) -> str:
    """Show two referrals side by side, field by field."""
    pair = load(reading(), ReferralPair, pair_id)
    allow(pair)
    return _page(pair)


@bp.post("/triase/kembar/<id:pair_id>")
@endpoint("pair.decide")
def decide(pair_id: str) -> BaseResponse | tuple[str, int]:
    """Keep what a reviewer says of two referrals."""
    verdict, note = request.form.get("verdict", ""), request.form.get("note", "")
    try:
        with writing() as session:
            pair = load(session, ReferralPair, pair_id)
            allow(pair)
            match verdict:
                case "same":
                    keep_id, take = request.form.get("keep", ""), request.form.getlist("take")
                    kept = merging.merge_pair(session, actor(), core().sealer, pair, keep_id, take, note)  # fmt: skip
                    said = _("The two are one now: %(code)s goes on.", code=kept.tracking_code)
                case "apart":
                    merging.keep_apart(session, actor(), pair, note)
                    said = _("They are kept apart, and are not shown as a pair again.")
                case "unsure":
                    merging.leave_unsure(session, actor(), pair, note)
                    said = _("It stays open, with your note.")
                case _:
                    raise Refused(_("Choose what the two are."), field="verdict")
    except Refused as refusal:
        return _page(load(reading(), ReferralPair, pair_id), refusal), 422
    flash(said, "success")
    return go("pairs.show", pair_id=pair_id) if verdict == "same" else go("pairs.index")


@bp.post("/triase/kembar/<id:pair_id>/batal")
@endpoint("pair.decide")
def undo(pair_id: str) -> BaseResponse:
    """Take back a merge, or look again at two that were kept apart."""
    try:
        with writing() as session:
            pair = load(session, ReferralPair, pair_id)
            allow(pair)
            if pair.verdict is Verdict.APART:
                merging.reopen_pair(session, actor(), pair)
                flash(_("The two can be looked at again."), "success")
            else:
                opened = merging.unmerge_pair(session, actor(), pair)
                flash(_("The merge is taken back: %(code)s stands on its own again.", code=opened.tracking_code), "success")  # fmt: skip
    except Refused as refusal:
        flash(refusal.message, "error")
    return go("pairs.show", pair_id=pair_id)


def _page(pair: ReferralPair, refusal: Refused | None = None) -> str:
    side = pair_pages.comparison(pair, request.form.get("keep", ""))
    return render(
        "referrals/pair.html",
        pair=pair,
        side=side,
        apart_m=pair_pages.apart_m(pair),
        refusal=refusal,
        typed=request.form,
        undecided=pair.verdict in pairs.UNDECIDED,
        mergeable=merging.MERGEABLE,
        kept_id=pair.undo.get("kept", ""),
    )


def _typed(village_code: str) -> Traits:
    """Read what was typed so far; what cannot be read yet is not known."""
    form = request.form
    try:
        index = core().sealer.nik_index(parse(form.get("nik", "")[:40]).digits)
    except NikError:
        index = None
    try:
        birth = read_birth(*(part.strip()[:4] for part in [*form.getlist("birth"), "", "", ""][:3]))
    except ValueError:
        birth = Birth()
    return Traits(
        name=form.get("name", "")[:120],
        nik_index=index,
        sex=form.get("sex", "")[:1],
        birth_date=birth.day,
        birth_year=birth.year,
        village_code=village_code,
        rt=form.get("rt", "").strip().zfill(3)[:3] if form.get("rt", "").strip() else "",
        rw=form.get("rw", "").strip().zfill(3)[:3] if form.get("rw", "").strip() else "",
        hamlet=form.get("hamlet", "").strip()[:80],
    )


def _told(match: pairs.Match) -> dict[str, str]:
    referral: Referral = match.referral
    place = [referral.hamlet, f"RT {referral.rt}/RW {referral.rw}" if referral.rt else ""]
    return {
        "code": referral.tracking_code,
        "name": referral.resident.name,
        "text": ", ".join(filter(None, [pages.birth_words(referral.resident), *place])),
        "state": translate(STATE_LABELS[referral.state]),
        "url": url_for("referrals.show", referral_id=referral.id),
    }


def _tabs(current: Verdict) -> list[dict[str, object]]:
    words = {
        Verdict.OPEN: _("To look at"),
        Verdict.UNSURE: _("Not sure"),
        Verdict.APART: _("Kept apart"),
        Verdict.SAME: _("Merged"),
    }
    return [
        {
            "label": words[verdict],
            "url": url_for("pairs.index", lihat=verdict.value),
            "current": verdict is current,
            "count": pairs.count_pairs(reading(), actor(), verdict),
        }
        for verdict in _SHOWN
    ]
