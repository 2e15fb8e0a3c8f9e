"""The quick way for plain routes: one window a visit, no break, nothing frozen, the same travel all day.

Gives what `timing` and `insertion` give, several times faster; whatever is not plain goes the exact general way there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from routing.arrays import BIG, Arrays, Ints
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
    if len(sequence) >= shift.most_visits or count == 0 or times.back_s >= NEVER:
        return np.full(count, BIG, dtype=np.int32), np.zeros(count, dtype=np.intp)
    before = np.array([shift.start, *sequence], dtype=np.intp)
    after = np.array([*sequence, shift.end], dtype=np.intp)
    part = arrays.parts[shift.profile][0]
    to_visit = part.drive_part[before]
    from_visit = part.drive_to_part[after]
    time = to_visit + np.array(times.depart[0], dtype=np.int32)[:, None]
    fits = time <= arrays.closes[0]
    np.maximum(time, arrays.opens[0], out=time)
    time += arrays.work
    if shift.visits_end_s < shift.back_s:
        fits &= time <= shift.visits_end_s
    time += from_visit
    fits &= time <= np.array(times.arrive_by[0], dtype=np.int32)[:, None]
    to_visit += from_visit
    overtime = arrays.wishes.overtime if shift.back_s > shift.end_s else 0.0
    if sequence:
        to_visit -= np.array(times.legs[0], dtype=np.int32)[:, None]
    if shift.most_travel_s < BIG:
        fits &= to_visit <= shift.most_travel_s - times.drive_s
    if overtime:
        by = np.array(times.arrive_by[0], dtype=np.int32)[:, None] - (shift.back_s - shift.end_s)
        time -= by + max(times.back_s - shift.end_s, 0)
        np.clip(time, 0, BIG // 4, out=time)
        to_visit += (time * overtime).astype(np.int32)
    np.logical_not(fits, out=fits)
    np.copyto(to_visit, BIG, where=fits)
    gap = to_visit.argmin(axis=0)
    best: Ints = to_visit[gap, arrays.columns]
    best[~may_enter(arrays, number, sequence)] = BIG
    return best, gap
