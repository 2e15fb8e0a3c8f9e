"""Spreadsheets that are handed out: the template of a village, and the marked copy of what was sent.

Everything is written as text, so that a NIK keeps its sixteen digits and nothing is ever worked out as a formula.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from outreach.i18n import gettext as _
from outreach.places.models import Village
from outreach.referrals.imports import values
from outreach.referrals.imports.columns import MARKS, Layout, letter
from outreach.referrals.imports.contents import Line
from outreach.referrals.imports.reading import Sheet, text_of
from outreach.referrals.nik import NikError, mask

MIMETYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEMPLATE: Final = (
    # heading (Indonesian, as it comes back), width, field of values.CODED or ""
    ("No", 5, ""), ("NIK", 20, ""), ("Nama lengkap", 28, ""), ("Tanggal lahir atau tahun", 18, ""),
    ("Jenis kelamin", 14, "sex"), ("Dukuh", 20, ""), ("RT", 6, ""), ("RW", 6, ""), ("Patokan", 32, ""),
    ("Kondisi", 34, "condition"), ("Daya listrik", 22, "house_power"), ("Narahubung", 22, ""),
    ("Hubungan", 26, "contact_relation"), ("No HP", 18, ""), ("Jam di rumah", 20, "home"),
    ("Kebutuhan kunjungan", 34, ""), ("Lokasi di peta", 24, ""), ("Catatan", 34, ""),
)  # fmt: skip
_EMPTY_ROWS: Final = 300  # rows of the template that are made text beforehand
_HEAD: Final = PatternFill("solid", fgColor="3A2212")
_WRONG: Final = PatternFill("solid", fgColor="F9C9C4")
_NOTED: Final = PatternFill("solid", fgColor="FFF0C2")
_BOLD: Final = Font(bold=True)


def template(village: Village) -> bytes:
    """Return the empty list of a village: headings, lists to choose from, everything as text, and how to fill it in."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Usulan"
    sheet.append([f"{_('Referrals for a recording at home')}: {village.label} ({village.code})"])
    sheet["A1"].font = Font(bold=True, size=13)
    sheet.append([_("One resident a row. Leave empty what you do not know; name the resident always.")])  # fmt: skip
    sheet.append([heading for heading, _width, _field in _TEMPLATE])
    for position, (_heading, width, field) in enumerate(_TEMPLATE, start=1):
        column = get_column_letter(position)
        sheet.column_dimensions[column].width = width
        head = sheet.cell(3, position)
        head.fill, head.font = _HEAD, Font(bold=True, color="FFFFFF")
        head.alignment = Alignment(wrap_text=True, vertical="top")
        for row in range(4, 4 + _EMPTY_ROWS):
            sheet.cell(row, position).number_format = "@"
        if field:
            _offer(book, sheet, field, f"{column}4:{column}{3 + _EMPTY_ROWS}")
    sheet.freeze_panes = "D4"
    _help(book)
    return _saved(book)


def _offer(book: Workbook, sheet: Any, field: str, cells: str) -> None:
    """Let a column be chosen from a list, which stands in a hidden sheet: some are too long for the rule itself."""
    lists = book["Daftar"] if "Daftar" in book.sheetnames else book.create_sheet("Daftar")
    lists.sheet_state = "hidden"
    labels = [values.label_of(field, code) for code in values.codes_of(field)]
    column = lists.max_column + 1 if lists["A1"].value else 1
    for row, label in enumerate(labels, start=1):
        lists.cell(row, column, label)
    name = get_column_letter(column)
    rule = DataValidation(type="list", formula1=f"Daftar!${name}$1:${name}${len(labels)}", allow_blank=True)  # fmt: skip
    rule.errorStyle = "warning"
    rule.error = _("Choose from the list, or leave this empty.")
    sheet.add_data_validation(rule)
    rule.add(cells)


def _help(book: Workbook) -> None:
    sheet = book.create_sheet(_("How to fill this in"), 1)
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 90
    lines = [
        ("NIK", _("16 digits. Leave it empty if it is not known.")),
        ("Tanggal lahir atau tahun", _("Like 1 July 1941 or 01-07-1941. The year alone is enough.")),
        ("RT, RW", _("The number only, for example 3 or 003.")),
        ("Patokan", _("What the house can be recognised by.")),
        ("No HP", _("Of the family or a neighbour, like 0812 3456 7890. Leave it empty if there is none.")),
        ("Lokasi di peta", _("Coordinates of the house, like -7.4267, 111.0223, if you have them.")),
        ("Kebutuhan kunjungan", ", ".join(values.label_of("needs", code) for code in values.codes_of("needs"))),
        ("Catatan", _("What else the team should know. No NIK and no diagnosis, please.")),
    ]  # fmt: skip
    for field, heading in (("condition", "Kondisi"), ("house_power", "Daya listrik"), ("contact_relation", "Hubungan"), ("home", "Jam di rumah")):  # fmt: skip
        lines.append((heading, "\n".join(values.label_of(field, code) for code in values.codes_of(field))))  # fmt: skip
    for name, text in lines:
        sheet.append([name, text])
    for row in sheet.iter_rows():
        row[0].font = _BOLD
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def marked_copy(
    sheet: Sheet, layout: Layout, columns: Mapping[int, str], lines: Sequence[Line],
    *, only: Collection[int] | None, with_nik: bool,
) -> bytes:  # fmt: skip
    """Return what was sent, with wrong cells coloured and a last column that says what to do.

    `only` keeps to some rows (and the headings). Without `with_nik` each NIK is masked.
    """
    book = Workbook(write_only=True)
    target = book.create_sheet((sheet.name or "Usulan")[:31])
    width = max(sheet.width, len(layout.headings))
    target.column_dimensions[letter(width)].width = 90
    for column, field in columns.items():
        target.column_dimensions[letter(column)].width = {"name": 28, "nik": 20, "landmark": 30, "condition": 26}.get(field, 16)  # fmt: skip
    by_number = {line.number: line for line in lines}
    nik_column = next((column for column, field in columns.items() if field == "nik"), -1)
    last_head, last = max(layout.head, default=0), 0
    for number, row in sheet.rows:
        if only is not None and number > last_head and number not in only:
            continue
        if only is None:
            for _gap in range(last + 1, number):
                target.append([])
        last = number
        texts = [text_of(row[c]) if c < len(row) else "" for c in range(width)]
        if not with_nik and number > last_head and nik_column >= 0:
            texts[nik_column] = _masked(texts[nik_column])
        line = by_number.get(number)
        target.append(_marked(target, texts, line, is_head=number == last_head))
    return _saved(book)


def _marked(target: Any, texts: list[str], line: Line | None, *, is_head: bool) -> list[Any]:
    wrong = {p.column for p in line.problems if p.blocks} if line else set()
    noted = {p.column for p in line.problems if not p.blocks} - wrong if line else set()
    cells = []
    for column, text in enumerate(texts):
        cell = _cell(target, text)
        if column in wrong or column in noted:
            cell.fill = _WRONG if column in wrong else _NOTED
        if is_head:
            cell.font = _BOLD
        cells.append(cell)
    if is_head:
        mark = _cell(target, MARKS)
        mark.font = _BOLD
        cells.append(mark)
    elif line and (said := advice(line)):
        mark = _cell(target, said)
        mark.fill = _WRONG if wrong or line.standing == "mend" else _NOTED
        mark.alignment = Alignment(wrap_text=True, vertical="top")
        cells.append(mark)
    return cells


def advice(line: Line) -> str:
    """Return what a row's marks say: what to mend first, else what came of it."""
    errors = [problem for problem in line.problems if problem.blocks]
    said = errors or [p for p in line.problems if p.code.startswith(("repeat", "near"))]
    return " ".join(f"{problem.label}: {problem.text}" if problem.label else problem.text for problem in said)  # fmt: skip


def _cell(target: Any, text: str) -> Any:
    cell = WriteOnlyCell(target, value=text or None)
    if text:
        cell.data_type = "s"  # also where it begins with "=": openpyxl would make it a formula
        cell.number_format = "@"
    return cell


def _masked(text: str) -> str:
    try:
        return mask(text)
    except NikError:
        return "*" * len(text)


def _saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.properties.creator = "Sambang"
    book.save(target)
    return target.getvalue()
