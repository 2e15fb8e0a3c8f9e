"""Forms of the fieldwork package, and how what they carry becomes an entry."""

from __future__ import annotations

from wtforms import BooleanField, DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from outreach.fieldwork.biometrics import MARK_LABELS, PART_LABELS, Biometrics, Mark
from outreach.fieldwork.decisions import CLOSINGS
from outreach.fieldwork.models import OutcomeKind
from outreach.fieldwork.outcomes import LONGEST_NOTE, Entry
from outreach.fieldwork.reasons import NOT_RECORDED
from outreach.forms import Form
from outreach.i18n import N_, lazy
from outreach.ids import is_id
from outreach.places.coordinates import CoordinateError, parse_coordinates
from outreach.places.wording import coordinate_error
from outreach.referrals.states import CloseReason

KIND_LABELS = {
    OutcomeKind.RECORDED: N_("Recorded in full"),
    OutcomeKind.PARTLY: N_("Recorded in part"),
    OutcomeKind.NOT_RECORDED: N_("Not recorded"),
}
CLOSING_LABELS = {
    CloseReason.DIED: N_("Has died"),
    CloseReason.MOVED: N_("Moved away or works elsewhere"),
    CloseReason.ALREADY_RECORDED: N_("Already recorded before"),
    CloseReason.WITHDRAWN: N_("The family withdraws the referral"),
    CloseReason.CAME_TO_OFFICE: N_("Could come to the office after all"),
    CloseReason.NOT_MET: N_("Could not be recorded after several visits"),
}
_MARKS = [(mark.value, lazy(label)) for mark, label in MARK_LABELS.items()]


class OutcomeForm(Form):
    """The outcome of one visit; which fields are shown depends on its kind."""

    outcome_id = HiddenField()
    corrects_id = HiddenField()
    kind = HiddenField()
    photo = RadioField(lazy("Photo"), choices=_MARKS, validate_choice=False)
    fingers = RadioField(lazy("Ten fingers"), choices=_MARKS, validate_choice=False)
    irises = RadioField(lazy("Two irises"), choices=_MARKS, validate_choice=False)
    signature = RadioField(lazy("Signature"), choices=_MARKS, validate_choice=False)
    reason = RadioField(
        lazy("Why not?"),
        choices=[SelectChoice(fact.code, lazy(fact.label)) for fact in NOT_RECORDED.values()],
        validate_choice=False,
    )
    note = TextAreaField(lazy("Note"), [Optional(), Length(max=LONGEST_NOTE)])
    at_pin = BooleanField(lazy("The house stands exactly at the pin"))
    lat = StringField(lazy("Latitude"), [Optional(), Length(max=300)])
    lon = StringField(lazy("Longitude"), [Optional(), Length(max=40)])

    def house(self) -> tuple[float, float] | None:
        """Return where the house was found as (latitude, longitude), or None; what cannot be read is told at `lat`."""
        lat, lon = (self.lat.data or "").strip(), (self.lon.data or "").strip()
        if not lat and not lon:
            return None
        pair = f"{lat.replace(',', '.')}, {lon.replace(',', '.')}" if lat and lon else lat or lon
        try:
            return parse_coordinates(pair)
        except CoordinateError as error:
            self.lat.errors = [*self.lat.errors, coordinate_error(error.reason)]
            return None

    def entry(self) -> Entry | None:
        """Return what was entered, or None with errors where it is not complete."""
        kind = kind_of(self.kind.data)
        corrects_id = self.corrects_id.data or None
        ids = [self.outcome_id.data or "", *([corrects_id] if corrects_id else [])]
        if (
            not self.validate()
            or kind is None
            or not all(map(is_id, ids))
            or len(set(ids)) < len(ids)
        ):
            return None
        return Entry(
            id=self.outcome_id.data,
            kind=kind,
            reason=(self.reason.data or "") if kind is OutcomeKind.NOT_RECORDED else "",
            biometrics=self._biometrics() if kind is OutcomeKind.PARTLY else None,
            note=" ".join((self.note.data or "").split()),
            corrects_id=corrects_id,
        )

    def _biometrics(self) -> Biometrics | None:
        marks = {part: self[part].data for part in PART_LABELS}
        if not set(marks.values()) <= set(Mark):
            return None
        return Biometrics(**{part: Mark(mark) for part, mark in marks.items()})


def kind_of(text: str | None) -> OutcomeKind | None:
    """Return the kind of outcome that a form or an address names, or None."""
    return OutcomeKind(text) if text and text in set(OutcomeKind) else None


class CodeForm(Form):
    """A visit's short code, as it stands on paper."""

    code = StringField(
        lazy("Visit code"), [InputRequired(lazy("Type the code of the visit.")), Length(max=20)]
    )


class AgainForm(Form):
    """Another attempt, from a date."""

    not_before = DateField(
        lazy("Not before"), [InputRequired(lazy("Choose from which date the team may come again."))]
    )
    again_note = StringField(lazy("Note"), [Optional(), Length(max=LONGEST_NOTE)])


def closing_of(text: str | None) -> CloseReason | None:
    """Return the closing that a form names, or None where it is not one of those offered."""
    return CloseReason(text) if text and text in set(CLOSINGS) else None


class CloseForm(Form):
    """Why a referral ends after a visit."""

    close_reason = RadioField(
        lazy("Reason"),
        [InputRequired(lazy("Choose why the referral is closed."))],
        choices=[SelectChoice(reason.value, lazy(CLOSING_LABELS[reason])) for reason in CLOSINGS],
        validate_choice=False,
    )
    close_note = StringField(lazy("Note"), [Optional(), Length(max=LONGEST_NOTE)])
