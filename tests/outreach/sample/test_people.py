"""Sample residents that look like the office's own, and like nobody in particular."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.places.gazetteer import REGENCY_BOUNDS, distance_m, read_gazetteer
from outreach.referrals import circumstances, nik, phones
from outreach.referrals.conditions import CONDITIONS, NEEDS, POWER
from outreach.sample.people import SamplePerson, make_people

DAY = date(2026, 11, 24)


@cache
def three_hundred(seed: int = 1) -> tuple[SamplePerson, ...]:
    """Return the people of the usual demonstration."""
    return make_people(300, seed=seed, day=DAY, villages=read_gazetteer().villages)


def test_the_same_seed_date_and_villages_give_the_same_people() -> None:
    villages = read_gazetteer().villages
    people = make_people(300, seed=1, day=DAY, villages=villages)

    assert people == three_hundred()
    assert people != make_people(300, seed=2, day=DAY, villages=villages)
    assert people == make_people(300, seed=1, day=DAY, villages=villages[::-1])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_district_has_people_and_some_have_many_more(seed: int) -> None:
    by_district = Counter(person.village_code[:8] for person in three_hundred(seed))
    sizes = sorted(by_district.values())

    assert len(sizes) == 20
    assert sum(sizes[-5:]) > 3 * sum(sizes[:5])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_people_live_a_few_to_a_hamlet_and_some_share_an_address(seed: int) -> None:
    people = three_hundred(seed)
    hamlets = Counter((person.village_code, person.hamlet) for person in people)
    addresses = Counter((person.lat, person.lon) for person in people)

    assert 3 <= len(people) / len(hamlets) <= 6
    assert 1.05 <= len(people) / len(addresses) <= 1.35


def test_people_of_one_address_are_told_to_be_at_one_address() -> None:
    by_address: dict[tuple[float, float], set[tuple[str | None, ...]]] = {}
    for p in three_hundred():
        said = (p.village_code, p.hamlet, p.rt, p.rw, p.landmark, p.power, p.contact_phone)
        by_address.setdefault((p.lat, p.lon), set()).add(said)

    assert all(len(said) == 1 for said in by_address.values())


def test_homes_lie_about_their_village_and_near_the_others_of_their_hamlet() -> None:
    gazetteer = read_gazetteer()
    away, apart = [], []
    firsts: dict[tuple[str, str], SamplePerson] = {}
    for person in three_hundred():
        village = gazetteer.village(person.village_code)
        first = firsts.setdefault((person.village_code, person.hamlet), person)
        away.append(distance_m(person.lat, person.lon, village.lat, village.lon))
        apart.append(distance_m(person.lat, person.lon, first.lat, first.lon))
        assert REGENCY_BOUNDS.contains(person.lat, person.lon, margin_m=1_000)

    assert max(away) < 2_000
    assert 500 < sum(away) / len(away) < 900
    assert max(apart) < 710


def test_ages_run_from_60_to_100_and_many_birthdays_are_placeholders() -> None:
    people = three_hundred()
    ages = [nik.age_on(person.birth_date, DAY) for person in people]
    birthdays = Counter((p.birth_date.day, p.birth_date.month) for p in people)

    assert all(60 <= age <= 100 for age in ages)
    assert max(ages) - min(ages) > 25
    assert birthdays.most_common(3)[2][1] > 0.1 * len(people)
    assert {pair for pair, _ in birthdays.most_common(3)} == {(1, 1), (1, 7), (31, 12)}


def test_a_nik_is_unique_agrees_with_its_bearer_and_belongs_to_no_district() -> None:
    known = [(person, person.nik) for person in three_hundred() if person.nik]

    assert len({text for _, text in known}) == len(known)
    assert 0.85 * 300 < len(known) < 300
    for person, text in known:
        read = nik.parse(text)
        assert read.region == "331400"
        assert nik.notes(read, birth_date=person.birth_date, sex=person.sex) == ()


def test_a_phone_number_can_be_kept_and_reaches_nobody() -> None:
    numbers = {person.contact_phone for person in three_hundred() if person.contact_phone}

    for number in numbers:
        assert phones.normalise(number) == number
        assert phonenumbers.is_possible_number(phonenumbers.parse(number))
        assert not phones.is_known(number)
        assert not phones.is_mobile(number)
    assert any(person.contact_phone is None for person in three_hundred())


def test_everything_chosen_from_a_list_is_in_the_list() -> None:
    people = three_hundred()

    assert {p.condition for p in people} <= set(CONDITIONS)
    assert {need for p in people for need in p.needs} <= set(NEEDS)
    assert {p.power for p in people} <= set(POWER)
    assert {p.time_wish for p in people} == set(circumstances.TIME_WISHES)
    assert {p.contact_relation for p in people} <= set(circumstances.RELATIONS)
    assert {p.priority_reason for p in people} <= {*circumstances.PRIORITY_REASONS, None}


def test_a_condition_brings_its_needs_along() -> None:
    for person in make_people(1_500, seed=5, day=DAY, villages=read_gazetteer().villages):
        assert set(CONDITIONS[person.condition].needs) <= set(person.needs)
        assert len(set(person.needs)) == len(person.needs)


def test_names_are_often_a_single_word_and_never_the_same_word_twice() -> None:
    parts = [person.name.split() for person in three_hundred()]
    single = sum(len(words) == 1 for words in parts)

    assert 100 < single < 270
    assert all(len(set(words)) == len(words) for words in parts)


@settings(max_examples=15, deadline=None)
@given(count=st.integers(0, 60), seed=st.integers(0, 10_000), first=st.integers(0, 200))
def test_any_number_of_people_can_be_made_for_any_villages(
    count: int, seed: int, first: int
) -> None:
    villages = read_gazetteer().villages[first : first + 3]

    people = make_people(count, seed=seed, day=DAY, villages=villages)

    assert len(people) == count
    assert {person.village_code for person in people} <= {v.code for v in villages}
    assert all(0 <= person.waiting_days <= 120 for person in people)


def test_as_many_people_as_the_office_still_misses_have_each_a_nik_of_their_own() -> None:
    people = make_people(12_274, seed=1, day=DAY, villages=read_gazetteer().villages)
    known = [person.nik for person in people if person.nik]

    assert len(people) == 12_274
    assert len(set(known)) == len(known)


def test_people_without_villages_are_refused() -> None:
    with pytest.raises(ValueError, match="villages to live in"):
        make_people(1, seed=1, day=DAY, villages=())
    with pytest.raises(ValueError, match="zero or more"):
        make_people(-1, seed=1, day=DAY, villages=read_gazetteer().villages)
