"""One route re-timed: its clock, who may go where, its limits and its breaks."""

from __future__ import annotations

from collections.abc import Iterator

from routing.checker.known import Known
from routing.checker.rules import Broken, Rule, clock, spell
from routing.plan import Route, Stop
from routing.problem import Shift, Visit


class RouteCheck:
    """The rules of one route, whose visits and shift are known."""

    def __init__(self, known: Known, route: Route, shift: Shift) -> None:
        self.known = known
        self.route = route
        self.shift = shift
        self.frozen = known.frozen.get((route.team, route.day), [])
        self.visits = [known.visits[stop.visit] for stop in route.stops]

    def all(self) -> Iterator[Broken]:
        """Yield every rule that the route breaks."""
        stiff = len(self.frozen)
        yield from self._frozen_part()
        yield from self._clock(stiff)
        for position, (visit, stop) in enumerate(zip(self.visits, self.route.stops, strict=True)):
            if position >= stiff:
                yield from self._may(visit, stop, position)
        if len(self.route.stops) > stiff:
            yield from self._limits()
        yield from self._breaks()

    def _frozen_part(self) -> Iterator[Broken]:
        """What is frozen comes first, in its order, set off for and begun when it was."""
        place = self.shift.start_place
        for position, earlier in enumerate(self.frozen):
            stop = self.route.stops[position] if position < len(self.route.stops) else None
            if stop is None or (stop.visit, stop.start_s, stop.arrive_s - stop.travel_s) != (
                earlier.visit,
                earlier.start_s,
                earlier.leave_s,
            ):
                yield self._broken(
                    Rule.FROZEN, f"visit {earlier.visit} is frozen and has been moved", stop
                )
                return
            there = self.known.visits[earlier.visit].place
            part = self.known.travel_at(self.shift.profile, earlier.leave_s)
            drive, most = part.seconds[place, there], earlier.start_s - earlier.leave_s
            if stop.travel_s != (min(drive, most) if drive >= 0 else most):
                yield self._broken(
                    Rule.TRAVEL, f"the drive to {earlier.visit} is not as it was", stop
                )
            if stop.travel_m != max(part.metres[place, there], 0):
                yield self._broken(
                    Rule.TRAVEL, f"the drive to {earlier.visit} is not as long as it was", stop
                )
            place = there

    def _clock(self, stiff: int) -> Iterator[Broken]:
        route, shift = self.route, self.shift
        place, free, before = shift.start_place, route.leave_s, None
        if route.leave_s < shift.start_s and not stiff:
            yield self._broken(
                Rule.LEAVES_EARLY,
                f"leaves at {clock(route.leave_s)}, the shift begins at {clock(shift.start_s)}",
            )
        if route.stops and route.leave_s > route.stops[0].arrive_s - route.stops[0].travel_s:
            yield self._broken(Rule.TIMES, "has set off before it leaves", route.stops[0])
        freeze = self.known.problem.previous
        for position, (visit, stop) in enumerate(zip(self.visits, route.stops, strict=True)):
            leave = stop.arrive_s - stop.travel_s
            same = before is not None and bool(visit.address) and before.address == visit.address
            setup = 0 if same else visit.setup_s
            if position >= stiff:
                if leave < free:
                    yield self._broken(
                        Rule.TIMES, f"sets off for {visit.id} before it is free", stop
                    )
                if freeze.freeze_day is not None and (route.day, leave) < (
                    freeze.freeze_day,
                    freeze.freeze_s,
                ):
                    yield self._broken(
                        Rule.FROZEN, f"sets off for {visit.id} before the freeze", stop
                    )
                yield from self._leg(place, visit.place, leave, stop.travel_s, stop.travel_m, stop)
            if stop.wait_s != stop.start_s - stop.arrive_s or stop.wait_s < 0:
                yield self._broken(Rule.TIMES, f"the wait at {visit.id} does not add up", stop)
            if (stop.setup_s, stop.service_s) != (setup, visit.service_s):
                yield self._broken(Rule.TIMES, f"the work at {visit.id} is not what it takes", stop)
            if stop.depart_s != stop.start_s + setup + visit.service_s:
                yield self._broken(
                    Rule.TIMES, f"the departure from {visit.id} does not add up", stop
                )
            if stop.slack_s < 0:
                yield self._broken(Rule.SLACK, f"negative slack at {visit.id}", stop)
            place, free, before = visit.place, stop.depart_s, visit
        yield from self._way_back(place, free)

    def _way_back(self, place: int, free: int) -> Iterator[Broken]:
        route, shift = self.route, self.shift
        if not route.stops:
            return
        if shift.end_place is None:
            if route.return_s or route.return_m:
                yield self._broken(Rule.TRAVEL, "drives back, but the shift ends at its last stop")
        else:
            leave = route.back_s - route.return_s
            if leave < free:
                yield self._broken(Rule.TIMES, "sets off for the way back before it is free")
            yield from self._leg(
                place, shift.end_place, leave, route.return_s, route.return_m, None
            )
        if route.back_s < free:
            yield self._broken(Rule.TIMES, "is back before the last visit is done")
        overtime = max(route.back_s - shift.end_s, 0)
        if route.overtime_s != overtime:
            yield self._broken(
                Rule.OVERTIME, f"its overtime is {spell(overtime)}, not {spell(route.overtime_s)}"
            )

    def _leg(
        self,
        origin: int,
        destination: int,
        leave_s: int,
        seconds: int,
        metres: int,
        stop: Stop | None,
    ) -> Iterator[Broken]:
        part = self.known.travel_at(self.shift.profile, leave_s)
        expected = part.seconds[origin, destination]
        if expected < 0:
            yield self._broken(
                Rule.UNREACHABLE, f"no way from place {origin} to {destination}", stop
            )
            return
        if expected != seconds:
            yield self._broken(
                Rule.TRAVEL, f"the drive takes {spell(expected)}, not {spell(seconds)}", stop
            )
        if max(part.metres[origin, destination], 0) != metres:
            yield self._broken(Rule.TRAVEL, f"the drive is not {metres} m long", stop)

    def _may(self, visit: Visit, stop: Stop, position: int) -> Iterator[Broken]:
        shift, day = self.shift, self.route.day
        if visit.windows and not any(w.start_s <= stop.start_s <= w.end_s for w in visit.windows):
            yield self._broken(Rule.WINDOW, f"begins {visit.id} outside its windows", stop)
        if (visit.earliest and day < visit.earliest) or (visit.due and day > visit.due):
            yield self._broken(Rule.DATE, f"{day} is not a date for {visit.id}", stop)
        last = shift.visits_end_s
        if last is not None and stop.depart_s > last:
            yield self._broken(
                Rule.VISITS_END, f"{visit.id} ends after visits must have ended", stop
            )
        for rule, needed, offered in (
            (Rule.SKILL, visit.skills, shift.skills),
            (Rule.EQUIPMENT, visit.equipment, shift.equipment),
        ):
            if not needed <= offered:
                names = ", ".join(sorted(needed - offered))
                yield self._broken(rule, f"team {shift.team} lacks {names} for {visit.id}", stop)
        if shift.team in visit.forbidden_teams or (
            visit.allowed_teams is not None and shift.team not in visit.allowed_teams
        ):
            yield self._broken(Rule.TEAM, f"team {shift.team} may not visit {visit.id}", stop)
        pin = visit.pin
        if pin is not None and (
            pin.day not in (None, day)
            or pin.team not in (None, shift.team)
            or pin.position not in (None, position)
        ):
            yield self._broken(Rule.PIN, f"{visit.id} is not where it is pinned", stop)

    def _limits(self) -> Iterator[Broken]:
        route, shift = self.route, self.shift
        if route.back_s > shift.latest_back_s:
            late = route.back_s - shift.latest_back_s
            yield self._broken(
                Rule.LATE_BACK, f"is back {spell(late)} after the end of the shift", None, late
            )
        if shift.most_visits is not None and len(route.stops) > shift.most_visits:
            yield self._broken(
                Rule.MOST_VISITS, f"{len(route.stops)} visits, at most {shift.most_visits}"
            )
        duration = route.back_s - route.leave_s
        if shift.most_s is not None and duration > shift.most_s:
            yield self._broken(
                Rule.MOST_DURATION, f"takes {spell(duration)}, at most {spell(shift.most_s)}"
            )
        if shift.most_travel_s is not None and route.travel_s > shift.most_travel_s:
            yield self._broken(
                Rule.MOST_TRAVEL,
                f"drives {spell(route.travel_s)}, at most {spell(shift.most_travel_s)}",
            )
        for kind, most in enumerate(shift.capacity):
            load = sum(visit.amounts[kind] for visit in self.visits if visit.amounts)
            if load > most:
                yield self._broken(
                    Rule.CAPACITY, f"carries {load} of amount {kind}, at most {most}"
                )

    def _breaks(self) -> Iterator[Broken]:
        """Breaks lie in their windows, in order, overlap no drive and no visit, and none is left out."""
        route, shift = self.route, self.shift
        if not route.stops:
            return
        owed = [rest for rest in shift.breaks if rest.last_start_s >= shift.start_s]
        for taken in route.breaks:
            rest = owed.pop(0) if owed else None
            if rest is None:
                yield self._broken(Rule.BREAK, "takes a break too many")
                continue
            if taken.start_s < max(rest.from_s, shift.start_s) or taken.end_s > rest.to_s:
                yield self._broken(
                    Rule.BREAK, f"the break at {clock(taken.start_s)} is outside its window"
                )
            if taken.end_s - taken.start_s != rest.length_s:
                yield self._broken(
                    Rule.BREAK, f"the break at {clock(taken.start_s)} has the wrong length"
                )
            if not 0 <= taken.after <= len(route.stops):
                yield self._broken(
                    Rule.BREAK, f"the break at {clock(taken.start_s)} is after no stop"
                )
                continue
            free = route.stops[taken.after - 1].depart_s if taken.after else 0
            if taken.after < len(route.stops):
                following = route.stops[taken.after]
                leave = following.arrive_s - following.travel_s
            else:
                leave = route.back_s - route.return_s
            if taken.after == 0:
                leave = min(leave, route.leave_s)
            if taken.start_s < free or taken.end_s > leave:
                yield self._broken(
                    Rule.BREAK, f"the break at {clock(taken.start_s)} is not free time"
                )
        for first, second in zip(route.breaks, route.breaks[1:], strict=False):
            if second.start_s < first.end_s:
                yield self._broken(Rule.BREAK, "two breaks overlap")
        if len(route.stops) > len(self.frozen):
            for rest in owed:
                if rest.always or route.back_s > rest.last_start_s:
                    yield self._broken(
                        Rule.BREAK, f"the break from {clock(rest.from_s)} is left out"
                    )

    def _broken(self, rule: Rule, text: str, stop: Stop | None = None, seconds: int = 0) -> Broken:
        return Broken(
            rule,
            f"team {self.route.team} on {self.route.day}: {text}",
            self.route.team,
            self.route.day,
            stop.visit if stop is not None else "",
            {"seconds": seconds} if seconds else {},
        )
