"""Forms of teams, kits and shifts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any, Final

from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from outreach.forms import Form
from outreach.i18n import N_, lazy, translate
from outreach.i18n import gettext as _
from outreach.teams.capabilities import DUTIES, EQUIPMENT, SKILLS
from outreach.teams.crews import KitFacts, Place, TeamFacts, possible_members, teams_of_members
from outreach.teams.models import Kit, Shift, Team
from outreach.teams.service import active_teams

_ROWS: Final = 5
_SPARE_ROWS: Final = 2


class MemberForm(PlainForm):  # type: ignore[misc]
    """One row: a person and their duty. A row without a person counts for nothing."""

    person = SelectField(lazy("Person"), validators=[Optional()])
    duty = SelectField(lazy("Duty"), validators=[Optional()])


class TeamForm(Form):
    """A team as an administrator writes it."""

    code = StringField(lazy("Code"), [InputRequired(lazy("Choose a code.")), Length(max=8)])
    name = StringField(
        lazy("Name"), [InputRequired(lazy("Write the team's name.")), Length(max=60)]
    )
    vehicle = StringField(lazy("Vehicle"), [Optional(), Length(max=80)])
    skills = SelectMultipleField(lazy("What this team can do"), validators=[Optional()])
    members = FieldList(FormField(MemberForm), min_entries=_ROWS, max_entries=12)

    def facts(self) -> TeamFacts:
        """Return what was written; call after validating."""
        return TeamFacts(
            code=self.code.data or "",
            name=self.name.data or "",
            vehicle=self.vehicle.data or "",
            skills=tuple(self.skills.data or ()),
            members=tuple(
                Place(row["person"], row["duty"] or "operator")
                for row in self.members.data
                if row["person"]
            ),
        )


def team_form(session: Session, team: Team | None = None) -> TeamForm:
    """Return the form with its lists, filled from a team where there is one."""
    places = [{"person": m.user_id, "duty": m.duty} for m in team.members] if team else []
    rows = max(_ROWS, len(places) + _SPARE_ROWS)
    blank = [{"person": "", "duty": duty} for duty in ("leader", "operator", "driver")]
    filled = places or blank
    filled += [{"person": "", "duty": "operator"}] * (rows - len(filled))
    form = TeamForm(data={**(_said(team) if team else {}), "members": filled})
    form.skills.choices = _choices(SKILLS)
    people, teams = possible_members(session), teams_of_members(session)
    choices = [SelectChoice("", "")]
    for user in people:
        other = teams.get(user.id)
        where = "" if other is None or (team and other.id == team.id) else f" - {other.name}"
        choices.append(SelectChoice(user.id, f"{user.name} ({user.username}){where}"))
    for row in form.members:
        row.form.person.choices = choices
        row.form.duty.choices = _choices(DUTIES)
    return form


def _said(team: Team) -> dict[str, object]:
    return {name: getattr(team, name) for name in ("code", "name", "vehicle", "skills")}


class KitForm(Form):
    """A kit as an administrator writes it."""

    code = StringField(lazy("Code"), [InputRequired(lazy("Choose a code.")), Length(max=16)])
    name = StringField(lazy("Name"), [InputRequired(lazy("Write the kit's name.")), Length(max=80)])
    team_id = SelectField(lazy("Team"), validators=[Optional()])
    equipment = SelectMultipleField(
        lazy("What it carries beyond the usual"), validators=[Optional()]
    )
    is_active = BooleanField(lazy("In use"), default=True)

    def facts(self) -> KitFacts:
        """Return what was written; call after validating."""
        return KitFacts(
            code=self.code.data or "",
            name=self.name.data or "",
            team_id=self.team_id.data or None,
            equipment=tuple(self.equipment.data or ()),
            is_active=bool(self.is_active.data),
        )


def kit_form(session: Session, kit: Kit | None = None) -> KitForm:
    """Return the form with its lists, filled from a kit where there is one."""
    form = KitForm(obj=kit)
    form.equipment.choices = _choices(EQUIPMENT)
    teams = active_teams(session)
    if kit is not None and kit.team is not None and kit.team not in teams:
        teams.append(kit.team)
    form.team_id.choices = [
        SelectChoice("", _("No team")),
        *(SelectChoice(team.id, f"{team.code} - {team.name}") for team in teams),
    ]
    return form


SHIFT_KINDS: Final = {
    "office": N_("As the office's calendar says"),
    "hours": N_("Other hours"),
    "closed": N_("Does not go out"),
}


class ShiftForm(Form):
    """A team's own day."""

    kind = RadioField(
        lazy("This day"), validators=[InputRequired(lazy("Choose one of the three."))]
    )
    leave = TimeField(lazy("Leaves the office"), [Optional()])
    visits_end = TimeField(lazy("The last visit has ended"), [Optional()])
    back = TimeField(lazy("Back at the office"), [Optional()])
    reason = StringField(lazy("Reason"), [Optional(), Length(max=200)])

    def seconds(self, name: str) -> int:
        """Return a time that was written, as seconds since midnight; -1 where nothing was."""
        return seconds_of(self[name].data)


def shift_form(shift: Shift | None, usual: tuple[int, int, int]) -> ShiftForm:
    """Return the form, filled from the shift, or with the usual hours (seconds)."""
    hours = usual
    if shift and shift.leave_s is not None and shift.visits_end_s is not None:
        hours = (shift.leave_s, shift.visits_end_s, shift.back_s or shift.visits_end_s)
    form = ShiftForm(
        data={
            "kind": "office" if shift is None else "closed" if shift.is_closed else "hours",
            "leave": time_of(hours[0]),
            "visits_end": time_of(hours[1]),
            "back": time_of(hours[2]),
            "reason": shift.reason if shift else "",
        }
    )
    form.kind.choices = _choices(SHIFT_KINDS)
    return form


def time_of(second: int) -> time:
    """Return a time of day from seconds since midnight."""
    return time(second // 3600, second % 3600 // 60)


def seconds_of(moment: Any) -> int:
    """Return seconds since midnight from a time of day, or -1 for None."""
    return moment.hour * 3600 + moment.minute * 60 if isinstance(moment, time) else -1


def _choices(labels: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(code, translate(label)) for code, label in labels.items()]
