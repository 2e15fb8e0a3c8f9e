"""Short codes of visits: from paper back into the system, without mistaking one visit for another."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from outreach.planning import short_codes
from outreach.referrals.tracking import ALPHABET

seeds = st.integers(0, 10**9).map(random.Random)


@given(seeds)
def test_a_code_is_read_as_it_was_written_in_any_manner(source: random.Random) -> None:
    code = short_codes.make((), source)
    for typed in (code, code.lower(), short_codes.written(code), f" {code[:3]}-{code[3:]} "):
        assert short_codes.normalise(typed) == code


@given(seeds, st.integers(0, 5), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(source: random.Random, at: int, wrong: str) -> None:
    code = short_codes.make((), source)
    typed = code[:at] + wrong + code[at + 1 :]
    assert typed == code or short_codes.normalise(typed) is None


@given(seeds, st.integers(0, 4))
def test_two_neighbours_that_changed_places_are_noticed(source: random.Random, at: int) -> None:
    code = short_codes.make((), source)
    typed = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert typed == code or short_codes.normalise(typed) is None


def test_a_code_that_is_taken_is_not_given_again() -> None:
    first = short_codes.make((), random.Random(7))
    assert short_codes.make({first}, random.Random(7)) != first


def test_what_is_no_code_is_not_read_as_one() -> None:
    assert [short_codes.normalise(text) for text in ("", "ABC", "000000", "7KQ4M9X")] == [None] * 4
