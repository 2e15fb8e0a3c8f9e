"""The office counter's bookable times: hours, length and capacity of a slot, in the one place to change them.

Sragen's office hours are Monday to Thursday 07.45 to 15.00 and Friday 07.45 to 10.30 (Sekda of Sragen, 2021). Slots
begin once the counter is warm and end while there is time to finish the last one.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

SLOT_S: Final = 15 * 60
CAPACITY: Final = 2
"""People served at the same time: two counters record."""
AHEAD_DAYS: Final = 10
"""Working days that can be booked, today included."""
NOTICE_S: Final = 30 * 60
"""A slot can be booked until half an hour before it begins."""
SEARCHED: Final = timedelta(days=45)
"""How far to look for those working days: a long holiday does not empty the list."""

_FRIDAY: Final = 4
_USUAL: Final = ((8 * 3600, 12 * 3600), (13 * 3600, 14 * 3600 + 1800))
_ON_FRIDAY: Final = ((8 * 3600, 10 * 3600 + 900),)


def slot_starts(day: date) -> tuple[int, ...]:
    """Return when the slots of a working day begin (seconds of the day)."""
    spans = _ON_FRIDAY if day.weekday() == _FRIDAY else _USUAL
    return tuple(start for first, end in spans for start in range(first, end, SLOT_S))
