"""A small office with two of everything: what is somebody's own, and what is somebody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import User
from outreach.fieldwork.tablet.models import EventState, Tablet, TabletEvent
from outreach.fieldwork.tablet.photo_models import PhotoState, VisitPhoto
from outreach.ids import new_id
from outreach.jobs import enqueue
from outreach.places.models import River
from outreach.planning.figures import count, to_json
from outreach.planning.models import (
    Plan,
    PlanState,
    PlanVersion,
    Route,
    Stop,
    UnservedReferral,
    Visit,
)
from outreach.planning.weight_trials import TRY
from outreach.policy import Role, command_line
from outreach.queue.models import OfficeSlot
from outreach.referrals.imports.models import ImportState, ReferralImport
from outreach.referrals.models import Referral
from outreach.referrals.photo_models import HousePhoto
from outreach.referrals.priority import DEFAULT
from outreach.referrals.states import ReferralState
from outreach.referrals.triage_models import ReferralPair
from outreach.security.sealed import Sealer
from outreach.teams.decree_models import Decree, DecreeLevel
from outreach.teams.models import DatedRange, Holiday, Kit, QuotaRule, Shift, Team, WorkingTime
from tests.build import MONDAY, a_nik, a_referral, a_team, a_user

OWN_VILLAGE, FOREIGN_VILLAGE = "33.14.20.2001", "33.14.01.2001"


@dataclass
class World:
    """Ids by the name that an address gives them: own, and foreign to the village, district and team."""

    users: dict[Role, User] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)


def a_world(session: Session, sealer: Sealer, day: date = MONDAY) -> World:
    """Build the office in an empty, prepared database; its clock must be frozen on `day`."""
    world = World()
    for role in Role:
        if role is not Role.ANONYMOUS:
            world.users[role] = a_user(session, role)
    own_team, foreign_team = a_team(session, "T1"), a_team(session, "T2")
    world.users[Role.TEAM] = own_team.members[0].user
    for side, village, team in (
        (world.own, OWN_VILLAGE, own_team),
        (world.foreign, FOREIGN_VILLAGE, foreign_team),
    ):
        referral = a_referral(
            session, ReferralState.SUBMITTED, sealer=sealer, nik=a_nik(), village_code=village
        )
        planned = a_referral(session, ReferralState.SCHEDULED, village_code=village)
        for one in (referral, planned):
            session.add(_photo(one, sealer))
        plan = a_plan(session, day, {team: [planned]}, planner=world.users[Role.PLANNER])
        route = plan.versions[0].routes[0]
        side |= {
            "referral_id": referral.id,
            "plan_id": plan.id,
            "version_id": plan.versions[0].id,
            "route_id": route.id,
            "stop_id": route.stops[0].id,
            "visit_id": route.stops[0].visits[0].id,
            "team_id": team.id,
            "kit_id": _kit(session, team).id,
            "user_id": team.members[0].user_id,
            "import_id": _import(session, village),
            "slot_id": _slot(session, day).id,
            "job_id": _weight_trial(session, plan),
            "pair_id": _pair(session, referral, planned).id,
            "holiday_id": _added(
                session, Holiday(day=day, name=f"libur {team.code}", category="local")
            ),
            "rule_id": _added(
                session, QuotaRule(first=date(2030, 1, 1), people_per_day=50, set_at=clock.now())
            ),
            "range_id": _added(
                session, DatedRange(kind="ramadan", first=date(2031, 1, 1), last=date(2031, 1, 30))
            ),
            "shift_id": _added(
                session,
                Shift(team_id=team.id, day=date(2030, 1, 1), is_closed=True, reason="servis"),
            ),
            "weekday_id": _working_time(session),
            "decree_id": _added(
                session,
                Decree(
                    first=date(2032, 1, 1),
                    level=DecreeLevel.TIGHTENED,
                    letter_number="1/2032",
                    set_at=clock.now(),
                ),
            ),
            "tablet_id": (tablet := _tablet(session, team)).id,
            "event_id": _event(session, tablet, sealer),
            "river_id": _added(
                session,
                River(
                    name="Bengawan",
                    line=[[-7.4, 111.0], [-7.4, 111.1]],
                    bridges=[[-7.4, 111.05]],
                    drawn_by_name="Sri",
                    drawn_at=clock.now(),
                ),
            ),
        }
    return world


def _weight_trial(session: Session, plan: Plan) -> str:
    payload = {"version_id": plan.versions[0].id, "weights": asdict(DEFAULT)}
    return enqueue(session, TRY, payload, command_line(Role.ADMIN)).id


def a_plan(
    session: Session,
    day: date,
    routes: dict[Team, list[Referral]],
    *,
    planner: User | None = None,
    state: PlanState = PlanState.APPROVED,
    left_out: Sequence[Referral] = (),
) -> Plan:
    """A plan of one day with one version: one route a team, one stop a referral."""
    number = len(session.query(Plan).all()) + 1
    plan = Plan(
        number=number,
        first_day=day,
        last_day=day,
        state=state,
        requested_by=planner.id if planner else None,
        requested_at=clock.now(),
    )
    version = PlanVersion(
        plan=plan,
        number=1,
        state=state,
        made_by=planner.id if planner else None,
        made_at=clock.now(),
        problem={},
        answer={},
        totals={},
        hash="0" * 64 if state is PlanState.APPROVED else "",
        decided_at=clock.now() if state is PlanState.APPROVED else None,
    )
    for position, (team, people) in enumerate(routes.items()):
        route = Route(
            version=version, team_id=team.id, day=day, position=position,
            leave_s=8 * 3600, back_s=12 * 3600, travel_s=3600, travel_m=20_000, return_s=1800,
            return_m=10_000, return_is_estimate=True, service_s=1800 * len(people), wait_s=0,
        )  # fmt: skip
        for order, referral in enumerate(people):
            arrive_s = 8 * 3600 + 1800 + 3600 * order
            stop = Stop(
                route=route, position=order + 1, lat=referral.lat, lon=referral.lon,
                travel_s=1800, travel_m=10_000, is_estimate=True, arrive_s=arrive_s, start_s=arrive_s,
                depart_s=arrive_s + 2400,
            )  # fmt: skip
            stop.visits.append(
                Visit(
                    referral_id=referral.id,
                    position=1,
                    start_s=arrive_s + 600,
                    service_s=1800,
                    short_code=new_id()[-4:].upper(),
                )
            )
    for position, referral in enumerate(left_out, start=1):
        version.unserved.append(
            UnservedReferral(
                referral_id=referral.id, position=position, reason="time", parameters={}
            )
        )
    version.totals = to_json(count(version.routes, version.unserved, {}, {day: None}))
    session.add(plan)
    session.flush()
    session.refresh(plan)
    return plan


def _import(session: Session, village: str) -> str:
    now = clock.now()
    row = ReferralImport(
        file_name="usulan.xlsx", state=ImportState.DISCARDED, office=village, village_code=village,
        district_code=village[:8], created_at=now, changed_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _kit(session: Session, team: Team) -> Kit:
    session.refresh(team)
    return team.kits[0]


def _pair(session: Session, one: Referral, other: Referral) -> ReferralPair:
    first, second = sorted((one.id, other.id))
    pair = ReferralPair(
        first_id=first,
        second_id=second,
        points=60,
        parts=[["name_same", 55], ["village_same", 6]],
        found_at=clock.now(),
    )
    session.add(pair)
    session.flush()
    return pair


def _tablet(session: Session, team: Team) -> Tablet:
    tablet = Tablet(name=f"Tablet {team.code}", team_id=team.id, created_at=clock.now())
    session.add(tablet)
    session.flush()
    return tablet


def _event(session: Session, tablet: Tablet, sealer: Sealer) -> str:
    """Something that the tablet sent, with a photo to see."""
    now = clock.now()
    row = TabletEvent(
        event_id=new_id(), tablet_id=tablet.id, seq=1, kind="result", body=b"", body_hash="0" * 64,
        device_at=now, corrected_at=now, received_at=now, state=EventState.KEPT, problem="refused",
    )  # fmt: skip
    photo = VisitPhoto(
        event_id=row.event_id, tablet_id=tablet.id, state=PhotoState.KEPT, size=2, begun_at=now,
        sealed=sealer.seal(b"\xff\xd8", f"visit_photos/sealed/{row.event_id}"),
    )  # fmt: skip
    session.add_all([row, photo])
    session.flush()
    return row.id


def _slot(session: Session, day: date) -> OfficeSlot:
    slot = OfficeSlot(
        code=new_id()[-8:].upper(), day=day, start_s=9 * 3600, name="Sri", booked_at=clock.now()
    )
    session.add(slot)
    session.flush()
    return slot


def _working_time(session: Session) -> str:
    found = session.query(WorkingTime).first()
    return found.id if found else new_id()


def _added(session: Session, row: Holiday | QuotaRule | DatedRange | Shift | Decree) -> str:
    session.add(row)
    session.flush()
    return row.id


def _photo(referral: Referral, sealer: Sealer) -> HousePhoto:
    sealed = sealer.seal(b"\xff\xd8", f"house_photos/sealed/{referral.id}")
    return HousePhoto(
        referral_id=referral.id, sealed=sealed, width=1, height=1, kept_at=clock.now()
    )
