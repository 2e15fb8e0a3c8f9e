"""What people do with an import: send a file, match its columns, answer, look, commit, undo, throw away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.audit import holds_nik
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.jobs import enqueue
from outreach.places.models import Village
from outreach.policy import Actor, Relation, Role
from outreach.referrals.given import missing_in
from outreach.referrals.imports import columns, repeats, values
from outreach.referrals.imports.contents import (
    Findings,
    Line,
    Question,
    book_of,
    seal_book,
    seal_findings,
)
from outreach.referrals.imports.models import OPEN, ImportHeading, ImportState, ReferralImport
from outreach.referrals.imports.problems import Problem
from outreach.referrals.imports.reading import MOST_ROWS, Book, Cell, Sheet
from outreach.referrals.imports.rows import Checked, Rules, check_row
from outreach.referrals.imports.villages import Villages, code_in
from outreach.security.sealed import Sealer

JOB_KIND: Final = "referral.import"
KEPT: Final = timedelta(days=14)
"""How long the cells of a file are kept, sealed, after the last change: for mending rows that were not taken."""
ASKED_FIELDS: Final = ("condition", "contact_relation", "house_power", "sex", "home")
MOST_QUESTIONS: Final = 40


@dataclass(frozen=True, slots=True)
class Choice:
    """How a sheet is to be read: which one, its heading rows, the field of each column, a village for all rows."""

    sheet: int
    head: tuple[int, ...]
    columns: Mapping[int, str]
    village_code: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what is kept."""
        return {
            "sheet": self.sheet,
            "head": list(self.head),
            "columns": {str(column): field for column, field in self.columns.items()},
            "village": self.village_code,
        }


def choice_of(row: ReferralImport) -> Choice:
    """Return how an import's sheet is read."""
    kept = row.choice
    fields = {int(column): field for column, field in kept["columns"].items()}
    return Choice(kept["sheet"], tuple(kept["head"]), fields, kept["village"])


def office_of(actor: Actor) -> str:
    """Return whose columns are remembered: a village's or district's code, or "" for the office itself."""
    return (actor.village_code if actor.role is Role.VILLAGE else actor.district_code if actor.role is Role.DISTRICT else "") or ""  # fmt: skip


def start_import(
    session: Session, actor: Actor, sealer: Sealer, file_name: str, book: Book
) -> ReferralImport:
    """Keep the cells of a file that was read, with a first guess at its columns. Old uploads are emptied."""
    policy.allow(actor, "import.create")
    empty_old(session)
    now = clock.now()
    own = session.get(Village, actor.village_code or "") if actor.role is Role.VILLAGE else None
    row = ReferralImport(
        file_name=_shown_name(file_name),
        state=ImportState.MATCHING,
        office=office_of(actor),
        village_code=own.code if own else None,
        district_code=own.district_code if own else actor.district_code,
        created_by=actor.id,
        created_name=actor.name,
        created_at=now,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    row.sealed_book = seal_book(sealer, row.id, book)
    row.choice = guess_choice(session, row.office, book, 0).as_json()
    audit.record(session, actor, "import.started", row, sheets=len(book.sheets))
    return row


def guess_choice(
    session: Session,
    office: str,
    book: Book,
    sheet_number: int,
    head: tuple[int, ...] | None = None,
) -> Choice:
    """Return how a sheet would be read, from its headings and what the office chose before."""
    sheet = book.sheets[sheet_number]
    known = remembered(session, office)
    layout = columns.find_layout(sheet, known) if head is None else columns.layout_at(sheet, head)
    fields = columns.guess(sheet, layout, known, clock.today())
    title = code_in(layout.title(sheet)) or ""
    known_village = session.get(Village, title) if title else None
    return Choice(sheet_number, layout.head, fields, known_village.code if known_village else "")


def remembered(session: Session, office: str) -> dict[str, str]:
    """Return the field of each heading, as an office last chose."""
    rows = session.scalars(select(ImportHeading).where(ImportHeading.office == office))
    return {row.heading: row.field for row in rows}


def check_choice(actor: Actor, choice: Choice, villages: Mapping[str, Village]) -> None:
    """Raise Refused where columns were chosen that cannot be read."""
    doubled = [f for f, count in Counter(filter(None, choice.columns.values())).items() if count > 1]  # fmt: skip
    if doubled:
        raise Refused(
            _("Two columns are both “%(field)s”. Choose one of them.", field=_(columns.FIELDS[doubled[0]]))
        )  # fmt: skip
    if "name" not in choice.columns.values():
        raise Refused(_("Choose the column that holds the names."))
    if choice.village_code and choice.village_code not in villages:
        raise Refused(_("Choose a village from the list."))
    named = {"village", "village_code"} & set(choice.columns.values())
    if not named and not choice.village_code and actor.role is not Role.VILLAGE:
        raise Refused(_("No column names the village. Choose the column, or one village for all rows."))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read by a choice: the rows of residents, and the numbers of rows that are about none."""

    sheet: Sheet
    layout: columns.Layout
    rows: list[Checked]
    passed_over: tuple[int, ...]


def read_rows(
    session: Session, actor: Actor, sealer: Sealer, row: ReferralImport, choice: Choice, answers: Mapping[str, str]
) -> Reading:  # fmt: skip
    """Read every row of an import and tell repeats. Raises Refused when there are more than may be."""
    sheet = book_of(sealer, row).sheets[choice.sheet]
    layout = columns.layout_at(sheet, choice.head)
    all_villages = list(session.scalars(select(Village)))
    default = choice.village_code or (actor.village_code or "" if actor.role is Role.VILLAGE else "")  # fmt: skip
    rules = Rules(actor, choice.columns, Villages(all_villages, answers), answers, default, clock.today())  # fmt: skip
    found, passed = [], []
    for number, cells in layout.rows_of(sheet):
        checked = check_row(rules, number, cells)
        if checked is None:
            passed.append(number)
        else:
            if number in sheet.hidden:
                checked.problems.append(Problem("hidden_row"))
            found.append(checked)
    if len(found) > MOST_ROWS:
        raise Refused(_("The sheet has more than 5,000 rows. Send it in parts of at most 5,000 rows."))  # fmt: skip
    repeats.mark(session, actor, sealer, found)
    return Reading(sheet, layout, found, tuple(passed))


def findings(reading: Reading) -> Findings:
    """Return what a person is shown of the rows that were read."""
    lines = tuple(
        Line(
            row.number,
            row.name,
            row.nik.masked if row.nik else "",
            row.village_code,
            row.standing,
            tuple(missing_in(row.given)) if row.given else (),
            tuple(row.problems),
        )
        for row in reading.rows
    )
    return Findings(lines, _questions(reading.rows), reading.passed_over)


def _questions(rows: Sequence[Checked]) -> tuple[Question, ...]:
    waiting: Counter[str] = Counter()
    asked: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    for row in rows:
        if row.asked:
            key, text, options = row.asked
            waiting[key] += 1
            asked.setdefault(key, ("village", text, options))
        for problem in row.problems:
            if problem.code == "not_a_choice" and problem.field in ASKED_FIELDS:
                text = str(problem.values["text"])
                key = f"{problem.field}:{values.words(text)}"
                waiting[key] += 1
                asked.setdefault(key, (problem.field, text, values.codes_of(problem.field)))
    found = [Question(key, *asked[key], waiting[key]) for key in asked]
    found.sort(key=lambda question: (question.field != "village", -question.rows))
    return tuple(found[:MOST_QUESTIONS])


def keep_findings(
    session: Session, actor: Actor, sealer: Sealer, row: ReferralImport, choice: Choice,
    answers: Mapping[str, str], reading: Reading, found: Findings,
) -> None:  # fmt: skip
    """Keep how a file is read and what was found, and remember the columns for the office. Raises Refused."""
    policy.allow(actor, "import.edit", row)
    if row.state not in OPEN:
        raise Refused(_("This import was already taken or undone."))
    row.choice, row.answers, row.state = choice.as_json(), dict(answers), ImportState.CHECKED
    row.sealed_rows = seal_findings(sealer, row.id, found)
    row.counts = count(found)
    row.error, row.changed_at = "", clock.now()
    numbers = {line.number for line in found.lines if line.standing in ("near", "ready")}
    row.left_out = [number for number in row.left_out if number in numbers]
    if choice.head:
        _remember(session, row.office, reading.layout.headings, choice.columns)
    audit.record(session, actor, "import.checked", row, **row.counts)


def count(found: Findings) -> dict[str, int]:
    """Return how many rows stand where; "complete" of those that can be taken lack nothing."""
    standing = Counter(line.standing for line in found.lines)
    able = [line for line in found.lines if line.standing in ("ready", "near")]
    return {
        "rows": len(found.lines),
        "ready": standing["ready"],
        "near": standing["near"],
        "repeat": standing["repeat"],
        "mend": standing["mend"],
        "complete": sum(not line.gaps for line in able),
        "passed": len(found.passed_over),
    }


def leave_out(
    session: Session, actor: Actor, row: ReferralImport, shown: Sequence[int], taken: Sequence[int]
) -> None:
    """Keep which of the rows that were shown are left out: those that are not taken."""
    policy.allow(actor, "import.edit", row)
    if row.state is not ImportState.CHECKED:
        raise Refused(_("This import was already taken or undone."))
    left = (set(row.left_out) - set(shown)) | (set(shown) - set(taken))
    row.left_out, row.changed_at = sorted(left), clock.now()


def request_commit(session: Session, actor: Actor, row: ReferralImport) -> None:
    """Ask that the rows which can be taken become referrals; a worker does it. Sending twice asks once."""
    policy.allow(actor, "import.commit", row)
    if row.state is ImportState.COMMITTING:
        return
    if row.state is not ImportState.CHECKED:
        raise Refused(_("This import was already taken or undone."))
    if row.counts["ready"] + row.counts["near"] - len(row.left_out) < 1:
        raise Refused(_("No row can be taken yet. Mend the rows that are listed, and send the file again."))  # fmt: skip
    job = enqueue(session, JOB_KIND, {"import_id": row.id}, actor)
    row.state, row.job_id, row.error, row.changed_at = ImportState.COMMITTING, job.id, "", clock.now()  # fmt: skip
    audit.record(session, actor, "import.requested", row)


def discard_import(session: Session, actor: Actor, row: ReferralImport) -> None:
    """Throw an upload away; or, of one that was taken, the rows that were left."""
    policy.allow(actor, "import.edit", row)
    if row.state is ImportState.COMMITTING:
        raise Refused(_("The rows are being taken just now. Wait until that is done."))
    if row.state in OPEN:
        row.state = ImportState.DISCARDED
    _empty(row)
    audit.record(session, actor, "import.discarded", row)


def empty_old(session: Session) -> None:
    """Forget the cells of files that nobody has touched for `KEPT`."""
    now = clock.now()
    old = (
        ReferralImport.changed_at < now - KEPT,
        or_(ReferralImport.sealed_book.is_not(None), ReferralImport.sealed_rows.is_not(None)),
        ReferralImport.state != ImportState.COMMITTING,
    )
    cleared = {"sealed_book": None, "sealed_rows": None, "emptied_at": now}
    open_ = ReferralImport.state.in_(OPEN)
    session.execute(update(ReferralImport).where(*old, open_).values(**cleared, state=ImportState.DISCARDED))  # fmt: skip
    session.execute(update(ReferralImport).where(*old, ~open_).values(**cleared))


def imports_seen(session: Session, actor: Actor, most: int = 20) -> list[ReferralImport]:
    """Return the newest imports within the actor's reach."""
    query = select(ReferralImport).where(ReferralImport.state != ImportState.DISCARDED)
    match policy.relation(actor, "import.list"):
        case Relation.OWN_VILLAGE:
            query = query.where(ReferralImport.village_code == actor.village_code)
        case Relation.OWN_DISTRICT:
            query = query.where(ReferralImport.district_code == actor.district_code)
        case None:
            return []
    return list(session.scalars(query.order_by(ReferralImport.created_at.desc()).limit(most)))


def forget(row: ReferralImport) -> None:
    """Forget the cells of an import that is of no more use."""
    _empty(row)


def _empty(row: ReferralImport) -> None:
    row.sealed_book = row.sealed_rows = None
    row.emptied_at = row.changed_at = clock.now()


def _remember(
    session: Session, office: str, headings: Sequence[str], fields: Mapping[int, str]
) -> None:
    by_heading: dict[str, set[str]] = defaultdict(set)
    for column, heading in enumerate(headings):
        name = columns.normal(heading)[:80]
        if name and name != columns.normal(columns.MARKS) and not any(map(str.isdigit, name)):
            by_heading[name].add(fields.get(column, ""))
    for name, chosen in by_heading.items():
        if len(chosen) == 1:
            session.merge(ImportHeading(office=office, heading=name, field=chosen.pop()))


def _shown_name(file_name: str) -> str:
    name = file_name.replace("\\", "/").rsplit("/", 1)[-1].strip()[-120:]
    return "…" + name[-5:] if holds_nik("".join(c if c.isalnum() else " " for c in name)) else name


def cells_by_number(sheet: Sheet) -> dict[int, tuple[Cell, ...]]:
    """Return the rows of a sheet by their number in the file."""
    return dict(sheet.rows)
