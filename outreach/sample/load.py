"""Loading the samples into an empty database: staff, teams, and the backlog. The same seed gives the same rows."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import audit, clock
from outreach.accounts.models import User
from outreach.coverage.models import UnrecordedCount
from outreach.places.gazetteer import read_gazetteer
from outreach.places.models import PlaceQuality
from outreach.places.service import office
from outreach.policy import Role, command_line
from outreach.referrals import nik as nik_rules
from outreach.referrals import tracking
from outreach.referrals.models import Referral, ReferralEvent, Resident
from outreach.referrals.pairs import look_for_pairs
from outreach.referrals.states import ReferralState as State
from outreach.sample.people import SamplePerson, make_people
from outreach.sample.staff import SampleStaff, make_staff
from outreach.security.passwords import hash_password
from outreach.security.sealed import Sealer
from outreach.teams.models import Kit, Team, TeamMember

PASSWORD: Final = "contoh-sragen"  # noqa: S105 - shown to whoever runs the demonstration
"""The password of every sample account. They exist only in a demonstration database."""
_REFERRED_AGAIN: Final = 3
_WAITING_SHARE: Final = 25  # for each so many in the backlog, one more waits for triage


@dataclass(frozen=True)
class Loaded:
    """What was loaded."""

    backlog: int
    waiting_for_triage: int
    teams: int


def load_samples(
    session: Session, sealer: Sealer, *, referrals: int, teams: int, seed: int, day: date
) -> Loaded:
    """Fill an empty, prepared database with samples, and mark it as a demonstration."""
    gazetteer = read_gazetteer()
    waiting = max(1, referrals // _WAITING_SHARE)
    people = make_people(referrals + waiting, seed=seed, day=day, villages=gazetteer.villages)
    users = _add_staff(session, make_staff(gazetteer.villages, gazetteer.districts, teams))
    session.flush()
    officers = {user.village_code: user for user in users.values() if user.role is Role.VILLAGE}
    source = random.Random(f"{seed} {day}")
    # Those who wait for triage came last.
    ordered = sorted(people, key=lambda person: -person.waiting_days)
    for position, person in enumerate(ordered):
        state = State.ACCEPTED if position < referrals else State.SUBMITTED
        _add_referral(
            session, sealer, source, person, state, day, officers[person.village_code], users
        )
    again = _refer_again(session, sealer, source, ordered[:referrals], day, officers, users)
    _count_unrecorded(session, source, [fact.code for fact in gazetteer.villages], day)
    place = office(session)
    place.is_demo = True
    audit.record(
        session,
        command_line(Role.ADMIN),
        "sample.loaded",
        referrals=len(people),
        teams=teams,
        seed=seed,
    )
    return Loaded(referrals, waiting + again, teams)


def sample_accounts(session: Session) -> list[User]:
    """Return a sample account of each role to try: of the village with most referrals, its district, and so on."""
    busiest = session.scalar(
        select(Referral.village_code)
        .group_by(Referral.village_code)
        .order_by(func.count().desc(), Referral.village_code)
        .limit(1)
    )
    district = (busiest or "")[:8]
    wanted = (
        (User.role == Role.VILLAGE) & (User.village_code == busiest),
        (User.role == Role.DISTRICT) & (User.district_code == district),
        User.role == Role.PLANNER,
        User.role == Role.SUPERVISOR,
        User.role == Role.TEAM,
        User.role == Role.ADMIN,
    )
    found = [
        session.scalars(select(User).where(User.is_active, test).order_by(User.username)).first()
        for test in wanted
    ]
    return [user for user in found if user is not None]


def _add_staff(session: Session, staff: SampleStaff) -> dict[str, User]:
    password_hash, now = hash_password(PASSWORD), clock.now()
    users = {
        sample.username: User(
            username=sample.username,
            name=sample.name,
            role=Role(sample.role),
            village_code=sample.village_code,
            district_code=sample.district_code,
            password_hash=password_hash,
            must_change_password=False,
            created_at=now,
        )
        for sample in staff.users
    }
    session.add_all(users.values())
    session.flush()
    for sample_team in staff.teams:
        team = Team(
            code=sample_team.code,
            name=sample_team.name,
            vehicle=sample_team.vehicle,
            skills=list(sample_team.skills),
        )
        session.add(team)
        session.flush()
        for position, (username, duty) in enumerate(sample_team.members):
            user_id = users[username].id
            session.add(TeamMember(team_id=team.id, user_id=user_id, duty=duty, position=position))
        for kit in sample_team.kits:
            session.add(
                Kit(code=kit.code, name=kit.name, team_id=team.id, equipment=list(kit.equipment))
            )
    return users


def _add_referral(
    session: Session,
    sealer: Sealer,
    source: random.Random,
    person: SamplePerson,
    state: State,
    day: date,
    officer: User,
    users: dict[str, User],
) -> Referral:
    submitted = clock.at_office(
        day - timedelta(days=person.waiting_days + 1), source.randrange(8 * 3600, 14 * 3600)
    )
    resident = Resident(
        id=_id(source, submitted),
        name=person.name,
        sex=person.sex,
        birth_date=person.birth_date,
        created_at=submitted,
    )
    if person.nik:
        resident.nik_sealed = sealer.seal_nik(person.nik, resident.id)
        resident.nik_index = sealer.nik_index(person.nik)
        resident.nik_masked = nik_rules.mask(person.nik)
    referral = Referral(
        id=_id(source, submitted),
        tracking_code=tracking.make(source),
        form_token=_id(source, submitted),
        resident=resident,
        village_code=person.village_code,
        state=state,
        hamlet=person.hamlet,
        rt=person.rt,
        rw=person.rw,
        landmark=person.landmark,
        lat=person.lat,
        lon=person.lon,
        place_quality=PlaceQuality(person.pin_quality),
        condition=person.condition,
        needs=list(person.needs),
        house_power=person.power,
        home_from_s=person.home_from_s,
        home_to_s=person.home_to_s,
        contact_name=person.contact_name,
        contact_relation=person.contact_relation,
        contact_phone=person.contact_phone or "",
        ticked=[] if person.contact_phone else ["no_phone"],
        note=person.reason,
        priority_reason=person.priority_reason or "",
        due_day=day + timedelta(days=person.needed_in_days) if person.needed_in_days else None,
        created_by=officer.id,
        created_at=submitted,
        submitted_at=submitted,
        changed_at=submitted,
    )
    session.add(referral)
    session.add(_event(source, referral, officer, submitted, "submitted", "", State.SUBMITTED))
    if state is State.ACCEPTED:
        accepted = submitted + timedelta(hours=source.randint(1, 20))
        planner = users["perencana"]
        referral.accepted_at = referral.changed_at = accepted
        session.add(
            _event(source, referral, planner, accepted, "accepted", State.SUBMITTED, State.ACCEPTED)
        )
    return referral


def _refer_again(
    session: Session,
    sealer: Sealer,
    source: random.Random,
    people: list[SamplePerson],
    day: date,
    officers: dict[str | None, User],
    users: dict[str, User],
) -> int:
    """Refer a few of the backlog once more in another spelling, so that a planner meets possible duplicates."""
    told = [one for one in people if _respelt(one.name) != one.name]
    chosen = told[:: max(1, len(told) // _REFERRED_AGAIN)][:_REFERRED_AGAIN]
    session.flush()
    for person in chosen:
        twice = replace(person, name=f"Mbah {_respelt(person.name)}", nik=None, waiting_days=0)
        referral = _add_referral(
            session,
            sealer,
            source,
            twice,
            State.SUBMITTED,
            day,
            officers[person.village_code],
            users,
        )
        look_for_pairs(session, referral)
    return len(chosen)


def _respelt(name: str) -> str:
    """Write a name as it was written before 1947."""
    old = name.lower().replace("j", "dj").replace("y", "j").replace("u", "oe")
    return old.title() if old != name.lower() else name


def _count_unrecorded(
    session: Session, source: random.Random, villages: list[str], day: date
) -> None:
    """Say how many are not recorded in each village, so that those that refer nobody are asked."""
    session.add_all(
        UnrecordedCount(village_code=code, as_of=day.replace(day=1), people=source.randrange(2, 40), loaded_at=clock.now())
        for code in villages
    )  # fmt: skip


def _event(
    source: random.Random,
    referral: Referral,
    user: User,
    at: datetime,
    kind: str,
    from_state: str,
    to_state: str,
) -> ReferralEvent:
    return ReferralEvent(
        id=_id(source, at),
        referral=referral,
        at=at,
        actor_id=user.id,
        actor_name=user.name,
        kind=kind,
        from_state=from_state,
        to_state=to_state,
    )


def _id(source: random.Random, at: datetime) -> str:
    """An identifier of the usual form (see `outreach.ids`) that the seed decides."""
    return str(
        uuid.UUID(int=(int(at.timestamp() * 1000) << 80 | source.getrandbits(80)), version=4)
    )
