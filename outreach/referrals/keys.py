"""What queues and searches read instead of reckoning it each time: kept by the mapper itself, whoever writes a row.

A referral's first waiting day, the square kilometre of its house, its marks and its resident's day of birth stand in its
own row; the words of its resident's name and how they sound stand in `name_sounds`. Rows that are written past the mapper need `rebuild_keys`.
"""

from __future__ import annotations

from datetime import date, datetime
from math import floor
from typing import Any, Final

from sqlalchemy import Connection, delete, event, insert, inspect, select, update
from sqlalchemy.orm import Mapper, Session

from outreach import clock
from outreach.referrals import names
from outreach.referrals.flags import bits_of
from outreach.referrals.models import Referral, Resident
from outreach.referrals.open_questions import open_questions
from outreach.referrals.triage_models import NameSound

SQUARE_DEG: Final = 0.01
"""The side of a square, about 1.1 km here."""
MOST_WORDS: Final = 8
_ROW: Final = 100_000
_AT_ONCE: Final = 2000


def square_of(lat: float, lon: float) -> int:
    """Return the number of the square that a point lies in."""
    return floor((lat + 90) / SQUARE_DEG) * _ROW + floor((lon + 180) / SQUARE_DEG)


def squares_around(square: int) -> tuple[int, ...]:
    """Return a square and the eight about it: whatever lies within a kilometre."""
    return tuple(
        square + down * _ROW + across for down in (-1, 0, 1) for across in (-1, 0, 1)
    )  # fmt: skip


def waiting_since(submitted_at: datetime | None) -> int | None:
    """Return the office's day on which somebody began to wait, counted from 1 January of year 1."""
    return clock.to_office(submitted_at).date().toordinal() if submitted_at else None


def born_day(resident: Any) -> int | None:
    """Return the day of birth counted from 1 January of year 1; where only the year is known, its first day."""
    if resident.birth_date is not None:
        return resident.birth_date.toordinal()  # type: ignore[no-any-return]
    return date(resident.birth_year, 1, 1).toordinal() if resident.birth_year else None


def words_of(name: str) -> list[str]:
    """Return the words of a name in small letters, those of an alias too, and two or three of them written as one."""
    words = list(dict.fromkeys(word for one in names.read(name) for word in one.words))
    if 1 < len(words) <= 3:
        words.append("".join(words))
    return words[:MOST_WORDS]


def sounds_of(name: str) -> list[tuple[str, str]]:
    """Return how each of `words_of` a name sounds, with its consonants."""
    return [(names.sound(word)[:40], names.skeleton(word)) for word in words_of(name)]


def rebuild_keys(session: Session) -> int:
    """Reckon every key anew, and return how many referrals were read."""
    session.execute(delete(NameSound))
    count = 0
    query = (
        select(Referral).order_by(Referral.id).execution_options(yield_per=_AT_ONCE)
    )  # fmt: skip
    connection = session.connection()
    for referral in session.scalars(query):
        fill(referral)
        connection.execute(insert(NameSound), sound_rows(referral.resident, referral.village_code))
        count += 1
    session.flush()
    return count


def fill(referral: Referral, resident: Any = None) -> None:
    """Reckon what stands in a referral's own row; the mapper does it, others who write rows call it.

    `resident`: the row of the resident, where the referral does not hold it.
    """
    referral.waiting_since = waiting_since(referral.submitted_at)
    referral.square = square_of(referral.lat, referral.lon)
    referral.flags = bits_of(
        referral.needs,
        referral.house_power,
        referral.place_quality,
        referral.contact_phone,
        incomplete=bool(open_questions(referral, resident or referral.resident)),
    )
    if (
        referral.resident is not None
    ):  # in a new row it may be known by its id only: `_after_insert`
        referral.born_day = born_day(referral.resident)


def sound_rows(resident: Any, village_code: str) -> list[dict[str, Any]]:
    """Return the rows of `name_sounds` of a resident, ready to be inserted."""
    birth = resident.birth_date.year if resident.birth_date else resident.birth_year
    return [
        {
            "resident_id": resident.id,
            "position": position,
            "word": word[:40],
            "sound": names.sound(word)[:40],
            "skeleton": names.skeleton(word),
            "village_code": village_code,
            "birth_year": birth,
        }
        for position, word in enumerate(words_of(resident.name))
    ]


def _write_sounds(connection: Connection, resident: Any, village_code: str) -> None:
    connection.execute(delete(NameSound).where(NameSound.resident_id == resident.id))
    if rows := sound_rows(resident, village_code):
        connection.execute(insert(NameSound), rows)


def _changed(target: object, *names_of: str) -> bool:
    attributes = inspect(target).attrs  # type: ignore[union-attr]
    return any(attributes[name].history.has_changes() for name in names_of)


@event.listens_for(Referral, "before_insert")
@event.listens_for(Referral, "before_update")
def _before(_mapper: Mapper[Any], connection: Connection, referral: Referral) -> None:
    table = Resident.__table__
    known = referral.resident
    fill(
        referral,
        known or connection.execute(select(table).where(table.c.id == referral.resident_id)).one(),
    )


@event.listens_for(Referral, "after_insert")
def _after_insert(_mapper: Mapper[Any], connection: Connection, referral: Referral) -> None:
    resident = _sounds_of_row(connection, referral.resident_id, referral.village_code)
    if referral.resident is None:
        _write_birth(connection, resident)


@event.listens_for(Referral, "after_update")
def _after_update(_mapper: Mapper[Any], connection: Connection, referral: Referral) -> None:
    if _changed(referral, "village_code"):
        _sounds_of_row(connection, referral.resident_id, referral.village_code)


@event.listens_for(Resident, "after_update")
def _after_resident(_mapper: Mapper[Any], connection: Connection, resident: Resident) -> None:
    if _changed(resident, "name", "birth_date", "birth_year"):
        village = connection.scalar(
            select(Referral.village_code).where(Referral.resident_id == resident.id).limit(1)
        )
        if village:
            _write_sounds(connection, resident, village)
        _write_birth(connection, resident)


def _write_birth(connection: Connection, resident: Any) -> None:
    rows = update(Referral).where(Referral.resident_id == resident.id)
    connection.execute(rows.values(born_day=born_day(resident)))


def _sounds_of_row(connection: Connection, resident_id: str, village_code: str) -> Any:
    table = Resident.__table__.c
    row = connection.execute(
        select(table.id, table.name, table.birth_date, table.birth_year).where(
            table.id == resident_id
        )
    ).one()
    _write_sounds(connection, row, village_code)
    return row
