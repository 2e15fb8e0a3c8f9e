"""Which rows are about a resident who was referred before, or stands twice in the file.

The same NIK with a name that is alike, or without a NIK the same name, birth, village and RT/RW, is a repeat and is skipped. What is only nearly
the same is taken and goes to review. Nobody is told of referrals outside their own reach.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.policy import Actor
from outreach.referrals import names
from outreach.referrals.duplicates import Traits, compare, could_be_asked
from outreach.referrals.imports.problems import Problem
from outreach.referrals.imports.rows import Checked
from outreach.referrals.models import Referral, Resident
from outreach.referrals.queries import reach
from outreach.referrals.states import ReferralState
from outreach.security.sealed import Sealer

_AT_ONCE: Final = 500
_MOST_HEARD: Final = 200
"""Of those who share a word of a name, how many are looked at; who shares the most words is compared."""
_MOST_COMPARED: Final = 40
_UNLIKE: Final = frozenset({"name_close", "name_differs"})


def has_like_name(one: Traits, other: Traits) -> bool:
    """Tell whether two who bear one NIK bear the same name, too: another name is a slip that a person looks at."""
    return not any(part.code in _UNLIKE for part in compare(one, other).parts)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody and where they stand: on file with a tracking code (`where`), or in a row of this file."""

    traits: Traits
    where: str
    row: int = 0

    @property
    def whole(self) -> tuple[object, ...] | None:
        """What makes two without a NIK the same beyond doubt, or None where too little is known."""
        t = self.traits
        if t.birth_date is None or not t.rt:
            return None
        return (t.name.casefold(), t.birth_date, t.village_code, t.rt, t.rw)

    @property
    def sounds(self) -> list[tuple[str, str]]:
        """The village with each telling word of the name, as it sounds: who shares one is compared."""
        words = {word for name in names.read(self.traits.name) for word in name.sounds}
        telling = words - names.COMMON_FIRST or words
        return [(self.traits.village_code, word) for word in sorted(telling)]


class Register:
    """Those who were referred before, as far as the actor may see them, and the rows read so far."""

    def __init__(self, known: Iterable[Known] = ()) -> None:
        self._by_nik: dict[str, list[Known]] = defaultdict(list)
        self._by_whole: dict[tuple[object, ...], Known] = {}
        self._by_sound: dict[tuple[str, str], list[Known]] = defaultdict(list)
        for one in known:
            self.add(one)

    def add(self, one: Known) -> None:
        """Add somebody; who came first stays first."""
        if one.traits.nik_index:
            self._by_nik[one.traits.nik_index].append(one)
        elif one.whole:
            self._by_whole.setdefault(one.whole, one)
        for heard in one.sounds:
            self._by_sound[heard].append(one)

    def repeat_of(self, one: Known) -> Known | None:
        """Return who this is again, beyond doubt."""
        if one.traits.nik_index:
            same = self._by_nik.get(one.traits.nik_index, ())
            return next((other for other in same if has_like_name(one.traits, other.traits)), None)
        return self._by_whole.get(one.whole) if one.whole else None

    def near(self, one: Known) -> Known | None:
        """Return who this may be: who bears the same NIK under another name, else in the village by the points that
        reviewers go by (`duplicates.compare`)."""
        if one.traits.nik_index and (same := self._by_nik.get(one.traits.nik_index)):
            return same[0]
        shared: Counter[int] = Counter()
        others: dict[int, Known] = {}
        for sound in one.sounds:
            for other in self._by_sound.get(sound, ())[:_MOST_HEARD]:
                shared[id(other)] += 1
                others[id(other)] = other
        likely = [others[key] for key, _number in shared.most_common(_MOST_COMPARED)]
        scored = [
            (compare(one.traits, other.traits), other)
            for other in likely
            if could_be_asked(one.traits, other.traits)
        ]
        worth = [(score.points, other) for score, other in scored if score.worth_asking]
        return max(worth, key=lambda found: found[0])[1] if worth else None


def on_file(
    session: Session, actor: Actor, villages: Sequence[str], nik_indexes: Sequence[str]
) -> Register:
    """Return who was referred and is not closed: in these villages, or with one of these NIK."""
    query = (
        select(
            Referral.tracking_code, Resident.name, Resident.nik_index, Resident.nik_masked, Resident.sex,
            Resident.birth_date, Resident.birth_year, Referral.village_code, Referral.hamlet, Referral.rt,
            Referral.rw, Referral.contact_name, Referral.contact_phone,
        )
        .join(Referral, Referral.resident_id == Resident.id)
        .where(reach(actor, "referral.view"), Referral.state != ReferralState.CLOSED)
        .order_by(Referral.created_at)
    )  # fmt: skip
    found: dict[str, Known] = {}
    for column, wanted in ((Referral.village_code, villages), (Resident.nik_index, nik_indexes)):
        for start in range(0, len(wanted), _AT_ONCE):
            for row in session.execute(query.where(column.in_(wanted[start : start + _AT_ONCE]))):
                facts = row._asdict()
                code = facts.pop("tracking_code")
                found[code] = Known(Traits(**facts), code)
    return Register(found.values())


def known_of(sealer: Sealer, row: Checked) -> Known:
    """Return what is compared of a row that can be taken."""
    assert row.given is not None
    given = row.given
    traits = Traits(
        name=given.name,
        nik_index=sealer.nik_index(given.nik.digits) if given.nik else None,
        nik_masked=given.nik.masked if given.nik else "",
        sex=given.sex,
        birth_date=given.birth_date,
        birth_year=given.birth_year,
        village_code=given.village_code,
        hamlet=given.hamlet,
        rt=given.rt,
        rw=given.rw,
        contact_name=given.contact_name,
        contact_phone=given.contact_phone,
    )
    return Known(traits, "", row.number)


def mark(session: Session, actor: Actor, sealer: Sealer, rows: Sequence[Checked]) -> None:
    """Tell of each row that can be taken whether it is a repeat, may be one, or is ready."""
    able = [(row, known_of(sealer, row)) for row in rows if row.given is not None]
    register = on_file(
        session,
        actor,
        sorted({one.traits.village_code for _row, one in able}),
        sorted({one.traits.nik_index for _row, one in able if one.traits.nik_index}),
    )
    for row, one in able:
        if same := register.repeat_of(one):
            row.standing = "repeat"
            row.problems.append(
                Problem("repeat_in_file", "name", values={"row": same.row})
                if same.row
                else Problem("repeat_on_file", "name", values={"code": same.where})
            )
            continue
        if near := register.near(one):
            row.standing = "near"
            row.problems.append(
                Problem("near_in_file", "name", values={"row": near.row, "name": near.traits.name})
                if near.row
                else Problem(
                    "near_on_file", "name", values={"code": near.where, "name": near.traits.name}
                )
            )
        register.add(one)
