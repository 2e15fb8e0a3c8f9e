"""Phone numbers as families and officers write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.referrals import phones
from outreach.referrals.phones import PhoneError


@pytest.mark.parametrize(
    "text",
    [
        "081234567890",
        "0812-3456-7890",
        "0812 3456 7890",
        "0812.3456.7890",
        "(0812) 3456 7890",
        "6281234567890",
        "81234567890",
        "+6281234567890",
        "+62 0812 3456 7890",
        "62081234567890",
        "006281234567890",
        "00 62 812-3456-7890",
        " 0812\u00a03456\u20117890\n",
        "\uff10\uff18\uff1134567890".replace("\uff11", "\uff11\uff12"),
    ],
)
def test_all_usual_writings_of_a_number_are_kept_as_one(text: str) -> None:
    assert phones.normalise(text) == "+6281234567890"


def test_a_land_line_is_read_and_has_no_whatsapp() -> None:
    number = phones.normalise("0271-891025")

    assert number == "+62271891025"
    assert not phones.is_mobile(number)
    assert phones.is_known(number)


def test_a_mobile_number_is_shown_as_dialled_here_and_linked_without_a_plus() -> None:
    number = phones.normalise("0062812 3456 7890")

    assert phones.is_mobile(number)
    assert phones.display(number) == "0812-3456-7890"
    assert phones.wa_digits(number) == "6281234567890"


def test_a_child_working_abroad_keeps_the_number_of_that_country() -> None:
    number = phones.normalise("+60 12-345 6789")

    assert number == "+60123456789"
    assert phones.display(number) == "+60 12-345 6789"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \t", "empty"),
        ("0812-3456-7890 / 0813-2222-3333", "several"),
        ("081234567890, 081322223333", "several"),
        ("081234567890 atau 081322223333", "several"),
        ("O812 3456 7890", "unreadable"),
        ("lewat pak kadus", "unreadable"),
        ("081234567890 (anak)", "unreadable"),
        ("-", "unreadable"),
        ("0812", "too_short"),
        ("891", "too_short"),
        ("0812345678901234567", "too_long"),
        ("+999 123 456 789", "unreadable"),
    ],
)
def test_text_that_is_no_number_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(PhoneError) as refused:
        phones.normalise(text)

    assert refused.value.reason == reason


def test_a_number_of_an_unknown_range_is_kept_but_can_be_asked_about() -> None:
    number = phones.normalise("0800-0000-0001")

    assert number == "+6280000000001"
    assert not phones.is_known(number)


def test_only_a_kept_number_can_be_shown() -> None:
    with pytest.raises(ValueError, match=r"E\.164"):
        phones.display("081234567890")


@settings(max_examples=60, deadline=None)
@given(st.integers(81_100_000, 8_999_999_999))
def test_reading_a_kept_or_a_shown_number_again_changes_nothing(subscriber: int) -> None:
    number = phones.normalise(f"0{subscriber}")

    assert phones.normalise(number) == number
    assert phones.normalise(phones.display(number)) == number
    assert phones.normalise(phones.wa_digits(number)) == number
