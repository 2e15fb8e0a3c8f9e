"""The form with which a telling is noted."""

from __future__ import annotations

from datetime import date

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from outreach.forms import Form
from outreach.i18n import lazy
from outreach.notices.models import Channel
from outreach.notices.service import Promise
from outreach.notices.wording import CHANNEL_LABELS


class NoticeForm(Form):
    """How the family was told, and of what: the visit as the page showed it ("2026-11-24 28800 36000", or empty)."""

    seen = HiddenField()
    channel = RadioField(
        lazy("How was the family told?"),
        choices=[
            SelectChoice(channel.value, lazy(label)) for channel, label in CHANNEL_LABELS.items()
        ],
        validate_choice=False,
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Check the form; a channel must be chosen."""
        good = bool(super().validate(extra_validators))
        if self.channel.data not in set(Channel):
            self.channel.errors = [*self.channel.errors, str(lazy("Choose how the family was told."))]  # fmt: skip
            good = False
        return good

    def promise(self) -> Promise | None:
        """Return the visit that the page showed, or None where it was called off or cannot be read."""
        try:
            day, from_s, to_s = (self.seen.data or "").split()
            return Promise(date.fromisoformat(day), int(from_s), int(to_s))
        except ValueError:
            return None


def written(promise: Promise | None) -> str:
    """Return a promise as the form carries it."""
    return f"{promise.day} {promise.from_s} {promise.to_s}" if promise else ""
