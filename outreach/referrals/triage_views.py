"""Pages of triage: what waits, one referral with what to look at, and accepting or returning it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, flash, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach import clock, policy
from outreach.errors import Forbidden, Refused
from outreach.i18n import format_number, ngettext
from outreach.i18n import gettext as _
from outreach.ids import is_id
from outreach.policy import Actor, Role
from outreach.referrals import bulk, pages, queries, queue, searching, service, triage, triage_pages
from outreach.referrals.case_forms import NikSearchForm, accept_form, return_form
from outreach.referrals.companions import companions_of
from outreach.referrals.concerns import concerns_at_triage, concerns_in_list
from outreach.referrals.conditions import NEEDS, POWER
from outreach.referrals.models import Referral
from outreach.referrals.nik_access import find_by_nik
from outreach.referrals.pairs import count_pairs
from outreach.referrals.photos import has_photo
from outreach.referrals.priority import planned_squares, priority_on, weights_on
from outreach.referrals.priority_words import in_words
from outreach.referrals.states import ReferralState
from outreach.referrals.triage_models import Verdict
from outreach.referrals.triage_pages import tell
from outreach.web import (
    HomeCard,
    NavItem,
    Todo,
    actor,
    allow,
    changing,
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
def index() -> str | Response:
    """List a queue, the most points first, with how many there are of each kind."""
    allow()
    filters = _filters()
    if searching.is_like_nik(filters.search):
        flash(
            _("Do not type a NIK here: addresses are remembered. The search was not made."),
            "warning",
        )
        return go("triage.index", lihat=filters.queue)
    session, day = reading(), clock.today()
    weights, planned = weights_on(session, day), planned_squares(session)
    listing = queue.queue_page(
        session, actor(), filters, day, weights, planned, request.args.get("page", 1, type=int)
    )
    return render(
        "referrals/triage.html",
        listing=listing,
        filters=filters,
        options=triage_pages.options(session, actor(), filters, day),
        tabs=triage_pages.tabs(session, actor(), filters),
        concerns=concerns_in_list(session, actor(), listing.items),
        priorities={r.id: priority_on(r, day, weights, planned) for r in listing.items},
        in_words=in_words,
        flags_of=triage_pages.flag_words,
        pairs_open=count_pairs(session, actor(), Verdict.OPEN),
        more_than=_cut(session, filters.search),
        today=day,
    )


@bp.post("/triase/cari")
@endpoint("triage.list")
def search() -> str | Response | tuple[str, int]:
    """Find by name, tracking code or exact NIK; a NIK travels in the body and its search is kept."""
    allow()
    words = request.form.get("cari", "").strip()[:80]
    if not searching.is_like_nik(words):
        return go("triage.index", lihat=request.form.get("lihat", "all"), cari=words)
    if not policy.can(actor(), "referral.search_nik"):
        flash(_("Only the office searches by NIK."), "warning")
        return go("triage.index")
    form = NikSearchForm(nik=words)
    try:
        with writing() as session:
            found = find_by_nik(session, actor(), core().sealer, words)
    except Refused as refusal:
        form.say(refusal)
        return render("referrals/search_nik.html", form=form, found=None), 422
    return render("referrals/search_nik.html", form=NikSearchForm(formdata=None), found=found)


@bp.post("/triase/pilih")
@endpoint("triage.list")
def choose() -> Response:
    """Go on with what is ticked: accept at once, or ask for a reason on the next page."""
    allow()
    ticked = [key for key in request.form.getlist("referral_id") if is_id(key)]
    back = {
        name: request.form.get(name, "") for name in ("lihat", "kec", "tanda", "tunggu", "cari")
    }
    do = request.form.get("do", "accept")
    if not ticked:
        flash(_("Tick at least one referral first."), "warning")
        return go("triage.index", **back)
    if do in ("return", "close"):
        return go(f"bulk.{do}_many", id=ticked[: bulk.MOST_AT_ONCE])
    if not policy.can(actor(), "triage.accept_many"):
        raise Forbidden("triage.accept_many")
    with writing() as session:
        done = triage.accept_many(session, actor(), ticked)
    tell(done, ngettext("%(num)s referral is accepted and waits for a visit.", "%(num)s referrals are accepted and wait for a visit.", done.count))  # fmt: skip
    return go("triage.index", **back)


@bp.post("/triase/terima")
@endpoint("triage.accept_many")
def accept_many() -> Response:
    """Accept every referral that is ticked."""
    allow()
    return choose()


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


@bp.post("/triase/<id:referral_id>/kebutuhan")
@endpoint("referral.set_flags")
def set_flags(referral_id: str) -> Response:
    """Set what the visit needs."""
    with changing(Referral, referral_id) as (session, referral):
        needs, power = request.form.getlist("needs"), request.form.get("house_power", "")
        triage.set_flags(session, actor(), referral, needs, power)
        flash(_("What the visit needs is saved. It stands on the team's papers."), "success")
    return go("triage.show", referral_id=referral_id)


@bp.post("/usulan/<id:referral_id>/teruskan")
@endpoint("referral.endorse")
def endorse(referral_id: str) -> Response:
    """Pass a referral on, checked by the district."""
    with changing(Referral, referral_id) as (session, referral):
        triage.endorse_referral(session, actor(), referral)
        flash(_("%(code)s is checked and passed on.", code=referral.tracking_code), "success")
        return _next()
    return go("referrals.show", referral_id=referral_id)


def _page(referral: Referral, accepting: object = None) -> str:
    session, day = reading(), clock.today()
    planned = planned_squares(session)
    priority = priority_on(referral, day, weights_on(session, day), planned)
    return render(
        "referrals/triage_one.html",
        referral=referral,
        pages=pages,
        may=pages.abilities(actor(), referral),
        accepting=accepting or accept_form(),
        concerns=concerns_at_triage(session, actor(), core().sealer, referral),
        kept=pages.confirmed_codes(session, referral),
        events=pages.timeline(session, referral),
        closable=service.CLOSABLE,
        priority=priority,
        priority_lines=in_words(priority),
        companions=companions_of(session, actor(), referral),
        flags=triage_pages.flag_words(referral),
        has_photo=has_photo(reading(), referral.id),
        needs=NEEDS,
        power=POWER,
        may_flag=referral.state in triage.FLAGGABLE
        and policy.can(actor(), "referral.set_flags", referral),
        today=day,
    )


def _next() -> Response:
    """After one is done, back to what still waits."""
    return go("triage.index")


def _cut(session: Session, typed: str) -> int | None:
    """Return how many names were looked at, when more than that many begin with what was typed."""
    return (
        searching.MOST_NAMES if searching.is_cut(session, actor(), "triage.list", typed) else None
    )


def _filters() -> queue.QueueFilters:
    asked = request.args
    default = "unendorsed" if actor().role is Role.DISTRICT else ""
    view = asked.get("lihat", default)
    return queue.QueueFilters(
        view if view in queue.QUEUES else default,
        asked.get("kec", "")[:8],
        asked.get("tanda", "")[:24],
        asked.get("tunggu", "")[:24],
        asked.get("cari", "")[:80],
    )
