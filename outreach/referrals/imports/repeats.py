"""Which rows are about a resident who was referred before, or stands twice in the file.

The same NIK, or without one the same name, birth, village and RT/RW, is a repeat and is skipped. What is only nearly
the same is taken and goes to review. Nobody is told of referrals outside their own reach.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.policy import Actor
from outreach.referrals.imports.problems import Problem
from outreach.referrals.imports.rows import Checked
from outreach.referrals.models import Referral, Resident
from outreach.referrals.queries import reach
from outreach.referrals.states import ReferralState
from outreach.security.sealed import Sealer

_TITLES: Final = frozenset("mbah simbah mbok pak bapak bp bpk bu ibu hj h haji hajah kh ny nyonya tn sdr alm almh".split())  # fmt: skip
_SPELLING: Final = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("nj", "ny"), ("sj", "sy"), ("ch", "kh"))
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What is compared of somebody: on file with a tracking code, or in the file with a row number."""

    name: str
    nik_index: str | None
    birth_date: date | None
    birth_year: int | None
    village_code: str
    rt: str
    rw: str
    where: str
    row: int = 0

    @property
    def year(self) -> int | None:
        """The year of birth, as far as it is known."""
        return self.birth_date.year if self.birth_date else self.birth_year

    @property
    def whole(self) -> tuple[object, ...] | None:
        """What makes two without a NIK the same beyond doubt, or None where too little is known."""
        if self.birth_date is None or not self.rt:
            return None
        return (self.name.casefold(), self.birth_date, self.village_code, self.rt, self.rw)


class Register:
    """Those who were referred before, as far as the actor may see them, and the rows read so far."""

    def __init__(self, known: Iterable[Known] = ()) -> None:
        self._by_nik: dict[str, Known] = {}
        self._by_whole: dict[tuple[object, ...], Known] = {}
        self._by_sound: dict[tuple[str, str], list[Known]] = defaultdict(list)
        for one in known:
            self.add(one)

    def add(self, one: Known) -> None:
        """Add somebody; who came first stays first."""
        if one.nik_index:
            self._by_nik.setdefault(one.nik_index, one)
        if one.whole and not one.nik_index:
            self._by_whole.setdefault(one.whole, one)
        self._by_sound[(one.village_code, sound_of(one.name))].append(one)

    def repeat_of(self, one: Known) -> Known | None:
        """Return who this is again, beyond doubt."""
        if one.nik_index:
            return self._by_nik.get(one.nik_index)
        return self._by_whole.get(one.whole) if one.whole else None

    def near(self, one: Known) -> Known | None:
        """Return who this may be: the same name in the same village, whatever its spelling, of about the same age."""
        for other in self._by_sound[(one.village_code, sound_of(one.name))]:
            apart = abs(one.year - other.year) if one.year and other.year else 0
            if apart <= 10 and not (one.nik_index and other.nik_index and apart > 2):
                return other
        return None


def sound_of(name: str) -> str:
    """Return a name without titles, father's name and old spelling, its words in order of the alphabet."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = re.split(r"\b(?:bin|binti|alias|al)\b", plain)[0].split(",")[0]
    words = [word for word in re.findall(r"[a-z]+", plain) if word not in _TITLES]
    text = " ".join(sorted(words or re.findall(r"[a-z]+", plain)))
    for old, new in _SPELLING:
        text = text.replace(old, new)
    return re.sub(r"(.)\1", r"\1", text)


def on_file(
    session: Session, actor: Actor, villages: Sequence[str], nik_indexes: Sequence[str]
) -> Register:
    """Return who was referred and is not closed: in these villages, or with one of these NIK."""
    query = (
        select(
            Resident.name, Resident.nik_index, Resident.birth_date, Resident.birth_year,
            Referral.village_code, Referral.rt, Referral.rw, Referral.tracking_code,
        )
        .join(Referral, Referral.resident_id == Resident.id)
        .where(reach(actor, "referral.view"), Referral.state != ReferralState.CLOSED)
        .order_by(Referral.created_at)
    )  # fmt: skip
    found: dict[str, Known] = {}
    for column, wanted in ((Referral.village_code, villages), (Resident.nik_index, nik_indexes)):
        for start in range(0, len(wanted), _AT_ONCE):
            for row in session.execute(query.where(column.in_(wanted[start : start + _AT_ONCE]))):
                found[row.tracking_code] = Known(*row)
    return Register(found.values())


def known_of(sealer: Sealer, row: Checked) -> Known:
    """Return what is compared of a row that can be taken."""
    assert row.given is not None
    given = row.given
    index = sealer.nik_index(given.nik.digits) if given.nik else None
    return Known(given.name, index, given.birth_date, given.birth_year, given.village_code, given.rt, given.rw, "", row.number)  # fmt: skip


def mark(session: Session, actor: Actor, sealer: Sealer, rows: Sequence[Checked]) -> None:
    """Tell of each row that can be taken whether it is a repeat, may be one, or is ready."""
    able = [(row, known_of(sealer, row)) for row in rows if row.given is not None]
    register = on_file(
        session,
        actor,
        sorted({one.village_code for _row, one in able}),
        sorted({one.nik_index for _row, one in able if one.nik_index}),
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
                Problem("near_in_file", "name", values={"row": near.row, "name": near.name})
                if near.row
                else Problem("near_on_file", "name", values={"code": near.where, "name": near.name})
            )
        register.add(one)
