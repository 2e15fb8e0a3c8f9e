"""Reading an uploaded file: what it holds, or a plain word on why it cannot be taken.

The reading happens in a child process (`reading_child.py`) with limits on time and memory, because a file of some
kilobytes can unpack to gigabytes, or hold ten million cells. The file itself is never written anywhere.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from outreach.errors import Refused
from outreach.i18n import N_
from outreach.i18n import gettext as _
from outreach.referrals.imports import reading_child

MOST_ROWS: Final = 5_000
CHILD: Final = Path(reading_child.__file__)
_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
_GRACE_S: Final = 2

log = logging.getLogger(__name__)

Cell = str | tuple[str, str] | None
"""A text, nothing, or its kind and text: "n" number, "d" date (ISO), "t" time, "f" formula, "e" error."""

_REASONS: Final[Mapping[str, str]] = {
    "empty": N_("The file is empty. Choose the file that holds the list."),
    "damaged": N_("The file is damaged and cannot be read. Open it in Excel or LibreOffice, save it again as XLSX, and send that."),
    "locked": N_("The file is protected by a password. Save it without a password and send it again."),
    "old_xls": N_("This is a file of the old Excel (.xls) or a binary one (.xlsb). Open it and save it as “Excel workbook (.xlsx)”, then send that."),
    "ods": N_("This is a LibreOffice file (.ods). Open it and save it as “Excel 2007-365 (.xlsx)”, then send that."),
    "html": N_("This is a web page, not a spreadsheet, whatever its name says. Open it in Excel or LibreOffice and save it as XLSX."),
    "not_a_sheet": N_("This is not a spreadsheet, whatever its name says. Send an XLSX or CSV file."),
    "renamed_xlsx": N_("This is an XLSX file with another ending. Give its name the ending .xlsx and send it again."),
    "renamed_text": N_("This is a text file, although its name ends otherwise. If it is a CSV file, give its name the ending .csv and send it again."),
    "too_big": N_("The file unpacks to far more than 5,000 rows need. Copy the rows with residents into a new file and send that."),
    "too_wide": N_("The sheet has more than 80 columns. Leave out the columns that are not about the resident."),
    "too_many_rows": N_("The sheet has more than 5,000 rows. Send it in parts of at most 5,000 rows."),
    "too_long": N_("The file is too heavy to read. Copy the rows with residents into a new file and send that."),
}  # fmt: skip


class Unreadable(Refused):
    """A file that cannot be taken. `code` says why, the message what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(_(_REASONS[code]), field="file")
        self.code = code


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it stands in the file: rows with their numbers there, from 1, empty ones left out; and who is hidden."""

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    over: bool = False
    hidden: frozenset[int] = frozenset()

    @property
    def width(self) -> int:
        """The number of columns."""
        return max((len(row) for _number, row in self.rows), default=0)


@dataclass(frozen=True, slots=True)
class Book:
    """What an uploaded file holds: sheets of an XLSX file, or the one table of a CSV file."""

    kind: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """The limits under which a file is read: seconds of computing, bytes of address space, rows of a sheet.

    5,000 rows of 20 columns take about 2 s and 120 MiB.
    """

    time_limit_s: int = 8
    memory_bytes: int = 512 * 2**20
    most_rows: int = MOST_ROWS

    def read(self, name: str, data: bytes) -> Book:
        """Return what a file holds. Raises Unreadable."""
        fed = json.dumps(
            {"name": name, "rows": self.most_rows, "data": base64.b64encode(data).decode()}
        )
        command = [
            sys.executable, "-I", str(CHILD), str(self.time_limit_s), str(self.memory_bytes),
        ]  # fmt: skip
        try:
            done = subprocess.run(  # noqa: S603 - the command is our own
                command,
                input=fed.encode(),
                capture_output=True,
                timeout=self.time_limit_s * reading_child.PATIENCE + _GRACE_S,
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                cwd="/",
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unreadable("too_long") from None
        if done.returncode:
            # What stood in the file is not repeated in a log.
            log.warning("reading an upload ended with status %s", done.returncode)
            ended = done.returncode < 0 or done.returncode == reading_child.NO_MEMORY
            raise Unreadable("too_long" if ended else "damaged")
        return self._book(json.loads(done.stdout))

    def _book(self, answer: dict[str, Any]) -> Book:
        if "refused" in answer:
            raise Unreadable(answer["refused"])
        sheets = tuple(
            Sheet(
                sheet["name"],
                tuple((number, tuple(map(cell_of, row))) for number, row in sheet["rows"]),
                sheet["over"],
                frozenset(sheet["hidden"]),
            )
            for sheet in answer["sheets"]
        )
        if all(sheet.over for sheet in sheets):
            raise Unreadable("too_many_rows")
        return Book(answer["kind"], tuple(sheet for sheet in sheets if not sheet.over))


def cell_of(value: Any) -> Cell:
    """Return a cell from its JSON."""
    return (value[0], value[1]) if isinstance(value, list) else value


def text_of(cell: Cell) -> str:
    """Return what a cell says, whatever its kind."""
    return "" if cell is None else cell if isinstance(cell, str) else cell[1]


def kind_of(cell: Cell) -> str:
    """Return a cell's kind: "" text, or "n", "d", "t", "f", "e"."""
    return cell[0] if isinstance(cell, tuple) else ""
