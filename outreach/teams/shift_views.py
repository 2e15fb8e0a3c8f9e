"""Pages of shifts: every team's hours over a fortnight, and one team's own day."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, flash, request
from werkzeug.wrappers import Response

from outreach import clock
from outreach.errors import NotThere, Refused
from outreach.i18n import format_date
from outreach.i18n import gettext as _
from outreach.teams import shifts
from outreach.teams.calendar import off_because, office_hours, usual_hours
from outreach.teams.calendar_facts import default_week, pasaran
from outreach.teams.forms import ShiftForm, shift_form
from outreach.teams.models import Team
from outreach.teams.service import active_teams
from outreach.web import actor, allow, endpoint, go, load, reading, render, writing

bp = Blueprint("shifts", __name__, url_prefix="/tim")
_STEP = timedelta(days=shifts.GRID_DAYS)


@bp.get("/jam-tugas")
@endpoint("calendar.view")
def index() -> str:
    """Show every team's hours over fourteen days from a date (`?mulai=2026-11-23`)."""
    allow()
    first = _day(request.args.get("mulai")) or clock.today()
    return render(
        "teams/shifts.html",
        rows=shifts.grid(reading(), first),
        teams=active_teams(reading()),
        first=first,
        last=first + _STEP - timedelta(days=1),
        before=first - _STEP,
        after=first + _STEP,
        today=clock.today(),
    )


@bp.route("/<id:team_id>/jam-tugas/<day>", methods=["GET", "POST"])
@endpoint("shift.edit")
def edit(team_id: str, day: str) -> Response | str | tuple[str, int]:
    """Show and change a team's own hours on a date."""
    team = load(reading(), Team, team_id)
    allow(team)
    on = _day(day)
    if on is None:
        raise NotThere(f"day {day}")
    own = shifts.shift_on(reading(), team, on)
    usual = usual_hours(reading(), on) or default_week()[0]
    assert usual is not None
    form = shift_form(own, (usual.leave_s, usual.visits_end_s, usual.back_s))
    if form.validate_on_submit():
        try:
            _save(team_id, on, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(
                _("%(team)s on %(day)s is saved.", team=team.name, day=format_date(on)), "success"
            )
            return go("shifts.index", mulai=max(on - timedelta(days=on.weekday()), clock.today()))
    page = render(
        "teams/edit_shift.html",
        form=form,
        team=team,
        day=on,
        pasaran=pasaran(on),
        closed=off_because(reading(), on),
        office=office_hours(reading(), on),
        is_past=on < clock.today(),
    )
    return page, 422 if form.is_submitted() else 200


def _save(team_id: str, day: date, form: ShiftForm) -> None:
    reason = form.reason.data or ""
    with writing() as session:
        team = load(session, Team, team_id)
        match form.kind.data:
            case "closed":
                shifts.close_shift(session, actor(), team, day, reason)
            case "hours":
                leave, visits_end, back = (
                    form.seconds(name) for name in ("leave", "visits_end", "back")
                )
                if min(leave, visits_end, back) < 0:
                    raise Refused(_("Fill in all three times."), field="leave")
                shifts.set_hours(session, actor(), team, day, leave, visits_end, back, reason)
            case _:
                shifts.clear_shift(session, actor(), team, day)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None
