"""The form of an account, and the filter over the list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from outreach.accounts.models import User
from outreach.accounts.service import AccountFacts
from outreach.forms import Form
from outreach.i18n import LANGUAGES, N_, lazy, translate
from outreach.places.models import District, Village
from outreach.policy import Role

ROLES = {
    Role.VILLAGE: (N_("Village officer"), N_("Refers residents of one village and follows them.")),
    Role.DISTRICT: (
        N_("District officer"),
        N_("Checks and passes on what the villages of one district send."),
    ),
    Role.PLANNER: (N_("Planner"), N_("Accepts referrals and plans the days.")),
    Role.SUPERVISOR: (N_("Supervisor"), N_("Approves or returns plans.")),
    Role.TEAM: (N_("Field team"), N_("Sees the team's own route and records outcomes.")),
    Role.ADMIN: (N_("Administrator"), N_("Manages accounts, teams, the calendar and the office.")),
}


class AccountForm(Form):
    """An account as an administrator writes it."""

    name = StringField(
        lazy("Name"), [InputRequired(lazy("Write the person's name.")), Length(max=120)]
    )
    username = StringField(
        lazy("User name"), [InputRequired(lazy("Choose a user name.")), Length(max=40)]
    )
    role = RadioField(lazy("Role"), validators=[InputRequired(lazy("Choose a role."))])
    village_code = SelectField(lazy("Village"), validators=[Optional()])
    district_code = SelectField(lazy("District"), validators=[Optional()])
    phone = StringField(lazy("Phone"), [Optional(), Length(max=20)])
    language = RadioField(
        lazy("Language"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        validators=[Optional()],
        default="id",
    )

    def facts(self) -> AccountFacts:
        """Return what was written; call after validating."""
        return AccountFacts(
            username=self.username.data or "",
            name=self.name.data or "",
            role=Role(self.role.data),
            village_code=self.village_code.data or None,
            district_code=self.district_code.data or None,
            phone=self.phone.data or "",
            language=self.language.data or "id",
        )


def account_form(session: Session, user: User | None = None, **given: Any) -> AccountForm:
    """Return the form with its lists of places, filled from an account where there is one."""
    form = AccountForm(obj=user, **given)
    form.role.choices = [
        SelectChoice(role.value, translate(label)) for role, (label, _about) in ROLES.items()
    ]
    form.village_code.choices = _villages(session)
    districts = session.scalars(select(District).order_by(District.name))
    form.district_code.choices = [
        SelectChoice("", ""),
        *(SelectChoice(district.code, f"Kec. {district.name}") for district in districts),
    ]
    if user is not None and not form.is_submitted():
        form.role.data = user.role.value
    return form


def _villages(session: Session) -> list[SelectChoice]:
    """Return every village with its district ("Desa Jati, Kec. Masaran"), grouped by district."""
    query = select(Village).join(District).order_by(District.name, Village.name)
    return [
        SelectChoice("", ""),
        *(
            SelectChoice(village.code, village.label, optgroup=f"Kecamatan {village.district.name}")
            for village in session.scalars(query)
        ),
    ]
