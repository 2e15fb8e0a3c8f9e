"""Forms of the counts of unrecorded residents: the administrator's file, and a village's answer."""

from __future__ import annotations

from wtforms import DateField, FileField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from outreach.coverage.unrecorded import ANSWERS, LONGEST_NOTE
from outreach.forms import Form
from outreach.i18n import lazy, translate


class CountsForm(Form):
    """A table of villages and numbers, and its day."""

    file = FileField(lazy("Table (CSV)"))
    as_of = DateField(lazy("Day of the figures"), [Optional()])


class SilenceForm(Form):
    """Why nobody was referred."""

    answer = RadioField(lazy("What do you find in your village?"), validate_choice=False)
    note = StringField(lazy("Note"), [Optional(), Length(max=LONGEST_NOTE)])


def silence_form() -> SilenceForm:
    """Return the form with its answers in words."""
    form = SilenceForm()
    form.answer.choices = [SelectChoice(code, translate(label)) for code, label in ANSWERS.items()]
    return form
