"""The middle of a hamlet, learned from its houses: better than that of its village where a house has no pin."""

from __future__ import annotations

import re
from statistics import median
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.places.models import PlaceQuality
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState as S

ROUGH: Final = frozenset({PlaceQuality.HAMLET, PlaceQuality.VILLAGE})
"""Places that are not the house itself."""
ENOUGH_HOUSES: Final = 3
"""Houses with a pin before a hamlet has a middle; one that a team stood at is enough by itself."""
MOVABLE: Final = (S.SUBMITTED, S.ACCEPTED)
_KIND: Final = re.compile(r"^(?:dukuh|dusun|kampung|dk|dsn|ds|kp)\b[.\s]*", re.IGNORECASE)

Point = tuple[float, float]


def hamlet_key(name: str) -> str:
    """Return what a hamlet is known by, however it is written: "Dk. Ngrejeng" and "dukuh ngrejeng" are one."""
    return " ".join(_KIND.sub("", name.strip()).casefold().split())


def hamlet_centre(session: Session, village_code: str, hamlet: str) -> Point | None:
    """Return the middle of a hamlet's known houses, or None while too few are known."""
    return _middle(_houses(session, village_code, hamlet))


def put_in_hamlet(session: Session, referral: Referral) -> bool:
    """Give a referral without a pin the middle of its hamlet where that is known; tell whether its place changed."""
    if referral.place_quality not in ROUGH or not hamlet_key(referral.hamlet):
        return False
    return _put(referral, hamlet_centre(session, referral.village_code, referral.hamlet))


def improve_hamlet(session: Session, village_code: str, hamlet: str) -> int:
    """Give every referral that waits in a hamlet without a pin the hamlet's newest middle; return how many moved."""
    if not hamlet_key(hamlet):
        return 0
    centre = hamlet_centre(session, village_code, hamlet)
    waiting = session.scalars(
        select(Referral).where(
            Referral.village_code == village_code,
            Referral.state.in_(MOVABLE),
            Referral.place_quality.in_(ROUGH),
        )
    ).unique()
    return sum(_put(one, centre) for one in waiting if hamlet_key(one.hamlet) == hamlet_key(hamlet))


def confirm_place(session: Session, referral: Referral) -> None:
    """Note that a team stood at the house where the pin is, and let its hamlet's middle learn from it."""
    if referral.place_quality in {PlaceQuality.SURVEYED, *ROUGH}:
        return  # nothing new, or the pin is not the house's
    referral.place_quality = PlaceQuality.SURVEYED
    session.flush()
    improve_hamlet(session, referral.village_code, referral.hamlet)


def _put(referral: Referral, centre: Point | None) -> bool:
    if centre is None or (referral.lat, referral.lon) == centre:
        return False
    referral.lat, referral.lon = centre
    referral.place_quality = PlaceQuality.HAMLET
    return True


def _houses(session: Session, village_code: str, hamlet: str) -> dict[PlaceQuality, list[Point]]:
    rows = session.execute(
        select(Referral.hamlet, Referral.lat, Referral.lon, Referral.place_quality).where(
            Referral.village_code == village_code,
            Referral.hamlet != "",
            Referral.place_quality.not_in(ROUGH),
            Referral.state != S.DRAFT,
        )
    )
    wanted = hamlet_key(hamlet)
    found: dict[PlaceQuality, list[Point]] = {}
    for name, lat, lon, quality in rows:
        if hamlet_key(name) == wanted:
            found.setdefault(quality, []).append((lat, lon))
    return found


def _middle(houses: dict[PlaceQuality, list[Point]]) -> Point | None:
    surveyed = houses.get(PlaceQuality.SURVEYED, [])
    every = [point for points in houses.values() for point in points]
    if not surveyed and len(every) < ENOUGH_HOUSES:
        return None
    points = surveyed if surveyed and len(every) < ENOUGH_HOUSES else every
    return (
        round(median(lat for lat, _lon in points), 6),
        round(median(lon for _lat, lon in points), 6),
    )
