"""Forms of the planning pages."""

from __future__ import annotations

from typing import Final

from wtforms import DateField, IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from outreach.forms import Form
from outreach.i18n import lazy

OFFERED_DAYS: Final = 5
"""Working days that a person may ask for at once: a week."""
SEARCH_S: Final[dict[str, int | None]] = {"quick": 5, "usual": None, "thorough": 60}
"""How long to search for each working day, in seconds; None is the setting of the application."""


class RequestForm(Form):
    """What a plan is asked with: dates, teams, and how long to search."""

    first_day = DateField(
        lazy("First day"), [InputRequired(lazy("Give the first day of the plan."))]
    )
    days = RadioField(
        lazy("Number of working days"),
        [InputRequired(lazy("Choose the number of working days."))],
        choices=[SelectChoice(str(number), str(number)) for number in range(1, OFFERED_DAYS + 1)],
        default="1",
    )
    team_ids = SelectMultipleField(
        lazy("Teams that go out"), [InputRequired(lazy("Choose at least one team."))]
    )
    search = RadioField(
        lazy("How long to search for good routes"),
        [InputRequired(lazy("Choose how long to search."))],
        choices=[
            SelectChoice("quick", lazy("Quick: 5 seconds a day")),
            SelectChoice("usual", lazy("Usual")),
            SelectChoice("thorough", lazy("Thorough: 1 minute a day")),
        ],
        default="usual",
    )


class DecisionForm(Form):
    """The version that a supervisor looked at."""

    version = IntegerField(widget=HiddenInput())


class ReturnForm(DecisionForm):
    """Why a version goes back to its maker."""

    reason = TextAreaField(lazy("What should be different?"))
