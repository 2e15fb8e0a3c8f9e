"""What a version holds never changes, and a change made around the application is seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from outreach import web
from outreach.ids import new_id
from outreach.planning.decisions import approve_plan
from outreach.planning.guard import VersionIsFixed
from outreach.planning.models import (
    Plan,
    PlanState,
    PlanVersion,
    Route,
    Stop,
    UnservedReferral,
    Visit,
)
from outreach.planning.seal import canonical, content_hash, content_of, is_intact
from tests.outreach.planning import given


def version_in(session: Session, plan_id: str) -> PlanVersion:
    """The newest version of a plan."""
    return session.get_one(Plan, plan_id).versions[-1]


@pytest.fixture
def approved(core: web.Core) -> str:
    """An approved plan, with people on its routes and people left out."""
    office = given.an_office(core, teams=1, referrals=14)
    plan_id = given.a_sent_plan(core, office.planner)
    with core.database.write() as session:
        approve_plan(session, office.supervisor, session.get_one(Plan, plan_id))
    return plan_id


def _totals(version: PlanVersion) -> None:
    version.totals = {**version.totals, "people": 99}


def _answer(version: PlanVersion) -> None:
    version.answer = {}


def _maker(version: PlanVersion) -> None:
    version.made_by = None


def _hash(version: PlanVersion) -> None:
    version.hash = "0" * 64


def _state(version: PlanVersion) -> None:
    version.state = PlanState.MADE


def _route(version: PlanVersion) -> None:
    version.routes[0].leave_s += 60


def _stop(version: PlanVersion) -> None:
    version.routes[0].stops[0].lat += 0.001


def _visit(version: PlanVersion) -> None:
    version.routes[0].stops[0].visits[0].start_s += 60


def _order(version: PlanVersion) -> None:
    first, second = version.routes[0].stops[:2]
    first.visits[0].stop = second


def _unserved(version: PlanVersion) -> None:
    version.unserved[0].reason = "fits"


def _another_visit(version: PlanVersion) -> None:
    stop = version.routes[0].stops[0]
    stop.visits.append(
        Visit(
            id=new_id(), referral_id=version.unserved[0].referral_id, position=9, start_s=0,
            service_s=0, short_code="222222",
        )
    )  # fmt: skip


def _another_stop(version: PlanVersion) -> None:
    version.routes[0].stops.append(
        Stop(
            id=new_id(),
            position=99,
            lat=-7.4,
            lon=111.0,
            travel_s=0,
            travel_m=0,
            arrive_s=0,
            start_s=0,
            depart_s=0,
        )
    )


CHANGES = [_totals, _answer, _maker, _hash, _state, _route, _stop, _visit, _order, _unserved, _another_visit, _another_stop]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_of_an_approved_version_can_be_changed(
    core: web.Core, approved: str, change: Callable[[PlanVersion], None]
) -> None:
    with pytest.raises(VersionIsFixed), core.database.write() as session:
        change(version_in(session, approved))
    with core.database.read() as session:
        assert is_intact(version_in(session, approved))


@pytest.mark.parametrize("kind", [PlanVersion, Route, Stop, Visit, UnservedReferral])
def test_no_statement_changes_or_removes_what_a_version_holds(
    core: web.Core, approved: str, kind: type
) -> None:
    for statement in (update(kind).values(id=new_id()), delete(kind)):
        with pytest.raises(VersionIsFixed), core.database.write() as session:
            session.execute(statement)
    assert given.state_of(core, approved) is PlanState.APPROVED


def test_nothing_of_a_version_can_be_deleted(core: web.Core, approved: str) -> None:
    with pytest.raises(VersionIsFixed), core.database.write() as session:
        session.delete(version_in(session, approved).routes[0].stops[0].visits[0])


def test_a_version_is_fixed_as_soon_as_it_is_made(core: web.Core) -> None:
    office = given.an_office(core)
    plan_id = given.a_made_plan(core, office.planner)
    with pytest.raises(VersionIsFixed), core.database.write() as session:
        _visit(version_in(session, plan_id))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE visits SET start_s = start_s + 60",
        "UPDATE stops SET lat = lat + 0.0001",
        "UPDATE routes SET back_s = back_s - 1",
        "UPDATE unserved_referrals SET reason = 'fits'",
        "UPDATE plan_versions SET answer = '{}'",
        "UPDATE plan_versions SET problem = '{}'",
        "DELETE FROM unserved_referrals WHERE position = 1",
        "UPDATE visits SET short_code = '222222' WHERE position = 1",
    ],
)
def test_a_change_by_hand_in_the_database_breaks_the_seal(
    core: web.Core, approved: str, sql: str
) -> None:
    with core.database.engine.connect() as connection:
        assert connection.execute(text(sql)).rowcount > 0
        connection.commit()
    with core.database.read() as session:
        assert not is_intact(version_in(session, approved))


def test_a_seal_is_the_same_whenever_and_wherever_it_is_counted(
    core: web.Core, approved: str
) -> None:
    with core.database.read() as session:
        first = content_hash(version_in(session, approved))
    with core.database.read() as session:
        version = version_in(session, approved)
        list(version.unserved)
        assert content_hash(version) == first == version.hash


def test_a_seal_is_over_ids_and_times_not_over_names(core: web.Core, approved: str) -> None:
    with core.database.read() as session:
        assert b"Mbah" not in canonical(content_of(version_in(session, approved)))
