"""Working time, Ramadan, holidays and market days as they are known beforehand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from outreach.i18n import format_time
from outreach.teams import calendar_facts as facts

MONDAY = date(2026, 11, 23)


def hours(day: date) -> tuple[str, str, str] | None:
    """Return leave, end of the last visit and back, as they are written."""
    working = facts.default_working_hours(day)
    if working is None:
        return None
    return (
        format_time(working.leave_s),
        format_time(working.visits_end_s),
        format_time(working.back_s),
    )


def test_teams_are_out_on_weekdays_until_the_afternoon_and_on_fridays_until_prayer() -> None:
    week = [hours(MONDAY + timedelta(days=n)) for n in range(7)]

    assert week[:4] == [("08.00", "14.30", "15.00")] * 4
    assert week[4] == ("08.00", "10.45", "11.15")
    assert week[5:] == [None, None]


def test_the_midday_break_takes_an_hour_that_begins_between_twelve_and_one() -> None:
    working = facts.default_working_hours(MONDAY)

    assert working is not None
    assert (working.break_from_s, working.break_to_s) == (12 * 3600, 13 * 3600)
    assert working.break_s == 3600


def test_a_friday_has_no_break_within_the_tour() -> None:
    friday = facts.default_working_hours(MONDAY + timedelta(days=4))

    assert friday is not None
    assert friday.break_s == 0


def test_in_ramadan_the_day_is_shorter_and_so_is_the_break() -> None:
    working = facts.default_working_hours(date(2027, 2, 8))

    assert hours(date(2027, 2, 8)) == ("08.00", "13.30", "14.00")
    assert hours(date(2027, 2, 12)) == ("08.00", "10.45", "11.15")
    assert working is not None
    assert working.break_s == 1800


@pytest.mark.parametrize(
    "change",
    [
        {"leave_s": 15 * 3600},
        {"back_s": 14 * 3600},
        {"break_from_s": 7 * 3600},
        {"break_to_s": 14 * 3600 + 1},
        {"break_s": 0},
        {"break_to_s": None},
        {"break_s": -1},
    ],
)
def test_working_time_that_contradicts_itself_is_refused(change: dict[str, int | None]) -> None:
    working = facts.default_working_hours(MONDAY)

    assert working is not None
    with pytest.raises(ValueError, match=r"break|working day"):
        replace(working, **change)  # type: ignore[arg-type]


def test_only_the_ramadan_that_the_government_fixed_is_not_an_estimate() -> None:
    assert [known.hijri_year for known in facts.RAMADAN_RANGES if not known.estimated] == [1447]
    assert facts.ramadan_on(date(2026, 2, 18)) is None
    assert facts.ramadan_on(date(2026, 2, 19)) is not None
    assert facts.ramadan_on(date(2026, 3, 20)) is not None
    assert facts.ramadan_on(date(2026, 3, 21)) is None


def test_every_ramadan_ends_on_the_eve_of_idulfitri() -> None:
    for known in facts.RAMADAN_RANGES:
        day_after = known.last + timedelta(days=1)
        idulfitri = [h.day for h in facts.national_holidays(day_after.year) if "Fitri" in h.name]

        assert day_after in idulfitri


def test_a_ramadan_of_an_impossible_length_is_refused() -> None:
    with pytest.raises(ValueError, match="29 or 30 days"):
        replace(facts.RAMADAN_RANGES[0], last=date(2026, 3, 25))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(1945, 8, 17), "Legi"),
        (date(2021, 1, 24), "Kliwon"),
        (date(2024, 12, 9), "Kliwon"),
        (MONDAY, "Wage"),
        (date(1945, 8, 16), "Kliwon"),
    ],
)
def test_the_javanese_market_day_agrees_with_dated_sources(day: date, name: str) -> None:
    assert facts.pasaran(day) == name


def test_joint_leave_is_told_apart_from_public_holidays_and_both_are_named_in_indonesian() -> None:
    by_day = {holiday.day: holiday for holiday in facts.national_holidays(2026)}

    assert by_day[date(2026, 8, 17)].category == "public"
    assert by_day[date(2026, 8, 17)].name == "Hari Kemerdekaan Republik Indonesia"
    assert by_day[date(2026, 12, 24)].category == "government"
    assert by_day[date(2026, 12, 24)].name == "Cuti Bersama Hari Raya Natal"
    assert list(by_day) == sorted(by_day)


def test_a_date_the_government_has_not_fixed_is_marked_and_not_named_as_an_estimate() -> None:
    by_day = {holiday.day: holiday for holiday in facts.national_holidays(2028)}

    assert by_day[date(2028, 2, 27)].estimated
    assert by_day[date(2028, 2, 27)].name == "Hari Raya Idul Fitri"
    assert not by_day[date(2028, 8, 17)].estimated


def test_a_year_without_a_decree_on_joint_leave_is_recognised() -> None:
    assert facts.joint_leave_is_known(2026)
    assert not facts.joint_leave_is_known(2035)
