"""Words and their writing: Bahasa Indonesia by default, English complete.

Source strings are English; `translations/<language>/*.po` holds one catalogue for each package, and all of
them are read and merged at the first use, without a compile step.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from babel.dates import format_date as babel_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import LazyProxy

from outreach import clock

LANGUAGES: Final = {"id": "Bahasa Indonesia", "en": "English"}
DEFAULT_LANGUAGE: Final = "id"
TRANSLATIONS: Final = Path(__file__).parent / "translations"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


def current_language() -> str:
    """Return the language of this request, job or command ("id" or "en")."""
    return _language.get()


def set_language(language: str) -> None:
    """Set the language of this context; an unknown one becomes the default."""
    _language.set(language if language in LANGUAGES else DEFAULT_LANGUAGE)


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Speak `language` inside the block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return every translated message of a language: source text to its translation."""
    merged: dict[str, str] = {}
    for path in sorted((TRANSLATIONS / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id:
                    continue
                if isinstance(message.id, str):
                    if message.string:
                        merged[message.id] = str(message.string)
                elif message.string and message.string[0]:
                    # Indonesian has one plural form, so both source forms have one translation.
                    merged[message.id[0]] = merged[message.id[1]] = str(message.string[0])
    return merged


def translate(message: str) -> str:
    """Return `message` in the current language, without filling anything in."""
    return catalogue(current_language()).get(message, message)


def translate_plural(singular: str, plural: str, n: int) -> str:
    """Return the form for `n` in the current language, without filling anything in."""
    return translate(singular if n == 1 else plural)


def gettext(message: str, **values: object) -> str:
    """Return `message` in the current language with its %(name)s places filled."""
    text = translate(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    """Return the form for `n` in the current language; %(num)s is `n`."""
    return translate_plural(singular, plural, n) % {"num": n, **values}


def lazy(message: str) -> LazyProxy:
    """Return text that is translated when it is shown, for labels made at import time."""
    return LazyProxy(translate, message, enable_cache=False)


def N_(message: str) -> str:  # noqa: N802 - the customary name that extractors know
    """Mark a string for the catalogues where it stands; it is translated where it is shown."""
    return message


def format_date(day: date) -> str:
    """Write a date in full: "Senin, 23 November 2026"."""
    return babel_date(_day(day), "EEEE, d MMMM y", locale=current_language())


def format_date_short(day: date) -> str:
    """Write a date briefly: "23 Nov 2026"."""
    return babel_date(_day(day), "d MMM y", locale=current_language())


def format_weekday(day: date) -> str:
    """Write the day of the week: "Senin"."""
    return babel_date(_day(day), "EEEE", locale=current_language())


def format_time(moment: datetime | int) -> str:
    """Write a time of day as "08.30", from a moment or from seconds since midnight."""
    if isinstance(moment, int):
        minutes = (moment + 30) // 60
        return f"{minutes // 60:02d}.{minutes % 60:02d}"
    return clock.to_office(moment).strftime("%H.%M")


def format_datetime(moment: datetime) -> str:
    """Write a moment on the office's wall clock: "23 Nov 2026, 08.30"."""
    local = clock.to_office(moment)
    return f"{format_date_short(local.date())}, {local:%H.%M}"


def format_number(value: float, digits: int = 0) -> str:
    """Write a number in the language's own way: "1.234,5"."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=current_language())


def _day(day: date) -> date:
    return clock.to_office(day).date() if isinstance(day, datetime) else day
