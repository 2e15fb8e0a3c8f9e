"""The quick way for plain routes: one window a visit, no break, nothing frozen, the same travel all day.

Gives what `timing` and `insertion` give, several times faster; whatever is not plain goes the exact general way there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from routing.arrays import BIG, Arrays, Bools, Ints
from routing.compiled import compiled
from routing.insertion import Gaps, may_enter
from routing.timing import NEVER, Times


def is_plain(arrays: Arrays, number: int) -> bool:
    """Whether the routes of a shift can be timed the quick way (as long as no start on them is fixed)."""
    shift = arrays.shifts[number]
    return (
        len(arrays.parts[shift.profile]) == 1
        and not shift.breaks
        and number not in arrays.frozen
        and len(arrays.opens) == 1
        and not arrays.shares
        and not arrays.position
    )


def plain_times(arrays: Arrays, number: int, sequence: Sequence[int]) -> Times | None:
    """Return the times of a plain route, or None when it is late somewhere."""
    shift = arrays.shifts[number]
    nodes = np.array([shift.start, *sequence, shift.end], dtype=np.intp)
    legs: list[int] = arrays.parts[shift.profile][0].drive[nodes[:-1], nodes[1:]].tolist()
    if not sequence:
        legs = [0]
    opens, closes, work = arrays.opens_list, arrays.closes_list, arrays.work_list
    last = shift.visits_end_s
    now = shift.start_s
    depart = [now]
    for leg, visit in zip(legs, sequence, strict=False):
        now += leg
        if now > closes[visit]:
            return None
        if now < opens[visit]:
            now = opens[visit]
        now += work[visit]
        if now > last:
            return None
        depart.append(now)
    back = now + legs[-1]
    if back > shift.back_s:
        return None
    by = shift.back_s
    arrive_by = [by]
    leave_by = []
    for leg, visit in zip(reversed(legs), reversed(sequence), strict=False):
        leave = by - leg
        leave_by.append(leave)
        by = min(min(leave, last) - work[visit], closes[visit])
        arrive_by.append(by)
    leave_by.append(by - legs[0])
    arrive_by.reverse()
    leave_by.reverse()
    by_all = [arrive_by]
    return Times([depart], by_all, by_all, [leave_by], [back], back, sum(legs), [legs])


def plain_insertions(
    arrays: Arrays, number: int, sequence: Sequence[int], times: Times
) -> tuple[Ints, Gaps]:
    """Return for each visit the least more seconds in a plain route and its gap, as `best_insertions` does."""
    shift = arrays.shifts[number]
    count = arrays.count
    cost = np.full(count, BIG, dtype=np.int32)
    gap = np.zeros(count, dtype=np.intp)
    if len(sequence) >= shift.most_visits or count == 0 or times.back_s >= NEVER:
        return cost, gap
    part = arrays.parts[shift.profile][0]
    _cheapest_gaps(
        part.drive,
        part.drive_to,
        np.array([shift.start, *sequence, shift.end], dtype=np.int64),
        np.array(times.legs[0], dtype=np.int64),
        np.array(times.depart[0], dtype=np.int64),
        np.array(times.arrive_by[0], dtype=np.int64),
        arrays.opens[0],
        arrays.closes[0],
        arrays.work,
        may_enter(arrays, number, sequence),
        shift.visits_end_s,
        shift.most_travel_s - times.drive_s if shift.most_travel_s < BIG else BIG,
        arrays.wishes.overtime if shift.back_s > shift.end_s else 0.0,
        shift.back_s - shift.end_s,
        max(times.back_s - shift.end_s, 0),
        cost,
        gap,
    )
    return cost, gap


@compiled(
    "void(int32[:,::1], int32[:,::1], int64[::1], int64[::1], int64[::1], int64[::1], int32[::1], int32[::1],"
    " int32[::1], boolean[::1], int64, int64, float64, int64, int64, int32[::1], int64[::1])"
)
def _cheapest_gaps(
    drive: Ints, drive_to: Ints, nodes: Gaps, legs: Gaps, depart: Gaps, arrive_by: Gaps, opens: Ints, closes: Ints,
    work: Ints, may: Bools, last_s: int, most_more_s: int, overtime: float, spare_s: int, late_s: int,
    cost: Ints, gap: Gaps,
) -> None:  # fmt: skip
    for k in range(len(nodes) - 1):
        there, onward = drive[nodes[k]], drive_to[nodes[k + 1]]
        leave, by, between = depart[k], arrive_by[k], legs[k]
        for visit in range(len(work)):
            if not may[visit]:
                continue
            more = there[visit] + onward[visit] - between
            if more >= cost[visit] or more > most_more_s:
                continue
            start = leave + there[visit]
            if start > closes[visit]:
                continue
            start = max(start, opens[visit])
            done = start + work[visit]
            arrive = done + onward[visit]
            if done > last_s or arrive > by:
                continue
            if overtime > 0:
                over = max(arrive - by + spare_s - late_s, 0)
                more += int(over * overtime)
                if more >= cost[visit]:
                    continue
            cost[visit] = more
            gap[visit] = k
