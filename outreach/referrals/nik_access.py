"""The two ways to a NIK that is on file: seeing it, and finding by it. Both leave a trace."""

from __future__ import annotations

from sqlalchemy.orm import Session

from outreach import audit, policy
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.policy import Actor
from outreach.referrals.life import add_event
from outreach.referrals.models import Referral
from outreach.referrals.nik import Nik, NikError, parse
from outreach.referrals.queries import within
from outreach.referrals.wording import REVEAL_REASONS, nik_error
from outreach.security.sealed import Sealer


def reveal_nik(session: Session, actor: Actor, sealer: Sealer, referral: Referral, why: str) -> Nik:
    """Open the NIK of a resident for one look; who looked and why is kept (UU 27/2022 article 31)."""
    policy.allow(actor, "referral.reveal_nik", referral)
    if why not in REVEAL_REASONS:
        raise Refused(_("Choose why you need the NIK."), field="why")
    resident = referral.resident
    if resident.nik_sealed is None:
        raise Refused(_("No NIK is on file for this resident."))
    nik = Nik(sealer.open_nik(resident.nik_sealed, resident.id))
    add_event(session, actor, referral, kind="nik_revealed", code=why)
    audit.record(session, actor, "referral.nik_revealed", referral, purpose=why)
    return nik


def find_by_nik(session: Session, actor: Actor, sealer: Sealer, text: str) -> list[Referral]:
    """Return every referral of the resident with this NIK, newest first. Raises Refused for what is no NIK."""
    policy.allow(actor, "referral.search_nik")
    try:
        nik = parse(text)
    except NikError as error:
        raise Refused(nik_error(error.reason), field="nik") from None
    index = sealer.nik_index(nik.digits)
    query = within(actor, "referral.search_nik").where(Referral.resident.has(nik_index=index))
    found = list(session.scalars(query.order_by(Referral.created_at.desc())).unique())
    audit.record(session, actor, "referral.nik_searched", found=len(found))
    return found
