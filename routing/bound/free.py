"""What of a shift is still free to be planned: all of it, or on a day under way what comes after the frozen part."""

from __future__ import annotations

from dataclasses import dataclass, replace

from routing.arrays import Arrays, ShiftNumbers
from routing.timing import NEVER, times_of


@dataclass(frozen=True, slots=True)
class FreePart:
    """The free part of a shift: where and when it begins, and what the frozen part before it is worth at most.

    `starts` holds (breaks taken, earliest departure); without any nobody more can be visited. `served` is how many
    frozen stops there are, `key` what no other shift's free part has in common where there are.
    """

    shift: ShiftNumbers
    starts: tuple[tuple[int, int], ...]
    worth: float
    served: tuple[int, ...]
    key: int


def free_part(arrays: Arrays, number: int) -> FreePart:
    """Return the free part of a shift."""
    shift, frozen = arrays.shifts[number], arrays.frozen.get(number)
    stiff = frozen.visits if frozen else ()
    starts_at = dict(zip(stiff, frozen.starts, strict=True)) if frozen else {}
    times = times_of(arrays, number, stiff, starts_at)
    starts = tuple(
        (layer, leave[len(stiff)])
        for layer, leave in enumerate(times.depart)
        if leave[len(stiff)] <= min(shift.back_s, NEVER)
    )
    if shift.most_visits <= len(stiff):
        starts = ()
    begin = min((time for _, time in starts), default=shift.back_s)
    values = arrays.value_lists[number]
    legs = [min(leg) for leg in zip(*(part[: len(stiff)] for part in times.legs), strict=True)]
    return FreePart(
        replace(shift, start=stiff[-1] if stiff else shift.start, start_s=begin),
        starts,
        sum(values[visit] for visit in stiff) - float(sum(legs)),
        stiff,
        number if frozen else -1,
    )
