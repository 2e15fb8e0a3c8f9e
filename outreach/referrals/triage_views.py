"""Pages of triage: what waits, one referral with what to look at, and accepting or returning it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, flash, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach import clock, policy
from outreach.errors import Refused
from outreach.i18n import format_number, ngettext
from outreach.i18n import gettext as _
from outreach.ids import is_id
from outreach.policy import Actor, Role
from outreach.referrals import pages, queries, service, triage
from outreach.referrals.case_forms import accept_form, return_form
from outreach.referrals.concerns import concerns_at_triage, concerns_in_list
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.web import (
    HomeCard,
    NavItem,
    Todo,
    actor,
    allow,
    core,
    endpoint,
    go,
    load,
    on_home,
    on_navigation,
    reading,
    render,
    writing,
)

bp = Blueprint("triage", __name__)
_VIEWS = ("", "endorsed", "unendorsed")


def _badge(session: Session, person: Actor) -> int:
    view = "unendorsed" if person.role is Role.DISTRICT else ""
    return queries.count_waiting(session, person, view)


on_navigation(NavItem("triage.index", "Check referrals", 12, badge=_badge))


@on_home
def home_part(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """What waits for a check, and how long the waiting list is."""
    if not policy.can(person, "triage.list"):
        return
    waiting, url = _badge(session, person), url_for("triage.index")
    oldest = queries.oldest_waiting(session, person)
    days = (clock.today() - clock.to_office(oldest).date()).days if oldest else 0
    if waiting:
        yield Todo(
            ngettext("%(num)s referral waits for a check", "%(num)s referrals wait for a check", waiting),
            ngettext("The oldest since %(num)s day.", "The oldest since %(num)s days.", days),
            url,
        )  # fmt: skip
    if person.role is Role.PLANNER:
        counts = queries.count_by_state(session, person)
        backlog = counts.get(ReferralState.ACCEPTED, 0)
        yield HomeCard(
            _("To be checked"), format_number(waiting), "", url, "warn" if waiting else "good"
        )
        yield HomeCard(
            _("Waiting for a visit"),
            format_number(backlog),
            _("accepted, not on a plan"),
            url_for("referrals.index", status="accepted"),
        )
        yield HomeCard(
            _("Longest wait for a check"),
            ngettext("%(num)s day", "%(num)s days", days),
            "",
            url,
            "warn" if days > 7 else "",
        )


@bp.get("/triase")
@endpoint("triage.list")
def index() -> str:
    """List what waits for a check, the longest wait first."""
    allow()
    default = "unendorsed" if actor().role is Role.DISTRICT else ""
    view = request.args.get("lihat", default)
    view = view if view in _VIEWS else default
    listing = queries.waiting_for_triage(
        reading(), actor(), request.args.get("page", 1, type=int), view=view
    )
    return render(
        "referrals/triage.html",
        listing=listing,
        concerns=concerns_in_list(reading(), actor(), listing.items),
        tabs=_tabs(view),
        view=view,
        today=clock.today(),
    )


@bp.post("/triase/terima")
@endpoint("triage.accept_many")
def accept_many() -> Response:
    """Accept every referral that is ticked."""
    allow()
    ticked = [key for key in request.form.getlist("referral_id") if is_id(key)]
    back = {"lihat": request.form.get("lihat", "")}
    if not ticked:
        flash(_("Tick at least one referral first."), "warning")
        return go("triage.index", **back)
    with writing() as session:
        done = triage.accept_many(session, actor(), ticked)
    if done.count:
        flash(
            ngettext("%(num)s referral is accepted and waits for a visit.", "%(num)s referrals are accepted and wait for a visit.", done.count),
            "success",
        )  # fmt: skip
    for referral, why in done.refused:
        flash(f"{referral.tracking_code}: {why}", "warning")
    return go("triage.index", **back)


@bp.get("/triase/<id:referral_id>")
@endpoint("triage.view")
def show(referral_id: str) -> str:
    """Show one referral with everything that should be looked at."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    return _page(referral)


@bp.post("/triase/<id:referral_id>/terima")
@endpoint("referral.accept")
def accept(referral_id: str) -> str | Response | tuple[str, int]:
    """Put a referral on the waiting list, and open the next."""
    form = accept_form()
    try:
        with writing() as session:
            referral = load(session, Referral, referral_id)
            allow(referral)
            form.validate()
            triage.accept_referral(session, actor(), referral, form.wanted())
    except Refused as refusal:
        form.say(refusal)
        return _page(load(reading(), Referral, referral_id), accepting=form), 422
    flash(_("%(code)s is accepted and waits for a visit.", code=referral.tracking_code), "success")
    return _next()


@bp.route("/triase/<id:referral_id>/kembalikan", methods=["GET", "POST"])
@endpoint("referral.return")
def send_back(referral_id: str) -> str | Response | tuple[str, int]:
    """Ask the village a question and send the referral back with it."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    form = return_form()
    if form.validate_on_submit():
        try:
            with writing() as session:
                kept = load(session, Referral, referral_id)
                triage.return_referral(
                    session, actor(), kept, form.reason.data or "", form.question.data or ""
                )
        except Refused as refusal:
            form.say(refusal)
        else:
            flash(
                _(
                    "%(code)s went back to the village with your question.",
                    code=referral.tracking_code,
                ),
                "success",
            )
            return _next()
    page = render("referrals/send_back.html", referral=referral, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post("/usulan/<id:referral_id>/teruskan")
@endpoint("referral.endorse")
def endorse(referral_id: str) -> Response:
    """Pass a referral on, checked by the district."""
    try:
        with writing() as session:
            referral = load(session, Referral, referral_id)
            allow(referral)
            triage.endorse_referral(session, actor(), referral)
    except Refused as refusal:
        flash(refusal.message, "error")
        return go("referrals.show", referral_id=referral_id)
    flash(_("%(code)s is checked and passed on.", code=referral.tracking_code), "success")
    return _next()


def _page(referral: Referral, accepting: object = None) -> str:
    return render(
        "referrals/triage_one.html",
        referral=referral,
        pages=pages,
        may=pages.abilities(actor(), referral),
        accepting=accepting or accept_form(),
        concerns=concerns_at_triage(reading(), actor(), core().sealer, referral),
        kept=pages.confirmed_codes(reading(), referral),
        events=pages.timeline(reading(), referral),
        closable=service.CLOSABLE,
        today=clock.today(),
    )


def _next() -> Response:
    """After one is done, back to what still waits."""
    return go("triage.index")


def _tabs(view: str) -> list[dict[str, object]]:
    words = {
        "": _("All"),
        "unendorsed": _("Not yet checked by the district"),
        "endorsed": _("Checked by the district"),
    }
    return [
        {
            "label": words[code],
            "url": url_for("triage.index", lihat=code),
            "current": code == view,
            "count": queries.count_waiting(reading(), actor(), code),
        }
        for code in words
    ]
