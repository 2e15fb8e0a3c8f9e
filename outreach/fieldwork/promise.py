"""The window that a family is told: half hours around the planned arrival, never a minute.

A route is seldom driven to the minute; the office's own advice is to promise a span of time.
"""

from __future__ import annotations

from typing import Final

HALF_HOUR_S: Final = 1800
BEFORE_S: Final = HALF_HOUR_S
WIDTH_S: Final = 2 * 3600


def promised_window(arrive_s: int) -> tuple[int, int]:
    """Return from when to when a family should expect the team (seconds of the day, on half hours)."""
    from_s = max(arrive_s - BEFORE_S, 0) // HALF_HOUR_S * HALF_HOUR_S
    return from_s, from_s + WIDTH_S
