"""The sample office: who works in it, and what its teams can do."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from outreach.places.gazetteer import read_gazetteer
from outreach.referrals.conditions import GENERATOR, NEEDS
from outreach.sample.staff import SampleUser, make_staff


def test_every_village_and_district_has_an_officer_with_a_user_name_of_their_own() -> None:
    gazetteer = read_gazetteer()

    staff = make_staff(gazetteer.villages, gazetteer.districts)
    roles = Counter(user.role for user in staff.users)

    assert roles["village"] == 208
    assert roles["district"] == 20
    assert roles["planner"] == roles["supervisor"] == roles["admin"] == 1
    assert len({user.username for user in staff.users}) == len(staff.users)
    assert all(re.fullmatch(r"[a-z0-9-]{5,40}", user.username) for user in staff.users)


def test_every_member_of_a_team_has_an_account_and_is_in_one_team() -> None:
    staff = make_staff((), ())
    members = [username for team in staff.teams for username, _ in team.members]

    assert len(staff.teams) == 5
    assert sorted(members) == sorted(u.username for u in staff.users if u.role == "team")
    assert len(set(members)) == len(members)
    for team in staff.teams:
        duties = Counter(duty for _, duty in team.members)
        assert (duties["leader"], duties["driver"]) == (1, 1)
        assert duties["operator"] == (2 if "two_operators" in team.skills else 1)


def test_people_of_one_team_do_not_share_a_name() -> None:
    staff = make_staff((), (), teams=20)
    named = {user.username: user.name for user in staff.users}

    for team in staff.teams:
        assert len({named[username] for username, _ in team.members}) == len(team.members)


def test_the_five_teams_together_can_meet_every_need() -> None:
    teams = make_staff((), ()).teams
    abilities = Counter(ability for team in teams for ability in team.abilities)

    asked = {code for code, need in NEEDS.items() if need.asks != "village"}
    assert set(abilities) == asked | {GENERATOR}
    assert abilities["portable_iris"] == 1
    assert abilities[GENERATOR] >= 2


def test_more_or_fewer_teams_can_be_asked_for() -> None:
    assert make_staff((), (), teams=0).teams == ()
    assert [team.code for team in make_staff((), (), teams=7).teams][-1] == "T7"


def test_an_officer_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="village officer"):
        SampleUser("desa-x", "X", "village")
    with pytest.raises(ValueError, match="district officer"):
        SampleUser("kec-x", "X", "district")
