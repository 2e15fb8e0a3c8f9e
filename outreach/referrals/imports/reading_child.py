"""Reads a spreadsheet into plain cells, in a process of its own with a time and a memory limit.

Run as a script with nothing of ours imported: `python -I reading_child.py SECONDS BYTES`. Reads JSON from standard
input: {"name": file name, "rows": most rows of a sheet, "data": base64}. Writes JSON to standard output:
{"kind": ..., "sheets": [{"name", "rows": [[row number, [cell, ...]], ...], "over": more rows than allowed, "hidden":
numbers of rows that the file hides}]} or {"refused": code}. A cell is a text, null, or [kind, text]: "n" a number, "d" a date, "t" a time, "f" a formula (never
worked out: its text), "e" an error such as #REF!. Status 4: no memory left.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
import resource
import signal
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

NO_MEMORY = 4
PATIENCE = 3  # a busy machine gives a process a third of its time
MOST_SHEETS = 12
MOST_COLUMNS = 80
MOST_SPARE_ROWS = 60  # titles, headings and signatures around the rows themselves
LONGEST_CELL = 2_000
LARGEST_TEXT = 12 * 2**20  # characters of all cells together
LARGEST_XML = 48 * 2**20  # bytes of unpacked XML; 5,000 rows of 30 columns take about 9 MiB
MOST_PARTS = 2_000
WIDEST_RATIO = 400  # XML of real sheets packs 5 to 40 times, a bomb 1,000 times
_DELIMITERS = ",;\t|"
_FORMULA = re.compile(r"^[=@]|^[+-][\w.]*[(!|]")

Cell = str | list[str] | None


class Refusal(Exception):
    """The file cannot be taken; the code says why."""


def limit(seconds: int, memory: int) -> None:
    """End this process when it takes longer, grows larger or writes more than it may."""
    signal.alarm(seconds * PATIENCE)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(name: str, data: bytes, most_rows: int) -> dict[str, Any]:
    """Return what the file holds. Raises Refusal."""
    ending = os.path.splitext(name)[1].lower()
    found = kind_of(data)
    if found == "xlsx":
        if ending not in (".xlsx", ".xlsm"):
            raise Refusal("renamed_xlsx")
        return {"kind": "xlsx", "sheets": read_workbook(data, most_rows)}
    if found != "text":
        raise Refusal(found)
    if ending not in (".csv", ".txt", ".tsv"):
        raise Refusal("renamed_text")
    return {"kind": "csv", "sheets": [read_text(data, most_rows)]}


def kind_of(data: bytes) -> str:
    """Tell by its content what a file is: "xlsx", "text", or the code with which it is refused."""
    if not data.strip(b"\0 \r\n\t\xef\xbb\xbf\xff\xfe"):
        return "empty"
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        return "locked" if locked else "old_xls"
    head = data[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table")):
        return "html"
    if head.startswith((b"<?xml", b"{\\rtf", b"%pdf")) or _is_binary(data):
        return "not_a_sheet"
    return "text"


def _kind_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if any(part.flag_bits & 1 for part in parts):
                return "locked"
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype")
                return "ods" if b"opendocument.spreadsheet" in kind else "not_a_sheet"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "damaged"
    if "xl/workbook.bin" in names:
        return "old_xls"
    return "xlsx" if "[Content_Types].xml" in names and any(n.startswith("xl/") for n in names) else "not_a_sheet"  # fmt: skip


def _is_binary(data: bytes) -> bool:
    if _utf16(data):
        return False
    sample = data[:20_000]
    odd = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in sample)
    return b"\0" in data or odd * 200 > len(sample)


# --- workbooks -----------------------------------------------------------------------------------


def read_workbook(data: bytes, most_rows: int) -> list[dict[str, Any]]:
    """Return the visible sheets that hold anything, row by row and never the whole of a sheet at once."""
    _check_parts(data)
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl loads it where it is, for nothing here
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except MemoryError:
        raise
    except Exception as error:
        raise Refusal("damaged") from error
    sheets, budget = [], Budget()
    for sheet in book.worksheets[:MOST_SHEETS]:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()  # a wrong <dimension> would hide rows
        try:
            found = _read_sheet(sheet, most_rows, budget)
            if found["rows"] and not found["over"]:
                _fill_merged(found["rows"], _merged(sheet))
                found["hidden"] = _hidden(sheet)
        except (Refusal, MemoryError):
            raise
        except Exception as error:
            raise Refusal("damaged") from error
        if found["rows"]:
            sheets.append(found)
    if not sheets:
        raise Refusal("empty")
    return sheets


class Budget:
    """How much text one file may still hold."""

    def __init__(self) -> None:
        self.left = LARGEST_TEXT

    def take(self, row: list[Cell]) -> None:
        """Count a row. Raises Refusal when the file holds too much."""
        self.left -= sum(len(cell if isinstance(cell, str) else cell[1]) for cell in row if cell)
        if self.left < 0:
            raise Refusal("too_big")


def _check_parts(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise Refusal("too_big")
        xml = [part for part in parts if part.filename.endswith((".xml", ".rels", ".vml"))]
        if sum(part.file_size for part in xml) > LARGEST_XML:
            raise Refusal("too_big")
        for part in xml:
            if part.file_size > 2**20 and part.file_size > WIDEST_RATIO * max(part.compress_size, 1):  # fmt: skip
                raise Refusal("too_big")
            try:
                with archive.open(part) as file:
                    if b"<!DOCTYPE" in file.read(4096):
                        raise Refusal("damaged")
            except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
                raise Refusal("damaged") from error


def _read_sheet(sheet: Any, most_rows: int, budget: Budget) -> dict[str, Any]:
    rows: list[tuple[int, list[Cell]]] = []
    over = False
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row = _trimmed([_cell(cell) for cell in cells])
        if len(row) > MOST_COLUMNS:
            raise Refusal("too_wide")
        if not row:
            continue
        if len(rows) >= most_rows + MOST_SPARE_ROWS:
            over = True
            break
        budget.take(row)
        rows.append((number, row))
    return {"name": sheet.title, "rows": rows, "over": over, "hidden": []}


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return ["f", str(getattr(value, "text", None) or value)[:LONGEST_CELL]]
    if cell.data_type == "e":
        return ["e", str(value)]
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, datetime):
        return ["d", value.date().isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, (time, timedelta)):
        return ["t", str(value)]
    if isinstance(value, (int, float)):
        return ["n", _number(value)]
    return _text(str(value))


def _number(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e17:
        return str(int(value))
    return repr(value)


def _text(value: str) -> Cell:
    text = value[:LONGEST_CELL].replace("\0", "").strip()
    return text or None


def _trimmed(row: list[Cell]) -> list[Cell]:
    while row and row[-1] is None:
        row.pop()
    return row


def _merged(sheet: Any) -> list[tuple[int, int, int]]:
    """Return the columns (from 0) and rows that merged cells span downwards: (column, first row, last row)."""
    from openpyxl.utils.cell import range_boundaries

    found = []
    for tag in _tags(sheet, b"mergeCell"):
        if match := re.search(rb'ref="([A-Z]+\d+:[A-Z]+\d+)"', tag):
            left, top, _right, bottom = range_boundaries(match[1].decode())
            if bottom > top and left <= MOST_COLUMNS:
                found.append((left - 1, top, bottom))
        if len(found) > 20_000:
            break
    return found


def _hidden(sheet: Any) -> list[int]:
    """Return the numbers of the rows that are hidden, by hand or by a filter."""
    found = []
    for tag in _tags(sheet, b"row"):
        number = re.search(rb'\sr="(\d+)"', tag)
        if number and re.search(rb'\shidden="(?:1|true)"', tag):
            found.append(int(number[1]))
    return found


def _tags(sheet: Any, name: bytes) -> Iterator[bytes]:
    """Give the start tags of one name, as they stand in the XML of a sheet."""
    pattern, tail = re.compile(rb"<(?:\w+:)?" + name + rb"\s[^>]*>"), b""
    with sheet._get_source() as source:
        while chunk := source.read(2**18):
            text = tail + chunk
            yield from pattern.findall(text)
            end = text.rfind(b"<")
            tail = text[end:] if end >= 0 and b">" not in text[end:] else b""
            if len(tail) > 4096:
                break


def _fill_merged(rows: list[tuple[int, list[Cell]]], merged: list[tuple[int, int, int]]) -> None:
    """Write what a merged cell says into every row that it covers, as people read it."""
    by_number = dict(rows)
    for column, top, bottom in merged:
        source = by_number.get(top)
        if source is None or column >= len(source) or source[column] is None:
            continue
        if bottom - top > len(rows) + MOST_SPARE_ROWS:
            continue
        for number in range(top + 1, bottom + 1):
            row = by_number.get(number)
            if row is None:
                continue
            row.extend([None] * (column + 1 - len(row)))
            if row[column] is None:
                row[column] = source[column]


# --- text ----------------------------------------------------------------------------------------


def read_text(data: bytes, most_rows: int) -> dict[str, Any]:
    """Return the rows of a text file, whatever its encoding and delimiter."""
    text = decode(data)
    first, _line, rest = text.partition("\n")
    told = re.fullmatch(r'"?sep=(.)"?\s*', first.strip("\r"), re.IGNORECASE)
    if told:
        text = rest
    delimiter = told[1] if told else sniff(text)
    rows: list[tuple[int, list[Cell]]] = []
    over, budget = False, Budget()
    try:
        for number, values in _numbered(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):  # fmt: skip
            row = _trimmed([_typed(value) for value in values])
            if len(row) > MOST_COLUMNS:
                raise Refusal("too_wide")
            if not row:
                continue
            if len(rows) >= most_rows + MOST_SPARE_ROWS:
                over = True
                break
            budget.take(row)
            rows.append((number + bool(told), row))
    except csv.Error as error:
        raise Refusal("damaged") from error
    if not rows:
        raise Refusal("empty")
    return {"name": "", "rows": rows, "over": over, "hidden": []}


def _numbered(reader: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Number the records as a spreadsheet program does that opens the file, not its lines."""
    return enumerate(reader, start=1)


def _typed(value: str) -> Cell:
    text = _text(value)
    if isinstance(text, str) and _FORMULA.match(text):
        return ["f", text]
    return text


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 (with or without a mark) or Windows' Western code page."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data.decode("utf-8-sig", errors="replace")
    if coding := _utf16(data):
        return data.decode(coding, errors="replace").lstrip("\ufeff")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _utf16(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = data[:2000]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    if odd > half * 0.6 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.05:
        return "utf-16-be"
    return None


def sniff(text: str) -> str:
    """Return the delimiter that parts the first lines most evenly, and into most columns."""
    sample = io.StringIO(text[:40_000], newline="").read()
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            for number, row in enumerate(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)):  # fmt: skip
                if any(row):
                    widths[len(row)] += 1
                if number > 60:
                    break
        except csv.Error:
            continue
        wide = [(count, width) for width, count in widths.items() if width > 1]
        if not wide:
            continue
        count, width = max(wide)
        score = count / sum(widths.values()) * min(width, 12) ** 0.5
        if score > best_score:
            best, best_score = delimiter, score
    return best


def main(arguments: list[str]) -> int:
    """Serve one request; return the exit status."""
    limit(int(arguments[0]), int(arguments[1]))
    try:
        asked = json.load(sys.stdin)
        data = base64.b64decode(asked["data"])
        try:
            answer = read(asked["name"], data, asked["rows"])
        except Refusal as refusal:
            answer = {"refused": str(refusal)}
        written = json.dumps(answer, ensure_ascii=True)
    except MemoryError:
        return NO_MEMORY
    sys.stdout.write(written)
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)
