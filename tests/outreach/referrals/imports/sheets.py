"""Spreadsheets to test with: written by a library, as XLSX or CSV, in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

HEAD = (
    "No", "NIK", "Nama lengkap", "Tanggal lahir", "L/P", "Dukuh", "RT", "RW", "Patokan", "Kondisi",
    "Daya listrik", "Narahubung", "Hubungan", "No HP", "Keterangan",
)  # fmt: skip


def a_row(number: int, **given: Any) -> list[Any]:
    """A row under HEAD that lacks nothing, of a resident of its own."""
    usual = {
        "no": number, "nik": f"331400410741{number:04d}", "name": f"Mbah {_word(number)}", "birth": "1 Juli 1941", "sex": "P",
        "hamlet": "Krajan", "rt": "3", "rw": "1", "landmark": "rumah joglo timur musala", "condition": "jompo",
        "power": "900", "contact": "Sri", "relation": "anak", "phone": "0812 3456 7890", "note": "",
    }  # fmt: skip
    return list({**usual, **given}.values())


def _word(number: int) -> str:
    """A name for each number, none like another."""
    first = ("Suk", "Tug", "Wag", "Par", "Sam", "Ngad", "Kar", "Jum", "Leg", "Pon")
    then = ("iyem", "ono", "inah", "iman", "irah", "anto", "mini", "ardi", "esti", "ulan")
    digits = f"{number:04d}"
    return " ".join(first[int(a)] + then[int(b)] for a, b in (digits[:2], digits[2:]))


def xlsx(
    rows: Sequence[Sequence[Any]], *, merge: Sequence[str] = (), title: str = "Usulan"
) -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cells in merge:
        sheet.merge_cells(cells)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def csv_text(rows: Sequence[Sequence[Any]], delimiter: str = ",") -> str:
    """The text of a CSV file."""
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return target.getvalue()
