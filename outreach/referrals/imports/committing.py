"""Taking an import: the job that makes referrals of its rows in one transaction.

Everything that takes time (reading, sealing, finding repeats) happens before the transaction begins, so that other
people's writing waits for a moment only. The transaction looks for repeats once more, writes, and ends the job.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.accounts.identity import actor_of
from outreach.accounts.models import User
from outreach.db import Base
from outreach.errors import Refused
from outreach.i18n import N_, in_language
from outreach.i18n import gettext as _
from outreach.ids import new_id
from outreach.jobs import Job, JobContext, JobState, enqueue, handles
from outreach.places.models import Village
from outreach.policy import Actor
from outreach.referrals import tracking
from outreach.referrals.duplicates import Traits
from outreach.referrals.given import missing_in
from outreach.referrals.imports import service
from outreach.referrals.imports.contents import seal_findings
from outreach.referrals.imports.models import ImportedReferral, ImportState, ReferralImport
from outreach.referrals.imports.repeats import has_like_name
from outreach.referrals.imports.rows import Checked
from outreach.referrals.keys import fill, sound_rows
from outreach.referrals.models import Referral, ReferralEvent, Resident
from outreach.referrals.pairs import look_for_pairs, matches, traits_of
from outreach.referrals.service import new_draft
from outreach.referrals.states import ReferralState
from outreach.referrals.triage_models import NameSound
from outreach.referrals.wording import on_event
from outreach.security.keys import load_keys
from outreach.security.sealed import Sealer

_CONFIRMED: Final = frozenset({"birth_date_differs", "sex_differs", "impossible_date", "young"})
_AT_ONCE: Final = 500
on_event("imported", N_("Sent by spreadsheet"))


PAIRS_KIND: Final = "referral.import_pairs"
_PAIRS_AT_ONCE: Final = 20
_PAIRS_WRITTEN_AT_ONCE: Final = 4


@handles(service.JOB_KIND, ended=lambda session, job: tell_import(session, job))
def take_import(context: JobContext) -> None:
    """Make referrals of the rows of the import that the job names. Nothing half-taken is ever visible."""
    sealer = Sealer(load_keys(context.settings.keys_file))
    context.beat(0.0, phase="reading")
    with context.database.read() as session:
        row = session.get_one(ReferralImport, context.payload["import_id"])
        actor = _sender(session, context)
        with in_language(actor.language):
            reading = service.read_rows(session, actor, sealer, row, service.choice_of(row), row.answers)  # fmt: skip
        left_out = set(row.left_out)
        villages = {village.code: village for village in session.scalars(select(Village))}
        session.expunge_all()
    rows = [r for r in reading.rows if r.standing in ("ready", "near") and r.number not in left_out]
    made = make_referrals(
        actor, sealer, row.id, rows, villages,
        lambda done: context.beat(0.3 + 0.5 * done, phase="sealing", rows=len(rows)),
    )  # fmt: skip
    context.beat(0.9, phase="writing", rows=len(rows))
    with context.database.write() as session:
        kept = session.get_one(ReferralImport, row.id, with_for_update=True)
        _write(session, actor, sealer, kept, reading, made)
        context.finish(session)


def make_referrals(
    actor: Actor,
    sealer: Sealer,
    import_id: str,
    rows: Sequence[Checked],
    villages: dict[str, Village],
    tell: Callable[[float], None],
) -> list[tuple[Checked, Referral]]:
    """Return a referral for each row, with everything sealed, in no session yet. Raises NotThere for a foreign village."""
    made, codes = [], set[str]()
    for position, row in enumerate(rows):
        assert row.given is not None
        village = villages[row.given.village_code]
        policy.allow(actor, "referral.create", village)
        while (code := tracking.make()) in codes:
            pass
        codes.add(code)
        made.append((row, new_draft(actor, sealer, _token(import_id, row.number), code, row.given, village)))  # fmt: skip
        if position % 100 == 0:
            tell(position / len(rows))
    return made


def _write(
    session: Session, actor: Actor, sealer: Sealer, row: ReferralImport,
    reading: service.Reading, made: list[tuple[Checked, Referral]],
) -> None:  # fmt: skip
    repeated = _repeated_meanwhile(session, [referral for _checked, referral in made])
    kept = [(checked, referral) for checked, referral in made if referral.id not in repeated]
    for checked, _referral in made:
        if _referral.id in repeated:
            checked.standing = "repeat"
    now = clock.now()
    taken_codes = _codes_in_use(session, [referral.tracking_code for _c, referral in kept])
    events, links = [], []
    for checked, referral in kept:
        while referral.tracking_code in taken_codes:
            referral.tracking_code = tracking.make()
        assert checked.given is not None
        if not missing_in(checked.given):
            referral.state, referral.submitted_at = ReferralState.SUBMITTED, now
        else:
            referral.submitted_at = None
        referral.resident_id = referral.resident.id
        fill(referral)
        events.append(_event(actor, referral, checked, row.id))
        links.append(
            {"import_id": row.id, "row_number": checked.number, "referral_id": referral.id}
        )
    referrals = [referral for _c, referral in kept]
    insert_rows(session, Resident, [_values(r.resident) for r in referrals])
    insert_rows(session, Referral, [_values(r) for r in referrals])
    insert_rows(
        session,
        NameSound,
        [one for r in referrals for one in sound_rows(r.resident, r.village_code)],
    )
    insert_rows(session, ReferralEvent, events)
    insert_rows(session, ImportedReferral, links)
    audit.record_many(session, actor, "referral.imported", referrals, source=row.id)
    if any(referral.submitted_at for referral in referrals):
        enqueue(session, PAIRS_KIND, {"import_id": row.id}, actor)
    _close_books(session, sealer, row, reading, len(kept), repeated=len(repeated))
    row.state, row.committed_at, row.changed_at = ImportState.DONE, now, now
    audit.record(session, actor, "import.committed", row, **row.counts)


def _close_books(
    session: Session, sealer: Sealer, row: ReferralImport, reading: service.Reading, taken: int, *, repeated: int
) -> None:  # fmt: skip
    """Keep the numbers, and of the cells only what still waits to be mended."""
    found = service.findings(reading)
    sent = sum(line.standing in ("ready", "near") and not line.gaps and line.number not in row.left_out for line in found.lines)  # fmt: skip
    row.counts = {**service.count(found), "taken": taken, "sent": min(sent, taken), "left": len(row.left_out), "late": repeated}  # fmt: skip
    row.sealed_rows = seal_findings(sealer, row.id, found)
    if not row.counts["mend"]:
        row.sealed_book, row.emptied_at = None, clock.now()


def insert_rows(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows in one statement, past the mapper, which would ask the database about each."""
    if rows:
        session.execute(insert(table.__table__), rows)  # type: ignore[arg-type]


def _values(row: Base) -> dict[str, Any]:
    """Return every column of a row that no session holds, so that all rows of one statement are alike."""
    held = vars(row)
    found = {}
    for name, column in row.__table__.columns.items():
        usual = (
            column.default.arg if column.default is not None and column.default.is_scalar else None
        )  # type: ignore[attr-defined]
        found[name] = held.get(name, usual)
    return found


def _event(actor: Actor, referral: Referral, checked: Checked, import_id: str) -> dict[str, Any]:
    confirmed = sorted({problem.code for problem in checked.problems} & _CONFIRMED)
    return event_values(
        actor, referral.id, "imported", ReferralState.DRAFT, referral.state,
        {"import": import_id, "row": checked.number, "confirmed": confirmed},
    )  # fmt: skip


def event_values(
    actor: Actor, referral_id: str, kind: str, before: ReferralState, after: ReferralState, detail: dict[str, Any]
) -> dict[str, Any]:  # fmt: skip
    """Return the row of an event, ready to be inserted."""
    return {
        "id": new_id(),
        "referral_id": referral_id,
        "at": clock.now(),
        "actor_id": actor.id,
        "actor_name": actor.name,
        "kind": kind,
        "from_state": before.value,
        "to_state": after.value,
        "reason": "",
        "detail": detail,
    }


def _repeated_meanwhile(session: Session, made: Sequence[Referral]) -> set[str]:
    """Return the new referrals whose NIK, with a name that is alike, somebody of the same village has sent since the
    rows were read."""
    by_nik: dict[str, list[Referral]] = defaultdict(list)
    for referral in made:
        if referral.resident.nik_index:
            by_nik[referral.resident.nik_index].append(referral)
    indexes, found = list(by_nik), set[str]()
    for start in range(0, len(indexes), _AT_ONCE):
        rows = session.execute(
            select(Resident.nik_index, Resident.name, Referral.village_code)
            .join(Referral, Referral.resident_id == Resident.id)
            .where(
                Resident.nik_index.in_(indexes[start : start + _AT_ONCE]),
                Referral.state != ReferralState.CLOSED,
            )
        )
        found |= {
            referral.id
            for index, name, village in rows
            for referral in by_nik[index or ""]
            if referral.village_code == village
            and has_like_name(Traits(referral.resident.name), Traits(name))
        }
    return found


def _codes_in_use(session: Session, codes: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(codes), _AT_ONCE):
        some = codes[start : start + _AT_ONCE]
        found |= set(session.scalars(select(Referral.tracking_code).where(Referral.tracking_code.in_(some))))  # fmt: skip
    return found


def _token(import_id: str, number: int) -> str:
    """One row of one import is one referral, however often its job begins."""
    return hashlib.sha256(f"{import_id}:{number}".encode()).hexdigest()[:32]


def _sender(session: Session, context: JobContext) -> Actor:
    job = session.get_one(Job, context.job_id)
    user = session.get(User, job.actor_id) if job.actor_id else None
    if user is None or not user.is_active:
        raise Refused(_("The account that sent this file is closed."))
    return actor_of(session, user)


def tell_import(session: Session, job: Job) -> None:
    """Tell the import that its job failed: nothing was taken, and it can be tried again."""
    row = session.get(ReferralImport, job.payload["import_id"])
    if row is None or row.job_id != job.id or row.state is not ImportState.COMMITTING:
        return
    row.state, row.changed_at = ImportState.CHECKED, clock.now()
    row.error = "failed" if job.state is JobState.FAILED else ""


@handles(PAIRS_KIND)
def find_pairs(context: JobContext) -> None:
    """Look who of an import may be somebody that was referred before, a few at a time, for the office to review.

    Looking takes long and holds nobody up; who was found is written down a few at a time, and after each time others
    have as long to write as it took: SQLite lets whoever asks first go on, and would never come to them.
    """
    with context.database.read() as session:
        query = select(ImportedReferral.referral_id).where(
            ImportedReferral.import_id == context.payload["import_id"]
        )
        ids = list(session.scalars(query.order_by(ImportedReferral.row_number)))
    for start in range(0, len(ids), _PAIRS_AT_ONCE):
        context.beat(start / len(ids))
        with context.database.read() as session:
            some = [session.get_one(Referral, one) for one in ids[start : start + _PAIRS_AT_ONCE]]
            found = [
                referral.id
                for referral in some
                if referral.state is ReferralState.SUBMITTED
                and matches(session, traits_of(referral), besides=(referral.id,))
            ]
        for first in range(0, len(found), _PAIRS_WRITTEN_AT_ONCE):
            began = time.monotonic()
            with context.database.write() as session:
                for referral_id in found[first : first + _PAIRS_WRITTEN_AT_ONCE]:
                    referral = session.get_one(Referral, referral_id)
                    if referral.state is ReferralState.SUBMITTED:
                        look_for_pairs(session, referral)
            time.sleep(time.monotonic() - began)
    with context.database.write() as session:
        context.finish(session)
