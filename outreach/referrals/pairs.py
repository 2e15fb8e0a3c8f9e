"""Finding referrals that may be about one person, and keeping the pairs until people have looked at them.

A search reads stored keys: within a village every word of a name whose consonants are nearly the same, elsewhere words
that sound the same of people born about the same time, and everywhere the same NIK or telephone. What it finds is
then compared in full (`duplicates.compare`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA
from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from outreach import clock, policy
from outreach.ids import new_id
from outreach.paging import Listing, page_of
from outreach.policy import Actor
from outreach.referrals import names
from outreach.referrals.duplicates import ASK, Score, Traits, compare
from outreach.referrals.hamlets import ROUGH
from outreach.referrals.keys import sounds_of
from outreach.referrals.models import Referral, Resident
from outreach.referrals.queries import within
from outreach.referrals.states import ReferralState
from outreach.referrals.triage_models import NameSound, ReferralPair, Verdict

MOST_FOUND: Final = 10
MOST_COMPARED: Final = 400
YEARS_ABOUT: Final = 2
UNDECIDED: Final = (Verdict.OPEN, Verdict.UNSURE)
_LIVE: Final = Referral.state.not_in((ReferralState.DRAFT, ReferralState.CLOSED))


@dataclass(frozen=True, slots=True)
class Match:
    """A referral that may be about the same person, and what speaks for it."""

    referral: Referral
    score: Score


def traits_of(referral: Referral) -> Traits:
    """Return what is compared of a referral."""
    resident = referral.resident
    known = referral.place_quality not in ROUGH
    return Traits(
        name=resident.name,
        nik_index=resident.nik_index,
        nik_masked=resident.nik_masked,
        sex=resident.sex,
        birth_date=resident.birth_date,
        birth_year=resident.birth_year,
        village_code=referral.village_code,
        hamlet=referral.hamlet,
        rt=referral.rt,
        rw=referral.rw,
        lat=referral.lat if known else None,
        lon=referral.lon if known else None,
        contact_name=referral.contact_name,
        contact_phone=referral.contact_phone,
    )


def matches(
    session: Session,
    traits: Traits,
    *,
    reach: ColumnElement[bool] | None = None,
    village_only: bool = False,
    besides: Collection[str] = (),
) -> list[Match]:
    """Return the referrals that are worth asking about, the likeliest first.

    `reach` keeps to what somebody may see, `village_only` to the village of `traits`; `besides` are ids to leave out.
    """
    query = select(Referral).join(Resident).where(_LIVE, or_(*_likely(session, traits, village_only)))  # fmt: skip
    if village_only:
        query = query.where(Referral.village_code == traits.village_code)
    if reach is not None:
        query = query.where(reach)
    if besides:
        query = query.where(Referral.id.not_in(besides))
    found = [
        Match(referral, compare(traits, traits_of(referral)))
        for referral in session.scalars(query.limit(MOST_COMPARED)).unique()
    ]
    worth = sorted(
        (match for match in found if match.score.worth_asking),
        key=lambda match: (-match.score.points, match.referral.id),
    )
    return worth[:MOST_FOUND]


def _likely(session: Session, traits: Traits, village_only: bool) -> Iterable[ColumnElement[bool]]:
    words = sounds_of(traits.name)
    if traits.nik_index:
        yield Resident.nik_index == traits.nik_index
    if traits.contact_phone and not village_only:
        yield and_(Referral.contact_phone == traits.contact_phone, Referral.contact_phone != "")
    if traits.village_code:
        yield Referral.resident_id.in_(_near_in_village(session, traits.village_code, words))
    year = traits.year
    telling = [sound for sound, _ in words if sound not in names.COMMON_FIRST] or [s for s, _ in words]  # fmt: skip
    if year is not None and not village_only:
        yield Referral.resident_id.in_(
            select(NameSound.resident_id).where(
                NameSound.sound.in_(telling),
                NameSound.birth_year.between(year - YEARS_ABOUT, year + YEARS_ABOUT),
            )
        )


def _near_in_village(
    session: Session, village_code: str, words: Sequence[tuple[str, str]]
) -> list[str]:
    """Return the residents of a village one of whose words has nearly the consonants of one of these."""
    rows = session.execute(
        select(NameSound.skeleton, NameSound.resident_id).where(
            NameSound.village_code == village_code
        )
    ).all()
    wanted = {skeleton for sound, skeleton in words if sound not in names.COMMON_FIRST} or {
        skeleton for _, skeleton in words
    }
    near = {
        skeleton
        for skeleton in {row.skeleton for row in rows}
        if any(OSA.distance(skeleton, one, score_cutoff=_slips(one)) <= _slips(one) for one in wanted)
    }  # fmt: skip
    return list(dict.fromkeys(row.resident_id for row in rows if row.skeleton in near))[:MOST_COMPARED]  # fmt: skip


def _slips(skeleton: str) -> int:
    return 1 if len(skeleton) < 6 else 2


def look_for_pairs(session: Session, referral: Referral) -> list[ReferralPair]:
    """Keep every pair that this referral makes with another, until people have looked at it.

    What was decided stays decided; a pair that an edit has made unlikely is forgotten.
    """
    session.flush()
    known = {pair.other(referral.id).id: pair for pair in pairs_of(session, [referral.id])}
    found = matches(session, traits_of(referral), besides=(referral.id,))
    for match in found:
        pair = known.pop(match.referral.id, None)
        if pair is None:
            first, second = sorted((referral.id, match.referral.id))
            pair = ReferralPair(id=new_id(), first_id=first, second_id=second)
            session.add(pair)
        elif pair.verdict is not Verdict.OPEN:
            continue
        pair.points = match.score.points
        pair.parts = [[part.code, part.points] for part in match.score.parts]
        pair.found_at, pair.verdict = clock.now(), Verdict.OPEN
    for pair in known.values():
        if pair.verdict is Verdict.OPEN:
            session.delete(pair)
    session.flush()
    return [pair for pair in pairs_of(session, [referral.id]) if pair.verdict in UNDECIDED]


def pairs_of(session: Session, referral_ids: Sequence[str]) -> list[ReferralPair]:
    """Return every pair that one of these referrals stands in, the likeliest first."""
    query = (
        select(ReferralPair)
        .where(
            or_(ReferralPair.first_id.in_(referral_ids), ReferralPair.second_id.in_(referral_ids))
        )
        .order_by(ReferralPair.points.desc(), ReferralPair.id)
    )
    return list(session.scalars(query).unique())


def undecided_pairs(
    session: Session, actor: Actor, referral_ids: Sequence[str]
) -> dict[str, tuple[ReferralPair, ...]]:
    """Return, by referral, the pairs that people have still to look at, as far as the actor may see both sides."""
    found: dict[str, tuple[ReferralPair, ...]] = dict.fromkeys(referral_ids, ())
    for pair in pairs_of(session, referral_ids) if referral_ids else ():
        if pair.verdict not in UNDECIDED or not _both_live(pair):
            continue
        if not policy.can(actor, "pair.view", pair):
            continue
        for key in (pair.first_id, pair.second_id):
            if key in found:
                found[key] = (*found[key], pair)
    return found


def list_pairs(
    session: Session, actor: Actor, verdict: Verdict, number: int = 1
) -> Listing[ReferralPair]:
    """Return one page of the pairs with a verdict, the likeliest first (decided ones: the latest first)."""
    query = select(ReferralPair).where(_listed(actor, verdict))
    order = ReferralPair.points.desc() if verdict in UNDECIDED else ReferralPair.decided_at.desc()
    return page_of(session, query.order_by(order, ReferralPair.id), number, 25)  # type: ignore[arg-type]


def count_pairs(session: Session, actor: Actor, verdict: Verdict) -> int:
    """Return how many pairs have a verdict."""
    query = select(func.count()).select_from(ReferralPair).where(_listed(actor, verdict))
    return session.scalar(query) or 0


def _listed(actor: Actor, verdict: Verdict) -> ColumnElement[bool]:
    live = within(actor, "pair.list").with_only_columns(Referral.id)
    if verdict in UNDECIDED:
        live = live.where(_LIVE)
    everywhere = policy.relation(actor, "pair.list") is policy.Relation.ANY and (
        verdict not in UNDECIDED
    )
    both = (
        true()
        if everywhere
        else and_(ReferralPair.first_id.in_(live), ReferralPair.second_id.in_(live))
    )
    return and_(ReferralPair.verdict == verdict, ReferralPair.points >= ASK, both)


def _both_live(pair: ReferralPair) -> bool:
    ended = (ReferralState.DRAFT, ReferralState.CLOSED)
    return pair.first.state not in ended and pair.second.state not in ended
