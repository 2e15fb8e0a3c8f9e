"""What the pages of an import show: columns with a glance at their values, tabs of rows, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from sqlalchemy.orm import Session

from outreach.audit import holds_nik
from outreach.i18n import N_, translate
from outreach.i18n import gettext as _
from outreach.jobs import Job, JobState
from outreach.places.models import Village
from outreach.referrals.imports import columns, values
from outreach.referrals.imports.contents import Findings, Line, Question
from outreach.referrals.imports.models import ImportState, ReferralImport
from outreach.referrals.imports.reading import Sheet, text_of
from outreach.referrals.nik import NikError, mask

PAGE_SIZE: Final = 50
_GLANCE: Final = 3
TABS: Final[Mapping[str, str]] = {
    "mend": N_("To be mended"),
    "near": N_("Perhaps referred before"),
    "ready": N_("Ready"),
    "repeat": N_("Repeats, skipped"),
}
STATES: Final[Mapping[ImportState, tuple[str, str, str]]] = {
    ImportState.MATCHING: (N_("Columns to be matched"), "warning", "half"),
    ImportState.CHECKED: (N_("Not yet taken"), "warning", "diamond"),
    ImportState.COMMITTING: (N_("Being taken"), "info", "arrow"),
    ImportState.DONE: (N_("Rows taken"), "success", "tick"),
    ImportState.UNDONE: (N_("Undone"), "neutral", "back"),
    ImportState.DISCARDED: (N_("Thrown away"), "neutral", "bar"),
}
"""Words, tone and shape of a state's badge."""


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """One column of the file on the matching page."""

    index: int
    letter: str
    heading: str
    glance: str
    field: str


def shown_columns(sheet: Sheet, layout: columns.Layout, fields: Mapping[int, str]) -> list[ShownColumn]:  # fmt: skip
    """Return the columns that hold anything, with their first values; a NIK is masked."""
    rows = [row for _number, row in layout.rows_of(sheet)[:40]]
    found = []
    for index, heading in enumerate(layout.headings):
        texts = [text_of(row[index]) for row in rows if index < len(row) and row[index]]
        if not texts and not heading:
            continue
        if columns.normal(heading) == columns.normal(columns.MARKS):
            continue
        glance = ", ".join(map(discreet, texts[:_GLANCE]))
        shown = discreet(heading) if layout.head else ""
        found.append(ShownColumn(index, columns.letter(index), shown, glance, fields.get(index, "")))  # fmt: skip
    return found


def discreet(text: str) -> str:
    """Return a value as a page may show it: a NIK masked, and no more than a glance."""
    try:
        return mask(text)
    except NikError:
        pass
    bare = "".join(c if c.isalnum() else "" for c in text)
    if holds_nik(text) or holds_nik(bare) or (bare.isdigit() and len(bare) >= 14):
        return bare[:6] + "*" * max(len(bare) - 6, 0)
    return text if len(text) <= 40 else text[:38] + " …"


def head_choices(sheet: Sheet) -> list[tuple[str, str]]:
    """Return the rows that may hold the headings, as the matching page offers them."""
    found = [("", _("The file has no headings"))]
    for number, row in sheet.rows[:15]:
        texts = ", ".join(discreet(text_of(cell)) for cell in row[:6] if cell)
        found.append((str(number), _("Row %(number)s: %(text)s", number=number, text=texts[:70])))
    return found


def options_of(question: Question, villages: Mapping[str, Village]) -> list[tuple[str, str]]:
    """Return the answers to a question."""
    if question.field == "village":
        return [(code, villages[code].label) for code in question.options]
    labels = [(code, values.label_of(question.field, code)) for code in question.options]
    return [*labels, ("-", _("Leave it empty"))]


def tabs(row: ReferralImport, tab: str) -> list[dict[str, Any]]:
    """Return the tabs over the rows that hold any."""
    return [
        {
            "label": translate(label),
            "url": url_for("imports.show", import_id=row.id, bagian=code),
            "count": row.counts.get(code, 0),
            "current": code == tab,
        }
        for code, label in TABS.items()
        if row.counts.get(code)
    ]


def first_tab(row: ReferralImport, asked: str) -> str:
    """Return the tab that was asked for, or the first that holds rows."""
    return asked if asked in TABS else next((code for code in TABS if row.counts.get(code)), "mend")


def page_of_lines(found: Findings, tab: str, number: int) -> tuple[list[Line], int, int]:
    """Return one page of the rows of a tab, its number and how many pages there are."""
    lines = [line for line in found.lines if line.standing == tab]
    count = max(1, -(-len(lines) // PAGE_SIZE))
    number = min(max(1, number), count)
    return lines[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, count


def progress_of(session: Session, row: ReferralImport) -> dict[str, Any]:
    """Return how far the taking of an import is, as the page's script reads it."""
    if row.state is not ImportState.COMMITTING:
        return {"state": row.state, "fraction": 1.0, "text": "", "done_url": url_for("imports.show", import_id=row.id)}  # fmt: skip
    job = session.get(Job, row.job_id) if row.job_id else None
    if job is None or job.state is JobState.WAITING:
        return {"state": "waiting", "fraction": None, "text": _("Waiting for its turn ...")}
    phases = {
        "sealing": _("Sealing the NIK of each resident ..."),
        "writing": _("Writing all referrals at once ..."),
    }
    text = phases.get(str(job.progress.get("phase")), _("Reading the rows once more ..."))
    return {"state": "running", "fraction": job.fraction, "text": text}
