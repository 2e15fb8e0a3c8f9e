"""Pages of planning: the list, asking for a plan, watching it being made, and reading it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import Blueprint, Response, abort, flash, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields.choices import SelectChoice

from outreach import clock, policy
from outreach.errors import Refused
from outreach.i18n import format_date, ngettext
from outreach.i18n import gettext as _
from outreach.planning import map_page, pages, progress, rolling, service
from outreach.planning.forms import SEARCH_S, RequestForm
from outreach.planning.lookup import (
    list_plans,
    plans_for,
    plans_in_state,
    plans_with_returned_routes,
)
from outreach.planning.models import Plan, PlanState, PlanVersion
from outreach.policy import Actor
from outreach.teams.calendar import next_working_day
from outreach.teams.service import active_teams
from outreach.web import (
    HomeCard,
    NavItem,
    Todo,
    actor,
    allow,
    asset,
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

bp = Blueprint("planning", __name__)
PAGE_SIZE = 20


def _waiting(session: Session, person: Actor) -> int:
    if not policy.can(person, "plan.approve"):
        return 0
    return len(plans_in_state(session, PlanState.SENT))


on_navigation(NavItem("planning.index", "Plans", 30, badge=_waiting))


@bp.get("/rencana")
@endpoint("plan.list")
def index() -> str:
    """List the plans, newest first."""
    allow()
    page = max(request.args.get("page", 1, type=int), 1)
    plans, count = list_plans(reading(), page, PAGE_SIZE)
    return render(
        "planning/index.html",
        rows=[pages.list_row(plan) for plan in plans],
        page_number=page,
        page_count=-(-count // PAGE_SIZE),
        total=count,
    )


@bp.route("/rencana/baru", methods=["GET", "POST"])
@endpoint("plan.request")
def request_form() -> BaseResponse | tuple[str, int] | str:
    """Ask for a plan of one or several days."""
    allow()
    teams = active_teams(reading())
    form = RequestForm()
    form.team_ids.choices = [SelectChoice(team.id, team.name) for team in teams]
    if request.method == "GET":
        form.first_day.data = next_working_day(reading(), clock.today())
        form.team_ids.data = [team.id for team in teams]
    elif form.validate():
        try:
            with writing() as session:
                first_day: date = form.first_day.data
                plan = service.request_plan(
                    session,
                    actor(),
                    first_day,
                    service.last_day_of(session, first_day, int(form.days.data)),
                    form.team_ids.data,
                    SEARCH_S[form.search.data],
                )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return go("planning.show", plan_id=plan.id)
    context = {"form": form, "facts": pages.request_facts(reading(), form.first_day.data)}
    status = 422 if request.method == "POST" else 200
    return render("planning/request.html", **context), status


@bp.get("/rencana/<id:plan_id>")
@endpoint("plan.view")
def show(plan_id: str) -> str:
    """Show a plan: how its making goes, or what came of it."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    if plan.state is PlanState.MAKING:
        now = progress.of_plan(reading(), plan)
        return render("planning/progress.html", plan=plan, now=now, days_text=pages.days_text(plan))
    version = service.latest_version(plan)
    if version is None:
        failure = pages.failure_of(plan)
        return render(
            "planning/unmade.html", plan=plan, failure=failure, days_text=pages.days_text(plan)
        )
    return _version_page(plan, version)


@bp.get("/rencana/<id:plan_id>/versi/<int:number>")
@endpoint("plan.view")
def show_version(plan_id: str, number: int) -> str:
    """Show one version of a plan, also one that later versions took over from."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    return _version_page(plan, _version(plan, number))


@bp.get("/rencana/<id:plan_id>/kemajuan")
@endpoint("plan.view")
def progress_json(plan_id: str) -> Response:
    """Tell the page that waits how far the making of a plan is."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    now = progress.of_plan(reading(), plan)
    done_url = None if now.goes_on else url_for("planning.show", plan_id=plan.id)
    return progress.as_json(now, done_url)


@bp.get("/rencana/<id:plan_id>/peta/<int:number>")
@endpoint("plan.view")
def map_frame(plan_id: str, number: int) -> Response:
    """Give the map of a version as a document of its own, for a sandboxed frame."""
    plan = load(reading(), Plan, plan_id)
    allow(plan)
    version = _version(plan, number)
    day = pages.chosen_day(version, request.args.get("hari"))
    leaflet = asset(map_page.LEAFLET_JS), asset(map_page.LEAFLET_CSS)
    document, content_policy = map_page.framed(
        reading(), version, day, leaflet, core().settings.ground_file
    )
    response = Response(document, mimetype="text/html")
    response.headers["Content-Security-Policy"] = content_policy
    return response


@bp.post("/rencana/<id:plan_id>/batal")
@endpoint("plan.cancel")
def cancel(plan_id: str) -> BaseResponse:
    """Stop the making of a plan, or set aside one that was not sent."""
    with changing(Plan, plan_id) as (session, plan):
        service.cancel_plan(session, actor(), plan)
        flash(_("Plan %(number)s is being cancelled.", number=plan.number), "info")
    return go("planning.show", plan_id=plan_id)


@bp.post("/rencana/<id:plan_id>/ulang")
@endpoint("plan.request_again")
def request_again(plan_id: str) -> BaseResponse:
    """Have a plan made again, as a new version."""
    with changing(Plan, plan_id) as (session, plan):
        service.request_again(session, actor(), plan)
    return go("planning.show", plan_id=plan_id)


@bp.post("/rencana/<id:plan_id>/kirim")
@endpoint("plan.send")
def send(plan_id: str) -> BaseResponse:
    """Send the latest version for approval."""
    with changing(Plan, plan_id) as (session, plan):
        service.send_plan(session, actor(), plan)
        flash(_("The plan was sent. A supervisor now decides on it."), "success")
    return go("planning.show", plan_id=plan_id)


@bp.post("/rencana/<id:plan_id>/gulirkan")
@endpoint("plan.roll_on")
def roll_on(plan_id: str) -> BaseResponse:
    """Set a plan that was not approved in time aside, and ask for it again from the next working day on."""
    with changing(Plan, plan_id) as (session, plan):
        plan_id = rolling.roll_on(session, actor(), plan).id
    return go("planning.show", plan_id=plan_id)


def _version(plan: Plan, number: int) -> PlanVersion:
    for version in plan.versions:
        if version.number == number:
            return version
    abort(404)
    return None


def _version_page(plan: Plan, version: PlanVersion) -> str:
    chosen = request.args.get("hari"), request.args.get("alasan")
    return render(
        "planning/show.html", **pages.version_page(reading(), actor(), plan, version, *chosen)
    )


@on_home
def home_part(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """Tell a planner how the next working day stands, and a supervisor what waits."""
    if policy.can(person, "plan.request"):
        yield from _planner_part(session)
    if policy.can(person, "plan.approve"):
        for plan in plans_in_state(session, PlanState.SENT):
            yield Todo(
                _("Plan %(number)s waits for approval", number=plan.number),
                pages.waiting_text(plan),
                url_for("decisions.decide", plan_id=plan.id),
            )


def _planner_part(session: Session) -> Iterator[HomeCard | Todo]:
    for plan in plans_in_state(session, PlanState.RETURNED):
        version = service.latest_version(plan)
        yield Todo(
            _("Plan %(number)s was returned", number=plan.number),
            version.decision_reason if version else "",
            url_for("planning.show", plan_id=plan.id),
        )
    for missed in rolling.missed_plans(session, clock.today()):
        yield Todo(
            _("Plan %(number)s was not approved in time", number=missed.number),
            _("Roll it on to the next working day, or set it aside."),
            url_for("planning.show", plan_id=missed.id),
        )
    for plan, count in plans_with_returned_routes(session, clock.today()):
        yield Todo(
            ngettext("%(num)d route of plan %(number)s was returned",
                     "%(num)d routes of plan %(number)s were returned", count, number=plan.number),
            _("Change them on the board, and send them again."),
            url_for("planning.show", plan_id=plan.id),
        )  # fmt: skip
    day = next_working_day(session, clock.today())
    plans = plans_for(session, day)
    if not plans:
        yield Todo(
            _("No plan yet for %(day)s", day=format_date(day)),
            _("Make the routes for the next working day."),
            url_for("planning.request_form"),
        )
        return
    made = [plan for plan in plans if plan.state is PlanState.MADE]
    for plan in made:
        yield Todo(
            _("Plan %(number)s is not sent yet", number=plan.number),
            pages.waiting_text(plan),
            url_for("planning.show", plan_id=plan.id),
        )
    approved = next((plan for plan in plans if plan.state is PlanState.APPROVED), None)
    shown = approved or plans[0]
    people = pages.people_on(shown, day)
    yield HomeCard(
        title=_("Next working day"),
        value=str(people),
        text=ngettext("%(num)d person, %(state)s", "%(num)d people, %(state)s", people,
                      state=pages.state_word(shown.state)),
        url=url_for("planning.show", plan_id=shown.id),
        tone="good" if approved else "warn",
    )  # fmt: skip
