"""Form fields of our own: a birth that may be known in part, and lists whose words are translated when shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import Field
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import TextInput

from outreach.i18n import gettext as _
from outreach.i18n import translate


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth as far as it is known: a date, only a year, or nothing."""

    day: date | None = None
    year: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything is known."""
        return self.day is not None or self.year is not None


class BirthField(Field):  # type: ignore[misc]
    """Day, month and year in three boxes of one name; the year alone is enough."""

    widget = TextInput()

    def process_data(self, value: Birth | None) -> None:
        self.data = value or Birth()
        shown = (
            [self.data.day.day, self.data.day.month, self.data.day.year]
            if self.data.day
            else ["", "", self.data.year or ""]
        )
        self.raw_data = [str(part) for part in shown]

    def process_formdata(self, valuelist: list[Any]) -> None:
        parts = [str(part).strip() for part in valuelist]
        parts = [*parts, "", "", ""][:3]
        self.raw_data = parts
        self.data = Birth()
        if any(parts):
            self.data = read_birth(*parts)

    def _value(self) -> str:
        return " ".join(filter(None, self.raw_data or []))


def read_birth(day: str, month: str, year: str) -> Birth:
    """Return a birth from its three boxes. Raises ValueError with words for whoever typed it."""
    if not year:
        raise ValueError(_("Fill in the year of birth, with four digits."))
    if not (year.isdecimal() and len(year) == 4):
        raise ValueError(_("Write the year of birth with four digits, for example 1941."))
    if not day and not month:
        return Birth(year=int(year))
    if not (day and month):
        raise ValueError(
            _("Fill in day and month, or leave both empty when only the year is known.")
        )
    try:
        return Birth(day=date(int(year), int(month), int(day)))
    except ValueError:
        raise ValueError(_("There is no such date. Check day, month and year.")) from None


def choices(items: Iterable[tuple[str, str]], *, empty: str | None = None) -> list[SelectChoice]:
    """Return the entries of a list, translated now; `empty` is the words of an entry that chooses nothing."""
    first = [SelectChoice("", empty)] if empty is not None else []
    return [*first, *(SelectChoice(code, translate(label)) for code, label in items)]
