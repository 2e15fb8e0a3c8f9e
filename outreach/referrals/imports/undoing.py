"""Undoing an import: everything that it made is closed as taken back, as long as nobody of it was scheduled."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Refused
from outreach.i18n import N_
from outreach.i18n import gettext as _
from outreach.places.models import Village
from outreach.policy import Actor
from outreach.referrals.imports import service
from outreach.referrals.imports.committing import event_values, insert_rows
from outreach.referrals.imports.models import ImportedReferral, ImportState, ReferralImport
from outreach.referrals.models import Referral, ReferralEvent
from outreach.referrals.states import CloseReason, ReferralState
from outreach.referrals.wording import on_event

UNDOABLE: Final = (
    ReferralState.DRAFT, ReferralState.SUBMITTED, ReferralState.RETURNED, ReferralState.ACCEPTED
)  # fmt: skip
on_event("import_undone", N_("Taken back with its spreadsheet"))


def count_referrals(session: Session, row: ReferralImport) -> int:
    """Return how many referrals an import made."""
    query = select(func.count()).select_from(ImportedReferral)
    return session.scalar(query.where(ImportedReferral.import_id == row.id)) or 0


def referrals_of(session: Session, row: ReferralImport, most: int) -> list[Referral]:
    """Return the first referrals that an import made, in the order of its rows."""
    query = (
        select(Referral)
        .join(ImportedReferral, ImportedReferral.referral_id == Referral.id)
        .where(ImportedReferral.import_id == row.id)
        .order_by(ImportedReferral.row_number)
    )
    return list(session.scalars(query.limit(most)).unique())


def why_not_undone(session: Session, row: ReferralImport) -> str:
    """Return why an import cannot be undone, in words, or nothing."""
    if row.state is not ImportState.DONE:
        return _("This import was already taken or undone.")
    ours = select(ImportedReferral.referral_id).where(ImportedReferral.import_id == row.id)
    going = session.scalar(
        select(Referral.id)
        .where(Referral.id.in_(ours), Referral.state.not_in((*UNDOABLE, ReferralState.CLOSED)))
        .limit(1)
    )
    scheduled = session.scalar(
        select(ReferralEvent.id)
        .where(ReferralEvent.referral_id.in_(ours), ReferralEvent.to_state == ReferralState.SCHEDULED.value)
        .limit(1)
    )  # fmt: skip
    if going or scheduled:
        return _(
            "A resident of this file was already scheduled for a visit. Close single referrals instead."
        )
    return ""


def undo_import(session: Session, actor: Actor, row: ReferralImport) -> int:
    """Close every referral that an import made, as long as none was scheduled; return how many. Raises Refused."""
    policy.allow(actor, "import.undo", row)
    if reason := why_not_undone(session, row):
        raise Refused(reason)
    ours = select(ImportedReferral.referral_id).where(ImportedReferral.import_id == row.id)
    mine = Referral.id.in_(ours) & Referral.state.in_(UNDOABLE)
    before = session.execute(select(Referral.id, Referral.state, Referral.village_code).where(mine)).all()  # fmt: skip
    for code in {one.village_code for one in before}:
        policy.allow(actor, "referral.close", session.get_one(Village, code))
    now = clock.now()
    closed = {"state": ReferralState.CLOSED, "close_reason": CloseReason.WITHDRAWN, "changed_at": now}  # fmt: skip
    session.execute(update(Referral).where(mine).values(closed).execution_options(synchronize_session=False))  # fmt: skip
    events = [
        event_values(actor, one.id, "import_undone", one.state, ReferralState.CLOSED, {"import": row.id})
        for one in before
    ]  # fmt: skip
    insert_rows(session, ReferralEvent, events)
    audit.record_many(
        session, actor, "referral.import_undone", [_Named(one.id) for one in before], source=row.id
    )
    row.state, row.undone_at = ImportState.UNDONE, now
    service.forget(row)
    audit.record(session, actor, "import.undone", row, referrals=len(before))
    return len(before)


class _Named:
    """A referral by its id alone, for the log."""

    __tablename__ = Referral.__tablename__

    def __init__(self, referral_id: str) -> None:
        self.id = referral_id
