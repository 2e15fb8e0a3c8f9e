"""What can be wrong with a cell, or worth a look: codes that are kept, and the words for a person."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from outreach.i18n import N_, translate
from outreach.i18n import gettext as _
from outreach.referrals.imports.columns import FIELDS

_ERRORS: Final[Mapping[str, str]] = {
    "name_missing": N_("Write the name of the resident."),
    "name_odd": N_("This is not a name. Write the name as on the family card."),
    "too_long": N_("Keep this under %(longest)s characters."),
    "nik_in_text": N_("This looks like a NIK. Write it only in the NIK column."),
    "formula": N_("This cell holds a formula. Write its result as plain text."),
    "cell_error": N_("This cell shows an error of the spreadsheet. Write the value itself."),
    "nik_cut": N_("The spreadsheet has cut this NIK: the last digits are lost. Make the column text, and type all 16 digits again."),
    "nik_length": N_("A NIK has 16 digits, here are %(digits)s. Count them once more."),
    "nik_digits": N_("A NIK has digits only. Check for letters."),
    "nik_zeros": N_("This is not a NIK. Leave the cell empty if it is not known."),
    "birth_unreadable": N_("This birth date cannot be read. Write it like 1 July 1941, or only the year."),
    "birth_no_such_date": N_("There is no such date. Check day, month and year."),
    "birth_century": N_("Two digits of a year can mean two centuries. Write all four."),
    "birth_future": N_("The birth date lies in the future."),
    "birth_too_old": N_("Nobody is that old. Check the year of birth."),
    "birth_two": N_("The NIK can mean %(dates)s. Write which."),
    "age_unreadable": N_("Write the age in years, as a number."),
    "not_a_choice": N_("“%(text)s” is not known here. Choose: %(choices)s."),
    "unit_unreadable": N_("Write the number only, for example 3 or 003."),
    "units_unreadable": N_("Write RT and RW as 001/002."),
    "units_date": N_("The spreadsheet made a date of RT/RW. Make the column text and write 001/002."),
    "village_missing": N_("Write the village, or its code."),
    "village_unknown": N_("No village “%(text)s” was found. Check the spelling, or write its code."),
    "district_unknown": N_("No district “%(text)s” was found. Check the spelling."),
    "village_elsewhere": N_("There is no “%(text)s” in this district, but there is %(places)s. Mend the district or the village."),
    "village_code_unknown": N_("No village has the code %(text)s."),
    "village_asked": N_("Several villages may be meant: %(places)s. Say which, above or with its district."),
    "not_yours_village": N_("This resident lives in %(place)s. You can refer residents of your own village only: leave the row out, or send it to the officer there."),
    "not_yours_district": N_("This resident lives in %(place)s. You can refer residents of your own district only: leave the row out, or send it to the officer there."),
    "place_unreadable": N_("These coordinates cannot be read. Write them like -7.4267 and 111.0223."),
    "place_outside": N_("This point does not lie in Sragen. Check both numbers."),
    "phone_cut": N_("The spreadsheet has cut this number. Make the column text and type it again."),
    "phone_unreadable": N_("This phone number cannot be read. Write it like 0812 3456 7890."),
    "phone_several": N_("Write one phone number; put a second one in the note."),
    "phone_too_short": N_("This phone number is too short."),
    "phone_too_long": N_("This phone number is too long."),
}  # fmt: skip

_NOTES: Final[Mapping[str, str]] = {
    "village_spelt": N_("“%(text)s” was read as %(place)s."),
    "birth_from_nik": N_("The birth date was taken from the NIK."),
    "sex_from_nik": N_("The sex was taken from the NIK."),
    "birth_from_age": N_("The year of birth was reckoned from the age."),
    "birth_date_differs": N_("The NIK and the birth date do not agree."),
    "sex_differs": N_("The NIK and the sex do not agree."),
    "impossible_date": N_("The NIK holds a date that does not exist. Compare it with the family card."),
    "region_elsewhere": N_("The NIK was issued outside Sragen. That is usual for who moved here."),
    "young": N_("The resident is %(age)s years old. Under 17 only who is or was married has a KTP-el."),
    "odd_phone": N_("The phone number %(number)s looks unusual. Read it once more."),
    "text_formula": N_("A formula was taken as the text that it is."),
    "hidden_row": N_("This row is hidden in your file. Delete it there if it was not meant."),
    "repeat_in_file": N_("The same resident stands in row %(row)s."),
    "repeat_on_file": N_("This resident was referred before: %(code)s."),
    "near_in_file": N_("May be the same resident as in row %(row)s: %(name)s."),
    "near_on_file": N_("May be the same resident as %(code)s: %(name)s."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one cell. `column` counts from 0, -1 where no column is meant; `field` is a code of FIELDS."""

    code: str
    field: str = ""
    column: int = -1
    values: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        """Whether the row cannot be taken as it stands."""
        return self.code in _ERRORS

    @property
    def text(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        message = _ERRORS.get(self.code) or _NOTES[self.code]
        return _(message, **self.values) if self.values else translate(message)

    @property
    def label(self) -> str:
        """The words for the field."""
        return translate(FIELDS[self.field]) if self.field in FIELDS else ""

    def as_list(self) -> list[Any]:
        """Return what is kept."""
        return [self.code, self.field, self.column, self.values]
