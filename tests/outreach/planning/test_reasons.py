"""Every reason and every change that routing knows is told in words, in both languages."""

from __future__ import annotations

import pytest

from outreach.i18n import in_language
from outreach.planning import reasons
from routing import ChangeKind, Reason

TEAMS = {"team-1": "Tim 1"}
GIVEN: dict[str, str | int] = {
    "day": "2026-11-23", "team": "team-1", "skills": "escort,two_operators", "equipment": "generator",
    "earliest": "2026-11-30", "last_day": "2026-11-23", "due": "2026-11-20", "first_day": "2026-11-23",
    "people": 3, "most": 2, "short_s": 900, "visits": "a,b", "points": 100, "cost_s": 4000, "worth_s": 1,
    "position": 1, "seconds": 600, "side": "later",
}  # fmt: skip
"""Every parameter that routing's docstrings name."""


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_title_and_a_sentence(reason: Reason, language: str) -> None:
    with in_language(language):
        title, sentence = reasons.title(reason.value), reasons.sentence(reason.value, GIVEN, TEAMS)
    assert title
    assert sentence.endswith(".")
    assert reason.value not in sentence
    assert "%(" not in sentence


@pytest.mark.parametrize("reason", list(Reason))
def test_a_reason_is_told_in_indonesian_not_in_english(reason: Reason) -> None:
    with in_language("en"):
        english = reasons.sentence(reason.value, GIVEN, TEAMS)
    assert reasons.sentence(reason.value, GIVEN, TEAMS) != english


@pytest.mark.parametrize("reason", list(Reason))
def test_a_reason_without_its_parameters_is_still_a_sentence(reason: Reason) -> None:
    assert reasons.sentence(reason.value, {}, {}).endswith(".")


@pytest.mark.parametrize("side", ["earlier", "later"])
@pytest.mark.parametrize("kind", list(ChangeKind))
def test_every_smallest_change_has_a_sentence(kind: ChangeKind, side: str) -> None:
    indonesian = reasons.change(kind.value, {**GIVEN, "side": side}, TEAMS)
    with in_language("en"):
        english = reasons.change(kind.value, {**GIVEN, "side": side}, TEAMS)
    assert indonesian.startswith("Muat")
    assert english.startswith("Would fit")


def test_the_words_name_the_team_and_the_date_as_people_say_them() -> None:
    words = reasons.change(ChangeKind.OVERTIME.value, GIVEN, TEAMS)
    assert words == "Muat bila Tim 1 kembali 10 mnt lebih lambat pada Senin, 23 November 2026."


def test_needs_are_told_in_the_words_of_the_intake() -> None:
    assert reasons.needs("generator") == "genset"
    assert "escort" not in reasons.needs("escort,two_operators")
