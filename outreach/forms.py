"""The root of every form: its messages come from our own catalogues."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm

from outreach import i18n
from outreach.errors import Invalid, Refused


class _Translations:
    """What WTForms asks for its own messages ("Not a valid date value.")."""

    def gettext(self, message: str) -> str:
        return i18n.translate(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return i18n.translate_plural(singular, plural, n)


_translations = _Translations()


class Form(FlaskForm):  # type: ignore[misc]
    """A form with a token against other sites, that speaks the person's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: Any) -> _Translations:
            return _translations

    def refuse(self, refusal: Refused) -> None:
        """Show what a service refused: each message at its field, or above the form where it has none."""
        errors = (
            refusal.errors
            if isinstance(refusal, Invalid)
            else {refusal.field or "": refusal.message}
        )
        for name, message in errors.items():
            if name and name in self:
                self[name].errors = [*self[name].errors, message]
            else:
                self.form_errors.append(message)
