"""What a condition, a need and the power at the house mean for a visit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outreach.i18n import TRANSLATIONS, in_language, translate
from outreach.referrals import circumstances
from outreach.referrals.conditions import (
    BRING_ALWAYS,
    CONDITIONS,
    NEEDS,
    POWER,
    SERVICE_TIMES_S,
    SETUP_S,
    bring,
)


def message_ids() -> set[str]:
    """Return every message id of the tables that this catalogue serves."""
    labels = [
        entry.label
        for table in (
            CONDITIONS,
            NEEDS,
            POWER,
            circumstances.TIME_WISHES,
            circumstances.RELATIONS,
            circumstances.PRIORITY_REASONS,
        )
        for entry in table.values()
    ]
    lines = [line for condition in CONDITIONS.values() for line in condition.bring]
    lines += [need.bring for need in NEEDS.values()]
    lines += [power.bring for power in POWER.values() if power.bring]
    return {*labels, *lines, *BRING_ALWAYS}


def test_every_condition_takes_one_of_the_offered_times_and_says_where_it_is_from() -> None:
    assert all(c.service_s in SERVICE_TIMES_S and c.source for c in CONDITIONS.values())
    assert {c.service_s for c in CONDITIONS.values()} == set(SERVICE_TIMES_S)
    assert min(SERVICE_TIMES_S) >= SETUP_S


def test_reported_times_are_kept_as_reported() -> None:
    minutes = {code: condition.service_s // 60 for code, condition in CONDITIONS.items()}

    assert minutes["elderly"] == 15
    assert minutes["bedridden"] == 30
    assert minutes["psychosocial"] == 30
    assert minutes["multiple"] == 60


def test_a_severe_condition_asks_for_an_escort_or_a_second_operator_at_first() -> None:
    assert CONDITIONS["psychosocial"].needs == ("escort",)
    assert CONDITIONS["multiple"].needs == ("two_operators",)
    assert CONDITIONS["elderly"].needs == ()


def test_a_condition_with_an_unoffered_time_or_an_unknown_need_is_refused() -> None:
    with pytest.raises(ValueError, match="not an offered time"):
        replace(CONDITIONS["elderly"], service_s=960)
    with pytest.raises(ValueError, match="unknown needs"):
        replace(CONDITIONS["elderly"], needs=("helicopter",))


@pytest.mark.parametrize(
    ("code", "generator"),
    [
        ("va_450", True),
        ("none", True),
        ("va_900", False),
        ("va_1300", False),
        ("unknown", False),
    ],
)
def test_a_house_below_900_va_needs_the_teams_own_power(code: str, generator: bool) -> None:
    assert POWER[code].needs_generator == generator


def test_power_that_contradicts_its_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="450 VA cannot be enough"):
        replace(POWER["va_450"], supply="enough")


def test_what_to_bring_follows_from_needs_condition_and_power_each_line_once() -> None:
    lines = bring("multiple", ["motorbike", "two_operators", "motorbike"], "va_450")

    assert lines == (
        NEEDS["motorbike"].bring,
        NEEDS["two_operators"].bring,
        *CONDITIONS["multiple"].bring,
        POWER["none"].bring,
    )
    assert bring("elderly", [], "va_900") == ()


def test_an_unknown_code_is_not_silently_forgotten() -> None:
    for condition, needs, power in (
        ("tired", [], "va_900"),
        ("elderly", ["helicopter"], "va_900"),
        ("elderly", [], "va_9"),
    ):
        with pytest.raises(KeyError):
            bring(condition, needs, power)


def test_every_word_of_the_tables_is_written_in_indonesian_and_no_other_is_kept() -> None:
    catalogue = (TRANSLATIONS / "id" / "conditions.po").read_text(encoding="utf-8")
    written = {
        line.removeprefix('msgid "').removesuffix('"')
        for line in catalogue.splitlines()
        if line.startswith('msgid "') and line != 'msgid ""'
    }

    assert written == message_ids()
    with in_language("id"):
        same = {message for message in message_ids() if translate(message) == message}
    assert same == {"450 VA", "900 VA"}
