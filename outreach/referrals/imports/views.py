"""Pages of importing: send a file, match its columns, answer, look at every row, commit, undo."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from flask import Blueprint, Response, flash, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from outreach import audit
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.i18n import ngettext
from outreach.places.models import Village
from outreach.places.service import villages_for
from outreach.policy import Actor, can
from outreach.referrals.imports import columns, files, pages, service, undoing
from outreach.referrals.imports.contents import Findings, book_of, findings_of
from outreach.referrals.imports.forms import UploadForm
from outreach.referrals.imports.models import OPEN, ImportState, ReferralImport
from outreach.referrals.imports.reading import Reader, Unreadable
from outreach.web import (
    HomeCard,
    Todo,
    actor,
    allow,
    changing,
    core,
    endpoint,
    go,
    load,
    on_home,
    reading,
    render,
    writing,
)

bp = Blueprint("imports", __name__)
Page = str | BaseResponse | tuple[str, int]
MOST_SENT_BYTES: Final = 8 * 2**20
"""5,000 rows take 1 MB; what a file carries beside its rows is looked at by the reader, within its limits."""


@on_home
def home_of_imports(session: Session, person: Actor) -> Iterator[HomeCard | Todo]:
    """Files that somebody began to send and did not finish."""
    if not can(person, "import.list"):
        return
    for row in service.imports_seen(session, person):
        if row.state in OPEN and row.created_by == person.id:
            yield Todo(
                _("The file %(name)s is not taken yet", name=row.file_name),
                _("Look at its rows and take them, or throw it away."),
                url_for("imports.show", import_id=row.id),
            )


@bp.get("/usulan/impor")
@endpoint("import.list")
def index() -> str:
    """List the files that were sent."""
    allow()
    return _start_page(UploadForm())


@bp.post("/usulan/impor/baru")
@endpoint("import.create", most_bytes=MOST_SENT_BYTES)
def upload() -> Page:
    """Read a file, and go on to its columns."""
    allow()
    form = UploadForm()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        form.file.errors = [_("Choose a file first.")]
        return _start_page(form), 422
    try:
        book = Reader().read(sent.filename, sent.stream.read())
    except Unreadable as refusal:
        form.file.errors = [refusal.message]
        return _start_page(form), 422
    with writing() as session:
        row = service.start_import(session, actor(), core().sealer, sent.filename, book)
    return go("imports.match", import_id=row.id)


@bp.get("/usulan/impor/templat")
@endpoint("import.create")
def template() -> Page:
    """Give the empty list of a village."""
    allow()
    villages = {village.code: village for village in villages_for(reading(), actor())}
    asked = request.args.get("desa", "") or (next(iter(villages)) if len(villages) == 1 else "")
    if asked not in villages:
        flash(_("Choose the village whose template you want."), "warning")
        return go("imports.index")
    name = f"usulan-{villages[asked].name.lower().replace(' ', '-')}-{asked}.xlsx"
    return _file(files.template(villages[asked]), name)


@bp.route("/usulan/impor/<id:import_id>/kolom", methods=["GET", "POST"])
@endpoint("import.edit")
def match(import_id: str) -> Page:
    """Match the columns of a file, and read its rows."""
    row = load(reading(), ReferralImport, import_id)
    allow(row)
    if row.state not in OPEN or row.sealed_book is None:
        return go("imports.show", import_id=import_id)
    if request.method == "GET":
        return _match_page(row, _choice_asked(row))
    choice = _choice_posted(row)
    if "again" in request.form:  # another sheet or heading row: guess once more
        head = "-".join(map(str, choice.head))
        return go("imports.match", import_id=import_id, lembar=choice.sheet, judul=head or "0")
    try:
        service.check_choice(actor(), choice, _villages())
        _check(row, choice, row.answers)
    except Refused as refusal:
        return _match_page(row, choice, refusal.message), 422
    return go("imports.show", import_id=import_id)


@bp.post("/usulan/impor/<id:import_id>/jawaban")
@endpoint("import.edit")
def answer(import_id: str) -> Page:
    """Keep what was answered about villages and words, and read the rows again."""
    row = load(reading(), ReferralImport, import_id)
    allow(row)
    if row.state is not ImportState.CHECKED or row.sealed_rows is None:
        return go("imports.show", import_id=import_id)
    answers = dict(row.answers)
    for question in findings_of(core().sealer, row).questions:
        given = request.form.get(f"answer:{question.key}", "")
        if given in question.options or (given == "-" and question.field != "village"):
            answers[question.key] = given
    try:
        _check(row, service.choice_of(row), answers)
    except Refused as refusal:
        flash(refusal.message, "error")
    return go("imports.show", import_id=import_id)


@bp.get("/usulan/impor/<id:import_id>")
@endpoint("import.view")
def show(import_id: str) -> Page:
    """Show where an import stands: its rows before it is taken, how far it is, or what came of it."""
    row = load(reading(), ReferralImport, import_id)
    allow(row)
    if row.state is ImportState.MATCHING:
        return go("imports.match", import_id=import_id)
    if row.state is ImportState.COMMITTING:
        now = pages.progress_of(reading(), row)
        return render("referrals/imports/progress.html", row=row, now=now)
    found = findings_of(core().sealer, row) if row.sealed_rows else None
    if row.state is ImportState.CHECKED and found:
        return _preview(row, found)
    referrals = undoing.referrals_of(reading(), row, most=100)
    return render(
        "referrals/imports/result.html",
        row=row,
        badge=pages.STATES[row.state],
        referrals=referrals,
        total=undoing.count_referrals(reading(), row),
        to_mend=sum(line.standing == "mend" for line in found.lines) if found and row.sealed_book else 0,
        blocked=undoing.why_not_undone(reading(), row),
        passed=len(found.passed_over) if found else 0,
    )  # fmt: skip


@bp.post("/usulan/impor/<id:import_id>/pilih")
@endpoint("import.edit")
def choose(import_id: str) -> Page:
    """Keep which rows are left out."""
    numbers = [int(n) for n in request.form.getlist("shown") if n.isdecimal()]
    taken = [int(n) for n in request.form.getlist("taken") if n.isdecimal()]
    with changing(ReferralImport, import_id) as (session, row):
        service.leave_out(session, actor(), row, numbers, taken)
        flash(_("Your choice is kept."), "success")
    return go("imports.show", import_id=import_id, bagian="near", page=request.form.get("page", 1, type=int))  # fmt: skip


@bp.post("/usulan/impor/<id:import_id>/masukkan")
@endpoint("import.commit")
def commit(import_id: str) -> Page:
    """Have the rows taken, in the background."""
    with changing(ReferralImport, import_id) as (session, row):
        service.request_commit(session, actor(), row)
    return go("imports.show", import_id=import_id)


@bp.get("/usulan/impor/<id:import_id>/kemajuan")
@endpoint("import.view")
def progress_json(import_id: str) -> Response:
    """Tell the page that waits how far the taking is."""
    row = load(reading(), ReferralImport, import_id)
    allow(row)
    return Response(json.dumps(pages.progress_of(reading(), row)), mimetype="application/json")


@bp.get("/usulan/impor/<id:import_id>/salinan")
@endpoint("import.copy")
def copy(import_id: str) -> Page:
    """Give the marked copy: before the taking all rows, afterwards those that were left to be mended."""
    with writing() as session:
        row = load(session, ReferralImport, import_id)
        allow(row)
        if row.sealed_book is None or row.sealed_rows is None:
            flash(_("The rows of this file are no longer kept."), "warning")
            return go("imports.show", import_id=import_id)
        own = row.created_by == actor().id or service.office_of(actor()) == row.office
        audit.record(session, actor(), "import.copied", row, with_nik=own)
    choice = service.choice_of(row)
    sheet = book_of(core().sealer, row).sheets[choice.sheet]
    lines = findings_of(core().sealer, row).lines
    only = {line.number for line in lines if line.standing == "mend"}
    written = files.marked_copy(
        sheet,
        columns.layout_at(sheet, choice.head),
        choice.columns,
        lines,
        only=only if row.state is ImportState.DONE else None,
        with_nik=own,
    )
    stem = row.file_name.rsplit(".", 1)[0].strip("…. ") or "usulan"
    return _file(written, f"{stem}-ditandai.xlsx")


@bp.route("/usulan/impor/<id:import_id>/urungkan", methods=["GET", "POST"])
@endpoint("import.undo")
def undo(import_id: str) -> Page:
    """Ask once more, then close everything that an import made."""
    row = load(reading(), ReferralImport, import_id)
    allow(row)
    if reason := undoing.why_not_undone(reading(), row):
        flash(reason, "warning")
        return go("imports.show", import_id=import_id)
    if request.method == "GET":
        return render(
            "referrals/imports/undo.html", row=row, total=undoing.count_referrals(reading(), row)
        )
    with changing(ReferralImport, import_id) as (session, kept):
        number = undoing.undo_import(session, actor(), kept)
        flash(ngettext("%(num)s referral was taken back.", "%(num)s referrals were taken back.", number), "success")  # fmt: skip
    return go("imports.show", import_id=import_id)


@bp.post("/usulan/impor/<id:import_id>/buang")
@endpoint("import.edit")
def discard(import_id: str) -> Page:
    """Throw an upload away."""
    with changing(ReferralImport, import_id) as (session, row):
        service.discard_import(session, actor(), row)
        flash(_("The rows of %(name)s were thrown away.", name=row.file_name), "success")
        return go("imports.index")
    return go("imports.show", import_id=import_id)


# --- what the pages are made of ------------------------------------------------------------------


def _start_page(form: UploadForm) -> str:
    return render(
        "referrals/imports/index.html",
        form=form,
        rows=service.imports_seen(reading(), actor()),
        states=pages.STATES,
        villages=villages_for(reading(), actor()),
    )


def _villages() -> dict[str, Village]:
    return {village.code: village for village in villages_for(reading(), actor())}


def _check(row: ReferralImport, choice: service.Choice, answers: dict[str, str]) -> None:
    """Read the rows without holding anybody up, then keep what was found."""
    sealer = core().sealer
    read = service.read_rows(reading(), actor(), sealer, row, choice, answers)
    found = service.findings(read)
    with writing() as session:
        kept = load(session, ReferralImport, row.id)
        service.keep_findings(session, actor(), sealer, kept, choice, answers, read, found)


def _choice_asked(row: ReferralImport) -> service.Choice:
    """Return how the file would be read: as kept, or guessed anew for another sheet or heading row."""
    if "judul" not in request.args:
        return service.choice_of(row)
    book = book_of(core().sealer, row)
    sheet = min(max(request.args.get("lembar", 0, type=int), 0), len(book.sheets) - 1)
    head = tuple(int(n) for n in request.args["judul"].split("-") if n.isdecimal() and int(n))[:2]
    changed = sheet != service.choice_of(row).sheet
    return service.guess_choice(reading(), row.office, book, sheet, None if changed else head)


def _choice_posted(row: ReferralImport) -> service.Choice:
    kept = service.choice_of(row)
    fields = {}
    for name, value in request.form.items():
        if name.startswith("column:") and name[7:].isdecimal() and value in columns.FIELDS:
            fields[int(name[7:])] = value
    head = tuple(int(n) for n in (request.form.get("head", ""), request.form.get("head2", "")) if n.isdecimal())  # fmt: skip
    sheet = request.form.get("sheet", kept.sheet, type=int)
    sheet = sheet if 0 <= sheet < len(book_of(core().sealer, row).sheets) else kept.sheet
    return service.Choice(sheet, tuple(sorted(set(head))), fields, request.form.get("village", "")[:13])  # fmt: skip


def _match_page(row: ReferralImport, choice: service.Choice, error: str = "") -> str:
    book = book_of(core().sealer, row)
    sheet = book.sheets[choice.sheet]
    layout = columns.layout_at(sheet, choice.head)
    return render(
        "referrals/imports/match.html",
        row=row,
        choice=choice,
        error=error,
        sheets=[s.name for s in book.sheets],
        heads=pages.head_choices(sheet),
        columns=pages.shown_columns(sheet, layout, choice.columns),
        fields=columns.FIELDS,
        villages=villages_for(reading(), actor()),
        count=len(layout.rows_of(sheet)),
    )


def _preview(row: ReferralImport, found: Findings) -> str:
    tab = pages.first_tab(row, request.args.get("bagian", ""))
    lines, number, count = pages.page_of_lines(found, tab, request.args.get("page", 1, type=int))
    villages = {village.code: village for village in reading().scalars(select(Village))}
    return render(
        "referrals/imports/preview.html",
        row=row,
        able=row.counts["ready"] + row.counts["near"] - len(row.left_out),
        questions=[(q, pages.options_of(q, villages)) for q in found.questions],
        tabs=pages.tabs(row, tab),
        tab=tab,
        lines=lines,
        number=number,
        count=count,
        villages=villages,
        letter=columns.letter,
        passed=found.passed_over,
        several=len({line.village_code for line in found.lines if line.village_code}) > 1,
    )


def _file(content: bytes, name: str) -> Response:
    response = Response(content, mimetype=files.MIMETYPE)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
