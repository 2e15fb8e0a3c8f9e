"""When someone is home, who answers, and why it is urgent."""

from __future__ import annotations

import pytest

from outreach.referrals.circumstances import TIME_WISHES, TimeWish


def test_any_time_restricts_nothing_and_the_other_wishes_have_a_window() -> None:
    assert TIME_WISHES["any"].windows_s == ()
    assert all(wish.windows_s for code, wish in TIME_WISHES.items() if code != "any")
    assert TIME_WISHES["before_11"].windows_s[-1][1] == 11 * 3600
    assert TIME_WISHES["after_9"].windows_s[0][0] == 9 * 3600


@pytest.mark.parametrize(
    "windows", [((9, 9),), ((10, 9),), ((9, 12), (11, 13)), ((-1, 5),), ((0, 86_401),)]
)
def test_windows_that_are_empty_overlap_or_leave_the_day_are_refused(
    windows: tuple[tuple[int, int], ...],
) -> None:
    with pytest.raises(ValueError, match="follow each other"):
        TimeWish("odd", "Odd", windows)
