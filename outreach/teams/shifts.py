"""Shifts: a team's own hours on one date, or that it does not go out, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.audit import holds_nik
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.policy import Actor
from outreach.teams.calendar import ShiftTimes, off_because, office_hours, shift_of, with_break
from outreach.teams.calendar_facts import pasaran
from outreach.teams.models import Shift, Team
from outreach.teams.service import active_teams

GRID_DAYS = 14


@dataclass(frozen=True)
class Cell:
    """One team on one day: its hours (None: it does not go out), and the shift of its own, if it has one."""

    team: Team
    hours: ShiftTimes | None
    shift: Shift | None


@dataclass(frozen=True)
class DayRow:
    """One day of the grid; `off` says in words why the office does not go out."""

    day: date
    pasaran: str
    off: str | None
    cells: tuple[Cell, ...]

    def of(self, team_id: str) -> Cell:
        """Return the cell of a team. Raises StopIteration for an unknown one."""
        return next(cell for cell in self.cells if cell.team.id == team_id)


def grid(session: Session, first: date, days: int = GRID_DAYS) -> tuple[DayRow, ...]:
    """Return every active team's hours over some days."""
    last = first + timedelta(days=days - 1)
    teams = active_teams(session)
    own = {
        (shift.team_id, shift.day): shift
        for shift in session.scalars(select(Shift).where(Shift.day.between(first, last)))
    }
    rows = []
    for ahead in range(days):
        day = first + timedelta(days=ahead)
        usual = office_hours(session, day)
        cells = []
        for team in teams:
            shift = own.get((team.id, day))
            cells.append(Cell(team, shift_of(session, team, day) if shift else usual, shift))
        rows.append(DayRow(day, pasaran(day), off_because(session, day), tuple(cells)))
    return tuple(rows)


def shift_on(session: Session, team: Team, day: date) -> Shift | None:
    """Return a team's own shift on a date, if it has one."""
    return session.scalar(select(Shift).where(Shift.team_id == team.id, Shift.day == day))


def set_hours(
    session: Session,
    actor: Actor,
    team: Team,
    day: date,
    leave_s: int,
    visits_end_s: int,
    back_s: int,
    reason: str,
) -> Shift:
    """Give a team hours of its own on a date, on a day off as well (overtime). Raises Refused."""
    policy.allow(actor, "shift.edit", team)
    if not leave_s < visits_end_s <= back_s:
        raise Refused(
            _("The day runs in this order: leave, end of the last visit, back at the office."),
            field="leave",
        )
    with_break(session, day, leave_s, visits_end_s, back_s)
    if office_hours(session, day) is None and not reason.strip():
        raise Refused(
            _("This is a day off. Write who approved the overtime, with the letter's number."),
            field="reason",
        )
    shift = _shift(session, team, day, reason)
    shift.is_closed = False
    shift.leave_s, shift.visits_end_s, shift.back_s = leave_s, visits_end_s, back_s
    session.flush()
    hours = [leave_s, visits_end_s, back_s]
    audit.record(session, actor, "shift.set", team, code=team.code, day=day, hours=hours)
    return shift


def close_shift(session: Session, actor: Actor, team: Team, day: date, reason: str) -> Shift:
    """Keep a team in on a date. Raises Refused without a reason."""
    policy.allow(actor, "shift.edit", team)
    if not reason.strip():
        raise Refused(_("Write why this team does not go out."), field="reason")
    shift = _shift(session, team, day, reason)
    shift.is_closed = True
    shift.leave_s = shift.visits_end_s = shift.back_s = None
    session.flush()
    audit.record(session, actor, "shift.closed", team, code=team.code, day=day)
    return shift


def clear_shift(session: Session, actor: Actor, team: Team, day: date) -> None:
    """Let a team follow the office's calendar again on a date. Raises Refused for a day that has passed."""
    policy.allow(actor, "shift.edit", team)
    _refuse_past(day)
    shift = shift_on(session, team, day)
    if shift is not None:
        session.delete(shift)
        audit.record(session, actor, "shift.cleared", team, code=team.code, day=day)


def _shift(session: Session, team: Team, day: date, reason: str) -> Shift:
    _refuse_past(day)
    if holds_nik(reason):
        raise Refused(_("Do not write a NIK here."), field="reason")
    shift = shift_on(session, team, day)
    if shift is None:
        shift = Shift(team_id=team.id, day=day)
        session.add(shift)
    shift.reason = reason.strip()
    return shift


def _refuse_past(day: date) -> None:
    if day < clock.today():
        raise Refused(_("This day has passed."))
