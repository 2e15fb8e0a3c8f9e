"""Forms of the follow-up package."""

from __future__ import annotations

from wtforms import DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from outreach.followup.deliveries import CHANNEL_LABELS, SELF, Channel, Handover
from outreach.followup.tail import LONGEST_REMARK
from outreach.forms import Form
from outreach.i18n import lazy
from outreach.referrals.circumstances import RELATIONS


class AdvanceForm(Form):
    """The next step of the people ticked in the list."""

    from_state = HiddenField()
    to_state = RadioField(lazy("Next step"), validate_choice=False)
    remark = StringField(
        lazy("Status word of the centre, or a remark"), [Optional(), Length(max=LONGEST_REMARK)]
    )


class DeliveryForm(Form):
    """How a card reached its owner."""

    channel = RadioField(
        lazy("How was the card delivered?"),
        choices=[
            SelectChoice(channel.value, lazy(label)) for channel, label in CHANNEL_LABELS.items()
        ],
        validate_choice=False,
    )
    delivered_on = DateField(
        lazy("Date"), [InputRequired(lazy("Choose the day of the delivery: today or before."))]
    )
    receipt_number = StringField(lazy("Receipt number of the post"), [Optional(), Length(max=60)])
    received_by = StringField(lazy("Received by"), [Optional(), Length(max=120)])
    relation = SelectField(
        lazy("Who is that?"),
        choices=[SelectChoice("", ""), SelectChoice(SELF, lazy("The owner"))]
        + [SelectChoice(code, lazy(choice.label)) for code, choice in RELATIONS.items()],
        validate_choice=False,
    )

    def handover(self) -> Handover | None:
        """Return what was noted, or None with errors where it cannot be read."""
        if not self.validate():
            return None
        chosen = self.channel.data
        return Handover(
            channel=Channel(chosen) if chosen in set(Channel) else Channel.HAND,
            delivered_on=self.delivered_on.data,
            receipt_number=" ".join((self.receipt_number.data or "").split()),
            received_by=" ".join((self.received_by.data or "").split()),
            relation=self.relation.data or "",
        )

    def validate(self, extra_validators: object = None) -> bool:
        """Check the form; a channel must be chosen."""
        good = bool(super().validate(extra_validators))
        if self.channel.data not in set(Channel):
            self.channel.errors = [
                *self.channel.errors,
                str(lazy("Choose how the card was delivered.")),
            ]
            good = False
        return good
