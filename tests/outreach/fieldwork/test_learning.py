"""Drives that were recorded teach how long driving takes, and an administrator lets plans use it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, web
from outreach.audit import AuditEntry
from outreach.errors import Refused
from outreach.fieldwork import learning
from outreach.fieldwork.legs import RecordedLeg, recorded_legs
from outreach.fieldwork.models import Outcome, OutcomeKind
from outreach.fieldwork.tablet.models import EventState, Tablet, TabletEvent
from outreach.ids import new_id
from outreach.planning.guide import guide_of, pace_number
from outreach.planning.local import learned, paces_of
from outreach.planning.models import Visit
from outreach.policy import Role
from outreach.referrals.states import ReferralState
from outreach.settings import Settings
from routing import Place, Problem
from routing.travel.pace import Pace, together
from routing.travel.speeds import USUAL
from tests.build import MONDAY, MORNING, a_referral, a_team, a_user, an_actor, signed_in
from tests.build_plans import DRIVE_S, an_approved_route, visits_of

MORNING_S, NOON_S = 8 * 3600, 13 * 3600


def drives(count: int, slower: float, left_s: int, seed: int = 1) -> list[RecordedLeg]:
    """Drives that took about `slower` times as long as planned, three on each route."""
    lot = random.Random(seed)
    planned = [lot.randint(300, 1800) for _ in range(count)]
    return [
        RecordedLeg(f"{seed}-{n // 3}", "road", "car", left_s, s, round(s * slower * lot.uniform(0.9, 1.1)))
        for n, s in enumerate(planned)
    ]  # fmt: skip


def test_nothing_is_learned_from_too_few_drives() -> None:
    assert not learning.learn(drives(199, 1.3, MORNING_S)).is_enough
    assert learning.learn(drives(200, 1.3, MORNING_S)).is_enough


def test_each_part_of_the_day_is_learned_and_held_out_drives_come_out_better() -> None:
    found = learning.learn([*drives(150, 1.5, MORNING_S), *drives(150, 1.1, NOON_S, seed=2)])
    paces = paces_of(found.factors)["car"]
    by_time = {pace.from_s: pace.by_road for pace in together(USUAL.parts, paces, "car")}
    assert by_time[0] == pytest.approx(1.5, abs=0.05)
    assert by_time[12 * 3600] == pytest.approx(1.1, abs=0.05)
    assert 40 < found.held_out < 110
    assert found.before_percent is not None
    assert found.after_percent is not None
    assert found.before_percent > 15 > 8 > found.after_percent


def test_a_part_of_the_day_that_is_like_the_others_is_not_told_apart() -> None:
    found = learning.learn([*drives(150, 1.3, MORNING_S), *drives(150, 1.3, NOON_S, seed=2)])
    assert [row["from_s"] for row in found.factors] == [0]
    assert [row["legs"] for row in found.factors] == [300]


def test_a_vehicle_with_few_drives_keeps_the_plain_minutes() -> None:
    few = [replace(leg, profile="motorbike") for leg in drives(29, 3.0, MORNING_S, seed=3)]
    found = learning.learn([*drives(210, 1.2, MORNING_S), *few])
    assert {row["profile"] for row in found.factors} == {"car"}


def a_driven_route(session: Session, core: web.Core, minutes: list[int | None]) -> list[Visit]:
    """A route whose drives between houses took these minutes (None: nobody tapped that they arrived)."""
    team = a_team(session, f"T{new_id()[-4:]}")
    people = [a_referral(session, ReferralState.SCHEDULED, sealer=core.sealer) for _ in range(len(minutes) + 1)]  # fmt: skip
    route = an_approved_route(session, team, MONDAY, people)
    tablet = Tablet(name="Tab", team_id=team.id, created_at=MORNING)
    session.add(tablet)
    session.flush()
    moment = MORNING
    for number, (visit, drive) in enumerate(zip(visits_of(route), [0, *minutes], strict=True)):
        if drive is not None:
            moment += timedelta(minutes=drive)
            session.add(_arrived(tablet, visit, moment, number))
        moment += timedelta(minutes=25)
        session.add(
            Outcome(id=new_id(), visit_id=visit.id, kind=OutcomeKind.RECORDED, via="team", recorded_at=moment,
                    device_at=moment)
        )  # fmt: skip
    session.flush()
    return visits_of(route)


def _arrived(tablet: Tablet, visit: Visit, moment: datetime, number: int) -> TabletEvent:
    return TabletEvent(
        event_id=new_id(), tablet_id=tablet.id, seq=number, kind="arrived", visit_id=visit.id, body=b"-",
        body_hash=new_id(), device_at=moment, corrected_at=moment, received_at=moment, state=EventState.APPLIED,
    )  # fmt: skip


def test_a_drive_is_from_the_last_result_at_a_house_to_the_arrival_at_the_next(
    core: web.Core,
) -> None:
    with clock.frozen(MORNING), core.database.write() as session:
        a_driven_route(session, core, [24, 40])
        a_driven_route(session, core, [None, 240])
        found = recorded_legs(session, MONDAY)
        assert [(leg.taken_s, leg.planned_s) for leg in found] == [(24 * 60, DRIVE_S), (40 * 60, DRIVE_S)]  # fmt: skip
        assert {(leg.basis, leg.profile) for leg in found} == {("line", "car")}
        assert found[0].left_s == 8 * 3600 + 25 * 60
        assert recorded_legs(session, MONDAY + timedelta(days=1)) == []


def test_plans_use_what_was_learned_only_while_it_is_switched_on(
    app: Flask, core: web.Core, tmp_path: Path
) -> None:
    places = [Place(-7.4, 111.0), Place(-7.45, 111.05)]
    office = Settings(instance=tmp_path)
    with core.database.write() as session:
        for _ in range(60):  # more than 200 drives that took half as long again as planned
            a_driven_route(session, core, [45, 45, 45, 45])
        admin = a_user(session, Role.ADMIN)
    browser = signed_in(app, admin)
    assert "1,50" in browser.get("/waktu-tempuh").text
    browser.post("/waktu-tempuh/pakai", {}, form_page="/waktu-tempuh")
    with core.database.read() as session:
        in_use = learned(session)
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "pace.switched_on"))
    assert in_use is not None
    assert entry is not None
    assert entry.detail["before"] > entry.detail["after"]
    travel, known = guide_of(office, (), in_use)(places, ["car"])
    (plain,), _places = guide_of(office)(places, ["car"])
    assert travel[0].seconds[0, 1] == pytest.approx(1.5 * plain.seconds[0, 1], rel=0.05)
    assert travel[0].metres == plain.metres
    assert pace_number(Problem((), (), travel, places=known)) == in_use.number
    browser.post("/waktu-tempuh/hentikan", {}, form_page="/waktu-tempuh")
    with core.database.read() as session:
        assert learned(session) is None


def test_too_few_drives_are_refused_and_named(core: web.Core) -> None:
    with core.database.write() as session, pytest.raises(Refused, match="200"):
        learning.switch_on(session, an_actor(session, Role.ADMIN))


def test_the_table_and_what_was_learned_count_together() -> None:
    assert together(USUAL.parts, (Pace(0, 1.2, 1.4), Pace(43_200, 1.2, 1.4)), "car") == (
        Pace(0, 1.2, 1.4),
    )
