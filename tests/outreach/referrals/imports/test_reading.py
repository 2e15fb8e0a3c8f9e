"""Files as people send them, and files that are meant to do harm: read, or refused with a plain word."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from outreach.referrals.imports.reading import Reader, Sheet, Unreadable, text_of
from tests.outreach.referrals.imports.sheets import csv_text, saved, xlsx

ROWS = [("Nama", "NIK"), ("Mbah Sukiyem", "3314004107410001"), ("Mbah Wagé", "3314004107410002")]
_HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TAIL = b"</sheetData></worksheet>"


def _texts(sheet: Sheet) -> list[list[str]]:
    return [[text_of(cell) for cell in row] for _number, row in sheet.rows]


def _with_sheet(xml: bytes) -> bytes:
    """A workbook whose sheet is this XML."""
    source, target = zipfile.ZipFile(io.BytesIO(xlsx(ROWS))), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for name in source.namelist():
            book.writestr(name, xml if name.endswith("sheet1.xml") else source.read(name))
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter_and_encoding_is_read(encoding: str, delimiter: str) -> None:
    book = Reader().read("daftar.csv", csv_text(ROWS, delimiter).encode(encoding))
    assert _texts(book.sheets[0]) == [list(row) for row in ROWS]


def test_a_merged_village_stands_in_every_row_that_it_covers() -> None:
    rows = [("Nama", "Desa"), ("Mbah A", "Japoh"), ("Mbah B", None), ("Mbah C", None)]
    book = Reader().read("daftar.xlsx", xlsx(rows, merge=["B2:B4"]))
    assert [row[1] for row in _texts(book.sheets[0])] == ["Desa", "Japoh", "Japoh", "Japoh"]


def test_a_formula_is_text_and_is_never_worked_out() -> None:
    book = Reader().read("daftar.xlsx", xlsx([("Nama", "Catatan"), ("Mbah A", "=1+1")]))
    assert book.sheets[0].rows[1][1][1] == ("f", "=1+1")


def test_a_stray_cell_far_below_does_no_harm() -> None:
    book = Workbook()
    book.active.append(["Nama"])
    book.active.cell(1_048_576, 1, "x")
    assert len(Reader().read("daftar.xlsx", saved(book)).sheets[0].rows) == 2


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("daftar.xlsx", b"", "empty"),
        ("daftar.xlsx", b"Nama,NIK\r\nA,1", "renamed_text"),
        ("daftar.csv", xlsx(ROWS), "renamed_xlsx"),
        ("daftar.xlsx", b"%PDF-1.7 ...", "not_a_sheet"),
        ("daftar.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20, "not_a_sheet"),
        ("daftar.xls", b"<html><table><tr><td>Nama", "html"),
        ("daftar.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_xls"),
        ("daftar.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked"),
        ("daftar.xlsx", xlsx(ROWS)[:400], "damaged"),
        ("daftar.xlsx", _with_sheet(b"<worksheet><broken"), "damaged"),
    ],
)  # fmt: skip
def test_what_is_no_spreadsheet_is_refused_with_its_reason(
    name: str, data: bytes, code: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        Reader().read(name, data)
    assert refused.value.code == code


def test_a_bomb_is_refused_from_its_directory() -> None:
    with pytest.raises(Unreadable) as refused:
        Reader().read("bom.xlsx", _with_sheet(_HEAD + b" " * (200 * 2**20) + _TAIL))
    assert refused.value.code == "too_big"


def test_ten_million_cells_are_refused_within_the_limits() -> None:
    row = b"<row>" + b"<c><v>1</v></c>" * 1000 + b"</row>"
    with pytest.raises(Unreadable) as refused:
        Reader().read("besar.xlsx", _with_sheet(_HEAD + row * 10_000 + _TAIL))
    assert refused.value.code == "too_big"


def test_more_rows_than_may_be_are_refused() -> None:
    text = csv_text([("Nama", "NIK"), *((f"Mbah {n}", n) for n in range(5200))])
    with pytest.raises(Unreadable) as refused:
        Reader().read("daftar.csv", text.encode())
    assert refused.value.code == "too_many_rows"


def test_a_reader_that_runs_out_of_memory_ends_alone() -> None:
    with pytest.raises(Unreadable):
        Reader(memory_bytes=4 * 2**20).read("daftar.xlsx", xlsx(ROWS))
