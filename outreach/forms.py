"""The root of every form: its messages come from our own catalogues."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm

from outreach import i18n


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
