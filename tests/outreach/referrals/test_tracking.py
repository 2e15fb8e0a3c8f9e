"""Tracking codes that survive being read out, written down and typed again."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.referrals import tracking
from outreach.referrals.tracking import ALPHABET, TrackingError

CODES = st.integers(0, 2**32).map(lambda seed: tracking.make(random.Random(seed)))
POSITIONS = [3, 4, 5, 6, 8, 9, 10, 11]


def test_a_code_is_short_and_has_no_characters_that_look_alike() -> None:
    for seed in range(200):
        code = tracking.make(random.Random(seed))

        assert re.fullmatch(r"SB-[2-9B-HJKMNP-TV-Z]{4}-[2-9B-HJKMNP-TV-Z]{4}", code)
        assert not set(code.removeprefix("SB")) & set("01OILAU")


def test_codes_of_one_source_repeat_with_its_seed_and_differ_from_each_other() -> None:
    first, second = random.Random(7), random.Random(7)
    codes = [tracking.make(first) for _ in range(500)]

    assert codes == [tracking.make(second) for _ in range(500)]
    assert len(set(codes)) == 500


def test_codes_without_a_seed_cannot_be_told_beforehand() -> None:
    assert len({tracking.make() for _ in range(50)}) == 50


@settings(max_examples=20, deadline=None)
@given(CODES)
def test_every_single_wrong_character_is_noticed(code: str) -> None:
    for position in POSITIONS:
        for character in ALPHABET.replace(code[position], ""):
            assert not tracking.is_valid(code[:position] + character + code[position + 1 :])


@settings(max_examples=60, deadline=None)
@given(CODES, st.sampled_from(POSITIONS), st.sampled_from(POSITIONS))
def test_any_two_characters_that_changed_places_are_noticed(code: str, one: int, two: int) -> None:
    swapped = list(code)
    swapped[one], swapped[two] = code[two], code[one]

    assert tracking.is_valid("".join(swapped)) == (code[one] == code[two])


@settings(max_examples=30, deadline=None)
@given(CODES)
def test_a_code_is_recognised_however_it_is_written(code: str) -> None:
    bare = code.replace("-", "")
    for text in (
        code,
        code.lower(),
        bare,
        bare[2:],
        f" {code[3:]} ",
        code.replace("-", " \u2013 "),
    ):
        assert tracking.normalise(text) == code


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" - ", "empty"),
        ("SB-7KQ4-2MX", "length"),
        ("SB-7KQ4-2MXFF", "length"),
        ("SB", "length"),
        ("SB-7KQ0-2MXF", "characters"),
        ("XX-7KQ4-2MXF", "length"),
        ("3314104702410001", "characters"),
    ],
)
def test_text_that_is_no_code_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(TrackingError) as refused:
        tracking.normalise(text)

    assert refused.value.reason == reason


def test_a_typing_error_is_told_apart_from_a_wrong_form() -> None:
    code = tracking.make(random.Random(1))
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")

    with pytest.raises(TrackingError) as refused:
        tracking.normalise(wrong)

    assert refused.value.reason == "check"
