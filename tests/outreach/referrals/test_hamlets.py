"""The middle of a hamlet is learned from its houses, and stands in for a pin that nobody gave."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import Database
from outreach.places.models import PlaceQuality, Village
from outreach.policy import Role
from outreach.referrals.companions import companions_of
from outreach.referrals.hamlets import confirm_place, hamlet_centre, hamlet_key, improve_hamlet
from outreach.referrals.models import Referral
from outreach.referrals.states import ReferralState
from outreach.referrals.triage import accept_referral
from tests.build import MORNING, a_referral, an_actor

VILLAGE = "33.14.20.2001"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with clock.frozen(MORNING), database.write() as session:
        yield session


def a_house(
    session: Session, east: float, quality: PlaceQuality = PlaceQuality.PIN, hamlet: str = "Dukuh Ngrejeng"
) -> Referral:  # fmt: skip
    """A house with a pin so many thousandths of a degree east of the corner."""
    return a_referral(
        session, village_code=VILLAGE, hamlet=hamlet, lat=-7.3, lon=111.05 + east / 1000,
        place_quality=quality,
    )  # fmt: skip


def without_pin(session: Session, state: ReferralState = ReferralState.SUBMITTED) -> Referral:
    village = session.get_one(Village, VILLAGE)
    return a_referral(
        session, state, village_code=VILLAGE, hamlet="dk. ngrejeng", lat=village.lat, lon=village.lon,
        place_quality=PlaceQuality.VILLAGE,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["Dukuh Ngrejeng", "dk. Ngrejeng", "DUSUN  ngrejeng ", "Ngrejeng"])
def test_a_hamlet_is_known_however_it_is_written(name: str) -> None:
    assert hamlet_key(name) == "ngrejeng"


def test_three_houses_have_a_middle_that_one_wrong_pin_does_not_move(session: Session) -> None:
    for east in (0, 2):
        a_house(session, east)
    assert hamlet_centre(session, VILLAGE, "Ngrejeng") is None
    a_house(session, 90)
    assert hamlet_centre(session, VILLAGE, "Ngrejeng") == (-7.3, 111.052)
    a_house(session, 1, hamlet="Dukuh Lain")
    assert hamlet_centre(session, VILLAGE, "Dukuh Lain") is None


def test_whoever_is_accepted_without_a_pin_gets_the_middle_of_the_hamlet(session: Session) -> None:
    for east in (0, 1, 2):
        a_house(session, east)
    planner = an_actor(session, Role.PLANNER)
    found = accept_referral(session, planner, without_pin(session))
    assert (found.lat, found.lon) == (-7.3, 111.051)
    assert found.place_quality is PlaceQuality.HAMLET
    pinned = a_referral(session, ReferralState.SUBMITTED, village_code=VILLAGE, hamlet="Ngrejeng")
    before = pinned.lat, pinned.lon, pinned.place_quality
    accept_referral(session, planner, pinned)
    assert (pinned.lat, pinned.lon, pinned.place_quality) == before
    assert companions_of(session, planner, found) == []


def test_a_house_that_a_team_stood_at_is_surveyed_and_moves_its_hamlet(session: Session) -> None:
    waiting, planned = without_pin(session), without_pin(session, ReferralState.SCHEDULED)
    house = a_house(session, 4, PlaceQuality.DEVICE)
    confirm_place(session, house)
    assert house.place_quality is PlaceQuality.SURVEYED
    assert (waiting.lat, waiting.lon, waiting.place_quality) == (-7.3, 111.054, PlaceQuality.HAMLET)
    assert planned.place_quality is PlaceQuality.VILLAGE
    assert improve_hamlet(session, VILLAGE, "Ngrejeng") == 0


def test_the_middle_of_a_village_is_no_house_that_a_visit_could_confirm(session: Session) -> None:
    visited = without_pin(session, ReferralState.VISITED)
    confirm_place(session, visited)
    assert visited.place_quality is PlaceQuality.VILLAGE
