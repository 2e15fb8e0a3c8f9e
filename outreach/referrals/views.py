"""Pages of referring: the list, the form, the look before sending, the tracking code, and one referral."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, flash, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach import clock, policy
from outreach.i18n import format_number, ngettext, translate
from outreach.i18n import gettext as _
from outreach.policy import Actor, Role
from outreach.referrals import pages, queries, searching, service
from outreach.referrals.concerns import concerns_before_sending
from outreach.referrals.models import Referral
from outreach.referrals.open_questions import incomplete_referrals, open_words
from outreach.referrals.photos import has_photo
from outreach.referrals.queries import STATE_GROUPS, Filters
from outreach.referrals.states import ReferralState
from outreach.referrals.steps import STEP_COUNT, STEPS
from outreach.referrals.wording import GROUP_LABELS
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

bp = Blueprint("referrals", __name__)
on_navigation(NavItem("referrals.index", "Referrals", 10))
_NAMED_ON_HOME = 3
_SHOWN_ON_HOME = ("submitted", "accepted", "scheduled", "recorded")


@on_home
def home_of_village(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """What waits for a village officer, and how their village's referrals stand."""
    if person.role is not Role.VILLAGE:
        return
    yield Todo(
        _("Refer a resident"),
        _("Somebody who cannot come to the office to be recorded."),
        url_for("writing.create"),
    )
    counts = queries.count_by_state(session, person)
    if drafts := counts.get(ReferralState.DRAFT):
        yield Todo(
            ngettext("%(num)s draft is not sent yet", "%(num)s drafts are not sent yet", drafts),
            _("Look at it once more and send it."),
            url_for("referrals.index", status="draft"),
        )
    for group in _SHOWN_ON_HOME:
        number = sum(counts.get(state, 0) for state in STATE_GROUPS[group])
        yield HomeCard(
            translate(GROUP_LABELS[group]), format_number(number), "", url_for("referrals.index", status=group)
        )  # fmt: skip


@on_home
def questions_to_me(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """Each question of the office that waits for an answer, the oldest first: of the own village, or what the
    district itself has sent."""
    if person.role not in (Role.VILLAGE, Role.DISTRICT):
        return
    count, oldest = queries.returned_to(session, person, _NAMED_ON_HOME)
    for referral in oldest:
        asked = pages.question(session, referral)
        yield Todo(
            _("Answer about %(name)s", name=referral.resident.name),
            f"{asked.title}. {asked.text}" if asked else referral.tracking_code,
            url_for("cases.answer", referral_id=referral.id),
        )
    if count > len(oldest):
        yield Todo(
            ngettext("%(num)s referral waits for your answer", "%(num)s referrals wait for your answer", count),
            _("The office has a question."),
            url_for("referrals.index", status="returned"),
        )  # fmt: skip


@on_home
def not_complete_yet(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """What was sent with a question open, and which, for the village and the district that can answer it."""
    if person.role not in (Role.VILLAGE, Role.DISTRICT):
        return
    count, oldest = incomplete_referrals(session, person, _NAMED_ON_HOME)
    if count:
        missing = [f"{one.resident.name}: {', '.join(open_words(one))}" for one in oldest]
        yield Todo(
            ngettext("%(num)s referral is not complete yet", "%(num)s referrals are not complete yet", count),
            "; ".join(missing) + (" …" if count > len(oldest) else "."),
            url_for("referrals.index", status="incomplete"),
        )  # fmt: skip


@bp.get("/usulan")
@endpoint("referral.list")
def index() -> str | Response:
    """List the referrals within this person's reach."""
    allow()
    asked = request.args
    search = asked.get("cari", "")[:80]
    if searching.is_like_nik(search):
        flash(
            _("Do not type a NIK here: addresses are remembered. The search was not made."),
            "warning",
        )
        return go("referrals.index")
    filters = Filters(asked.get("status", ""), asked.get("desa", "")[:13], search)
    listing = queries.find_referrals(reading(), actor(), filters, asked.get("page", 1, type=int))
    return render(
        "referrals/index.html",
        listing=listing,
        filters=filters,
        groups={code: translate(label) for code, label in GROUP_LABELS.items()},
        open_words=open_words,
        hamlets_url=url_for("hamlets.change") if actor().role is Role.VILLAGE else "",
        villages=queries.villages_seen(reading(), actor()),
        more_than=searching.MOST_NAMES
        if searching.is_cut(reading(), actor(), "referral.list", search)
        else None,
        today=clock.today(),
    )


@bp.route("/usulan/<id:referral_id>/kirim", methods=["GET", "POST"])
@endpoint("referral.submit")
def check(referral_id: str) -> str | Response | tuple[str, int]:
    """Show a draft as it would be sent, and send it."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    if referral.state is ReferralState.RETURNED:
        return go("cases.answer", referral_id=referral_id)
    if referral.state is not ReferralState.DRAFT:
        return go("referrals.sent", referral_id=referral_id)
    found = concerns_before_sending(reading(), actor(), core().sealer, referral)
    asked = [concern for concern in found if concern.ask]
    ticked = request.form.getlist("confirmed")
    open_ = [concern for concern in asked if concern.code not in ticked]
    gaps = service.gaps_of(reading(), referral)
    page = {"referral": referral, "concerns": found, "ticked": ticked, "pages": pages}
    page |= {"has_photo": has_photo(reading(), referral.id)}
    page |= {"steps": STEPS, "count": STEP_COUNT}
    if request.method == "GET":
        return render("referrals/check.html", **page, unanswered=[], gaps=gaps)
    if open_ or gaps:
        return render("referrals/check.html", **page, unanswered=open_, gaps=gaps), 422
    with writing() as session:
        kept = load(session, Referral, referral_id)
        service.submit_referral(session, actor(), kept, tuple(c.code for c in asked))
    return go("referrals.sent", referral_id=referral_id)


@bp.get("/usulan/<id:referral_id>/terkirim")
@endpoint("referral.view")
def sent(referral_id: str) -> str | Response:
    """Show the tracking code of what was sent: to write down, to print, to pass on to the family."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    if referral.submitted_at is None:
        return go("referrals.show", referral_id=referral_id)
    message = pages.family_message(referral)
    return render(
        "referrals/sent.html",
        referral=referral,
        message=message,
        whatsapp=pages.whatsapp_link(referral, message),
        just_sent=referral.state is ReferralState.SUBMITTED,
    )


@bp.get("/usulan/<id:referral_id>")
@endpoint("referral.view")
def show(referral_id: str) -> str:
    """Show a referral, what happened to it, and what can be done."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    return render(
        "referrals/show.html",
        referral=referral,
        pages=pages,
        may=pages.abilities(actor(), referral),
        question=pages.question(reading(), referral)
        if referral.state is ReferralState.RETURNED
        else None,
        open_words=open_words(referral) if referral.state in queries.COMPLETABLE else [],
        events=pages.timeline(reading(), referral),
        has_photo=has_photo(reading(), referral.id),
        triage=policy.can(actor(), "triage.view", referral),
        today=clock.today(),
    )
