"""Forms of the working calendar: a day off, a weekday's hours, the month of fasting, the quota."""

from __future__ import annotations

from datetime import date, timedelta

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from outreach.errors import Refused
from outreach.forms import Form
from outreach.i18n import format_weekday, lazy, translate
from outreach.i18n import gettext as _
from outreach.teams.calendar_facts import WorkingHours
from outreach.teams.calendar_service import CATEGORIES, Weekday
from outreach.teams.forms import seconds_of, time_of
from outreach.teams.models import DatedRange

_A_MONDAY = date(2024, 1, 1)
_MINUTE_S = 60


def weekday_name(weekday: int) -> str:
    """Return the name of a weekday, 0 for Monday."""
    return format_weekday(_A_MONDAY + timedelta(days=weekday))


class DayOffForm(Form):
    """A day on which nobody goes out."""

    day = DateField(lazy("Date"), [InputRequired(lazy("Choose a date."))])
    name = StringField(
        lazy("What for"), [InputRequired(lazy("Write what the day is for.")), Length(max=160)]
    )
    category = RadioField(
        lazy("Kind"), validators=[InputRequired(lazy("Choose one of the three."))], default="local"
    )


def day_off_form() -> DayOffForm:
    """Return the form with its list."""
    form = DayOffForm()
    form.category.choices = [
        SelectChoice(code, translate(label)) for code, label in CATEGORIES.items()
    ]
    return form


class WeekdayForm(Form):
    """The hours of one weekday, and which other weekdays get the same."""

    works = BooleanField(lazy("Teams go out on this day"))
    leave = TimeField(lazy("Leaves the office"), [InputRequired(lazy("Fill in all three times."))])
    visits_end = TimeField(
        lazy("The last visit has ended"), [InputRequired(lazy("Fill in all three times."))]
    )
    back = TimeField(lazy("Back at the office"), [InputRequired(lazy("Fill in all three times."))])
    break_from = TimeField(lazy("The break begins at the earliest"), [Optional()])
    break_to = TimeField(lazy("The break begins at the latest"), [Optional()])
    break_minutes = IntegerField(
        lazy("Length of the break"), [Optional(), NumberRange(min=0, max=240)]
    )
    days = SelectMultipleField(lazy("Holds for"), coerce=int, validators=[Optional()])

    def hours(self) -> WorkingHours:
        """Return what was written; call after validating. Raises Refused when the day does not fit together."""
        leave, visits_end, back = (
            seconds_of(field.data) for field in (self.leave, self.visits_end, self.back)
        )
        if not leave < visits_end <= back:
            raise Refused(
                _("The day runs in this order: leave, end of the last visit, back at the office."),
                field="leave",
            )
        length = (self.break_minutes.data or 0) * _MINUTE_S
        first, last = self.break_from.data, self.break_to.data or self.break_from.data
        if not length and first is None and last is None:
            return WorkingHours(leave, visits_end, back)
        if not length or first is None:
            raise Refused(
                _("Fill in when the break begins and how long it is, or leave all of it empty."),
                field="break_from",
            )
        begin, end = seconds_of(first), seconds_of(last)
        if not (leave <= begin <= end and end + length <= back):
            raise Refused(_("The break lies within the working day."), field="break_from")
        return WorkingHours(leave, visits_end, back, begin, end, length)


def weekday_form(day: Weekday) -> WeekdayForm:
    """Return the form, filled from a weekday."""
    hours = day.hours
    has_break = hours.break_from_s is not None and hours.break_to_s is not None
    form = WeekdayForm(
        data={
            "works": day.works,
            "leave": time_of(hours.leave_s),
            "visits_end": time_of(hours.visits_end_s),
            "back": time_of(hours.back_s),
            "break_from": time_of(hours.break_from_s or 0) if has_break else None,
            "break_to": time_of(hours.break_to_s or 0) if has_break else None,
            "break_minutes": hours.break_s // _MINUTE_S if has_break else None,
            "days": [day.weekday],
        }
    )
    form.days.choices = [SelectChoice(number, weekday_name(number)) for number in range(7)]
    return form


class SpanForm(Form):
    """The month of fasting as it was announced."""

    first = DateField(lazy("First day"), [InputRequired(lazy("Choose a date."))])
    last = DateField(lazy("Last day"), [InputRequired(lazy("Choose a date."))])


def span_form(span: DatedRange | None = None) -> SpanForm:
    """Return the form, filled from a span where there is one."""
    return SpanForm(obj=span)


class QuotaForm(Form):
    """The most people a day over a span of dates."""

    people_per_day = IntegerField(lazy("People a day"), [InputRequired(lazy("Write a number."))])
    first = DateField(lazy("From"), [InputRequired(lazy("Choose a date."))])
    last = DateField(lazy("Until"), [Optional()])
    letter_number = StringField(
        lazy("Number of the decree or letter"), [Optional(), Length(max=80)]
    )
