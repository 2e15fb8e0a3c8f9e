"""When someone is home, who answers, and why it is urgent."""

from __future__ import annotations

import pytest

from outreach.referrals.circumstances import TIME_WISHES, TimeWish


def test_any_time_restricts_nothing_and_the_other_wishes_have_a_window() -> None:
    anytime = TIME_WISHES["any"]

    assert (anytime.from_s, anytime.to_s) == (None, None)
    assert all(wish.from_s is not None for code, wish in TIME_WISHES.items() if code != "any")
    assert TIME_WISHES["before_11"].to_s == 11 * 3600
    assert TIME_WISHES["after_9"].from_s == 9 * 3600


@pytest.mark.parametrize(
    ("from_s", "to_s"), [(9, 9), (10, 9), (-1, 5), (0, 86_401), (None, 9), (9, None)]
)
def test_a_window_that_is_empty_open_or_leaves_the_day_is_refused(
    from_s: int | None, to_s: int | None
) -> None:
    with pytest.raises(ValueError, match="beginning before its end"):
        TimeWish("odd", "Odd", from_s, to_s)
