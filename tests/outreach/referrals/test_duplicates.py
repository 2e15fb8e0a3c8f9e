"""One person written down twice is found; two people who look like one are left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from outreach.i18n import catalogue
from outreach.referrals import names
from outreach.referrals.duplicates import ASK, PART_LABELS, Traits, compare, could_be_asked
from tests.outreach.referrals.other_pairs import make_other_pairs
from tests.outreach.referrals.pairs import OTHER_NAMES, SAME_NAMES, Pair, make_pairs
from tests.outreach.referrals.written_pairs import WRITTEN_PAIRS

KARTO = Traits("Karto Wiyono", sex="L", birth_date=date(1941, 3, 12), village_code="33.14.20.2001")


@pytest.mark.parametrize("make", [make_pairs, make_other_pairs])
@pytest.mark.parametrize("seed", [11, 12])
def test_most_who_were_written_down_twice_are_asked_about_and_few_others(
    make: Callable[[int, int], list[Pair]], seed: int
) -> None:
    pairs = make(500, seed)
    asked = [pair for pair in pairs if compare(pair.one, pair.other).worth_asking]
    right = sum(pair.same for pair in asked)
    assert right / sum(pair.same for pair in pairs) >= 0.95
    assert right / len(asked) >= 0.9


def test_what_two_papers_say_of_one_person_is_asked_about_and_who_is_easily_mistaken_is_not() -> (
    None
):
    asked = [pair for pair in WRITTEN_PAIRS if compare(pair.one, pair.other).worth_asking]
    right = sum(pair.same for pair in asked)
    assert right / sum(pair.same for pair in WRITTEN_PAIRS) >= 0.95
    assert right / len(asked) >= 0.9


@pytest.mark.parametrize(("one", "other"), SAME_NAMES)
def test_one_name_in_two_spellings_is_worth_asking_about(one: str, other: str) -> None:
    assert compare(Traits(one), Traits(other)).worth_asking


@pytest.mark.parametrize(("one", "other"), OTHER_NAMES)
def test_two_names_that_only_look_alike_are_not(one: str, other: str) -> None:
    assert not compare(Traits(one), Traits(other)).worth_asking


def test_whoever_is_worth_asking_about_is_not_passed_over_before_the_names_are_read() -> None:
    pairs = [*make_pairs(500, 3), *make_other_pairs(500, 4), *WRITTEN_PAIRS]
    asked = [pair for pair in pairs if compare(pair.one, pair.other).worth_asking]
    assert all(could_be_asked(pair.one, pair.other) for pair in asked)
    assert not all(could_be_asked(pair.one, pair.other) for pair in pairs)


def test_comparing_gives_the_same_both_ways() -> None:
    for pair in make_pairs(120, 5):
        there, back = compare(pair.one, pair.other), compare(pair.other, pair.one)
        assert there.points == back.points


def test_the_same_nik_is_worth_asking_about_whatever_the_names_say() -> None:
    one, other = replace(KARTO, nik_index="a"), replace(KARTO, nik_index="a", name="Sutrisno")
    assert compare(one, other).points > ASK


def test_another_nik_parts_two_of_the_same_name() -> None:
    one = replace(KARTO, nik_index="a", nik_masked="331400******0001")
    other = replace(KARTO, nik_index="b", nik_masked="331400******7642", birth_date=None)
    assert not compare(one, other).worth_asking


def test_a_birthday_that_stands_for_not_known_weighs_less() -> None:
    real = compare(KARTO, KARTO)
    unsure = replace(KARTO, birth_date=date(1941, 7, 1))
    assert sum(p.points for p in compare(unsure, unsure).parts) < sum(p.points for p in real.parts)


def test_a_family_shares_its_house_and_telephone_without_being_one_person() -> None:
    home = {"rt": "001", "rw": "002", "contact_phone": "+628000000001", "lat": -7.3, "lon": 111.1}
    wife = replace(KARTO, name="Sutinem", sex="P", **home)
    assert not compare(replace(KARTO, **home), wife).worth_asking


def test_the_parts_of_a_score_add_up_and_are_told_in_words() -> None:
    score = compare(KARTO, replace(KARTO, name="Mbah Kartowiyono"))
    assert score.points == min(100, sum(part.points for part in score.parts))
    assert {part.label for part in score.parts} <= {catalogue("id")[PART_LABELS[p.code]] for p in score.parts}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words", "father"),
    [
        ("H. Slamet Riyadi, S.Pd.", ("slamet", "riyadi"), ()),
        ("Mbah Tukiyem binti Karto", ("tukiyem",), ("karto",)),
        ("Moch.Sholeh", ("muhammad", "sholeh"), ()),
        ("Hj. St. Khotimah", ("siti", "khotimah"), ()),
        ("Mbah", ("mbah",), ()),
        ("", (), ()),
    ],
)
def test_a_name_is_taken_apart(text: str, words: tuple[str, ...], father: tuple[str, ...]) -> None:
    assert names.read(text)[0] == names.Name(words, father)


def test_an_alias_is_a_name_too() -> None:
    assert [name.words for name in names.read("Karto al. Paimin")] == [("karto",), ("paimin",)]
