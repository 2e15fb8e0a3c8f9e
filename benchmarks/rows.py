"""A database with many generated referrals, for the benchmarks."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import insert

from outreach import clock
from outreach.db import Database
from outreach.ids import new_id
from outreach.places.gazetteer import read_gazetteer
from outreach.places.models import PlaceQuality
from outreach.places.service import load_gazetteer
from outreach.referrals import tracking
from outreach.referrals.flags import bits_of
from outreach.referrals.keys import sound_rows, square_of, waiting_since
from outreach.referrals.models import Referral, Resident
from outreach.referrals.states import ReferralState as State
from outreach.referrals.triage_models import NameSound
from outreach.sample.people import SamplePerson, make_people
from outreach.schema import migrate
from outreach.security.keys import create_keys, load_keys
from outreach.security.sealed import Sealer
from outreach.settings import Settings

# How 50,000 referrals of some years stand: most are done, a long list waits.
STATES = {
    State.SUBMITTED: 6, State.RETURNED: 2, State.ACCEPTED: 20, State.SCHEDULED: 1, State.RECORDED: 4, State.SENT: 5,
    State.PRINTED: 4, State.DELIVERED: 48, State.CLOSED: 10,
}  # fmt: skip
_AT_ONCE = 2000


def an_office_with(folder: Path, referrals: int, seed: int = 1) -> Database:
    """Return the database of a new instance in `folder` with so many made-up referrals."""
    settings = Settings(instance=folder)
    create_keys(settings.keys_file)
    sealer = Sealer(load_keys(settings.keys_file))
    database = Database(settings.database_url)
    migrate(database)
    source, now = random.Random(seed), clock.now()
    with database.write() as session:
        load_gazetteer(session)
    villages = read_gazetteer().villages
    people = make_people(referrals, seed=seed, day=clock.today(), villages=villages)
    for start in range(0, len(people), _AT_ONCE):
        rows = [_rows(sealer, source, person, now) for person in people[start : start + _AT_ONCE]]
        with database.write() as session:
            session.execute(insert(Resident), [row[0] for row in rows])
            session.execute(insert(Referral), [row[1] for row in rows])
            session.execute(insert(NameSound), [sound for row in rows for sound in row[2]])
    with database.write() as session:
        session.connection().exec_driver_sql("ANALYZE")
    return database


def _rows(
    sealer: Sealer, source: random.Random, person: SamplePerson, now: datetime
) -> tuple[dict[str, object], dict[str, object], list[dict[str, object]]]:
    state = source.choices(list(STATES), list(STATES.values()))[0]
    waits = state in (State.SUBMITTED, State.ACCEPTED, State.RETURNED, State.SCHEDULED)
    days = person.waiting_days if waits else source.randrange(60, 900)
    submitted = now - timedelta(days=days)
    resident = {
        "id": new_id(), "name": person.name, "sex": person.sex, "birth_date": person.birth_date, "created_at": submitted,
        "nik_index": sealer.nik_index(person.nik) if person.nik else None,
        "nik_masked": f"{person.nik[:6]}******{person.nik[12:]}" if person.nik else "",
    }  # fmt: skip
    quality = PlaceQuality(person.pin_quality)
    referral = {
        "id": new_id(), "tracking_code": tracking.make(source), "form_token": f"{source.getrandbits(128):032x}",
        "resident_id": resident["id"], "village_code": person.village_code, "state": state, "hamlet": person.hamlet,
        "rt": person.rt, "rw": person.rw, "landmark": person.landmark, "lat": person.lat, "lon": person.lon,
        "place_quality": quality, "condition": person.condition, "needs": list(person.needs),
        "house_power": person.power, "contact_name": person.contact_name, "contact_relation": person.contact_relation,
        "contact_phone": person.contact_phone or "", "created_at": submitted, "submitted_at": submitted,
        "changed_at": submitted + timedelta(days=source.randrange(0, max(1, days))), "accepted_at": None,
        "endorsed_at": submitted if source.random() < 0.5 else None, "priority_reason": person.priority_reason or "",
        "due_day": clock.today() + timedelta(days=person.needed_in_days) if person.needed_in_days else None,
        "waiting_since": waiting_since(submitted), "square": square_of(person.lat, person.lon),
        "flags": bits_of(person.needs, person.power, quality, person.contact_phone),
        "born_day": person.birth_date.toordinal(),
    }  # fmt: skip
    sounds = sound_rows(SimpleNamespace(**resident, birth_year=None), person.village_code)
    return resident, referral, sounds
