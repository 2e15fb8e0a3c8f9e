"""When a route can be where: earliest departures forwards, latest arrivals backwards, with breaks as layers.

Layer b means "b breaks are behind us". A break may be taken after any stop or before leaving; those not yet taken fall
away when the team is back by their last start. Both directions are exact for several windows and for travel that
changes with the time of day, because a team may wait anywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from routing.arrays import BIG, Arrays, Part, ShiftNumbers
from routing.frozen import Frozen

NEVER: Final = 2 * BIG
"""A time that no arrival reaches."""

Legs = list[list[int]]
"""Driving seconds of each leg of a route (stops + 1) for each part of the day."""


@dataclass(slots=True)
class Times:
    """Earliest and latest times of a route of n stops, by layer of breaks.

    depart[b][k]: earliest departure after stop k (0: from the start) with b breaks taken. arrive_by[b][k] and
    arrive_by_same[b][k]: latest arrival at stop k + 1 (n: the end) with and without unpacking there.
    backs: earliest return by layer, back_s: the earliest; NEVER when the route cannot be driven. leave_by: latest departures, as `depart`.
    """

    depart: list[list[int]]
    arrive_by: list[list[int]]
    arrive_by_same: list[list[int]]
    leave_by: list[list[int]]
    backs: list[int]
    back_s: int
    drive_s: int
    legs: Legs
    ready: list[int] = field(default_factory=list)
    """By layer, `depart` at the first gap that is not frozen, before it waits for the freeze."""


def legs_of(arrays: Arrays, shift: ShiftNumbers, sequence: Sequence[int]) -> Legs:
    """Return the driving seconds of each leg of a route, the way back last, for each part of the day."""
    nodes = np.array([shift.start, *sequence, shift.end], dtype=np.intp)
    if len(sequence) == 0:
        return [[0] for _ in arrays.parts[shift.profile]]
    return [part.drive[nodes[:-1], nodes[1:]].tolist() for part in arrays.parts[shift.profile]]


def arrival(parts: Sequence[Part], legs: Legs, leg: int, leave_s: int) -> tuple[int, int]:
    """Return the earliest arrival for a departure at or after `leave_s`, and that departure."""
    best, when = NEVER, leave_s
    for number, part in enumerate(parts):
        if part.until_s <= leave_s:
            continue
        depart = max(leave_s, part.from_s)
        if depart + legs[number][leg] < best:
            best, when = depart + legs[number][leg], depart
    return best, when


def latest_leave(parts: Sequence[Part], legs: Legs, leg: int, arrive_s: int) -> int:
    """Return the latest departure that arrives by `arrive_s`, or -1."""
    latest = -1
    for number, part in enumerate(parts):
        leave = min(arrive_s - legs[number][leg], part.until_s - 1)
        if leave >= part.from_s:
            latest = max(latest, leave)
    return latest


def opening(windows: Sequence[tuple[int, int]], arrive_s: int) -> int:
    """Return the first time from `arrive_s` on that lies in a window, or NEVER."""
    for start, end in windows:
        if arrive_s <= end:
            return max(arrive_s, start)
    return NEVER


def closing(windows: Sequence[tuple[int, int]], by_s: int) -> int:
    """Return the last time up to `by_s` that lies in a window, or -1."""
    return max((min(by_s, end) for start, end in windows if start <= by_s), default=-1)


def unpacking(arrays: Arrays, sequence: Sequence[int]) -> list[int]:
    """Return the unpacking seconds of each stop: none where the stop before is at the same address."""
    if not arrays.shares:
        return [int(s) for s in arrays.setup[list(sequence)]] if sequence else []
    setups = []
    before = None
    for visit in sequence:
        same = before is not None and arrays.address[before] == arrays.address[visit]
        setups.append(0 if same else int(arrays.setup[visit]))
        before = visit
    return setups


def times_of(
    arrays: Arrays,
    number: int,
    sequence: Sequence[int],
    fixed: Mapping[int, int],
    leaving: tuple[int, int] | None = None,
) -> Times:
    """Return the times of shift `number`'s route; `fixed` holds starts that cannot move (of two teams, frozen).

    `leaving`: when the team leaves at the earliest, and how many breaks it has taken by then (None: as early as it can).
    """
    shift = arrays.shifts[number]
    parts = arrays.parts[shift.profile]
    legs = legs_of(arrays, shift, sequence)
    frozen = arrays.frozen.get(number)
    setups = unpacking(arrays, sequence)
    services = arrays.service[list(sequence)].tolist() if sequence else []
    windows = []
    for visit in sequence:
        start = fixed.get(visit)
        windows.append(arrays.windows[visit] if start is None else ((start, start),))
    stiff = len(frozen.visits) if frozen else 0
    work = [setup + service for setup, service in zip(setups, services, strict=True)]
    depart, ready = _forwards(shift, parts, legs, work, windows, frozen, leaving)
    backs = _backs(shift, parts, legs, depart)
    back = min(backs)
    if not sequence or (frozen and len(sequence) == stiff):
        back = min(back, shift.back_s)
    own = arrays.setup[list(sequence)].tolist() if sequence else []
    by, same, leave_by = backwards(shift, parts, legs, services, own, setups, windows)
    if back > shift.back_s:
        back = NEVER
    drive_s = sum(legs[0]) if len(parts) == 1 else driving(parts, legs, depart)
    return Times(depart, by, same, leave_by, backs, back, drive_s, legs, ready)


def _forwards(
    shift: ShiftNumbers,
    parts: Sequence[Part],
    legs: Legs,
    work: Sequence[int],
    windows: Sequence[Sequence[tuple[int, int]]],
    frozen: Frozen | None,
    leaving: tuple[int, int] | None,
) -> tuple[list[list[int]], list[int]]:
    """Return the earliest departures, and those of the first gap that is not frozen before they wait for the freeze."""
    stiff = len(frozen.visits) if frozen else 0
    depart = _leaving(shift, leaving)
    ready = _after_freeze(depart, frozen) if not stiff else []
    simple = len(parts) == 1
    only = legs[0]
    for k, seconds in enumerate(work):
        open_windows = windows[k]
        for layer in depart:
            leave = layer[k]
            if leave >= NEVER:
                layer.append(NEVER)
                continue
            if frozen and k < stiff:
                in_time = layer is depart[0] or leave <= frozen.leaves[k]
                layer.append(open_windows[0][0] + seconds if in_time else NEVER)
                continue
            arrive = leave + only[k] if simple else arrival(parts, legs, k, leave)[0]
            start = opening(open_windows, arrive)
            end = start + seconds
            layer.append(end if end <= shift.visits_end_s else NEVER)
        _rest(shift, depart, k + 1)
        if k + 1 == stiff:
            ready = _after_freeze(depart, frozen)
    return depart, ready


def _after_freeze(depart: list[list[int]], frozen: Frozen | None) -> list[int]:
    """Let the last departures wait for the freeze, and return them as they were."""
    ready = [layer[-1] for layer in depart]
    if frozen:
        for layer in depart:
            layer[-1] = max(layer[-1], frozen.free_from_s)
    return ready


def _leaving(shift: ShiftNumbers, leaving: tuple[int, int] | None) -> list[list[int]]:
    """Return the earliest leaving by layer: after the breaks taken before it."""
    depart = [[NEVER] for _ in range(len(shift.breaks) + 1)]
    if leaving is not None:
        depart[leaving[1]] = [leaving[0]]
        return depart
    depart[0] = [shift.start_s]
    _rest(shift, depart, 0)
    return depart


def _rest(shift: ShiftNumbers, depart: list[list[int]], k: int) -> None:
    for number, (from_s, last_s, length) in enumerate(shift.breaks):
        begin = max(depart[number][k], from_s)
        if begin <= last_s:
            depart[number + 1][k] = min(depart[number + 1][k], begin + length)


def _backs(
    shift: ShiftNumbers, parts: Sequence[Part], legs: Legs, depart: Sequence[Sequence[int]]
) -> list[int]:
    backs = []
    last_leg = len(legs[0]) - 1
    for layer, limit in enumerate(_home_by(shift)):
        leave = depart[layer][-1]
        back = arrival(parts, legs, last_leg, leave)[0] if leave < NEVER else NEVER
        backs.append(back if back <= limit else NEVER)
    return backs


def _home_by(shift: ShiftNumbers) -> list[int]:
    """Return the latest return for each layer: breaks that are not taken must not have begun."""
    limits = [BIG] * (len(shift.breaks) + 1)
    for layer in range(len(shift.breaks) - 1, -1, -1):
        limits[layer] = min(limits[layer + 1], shift.needless_by[layer])
    return limits


def backwards(
    shift: ShiftNumbers,
    parts: Sequence[Part],
    legs: Legs,
    services: Sequence[int],
    own_setups: Sequence[int],
    setups: Sequence[int],
    windows: Sequence[Sequence[tuple[int, int]]],
) -> tuple[list[list[int]], list[list[int]], list[list[int]]]:
    """Return latest arrivals with unpacking, without it, and latest departures, by layer (see `Times`)."""
    layers = len(shift.breaks) + 1
    n = len(services)
    by = [[-1] * (n + 1) for _ in range(layers)]
    same = [[-1] * (n + 1) for _ in range(layers)]
    leave_by = [[-1] * (n + 1) for _ in range(layers)]
    for layer, limit in enumerate(_home_by(shift)):
        by[layer][n] = same[layer][n] = min(limit, shift.back_s)
    simple = len(parts) == 1
    only = legs[0]
    for k in range(n, -1, -1):
        for layer in range(layers - 1, -1, -1):
            arrive = (same if k < n and setups[k] == 0 else by)[layer][k]
            if arrive < 0:
                leave = -1
            else:
                leave = arrive - only[k] if simple else latest_leave(parts, legs, k, arrive)
            if layer + 1 < layers:
                from_s, last_s, length = shift.breaks[layer]
                after = leave_by[layer + 1][k]
                if from_s + length <= after:
                    leave = max(leave, min(last_s, after - length))
            leave_by[layer][k] = leave
            if k and leave >= 0:
                end = min(leave, shift.visits_end_s) - services[k - 1]
                same[layer][k - 1] = closing(windows[k - 1], end)
                by[layer][k - 1] = closing(windows[k - 1], end - own_setups[k - 1])
    return by, same, leave_by


def driving(parts: Sequence[Part], legs: Legs, depart: Sequence[Sequence[int]]) -> int:
    """Return the seconds on the way when each leg is left for as early as can be, waiting for a faster part."""
    total = 0
    for leg in range(len(legs[0])):
        leave = min(layer[leg] for layer in depart)
        if leave >= NEVER:
            return NEVER
        arrive, when = arrival(parts, legs, leg, leave)
        total += arrive - when
    return total


def part_at(parts: Sequence[Part], time_s: int) -> int:
    """Return which part of the day a time lies in."""
    return max(bisect_right([part.from_s for part in parts], time_s) - 1, 0)
