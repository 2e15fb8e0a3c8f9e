"""Pages of field work: a team's own routes, the outcome of each visit, and what the planner decides from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import Blueprint, flash, request, url_for
from flask import Response as FileResponse
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach import clock, policy
from outreach.errors import Refused
from outreach.fieldwork import calendar_file, decisions, wording
from outreach.fieldwork.forms import (
    AgainForm,
    CloseForm,
    CodeForm,
    OutcomeForm,
    closing_of,
    kind_of,
)
from outreach.fieldwork.found_place import WENT_IN, keep_found_place
from outreach.fieldwork.models import OutcomeKind
from outreach.fieldwork.outcomes import (
    Via,
    latest_outcome,
    outcome_chains,
    record_outcome,
    where_result_stands,
)
from outreach.fieldwork.reasons import NOT_RECORDED
from outreach.fieldwork.routes import changed_on, own_routes, route_card, route_of_visit, visit_card
from outreach.fieldwork.tablet.photos import photos_of
from outreach.fieldwork.tablet.signatures import signatures_of
from outreach.fieldwork.tries import tries_of
from outreach.i18n import format_date, ngettext, translate
from outreach.i18n import gettext as _
from outreach.ids import is_id, new_id
from outreach.planning.comparison import by_kind
from outreach.planning.day_rules import rules_on
from outreach.planning.models import Route, Visit
from outreach.planning.pages import has_page
from outreach.planning.protocol import worn_on
from outreach.planning.recipes import in_words
from outreach.planning.wording import approval_words, duration, kilometres, place
from outreach.policy import Actor, Role
from outreach.referrals.conditions import BRING_ALWAYS
from outreach.referrals.hamlets import ROUGH
from outreach.referrals.models import Referral
from outreach.referrals.pages import whatsapp_link
from outreach.referrals.photo_views import photo_answer
from outreach.referrals.photos import has_photo
from outreach.referrals.states import CloseReason, ReferralState
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

bp = Blueprint("fieldwork", __name__)


def _waiting(session: Session, person: Actor) -> int:
    return decisions.count_waiting(session) if policy.can(person, "outcome.waiting") else 0


on_navigation(
    NavItem("fieldwork.index", "My routes", 10),
    NavItem("fieldwork.outcomes", "Outcomes", 40, badge=_waiting),
)


@on_home
def routes_of_team(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """Today's route and the next one, for a team member."""
    for route in own_routes(session, person):
        card = route_card(session, route)
        today = route.day == clock.today()
        url = url_for("fieldwork.show", route_id=route.id)
        if today and card.next_stop is not None:
            yield Todo(
                _("Today's route of %(team)s", team=route.team.name),
                ngettext(
                    "%(num)s person still to visit",
                    "%(num)s people still to visit",
                    card.people - card.done,
                ),
                url,
            )
        title = _("Route today") if today else _("Route on %(day)s", day=format_date(route.day))
        yield HomeCard(
            title, ngettext("%(num)s stop", "%(num)s stops", len(card.stops)), route.team.name, url
        )


@on_home
def waiting_for_planner(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """The outcomes that wait for a planner's decision."""
    if count := _waiting(session, person):
        yield Todo(
            _("Decide after visits"),
            ngettext("%(num)s person was visited without a recording", "%(num)s people were visited without a recording", count),
            url_for("fieldwork.outcomes"),
        )  # fmt: skip


@bp.get("/rute")
@endpoint("route.list")
def index() -> str:
    """List one's own routes of today and the next working day."""
    allow()
    cards = [route_card(reading(), route) for route in own_routes(reading(), actor())]
    return render("fieldwork/index.html", cards=cards, today=clock.today())


@bp.get("/rute/kalender.ics")
@endpoint("route.list")
def calendar() -> FileResponse:
    """Give one's own routes of today and the next working day as a calendar file."""
    allow()
    return FileResponse(
        calendar_file.of_team(own_routes(reading(), actor())),
        mimetype="text/calendar",
        headers={"Content-Disposition": 'attachment; filename="rute.ics"'},
    )


@bp.get("/rute/<id:route_id>")
@endpoint("route.view")
def show(route_id: str) -> str:
    """Show a route, made for a phone in the sun."""
    route = load(reading(), Route, route_id)
    allow(route)
    return render(
        "fieldwork/show.html",
        card=route_card(reading(), route),
        is_today=route.day == clock.today(),
        may_record=policy.can(actor(), "outcome.record", route) and route.day <= clock.today(),
        always=[*(translate(line) for line in BRING_ALWAYS), *worn_on(reading(), route)],
        result=wording.result,
        duration=duration,
        kilometres=kilometres,
        happened=in_words(reading(), route.version.why),
        changed=by_kind(changed_on(reading(), route)),
        approval_words=approval_words,
    )


@bp.get("/rute/kunjungan/<id:visit_id>")
@endpoint("outcome.record")
def visit(visit_id: str) -> str:
    """Show one visit: its outcome with what was corrected, or the three ways it can have gone."""
    visit = load(reading(), Visit, visit_id)
    route = route_of_visit(reading(), visit)
    allow(route)
    held = where_result_stands(reading(), visit)
    chain = outcome_chains(reading(), [held.id]).get(held.id, [])
    return render(
        "fieldwork/visit.html",
        route=route,
        card=visit_card(visit, route.day, chain[-1] if chain else None),
        chain=[wording.entry_of(reading(), outcome) for outcome in reversed(chain)],
        is_due=route.day <= clock.today(),
        kinds=OutcomeKind,
        has_photo=has_photo(reading(), visit.referral_id),
        photos=photos_of(reading(), core().sealer, visit.id)
        if policy.can(actor(), "tablet.see")
        else [],
        message=(
            text := wording.family_message(visit.referral, chain[-1], route.day) if chain else ""
        ),
        whatsapp=whatsapp_link(visit.referral, text) if text else "",
        signatures=signatures_of(reading(), core().sealer, visit.id),
    )


@bp.get("/rute/kunjungan/<id:visit_id>/foto.jpg")
@endpoint("route.view")
def house(visit_id: str) -> Response:
    """Give the photo of the house of a visit to the team whose route it is on."""
    visit = load(reading(), Visit, visit_id)
    allow(route_of_visit(reading(), visit))
    return photo_answer(visit.referral)


@bp.route("/rute/kunjungan/<id:visit_id>/hasil", methods=["GET", "POST"])
@endpoint("outcome.record")
def record(visit_id: str) -> Response | tuple[str, int] | str:
    """Record what a visit led to, or correct it."""
    visit = load(reading(), Visit, visit_id)
    route = route_of_visit(reading(), visit)
    allow(route)
    form = OutcomeForm()
    if request.method == "GET":
        form.outcome_id.data = new_id()
        form.kind.data = kind_of(request.args.get("jenis")) or ""
        earlier = latest_outcome(reading(), where_result_stands(reading(), visit).id)
        form.corrects_id.data = earlier.id if earlier else ""
        if not form.kind.data:
            return go("fieldwork.visit", visit_id=visit.id)
        return _outcome_page(form, visit, route)
    entry, house = form.entry(), form.house()
    if entry is not None and not form.errors:
        try:
            with writing() as session:
                via: Via = "team" if actor().role is Role.TEAM else "paper"
                outcome = record_outcome(
                    session, actor(), load(session, Visit, visit_id), entry, via=via
                )
                keep_found_place(session, actor(), outcome, house, at_pin=bool(form.at_pin.data))
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(wording.saved(outcome), "success" if outcome.led_to else "warning")
            if actor().role is not Role.TEAM:
                return go("fieldwork.outcomes")
            return go("fieldwork.show", route_id=route.id, _anchor=f"kunjungan-{visit.id}")
    elif not form.errors:
        form.form_errors.append(_("This form was not complete. Open the visit again."))
    return _outcome_page(form, visit, route), 422


def _outcome_page(form: OutcomeForm, visit: Visit, route: Route) -> str:
    return render(
        "fieldwork/record.html",
        form=form,
        kind=kind_of(form.kind.data),
        is_correction=is_id(form.corrects_id.data or ""),
        route=route,
        card=visit_card(visit, route.day, None),
        asks_place=kind_of(form.kind.data) in WENT_IN,
        has_pin=visit.referral.place_quality not in ROUGH,
        hints={fact.code: translate(fact.hint) for fact in NOT_RECORDED.values() if fact.hint},
    )


# --- the planner's side --------------------------------------------------------------------------


@bp.route("/hasil", methods=["GET", "POST"])
@endpoint("outcome.waiting")
def outcomes() -> Response | tuple[str, int] | str:
    """Type in from paper, and see what waits for a decision."""
    allow()
    form = CodeForm()
    found: list[Visit] = []
    if request.method == "POST" and form.validate():
        try:
            found = decisions.visits_with_code(reading(), str(form.code.data))
        except Refused as refusal:
            form.refuse(refusal)
        if len(found) == 1:
            return go("fieldwork.visit", visit_id=found[0].id)
    page = render(
        "fieldwork/outcomes.html",
        form=form,
        found=[(visit, route_of_visit(reading(), visit)) for visit in found],
        waiting=[
            wording.waiting_of(reading(), item) for item in decisions.waiting_referrals(reading())
        ],
        unmoved=[
            wording.entry_of(reading(), outcome)
            for outcome in decisions.unmoved_outcomes(reading())
        ],
        closed=decisions.closed_unmet(reading()),
        place=place,
        has_page=has_page,
    )
    return (page, 422) if form.errors else page


@bp.route("/hasil/keputusan/<id:referral_id>", methods=["GET", "POST"])
@endpoint("outcome.decide")
def decide(referral_id: str) -> Response | tuple[str, int] | str:
    """Decide on a visited referral: another attempt, or the end."""
    referral = load(reading(), Referral, referral_id)
    allow(referral)
    again, close = AgainForm(), CloseForm()
    if request.method == "GET":
        again.not_before.data = clock.today() + timedelta(days=7)
        outcome = decisions.last_outcomes(reading(), [referral.id]).get(referral.id)
        suggested = NOT_RECORDED[outcome.reason].suggests if outcome and outcome.reason else None
        if suggested is None and _is_used_up(referral):
            suggested = CloseReason.NOT_MET
        close.close_reason.data = suggested.value if suggested else None
        return _decision_page(referral, again, close)
    form = close if "close" in request.form else again
    if form.validate():
        try:
            with writing() as session:
                _decide(session, load(session, Referral, referral_id), again, close)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("Your decision is saved."), "success")
            if request.form.get("close_reason") == CloseReason.NOT_MET:
                flash(_("Print the letter for the family from the list below."), "info")
            return go("fieldwork.outcomes")
    return _decision_page(referral, again, close), 422


@bp.post("/hasil/buka-kembali/<id:referral_id>")
@endpoint("referral.reopen")
def reopen(referral_id: str) -> Response:
    """Open a referral again that was closed after visits in vain."""
    try:
        with writing() as session:
            referral = load(session, Referral, referral_id)
            allow(referral)
            decisions.reopen(session, actor(), referral)
    except Refused as refusal:
        flash(refusal.message, "error")
    else:
        flash(_("The referral is on the waiting list again."), "success")
    return go("fieldwork.outcomes")


def _is_used_up(referral: Referral) -> bool:
    """Whether as many visits were made in vain as the rules allow."""
    return tries_of(reading(), referral.id) >= rules_on(reading(), clock.today()).most_attempts


def _decide(session: Session, referral: Referral, again: AgainForm, close: CloseForm) -> None:
    if "close" in request.form:
        reason = closing_of(close.close_reason.data)
        decisions.close_after_visit(session, actor(), referral, reason, close.close_note.data or "")
    else:
        decisions.try_again(
            session, actor(), referral, again.not_before.data, again.again_note.data or ""
        )


def _decision_page(referral: Referral, again: AgainForm, close: CloseForm) -> str:
    outcome = decisions.last_outcomes(reading(), [referral.id]).get(referral.id)
    return render(
        "fieldwork/decide.html",
        item=wording.waiting_of(reading(), decisions.Waiting(referral, outcome)),
        is_waiting=referral.state is ReferralState.VISITED,
        tries=tries_of(reading(), referral.id),
        is_used_up=_is_used_up(referral),
        again=again,
        close=close,
    )
