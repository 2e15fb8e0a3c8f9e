"""The hamlets of a village: its own list, and what its referrals say."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import audit, clock, policy
from outreach.errors import Refused
from outreach.i18n import gettext as _
from outreach.places.models import Village
from outreach.policy import Actor
from outreach.referrals.given import plain
from outreach.referrals.hamlet_models import VillageHamlets
from outreach.referrals.models import Referral

MOST_HAMLETS: Final = 60
_LONGEST: Final = 80


def hamlets_of(session: Session, village_code: str) -> list[str]:
    """Return the names of a village's hamlets, by name: its own list first, then those that its referrals write most."""
    kept = kept_hamlets(session, village_code)
    query = (
        select(Referral.hamlet)
        .where(Referral.village_code == village_code, Referral.hamlet != "")
        .group_by(Referral.hamlet)
        .order_by(func.count().desc(), Referral.hamlet)
        .limit(MOST_HAMLETS)
    )
    found = {name.casefold(): name for name in [*reversed(list(session.scalars(query))), *kept]}
    return sorted(list(found.values())[-MOST_HAMLETS:], key=str.casefold)


def kept_hamlets(session: Session, village_code: str) -> list[str]:
    """Return the list that a village keeps of its hamlets."""
    row = session.get(VillageHamlets, village_code)
    return list(row.names) if row else []


def keep_hamlets(session: Session, actor: Actor, village: Village, text: str) -> list[str]:
    """Keep the names of a village's hamlets, one a line; return them. Raises Refused for one that is too long."""
    policy.allow(actor, "hamlets.keep", village)
    names = [" ".join(plain(line, "names", longest=_LONGEST).split()) for line in text.splitlines()]
    names = list({name.casefold(): name for name in names if name}.values())
    if len(names) > MOST_HAMLETS:
        raise Refused(_("Keep the list under %(most)s names.", most=MOST_HAMLETS + 1), field="names")  # fmt: skip
    row = session.get(VillageHamlets, village.code) or VillageHamlets(village_code=village.code)
    row.names, row.kept_by, row.kept_at = names, actor.id, clock.now()
    session.add(row)
    audit.record(session, actor, "hamlets.kept", village, count=len(names))
    return names
