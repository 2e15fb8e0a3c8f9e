"""What an import keeps of its file: the cells and what was found in them, sealed, for as long as they are needed."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Any

from outreach.errors import NotThere
from outreach.referrals.imports.models import ReferralImport
from outreach.referrals.imports.problems import Problem
from outreach.referrals.imports.reading import Book, Sheet, cell_of
from outreach.security.sealed import Sealer


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the preview shows it. `nik` is masked."""

    number: int
    name: str
    nik: str
    village_code: str
    standing: str
    gaps: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is asked once for all rows that say it: which village, or what a word means.

    `field` is "village" or a coded field; `options` are codes; `rows` how many rows wait for the answer.
    """

    key: str
    field: str
    text: str
    options: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that reading the rows found."""

    lines: tuple[Line, ...]
    questions: tuple[Question, ...]
    passed_over: tuple[int, ...]


def seal_book(sealer: Sealer, import_id: str, book: Book) -> bytes:
    """Return the cells of a file, sealed for one import."""
    packed = {
        "kind": book.kind,
        "sheets": [[s.name, s.rows, sorted(s.hidden)] for s in book.sheets],
    }
    return _seal(sealer, packed, f"referral_imports.sealed_book:{import_id}")


def book_of(sealer: Sealer, row: ReferralImport) -> Book:
    """Return the cells that an import keeps. Raises NotThere when they are gone."""
    packed = _open(sealer, row.sealed_book, f"referral_imports.sealed_book:{row.id}")
    sheets = tuple(
        Sheet(
            name,
            tuple((number, tuple(map(cell_of, cells))) for number, cells in rows),
            hidden=frozenset(*hidden),  # none in what an older release kept
        )
        for name, rows, *hidden in packed["sheets"]
    )
    return Book(packed["kind"], sheets)


def seal_findings(sealer: Sealer, import_id: str, found: Findings) -> bytes:
    """Return what was found, sealed for one import."""
    packed = {
        "lines": [
            [x.number, x.name, x.nik, x.village_code, x.standing, x.gaps, [p.as_list() for p in x.problems]]
            for x in found.lines
        ],
        "questions": [[q.key, q.field, q.text, q.options, q.rows] for q in found.questions],
        "passed": found.passed_over,
    }  # fmt: skip
    return _seal(sealer, packed, f"referral_imports.sealed_rows:{import_id}")


def findings_of(sealer: Sealer, row: ReferralImport) -> Findings:
    """Return what was found in an import's rows. Raises NotThere when it is gone."""
    packed = _open(sealer, row.sealed_rows, f"referral_imports.sealed_rows:{row.id}")
    return Findings(
        tuple(
            Line(
                line[0],
                line[1],
                line[2],
                line[3],
                line[4],
                tuple(line[5]),
                tuple(Problem(*problem) for problem in line[6]),
            )
            for line in packed["lines"]
        ),
        tuple(Question(q[0], q[1], q[2], tuple(q[3]), q[4]) for q in packed["questions"]),
        tuple(packed["passed"]),
    )


def _seal(sealer: Sealer, packed: Any, place: str) -> bytes:
    return sealer.seal(zlib.compress(json.dumps(packed).encode(), 6), place)


def _open(sealer: Sealer, sealed: bytes | None, place: str) -> Any:
    if sealed is None:
        raise NotThere(place)
    return json.loads(zlib.decompress(sealer.open(sealed, place)))
