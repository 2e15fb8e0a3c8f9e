"""Short forms about one referral: answer, close, return, accept, and why a NIK is looked at."""

from __future__ import annotations

from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField

from outreach.errors import Invalid, Refused
from outreach.forms import Form
from outreach.i18n import gettext as _
from outreach.i18n import lazy
from outreach.referrals.circumstances import PRIORITY_REASONS
from outreach.referrals.fields import choices
from outreach.referrals.service import CLOSE_REASONS
from outreach.referrals.states import CloseReason
from outreach.referrals.triage import Urgency
from outreach.referrals.wording import CLOSE_LABELS, RETURN_REASONS, REVEAL_REASONS


class CaseForm(Form):
    """A form whose service says what is wrong, at which field."""

    def say(self, refusal: Refused) -> None:
        """Put each message of a refusal at its field, or above all of them."""
        errors = (
            refusal.errors if isinstance(refusal, Invalid) else {refusal.field: refusal.message}
        )
        for name, message in errors.items():
            if name in self:
                self[name].errors = [*self[name].errors, message]
            else:
                self.form_errors.append(message)


class AnswerForm(CaseForm):
    """The answer to the office's question."""

    answer = TextAreaField(lazy("Your answer"))


class CloseForm(CaseForm):
    """Why a case ends."""

    reason = RadioField(lazy("Why does it end?"), validate_choice=False)
    note = TextAreaField(lazy("Note"))

    def chosen(self) -> CloseReason:
        """Return the reason that was chosen. Raises Refused when none was."""
        if self.reason.data not in {reason.value for reason in CLOSE_REASONS}:
            raise Refused(_("Choose why it ends."), field="reason")
        return CloseReason(self.reason.data)


class ReturnForm(CaseForm):
    """Why a referral goes back, and the question to the village."""

    reason = RadioField(lazy("Why does it go back?"), validate_choice=False)
    question = TextAreaField(lazy("What should the village do or answer?"))


class AcceptForm(CaseForm):
    """Accepting one, with the date by which the card is needed where there is one."""

    urgency = SelectField(lazy("Why is it urgent?"), validate_choice=False)
    due_day = DateField(lazy("Card needed by"), validators=[])

    def wanted(self) -> Urgency | None:
        """Return the urgency that was given, if any. Raises Refused when only half of it was."""
        if (
            not self.urgency.data
            and self.due_day.data is None
            and not any(self.due_day.raw_data or [])
        ):
            return None
        if self.urgency.data not in PRIORITY_REASONS:
            raise Refused(_("Choose why the card is needed by then."), field="urgency")
        if self.due_day.data is None:
            raise Refused(_("Write the date by which the card is needed."), field="due_day")
        return Urgency(self.urgency.data, self.due_day.data)


class NikForm(CaseForm):
    """Why a NIK is looked at."""

    why = RadioField(lazy("Why do you need the NIK?"), validate_choice=False)


class NikSearchForm(CaseForm):
    """A NIK to find referrals by; never in an address."""

    nik = StringField(lazy("NIK"))


def close_form() -> CloseForm:
    """Return the form with its reasons."""
    form = CloseForm()
    form.reason.choices = choices((r.value, CLOSE_LABELS[r]) for r in CLOSE_REASONS)
    return form


def return_form() -> ReturnForm:
    """Return the form with its reasons."""
    form = ReturnForm()
    form.reason.choices = choices(RETURN_REASONS.items())
    return form


def accept_form() -> AcceptForm:
    """Return the form with its reasons."""
    form = AcceptForm()
    form.urgency.choices = choices(
        ((r.code, r.label) for r in PRIORITY_REASONS.values()), empty=_("Not urgent")
    )
    return form


def nik_form() -> NikForm:
    """Return the form with its reasons."""
    form = NikForm()
    form.why.choices = choices(REVEAL_REASONS.items())
    return form
