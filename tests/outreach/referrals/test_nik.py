"""Reading a NIK, and what it may and may not be blamed for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.referrals import nik
from outreach.referrals.nik import NikError

TODAY = date(2026, 11, 24)


def codes(text: str, birth_date: date | None = None, sex: nik.Sex | None = None) -> set[str]:
    """Return the codes of the notes on a NIK."""
    return {note.code for note in nik.notes(nik.parse(text), birth_date=birth_date, sex=sex)}


@pytest.mark.parametrize(
    ("text", "sex", "candidates"),
    [
        ("3314104702410001", "P", [date(1941, 2, 7)]),
        ("3314 1069 0240 0002", "P", [date(1940, 2, 29)]),
        ("3314101502050003", "L", [date(1905, 2, 15), date(2005, 2, 15)]),
        ("3314100107200004", "L", [date(1920, 7, 1)]),
        ("3372011708450001", "L", [date(1945, 8, 17)]),
        ("3314102902000001", "L", [date(2000, 2, 29)]),
        ("3314104002410001", None, []),
        ("3314107202410001", None, []),
    ],
)
def test_a_nik_tells_the_sex_and_the_birth_dates_it_may_mean(
    text: str, sex: nik.Sex | None, candidates: list[date]
) -> None:
    read = nik.parse(text)

    assert read.sex == sex
    assert list(nik.birth_date_candidates(read, TODAY)) == candidates


@pytest.mark.parametrize(
    "text",
    [
        "3314104702410001",
        "3314 1047 0241 0001",
        "33.14.10.470241.0001",
        "331410-470241-0001",
        " 3314\u00a01047\u20110241\u22120001\n",
        "\u200b3314104702410001\ufeff",
        "\uff13\uff13\uff11\uff14104702410001",
    ],
)
def test_blanks_dots_dashes_and_invisible_signs_are_dropped(text: str) -> None:
    assert nik.normalise(text) == "3314104702410001"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("331410720241000", "length"),
        ("33141047024100010", "length"),
        ("0000000000000000", "zeros"),
        ("0000 0000 0000 0000", "zeros"),
        ("33141047024100O1", "digits"),
        ("3,31410470241E+15", "digits"),
        ("tidak tahu", "digits"),
        ("", "length"),
        ("331410470241000\u0661", "digits"),
    ],
)
def test_text_that_cannot_be_a_nik_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(NikError) as refused:
        nik.normalise(text)

    assert refused.value.reason == reason


def test_a_refused_nik_is_not_repeated_in_the_error_nor_shown_when_logged() -> None:
    with pytest.raises(NikError) as refused:
        nik.parse("331410470241000")

    assert "3314" not in str(refused.value)
    assert "470241" not in f"{nik.parse('3314104702410001')!r} {nik.parse('3314104702410001')}"


def test_a_nik_of_the_regency_that_agrees_with_the_form_needs_no_look() -> None:
    assert codes("3314104702410001", date(1941, 2, 7), "P") == set()


def test_a_nik_issued_elsewhere_is_only_mentioned() -> None:
    found = nik.notes(nik.parse("3372011708450001"))

    assert [(note.code, note.severity) for note in found] == [("region_elsewhere", "info")]


@pytest.mark.parametrize("text", ["3314104002410001", "3314107202410001", "3314103002410001"])
def test_an_impossible_date_is_a_warning_and_not_a_disagreement_as_well(text: str) -> None:
    assert codes(text, date(1941, 2, 7)) == {"impossible_date"}
    assert {note.severity for note in nik.notes(nik.parse(text))} == {"warning"}


def test_a_birth_date_or_a_sex_that_differs_from_the_form_is_a_warning() -> None:
    assert codes("3314104702410001", date(1941, 7, 2), "P") == {"birth_date_differs"}
    assert codes("3314104702410001", date(1941, 2, 7), "L") == {"sex_differs"}
    assert codes("3314104702410001", date(1942, 2, 7), "L") == {
        "birth_date_differs",
        "sex_differs",
    }


def test_a_form_that_left_birth_date_and_sex_empty_is_not_compared() -> None:
    assert codes("3314104702410001", None, None) == set()
    assert nik.notes(nik.parse("3314104702410001"), sex="") == ()


def test_the_century_that_an_officer_types_is_no_disagreement() -> None:
    assert codes("3314101502050003", date(1905, 2, 15)) == set()
    assert codes("3314101502050003", date(2005, 2, 15)) == set()
    assert codes("3314103112700003", date(1870, 12, 31)) == set()


def test_the_minimum_age_decides_which_century_is_meant() -> None:
    read = nik.parse("3314102411090004")

    assert nik.birth_date_candidates(read, TODAY) == (date(1909, 11, 24), date(2009, 11, 24))
    assert nik.birth_date_candidates(read, date(2026, 11, 23)) == (date(1909, 11, 24),)
    assert nik.birth_date_candidates(read, TODAY, min_age=60) == (date(1909, 11, 24),)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(1941, 2, 7), date(2026, 2, 6), 84),
        (date(1941, 2, 7), date(2026, 2, 7), 85),
        (date(1940, 2, 29), date(2026, 2, 28), 85),
        (date(1940, 2, 29), date(2026, 3, 1), 86),
    ],
)
def test_age_is_counted_in_completed_years(birth: date, day: date, age: int) -> None:
    assert nik.age_on(birth, day) == age


def test_a_nik_is_masked_on_screens_and_grouped_in_fours_for_reading() -> None:
    assert nik.mask("3314100702410001") == "331410******0001"
    assert nik.mask("3314 1007 0241 0001") == "331410******0001"
    assert nik.group("3314104702410001") == "3314 1047 0241 0001"


@settings(max_examples=60, deadline=None)
@given(
    born=st.dates(date(1902, 1, 1), date(2009, 11, 24)),
    woman=st.booleans(),
    serial=st.integers(1, 9999),
)
def test_the_true_birth_date_is_always_among_the_candidates(
    born: date, woman: bool, serial: int
) -> None:
    day = born.day + (40 if woman else 0)
    read = nik.parse(f"331410{day:02d}{born:%m%y}{serial:04d}")

    assert born in nik.birth_date_candidates(read, TODAY)
    assert read.sex == ("P" if woman else "L")
    assert nik.notes(read, birth_date=born, sex=read.sex) == ()
