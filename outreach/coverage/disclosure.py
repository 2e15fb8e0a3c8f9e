"""Small cells: a breakdown about health never shows a number that points at a person.

Cells from 1 to 4 are left out; where only one would be, the next smallest goes with it, or the total would give
the first away (the office's own rule: suppress below 5, domain facts section 5).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final, TypeVar

SMALLEST: Final = 5
Key = TypeVar("Key", bound=Hashable)


def suppressed(counts: Mapping[Key, int]) -> dict[Key, int | None]:
    """Return the counts with what must not be shown as None; zeros stay unless they must hide another."""
    hidden = {key for key, count in counts.items() if 0 < count < SMALLEST}
    rest = sorted(
        (key for key in counts if key not in hidden),
        key=lambda key: (counts[key] == 0, counts[key]),  # zeros last: they hide little
    )
    while hidden and rest and (len(hidden) == 1 or sum(counts[k] for k in hidden) < SMALLEST):
        hidden.add(rest.pop(0))
    return {key: None if key in hidden else count for key, count in counts.items()}
