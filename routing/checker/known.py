"""A problem as the checker looks it up: by id, by team and date, by profile, and what of it is frozen."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from routing.problem import Earlier, Problem, Travel


class Known:
    """The visits, shifts and matrices of a problem by their names, and the frozen part of each route in order."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.visits = {visit.id: visit for visit in problem.visits}
        self.shifts = {(shift.team, shift.day): shift for shift in problem.shifts}
        self.travel: dict[str, list[Travel]] = defaultdict(list)
        for travel in sorted(problem.travel, key=lambda t: t.from_s):
            self.travel[travel.profile].append(travel)
        self.frozen = self._frozen()

    def travel_at(self, profile: str, leave_s: int) -> Travel:
        """Return the matrices that count for a departure."""
        parts = self.travel[profile]
        return next((part for part in reversed(parts) if part.from_s <= leave_s), parts[0])

    def _frozen(self) -> dict[tuple[str, date], list[Earlier]]:
        """Return what may not move: what a team set off for, and what lies before a visit that its partner set off for."""
        previous = self.problem.previous
        routes: dict[tuple[str, date], list[Earlier]] = defaultdict(list)
        for earlier in sorted(previous.visits, key=lambda e: e.position):
            if earlier.visit in self.visits:
                routes[earlier.team, earlier.day].append(earlier)
        stiff = {
            where: max((k + 1 for k, e in enumerate(route) if previous.is_frozen(e)), default=0)
            for where, route in routes.items()
        }
        moved = True
        while moved:
            moved = False
            under_way = {e.visit for where, route in routes.items() for e in route[: stiff[where]]}
            for where, route in routes.items():
                for position in range(stiff[where], len(route)):
                    name = route[position].visit
                    if name in under_way and self.visits[name].crews == 2:
                        stiff[where], moved = position + 1, True
        return {where: route[: stiff[where]] for where, route in routes.items() if stiff[where]}
