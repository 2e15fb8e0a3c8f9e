"""What queues and searches read instead of reckoning it each time: kept by the mapper itself, whoever writes a row.

A referral's first waiting day, the square kilometre of its house and its marks stand in its own row; how its
resident's name sounds stands in `name_sounds`. Rows that are written past the mapper need `rebuild_keys`.
"""

from __future__ import annotations

from datetime import datetime
from math import floor
from typing import Any, Final

from sqlalchemy import Connection, delete, event, insert, inspect, select
from sqlalchemy.orm import Mapper, Session

from outreach import clock
from outreach.referrals import names
from outreach.referrals.flags import bits_of
from outreach.referrals.models import Referral, Resident
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


def sounds_of(name: str) -> list[tuple[str, str]]:
    """Return how each word of a name sounds, with its consonants; those of an alias too."""
    words = dict.fromkeys(word for one in names.read(name) for word in one.words)
    found = [(names.sound(word)[:40], names.skeleton(word)) for word in words]
    if 1 < len(words) <= 3:
        joined = "".join(words)
        found.append((names.sound(joined)[:40], names.skeleton(joined)))
    return found[:MOST_WORDS]


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


def fill(referral: Referral) -> None:
    """Reckon what stands in a referral's own row; the mapper does it, others who write rows call it."""
    referral.waiting_since = waiting_since(referral.submitted_at)
    referral.square = square_of(referral.lat, referral.lon)
    referral.flags = bits_of(
        referral.needs, referral.house_power, referral.place_quality, referral.contact_phone
    )


def sound_rows(resident: Any, village_code: str) -> list[dict[str, Any]]:
    """Return the rows of `name_sounds` of a resident, ready to be inserted."""
    birth = resident.birth_date.year if resident.birth_date else resident.birth_year
    return [
        {
            "resident_id": resident.id,
            "position": position,
            "sound": sound,
            "skeleton": skeleton,
            "village_code": village_code,
            "birth_year": birth,
        }
        for position, (sound, skeleton) in enumerate(sounds_of(resident.name))
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
def _before(_mapper: Mapper[Any], _connection: Connection, referral: Referral) -> None:
    fill(referral)


@event.listens_for(Referral, "after_insert")
def _after_insert(_mapper: Mapper[Any], connection: Connection, referral: Referral) -> None:
    _sounds_of_row(connection, referral.resident_id, referral.village_code)


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


def _sounds_of_row(connection: Connection, resident_id: str, village_code: str) -> None:
    table = Resident.__table__.c
    row = connection.execute(
        select(table.id, table.name, table.birth_date, table.birth_year).where(
            table.id == resident_id
        )
    ).one()
    _write_sounds(connection, row, village_code)
